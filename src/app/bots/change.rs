//! Changing a bot, and giving it away.

use crate::app::App;
use crate::app::users::updated;
use crate::auth::UserGrant;
use crate::auth::bots::ManageBot;
use crate::events::Change;
use crate::model::bots::{Bot, BotPatch};
use crate::model::errors::{Result, bots as codes, forbidden, users as user_codes};
use crate::model::users::{User, is_valid_username};
use crate::model::{Id, now};
use crate::store;

impl App {
    /// Changes a bot's names and description.
    pub async fn patch_bot(&self, grant: UserGrant<ManageBot>, patch: BotPatch) -> Result<Bot> {
        let (id, privacy) = (grant.user().id, self.privacy());
        self.store
            .write(move |tx| {
                let old = store::bots::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                let bot = Bot { update_at: now(), ..old.patched(&patch) };
                let user = store::users::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                let user = dressed(&user, &bot)?;
                bot.validate()?;
                store::users::save(tx, &user)?;
                store::bots::save(tx, &bot)?;
                let event = updated(tx, &user, privacy)?;
                Ok(Change::emit(bot, event))
            })
            .await
    }

    /// Gives a bot to another owner, who may be anybody but a bot, even somebody who is not here.
    pub async fn assign_bot(&self, grant: UserGrant<ManageBot>, owner: Id) -> Result<Bot> {
        if self.auth.known(grant.actor(), owner).await?.is_some_and(|user| user.is_bot) {
            return Err(forbidden());
        }
        let id = grant.user().id;
        self.store
            .write(move |tx| {
                let old = store::bots::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
                let bot = Bot { owner_id: owner.to_string(), update_at: now(), ..old };
                store::bots::save(tx, &bot)?;
                Ok(Change::silent(bot, "whose a bot is does not show"))
            })
            .await
    }
}

/// The bot's user with the bot's names.
fn dressed(user: &User, bot: &Bot) -> Result<User> {
    if !is_valid_username(&bot.username) {
        return user_codes::USERNAME.err();
    }
    let new = bot.new_user();
    let mut user = User {
        username: new.username,
        email: new.email,
        first_name: new.first_name,
        bot_description: new.bot_description,
        update_at: bot.update_at,
        ..user.clone()
    };
    user.normalize();
    user.validate()?;
    Ok(user)
}
