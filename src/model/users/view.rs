//! How a user is shown: to oneself, to those who administer, to everybody else.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::User;
use crate::model::id::Id;
use crate::model::json::{StringMap, is_zero};
use crate::model::time::TimeMs;

/// Who looks at a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The user, or whoever just made the account.
    Oneself,
    /// Somebody who may see everything about people.
    Admin,
    /// Anybody else, within the privacy settings.
    Other(Privacy),
}

/// Whom somebody sees in lists and searches (permissions.md §3 "see user").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Everybody.
    All,
    /// Those in one of these teams, and those in a channel that this user is in.
    Shared {
        /// Teams whose members are seen.
        teams: Vec<Id>,
        /// Whose channels count.
        user: Id,
        /// The bots of that user as well, and the one in whose name the server speaks.
        bots: bool,
    },
}

/// The privacy settings that hide parts of a profile (`PrivacySettings`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Privacy {
    /// `ShowEmailAddress`.
    pub show_email: bool,
    /// `ShowFullName`.
    pub show_full_name: bool,
}

impl Privacy {
    /// Nothing is hidden.
    pub const OPEN: Privacy = Privacy { show_email: true, show_full_name: true };
}

/// A user on the wire. Hidden texts are `""`; keys that are empty are left out, but for those without a mark below.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct UserView<'a> {
    pub id: Id,
    #[serde(skip_serializing_if = "is_zero")]
    pub create_at: TimeMs,
    #[serde(skip_serializing_if = "is_zero")]
    pub update_at: TimeMs,
    pub delete_at: TimeMs,
    pub username: &'a str,
    /// As stored to oneself and to admins, `""` to others (surprises.md, Users).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_data: Option<&'a str>,
    pub auth_service: &'a str,
    pub email: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    pub email_verified: bool,
    pub nickname: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub position: &'a str,
    pub roles: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    pub allow_marketing: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub props: Option<&'a StringMap>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify_props: Option<&'a StringMap>,
    #[serde(skip_serializing_if = "is_zero")]
    pub last_password_update: TimeMs,
    #[serde(skip_serializing_if = "is_zero")]
    pub last_picture_update: TimeMs,
    #[serde(skip_serializing_if = "is_zero")]
    pub failed_attempts: i32,
    pub locale: &'a str,
    pub timezone: Option<&'a StringMap>,
    #[serde(skip_serializing_if = "is_zero")]
    pub mfa_active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_id: Option<&'a str>,
    /// Only where a list is sorted by activity, which sets it.
    #[serde(skip_serializing_if = "is_zero")]
    pub last_activity_at: TimeMs,
    #[serde(skip_serializing_if = "is_zero")]
    pub is_bot: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub bot_description: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    pub bot_last_icon_update: TimeMs,
    #[serde(skip_serializing_if = "Id::is_none")]
    pub terms_of_service_id: Id,
    #[serde(skip_serializing_if = "is_zero")]
    pub terms_of_service_create_at: TimeMs,
    /// Always false; clients expect the key.
    pub disable_welcome_email: bool,
}

impl UserView<'_> {
    /// The view as finished JSON, for the participants of threads, who are the same in many.
    pub fn to_raw(&self) -> Arc<RawValue> {
        serde_json::value::to_raw_value(self).unwrap_or_else(|_| RawValue::NULL.to_owned()).into()
    }
}

impl User {
    /// A user of whom only the id is known, as lists of threads name participants. Shown to [`Audience::Oneself`] or to
    /// others it is full of empty texts, which clients expect.
    pub fn stub(id: Id) -> User {
        User { id, ..User::default() }
    }

