//! The bot in whose name the server speaks to people.

use std::sync::Arc;

use crate::app::App;
use crate::events::Change;
use crate::model::bots::{Bot, SYSTEM_BOT};
use crate::model::errors::{AppError, Result};
use crate::model::users::User;
use crate::store;

impl App {
    /// The bot that tells people of reminders and the like; made when it is first needed.
    pub(in crate::app) async fn system_bot(&self) -> Result<Arc<User>> {
        let known = self.store.read(|conn| store::users::by_username(conn, SYSTEM_BOT)).await?;
        let user = match known {
            Some(user) => user,
            None => self.make_system_bot().await?,
        };
        if user.is_bot {
            return Ok(Arc::new(user));
        }
        Err(AppError::internal(format!("the account {SYSTEM_BOT}, in whose name the server speaks, is no bot")))
    }

    async fn make_system_bot(&self) -> Result<User> {
        self.store
            .write(|tx| {
                let owner = store::users::first_admin(tx.conn())?;
                let mut bot =
                    Bot { username: SYSTEM_BOT.to_owned(), display_name: "System".to_owned(), ..Bot::default() };
                let mut user = bot.new_user();
                user.begin();
                user.normalize();
                bot.user_id = user.id;
                bot.owner_id = owner.unwrap_or(user.id).to_string();
                (bot.create_at, bot.update_at) = (user.create_at, user.create_at);
                store::users::insert(tx, &user)?;
                store::bots::insert(tx, &bot)?;
                Ok(Change::silent(user, "others see a bot once it speaks to them"))
            })
            .await
    }
}
