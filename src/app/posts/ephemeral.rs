//! Posts that one person sees and nobody keeps.

use crate::app::App;
use crate::auth::posts::ReadPostOf;
use crate::auth::system::PostEphemeral;
use crate::auth::{PostGrant, SystemGrant};
use crate::events::posts::PostEvent;
use crate::events::{Change, Json};
use crate::model::errors::Result;
use crate::model::posts::{Post, PostInput, PostMetadata, attachments, hashtags, kinds};
use crate::model::users::User;
use crate::model::{Id, Props, now};
use crate::store;

/// A post that is shown, not stored: `update_at` is 0 and there are no files.
pub(in crate::app) fn ephemeral(user: Id, channel: Id, message: String, props: Props) -> Post {
    Post {
        id: Id::random(),
        create_at: now(),
        user_id: user,
        channel_id: channel,
        hashtags: hashtags(&message),
        message,
        r#type: kinds::EPHEMERAL.to_owned(),
        props,
        metadata: Some(PostMetadata::default()),
        ..Post::default()
    }
}

impl App {
    /// Shows somebody a post that nobody else sees.
    pub async fn post_ephemeral(
        &self,
        grant: &SystemGrant<PostEphemeral>,
        user: Id,
        channel: Id,
        input: PostInput,
    ) -> Result<Json> {
        let mut props = input.props;
        attachments::normalize(&mut props);
        let mut post = ephemeral(grant.actor().id(), channel, input.message, props);
        post.root_id = Id::parse(&input.root_id).unwrap_or_default();
        super::show(&mut post);
        let json = Json::of(&post);
        self.show_ephemeral(user, channel, json.clone());
        Ok(json)
    }

    /// Sends a post that is not stored to its only reader.
    pub(in crate::app) fn show_ephemeral(&self, user: Id, channel: Id, post: Json) {
        self.hub.publish(vec![PostEvent::EphemeralShown { user, channel, post }.into()]);
    }

    /// Remembers to remind a user of a post, and tells them so.
    pub async fn remind(&self, user: &User, grant: &PostGrant<ReadPostOf>, target_time: i64) -> Result<()> {
        let (post, channel) = (grant.post().clone(), grant.channel().clone());
        let (post_id, author, user_id) = (post.id, post.user_id, user.id);
        let author = self.store.user(author).await?;
        let team = match channel.team_id.some() {
            Some(team) => self.store.team(team).await?,
            None => None,
        };
        let (author, team) = (
            author.map_or_else(String::new, |u| u.username.clone()),
            team.map_or_else(String::new, |t| t.name.clone()),
        );
        let props: Props = [
            ("target_time", serde_json::Value::from(target_time)),
            ("team_name", team.as_str().into()),
            ("post_id", post_id.as_str().into()),
            ("username", author.as_str().into()),
            ("type", kinds::REMINDER.into()),
        ]
        .into_iter()
        .collect();
        let message = format!("You will be reminded of a message by @{author}.");
        let mut shown = ephemeral(user_id, channel.id, message, props);
        shown.root_id = post.thread_id();
        self.embed_linked(grant.actor(), &mut shown, post_id).await?;
        let json = Json::of(&shown);
        self.store
            .write(move |tx| {
                store::posts::save_reminder(tx, post_id, user_id, target_time)?;
                let event = PostEvent::EphemeralShown { user: user_id, channel: channel.id, post: json };
                Ok(Change::emit((), event))
            })
            .await
    }
}
