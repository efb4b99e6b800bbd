//! Acknowledgements: readers confirm that they have read a post (posts-and-limits.md §14).

use crate::app::App;
use crate::auth::posts::ReadPostOf;
use crate::auth::users::ActAs;
use crate::auth::{PostGrant, UserGrant};
use crate::events::posts::PostEvent;
use crate::events::{Change, Json};
use crate::model::errors::{Result, acknowledgements as codes};
use crate::model::posts::Acknowledgement;
use crate::model::{TimeMs, now};
use crate::store;

/// For how long an acknowledgement can be taken back, in milliseconds.
const SECOND_THOUGHTS: TimeMs = 5 * 60 * 1000;

impl App {
    /// Confirms in a user's name that they have read a post.
    pub async fn acknowledge(&self, of: &UserGrant<ActAs>, grant: &PostGrant<ReadPostOf>) -> Result<Acknowledgement> {
        if grant.channel().is_archived() {
            return codes::SAVE_ARCHIVED.err();
        }
        let at = now();
        let acknowledgement = Acknowledgement {
            user_id: of.user().id,
            post_id: grant.post().id,
            acknowledged_at: at,
            channel_id: grant.channel().id,
            remote_id: String::new(),
        };
        self.store
            .write(move |tx| {
                store::acknowledgements::save(tx, &acknowledgement, at)?;
                let channel = acknowledgement.channel_id;
                let event = PostEvent::Acknowledged { channel, acknowledgement: Json::of(&acknowledgement) };
                Ok(Change::emit(acknowledgement, event))
            })
            .await
    }

    /// Takes an acknowledgement back, within a few minutes.
    pub async fn unacknowledge(&self, of: &UserGrant<ActAs>, grant: &PostGrant<ReadPostOf>) -> Result<()> {
        if grant.channel().is_archived() {
            return codes::DELETE_ARCHIVED.err();
        }
        let (post, user, channel, at) = (grant.post().id, of.user().id, grant.channel().id, now());
        self.store
            .write(move |tx| {
                let present = store::acknowledgements::one(tx.conn(), post, user)?.ok_or(codes::NOT_FOUND)?;
                if at - present.acknowledged_at > SECOND_THOUGHTS {
                    return codes::DELETE_DEADLINE.err();
                }
                let gone = Acknowledgement { acknowledged_at: 0, channel_id: channel, ..present.clone() };
                store::acknowledgements::save(tx, &gone, at)?;
                Ok(Change::emit((), PostEvent::Unacknowledged { channel, acknowledgement: Json::of(&present) }))
            })
            .await
    }
}
