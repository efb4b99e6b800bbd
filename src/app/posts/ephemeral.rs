//! Posts that one person sees and nobody keeps.

use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::PostEphemeral;
use crate::events::Json;
use crate::events::posts::PostEvent;
use crate::model::errors::Result;
use crate::model::posts::{Post, PostInput, PostMetadata, attachments, hashtags, kinds};
use crate::model::{Id, Props, now};

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
        self.show_to(user, post).await
    }

    /// Sends a post that is not stored to its only reader.
    pub(in crate::app) fn show_ephemeral(&self, user: Id, channel: Id, post: Json) {
        self.hub.publish(vec![PostEvent::EphemeralShown { user, channel, post }.into()]);
    }
}
