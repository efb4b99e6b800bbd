//! Reading single posts, and what can be said of them.

use super::list::Read;
use crate::app::App;
use crate::auth::posts::{ReadPost, ReadPostInfo};
use crate::auth::{Actor, PostGrant};
use crate::model::Id;
use crate::model::channels::ChannelType;
use crate::model::errors::{Result, posts as codes};
use crate::model::permissions::Permission;
use crate::model::posts::{Post, PostInfo};
use crate::model::teams::{INVITE, OPEN};
use crate::store;
use crate::store::posts::Pane;

/// The most posts that can be asked for by their ids (posts-and-limits.md §1).
pub const MAX_IDS: usize = 1000;

impl App {
    /// A post with what comes with it.
    pub async fn get_post(&self, grant: &PostGrant<ReadPost>) -> Result<Post> {
        self.complete_post(grant.actor(), Post::clone(grant.post())).await
    }

    /// A post that may have been deleted, for administrators.
    pub async fn get_deleted_post(&self, actor: &Actor, id: Id) -> Result<Post> {
        actor.need(Permission::manage_system)?;
        let post = self.store.read(move |conn| store::posts::any_by_id(conn, id)).await?.ok_or(codes::NOT_FOUND)?;
        self.complete_post(actor, post).await
    }

    /// A stored post with what comes with it, as the actor sees it.
    async fn complete_post(&self, actor: &Actor, post: Post) -> Result<Post> {
        let mut read = Read { pane: Pane { posts: vec![post], ..Pane::default() }, ..Read::default() };
        read = self
            .store
            .read(move |conn| {
                read.count_replies(conn)?;
                read.fill(conn)?;
                Ok(read)
            })
            .await?;
        self.fit_read(actor, &mut read).await?;
        Ok(read.pane.posts.pop().unwrap_or_default())
    }

    /// Those of the posts that the actor reads, newest first, deleted ones too.
    pub async fn posts_by_ids(&self, actor: &Actor, ids: Vec<Id>) -> Result<Vec<Post>> {
        if ids.len() > MAX_IDS {
            return Err(codes::IDS_LIMIT.with(&[&MAX_IDS]));
        }
        let posts = self
            .store
            .read(move |conn| {
                let mut posts = store::posts::by_ids(conn, &ids)?;
                store::posts::fill(conn, &mut posts.iter_mut().collect::<Vec<_>>())?;
                Ok(posts)
            })
            .await?;
        if posts.is_empty() {
            return codes::NOT_FOUND.err();
        }
        let readable = self.auth.readable(actor, posts.iter().map(|post| post.channel_id).collect()).await?;
        let mut posts: Vec<Post> = posts.into_iter().filter(|post| readable.contains(&post.channel_id)).collect();
        posts.sort_by_key(|post| std::cmp::Reverse(post.create_at));
        self.fit(actor, posts.iter_mut().collect()).await?;
        Ok(posts)
    }

    /// Where a post stands, for somebody who followed a link to it and may have to join first.
    pub async fn post_info(&self, actor: Actor, id: Id) -> Result<PostInfo> {
        // Whoever may not know of the post is told that there is none.
        let grant = self.auth.post::<ReadPostInfo>(actor, id).await.map_err(|_| codes::NOT_FOUND.error())?;
        let (actor, channel) = (grant.actor(), grant.channel());
        let team = match channel.team_id.some() {
            Some(team) => self.store.team(team).await?,
            None => None,
        };
        let mut info = PostInfo {
            channel_id: channel.id,
            channel_type: channel.r#type,
            channel_display_name: channel.display_name.clone(),
            has_joined_channel: grant.member().is_some(),
            ..PostInfo::default()
        };
        if let Some(team) = team {
            info.has_joined_team = actor.team_member(team.id).is_some();
            let joinable = team.allow_open_invite || info.has_joined_team || actor.is_admin();
            let may_add = actor.may_in(grant.place(), Permission::manage_private_channel_members);
            let open = channel.r#type == ChannelType::Open && !actor.user().is_guest();
            let enterable = open || info.has_joined_channel || may_add;
            if !(joinable && enterable) {
                return codes::NOT_FOUND.err();
            }
            info.team_id = team.id;
            // What counts is whether one may join, whatever the team's stored type says (recorded).
            info.team_type = if team.allow_open_invite { OPEN } else { INVITE }.to_owned();
            info.team_display_name = team.display_name.clone();
        }
        Ok(info)
    }
}
