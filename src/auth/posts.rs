//! What one may do to a post (permissions.md §5 "Posts").

use super::channels::{may_post, may_read_content};
use super::grants::{PostCase, actions};
use crate::model::permissions::Permission;

/// The one permission for one's own posts, the other for those of others.
fn own_or(c: &PostCase<'_>, own: Permission, others: Permission) -> Permission {
    if c.post.user_id == c.actor.id() { own } else { others }
}

actions! { PostAction(c: PostCase):
    /// Reading it, its thread, its files, its reactions.
    ReadPost          => may_read_content(c.actor, c.place, c.settings);
    /// Pinning and unpinning: whoever reads may.
    PinPost    [None] => may_read_content(c.actor, c.place, c.settings);
    /// Changing its text.
    EditPost   [None] => may_post(c.actor, c.place) && c.may(own_or(c, Permission::edit_post, Permission::edit_others_posts));
    /// Deleting it.
    DeletePost [None] => c.may(own_or(c, Permission::delete_post, Permission::delete_others_posts));
}
