//! What a provider says of somebody, whatever the names under which it says it.

use serde_json::{Map, Value};

use super::Trouble;
use crate::model::users::Service;

/// Somebody, as a provider has them. Texts are empty where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Their id at the provider, which stays when names change.
    pub id: String,
    /// The name from which the user name is made.
    pub username: String,
    /// Mail address.
    pub email: String,
    /// Whether the provider has seen that the address is theirs; `None` if it does not say.
    pub email_verified: Option<bool>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Nickname.
    pub nickname: String,
    /// All that it says.
    pub claims: Map<String, Value>,
}

impl Identity {
    /// Reads claims or a profile. `GitLab` numbers people (`id`); Entra ID knows them by `oid` in tokens and by `id` in its
    /// profiles, which are the same; all others by `sub`.
    pub(super) fn read(
        service: Service,
        claims: Map<String, Value>,
        use_preferred_username: bool,
    ) -> Result<Identity, Trouble> {
        let text =
            |names: &[&str]| names.iter().find_map(|name| claims.get(*name).and_then(as_text)).unwrap_or_default();
        let id = match service {
            Service::GitLab => text(&["id", "sub"]),
            Service::Office365 => text(&["oid", "id", "sub"]),
            Service::Google | Service::OpenId => text(&["sub", "id"]),
        };
        if id.is_empty() {
            return Err(Trouble::Incomplete("an id"));
        }
        let email = text(&["email", "mail", "userPrincipalName"]);
        if email.is_empty() {
            return Err(Trouble::Incomplete("a mail address"));
        }
        let local = email.split('@').next().unwrap_or_default().to_owned();
        let named = match (service, use_preferred_username) {
            (Service::GitLab, _) => text(&["username", "login", "preferred_username", "nickname"]),
            (_, true) => text(&["preferred_username", "username"]),
            (_, false) => String::new(),
        };
        // A preferred name may be an address itself.
        let named = named.split('@').next().unwrap_or_default().to_owned();
        let (first, last) = halves(&text(&["name", "displayName"]));
        let given = text(&["given_name", "givenName"]);
        let family = text(&["family_name", "surname"]);
        let is_split = !(given.is_empty() && family.is_empty());
        Ok(Identity {
            id,
            username: if named.is_empty() { local } else { named },
            email,
            email_verified: claims.get("email_verified").and_then(as_bool),
            first_name: if is_split { given } else { first },
            last_name: if is_split { family } else { last },
            nickname: if service == Service::GitLab { String::new() } else { text(&["nickname"]) },
            claims,
        })
    }
}

/// A full name, split at its first space (auth.md §10).
fn halves(name: &str) -> (String, String) {
    let (first, last) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
    (first.to_owned(), last.trim().to_owned())
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) if number.as_i64() != Some(0) => Some(number.to_string()),
        _ => None,
    }
}

/// Some providers write truth as a text.
fn as_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(is) => Some(*is),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(service: Service, claims: Value, preferred: bool) -> Result<Identity, Trouble> {
        let Value::Object(claims) = claims else { unreachable!() };
        Identity::read(service, claims, preferred)
    }

    #[test]
    fn a_gitlab_profile_is_numbered_and_its_name_split() {
        let profile = json!({"id": 42, "username": "jdoe", "email": "Jane@example.com", "name": "Jane van Doe"});
        let jane = read(Service::GitLab, profile, false).unwrap();
        assert_eq!((jane.id.as_str(), jane.username.as_str()), ("42", "jdoe"));
        assert_eq!((jane.first_name.as_str(), jane.last_name.as_str()), ("Jane", "van Doe"));
        assert_eq!(jane.email_verified, None);
    }

    #[test]
    fn names_come_from_the_address_unless_the_preferred_one_is_wanted() {
        let claims = json!({"sub": "s", "email": "jane.doe@campus.edu", "preferred_username": "jd@campus.edu",
            "given_name": "Jane", "email_verified": "false"});
        assert_eq!(read(Service::OpenId, claims.clone(), false).unwrap().username, "jane.doe");
        let jane = read(Service::OpenId, claims, true).unwrap();
        assert_eq!((jane.username.as_str(), jane.first_name.as_str(), jane.last_name.as_str()), ("jd", "Jane", ""));
        assert_eq!(jane.email_verified, Some(false));
    }

    #[test]
    fn an_entra_id_is_the_same_by_token_and_by_profile() {
        let token = json!({"sub": "pairwise", "oid": "0-1-2", "email": "a@b.c"});
        let profile = json!({"id": "0-1-2", "mail": null, "userPrincipalName": "a@b.c"});
        assert_eq!(read(Service::Office365, token, false).unwrap().id, "0-1-2");
        assert_eq!(read(Service::Office365, profile, false).unwrap().id, "0-1-2");
    }

    #[test]
    fn nobody_comes_without_id_or_address() {
        assert!(matches!(
            read(Service::GitLab, json!({"id": 0, "email": "a@b.c"}), false),
            Err(Trouble::Incomplete(_))
        ));
        assert!(matches!(read(Service::OpenId, json!({"sub": "s", "email": " "}), false), Err(Trouble::Incomplete(_))));
    }
}
