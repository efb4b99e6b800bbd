//! The edge: from HTTP and WebSocket to the application and back. Knows no database.

use std::sync::Arc;

use crate::app::App;
use crate::events::hub::Shard;

pub mod call;
pub mod client_files;
mod compress;
pub mod cookies;
pub mod dispatch;
mod error_page;
mod limits;
mod parts;
pub mod routes;
pub mod spec;
pub mod v4;
pub mod websocket;

pub use limits::Limits;
use routes::Table;

/// What a worker needs to answer requests.
#[derive(Clone)]
pub struct Api {
    /// The application.
    pub app: App,
    /// The route table.
    pub table: Arc<Table>,
    /// This worker's share of the hub.
    pub shard: Shard,
}

impl Api {
    /// The route table. Fails with a sentence when routes are in each other's way.
    pub fn table() -> Result<Table, String> {
        Table::new(v4::routes(), &spec::not_served())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn routes_are_not_in_each_others_way() {
        assert_eq!(super::Api::table().err(), None);
    }
}
