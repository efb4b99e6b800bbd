//! "… is typing".

use crate::app::App;
use crate::auth::channels::CreatePost;
use crate::auth::users::TypeAs;
use crate::auth::{ChannelGrant, UserGrant};
use crate::events::Change;
use crate::events::channels::ChannelEvent;
use crate::model::Id;
use crate::model::errors::{Result, forbidden};

impl App {
    /// Tells a channel that somebody types there, in the name of the grant's user. Who may not post there may not type.
    pub async fn type_as(&self, grant: UserGrant<TypeAs>, channel: &str, parent: String) -> Result<()> {
        let channel = Id::parse(channel).ok_or_else(forbidden)?;
        self.type_in(grant.user().id, channel, parent).await
    }

    /// The same for a user whose socket says so.
    pub async fn type_in(&self, user: Id, channel: Id, parent: String) -> Result<()> {
        let actor = self.auth.actor_for(user).await?.ok_or_else(forbidden)?;
        self.tell_typing(self.auth.channel::<CreatePost>(actor, channel).await?, parent)
    }

    /// Typing leaves no trace in the database, so it is published without a write.
    fn tell_typing(&self, grant: ChannelGrant<CreatePost>, parent: String) -> Result<()> {
        let typing = ChannelEvent::Typing { channel: grant.channel().id, user: grant.actor().id(), parent };
        self.hub.publish(Change::emit((), typing).into_parts().1);
        Ok(())
    }
}
