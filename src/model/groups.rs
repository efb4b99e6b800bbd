//! Groups of people that can be mentioned together: made by members (`custom`), or taken from a directory (`ldap`).

use serde::{Deserialize, Serialize};

use super::Result;
use super::errors::groups as codes;
use super::id::Id;
use super::json::patch_fields;
use super::time::{TimeMs, now};

/// `source` of a group that members made.
pub const CUSTOM: &str = "custom";
/// `source` of a group from a directory.
pub const LDAP: &str = "ldap";

/// Most bytes of a name.
const NAME_MAX: usize = 64;
/// Most bytes of a name for people.
const DISPLAY_NAME_MAX: usize = 128;
/// Most bytes of a description.
const DESCRIPTION_MAX: usize = 1024;
/// Words after an `@` that mean everybody.
const RESERVED: [&str; 3] = ["all", "channel", "here"];

/// A group on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Identifier.
    pub id: Id,
    /// What is written after the `@`; left out where the group cannot be mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name for people.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// [`CUSTOM`] or [`LDAP`].
    pub source: String,
    /// What the directory calls it; null for custom groups.
    pub remote_id: Option<String>,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was deleted.
    pub delete_at: TimeMs,
    /// Whether teams or channels take members from it; false where that was not asked for.
    pub has_syncables: bool,
    /// Active members whom the asker sees; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_count: Option<i64>,
    /// Whether it can be mentioned.
    pub allow_reference: bool,
    /// How many of a channel's members are in it; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_member_count: Option<i64>,
    /// In how many time zones these are; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_member_timezones_count: Option<i64>,
    /// Active members; null unless it was asked for.
    pub member_ids: Option<Vec<Id>>,
}

/// A team or channel that takes members from groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syncable {
    /// The team of that id.
    Team(Id),
    /// The channel of that id.
    Channel(Id),
}

/// A group that a team or channel takes its members from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TiedGroup {
    /// The group.
    #[serde(flatten)]
    pub group: Group,
    /// Whether its members administer the team or channel.
    pub scheme_admin: bool,
}

/// A membership in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct GroupMember {
    pub group_id: Id,
    pub user_id: Id,
    pub create_at: TimeMs,
    pub delete_at: TimeMs,
}

/// How many members of a channel are in a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChannelCount {
    /// The group.
    pub group_id: Id,
    /// How many.
    pub channel_member_count: i64,
    /// In how many time zones; 0 unless it was asked for.
    pub channel_member_timezones_count: i64,
}

/// What a client sends to make a group.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Group")]
pub struct GroupInput {
    pub id: String,
    pub name: Option<String>,
    pub display_name: String,
    pub description: String,
    pub source: String,
    pub remote_id: Option<String>,
    pub allow_reference: bool,
    /// Its first members.
    pub user_ids: Vec<String>,
}

/// What a client sends to change a group; missing and `null` mean unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Group")]
pub struct GroupPatch {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub allow_reference: Option<bool>,
}

/// Who comes into a group or goes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GroupPeople {
    /// Who.
    pub user_ids: Vec<String>,
}

/// What ties a group to a team or channel, on the wire. Names are those of the team and channel, where they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct GroupSyncable {
    pub group_id: Id,
    /// `Team` or `Channel`.
    pub r#type: &'static str,
    /// The channel; none for a team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<Id>,
    /// The team, or that of the channel.
    pub team_id: Id,
    /// Whether members of the group are put into the place.
    pub auto_add: bool,
    /// Whether they administer it.
    pub scheme_admin: bool,
    pub create_at: TimeMs,
    pub delete_at: TimeMs,
    pub update_at: TimeMs,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub team_display_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub team_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub channel_display_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub channel_type: String,
}

impl GroupSyncable {
    /// A new tie to a team, or to a channel of it.
    pub fn new(group: Id, team: Id, channel: Option<Id>) -> GroupSyncable {
        let at = now();
        GroupSyncable {
            group_id: group,
            r#type: if channel.is_some() { "Channel" } else { "Team" },
            channel_id: channel,
            team_id: team,
            create_at: at,
            update_at: at,
            ..GroupSyncable::default()
        }
    }

    /// The team or channel.
    pub fn place(&self) -> Syncable {
        self.channel_id.map_or(Syncable::Team(self.team_id), Syncable::Channel)
    }
}

