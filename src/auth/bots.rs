//! What one may do with bots (permissions.md §5 "Integrations"). Whoever may not read bots is told that there are none.

use super::Actor;
use super::actor::need;
use super::grants::{UserCase, actions};
use crate::model::errors::{Result, bots as codes, forbidden};
use crate::model::permissions::Permission;

/// What it takes to do something with one's own bots, or with those of others.
fn with_bot(c: &UserCase<'_>, own: Permission, others: Permission) -> bool {
    let mine = c.user.bot_owner == c.actor.id().as_str();
    c.actor.may(if mine { own } else { others })
}

fn may_read(c: &UserCase<'_>) -> Result<()> {
    let allowed = c.user.is_bot && with_bot(c, Permission::read_bots, Permission::read_others_bots);
    if allowed { Ok(()) } else { codes::NOT_FOUND.err() }
}

fn may_manage(c: &UserCase<'_>) -> Result<()> {
    match c.user.is_bot && with_bot(c, Permission::manage_bots, Permission::manage_others_bots) {
        true => Ok(()),
        false => may_read(c).and_then(|()| Err(forbidden())),
    }
}

actions! { UserAction(c: UserCase):
    /// Reading what a bot is.
    ReadBot    [Some(codes::NOT_FOUND)] => may_read(c);
    /// Changing, disabling, enabling it and giving it away.
    ManageBot  [Some(codes::NOT_FOUND)] => may_manage(c);
    /// Making it a person.
    ConvertBot [Some(codes::NOT_FOUND)] => c.actor.is_admin();
}

/// Whose bots somebody may list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listable {
    /// Everybody's.
    All,
    /// One's own.
    Own,
}

impl Listable {
    /// What the actor may list; nothing is refused.
    pub fn to(actor: &Actor) -> Result<Listable> {
        match actor.may(Permission::read_others_bots) {
            true => Ok(Listable::All),
            false => need(actor.may(Permission::read_bots)).map(|()| Listable::Own),
        }
    }
}

actions! { SystemAction(c: SystemCase):
    /// Making a bot; bots make none.
    CreateBot => match () {
        () if !c.actor.may(Permission::create_bot) || c.actor.user().is_bot => Err(forbidden()),
        () if !c.settings.service.enable_bot_account_creation => codes::CREATE_DISABLED.err(),
        () => Ok(()),
    };
    /// Listing bots, see [`Listable`].
    ListBots  => Listable::to(c.actor).map(|_| ());
}
