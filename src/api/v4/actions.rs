//! Buttons and menus in messages, and dialogs.

use serde_json::{Value, json};

use crate::api::call::{Anonymous, Body, Call, FromCall, Input, Json, StatusOk};
use crate::api::routes::{Route, post};
use crate::app::App;
use crate::app::actions::Press;
use crate::auth::Actor;
use crate::model::Id;
use crate::model::dialogs::{DialogAnswer, DialogChoices, OpenDialog, SubmitDialog};
use crate::model::errors::Result;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/posts/{post_id}/actions/{action_id}", press),
        post("/api/v4/actions/dialogs/open", open_dialog),
        post("/api/v4/actions/dialogs/submit", submit_dialog),
        post("/api/v4/actions/dialogs/lookup", look_up),
    ]
}

/// `{post_id}` and `{action_id}`
struct ActionParam(Id, String);

impl FromCall for ActionParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(ActionParam(call.id_param("post_id")?, call.param("action_id").to_owned()))
    }
}

impl Input for Press {
    const NAME: &'static str = "action_request";
}

impl Input for OpenDialog {
    const NAME: &'static str = "dialog";
}

impl Input for SubmitDialog {
    const NAME: &'static str = "dialog";
}

/// `POST /posts/{post_id}/actions/{action_id}`
async fn press(app: App, actor: Actor, of: ActionParam, Body(press): Body<Press>) -> Result<Json<Value>> {
    let trigger = app.press_action(actor, of.0, &of.1, press).await?;
    Ok(Json(json!({"status": "OK", "trigger_id": trigger})))
}

/// `POST /actions/dialogs/open`: a program shows by the trigger id for whom.
async fn open_dialog(app: App, _: Anonymous, Body(wanted): Body<OpenDialog>) -> Result<StatusOk> {
    app.open_dialog(wanted).await?;
    Ok(StatusOk)
}

/// `POST /actions/dialogs/submit`
async fn submit_dialog(app: App, actor: Actor, Body(submitted): Body<SubmitDialog>) -> Result<Json<DialogAnswer>> {
    Ok(Json(app.submit_dialog(actor, submitted).await?))
}

/// `POST /actions/dialogs/lookup`
async fn look_up(app: App, actor: Actor, Body(submitted): Body<SubmitDialog>) -> Result<Json<DialogChoices>> {
    Ok(Json(app.look_up_for_dialog(actor, submitted).await?))
}
