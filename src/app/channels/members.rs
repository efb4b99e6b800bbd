//! Reading who is in a channel.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use super::read::seen_by;
use crate::app::{App, encoded};
use crate::auth::channels::ReadChannel;
use crate::auth::users::ActAs;
use crate::auth::{Actor, ChannelGrant, UserGrant};
use crate::model::Id;
use crate::model::channels::ChannelMember;
use crate::model::errors::{Result, channels as codes};
use crate::store;

impl App {
    /// One membership.
    pub async fn channel_member(&self, grant: ChannelGrant<ReadChannel>, user: Id) -> Result<ChannelMember> {
        let (channel, viewer) = (grant.channel().id, grant.actor().id());
        let member = self.store.read(move |conn| store::channels::member(conn, channel, user)).await?;
        Ok(member.ok_or(codes::MEMBER_NOT_FOUND)?.seen_by(viewer))
    }

    /// A page of a channel's memberships.
    pub async fn channel_members(&self, grant: ChannelGrant<ReadChannel>, offset: i64, limit: i64) -> Result<Bytes> {
        let (channel, viewer) = (grant.channel().id, grant.actor().id());
        self.store
            .read(move |conn| encoded(&seen_by(viewer, store::channels::members(conn, channel, offset, limit)?)))
            .await
    }

    /// The memberships of those of these users who are in the channel.
    pub async fn channel_members_among(&self, grant: ChannelGrant<ReadChannel>, users: Vec<Id>) -> Result<Bytes> {
        let (channel, viewer) = (grant.channel().id, grant.actor().id());
        self.store
            .read(move |conn| encoded(&seen_by(viewer, store::channels::members_among(conn, channel, &users)?)))
            .await
    }

    /// The time zones of a channel's members, each once.
    pub async fn channel_timezones(&self, grant: ChannelGrant<ReadChannel>) -> Result<BTreeSet<String>> {
        let channel = grant.channel().id;
        self.store.read(move |conn| store::channels::timezones(conn, channel)).await
    }

    /// How many active members each of these channels has. All of them must be there, and readable.
    pub async fn member_counts(&self, actor: Actor, channels: Vec<String>) -> Result<BTreeMap<Id, i64>> {
        let ids: Option<Vec<Id>> = channels.iter().map(|id| Id::parse(id)).collect();
        let ids = ids.ok_or(codes::NOT_FOUND)?;
        let mut readable = Vec::with_capacity(ids.len());
        for id in ids {
            let channel = self.store.channel(id).await?.ok_or(codes::NOT_FOUND)?;
            let grant: ChannelGrant<ReadChannel> = self.auth.in_channel(actor.clone(), channel).await?;
            readable.push(grant.channel().id);
        }
        self.store.read(move |conn| store::channels::member_counts(conn, &readable)).await
    }

    /// All memberships of somebody, with the names of the teams; `None` asks for all at once.
    pub async fn memberships(
        &self,
        grant: UserGrant<ActAs>,
        page: Option<(i64, i64)>,
    ) -> Result<Vec<crate::model::channels::ChannelMemberWithTeam>> {
        let (user, viewer) = (grant.user().id, grant.actor().id());
        let mut all = self.store.read(move |conn| store::channels::members_with_team(conn, user, page)).await?;
        for one in &mut all {
            one.member = std::mem::take(&mut one.member).seen_by(viewer);
        }
        Ok(all)
    }
}
