//! How somebody comes to be in a channel.

use crate::app::posts::system_post;
use crate::config::Settings;
use crate::events::Event;
use crate::events::channels::ChannelEvent;
use crate::model::channels::{Channel, ChannelMember, OFF_TOPIC, TOWN_SQUARE};
use crate::model::errors::Result;
use crate::model::posts::kinds;
use crate::model::roles::SchemeRoles;
use crate::model::users::User;
use crate::model::{Id, Props, now};
use crate::store::{self, Tx};

/// The names of the channels that every team has and everybody is in (posts-and-limits.md §8).
pub(in crate::app) fn standard_names(settings: &Settings) -> Vec<String> {
    let further = &settings.team.experimental_default_channels;
    let mut names = vec![TOWN_SQUARE.to_owned()];
    match further.is_empty() {
        true => names.push(OFF_TOPIC.to_owned()),
        false => names.extend(further.iter().filter(|n| *n != TOWN_SQUARE).cloned()),
    }
    names
}

/// Puts a new member of a team into its standard channels, which say so, and who added them if somebody did.
pub(in crate::app) fn join_standard(
    tx: &mut Tx<'_>,
    team: Id,
    user: &User,
    by: Option<&User>,
    admin: bool,
    settings: &Settings,
) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for name in standard_names(settings) {
        let Some(channel) = store::channels::by_name(tx.conn(), team, &name)?.filter(|c| !c.is_archived()) else {
            continue;
        };
        let scheme = if admin { SchemeRoles::ADMIN } else { SchemeRoles::USER };
        enter(tx, &channel, user, scheme)?;
        events.push(ChannelEvent::JoinedByDefault { channel: channel.id, team, user: user.id }.into());
        if settings.service.experimental_enable_default_channel_leave_join_messages {
            let in_town = channel.name == TOWN_SQUARE;
            events.push(match by {
                Some(by) if in_town => said_by_adding(tx, &channel, user, by, kinds::ADD_TO_TEAM)?,
                Some(by) => said_by_adding(tx, &channel, user, by, kinds::ADD_TO_CHANNEL)?,
                None if in_town => said_by_joining(tx, &channel, user, kinds::JOIN_TEAM)?,
                None => said_by_joining(tx, &channel, user, kinds::JOIN_CHANNEL)?,
            });
        }
    }
    Ok(events)
}

/// Puts somebody new into a channel that their invitation names; whoever is in it already stays as they are.
pub(in crate::app) fn join_invited(tx: &mut Tx<'_>, channel: &Channel, user: &User) -> Result<Vec<Event>> {
    if store::channels::member(tx.conn(), channel.id, user.id)?.is_some() {
        return Ok(Vec::new());
    }
    let scheme = if user.is_guest() { SchemeRoles::GUEST } else { SchemeRoles::USER };
    enter(tx, channel, user, scheme)?;
    let joined = ChannelEvent::JoinedByDefault { channel: channel.id, team: channel.team_id, user: user.id };
    Ok(vec![joined.into(), said_by_joining(tx, channel, user, kinds::JOIN_CHANNEL)?])
}

/// Writes a membership and its history.
pub(super) fn enter(tx: &mut Tx<'_>, channel: &Channel, user: &User, scheme: SchemeRoles) -> Result<ChannelMember> {
    let member = ChannelMember::new(channel.id, user.id, scheme);
    store::channels::insert_member(tx, &member)?;
    store::channels::note_joined(tx, channel.id, user.id, now())?;
    Ok(member)
}

/// The post by which somebody's coming is told.
pub(super) fn said_by_joining(tx: &mut Tx<'_>, channel: &Channel, user: &User, kind: &str) -> Result<Event> {
    let what = if kind == kinds::JOIN_TEAM { "team" } else { "channel" };
    let sentence = format!("{} joined the {what}.", user.username);
    let props: Props = [("username", user.username.as_str())].into_iter().collect();
    Ok(system_post(tx, channel, kind, user, sentence, props)?.into())
}

/// The post by which somebody's being added is told. It mentions them, but where it tells of the whole team
/// (posts-and-limits.md §7).
pub(super) fn said_by_adding(tx: &mut Tx<'_>, channel: &Channel, user: &User, by: &User, kind: &str) -> Result<Event> {
    let what = if kind == kinds::ADD_TO_TEAM { "team" } else { "channel" };
    let sentence = format!("{} added to the {what} by {}.", user.username, by.username);
    let props: Props = [
        ("userId", by.id.as_str()),
        ("username", by.username.as_str()),
        ("addedUserId", user.id.as_str()),
        ("addedUsername", user.username.as_str()),
    ]
    .into_iter()
    .collect();
    Ok(system_post(tx, channel, kind, by, sentence, props)?.into())
}
