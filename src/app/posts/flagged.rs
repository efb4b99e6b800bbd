//! Posts that somebody keeps: saved ones, pinned ones.

use super::list::{ListOptions, Read};
use crate::app::App;
use crate::auth::channels::ReadPosts;
use crate::auth::users::ActAs;
use crate::auth::{Actor, ChannelGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::posts::PostList;
use crate::store;
use crate::store::posts::Pane;

/// Which of the saved posts are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct FlaggedPart {
    /// Those of this team and of conversations only.
    pub team: Option<Id>,
    /// Those of this channel only.
    pub channel: Option<Id>,
    /// How many to leave out.
    pub offset: i64,
    /// How many.
    pub limit: i64,
}

impl App {
    /// The posts that a user saved, as far as the actor still reads them, newest first.
    pub async fn flagged_posts(&self, grant: &UserGrant<ActAs>, part: FlaggedPart) -> Result<PostList> {
        let (actor, user) = (grant.actor(), grant.user().id);
        let channels = self
            .store
            .read(move |conn| {
                let ids = store::posts::channels_of_flagged(conn, user)?;
                store::channels::with_team_names(conn, &ids)
            })
            .await?;
        let wanted = channels.into_values().map(|(channel, _)| channel).filter(|channel| {
            let in_team = part.team.is_none_or(|team| channel.team_id == team || channel.team_id.is_none());
            in_team && part.channel.is_none_or(|id| channel.id == id)
        });
        let readable = self.auth.readable(actor, wanted.map(|channel| channel.id).collect()).await?;
        let readable: Vec<Id> = readable.into_iter().collect();
        let read = self
            .store
            .read(move |conn| {
                let posts = store::posts::flagged(conn, user, &readable, part.offset, part.limit)?;
                let mut read = Read { pane: Pane { posts, ..Pane::default() }, ..Read::default() };
                read.count_replies(conn)?;
                read.fill(conn)?;
                Ok(read)
            })
            .await?;
        self.kept_list(actor, read).await
    }

    /// The posts that are pinned to a channel, oldest first.
    pub async fn pinned_posts(&self, grant: &ChannelGrant<ReadPosts>) -> Result<PostList> {
        let channel = grant.channel().id;
        let read = self
            .store
            .read(move |conn| {
                let posts = store::posts::pinned(conn, channel)?;
                let mut read = Read { pane: Pane { posts, ..Pane::default() }, ..Read::default() };
                read.count_replies(conn)?;
                read.fill(conn)?;
                Ok(read)
            })
            .await?;
        self.kept_list(grant.actor(), read).await
    }

    async fn kept_list(&self, actor: &Actor, mut read: Read) -> Result<PostList> {
        self.fit_read(actor, &mut read).await?;
        Ok(self.assemble(read, ListOptions::default()))
    }
}
