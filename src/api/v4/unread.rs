//! What is read and unread in channels.

use serde::Serialize;

use crate::api::call::{Body, Ids, Input, Json};
use crate::api::routes::{Route, get, post};
use crate::app::App;
use crate::app::channels::Viewed;
use crate::auth::channels::ReadChannel;
use crate::auth::users::ActAs;
use crate::auth::{ChannelGrant, UserGrant};
use crate::model::Id;
use crate::model::channels::{ChannelUnread, ChannelView};
use crate::model::errors::{Result, invalid_body};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/api/v4/channels/members/{user_id}/mark_read", mark_read),
        post("/api/v4/channels/members/{user_id}/view", view).extends_session(),
        get("/api/v4/users/{user_id}/channels/{channel_id}/unread", get_unread),
    ]
}

impl Input for ChannelView {
    const NAME: &'static str = "channel_view";
}

/// What looking at channels is answered with.
#[derive(Serialize)]
struct ViewAnswer {
    status: &'static str,
    last_viewed_at_times: Viewed,
}

impl From<Viewed> for ViewAnswer {
    fn from(last_viewed_at_times: Viewed) -> ViewAnswer {
        ViewAnswer { status: "OK", last_viewed_at_times }
    }
}

/// `POST /channels/members/{user_id}/view`
async fn view(app: App, grant: UserGrant<ActAs>, Body(seen): Body<ChannelView>) -> Result<Json<ViewAnswer>> {
    let mut wanted: Vec<Id> = Vec::with_capacity(2);
    for (name, text) in [("channel_id", &seen.channel_id), ("prev_channel_id", &seen.prev_channel_id)] {
        if !text.is_empty() {
            let id = Id::parse(text).ok_or_else(|| invalid_body(name))?;
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
    }
    let threads = seen.collapsed_threads_supported;
    let viewed = match seen.channel_id.is_empty() {
        // The window lost its focus.
        true => app.view_channels(grant, wanted, threads).await?,
        false => app.view_channel(grant, wanted, threads).await?,
    };
    Ok(Json(viewed.into()))
}

/// `POST /channels/members/{user_id}/mark_read`
async fn mark_read(app: App, grant: UserGrant<ActAs>, ids: Ids) -> Result<Json<ViewAnswer>> {
    let mut wanted: Vec<Id> = ids.texts("channel_ids")?.iter().filter_map(|id| Id::parse(id)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    Ok(Json(app.view_channels(grant, wanted, true).await?.into()))
}

/// `GET /users/{user_id}/channels/{channel_id}/unread`
async fn get_unread(app: App, grants: (UserGrant<ActAs>, ChannelGrant<ReadChannel>)) -> Result<Json<ChannelUnread>> {
    Ok(Json(app.unread_in_channel(grants.0, grants.1).await?))
}
