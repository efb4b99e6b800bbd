//! Reading single posts.

use std::sync::Arc;

use super::list::Read;
use crate::app::App;
use crate::auth::posts::ReadPost;
use crate::auth::{Actor, PostGrant};
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::store::posts::Pane;

impl App {
    /// A post with what comes with it.
    pub async fn get_post(&self, grant: &PostGrant<ReadPost>) -> Result<Post> {
        self.complete_post(grant.actor(), grant.post()).await
    }

    /// A stored post with what comes with it, as the actor sees it.
    pub(super) async fn complete_post(&self, actor: &Actor, post: &Arc<Post>) -> Result<Post> {
        let pane = Pane { posts: vec![Post::clone(post)], ..Pane::default() };
        let mut read = Read { pane, ..Read::default() };
        read = self
            .store
            .read(move |conn| {
                read.count_replies(conn)?;
                read.fill(conn)?;
                Ok(read)
            })
            .await?;
        self.fit(actor, read.posts_mut().collect()).await?;
        Ok(read.pane.posts.pop().unwrap_or_default())
    }
}
