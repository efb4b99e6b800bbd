//! Making a bot a person's account.

use crate::app::App;
use crate::app::users::{password_rules, updated};
use crate::auth::UserGrant;
use crate::auth::bots::ConvertBot;
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::errors::{Result, bots as codes, invalid_body};
use crate::model::users::{User, UserPatch};
use crate::model::{now, roles};
use crate::store;

impl App {
    /// Makes a bot the account of a person who logs in with that password; of an administrator, if wished.
    pub async fn convert_bot_to_user(
        &self,
        grant: UserGrant<ConvertBot>,
        patch: UserPatch,
        admin: bool,
    ) -> Result<User> {
        let id = grant.user().id;
        let password = patch.password.clone().unwrap_or_default();
        let bot = self.store.read(move |conn| store::bots::by_id(conn, id)).await?;
        bot.filter(|bot| bot.delete_at == 0).ok_or(codes::NOT_FOUND)?;
        if password.is_empty() {
            return Err(invalid_body("userPatch"));
        }
        password_rules(&self.config.snapshot().effective).check(&password)?;
        let (hash, privacy) = (self.passwords.hash(&password).await?, self.privacy());
        self.store
            .write(move |tx| {
                let bot = store::users::by_id(tx.conn(), id)?.filter(|user| user.is_bot).ok_or(codes::NOT_FOUND)?;
                let user = person(&bot, &patch, hash, admin)?;
                store::users::save(tx, &user)?;
                store::bots::delete(tx, id)?;
                // Its sessions are marked as a bot's, which work where people's tokens do not.
                let sessions = store::sessions::of_user(tx.conn(), id)?;
                store::sessions::delete(tx, &sessions)?;
                // Its sockets fall silent before anybody hears of it.
                let event = updated(tx, &User { is_bot: false, ..user.clone() }, privacy)?;
                Ok(Change::emit(user, AccessEvent::SessionsRevoked { user: id, except: None }).and(event))
            })
            .await
    }
}

/// The person as stored; still marked as a bot, which is how the answer shows it (golden integrations/bot-convert).
fn person(bot: &User, patch: &UserPatch, hash: String, admin: bool) -> Result<User> {
    let at = now();
    let mut user = bot.patched(patch);
    (user.password, user.update_at, user.last_password_update) = (hash, at, at);
    if admin && !user.is_system_admin() {
        user.roles = format!("{} {}", user.roles, roles::SYSTEM_ADMIN);
    }
    user.normalize();
    user.validate()?;
    Ok(user)
}
