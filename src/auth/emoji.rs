//! What one may do with custom emoji (permissions.md §5 "Emoji").

use super::actor::{Actor, need};
use super::grants::{SystemCase, actions};
use crate::model::emoji::Emoji;
use crate::model::errors::{Result, emoji as codes};
use crate::model::permissions::Permission;

/// Whether custom emoji are switched on.
fn enabled(c: &SystemCase<'_>) -> Result<()> {
    if c.settings.service.enable_custom_emoji { Ok(()) } else { codes::DISABLED.err() }
}

/// Whether a role of the system, or one in any team, allows it.
fn may_somewhere(actor: &Actor, permission: Permission) -> bool {
    actor.may(permission) || actor.teams().iter().any(|member| actor.may_in_team(member.team_id, permission))
}

/// Whether the actor may delete that emoji.
pub fn check_delete(actor: &Actor, emoji: &Emoji) -> Result<()> {
    let others = emoji.creator_id != actor.id();
    need(may_somewhere(actor, Permission::delete_emojis))?;
    need(!others || may_somewhere(actor, Permission::delete_others_emojis))
}

actions! { SystemAction(c: SystemCase):
    /// Seeing custom emoji; also naming one to be deleted, which [`check_delete`] decides.
    UseEmoji    => enabled(c);
    /// Finding custom emoji by parts of their names.
    FindEmoji   => enabled(c).or(codes::SEARCH_DISABLED.err());
    /// Making custom emoji.
    CreateEmoji => enabled(c).and_then(|()| need(may_somewhere(c.actor, Permission::create_emojis)));
}
