//! What one may do to the bookmarks of a channel (permissions-routes.tsv, channel_bookmark).

use super::actor::need;
use super::grants::{ChannelCase, actions};
use crate::model::Code;
use crate::model::channels::ChannelType;
use crate::model::errors::{Result, bookmarks as codes};
use crate::model::permissions::Permission;

/// What changing bookmarks in one way takes.
struct Rule {
    open: Permission,
    private: Permission,
    archived: Code,
    stranger: Code,
    guest: Code,
}

/// One permission for public channels, another for private ones; in conversations everybody in them who is no guest may.
/// Nothing changes in archived channels.
fn may(c: &ChannelCase<'_>, rule: Rule) -> Result<()> {
    let channel = c.place.channel;
    match channel.r#type {
        _ if channel.is_archived() => rule.archived.err(),
        ChannelType::Open => need(c.may(rule.open)),
        ChannelType::Private => need(c.may(rule.private)),
        ChannelType::Direct | ChannelType::Group if c.place.member.is_none() => rule.stranger.err(),
        ChannelType::Direct | ChannelType::Group if c.actor.user().is_guest() => rule.guest.err(),
        ChannelType::Direct | ChannelType::Group => Ok(()),
    }
}

actions! { ChannelAction(c: ChannelCase):
    /// Adding a bookmark.
    AddBookmark    => may(c, Rule {
        open: Permission::add_bookmark_public_channel,
        private: Permission::add_bookmark_private_channel,
        archived: codes::CREATE_ARCHIVED,
        stranger: codes::CREATE_STRANGER,
        guest: codes::CREATE_GUEST,
    });
    /// Changing a bookmark.
    EditBookmark   => may(c, Rule {
        open: Permission::edit_bookmark_public_channel,
        private: Permission::edit_bookmark_private_channel,
        archived: codes::UPDATE_ARCHIVED,
        stranger: codes::UPDATE_STRANGER,
        guest: codes::UPDATE_GUEST,
    });
    /// Putting bookmarks into another order.
    OrderBookmarks => may(c, Rule {
        open: Permission::order_bookmark_public_channel,
        private: Permission::order_bookmark_private_channel,
        archived: codes::SORT_ARCHIVED,
        stranger: codes::SORT_STRANGER,
        guest: codes::SORT_GUEST,
    });
    /// Removing a bookmark.
    DeleteBookmark => may(c, Rule {
        open: Permission::delete_bookmark_public_channel,
        private: Permission::delete_bookmark_private_channel,
        archived: codes::DELETE_ARCHIVED,
        stranger: codes::DELETE_STRANGER,
        guest: codes::DELETE_GUEST,
    });
}
