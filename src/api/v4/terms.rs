//! Terms of service.

use crate::api::call::{Body, Input, Json, StatusOk, StringMapBody};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant};
use crate::model::Id;
use crate::model::errors::{Result, invalid_body};
use crate::model::system::TermsOfService;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/terms_of_service", get_terms),
        post("/api/v4/terms_of_service", create_terms).on_record(),
        get("/api/v4/users/{user_id}/terms_of_service", get_accepted),
        post("/api/v4/users/{user_id}/terms_of_service", answer).on_record(),
    ]
}

/// `GET /terms_of_service`
async fn get_terms(app: App, actor: Actor) -> Result<Json<TermsOfService>> {
    Ok(Json(app.terms_of_service(&actor).await?))
}

/// `POST /terms_of_service`
async fn create_terms(app: App, grant: SystemGrant<ManageSystem>, body: StringMapBody) -> Result<Json<TermsOfService>> {
    Ok(Json(app.create_terms_of_service(grant, body.get("text").to_owned()).await?))
}

/// What a person accepted, on the wire.
#[derive(serde::Serialize)]
struct Accepted {
    user_id: Id,
    terms_of_service_id: Id,
    create_at: i64,
}

/// `GET /users/{user_id}/terms_of_service`: always one's own, whoever's the path says.
async fn get_accepted(app: App, actor: Actor) -> Result<Json<Accepted>> {
    let (terms_of_service_id, create_at) = app.accepted_terms(&actor).await?;
    Ok(Json(Accepted { user_id: actor.id(), terms_of_service_id, create_at }))
}

/// The body of [`answer`].
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct AnswerInput {
    #[serde(rename = "termsOfServiceId")]
    id: String,
    accepted: Option<bool>,
}

impl Input for AnswerInput {
    const NAME: &'static str = "terms_of_service";
}

/// `POST /users/{user_id}/terms_of_service`
async fn answer(app: App, actor: Actor, Body(input): Body<AnswerInput>) -> Result<StatusOk> {
    let version = Id::parse(&input.id).ok_or_else(|| invalid_body("termsOfServiceId"))?;
    let accepts = input.accepted.ok_or_else(|| invalid_body("accepted"))?;
    app.answer_terms(&actor, version, accepts).await?;
    Ok(StatusOk)
}
