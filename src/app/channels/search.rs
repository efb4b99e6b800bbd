//! Lists of a team's channels, and finding channels.

use bytes::Bytes;
use serde::Serialize;

use super::standard_names;
use crate::app::{App, encoded};
use crate::auth::system::FindChannels;
use crate::auth::teams::{ListArchived, ListChannels, ViewTeam};
use crate::auth::users::ActAs;
use crate::auth::{Actor, SystemGrant, TeamGrant, UserGrant};
use crate::model::Id;
use crate::model::channels::ChannelWithTeam;
use crate::model::errors::{Result, channels as codes, teams as team_codes};
use crate::model::permissions::Permission;
use crate::store;
use crate::store::channels::{OfTeam, Wanted, Within};

use super::read::Listed;

/// A page: how many come before it, and how many it has at most.
pub type Slice = (i64, i64);

/// What an administrator looks for among all channels.
#[derive(Debug, Clone, Default)]
pub struct ChannelSearch {
    /// Words; `""` finds all.
    pub term: String,
    /// In these teams only, if any are named.
    pub teams: Vec<Id>,
    /// Public ones.
    pub public: bool,
    /// Private ones.
    pub private: bool,
    /// Archived ones alone.
    pub archived_only: bool,
    /// Archived ones too.
    pub with_archived: bool,
    /// Without those that every team has.
    pub without_standard: bool,
    /// Only those whose members groups decide.
    pub group_constrained: bool,
    /// None of those.
    pub not_group_constrained: bool,
    /// The page.
    pub slice: Slice,
    /// Whether the whole number is to be told with it.
    pub counted: bool,
}

#[derive(Serialize)]
struct Counted {
    channels: Vec<ChannelWithTeam>,
    total_count: i64,
}

impl App {
    /// The public channels of a team.
    pub async fn public_channels(&self, grant: TeamGrant<ListChannels>, slice: Slice) -> Result<Bytes> {
        self.channels_of_team(grant.team().id, OfTeam::Public, slice).await
    }

    /// The private channels of a team, for administrators.
    pub async fn private_channels(&self, actor: Actor, team: Id, slice: Slice) -> Result<Bytes> {
        crate::auth::actor::need(actor.is_admin())?;
        self.channels_of_team(team, OfTeam::Private, slice).await
    }

    /// The archived channels of a team: public ones, and the private ones one is in.
    pub async fn archived_channels(&self, grant: TeamGrant<ListArchived>, slice: Slice) -> Result<Bytes> {
        let actor = grant.actor();
        let of = if actor.is_admin() { OfTeam::Archived } else { OfTeam::ArchivedFor(actor.id()) };
        self.channels_of_team(grant.team().id, of, slice).await
    }

    async fn channels_of_team(&self, team: Id, of: OfTeam, (offset, limit): Slice) -> Result<Bytes> {
        self.store.read(move |conn| encoded(&store::channels::of_team(conn, team, of, offset, limit)?)).await
    }

    /// The living public channels among these.
    pub async fn channels_by_ids(&self, grant: TeamGrant<ViewTeam>, ids: Vec<Id>) -> Result<Bytes> {
        let (team, me) = (grant.team().id, grant.actor().id());
        let all = grant.actor().may_in_team(team, Permission::read_public_channel);
        self.store
            .read(move |conn| {
                let mut found = store::channels::public_among(conn, team, &ids)?;
                if !all {
                    let mine = store::channels::ids_of_user(conn, me)?;
                    found.retain(|channel| mine.contains(&channel.id));
                }
                if found.is_empty() { codes::IDS_NOT_FOUND.err() } else { encoded(&found) }
            })
            .await
    }

    /// All channels of somebody, in all teams.
    pub async fn all_channels_of(&self, grant: UserGrant<ActAs>, listed: Listed) -> Result<Bytes> {
        let user = grant.user().id;
        self.store.read(move |conn| encoded(&store::channels::of_user(conn, user, listed.into())?)).await
    }

    /// Searches a team's public channels; who may not list them searches their own.
    pub async fn search_channels(&self, actor: Actor, team: Id, term: String) -> Result<Bytes> {
        let within = match actor.may_in_team(team, Permission::list_team_channels) {
            true => Within::Public,
            false if actor.team_member(team).is_some() => Within::Mine(actor.id()),
            false => return team_codes::MEMBER_NOT_FOUND.err(),
        };
        self.store.read(move |conn| encoded(&store::channels::search_in_team(conn, team, within, &term, false)?)).await
    }

    /// Completes the beginning of a channel's name: public channels and one's own private ones.
    pub async fn complete_channel(&self, grant: TeamGrant<ListChannels>, term: String) -> Result<Bytes> {
        let (team, within) = (grant.team().id, Within::PublicAndMine(grant.actor().id()));
        self.store.read(move |conn| encoded(&store::channels::search_in_team(conn, team, within, &term, true)?)).await
    }

    /// Completes the name of a channel to search in: one's own, conversations too.
    pub async fn complete_own_channel(&self, actor: Actor, team: Id, term: String) -> Result<Bytes> {
        let user = actor.id();
        self.store
            .read(move |conn| {
                let mut found = store::channels::search_in_team(conn, team, Within::Mine(user), &term, true)?;
                found.extend(store::channels::search_direct(conn, user, &term)?);
                encoded(&found)
            })
            .await
    }

    /// Searches the channels of all one's teams.
    pub async fn search_own_channels(&self, actor: Actor, term: String) -> Result<Bytes> {
        let user = actor.id();
        let teams = actor.teams().iter().map(|member| member.team_id);
        let teams: Vec<Id> = teams.filter(|team| actor.may_in_team(*team, Permission::list_team_channels)).collect();
        self.store.read(move |conn| encoded(&store::channels::search_for_user(conn, user, &teams, &term)?)).await
    }

    /// Searches the channels of all teams, for administrators.
    pub async fn search_all_channels(&self, _: SystemGrant<FindChannels>, search: ChannelSearch) -> Result<Bytes> {
        let settings = &self.config.snapshot().effective;
        let wanted = Wanted {
            term: search.term,
            teams: search.teams,
            public: search.public,
            private: search.private,
            archived_only: search.archived_only,
            with_archived: search.with_archived,
            without: if search.without_standard { standard_names(settings) } else { Vec::new() },
            group_constrained: search.group_constrained,
            not_group_constrained: search.not_group_constrained,
        };
        let ((offset, limit), counted) = (search.slice, search.counted);
        self.store
            .read(move |conn| {
                let (channels, total_count) = store::channels::search_all(conn, &wanted, offset, limit, counted)?;
                if counted { encoded(&Counted { channels, total_count }) } else { encoded(&channels) }
            })
            .await
    }

    /// One's group messages in which every word is part of somebody's name; no word finds none.
    pub async fn search_groups(&self, actor: Actor, term: String) -> Result<Bytes> {
        let user = actor.id();
        let words: Vec<String> = term.to_lowercase().split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return encoded(&[(); 0]);
        }
        self.store
            .read(move |conn| {
                let groups = store::channels::groups_of_user(conn, user)?;
                let fits = |names: &[String]| words.iter().all(|word| names.iter().any(|name| name.contains(word)));
                let found = groups.into_iter().filter(|(_, names)| fits(names)).map(|(channel, _)| channel);
                encoded(&found.collect::<Vec<_>>())
            })
            .await
    }
}
