//! Sessions of personal and bot tokens: made when the token is first used, and again after they were ended (auth.md §3).

use super::Auth;
use crate::events::Change;
use crate::model::access_log::{Entry, Origin, events};
use crate::model::errors::Result;
use crate::model::id::ID_LEN;
use crate::model::json::string_map;
use crate::model::sessions::{Session, SessionKind, SessionLengths, UserAccessToken, props};
use crate::model::users::User;
use crate::model::{Id, now};
use crate::store;

impl Auth {
    /// A session for a text that is no session's token, if it is a token that works.
    pub(super) async fn session_of_token(
        &self,
        text: &str,
        origin: impl FnOnce() -> Origin,
    ) -> Result<Option<Session>> {
        if text.len() != ID_LEN {
            return Ok(None);
        }
        let wanted = text.to_owned();
        let token = self.store.read(move |conn| store::access_tokens::by_token(conn, &wanted)).await?;
        let Some(token) = token.filter(|t| t.is_active) else { return Ok(None) };
        let user = self.store.user(token.user_id).await?.filter(|u| u.is_active());
        let enabled = self.config.snapshot().effective.service.enable_user_access_tokens;
        let Some(user) = user.filter(|u| u.is_bot || enabled) else { return Ok(None) };
        let session = new_session(&token, &user);
        let entry = Entry::new(events::TOKEN_FIRST_USED).via(&origin()).by(user.id, session.id).about(user.id);
        let entry = entry.with("token_id", token.id.as_str());
        let begun = self.store.write(move |tx| {
            // Somebody may have switched the token off, or begun its session, in the meantime.
            let known = store::sessions::by_token(tx.conn(), &session.token)?;
            let works = store::access_tokens::by_id(tx.conn(), token.id)?.is_some_and(|t| t.is_active);
            if known.is_none() && works {
                store::sessions::insert(tx, &session)?;
                store::access_log::insert(tx, &entry)?;
            }
            let session = known.or(works.then_some(session));
            Ok(Change::silent(session, "a new session has no listeners yet"))
        });
        begun.await
    }
}

fn new_session(token: &UserAccessToken, user: &User) -> Session {
    let at = now();
    let mut session = Session {
        id: Id::random(),
        token: token.token.clone(),
        create_at: at,
        expires_at: at + SessionKind::Token.length(&SessionLengths::default()),
        last_activity_at: at,
        user_id: user.id,
        roles: user.roles.clone(),
        props: string_map(&[
            (props::TYPE, props::TYPE_USER_ACCESS_TOKEN),
            (props::USER_ACCESS_TOKEN_ID, token.id.as_str()),
            (props::IS_GUEST, if user.is_guest() { "true" } else { "false" }),
        ]),
        ..Session::default()
    };
    if user.is_bot {
        session.props.insert(props::IS_BOT.to_owned(), "true".to_owned());
    }
    session
}
