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
            events.push(match by {
                Some(by) => said_by_adding(tx, &channel, user, by)?,
                None => said_by_joining(tx, &channel, user)?,
            });
        }
    }
    Ok(events)
}

/// Writes a membership and its history.
pub(in crate::app) fn enter(
    tx: &mut Tx<'_>,
    channel: &Channel,
    user: &User,
    scheme: SchemeRoles,
) -> Result<ChannelMember> {
    let member = ChannelMember::new(channel.id, user.id, scheme);
    store::channels::insert_member(tx, &member)?;
    store::channels::note_joined(tx, channel.id, user.id, now())?;
    Ok(member)
}

fn said_by_joining(tx: &mut Tx<'_>, channel: &Channel, user: &User) -> Result<Event> {
    let (kind, sentence) = match channel.name.as_str() {
        TOWN_SQUARE => (kinds::JOIN_TEAM, format!("{} joined the team.", user.username)),
        _ => (kinds::JOIN_CHANNEL, format!("{} joined the channel.", user.username)),
    };
    let props: Props = [("username", user.username.as_str())].into_iter().collect();
    Ok(system_post(tx, channel, kind, user, sentence, props)?.into())
}

fn said_by_adding(tx: &mut Tx<'_>, channel: &Channel, user: &User, by: &User) -> Result<Event> {
    let (kind, what) = match channel.name.as_str() {
        TOWN_SQUARE => (kinds::ADD_TO_TEAM, "team"),
        _ => (kinds::ADD_TO_CHANNEL, "channel"),
    };
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
