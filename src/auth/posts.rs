//! What one may do to a post (permissions.md §5 "Posts").

use super::actor::{Actor, Place};
use super::channels::{may_post, may_read_content};
use super::grants::actions;
use crate::config::Settings;
use crate::model::permissions::Permission;
use crate::model::posts::Post;

actions! { PostAction(actor: &Actor, post: &Post, place: Place<'_>, settings: &Settings):
    /// Reading it, its thread, its files, its reactions.
    ReadPost          => may_read_content(actor, place, settings);
    /// Pinning and unpinning: whoever reads may.
    PinPost    [None] => may_read_content(actor, place, settings);
    /// Changing its text.
    EditPost   [None] => may_post(actor, place) && actor.may_in(place, edit_permission(actor, post));
    /// Deleting it.
    DeletePost [None] => actor.may_in(place, delete_permission(actor, post));
}

fn edit_permission(actor: &Actor, post: &Post) -> Permission {
    if post.user_id == actor.id() { Permission::edit_post } else { Permission::edit_others_posts }
}

fn delete_permission(actor: &Actor, post: &Post) -> Permission {
    if post.user_id == actor.id() { Permission::delete_post } else { Permission::delete_others_posts }
}
