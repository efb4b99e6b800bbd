//! What members and guests may do in a single channel.

use crate::api::call::{Call, FromCall, Json};
use crate::api::routes::{Route, get, put};
use crate::api::v4::channels::ChannelId;
use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::{ReadModerations, WriteModerations};
use crate::model::errors::{Result, invalid_body};
use crate::model::json;
use crate::model::roles::moderation::{Moderation, ModerationPatch};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/channels/{channel_id}/moderations", moderations),
        put("/api/v4/channels/{channel_id}/moderations/patch", moderate),
    ]
}

/// A list of wishes.
struct Wishes(Vec<ModerationPatch>);

impl FromCall for Wishes {
    async fn from_call(call: &Call) -> Result<Self> {
        json::decode(&call.body).map(Wishes).map_err(|_| invalid_body("channel_moderations"))
    }
}

/// `GET /channels/{channel_id}/moderations`
async fn moderations(
    app: App,
    grant: SystemGrant<ReadModerations>,
    channel: ChannelId,
) -> Result<Json<Vec<Moderation>>> {
    app.moderations(grant, channel.0).await.map(Json)
}

/// `PUT /channels/{channel_id}/moderations/patch`
async fn moderate(
    app: App,
    grant: SystemGrant<WriteModerations>,
    channel: ChannelId,
    Wishes(patch): Wishes,
) -> Result<Json<Vec<Moderation>>> {
    app.moderate(grant, channel.0, patch).await.map(Json)
}
