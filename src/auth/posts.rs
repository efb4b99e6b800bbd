//! What one may do to a post (permissions.md §5 "Posts").

use super::actor::need;
use super::channels::{may_post, may_read_content};
use super::grants::{PostAction, PostCase, actions};
use crate::model::errors::Result;
use crate::model::permissions::Permission;

/// Whether the actor may change the post's words: their own, or, with both permissions, those of others.
fn may_edit(c: &PostCase<'_>) -> bool {
    let own = c.post.user_id == c.actor.id();
    may_post(c.actor, c.place) && c.may(Permission::edit_post) && (own || c.may(Permission::edit_others_posts))
}

/// The one permission for one's own posts, the other for those of others.
fn own_or(c: &PostCase<'_>, own: Permission, others: Permission) -> Permission {
    if c.post.user_id == c.actor.id() { own } else { others }
}

actions! { PostAction(c: PostCase):
    /// Reading it, its thread, its files, its reactions.
    ReadPost          => may_read_content(c.actor, c.place, c.settings);
    /// Reading what is known of its files, also once it was deleted.
    ReadFiles [None] + deleted => may_read_content(c.actor, c.place, c.settings);
    /// Pinning and unpinning: whoever reads may.
    PinPost    [None] => may_read_content(c.actor, c.place, c.settings);
    /// Changing its text.
    EditPost   [None] => may_edit(c);
    /// Its earlier versions: its author alone.
    ReadHistory [None] => c.post.user_id == c.actor.id() && c.may(Permission::edit_post);
    /// Reading what people thought of it, also once it was deleted.
    ReadReactions [None] + deleted => may_read_content(c.actor, c.place, c.settings);
    /// Pressing its buttons. Whether it was deleted is told to those who could read it.
    PressAction [None] + deleted => may_read_content(c.actor, c.place, c.settings);
    /// Taking a reaction back.
    Unreact [None] + deleted => c.may(Permission::remove_reaction);
    /// Reading the thread that it started, also one that was deleted.
    ReadThread [None] + deleted => may_read_content(c.actor, c.place, c.settings);
    /// Reading it where nobody is to learn whether it exists.
    ReadPostOf [None] => may_read_content(c.actor, c.place, c.settings);
    /// Learning where it stands: whoever might join; the rest is decided with the team at hand.
    ReadPostInfo      => !c.place.channel.is_conversation() || c.place.member.is_some() || c.actor.is_admin();
    /// Erasing it for good.
    ErasePost         => c.actor.is_admin();
    /// Deleting it.
    DeletePost        => c.may(own_or(c, Permission::delete_post, Permission::delete_others_posts));
}

/// Reacting to it.
pub struct React;

impl PostAction for React {
    fn rule(c: &PostCase<'_>) -> Result<()> {
        need(c.may(Permission::add_reaction))
    }

    const UNKNOWN: Option<crate::model::Code> = None;
    const DELETED: bool = true;
    const KEPT: bool = true;
}
