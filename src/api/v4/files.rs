//! Attached files.

use crate::api::call::{Call, FromCall, Json, UserParam};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::auth::Actor;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::files::{FileInfo, UploadSession};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![get("/api/v4/files/{file_id}/info", get_file_info), get("/api/v4/users/{user_id}/uploads", get_uploads)]
}

/// `{file_id}`
struct File(Id);

impl FromCall for File {
    async fn from_call(call: &Call) -> Result<Self> {
        call.id_param("file_id").map(File)
    }
}

/// `GET /files/{file_id}/info`; clients may keep it, files do not change.
async fn get_file_info(app: App, actor: Actor, file: File) -> Result<Json<FileInfo>> {
    Ok(Json(app.file_info(actor, file.0).await?))
}

/// `GET /users/{user_id}/uploads`
async fn get_uploads(app: App, actor: Actor, user: UserParam) -> Result<Json<Vec<UploadSession>>> {
    let user = user.of(&actor);
    Ok(Json(app.uploads_of(actor, user).await?))
}