/// What a client sends to tie a group to a team or channel, or to change that; missing and `null` mean unchanged.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of GroupSyncable")]
pub struct GroupSyncablePatch {
    pub auto_add: Option<bool>,
    pub scheme_admin: Option<bool>,
}

/// A group as the directory has it, and what it is here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DirectoryGroup {
    /// The group here; null unless it is linked.
    pub mattermost_group_id: Option<Id>,
    /// Its name in the directory.
    pub name: String,
    /// Its id there.
    pub primary_key: String,
    /// Whether teams or channels take members from it; null unless it is linked.
    pub has_syncables: Option<bool>,
}

impl Group {
    /// A group of the directory that is linked for the first time. It cannot be mentioned until somebody names it.
    pub fn from_directory(remote_id: &str, name: &str) -> Group {
        let at = now();
        let mut group = Group {
            id: Id::random(),
            source: LDAP.to_owned(),
            remote_id: Some(remote_id.to_owned()),
            create_at: at,
            update_at: at,
            ..Group::default()
        };
        group.call(name);
        group
    }

    /// Takes a name of the directory over, as much of it as there is room for.
    pub fn call(&mut self, name: &str) {
        let fits =
            name.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= DISPLAY_NAME_MAX).last();
        self.display_name = name.get(..fits.unwrap_or(0)).unwrap_or_default().to_owned();
    }

    /// A new custom group, checked.
    pub fn new(input: &GroupInput) -> Result<Group> {
        let at = now();
        let group = Group {
            id: Id::random(),
            name: input.name.clone(),
            display_name: input.display_name.clone(),
            description: input.description.clone(),
            source: CUSTOM.to_owned(),
            create_at: at,
            update_at: at,
            allow_reference: true,
            ..Group::default()
        };
        group.validate()?;
        Ok(group)
    }

    /// The group with the patch applied, not yet checked. One that can be mentioned for the first time is called after
    /// its name for people.
    pub fn patched(&self, patch: &GroupPatch) -> Group {
        let mut group = Group { update_at: now(), ..self.clone() };
        patch_fields!(group, patch: display_name, description, allow_reference);
        if let Some(name) = &patch.name {
            group.name = Some(name.clone());
        } else if group.allow_reference && group.name.is_none() {
            group.name = Some(self.display_name.to_lowercase().replace(' ', "-"));
        }
        group
    }

    /// Refuses what no group may be.
    pub fn validate(&self) -> Result<()> {
        match self.name.as_deref() {
            None if self.allow_reference => return codes::NAME.err(),
            None => {}
            Some(name) if !(1..=NAME_MAX).contains(&name.len()) => return codes::NAME_LENGTH.err(),
            Some(name) if RESERVED.contains(&name) => return codes::NAME_RESERVED.err(),
            Some(name) if !name.bytes().all(is_name_byte) => return codes::NAME_CHARACTERS.err(),
            Some(_) => {}
        }
        if !(1..=DISPLAY_NAME_MAX).contains(&self.display_name.len()) {
            return codes::DISPLAY_NAME.err();
        }
        if self.description.len() > DESCRIPTION_MAX {
            return codes::DESCRIPTION.err();
        }
        Ok(())
    }

    /// Whether members made it.
    pub fn is_custom(&self) -> bool {
        self.source == CUSTOM
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: Option<&str>) -> GroupInput {
        GroupInput { name: name.map(str::to_owned), display_name: "Developers".into(), ..GroupInput::default() }
    }

    #[test]
    fn names_are_checked() {
        assert!(Group::new(&input(Some("dev.ops-1_x"))).is_ok());
        for (name, code) in [
            (None, codes::NAME),
            (Some(""), codes::NAME_LENGTH),
            (Some("here"), codes::NAME_RESERVED),
            (Some("Dev"), codes::NAME_CHARACTERS),
        ] {
            assert!(Group::new(&input(name)).unwrap_err().is(code), "{name:?}");
        }
    }

    #[test]
    fn a_group_on_the_wire() {
        let json = serde_json::to_value(Group::new(&input(Some("dev"))).unwrap()).unwrap();
        assert!(json["remote_id"].is_null() && json["member_ids"].is_null() && json.get("member_count").is_none());
        assert_eq!((&json["source"], &json["has_syncables"]), (&"custom".into(), &false.into()));
        let nameless = Group { display_name: "Dev Ops".into(), ..Group::default() };
        let patch = GroupPatch { allow_reference: Some(true), ..GroupPatch::default() };
        assert_eq!(nameless.patched(&patch).name.as_deref(), Some("dev-ops"));
    }
}
