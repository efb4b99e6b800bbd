//! What somebody has not read yet, counted by team (posts-and-limits.md §5).

use std::collections::HashMap;

use crate::app::App;
use crate::auth::actor::need;
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{Actor, TeamGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::json::Written;
use crate::model::teams::TeamUnread;
use crate::store;
use crate::store::answers::{Of, Question};

impl App {
    /// The counts of every team but one, with those of threads if they are asked for.
    pub async fn unread_in_teams(
        &self,
        actor: Actor,
        user: Id,
        exclude: String,
        with_threads: bool,
    ) -> Result<Written> {
        need(actor.id() == user || actor.is_admin())?;
        let with_threads =
            with_threads && self.config.snapshot().effective.service.collapsed_threads.as_str() != "disabled";
        let question = Question::Unread { user, exclude: exclude.clone(), threads: with_threads };
        let make = self.store.read(move |conn| {
            let mut of = vec![Of::Channels, Of::ChannelsOf(user), Of::Read(user)];
            of.extend(store::channels::ids_of_user(conn, user)?.into_iter().map(Of::Posts));
            let mut teams = store::teams::unread_of_user(conn, user, &exclude)?;
            if with_threads {
                add_threads(&mut teams, store::teams::unread_threads_of_user(conn, user)?);
                of.push(Of::Inbox(user));
            }
            Ok((Written::of(&teams), Some(of)))
        });
        self.store.answer(question, make).await
    }

    /// The counts of one team, without threads.
    pub async fn unread_in_team(&self, user: UserGrant<ActAs>, team: TeamGrant<ViewTeam>) -> Result<TeamUnread> {
        let (user, team) = (user.user().id, team.team().id);
        let counts = self.store.read(move |conn| store::teams::unread_in_team(conn, user, team)).await?;
        Ok(counts.unwrap_or_else(|| TeamUnread { team_id: team, ..TeamUnread::default() }))
    }
}

fn add_threads(teams: &mut [TeamUnread], threads: Vec<TeamUnread>) {
    let mut by_team: HashMap<Id, TeamUnread> = threads.into_iter().map(|counts| (counts.team_id, counts)).collect();
    for team in teams {
        if let Some(counts) = by_team.remove(&team.team_id) {
            team.thread_count = counts.thread_count;
            team.thread_mention_count = counts.thread_mention_count;
            team.thread_urgent_mention_count = counts.thread_urgent_mention_count;
        }
    }
}
