//! Imports of what was written elsewhere: none is known, and the form is refused field by field.

use crate::api::call::{Call, Form, FromCall, StatusOk};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::auth::TeamGrant;
use crate::auth::teams::ImportIntoTeam;
use crate::model::errors::{Result, teams as codes};

/// The routes of imports.
pub fn routes() -> Vec<Route> {
    vec![post("/api/v4/teams/{team_id}/import", import_team).reads_body()]
}

/// A complete form.
struct Import;

impl FromCall for Import {
    async fn from_call(call: &Call) -> Result<Self> {
        let limit = call.app.config.snapshot().effective.file.max_file_size;
        let form = Form::read(call, limit).await.map_err(|_| codes::IMPORT_PARSE)?;
        form.text("importFrom").ok_or(codes::IMPORT_NO_SOURCE)?;
        let size = form.text("filesize").ok_or(codes::IMPORT_NO_SIZE)?;
        size.parse::<i64>().map_err(|_| codes::IMPORT_SIZE)?;
        form.file("file").ok_or(codes::IMPORT_NO_FILE)?;
        Ok(Import)
    }
}

/// `POST /teams/{team_id}/import`
async fn import_team(_: App, _: TeamGrant<ImportIntoTeam>, _: Import) -> Result<StatusOk> {
    codes::IMPORT_UNKNOWN_SOURCE.err()
}
