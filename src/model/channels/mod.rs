//! Channels: public, private, direct and group messages (posts-and-limits.md §8).

mod banner;
mod input;
mod members;
mod names;

pub use banner::BannerInfo;
pub use input::{ChannelInput, ChannelPatch, ChannelView};
pub use members::{
    ChannelMember, ChannelMemberWithTeam, ChannelUnread, ChannelUnreadAt, default_notify_props, is_muted,
    merge_notify_props,
};
pub use names::{GROUP_SIZE, direct_members, direct_name, group_display_name, group_name, is_valid_name};

use std::fmt;

use serde::{Deserialize, Serialize};

use super::errors::channels as codes;
use super::id::Id;
use super::json::{Props, patch_fields};
use super::text::{runes, strip_invisible};
use super::time::{TimeMs, now};
use super::{Code, Result};

/// Name of the channel that everybody in a team is in; clients find it by this name.
pub const TOWN_SQUARE: &str = "town-square";
/// Name of the other standard channel.
pub const OFF_TOPIC: &str = "off-topic";

/// Kind of a channel, one letter on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ChannelType {
    /// `O`: anybody in the team may join.
    #[default]
    #[serde(rename = "O")]
    Open,
    /// `P`: by invitation.
    #[serde(rename = "P")]
    Private,
    /// `D`: two people, or one with oneself.
    #[serde(rename = "D")]
    Direct,
    /// `G`: three to eight people.
    #[serde(rename = "G")]
    Group,
}

impl ChannelType {
    /// The letter.
    pub fn letter(self) -> &'static str {
        match self {
            ChannelType::Open => "O",
            ChannelType::Private => "P",
            ChannelType::Direct => "D",
            ChannelType::Group => "G",
        }
    }

    /// The kind of that letter.
    pub fn parse(letter: &str) -> Option<ChannelType> {
        let all = [ChannelType::Open, ChannelType::Private, ChannelType::Direct, ChannelType::Group];
        all.into_iter().find(|kind| kind.letter() == letter)
    }

    /// Whether it is a conversation outside any team.
    pub fn is_conversation(self) -> bool {
        matches!(self, ChannelType::Direct | ChannelType::Group)
    }
}

impl fmt::Display for ChannelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letter())
    }
}

/// A channel, as stored and as on the wire.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Channel {
    /// Identifier.
    pub id: Id,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was archived; 0 for living ones.
    pub delete_at: TimeMs,
    /// Team; none in conversations.
    pub team_id: Id,
    /// Kind.
    pub r#type: ChannelType,
    /// Name for people; `""` in direct messages.
    pub display_name: String,
    /// Name in addresses, unique in the team among archived channels as well.
    pub name: String,
    /// Markdown shown above the posts.
    pub header: String,
    /// What it is for.
    pub purpose: String,
    /// Time of the newest post; 0 without.
    pub last_post_at: TimeMs,
    /// Posts that count as unread for somebody, see [`super::posts::is_countable`].
    pub total_msg_count: i64,
    /// Always 0.
    pub extra_update_at: TimeMs,
    /// Who made it: none for standard channels and group messages.
    pub creator_id: Id,
    /// Always null without a scheme.
    pub scheme_id: Option<Id>,
    /// `channel_mentions` of the header, null without.
    pub props: Option<Props>,
    /// Whether groups decide who is in it.
    pub group_constrained: Option<bool>,
    /// Whether posts are translated; always false.
    pub autotranslation: bool,
    /// Null in channels of a team, false in conversations: sharing between servers is not served.
    pub shared: Option<bool>,
    /// As `total_msg_count`, posts that start a thread only.
    pub total_msg_count_root: i64,
    /// Always null.
    pub policy_id: Option<Id>,
    /// Time of the newest post that starts a thread.
    pub last_root_post_at: TimeMs,
    /// A coloured line above the posts.
    pub banner_info: Option<BannerInfo>,
    /// Always false: access policies are not served.
    pub policy_enforced: bool,
    /// Always false.
    pub policy_is_active: bool,
    /// Category of the sidebar into which clients sort it, `""` for none.
    pub default_category_name: String,
}

