//! A user's record before it is stored: what is changed in it, its form, what it may contain.

use super::{
    CUSTOM_STATUS_PROP, DEFAULT_LOCALE, User, UserPatch, default_notify_props, default_timezone, is_valid_email,
    is_valid_locale, is_valid_username, normalize_email, normalize_username,
};
use crate::model::errors::users as codes;
use crate::model::json::patch_fields;
use crate::model::statuses::CustomStatus;
use crate::model::text::{runes, strip_invisible};
use crate::model::time::now;
use crate::model::{Code, Id, Result};

impl User {
    /// The user with the patch applied, not yet checked.
    pub fn patched(&self, patch: &UserPatch) -> User {
        let mut user = self.clone();
        patch_fields!(user, patch: username, nickname, first_name, last_name, position, email, props, notify_props, locale);
        if patch.timezone.is_some() {
            user.timezone.clone_from(&patch.timezone);
        }
        if patch.remote_id.is_some() {
            user.remote_id.clone_from(&patch.remote_id);
        }
        user
    }

    /// Brings a record into the form that is stored, new or changed: names without invisible characters, name and
    /// address in lower case, defaults for what is empty. A missing name becomes `a` and an id (surprises.md).
    pub fn normalize(&mut self) {
        if self.username.is_empty() {
            self.username = format!("a{}", Id::random());
        }
        self.username = normalize_username(&strip_invisible(&self.username));
        self.email = normalize_email(&self.email);
        for name in [&mut self.first_name, &mut self.last_name, &mut self.nickname, &mut self.bot_description] {
            *name = strip_invisible(name);
        }
        self.auth_data = self.auth_data.take().filter(|data| !data.is_empty());
        if self.notify_props.is_empty() {
            self.notify_props = default_notify_props();
        } else if let Some(keys) = self.notify_props.get_mut("mention_keys") {
            *keys = keys.split(',').filter(|key| !key.is_empty()).map(str::to_lowercase).collect::<Vec<_>>().join(",");
        }
    }

    /// Fills what only a new record gets: identifier, times, language, time zone. Call [`User::normalize`] as well.
    pub fn begin(&mut self) {
        self.id = self.id.some().unwrap_or_else(Id::random);
        if self.create_at == 0 {
            self.create_at = now();
        }
        self.update_at = self.create_at;
        self.last_password_update = self.create_at;
        self.mfa_active = false;
        if self.locale.is_empty() {
            DEFAULT_LOCALE.clone_into(&mut self.locale);
        }
        self.timezone.get_or_insert_with(default_timezone);
    }

    /// Checks every field, in the reference's order (posts-and-limits.md §8).
    pub fn validate(&self) -> Result<()> {
        self.validate_names()?;
        self.validate_provider()?;
        if !is_valid_locale(&self.locale) {
            return codes::LOCALE.err();
        }
        let timezone = self.timezone.as_ref().filter(|timezone| !timezone.is_empty());
        if timezone.is_some_and(|timezone| runes(&serde_json::to_string(timezone).unwrap_or_default()) > 256) {
            return codes::TIMEZONE_LIMIT.err();
        }
        if self.roles.len() > Self::ROLES_MAX {
            return codes::ROLES_LIMIT.err();
        }
        let status = self.props.get(CUSTOM_STATUS_PROP).filter(|status| !status.is_empty());
        if status.is_some_and(|status| CustomStatus::parse(status).is_none()) {
            return codes::INVALID_PROPERTY.err();
        }
        Ok(())
    }

    fn validate_names(&self) -> Result<()> {
        if !is_valid_username(&self.username) {
            return codes::USERNAME.err();
        }
        if self.email.len() > 128 || !is_valid_email(&self.email) {
            return codes::EMAIL.err();
        }
        let limited: [(&str, usize, Code); 4] = [
            (&self.nickname, 64, codes::NICKNAME),
            (&self.position, 128, codes::POSITION),
            (&self.first_name, 64, codes::FIRST_NAME),
            (&self.last_name, 64, codes::LAST_NAME),
        ];
        let broken = limited.into_iter().find(|(text, limit, _)| runes(text) > *limit);
        broken.map_or(Ok(()), |(_, _, code)| code.err())
    }

    fn validate_provider(&self) -> Result<()> {
        let Some(data) = self.auth_data.as_deref().filter(|data| !data.is_empty()) else { return Ok(()) };
        if data.len() > 128 {
            return codes::AUTH_DATA.err();
        }
        if self.auth_service.is_empty() {
            return codes::AUTH_DATA_TYPE.err();
        }
        if !self.password.is_empty() {
            return codes::AUTH_DATA_PASSWORD.err();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::string_map;

    fn ann() -> User {
        let mut user = User { username: "Ann".into(), email: "Ann@Example.com".into(), ..User::default() };
        user.begin();
        user.normalize();
        user
    }

    #[test]
    fn a_new_user_gets_defaults() {
        let user = ann();
        assert_eq!(
            (user.username.as_str(), user.email.as_str(), user.locale.as_str()),
            ("ann", "ann@example.com", "en")
        );
        assert_eq!(user.notify_props, default_notify_props());
        assert!(user.validate().is_ok());
        let mut nameless = User { email: "a@localhost".into(), ..User::default() };
        nameless.normalize();
        assert!(nameless.username.starts_with('a') && nameless.username.len() == 27);
    }

    #[test]
    fn limits_have_their_own_codes() {
        let refuses = |change: fn(&mut User), code: Code| {
            let mut user = ann();
            change(&mut user);
            assert!(user.validate().is_err_and(|error| error.is(code)), "{}", code.id);
        };
        refuses(|u| u.nickname = "n".repeat(65), codes::NICKNAME);
        refuses(|u| u.position = "p".repeat(129), codes::POSITION);
        refuses(|u| u.username = "all".into(), codes::USERNAME);
        refuses(|u| u.email = "plain".into(), codes::EMAIL);
        refuses(|u| u.locale = "nonsense".into(), codes::LOCALE);
        refuses(|u| u.timezone = Some(string_map(&[("a", &"x".repeat(300))])), codes::TIMEZONE_LIMIT);
        refuses(|u| _ = u.props.insert(CUSTOM_STATUS_PROP.into(), "nonsense".into()), codes::INVALID_PROPERTY);
        refuses(|u| u.auth_data = Some("x".into()), codes::AUTH_DATA_TYPE);
    }

    #[test]
    fn patches_replace_maps_whole() {
        let patch = UserPatch { notify_props: Some(string_map(&[("own", "x")])), ..UserPatch::default() };
        let user = ann().patched(&patch);
        assert_eq!(user.notify_props.len(), 1);
        assert_eq!(user.username, "ann");
    }

    #[test]
    fn mention_keys_are_cleaned() {
        let mut user = ann();
        user.notify_props.insert("mention_keys".into(), "Cook,,@ann,ann".into());
        user.normalize();
        user.forget_mentions_of("ann");
        assert_eq!(user.mention_keys().collect::<Vec<_>>(), ["cook"]);
    }
}
