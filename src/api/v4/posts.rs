//! Posts: saying something, reading one, changing and deleting it.

use actix_web::http::StatusCode;

use crate::api::call::{Body, Call, Etagged, FromCall, Ids, Input, Json, Query, Reply, StatusOk, written};
use crate::api::routes::{Route, delete, get, post, put};
use crate::app::App;
use crate::app::posts::Occasion;
use crate::auth::channels::CreatePost;
use crate::auth::posts::{DeletePost, EditPost, ErasePost, PinPost, ReadFiles, ReadHistory, ReadPost};
use crate::auth::system::PostEphemeral;
use crate::auth::{Actor, PostGrant, SystemGrant};
use crate::model::Id;
use crate::model::errors::{Result, forbidden, invalid_body, invalid_url};
use crate::model::posts::{Post, PostInfo, PostInput, PostPatch};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/posts", create_post).extends_session(),
        post("/api/v4/posts/ephemeral", post_ephemeral),
        post("/api/v4/posts/ids", get_posts_by_ids),
        get("/api/v4/posts/{post_id}", get_post),
        put("/api/v4/posts/{post_id}", update_post),
        delete("/api/v4/posts/{post_id}", delete_post),
        put("/api/v4/posts/{post_id}/patch", patch_post),
        post("/api/v4/posts/{post_id}/pin", pin_post),
        post("/api/v4/posts/{post_id}/unpin", unpin_post),
        get("/api/v4/posts/{post_id}/info", get_post_info),
        get("/api/v4/posts/{post_id}/edit_history", get_history),
        get("/api/v4/posts/{post_id}/files/info", get_files),
        post("/api/v4/posts/{post_id}/restore/{restore_version_id}", restore_post),
    ]
}

impl Input for PostInput {
    const NAME: &'static str = "post";
}

/// Whether posting makes the author appear online; anything but a plain no is a yes (surprises.md, Posts).
struct SetOnline(bool);

impl FromCall for SetOnline {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(SetOnline(!Query::from_call(call).await?.is_off("set_online")))
    }
}

/// `POST /posts`
async fn create_post(app: App, actor: Actor, body: Body<PostInput>, online: SetOnline) -> Result<Reply> {
    let Body(input) = body;
    let channel = Id::parse(&input.channel_id).ok_or_else(forbidden)?;
    let grant = app.auth.channel::<CreatePost>(actor, channel).await?;
    let occasion = Occasion { set_online: online.0, ..Occasion::default() };
    Ok(written(StatusCode::CREATED, app.create_post(grant, input, occasion).await?.as_str()))
}

/// `GET /posts/{post_id}`, `include_deleted` for administrators
async fn get_post(app: App, actor: Actor, query: Query, PostParam(id): PostParam) -> Result<Etagged> {
    let post = match query.flag("include_deleted") {
        true => app.get_deleted_post(&actor, id).await?,
        false => app.get_post(&app.auth.post::<ReadPost>(actor, id).await?).await?,
    };
    Ok(Etagged::of(&post))
}

/// `{post_id}`
struct PostParam(Id);

impl FromCall for PostParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(PostParam(call.id_param("post_id")?))
    }
}

/// `{restore_version_id}`
struct VersionParam(Id);

impl FromCall for VersionParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Id::parse(call.param("restore_version_id")).map(VersionParam).ok_or_else(forbidden)
    }
}

/// `PUT /posts/{post_id}`: the whole post, which must name itself
async fn update_post(app: App, actor: Actor, PostParam(id): PostParam, body: Body<PostInput>) -> Result<Reply> {
    let Body(input) = body;
    if input.id != id.as_str() {
        return Err(invalid_body("id"));
    }
    let grant = app.auth.post::<EditPost>(actor, id).await?;
    Ok(written(StatusCode::OK, app.update_post(grant, input).await?.as_str()))
}

impl Input for PostPatch {
    const NAME: &'static str = "post";
}