impl Channel {
    /// A new channel of a team from what a client sent, in stored form, not yet checked but for its type.
    pub fn new(input: ChannelInput, creator_id: Id) -> Result<Channel> {
        let Some(kind) = ChannelType::parse(&input.r#type) else { return codes::TYPE.err() };
        if kind.is_conversation() {
            return codes::CREATE_DIRECT.err();
        }
        if !input.id.is_empty() {
            return codes::SAVE_EXISTING.err();
        }
        if input.delete_at > 0 {
            return codes::SAVE_ARCHIVED.err();
        }
        let mut channel = Channel {
            team_id: Id::parse(&input.team_id).unwrap_or_default(),
            display_name: input.display_name,
            name: input.name,
            header: input.header,
            purpose: input.purpose,
            creator_id,
            group_constrained: input.group_constrained,
            banner_info: input.banner_info,
            ..Channel::blank(kind)
        };
        channel.normalize();
        Ok(channel)
    }

    /// A direct message between two people (or one, twice the same), made by the first.
    pub fn direct(creator: Id, other: Id) -> Channel {
        Channel {
            name: direct_name(creator, other),
            creator_id: creator,
            shared: Some(false),
            ..Channel::blank(ChannelType::Direct)
        }
    }

    /// A group message of those people.
    pub fn group(members: &[Id], usernames: &[&str]) -> Channel {
        Channel {
            name: group_name(members),
            display_name: group_display_name(usernames),
            shared: Some(false),
            ..Channel::blank(ChannelType::Group)
        }
    }

    fn blank(kind: ChannelType) -> Channel {
        let at = now();
        Channel { id: Id::random(), create_at: at, update_at: at, r#type: kind, ..Channel::default() }
    }

    /// Brings names into the form that is stored.
    pub fn normalize(&mut self) {
        self.name = strip_invisible(&self.name);
        strip_invisible(&self.display_name).trim().clone_into(&mut self.display_name);
    }

    /// The channel with the patch applied, not yet checked.
    pub fn patched(&self, patch: &ChannelPatch) -> Channel {
        let mut channel = self.clone();
        patch_fields!(channel, patch: display_name, name, header, purpose, autotranslation);
        if patch.group_constrained.is_some() {
            channel.group_constrained = patch.group_constrained;
        }
        if patch.banner_info.is_some() {
            channel.banner_info.clone_from(&patch.banner_info);
        }
        channel.normalize();
        channel
    }

    /// Checks every field, in the reference's order.
    pub fn validate(&self) -> Result<()> {
        let checks: [(bool, Code); 5] = [
            (runes(&self.display_name) <= 64, codes::DISPLAY_NAME),
            (is_valid_name(&self.name), codes::NAME),
            (names::fits_type(&self.name, self.r#type), codes::NAME_RESERVED),
            (runes(&self.header) <= 1024, codes::HEADER),
            (runes(&self.purpose) <= 250, codes::PURPOSE),
        ];
        if let Some((_, code)) = checks.into_iter().find(|(holds, _)| !holds) {
            return code.err();
        }
        self.banner_info.as_ref().map_or(Ok(()), |banner| banner.validate(self.r#type))
    }

    /// Whether it is archived.
    pub fn is_archived(&self) -> bool {
        self.delete_at != 0
    }

    /// Whether it is a direct or group message.
    pub fn is_conversation(&self) -> bool {
        self.r#type.is_conversation()
    }

    /// The other person of a direct message, oneself in the one with oneself.
    pub fn direct_partner(&self, me: Id) -> Option<Id> {
        let (first, second) = direct_members(&self.name).filter(|_| self.r#type == ChannelType::Direct)?;
        Some(if first == me { second } else { first })
    }
}

/// A channel with its team, in searches across teams.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChannelWithTeam {
    /// Channel.
    #[serde(flatten)]
    pub channel: Channel,
    /// Name of the team for people.
    pub team_display_name: String,
    /// Name of the team in addresses.
    pub team_name: String,
    /// When the team last changed.
    pub team_update_at: TimeMs,
}

/// `GET /channels/{id}/stats`; deactivated people do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ChannelStats {
    pub channel_id: Id,
    pub member_count: i64,
    pub guest_count: i64,
    pub pinnedpost_count: i64,
    /// -1 when the client did not ask for it.
    pub files_count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: &str) -> ChannelInput {
        ChannelInput { name: name.into(), display_name: "Room".into(), r#type: "O".into(), ..ChannelInput::default() }
    }

    fn refusal(input: ChannelInput) -> String {
        let checked = Channel::new(input, Id::NONE).and_then(|channel| channel.validate());
        checked.map_or_else(|error| error.id.into_owned(), |()| String::new())
    }

    #[test]
    fn names() {
        for name in ["a", "a_", "a-", "a__b", "1_b-2"] {
            assert_eq!(refusal(input(name)), "", "{name}");
        }
        for name in ["", "Upper Case", "-dash", "_a", &"x".repeat(65)] {
            assert_eq!(refusal(input(name)), codes::NAME.id, "{name}");
        }
        let pair = direct_name(Id::random(), Id::random());
        for name in ["a".repeat(40).as_str(), &pair] {
            assert_eq!(refusal(input(name)), codes::NAME_RESERVED.id, "{name}");
        }
    }

    #[test]
    fn other_fields() {
        assert_eq!(refusal(ChannelInput { r#type: "X".into(), ..input("a") }), codes::TYPE.id);
        assert_eq!(refusal(ChannelInput { r#type: "D".into(), ..input("a") }), codes::CREATE_DIRECT.id);
        assert_eq!(refusal(ChannelInput { id: "x".into(), ..input("a") }), codes::SAVE_EXISTING.id);
        assert_eq!(refusal(ChannelInput { delete_at: 1, ..input("a") }), codes::SAVE_ARCHIVED.id);
        assert_eq!(refusal(ChannelInput { header: "h".repeat(1025), ..input("a") }), codes::HEADER.id);
        assert_eq!(refusal(ChannelInput { purpose: "p".repeat(251), ..input("a") }), codes::PURPOSE.id);
        let banner = BannerInfo { enabled: Some(true), text: Some("x".into()), background_color: Some("red".into()) };
        assert_eq!(refusal(ChannelInput { banner_info: Some(banner), ..input("a") }), codes::BANNER_COLOUR.id);
    }

    #[test]
    fn every_key_is_on_the_wire() {
        let channel = Channel::new(input("room"), Id::random()).unwrap();
        let json = serde_json::to_value(ChannelWithTeam { channel, ..ChannelWithTeam::default() }).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 29);
        assert_eq!(json["type"], "O");
        assert!(json["props"].is_null() && json["banner_info"].is_null() && json["shared"].is_null());
    }

    #[test]
    fn conversations() {
        let (ann, ben) = (Id::random(), Id::random());
        let direct = Channel::direct(ann, ben);
        assert_eq!(direct.direct_partner(ann), Some(ben));
        assert_eq!(Channel::direct(ann, ann).direct_partner(ann), Some(ann));
        assert!(direct.validate().is_ok() && direct.is_conversation());
        let group = Channel::group(&[ann, ben, Id::random()], &["cat", "ann", "ben"]);
        assert_eq!(group.display_name, "ann, ben, cat");
        assert!(group.validate().is_ok() && group.creator_id.is_none());
    }

    #[test]
    fn patches() {
        let channel = Channel::new(input("room"), Id::NONE).unwrap();
        assert!(ChannelPatch::default().is_empty());
        let patch = ChannelPatch { display_name: Some("  New ".into()), ..ChannelPatch::default() };
        let patched = channel.patched(&patch);
        assert_eq!((patched.display_name.as_str(), patched.name.as_str()), ("New", "room"));
    }
}
