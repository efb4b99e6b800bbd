//! Who may be here: Kollegium's own operation.

use crate::api::call::{Json, Query};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::app::admission::Explanation;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::model::errors::{Result, invalid_url};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![get("/api/v4/admission/explain", explain)]
}

/// `GET /admission/explain?login=`: whether somebody would get in, and why, rule by rule.
async fn explain(app: App, grant: SystemGrant<ManageSystem>, query: Query) -> Result<Json<Explanation>> {
    match query.get("login") {
        "" => Err(invalid_url("login")),
        login => Ok(Json(app.explain_admission(&grant, login).await?)),
    }
}
