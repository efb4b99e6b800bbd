//! Which operations are entered into the access log when they have been done, and what is said of them there: names of
//! things and switches, never a secret. What changes settings, comes in or is done by the server itself is entered in
//! `app`, where more is known.

use serde_json::{Map, Value};

use crate::api::call::{Call, Reply};
use crate::api::routes::Route;
use crate::auth::Actor;
use crate::model::access_log::{Entry, Origin, events};
use crate::model::{Id, json};

/// The longest text that is taken over from a request or an answer, in characters.
const TEXT_MAX: usize = 256;

/// What may hold of a request.
type Test = fn(&Call) -> bool;

/// An operation that is entered.
pub struct Act {
    method: &'static str,
    path: &'static str,
    event: &'static str,
    /// Another name for it, where that holds of the request.
    unless: Option<(Test, &'static str)>,
    /// Fields of the body that are taken over.
    says: &'static [&'static str],
    /// Whether the names of the body's fields are.
    names_fields: bool,
    /// Fields of the answer that are.
    answers: &'static [&'static str],
    /// The field of the answer that says whom it concerns, if the path does not.
    makes: &'static str,
    /// Whether it is entered only if it concerns somebody else.
    others_only: bool,
    /// Whether it is entered without a session too.
    by_anyone: bool,
}

const fn act(method: &'static str, path: &'static str, event: &'static str) -> Act {
    Act {
        method,
        path,
        event,
        unless: None,
        says: &[],
        names_fields: false,
        answers: &[],
        makes: "",
        others_only: false,
        by_anyone: false,
    }
}

const fn posting(path: &'static str, event: &'static str) -> Act {
    act("POST", path, event)
}

const fn putting(path: &'static str, event: &'static str) -> Act {
    act("PUT", path, event)
}

const fn deleting(path: &'static str, event: &'static str) -> Act {
    act("DELETE", path, event)
}

impl Act {
    const fn says(self, says: &'static [&'static str]) -> Act {
        Act { says, ..self }
    }

    const fn answers(self, answers: &'static [&'static str]) -> Act {
        Act { answers, ..self }
    }

    const fn or(self, holds: Test, event: &'static str) -> Act {
        Act { unless: Some((holds, event)), ..self }
    }

    const fn names_fields(self) -> Act {
        Act { names_fields: true, ..self }
    }

    const fn of_others(self) -> Act {
        Act { others_only: true, ..self }
    }

    const fn makes(self, makes: &'static str) -> Act {
        Act { makes, ..self }
    }

    const fn by_anyone(self) -> Act {
        Act { by_anyone: true, ..self }
    }

    /// What is known before it is done; `None` if it is not to be entered.
    pub fn begin(&self, call: &Call, actor: Option<&Actor>, origin: &Origin) -> Option<Entry> {
        let event = match self.unless {
            Some((holds, other)) if holds(call) => other,
            _ => self.event,
        };
        let mut entry = Entry::new(event).via(origin);
        match actor {
            Some(actor) => entry = entry.by(actor.id(), actor.session().id),
            None if self.by_anyone => {}
            None => return None,
        }
        for (place, text) in &call.params {
            match *place {
                "user_id" if text == "me" => entry = entry.about(actor.map_or(Id::NONE, Actor::id)),
                "user_id" => entry = entry.about(Id::parse(text).unwrap_or(Id::NONE)),
                "bot_user_id" if self.makes.is_empty() => entry = entry.about(Id::parse(text).unwrap_or(Id::NONE)),
                // Who knows the whole id of an incoming webhook can post by it.
                "hook_id" => entry = entry.with("hook_id", text.chars().take(8).collect::<String>()),
                place => entry = entry.with(place, short(text)),
            }
        }
        if self.others_only && actor.is_some_and(|actor| actor.id() == entry.user_id) {
            return None;
        }
        let body: Map<String, Value> = match self.says.is_empty() && !self.names_fields {
            true => Map::new(),
            false => json::decode(&call.body).unwrap_or_default(),
        };
        take(&mut entry, &body, self.says);
        if self.names_fields {
            let names: Vec<&str> = body.keys().map(String::as_str).take(50).collect();
            entry = entry.with("fields", names);
        }
        Some(entry)
    }

    /// The whole entry, now that it is done.
    pub fn end(&self, mut entry: Entry, reply: &Reply) -> Entry {
        if self.answers.is_empty() && self.makes.is_empty() {
            return entry;
        }
        let answer: Map<String, Value> = serde_json::from_slice(&reply.body).unwrap_or_default();
        take(&mut entry, &answer, self.answers);
        match answer.get(self.makes).and_then(Value::as_str).and_then(Id::parse) {
            Some(made) => entry.about(made),
            None => entry,
        }
    }
}

/// Takes some fields over, as far as they are short.
fn take(entry: &mut Entry, from: &Map<String, Value>, names: &[&str]) {
    for name in names {
        let value = match from.get(*name) {
            Some(Value::String(text)) => Value::from(short(text)),
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).take(200).map(short).collect(),
            Some(value @ (Value::Bool(_) | Value::Number(_))) => value.clone(),
            _ => continue,
        };
        entry.detail.insert((*name).to_owned(), value);
    }
}

