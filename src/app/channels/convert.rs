//! Channels that come to belong somewhere else: a group message that becomes a private channel, a channel that moves to
//! another team.

use std::sync::Arc;

use super::create::check_room;
use super::leave::leave;
use super::update::{named, updated};
use crate::app::App;
use crate::app::posts::system_post;
use crate::auth::channels::{ConvertGroup, MoveChannel, ReadChannel};
use crate::auth::teams::CreatePrivateChannel;
use crate::auth::{ChannelGrant, TeamGrant};
use crate::events::channels::ChannelEvent;
use crate::events::{Change, Event};
use crate::model::channels::{Channel, ChannelType, TOWN_SQUARE};
use crate::model::errors::{Result, channels as codes, teams as team_codes};
use crate::model::posts::kinds;
use crate::model::roles::SchemeRoles;
use crate::model::teams::Team;
use crate::model::users::User;
use crate::model::{Id, Props, now};
use crate::store::{self, Tx};

/// What a group message is to become.
#[derive(Debug, Clone, Default)]
pub struct NewHome {
    /// The team.
    pub team: Id,
    /// Name in addresses.
    pub name: String,
    /// Name for people.
    pub display_name: String,
}

impl App {
    /// Makes a private channel of a group message; everybody in it has to be in the team.
    pub async fn convert_group(&self, grant: ChannelGrant<ConvertGroup>, home: NewHome) -> Result<Channel> {
        let team: TeamGrant<CreatePrivateChannel> = self.auth.team(grant.actor().clone(), home.team).await?;
        if grant.channel().r#type != ChannelType::Group {
            return codes::NOT_A_GROUP.err();
        }
        let (id, team, by) = (grant.channel().id, team.team().id, grant.actor().user().clone());
        let most = self.config.snapshot().effective.team.max_channels_per_team;
        self.store
            .write(move |tx| {
                let mut channel = store::channels::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                let ids = store::channels::member_ids(tx.conn(), id)?;
                let members = store::users::by_ids(tx.conn(), &ids)?;
                if store::teams::members_among(tx.conn(), team, &ids)?.len() < ids.len() {
                    return codes::GROUP_TEAM.err();
                }
                check_room(tx, team, most)?;
                channel.r#type = ChannelType::Private;
                channel.team_id = team;
                channel.name = home.name;
                channel.display_name = home.display_name;
                channel.normalize();
                channel.validate()?;
                channel.update_at = now();
                store::channels::save(tx, &channel)?;
                make_admin(tx, id, by.id)?;
                let changed = updated(&channel);
                let said = said_by_converting(tx, &channel, &by, &members)?;
                Ok(Change::emit(channel, changed).and(said))
            })
            .await
    }

    /// The teams that everybody in a conversation is in.
    pub async fn common_teams(&self, grant: ChannelGrant<ReadChannel>) -> Result<Vec<Team>> {
        if !grant.channel().is_conversation() {
            return codes::NOT_A_GROUP.err();
        }
        let id = grant.channel().id;
        let teams = self.store.read(move |conn| store::teams::common_of_channel(conn, id)).await?;
        Ok(teams.into_iter().map(|team| crate::app::teams::seen_by(team, grant.actor())).collect())
    }

    /// Moves a channel to another team. Who is not there is in the way, or is taken out of the channel if that is forced.
    pub async fn move_channel(&self, grant: ChannelGrant<MoveChannel>, team: Id, force: bool) -> Result<Channel> {
        let target = self.store.team(team).await?.ok_or(team_codes::NOT_FOUND)?;
        let channel = grant.channel();
        if channel.is_conversation() {
            return codes::MOVE_TYPE.err();
        }
        if channel.name == TOWN_SQUARE {
            return Err(codes::UPDATE_DEFAULT.with(&[&channel.name]));
        }
        let source = self.store.team(channel.team_id).await?;
        let from = source.map(|team| team.name.clone()).unwrap_or_default();
        let (id, by) = (channel.id, grant.actor().user().clone());
        let most = self.config.snapshot().effective.team.max_channels_per_team;
        self.store
            .write(move |tx| {
                let present = store::channels::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                if present.team_id != target.id {
                    check_room(tx, target.id, most)?;
                }
                move_to(tx, present, target.id, &from, &by, force)
            })
            .await
    }
}

fn make_admin(tx: &mut Tx<'_>, channel: Id, user: Id) -> Result<()> {
    let mut member = store::channels::member(tx.conn(), channel, user)?.ok_or(codes::MEMBER_NOT_FOUND)?;
    let explicit = member.explicit_roles.clone();
    member.set_roles(SchemeRoles { scheme_admin: true, ..member.scheme }, &explicit);
    store::channels::save_member(tx, &member)
}

fn said_by_converting(tx: &mut Tx<'_>, channel: &Channel, by: &User, members: &[User]) -> Result<Event> {
    let names: Vec<&str> = members.iter().map(|user| user.username.as_str()).collect();
    let people = match names.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.join(", "),
    };
    let sentence = format!("{} created this channel from a group message with {people}.", by.username);
    let mut props = Props::default();
    props.set("convertedByUserId", by.id.as_str());
    let ids: Vec<&str> = members.iter().map(|user| user.id.as_str()).collect();
    props.set("gmMembersDuringConversionIDs", ids);
    Ok(system_post(tx, channel, kinds::GM_TO_CHANNEL, by, sentence, props)?.into())
}

fn move_to(
    tx: &mut Tx<'_>,
    mut channel: Channel,
    team: Id,
    from: &str,
    by: &Arc<User>,
    force: bool,
) -> Result<Change<Channel>> {
    let id = channel.id;
    let mut events: Vec<Event> = Vec::new();
    let members = store::channels::member_ids(tx.conn(), id)?;
    let there = store::teams::members_among(tx.conn(), team, &members)?;
    let elsewhere: Vec<Id> = members.into_iter().filter(|user| !there.contains(user)).collect();
    let people = store::users::by_ids(tx.conn(), &elsewhere)?;
    if !force && people.iter().any(|user| user.delete_at == 0) {
        return codes::MOVE_MEMBERS.err();
    }
    for user in elsewhere {
        leave(tx, &channel, user)?;
        events.push(ChannelEvent::MemberRemoved { channel: id, user, remover: by.id }.into());
    }
    store::sidebar::forget_channel_of_all(tx, id)?;
    channel.team_id = team;
    channel.update_at = now();
    store::channels::save(tx, &channel)?;
    store::schemes::changed_hands(tx);
    let sentence = format!("This channel has been moved to this team from {from}.");
    let said = system_post(tx, &channel, kinds::MOVE_CHANNEL, by, sentence, named(by))?;
    Ok(Change::emit(channel, said).and_all(events))
}
