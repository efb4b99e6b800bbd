//! What an organisation wants of names and addresses beyond what can be one (`KollegiumSettings`). Accounts of a provider
//! are as the provider has them.

use crate::auth::Actor;
use crate::config::Settings;
use crate::model::errors::{Result, users as codes};
use crate::model::users::{NameRule, User, normalize_email};

/// Refuses names that the settings do not allow. Of an account that is there already only what changes is looked at, so
/// that one from before the rules can be used as it is.
pub(super) fn check_names(old: Option<&User>, user: &User, settings: &Settings) -> Result<()> {
    let wanted = &settings.kollegium;
    if user.is_bot || user.is_sso() {
        return Ok(());
    }
    let changed = |field: fn(&User) -> &str| old.is_none_or(|old| field(old) != field(user));
    let full_name = changed(|user| &user.first_name) || changed(|user| &user.last_name);
    let lacks_name = user.first_name.trim().is_empty() || user.last_name.trim().is_empty();
    if wanted.require_full_name && full_name && lacks_name {
        return codes::FULL_NAME.err();
    }
    if wanted.forbid_nicknames && changed(|user| &user.nickname) && !user.nickname.is_empty() {
        return codes::NO_NICKNAMES.err();
    }
    let Some(rule) = NameRule::parse(&wanted.username_rule) else { return Ok(()) };
    let concerned = full_name || changed(|user| &user.username);
    if concerned && !rule.fits(user) {
        return Err(codes::USERNAME_RULE.with(&[&wanted.username_rule, &rule.example(user)]));
    }
    Ok(())
}

/// Refuses a new address that somebody gives themself, where addresses are the administrators' business.
pub(super) fn check_own_address(actor: &Actor, old: &User, email: &str, settings: &Settings) -> Result<()> {
    let itself = actor.id() == old.id && !actor.is_admin();
    match settings.kollegium.fixed_email_addresses && itself && normalize_email(email) != old.email {
        true => codes::FIXED_EMAIL.err(),
        false => Ok(()),
    }
}
