//! Reading one thread (posts-and-limits.md §3).

use super::list::{ListOptions, Read};
use crate::app::App;
use crate::auth::PostGrant;
use crate::auth::posts::ReadPost;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::{Post, PostList};
use crate::store;
use crate::store::posts::{Pane, ThreadPage};

pub use crate::store::posts::By;

/// Which part of a thread is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadPart {
    /// Newest first.
    pub up: bool,
    /// The time by which it is paged.
    pub by: By,
    /// Beyond that time.
    pub from: i64,
    /// Beyond that post among those of the same time.
    pub from_post: Id,
    /// How many posts; 0 for all.
    pub limit: i64,
}

impl App {
    /// A thread, or a part of it, with the post that started it.
    pub async fn get_thread(
        &self,
        grant: &PostGrant<ReadPost>,
        part: ThreadPart,
        options: ListOptions,
    ) -> Result<PostList> {
        let (post, reader) = (grant.post().clone(), grant.actor().id());
        let alone = options.skip_threads || (options.collapsed && !post.is_root());
        let (mut read, more) = self
            .store
            .read(move |conn| {
                let mut read = Read::default();
                let mut more = (!options.skip_threads).then_some(false);
                if alone {
                    read.pane.posts.push(Post::clone(&post));
                } else {
                    let root = post.thread_id();
                    let with_root = !options.collapsed;
                    let ThreadPart { up, by, from, from_post, limit, .. } = part;
                    let page = ThreadPage { root, with_root, by, up, from, from_post, limit };
                    let (mut found, further) = store::posts::thread_page(conn, &page)?;
                    found.retain(|p| p.id != root);
                    let first =
                        if post.id == root { Some(Post::clone(&post)) } else { store::posts::by_id(conn, root)? };
                    read.pane = Pane { posts: first.into_iter().chain(found).collect(), ..Pane::default() };
                    more = Some(further);
                }
                match options.collapsed {
                    true => read.add_collapsed(conn, options, reader)?,
                    false => read.count_replies(conn)?,
                }
                read.fill(conn)?;
                Ok((read, more))
            })
            .await?;
        self.fit_read(grant.actor(), &mut read).await?;
        Ok(PostList { has_next: more, ..self.assemble(read, options) })
    }
}
