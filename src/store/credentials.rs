//! What people log in with: single columns of `users`, so that a log-in and an edit of the profile at the same moment do
//! not undo each other.

use diesel::prelude::*;

use super::schema::users;
use super::types::Json;
use super::{Stale, Tx};
use crate::model::errors::Result;
use crate::model::{Id, TimeMs};

/// The row of a user, to be updated.
macro_rules! row {
    ($user:expr) => {
        diesel::update(users::table.filter(users::id.eq($user)))
    };
}

/// Stores a hash of a new password. The counter of failed log-ins starts anew.
pub fn set_password(tx: &mut Tx<'_>, user: Id, hash: &str, at: TimeMs) -> Result<()> {
    let change = (
        users::password.eq(hash),
        users::last_password_update.eq(at),
        users::update_at.eq(at),
        users::failed_attempts.eq(0),
    );
    row!(user).set(change).execute(tx.conn())?;
    tx.stale(Stale::User(user));
    Ok(())
}

/// Stores a hash of a password with which the user logs in from now on, instead of at a provider.
pub fn leave_provider(tx: &mut Tx<'_>, user: Id, hash: &str, at: TimeMs) -> Result<()> {
    let provider = (users::auth_service.eq(""), users::auth_data.eq(None::<String>));
    row!(user).set(provider).execute(tx.conn())?;
    super::provider_grants::delete(tx, user)?;
    set_password(tx, user, hash, at)
}

/// Stores by whom the user is identified from now on, instead of by a password here or by another provider.
pub fn join_provider(tx: &mut Tx<'_>, user: Id, service: &str, data: &str, at: TimeMs) -> Result<()> {
    let change = (
        users::auth_service.eq(service),
        users::auth_data.eq(Some(data)),
        users::password.eq(""),
        users::last_password_update.eq(at),
        users::update_at.eq(at),
        users::failed_attempts.eq(0),
    );
    row!(user).set(change).execute(tx.conn()).map_err(super::users::taken)?;
    super::provider_grants::delete(tx, user)?;
    tx.stale(Stale::User(user));
    Ok(())
}

/// Stores under which id the user's provider knows them.
pub fn set_provider_id(tx: &mut Tx<'_>, user: Id, data: &str, at: TimeMs) -> Result<()> {
    let change = (users::auth_data.eq(Some(data)), users::update_at.eq(at));
    row!(user).set(change).execute(tx.conn()).map_err(super::users::taken)?;
    tx.stale(Stale::User(user));
    Ok(())
}

/// Lets a locked account log in again.
pub fn reset_failed_attempts(tx: &mut Tx<'_>, user: Id) -> Result<()> {
    row!(user).set(users::failed_attempts.eq(0)).execute(tx.conn())?;
    tx.stale(Stale::UserActivity(user));
    Ok(())
}

/// Notes that an address was proven to be the user's.
pub fn set_verified(tx: &mut Tx<'_>, user: Id, email: &str, at: TimeMs) -> Result<()> {
    let change = (users::email.eq(email), users::email_verified.eq(true), users::update_at.eq(at));
    row!(user).set(change).execute(tx.conn()).map_err(super::users::taken)?;
    tx.stale(Stale::User(user));
    Ok(())
}

/// Stores the secret of multi-factor authentication and whether log-in asks for its codes.
pub fn set_mfa(tx: &mut Tx<'_>, user: Id, secret: &str, active: bool, at: TimeMs) -> Result<()> {
    let change = (users::mfa_secret.eq(secret), users::mfa_active.eq(active), users::update_at.eq(at));
    row!(user).set(change).execute(tx.conn())?;
    tx.stale(Stale::User(user));
    Ok(())
}

/// Notes the time steps whose codes were used.
pub fn set_used_steps(tx: &mut Tx<'_>, user: Id, used: &[i64]) -> Result<()> {
    let used: Vec<String> = used.iter().map(i64::to_string).collect();
    row!(user).set(users::mfa_used_timestamps.eq(Some(Json(Some(used))))).execute(tx.conn())?;
    tx.stale(Stale::UserActivity(user));
    Ok(())
}

/// Notes when somebody logged in. Until the end of the transaction nobody else changes the row, so that what is decided
/// after reading it anew still holds when it is committed.
pub fn begin_login(tx: &mut Tx<'_>, user: Id, at: TimeMs) -> Result<()> {
    row!(user).set(users::last_login.eq(at)).execute(tx.conn())?;
    tx.stale(Stale::UserActivity(user));
    Ok(())
}

/// Ends a good log-in: the counter of failed ones starts anew, and an outdated hash is replaced.
pub fn finish_login(tx: &mut Tx<'_>, user: Id, new_hash: Option<&str>) -> Result<()> {
    row!(user).set(users::failed_attempts.eq(0)).execute(tx.conn())?;
    if let Some(hash) = new_hash {
        row!(user).set(users::password.eq(hash)).execute(tx.conn())?;
    }
    Ok(())
}

/// Counts a failed log-in.
pub fn count_failed_attempt(tx: &mut Tx<'_>, user: Id) -> Result<()> {
    row!(user).set(users::failed_attempts.eq(users::failed_attempts + 1)).execute(tx.conn())?;
    tx.stale(Stale::UserActivity(user));
    Ok(())
}
