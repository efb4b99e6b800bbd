//! Bots: accounts of programs (auth.md §7).

mod change;
mod convert;
mod create;
mod switch;
mod system;

use super::App;
use crate::auth::bots::{ListBots, Listable, ReadBot};
use crate::auth::{SystemGrant, UserGrant};
use crate::model::bots::Bot;
use crate::model::errors::{Result, bots as codes};
use crate::store;
use crate::store::bots::Wanted;

pub(in crate::app) use switch::disable_bots_of;

/// Which bots to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct BotFilter {
    /// Disabled ones too.
    pub disabled: bool,
    /// Only those whose owner's account is deactivated.
    pub orphaned: bool,
}

impl App {
    /// A page of the bots that the actor may list, the oldest first.
    pub async fn list_bots(
        &self,
        grant: SystemGrant<ListBots>,
        filter: BotFilter,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Bot>> {
        let owner = match Listable::to(grant.actor())? {
            Listable::All => None,
            Listable::Own => Some(grant.actor().id()),
        };
        let wanted = Wanted { owner, disabled: filter.disabled, orphaned: filter.orphaned };
        self.store.read(move |conn| store::bots::list(conn, &wanted, offset, limit)).await
    }

    /// A bot; a disabled one only where asked for.
    pub async fn bot(&self, grant: UserGrant<ReadBot>, disabled: bool) -> Result<Bot> {
        let id = grant.user().id;
        let bot = self.store.read(move |conn| store::bots::by_id(conn, id)).await?;
        Ok(bot.filter(|bot| disabled || bot.delete_at == 0).ok_or(codes::NOT_FOUND)?)
    }
}