fn short(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

fn opens(call: &Call) -> bool {
    let body: Map<String, Value> = json::decode(&call.body).unwrap_or_default();
    body.get("active") == Some(&Value::Bool(true))
}

fn erases(call: &Call) -> bool {
    crate::api::call::Flag::on(call, "permanent")
}

/// What is entered of a route, if anything is.
pub(in crate::api::v4) fn of(route: &Route) -> Option<&'static Act> {
    ACTS.iter().find(|act| act.path == route.path && act.method == route.method.as_str())
}

/// All of them.
static ACTS: &[Act] = &[
    // Coming and going.
    posting("/api/v4/users", events::ACCOUNT_CREATED).says(&["username"]).makes("id").by_anyone(),
    posting("/api/v4/users/logout", "logged_out"),
    posting("/api/v4/users/login/switch", "login_switched").says(&["current_service", "new_service"]),
    posting("/api/v4/users/migrate_auth/ldap", "logins_moved").says(&["from", "match_field"]),
    posting("/api/v4/users/sessions/revoke/all", "all_sessions_revoked"),
    posting("/api/v4/users/{user_id}/sessions/revoke", "session_revoked").says(&["session_id"]),
    posting("/api/v4/users/{user_id}/sessions/revoke/all", "sessions_revoked"),
    posting("/api/v4/users/{user_id}/reset_failed_attempts", "account_unlocked"),
    putting("/api/v4/users/{user_id}/password", events::PASSWORD_CHANGED),
    putting("/api/v4/users/{user_id}/mfa", "mfa_changed").says(&["activate"]),
    posting("/api/v4/users/{user_id}/tokens", "token_created").says(&["description"]).answers(&["id"]),
    posting("/api/v4/users/tokens/disable", "token_disabled").says(&["token_id"]),
    posting("/api/v4/users/tokens/enable", "token_enabled").says(&["token_id"]),
    posting("/api/v4/users/tokens/revoke", "token_revoked").says(&["token_id"]),
    posting("/oauth/authorize", "application_authorized").says(&["client_id", "scope"]),
    posting("/oauth/deauthorize", "application_deauthorized").says(&["client_id"]),
    // Accounts.
    putting("/api/v4/users/{user_id}", "account_changed").names_fields().of_others(),
    putting("/api/v4/users/{user_id}/patch", "account_changed").names_fields().of_others(),
    putting("/api/v4/users/{user_id}/active", events::ACCOUNT_CLOSED)
        .or(opens, events::ACCOUNT_OPENED)
        .says(&["reason"]),
    deleting("/api/v4/users/{user_id}", events::ACCOUNT_CLOSED).or(erases, "account_erased"),
    putting("/api/v4/users/{user_id}/auth", "login_provider_changed").says(&["auth_service"]),
    putting("/api/v4/users/{user_id}/roles", events::ROLES_CHANGED).says(&["roles"]),
    posting("/api/v4/users/{user_id}/demote", "made_guest"),
    posting("/api/v4/users/{user_id}/promote", "made_member"),
    posting("/api/v4/users/{user_id}/email/verify/member", "address_verified"),
    posting("/api/v4/users/{user_id}/convert_to_bot", "made_bot"),
    posting("/api/v4/bots", "bot_created").says(&["username"]).makes("user_id"),
    putting("/api/v4/bots/{bot_user_id}", "bot_changed").names_fields(),
    posting("/api/v4/bots/{bot_user_id}/assign/{user_id}", "bot_assigned").makes("owner_id"),
    posting("/api/v4/bots/{bot_user_id}/convert_to_user", "made_person"),
    posting("/api/v4/bots/{bot_user_id}/disable", "bot_disabled"),
    posting("/api/v4/bots/{bot_user_id}/enable", "bot_enabled"),
    // Teams and channels.
    putting("/api/v4/teams/{team_id}", "team_changed").names_fields(),
    putting("/api/v4/teams/{team_id}/patch", "team_changed").names_fields(),
    putting("/api/v4/teams/{team_id}/privacy", "team_privacy_changed").says(&["privacy"]),
    putting("/api/v4/teams/{team_id}/scheme", "team_scheme_changed").says(&["scheme_id"]),
    posting("/api/v4/teams/{team_id}/regenerate_invite_id", "team_link_renewed"),
    deleting("/api/v4/teams/{team_id}", "team_archived").or(erases, "team_erased"),
    posting("/api/v4/teams/{team_id}/restore", "team_restored"),
    posting("/api/v4/teams/{team_id}/import", "team_imported"),
    deleting("/api/v4/teams/invites/email", "invitations_revoked"),
    putting("/api/v4/teams/{team_id}/members/{user_id}/roles", "team_roles_changed").says(&["roles"]),
    putting("/api/v4/teams/{team_id}/members/{user_id}/schemeRoles", "team_roles_changed").says(&[
        "scheme_admin",
        "scheme_user",
        "scheme_guest",
    ]),
    putting("/api/v4/channels/{channel_id}/privacy", "channel_privacy_changed").says(&["privacy"]),
    putting("/api/v4/channels/{channel_id}/scheme", "channel_scheme_changed").says(&["scheme_id"]),
    putting("/api/v4/channels/{channel_id}/moderations/patch", "channel_moderated"),
    posting("/api/v4/channels/{channel_id}/move", "channel_moved").says(&["team_id"]),
    deleting("/api/v4/channels/{channel_id}", "channel_archived").or(erases, "channel_erased"),
    posting("/api/v4/channels/{channel_id}/restore", "channel_restored"),
    putting("/api/v4/channels/{channel_id}/members/{user_id}/roles", "channel_roles_changed").says(&["roles"]),
    putting("/api/v4/channels/{channel_id}/members/{user_id}/schemeRoles", "channel_roles_changed").says(&[
        "scheme_admin",
        "scheme_user",
        "scheme_guest",
    ]),
    // The server.
    putting("/api/v4/admission/domains/{domain}", events::DOMAIN_SET)
        .says(&["teams", "may_join", "channels", "role", "enabled"]),
    deleting("/api/v4/admission/domains/{domain}", events::DOMAIN_REMOVED),
    putting("/api/v4/roles/{role_id}/patch", "role_changed").says(&["permissions"]),
    posting("/api/v4/schemes", "scheme_created").says(&["name", "scope"]).answers(&["id"]),
    putting("/api/v4/schemes/{scheme_id}/patch", "scheme_changed").names_fields(),
    deleting("/api/v4/schemes/{scheme_id}", "scheme_deleted"),
    posting("/api/v4/terms_of_service", "terms_changed").answers(&["id"]),
    posting("/api/v4/brand/image", "brand_image_changed"),
    deleting("/api/v4/brand/image", "brand_image_deleted"),
    posting("/api/v4/jobs", "job_ordered").says(&["type"]).answers(&["id"]),
    posting("/api/v4/jobs/{job_id}/cancel", "job_canceled"),
    act("PATCH", "/api/v4/jobs/{job_id}/status", "job_changed").says(&["status"]),
    posting("/api/v4/ldap/sync", "ldap_sync_ordered"),
    posting("/api/v4/server_busy", "server_busy_set"),
    deleting("/api/v4/server_busy", "server_busy_cleared"),
    posting("/api/v4/caches/invalidate", "caches_invalidated"),
    posting("/api/v4/database/recycle", "database_recycled"),
    // Programs that people connect.
    posting("/api/v4/hooks/incoming", "incoming_webhook_created").says(&["channel_id", "display_name"]),
    putting("/api/v4/hooks/incoming/{hook_id}", "incoming_webhook_changed").says(&["channel_id", "display_name"]),
    deleting("/api/v4/hooks/incoming/{hook_id}", "incoming_webhook_deleted"),
    posting("/api/v4/hooks/outgoing", "outgoing_webhook_created")
        .says(&["team_id", "channel_id", "display_name"])
        .answers(&["id"]),
    putting("/api/v4/hooks/outgoing/{hook_id}", "outgoing_webhook_changed").says(&["channel_id", "display_name"]),
    posting("/api/v4/hooks/outgoing/{hook_id}/regen_token", "outgoing_webhook_token_renewed"),
    deleting("/api/v4/hooks/outgoing/{hook_id}", "outgoing_webhook_deleted"),
    posting("/api/v4/commands", "command_created").says(&["team_id", "trigger"]).answers(&["id"]),
    putting("/api/v4/commands/{command_id}", "command_changed").says(&["team_id", "trigger"]),
    putting("/api/v4/commands/{command_id}/move", "command_moved").says(&["team_id"]),
    putting("/api/v4/commands/{command_id}/regen_token", "command_token_renewed"),
    deleting("/api/v4/commands/{command_id}", "command_deleted"),
    posting("/api/v4/oauth/apps", "application_created").says(&["name"]).answers(&["id"]),
    posting("/api/v4/oauth/apps/register", "application_registered").says(&["client_name"]).by_anyone(),
    putting("/api/v4/oauth/apps/{app_id}", "application_changed").says(&["name"]),
    posting("/api/v4/oauth/apps/{app_id}/regen_secret", "application_secret_renewed"),
    deleting("/api/v4/oauth/apps/{app_id}", "application_deleted"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_served() {
        let routes = crate::api::v4::routes();
        for act in ACTS {
            let served = routes.iter().any(|route| route.path == act.path && route.method.as_str() == act.method);
            assert!(served, "{} {}", act.method, act.path);
        }
    }

    #[test]
    fn only_short_texts_and_switches_are_taken_over() {
        let mut entry = Entry::new("x");
        let body = serde_json::json!({"a": "b".repeat(300), "c": true, "d": {"e": 1}, "f": ["g", 1], "h": "secret"});
        take(&mut entry, body.as_object().unwrap(), &["a", "c", "d", "f"]);
        let said = serde_json::json!({"a": "b".repeat(TEXT_MAX), "c": true, "f": ["g"]});
        assert_eq!(Value::Object(entry.detail), said);
    }
}
