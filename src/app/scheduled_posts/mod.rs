//! Posts that are sent later (posts-and-limits.md §14): scheduled, changed, listed by their author; sent by a job.

mod send;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::App;
use crate::app::drafts::fill_files;
use crate::app::posts::{check_files, check_input};
use crate::auth::channels::CreatePost;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, ChannelGrant, TeamGrant};
use crate::events::drafts::{DraftChange, DraftEvent};
use crate::events::{Change, Json};
use crate::model::drafts::{ScheduledPost, ScheduledPostInput};
use crate::model::errors::{Result, channels as channel_codes, scheduled_posts as codes};
use crate::model::text::runes;
use crate::model::{Id, now};
use crate::store;
use crate::store::conn::Conn;

/// The key under which those in conversations are listed.
const DIRECT: &str = "directChannels";

impl App {
    /// Refuses where posts cannot be scheduled.
    pub fn check_scheduling(&self) -> Result<()> {
        let on = self.config.snapshot().effective.service.scheduled_posts;
        if on { Ok(()) } else { codes::DISABLED.err() }
    }

    fn check_scheduled(&self, post: &ScheduledPost, actor: &Actor) -> Result<()> {
        let snapshot = self.config.snapshot();
        if runes(&post.draft.message) > snapshot.effective.kollegium.longest_message() {
            return codes::MESSAGE_LENGTH.err();
        }
        check_input(&post.to_input(), actor, &snapshot.effective)
    }

    /// Schedules a post. `connection` is the socket of the client that asks.
    pub async fn schedule_post(
        &self,
        grant: ChannelGrant<CreatePost>,
        input: ScheduledPostInput,
        connection: Option<Arc<str>>,
    ) -> Result<ScheduledPost> {
        check_files(&grant, Some(&input.file_ids))?;
        let (actor, channel) = (grant.actor(), grant.channel());
        let post = ScheduledPost::new(input, actor.id(), channel.id, now())?;
        self.check_scheduled(&post, actor)?;
        if grant.member().is_none() {
            return channel_codes::MEMBER_NOT_FOUND.err();
        }
        let snapshot = self.config.snapshot();
        self.check_restricted_direct(actor, channel, &snapshot.effective, codes::RESTRICTED_DM).await?;
        if channel.is_archived() {
            return codes::CHANNEL_DELETED.err();
        }
        self.store
            .write(move |tx| {
                store::scheduled_posts::insert(tx, &post)?;
                let mut post = post;
                fill(tx.conn(), post.draft.user_id, std::slice::from_mut(&mut post))?;
                let told = event(DraftChange::Scheduled, &post, connection);
                Ok(Change::emit(post, told))
            })
            .await
    }

    /// Changes what one has scheduled, and when it is sent; one that could not be sent is tried again then.
    pub async fn reschedule_post(
        &self,
        actor: Actor,
        id: Id,
        input: ScheduledPostInput,
        connection: Option<Arc<str>>,
    ) -> Result<ScheduledPost> {
        let present = self.store.read(move |conn| store::scheduled_posts::by_id(conn, id)).await?;
        let present = present.ok_or(codes::UPDATE_NOT_FOUND)?;
        if present.draft.user_id != actor.id() {
            return codes::UPDATE_FORBIDDEN.err();
        }
        let grant = self.auth.channel::<CreatePost>(actor, present.draft.channel_id).await?;
        check_files(&grant, Some(&input.file_ids))?;
        let changed = present.clone().changed(input.clone(), now())?;
        self.check_scheduled(&changed, grant.actor())?;
        self.store
            .write(move |tx| {
                // It may have been sent meanwhile.
                let present = store::scheduled_posts::by_id(tx.conn(), id)?.ok_or(codes::UPDATE_NOT_FOUND)?;
                let mut post = present.changed(input, now())?;
                store::scheduled_posts::save(tx, &post)?;
                fill(tx.conn(), post.draft.user_id, std::slice::from_mut(&mut post))?;
                let told = event(DraftChange::ScheduleUpdated, &post, connection);
                Ok(Change::emit(post, told))
            })
            .await
    }

    /// Removes what one has scheduled; answers it as it was.
    pub async fn unschedule_post(&self, actor: &Actor, id: Id, connection: Option<Arc<str>>) -> Result<ScheduledPost> {
        let user = actor.id();
        self.store
            .write(move |tx| {
                let post = store::scheduled_posts::by_id(tx.conn(), id)?.ok_or(codes::DELETE_NOT_FOUND)?;
                if post.draft.user_id != user {
                    return codes::DELETE_FORBIDDEN.err();
                }
                store::scheduled_posts::delete(tx, &post)?;
                let told = event(DraftChange::Unscheduled, &post, connection);
                Ok(Change::emit(post, told))
            })
            .await
    }

    /// The actor's scheduled posts by the id of the team, and, if wanted, those in conversations under a key of their own;
    /// the newest first.
    pub async fn scheduled_posts(
        &self,
        grant: &TeamGrant<ViewTeam>,
        direct: bool,
    ) -> Result<BTreeMap<String, Vec<ScheduledPost>>> {
        let (user, team) = (grant.actor().id(), grant.team().id);
        self.store
            .read(move |conn| {
                let mut found = BTreeMap::new();
                found.insert(team.to_string(), store::scheduled_posts::of_user(conn, user, team)?);
                if direct {
                    found.insert(DIRECT.to_owned(), store::scheduled_posts::of_user(conn, user, Id::NONE)?);
                }
                for posts in found.values_mut() {
                    fill(conn, user, posts)?;
                }
                Ok(found)
            })
            .await
    }
}

/// Adds what is known of the files of what somebody has scheduled.
fn fill(conn: &mut Conn, user: Id, posts: &mut [ScheduledPost]) -> Result<()> {
    fill_files(conn, user, posts.iter_mut().map(|post| &mut post.draft))
}

/// What the author's other clients are told.
pub(in crate::app) fn event(kind: DraftChange, post: &ScheduledPost, by_connection: Option<Arc<str>>) -> DraftEvent {
    let (user, channel) = (post.draft.user_id, post.draft.channel_id);
    DraftEvent { kind, user, channel, value: Json::of(post), by_connection }
}
