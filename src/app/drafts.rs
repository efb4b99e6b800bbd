//! Unfinished posts, kept for all of their author's clients (posts-and-limits.md §14).

use std::sync::Arc;

use crate::app::App;
use crate::app::jobs::Run;
use crate::auth::channels::CreatePost;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, ChannelGrant, TeamGrant};
use crate::events::drafts::{DraftChange, DraftEvent};
use crate::events::{Change, Json};
use crate::model::drafts::{Draft, DraftInput};
use crate::model::errors::{Result, posts as codes};
use crate::model::posts::{MAX_MESSAGE_RUNES, PostMetadata};
use crate::model::text::runes;
use crate::model::{Id, now};
use crate::store;
use crate::store::conn::Conn;

impl App {
    /// Refuses drafts where they are switched off.
    pub fn check_drafts(&self) -> Result<()> {
        let kept = self.config.snapshot().effective.service.allow_synced_drafts;
        if kept { Ok(()) } else { codes::DRAFTS_DISABLED.err() }
    }

    /// Keeps a draft; one without words is removed, and `None` is answered. `connection` is the socket of the client
    /// that wrote it.
    pub async fn save_draft(
        &self,
        grant: &ChannelGrant<CreatePost>,
        input: DraftInput,
        connection: Option<Arc<str>>,
    ) -> Result<Option<Draft>> {
        self.check_drafts()?;
        if grant.channel().is_archived() {
            return codes::DRAFT_DELETED_CHANNEL.err();
        }
        let snapshot = self.config.snapshot();
        let refusal = codes::DRAFT_RESTRICTED_DM;
        self.check_restricted_direct(grant.actor(), grant.channel(), &snapshot.effective, refusal).await?;
        let draft = new_draft(input, grant.actor().id(), grant.channel().id)?;
        let (user, channel, root) = (draft.user_id, draft.channel_id, draft.root_id);
        self.store
            .write(move |tx| {
                if draft.message.is_empty() {
                    store::drafts::delete(tx, user, channel, root)?;
                    return Ok(Change::silent(None, "the client that emptied it tells the others itself"));
                }
                let known = store::drafts::one(tx.conn(), user, channel, root)?;
                let draft = Draft { create_at: known.map_or(draft.create_at, |d| d.create_at), ..draft };
                store::drafts::save(tx, &draft)?;
                let mut draft = draft;
                draft.metadata.get_or_insert_default().files = store::files::unsent(tx.conn(), user, &draft.file_ids)?;
                let event = event(DraftChange::Saved, &draft, connection);
                Ok(Change::emit(Some(draft), event))
            })
            .await
    }

    /// Removes the actor's draft at a place; none there is fine.
    pub async fn delete_draft(&self, actor: &Actor, channel: Id, root: Id, connection: Option<Arc<str>>) -> Result<()> {
        self.check_drafts()?;
        let user = actor.id();
        self.store
            .write(move |tx| {
                let Some(draft) = store::drafts::one(tx.conn(), user, channel, root)? else {
                    return Ok(Change::silent((), "there was no draft"));
                };
                store::drafts::delete(tx, user, channel, root)?;
                let gone = Draft { metadata: None, ..draft };
                Ok(Change::emit((), event(DraftChange::Deleted, &gone, connection)))
            })
            .await
    }

    /// Removes drafts that nobody can send any more.
    pub async fn clean_drafts(&self, run: &mut Run) -> Result<()> {
        let removed = self
            .store
            .write(|tx| Ok(Change::silent(store::drafts::delete_orphans(tx)?, "their place is gone from clients")))
            .await?;
        run.count("removed", removed);
        Ok(())
    }

    /// The actor's drafts in a team and in conversations, the latest first; `None` if there is none.
    pub async fn drafts(&self, grant: &TeamGrant<ViewTeam>) -> Result<Option<Vec<Draft>>> {
        self.check_drafts()?;
        let (user, team) = (grant.actor().id(), grant.team().id);
        let drafts = self
            .store
            .read(move |conn| {
                let mut drafts = store::drafts::of_user(conn, user, team)?;
                fill_files(conn, user, drafts.iter_mut())?;
                Ok(drafts)
            })
            .await?;
        Ok((!drafts.is_empty()).then_some(drafts))
    }
}

/// Adds what is known of the files of somebody's drafts, with one query.
pub(in crate::app) fn fill_files<'d>(
    conn: &mut Conn,
    user: Id,
    drafts: impl Iterator<Item = &'d mut Draft>,
) -> Result<()> {
    let with_files: Vec<&mut Draft> = drafts.filter(|draft| !draft.file_ids.is_empty()).collect();
    let ids: Vec<Id> = with_files.iter().flat_map(|draft| draft.file_ids.iter().copied()).collect();
    let files = store::files::unsent(conn, user, &ids)?;
    for draft in with_files {
        let own = files.iter().filter(|file| draft.file_ids.contains(&file.id));
        draft.metadata.get_or_insert_default().files = own.cloned().collect();
    }
    Ok(())
}

fn new_draft(input: DraftInput, user_id: Id, channel_id: Id) -> Result<Draft> {
    let root_id = match input.root_id.as_str() {
        "" => Id::NONE,
        other => Id::parse(other).ok_or(codes::DRAFT_SAVE)?,
    };
    if runes(&input.message) > MAX_MESSAGE_RUNES {
        return codes::DRAFT_SAVE.err();
    }
    let at = now();
    let priority = input.priority.or(input.metadata.and_then(|m| m.priority));
    Ok(Draft {
        create_at: at,
        update_at: at,
        delete_at: 0,
        user_id,
        channel_id,
        root_id,
        message: input.message,
        r#type: input.r#type,
        props: input.props,
        file_ids: input.file_ids.iter().filter_map(|id| Id::parse(id)).collect(),
        metadata: Some(PostMetadata::default()),
        priority,
    })
}

/// What the author's other clients are told.
fn event(kind: DraftChange, draft: &Draft, by_connection: Option<Arc<str>>) -> DraftEvent {
    DraftEvent { kind, user: draft.user_id, channel: draft.channel_id, value: Json::of(draft), by_connection }
}
