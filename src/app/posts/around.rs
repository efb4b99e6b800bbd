//! The posts around the first one that somebody has not read.

use super::list::{ListOptions, Read};
use crate::app::App;
use crate::auth::channels::ReadPosts;
use crate::auth::users::ActAs;
use crate::auth::{ChannelGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::PostList;
use crate::store;
use crate::store::conn::Conn;
use crate::store::posts::{Anchor, Pane, Window};

/// How many posts on either side are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// Older ones.
    pub before: i64,
    /// The first unread one and newer ones.
    pub after: i64,
}

impl App {
    /// The posts of a channel around the first one that the user has not read; the newest ones if there is none.
    pub async fn posts_around_unread(
        &self,
        of: &UserGrant<ActAs>,
        grant: &ChannelGrant<ReadPosts>,
        around: Around,
        options: ListOptions,
    ) -> Result<PostList> {
        let (channel, user, reader) = (grant.channel().id, of.user().id, grant.actor().id());
        let (mut read, started) = self
            .store
            .read(move |conn| {
                let member = store::channels::member(conn, channel, user)?;
                let viewed = member.map_or(0, |m| m.last_viewed_at);
                let first = if viewed == 0 { None } else { first_unread(conn, channel, viewed, options)? };
                let pane = match first {
                    Some(first) => pane_around(conn, channel, first, around, options)?,
                    None => pane(conn, channel, Anchor::Newest, around.before, options)?,
                };
                let mut read = Read { pane, ..Read::default() };
                read.add_context(conn, first, options, reader)?;
                read.fill(conn)?;
                Ok((read, first.is_some()))
            })
            .await?;
        self.fit_read(grant.actor(), &mut read).await?;
        let has_next = (started && !options.skip_threads).then_some(false);
        Ok(PostList { has_next, ..self.assemble(read, options) })
    }
}

fn pane(conn: &mut Conn, channel: Id, anchor: Anchor, limit: i64, options: ListOptions) -> Result<Pane> {
    let roots_only = options.collapsed;
    store::posts::window(conn, &Window { channel, anchor, offset: 0, limit, roots_only, deleted: false })
}

fn first_unread(conn: &mut Conn, channel: Id, viewed: i64, options: ListOptions) -> Result<Option<Id>> {
    store::posts::first_after(conn, channel, viewed, options.collapsed)
}

/// The first unread post with its neighbours, newest first.
fn pane_around(conn: &mut Conn, channel: Id, first: Id, around: Around, options: ListOptions) -> Result<Pane> {
    // The nearest neighbour on either side is read even if it is not wanted itself: it is the cursor.
    let older = pane(conn, channel, Anchor::Before(first), around.before.max(1), options)?;
    let newer = pane(conn, channel, Anchor::After(first), (around.after - 1).max(1), options)?;
    let mut out = Pane { newer: newer.newer, older: older.older, posts: Vec::new() };
    match around.after > 1 {
        true => out.posts.extend(newer.posts),
        false => out.newer = newer.posts.last().map_or(Id::NONE, |post| post.id),
    }
    out.posts.extend(store::posts::by_id(conn, first)?);
    match around.before > 0 {
        true => out.posts.extend(older.posts),
        false => out.older = older.posts.first().map_or(Id::NONE, |post| post.id),
    }
    Ok(out)
}