/// `PUT /posts/{post_id}/patch`
async fn patch_post(app: App, actor: Actor, PostParam(id): PostParam, body: Body<PostPatch>) -> Result<Reply> {
    let grant = app.auth.post::<EditPost>(actor, id).await?;
    Ok(written(StatusCode::OK, app.patch_post(grant, body.0).await?.as_str()))
}

/// `DELETE /posts/{post_id}`, `permanent` for administrators where the server allows it
async fn delete_post(app: App, actor: Actor, PostParam(id): PostParam, query: Query) -> Result<StatusOk> {
    if query.flag("permanent") {
        app.check_erasing()?;
        if !actor.is_admin() {
            return Err(forbidden());
        }
        app.erase_post(app.auth.post::<ErasePost>(actor, id).await?).await?;
    } else {
        app.delete_post(app.auth.post::<DeletePost>(actor, id).await?).await?;
    }
    Ok(StatusOk)
}

/// `POST /posts/{post_id}/pin`
async fn pin_post(app: App, grant: PostGrant<PinPost>) -> Result<StatusOk> {
    app.pin_post(grant, true).await?;
    Ok(StatusOk)
}

/// `POST /posts/{post_id}/unpin`
async fn unpin_post(app: App, grant: PostGrant<PinPost>) -> Result<StatusOk> {
    app.pin_post(grant, false).await?;
    Ok(StatusOk)
}

/// `GET /posts/{post_id}/info`
async fn get_post_info(app: App, actor: Actor, PostParam(id): PostParam) -> Result<Json<PostInfo>> {
    Ok(Json(app.post_info(actor, id).await?))
}

/// `GET /posts/{post_id}/edit_history`
async fn get_history(app: App, grant: PostGrant<ReadHistory>) -> Result<Json<Vec<Post>>> {
    Ok(Json(app.post_history(&grant).await?))
}

/// `GET /posts/{post_id}/files/info`, `include_deleted` for administrators
async fn get_files(app: App, actor: Actor, query: Query, PostParam(id): PostParam) -> Result<Reply> {
    let files = match query.flag("include_deleted") {
        true => app.files_ever_of_post(&actor, id).await?,
        false => app.files_of_post(&app.auth.post::<ReadFiles>(actor, id).await?).await?,
    };
    Ok(Reply::from(Etagged::of(&files)).header("cache-control", "max-age=2592000, private"))
}

/// `POST /posts/{post_id}/restore/{restore_version_id}`
async fn restore_post(app: App, grant: PostGrant<ReadHistory>, version: VersionParam) -> Result<Reply> {
    Ok(written(StatusCode::OK, app.restore_post(grant, version.0).await?.as_str()))
}

/// `POST /posts/ids`
async fn get_posts_by_ids(app: App, actor: Actor, ids: Ids) -> Result<Reply> {
    let posts = app.posts_by_ids(&actor, ids.parsed("post_ids")?).await?;
    Ok(Reply::from(Json(posts)).header("first-inaccessible-post-time", "0"))
}

/// What is sent to show somebody a post that is not stored.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct EphemeralInput {
    user_id: String,
    post: Option<PostInput>,
}

impl Input for EphemeralInput {
    const NAME: &'static str = "body";
}

/// `POST /posts/ephemeral`
async fn post_ephemeral(app: App, actor: Actor, body: Body<EphemeralInput>) -> Result<Reply> {
    let user = Id::parse(&body.0.user_id).ok_or_else(|| invalid_body("user_id"))?;
    let input = body.0.post.ok_or_else(|| invalid_body("post"))?;
    let channel = Id::parse(&input.channel_id).ok_or_else(|| invalid_url("channel_id"))?;
    let grant: SystemGrant<PostEphemeral> = app.auth.system(actor)?;
    Ok(written(StatusCode::CREATED, app.post_ephemeral(&grant, user, channel, input).await?.as_str()))
}
