//! Making a bot.

use crate::app::App;
use crate::app::channels::open_direct;
use crate::app::posts::{Words, say_directly};
use crate::auth::SystemGrant;
use crate::auth::bots::CreateBot;
use crate::events::Change;
use crate::model::Props;
use crate::model::bots::{Bot, BotPatch};
use crate::model::errors::Result;
use crate::model::posts::kinds;
use crate::store;

/// What a new bot tells its owner.
const FIRST_WORDS: &str = "I am ready, but not yet in any team or channel. Please add me where I shall read and write, and make a token for me.";

impl App {
    /// Makes a bot that belongs to the actor, whom it tells so in a direct message. Nobody else hears of it.
    pub async fn create_bot(&self, grant: SystemGrant<CreateBot>, wish: BotPatch) -> Result<Bot> {
        let owner = grant.actor().user().clone();
        let mut bot = Bot { owner_id: owner.id.to_string(), ..Bot::default() }.patched(&wish);
        bot.validate()?;
        let mut user = bot.new_user();
        user.begin();
        user.normalize();
        user.validate()?;
        bot = Bot { user_id: user.id, create_at: user.create_at, update_at: user.create_at, ..bot };
        self.store
            .write(move |tx| {
                store::users::insert(tx, &user)?;
                store::bots::insert(tx, &bot)?;
                let (change, channel) = Change::silent(bot, "others see a bot once it is added somewhere")
                    .absorb(open_direct(tx, &user, &owner)?);
                let words = Words::new(kinds::ADD_BOT_TEAMS_CHANNELS, &user, FIRST_WORDS, Props::default());
                let said = say_directly(tx, &channel, &user, &owner, words)?;
                Ok(change.and_all(said))
            })
            .await
    }
}
