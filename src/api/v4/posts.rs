//! Posts: saying something, reading one, changing and deleting it.

use actix_web::http::StatusCode;

use crate::api::call::{Body, Call, Etagged, FromCall, Input, Reply, written};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::auth::channels::CreatePost;
use crate::auth::posts::ReadPost;
use crate::auth::{Actor, PostGrant};
use crate::model::Id;
use crate::model::errors::{Result, forbidden};
use crate::model::posts::PostInput;

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![post("/api/v4/posts", create_post).extends_session(), get("/api/v4/posts/{post_id}", get_post)]
}

impl Input for PostInput {
    const NAME: &'static str = "post";
}

/// Whether posting makes the author appear online; anything but a plain no is a yes (surprises.md, Posts).
struct SetOnline(bool);

impl FromCall for SetOnline {
    async fn from_call(call: &Call) -> Result<Self> {
        let wanted = call.query("set_online");
        Ok(SetOnline(!matches!(wanted.as_str(), "0" | "f" | "F" | "false" | "FALSE" | "False")))
    }
}

/// `POST /posts`
async fn create_post(app: App, actor: Actor, body: Body<PostInput>, online: SetOnline) -> Result<Reply> {
    let Body(input) = body;
    let channel = Id::parse(&input.channel_id).ok_or_else(forbidden)?;
    let grant = app.auth.channel::<CreatePost>(actor, channel).await?;
    Ok(written(StatusCode::CREATED, app.create_post(grant, input, online.0).await?.as_str()))
}

/// `GET /posts/{post_id}`
async fn get_post(app: App, grant: PostGrant<ReadPost>) -> Result<Etagged> {
    Ok(Etagged::of(&app.get_post(&grant).await?))
}
