//! Whom a new post concerns (posts-and-limits.md §7).

use crate::config::Settings;
use crate::model::Id;
use crate::model::channels::{Channel, ChannelType};
use crate::model::posts::mentions::Mentions;
use crate::model::posts::{Post, kinds};
use crate::store::audiences::Audience;

/// Whom a post concerns.
#[derive(Debug, Default)]
pub(in crate::app) struct Concerned {
    /// Members who are mentioned, each once, by whatever rule: their counters move.
    pub mentioned: Vec<Id>,
    /// Those of them who are named in the text, by name, keyword or a word for all: they follow the thread.
    pub named: Vec<Id>,
    /// Members whose clients notify them of every post.
    pub eager: Vec<Id>,
    /// Names after an `@` that no member has.
    pub unknown: Vec<String>,
    /// `@all` or the like was written, by whomever.
    pub broad: bool,
    /// Whether such words of the author reach anybody there.
    pub may_reach_all: bool,
    /// How many such words were written where too many would be notified.
    pub too_many: usize,
}

/// What the rules look at besides the post.
pub(in crate::app) struct Setting<'a> {
    /// Where it is posted.
    pub channel: &'a Channel,
    /// Who is there.
    pub audience: &'a Audience,
    /// Whether the author may mention all at once.
    pub may_mention_all: bool,
    /// Who counts as present for `@here`.
    pub is_online: &'a dyn Fn(Id) -> bool,
    /// The settings in force.
    pub settings: &'a Settings,
}

impl Setting<'_> {
    /// The most members that are notified at once.
    fn most_notified(&self) -> usize {
        usize::try_from(self.settings.team.max_notifications_per_channel).unwrap_or(usize::MAX)
    }
}

/// Whom a post concerns. Members who take part in its thread are not known here.
pub(in crate::app) fn concerned(post: &Post, at: &Setting<'_>) -> Concerned {
    // Two people who talk are concerned by whatever is said; nobody is named there.
    let found = match at.channel.r#type {
        ChannelType::Direct => Mentions::default(),
        _ => Mentions::find(post.texts(), &at.audience.keywords),
    };
    let mut out = Concerned { unknown: found.unknown.clone(), broad: found.is_broad(), ..Concerned::default() };
    out.named = found.users.iter().copied().filter(|id| at.audience.has(*id)).collect();
    let (members, most) = (at.audience.members.len(), at.most_notified());
    out.may_reach_all = at.may_mention_all && takes_broad(post) && members < most;
    if out.may_reach_all {
        add_all(&mut out.named, &found, at.audience, at.is_online);
    }
    if members > most {
        out.too_many = [found.here, found.channel, found.all].into_iter().filter(|written| *written).count();
    }
    if post.r#type == kinds::ADD_TO_CHANNEL
        && let Some(added) = Id::parse(post.props.text("addedUserId")).filter(|id| at.audience.has(*id))
    {
        add_once(&mut out.named, added);
    }
    out.mentioned.clone_from(&out.named);
    if at.channel.is_conversation() {
        at.audience.members.keys().for_each(|id| add_once(&mut out.mentioned, *id));
    }
    // A webhook may mention its owner, nobody else mentions themself.
    if !post.props.is_true("from_webhook") {
        out.named.retain(|id| *id != post.user_id);
        out.mentioned.retain(|id| *id != post.user_id);
    }
    out.eager = at.audience.members.values().filter(|m| m.eager && m.id != post.user_id).map(|m| m.id).collect();
    out
}

/// Whether a post mentions more than single people.
pub(super) fn takes_broad(post: &Post) -> bool {
    !matches!(post.r#type.as_str(), kinds::HEADER_CHANGE | kinds::PURPOSE_CHANGE)
}

/// Adds whom `@all` and the like reach.
pub(in crate::app) fn add_all(
    named: &mut Vec<Id>,
    found: &Mentions,
    audience: &Audience,
    is_online: &dyn Fn(Id) -> bool,
) {
    if !found.is_broad() {
        return;
    }
    let all = found.all || found.channel;
    for member in audience.members.values() {
        if member.hears_channel && (all || is_online(member.id)) {
            add_once(named, member.id);
        }
    }
}

pub(super) fn add_once(ids: &mut Vec<Id>, id: Id) {
    if !ids.contains(&id) {
        ids.push(id);
    }
}

/// What clients title a channel with before they know it: in a direct one the sender, in a group its people
/// (websocket.md §9).
pub(in crate::app) fn title(channel: &Channel, audience: &Audience, sender_name: &str) -> String {
    match channel.r#type {
        ChannelType::Direct => sender_name.to_owned(),
        ChannelType::Group => audience.usernames().join(", "),
        _ => channel.display_name.clone(),
    }
}
