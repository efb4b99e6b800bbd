//! Reading channels: one, by name, those of somebody, their figures and members.

use std::sync::Arc;

use bytes::Bytes;

use crate::app::{App, encoded};
use crate::auth::channels::{FindChannel, GetChannel, ReadChannel};
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{Actor, ChannelGrant, TeamGrant, UserGrant};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelMember};
use crate::model::errors::{Result, channels as codes, teams as team_codes};
use crate::model::json::Written;
use crate::store;
use crate::store::answers::{Of, Question};
use crate::store::channels::Archived;

/// Which archived channels a list of one's own has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listed {
    /// Whether there are any.
    pub archived: bool,
    /// Only those archived at that time or later.
    pub since: i64,
}

impl From<Listed> for Archived {
    fn from(listed: Listed) -> Archived {
        if listed.archived { Archived::Since(listed.since) } else { Archived::No }
    }
}

impl App {
    /// A channel with its counters.
    pub async fn channel(&self, grant: ChannelGrant<GetChannel>) -> Result<Bytes> {
        let id = grant.channel().id;
        self.store.read(move |conn| encoded(&store::channels::by_id(conn, id)?.ok_or(codes::NOT_FOUND)?)).await
    }

    /// The channel of a team with that name, in any case; conversations are found by their names in every team.
    pub async fn channel_by_name(&self, actor: Actor, team: Id, name: &str, archived: bool) -> Result<Arc<Channel>> {
        let name = name.to_lowercase();
        let found = self.store.read(move |conn| found_by_name(conn, team, &name)).await?;
        let found = found.filter(|c| archived || !c.is_archived()).ok_or(codes::NAME_NOT_FOUND)?;
        let grant: ChannelGrant<FindChannel> = self.auth.in_channel(actor, Arc::new(found)).await?;
        Ok(grant.channel().clone())
    }

    /// The channel of that name in the team of that name.
    pub async fn channel_by_names(&self, actor: Actor, team: &str, name: &str, archived: bool) -> Result<Arc<Channel>> {
        let team = team.to_lowercase();
        let found = self.store.read(move |conn| store::teams::by_name(conn, &team)).await?;
        let team = found.ok_or(team_codes::NAME_NOT_FOUND)?.id;
        self.channel_by_name(actor, team, name, archived).await
    }

    /// The channels of somebody in a team, and their conversations.
    pub async fn channels_of(
        &self,
        user: UserGrant<ActAs>,
        team: TeamGrant<ViewTeam>,
        listed: Listed,
    ) -> Result<Written> {
        let (user, team, archived) = (user.user().id, team.team().id, Archived::from(listed));
        let make = self.store.read(move |conn| {
            let channels = store::channels::of_user_in_team(conn, user, team, archived)?;
            let mut of = vec![Of::Channels, Of::ChannelsOf(user)];
            of.extend(channels.iter().map(|channel| Of::Posts(channel.id)));
            Ok((Written::of(&channels), Some(of)))
        });
        self.store.answer(Question::Channels { user, team, archived }, make).await
    }

    /// The memberships of somebody in the channels of a team and in conversations.
    pub async fn memberships_of(&self, user: UserGrant<ActAs>, team: TeamGrant<ViewTeam>) -> Result<Written> {
        let (asker, user, team) = (user.actor().id(), user.user().id, team.team().id);
        let make = self.store.read(move |conn| {
            let members = store::channels::members_of_user_in_team(conn, user, team)?;
            let of = vec![Of::Channels, Of::ChannelsOf(user), Of::Read(user)];
            Ok((Written::of(&seen_by(asker, members)), Some(of)))
        });
        self.store.answer(Question::Memberships { asker, user, team }, make).await
    }

    /// The figures of a channel.
    pub async fn channel_stats(&self, grant: ChannelGrant<ReadChannel>, files: bool) -> Result<Written> {
        let channel = grant.channel().id;
        let make = self.store.read(move |conn| {
            let of = vec![Of::MembersOf(channel), Of::Users, Of::Posts(channel)];
            Ok((Written::of(&store::channels::stats(conn, channel, files)?), Some(of)))
        });
        self.store.answer(Question::Stats { channel, files }, make).await
    }
}

/// The memberships as somebody sees them.
pub(super) fn seen_by(viewer: Id, members: Vec<ChannelMember>) -> Vec<ChannelMember> {
    members.into_iter().map(|member| member.seen_by(viewer)).collect()
}

fn found_by_name(conn: &mut store::Conn, team: Id, name: &str) -> Result<Option<Channel>> {
    match store::channels::by_name(conn, team, name)? {
        None => store::channels::by_name(conn, Id::NONE, name),
        found => Ok(found),
    }
}
