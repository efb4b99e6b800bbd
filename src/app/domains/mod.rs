//! The table of mail domains: who may sign up, and who may be in which team, by the domain of a proven address.
//!
//! The rules themselves are pure ([`DomainTable`]). Every way into a team asks them in [`crate::app::teams`]`::join`;
//! [`settle`] is called whenever an address was proven or an account changed its kind, and joins and leaves by them.

mod check;
mod manage;
mod settle;

pub use check::{AddressCheck, TeamCheck};
pub use manage::DomainInput;
pub(in crate::app) use settle::settle;

use crate::app::App;
use crate::model::domains::DomainTable;
use crate::model::errors::Result;
use crate::store;

impl App {
    /// The table as it is now.
    pub(in crate::app) async fn domain_table(&self) -> Result<DomainTable> {
        self.store.read(store::domains::all).await
    }
}
