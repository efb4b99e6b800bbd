//! Categories of the sidebar.

use crate::api::call::Raw;
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::app::sidebar::Whose;
use crate::model::errors::Result;

const CATEGORIES: &str = "/api/v4/users/{user_id}/teams/{team_id}/channels/categories";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![get(CATEGORIES, get_categories)]
}

/// `GET …/channels/categories`
async fn get_categories(app: App, whose: Whose) -> Result<Raw> {
    Ok(Raw(app.categories(whose).await?))
}
