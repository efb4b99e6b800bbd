//! Personal access tokens (auth.md §7).

use crate::app::App;
use crate::app::access_log::of_server;
use crate::app::jobs::Run;
use crate::app::mail::queue;
use crate::auth::acting::ActingFor;
use crate::auth::credentials::{CreateTokens, HoldToken, ReadTokens, RevokeTokens};
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant, UserGrant};
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::access_log::events;
use crate::model::errors::{Result, invalid_body, tokens as codes};
use crate::model::id::token;
use crate::model::sessions::UserAccessToken;
use crate::model::{Id, TimeMs, now};
use crate::outbound::mail::Letter;
use crate::store::{self, Tx};

const DAY: TimeMs = 24 * 60 * 60 * 1000;

/// Tokens that are switched off in one transaction.
const EXPIRED_AT_ONCE: i64 = 100;

/// The most tokens a search finds.
const SEARCH_MAX: i64 = 100;

impl App {
    /// Makes a token for an account or a bot. The only time that its secret is shown.
    pub async fn create_access_token(
        &self,
        _: &SystemGrant<CreateTokens>,
        holder: UserGrant<HoldToken>,
        description: String,
    ) -> Result<UserAccessToken> {
        let acting = self.auth.acting_for_user_or_bot(holder.actor().clone(), holder.user().id).await?;
        let user = acting.user()?;
        if !user.is_bot && !self.config.snapshot().effective.service.enable_user_access_tokens {
            return codes::DISABLED.err();
        }
        let made = UserAccessToken { id: Id::random(), token: token(), user_id: user.id, description, is_active: true };
        made.validate()?;
        let letter = (!user.is_bot).then(|| self.letter(&user.email, &user.locale, &Letter::AccessTokenCreated));
        self.store
            .write(move |tx| {
                store::access_tokens::insert(tx, &made)?;
                store::access_tokens::note_ages(tx, now())?;
                queue(tx, letter.flatten())?;
                Ok(Change::silent(made, "a token is told to whoever made it only"))
            })
            .await
    }

    /// A page of somebody's tokens, or a bot's.
    pub async fn access_tokens_of(
        &self,
        _: &SystemGrant<ReadTokens>,
        acting: ActingFor,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<UserAccessToken>> {
        let user = acting.id();
        let found = self.store.read(move |conn| store::access_tokens::of_user(conn, user, offset, limit)).await?;
        Ok(without_secrets(found))
    }

    /// A page of everybody's tokens.
    pub async fn all_access_tokens(
        &self,
        _: SystemGrant<ManageSystem>,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<UserAccessToken>> {
        Ok(without_secrets(self.store.read(move |conn| store::access_tokens::all(conn, offset, limit)).await?))
    }

    /// The tokens whose id, or user's id or name, begins with a term.
    pub async fn search_access_tokens(&self, _: SystemGrant<ManageSystem>, term: &str) -> Result<Vec<UserAccessToken>> {
        if term.is_empty() {
            return Err(invalid_body("term"));
        }
        let escaped = term.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let found = self.store.read(move |conn| store::access_tokens::search(conn, &escaped, SEARCH_MAX)).await?;
        Ok(without_secrets(found))
    }

    /// A token, without its secret.
    pub async fn access_token(&self, grant: SystemGrant<ReadTokens>, id: Id) -> Result<UserAccessToken> {
        Ok(self.token_of_keeper(grant.actor(), Some(id)).await?.without_secret())
    }

    /// Deletes a token.
    pub async fn revoke_access_token(&self, grant: SystemGrant<RevokeTokens>, id: &str) -> Result<()> {
        let token = self.token_of_keeper(grant.actor(), Id::parse(id)).await?;
        self.store
            .write(move |tx| {
                let ended = session_ended(tx, &token)?;
                store::access_tokens::delete(tx, &token)?;
                Ok(Change::silent((), "only its own sockets fall silent").and_all(ended))
            })
            .await
    }

    /// Switches a token off.
    pub async fn disable_access_token(&self, grant: SystemGrant<RevokeTokens>, id: &str) -> Result<()> {
        self.set_token_active(grant.actor(), id, false).await
    }

    /// Switches a token on.
    pub async fn enable_access_token(&self, grant: SystemGrant<CreateTokens>, id: &str) -> Result<()> {
        self.set_token_active(grant.actor(), id, true).await
    }

    async fn set_token_active(&self, actor: &Actor, id: &str, is_active: bool) -> Result<()> {
        let token = self.token_of_keeper(actor, Id::parse(id)).await?;
        self.store
            .write(move |tx| {
                let ended = session_ended(tx, &token)?;
                store::access_tokens::set_active(tx, &token, is_active)?;
                Ok(Change::silent((), "only its own sockets fall silent").and_all(ended))
            })
            .await
    }

    /// Switches people's tokens off that are older than the settings allow. One whose age nobody knows is as old as the
    /// first look at it.
    pub async fn expire_access_tokens(&self, run: &mut Run) -> Result<()> {
        let days = self.config.snapshot().effective.kollegium.personal_token_days;
        if days == 0 {
            return Ok(());
        }
        loop {
            let expired = self.store.write(move |tx| {
                store::access_tokens::note_ages(tx, now())?;
                let old = store::access_tokens::older(tx.conn(), now() - days * DAY, EXPIRED_AT_ONCE)?;
                let mut change = Change::silent(old.len(), "only their own sockets fall silent");
                for token in &old {
                    change = change.and_all(session_ended(tx, token)?);
                    store::access_tokens::set_active(tx, token, false)?;
                    let entry = of_server(events::TOKEN_EXPIRED, token.user_id);
                    store::access_log::insert(tx, &entry.with("token_id", token.id.as_str()))?;
                }
                Ok(change)
            });
            let expired = expired.await?;
            run.count("expired", expired);
            if expired == 0 || !self.keep_run(run, 0).await? {
                return Ok(());
            }
        }
    }

    /// The token, if the actor acts for whom it is of.
    async fn token_of_keeper(&self, actor: &Actor, id: Option<Id>) -> Result<UserAccessToken> {
        let id = id.ok_or(codes::NOT_FOUND)?;
        let token = self.store.read(move |conn| store::access_tokens::by_id(conn, id)).await?;
        let token = token.ok_or(codes::NOT_FOUND)?;
        self.auth.acting_for_user_or_bot(actor.clone(), token.user_id).await?;
        Ok(token)
    }
}

/// The end of the session that was made from a token, if one was.
fn session_ended(tx: &mut Tx<'_>, token: &UserAccessToken) -> Result<Option<AccessEvent>> {
    let session = store::sessions::by_token(tx.conn(), &token.token)?;
    Ok(session.map(|session| AccessEvent::SessionRevoked { session: session.id }))
}

fn without_secrets(tokens: Vec<UserAccessToken>) -> Vec<UserAccessToken> {
    tokens.into_iter().map(UserAccessToken::without_secret).collect()
}