    /// The user as that audience sees it.
    pub fn view(&self, audience: Audience) -> UserView<'_> {
        match audience {
            Audience::Oneself => self.full_view(),
            Audience::Admin => {
                UserView { email_verified: false, allow_marketing: false, last_password_update: 0, ..self.full_view() }
            }
            Audience::Other(privacy) => self.outside_view(privacy),
        }
    }

    fn full_view(&self) -> UserView<'_> {
        UserView {
            id: self.id,
            create_at: self.create_at,
            update_at: self.update_at,
            delete_at: self.delete_at,
            username: &self.username,
            auth_data: self.auth_data.as_deref(),
            auth_service: &self.auth_service,
            email: &self.email,
            email_verified: self.email_verified,
            nickname: &self.nickname,
            first_name: &self.first_name,
            last_name: &self.last_name,
            position: &self.position,
            roles: &self.roles,
            allow_marketing: self.allow_marketing,
            props: Some(&self.props).filter(|props| !props.is_empty()),
            notify_props: Some(&self.notify_props).filter(|props| !props.is_empty()),
            last_password_update: self.last_password_update,
            last_picture_update: self.last_picture_update,
            failed_attempts: self.failed_attempts,
            locale: &self.locale,
            timezone: self.timezone.as_ref(),
            mfa_active: self.mfa_active,
            remote_id: self.remote_id.as_deref(),
            last_activity_at: 0,
            is_bot: self.is_bot,
            bot_description: &self.bot_description,
            bot_last_icon_update: self.bot_last_icon_update,
            terms_of_service_id: self.terms_of_service_id,
            terms_of_service_create_at: self.terms_of_service_create_at,
            disable_welcome_email: false,
        }
    }

    fn outside_view(&self, privacy: Privacy) -> UserView<'_> {
        let mut view = UserView {
            auth_data: Some(""),
            auth_service: "",
            email_verified: false,
            allow_marketing: false,
            notify_props: None,
            last_password_update: 0,
            failed_attempts: 0,
            mfa_active: false,
            terms_of_service_id: Id::NONE,
            terms_of_service_create_at: 0,
            ..self.full_view()
        };
        if !privacy.show_email {
            view.email = "";
        }
        if !privacy.show_full_name {
            (view.first_name, view.last_name) = ("", "");
        }
        view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(user: &User, audience: Audience) -> Vec<String> {
        let json = serde_json::to_value(user.view(audience)).unwrap();
        json.as_object().unwrap().keys().cloned().collect()
    }

    fn ann() -> User {
        let mut user = User {
            username: "ann".into(),
            email: "ann@example.com".into(),
            remote_id: Some(String::new()),
            ..User::default()
        };
        user.begin();
        user.normalize();
        user.password = "hash".into();
        user.mfa_secret = "secret".into();
        user.email_verified = true;
        user.failed_attempts = 2;
        user
    }

    #[test]
    fn oneself_sees_settings_but_no_secrets() {
        let keys = keys(&ann(), Audience::Oneself);
        for key in ["notify_props", "last_password_update", "email_verified", "failed_attempts", "remote_id"] {
            assert!(keys.iter().any(|k| k == key), "{key}");
        }
        for key in ["auth_data", "password", "mfa_secret", "last_login", "props", "is_bot"] {
            assert!(!keys.iter().any(|k| k == key), "{key}");
        }
    }

    #[test]
    fn admins_see_settings_without_password_time() {
        let keys = keys(&ann(), Audience::Admin);
        assert!(keys.iter().any(|k| k == "notify_props") && keys.iter().any(|k| k == "failed_attempts"));
        assert!(!keys.iter().any(|k| k == "last_password_update" || k == "email_verified" || k == "auth_data"));
    }

    #[test]
    fn others_see_what_privacy_allows() {
        let mut user = ann();
        user.first_name = "Ann".into();
        user.auth_service = "gitlab".into();
        user.auth_data = Some("gl".into());
        let hidden = Privacy { show_email: false, show_full_name: false };
        let json = serde_json::to_value(user.view(Audience::Other(hidden))).unwrap();
        for key in ["email", "first_name", "auth_data", "auth_service"] {
            assert_eq!(json[key], "", "{key}");
        }
        assert!(json.get("notify_props").is_none() && json.get("failed_attempts").is_none());
        let open = serde_json::to_value(user.view(Audience::Other(Privacy::OPEN))).unwrap();
        assert_eq!(open["email"], "ann@example.com");
    }

    #[test]
    fn stubs_are_empty() {
        let json: serde_json::Value =
            serde_json::from_str(User::stub(Id::random()).view(Audience::Oneself).to_raw().get()).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 13);
        assert!(json["timezone"].is_null() && json.get("create_at").is_none() && json.get("auth_data").is_none());
    }

    #[test]
    fn an_empty_time_zone_is_null() {
        let mut user = ann();
        user.timezone = None;
        assert!(serde_json::to_value(user.view(Audience::Oneself)).unwrap()["timezone"].is_null());
    }
}
