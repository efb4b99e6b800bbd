//! People who have not been here for long: Kollegium's own operation.

use crate::api::call::{Json, Page, Query, Reply};
use crate::api::routes::{Route, get};
use crate::api::v4::config::NO_CACHE;
use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::model::errors::{Result, invalid_url};

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![get("/api/v4/users/inactive", inactive)]
}

/// `GET /users/inactive?days=&page=&per_page=`: who was not here for so many days, those first who have been away for
/// longest.
async fn inactive(app: App, grant: SystemGrant<ManageSystem>, query: Query, page: Page) -> Result<Reply> {
    let days = query.int("days").ok_or_else(|| invalid_url("days"))?;
    let found = app.inactive_people(grant, days, page.offset(), page.limit()).await?;
    Ok(Reply::from(Json(found)).header("cache-control", NO_CACHE))
}
