//! Lists of a channel's posts.

use crate::api::call::{Call, Etagged, FromCall, Page, Query};
use crate::api::routes::{Route, get};
use crate::app::App;
use crate::app::posts::{Anchor, ListOptions, Part};
use crate::auth::ChannelGrant;
use crate::auth::channels::ReadPosts;
use crate::model::Id;
use crate::model::errors::{Result, forbidden, invalid_body};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![get("/api/v4/channels/{channel_id}/posts", list_posts)]
}

impl FromCall for ListOptions {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        Ok(ListOptions {
            skip_threads: query.flag("skipFetchThreads"),
            collapsed: query.flag("collapsedThreads"),
            extended: query.flag("collapsedThreadsExtended"),
            deleted: query.flag("include_deleted"),
        })
    }
}

/// The parameters that say which part of a channel is wanted; the first of since, after, before decides.
impl FromCall for Part {
    async fn from_call(call: &Call) -> Result<Self> {
        let query = Query::from_call(call).await?;
        let page = Page::of(&query);
        let anchor = |name: &str| match query.get(name) {
            "" => Ok(None),
            text => Id::parse(text).map(Some).ok_or_else(|| invalid_body(name)),
        };
        let (after, before) = (anchor("after")?, anchor("before")?);
        let since = match query.get("since") {
            "" => None,
            text => Some(text.parse::<i64>().map_err(|_| invalid_body("since"))?),
        };
        Ok(match (since.filter(|since| *since > 0), after, before) {
            (Some(since), ..) => Part::Since(since),
            (_, Some(id), _) => Part::Page(Anchor::After(id), page.offset(), page.limit()),
            (_, _, Some(id)) => Part::Page(Anchor::Before(id), page.offset(), page.limit()),
            _ => Part::Page(Anchor::Newest, page.offset(), page.limit()),
        })
    }
}

/// `GET /channels/{channel_id}/posts`
async fn list_posts(app: App, grant: ChannelGrant<ReadPosts>, part: Part, options: ListOptions) -> Result<Etagged> {
    if options.deleted && !grant.actor().is_admin() {
        return Err(forbidden());
    }
    Ok(Etagged::of(&app.list_posts(&grant, part, options).await?))
}
