//! Leaving a channel, and being removed from one.

use std::sync::Arc;

use super::update::named;
use crate::app::App;
use crate::app::posts::system_post;
use crate::auth::channels::{Leave, RemoveMember};
use crate::auth::{Actor, ChannelGrant};
use crate::events::channels::ChannelEvent;
use crate::events::{Change, Event};
use crate::model::channels::{Channel, TOWN_SQUARE};
use crate::model::errors::{Result, channels as codes, users as user_codes};
use crate::model::posts::kinds;
use crate::model::users::User;
use crate::model::{Id, Props, now};
use crate::store::{self, Tx};

impl App {
    /// Takes somebody out of a channel; oneself is always free to go, but not out of the channel that everybody is in.
    pub async fn remove_member(&self, actor: Actor, channel: Id, user: Id) -> Result<()> {
        let channel: Arc<Channel> = if user == actor.id() {
            self.auth.channel::<Leave>(actor.clone(), channel).await?.channel().clone()
        } else {
            let grant: ChannelGrant<RemoveMember> = self.auth.channel(actor.clone(), channel).await?;
            grant.channel().clone()
        };
        let user = self.auth.known(&actor, user).await?.ok_or(user_codes::NOT_FOUND)?;
        if channel.name == TOWN_SQUARE && !user.is_guest() {
            return Err(codes::REMOVE_DEFAULT.with(&[&channel.name]));
        }
        if channel.group_constrained == Some(true) && user.id != actor.id() && !user.is_bot {
            return codes::REMOVE_GROUP_CONSTRAINED.err();
        }
        self.store
            .write(move |tx| {
                if !leave(tx, &channel, user.id)? {
                    return codes::MEMBER_NOT_FOUND.err();
                }
                let said = match user.id == actor.id() {
                    true => said_by_leaving(tx, &channel, &user)?,
                    false => said_by_removing(tx, &channel, &user, actor.user())?,
                };
                let removed = ChannelEvent::MemberRemoved { channel: channel.id, user: user.id, remover: actor.id() };
                // Posts in archived channels are written, but nobody is told of them.
                Ok(Change::emit((), removed).and_all((!channel.is_archived()).then_some(said)))
            })
            .await
    }
}

/// Takes somebody out of a channel whose members groups decide on.
pub(in crate::app) fn remove_by_group(tx: &mut Tx<'_>, channel: &Channel, user: &User) -> Result<Vec<Event>> {
    let everybody_is_there = channel.name == TOWN_SQUARE && !user.is_guest();
    if everybody_is_there || !leave(tx, channel, user.id)? {
        return Ok(Vec::new());
    }
    let removed = ChannelEvent::MemberRemoved { channel: channel.id, user: user.id, remover: Id::NONE };
    let said = said_by_removing(tx, channel, user, user)?;
    Ok(std::iter::once(Event::from(removed)).chain((!channel.is_archived()).then_some(said)).collect())
}

/// Ends a membership with all that hangs on it: its place in the sidebar, the threads that were followed. Says whether
/// there was one.
pub(super) fn leave(tx: &mut Tx<'_>, channel: &Channel, user: Id) -> Result<bool> {
    if !store::channels::delete_member(tx, channel.id, user)? {
        return Ok(false);
    }
    store::channels::note_left(tx, channel.id, user, now())?;
    store::channels::forget_threads(tx, channel.id, user)?;
    store::sidebar::forget_channel(tx, channel.id, user)?;
    Ok(true)
}

fn said_by_leaving(tx: &mut Tx<'_>, channel: &Channel, user: &User) -> Result<Event> {
    let sentence = format!("@{} left the channel.", user.username);
    Ok(system_post(tx, channel, kinds::LEAVE_CHANNEL, user, sentence, named(user))?.into())
}

fn said_by_removing(tx: &mut Tx<'_>, channel: &Channel, user: &User, by: &User) -> Result<Event> {
    let sentence = format!("@{} removed from the channel.", user.username);
    let props: Props =
        [("removedUserId", user.id.as_str()), ("removedUsername", user.username.as_str())].into_iter().collect();
    Ok(system_post(tx, channel, kinds::REMOVE_FROM_CHANNEL, by, sentence, props)?.into())
}
