//! Teams and their members (posts-and-limits.md §8, permissions.md §2).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::errors::teams as codes;
use super::id::Id;
use super::json::{id_or_none, is_zero, patch_fields};
use super::roles::{SchemeRoleNames, SchemeRoles};
use super::text::{runes, strip_invisible};
use super::time::{TimeMs, now};
use super::users::is_valid_email;
use super::{Code, Result};

/// `type` of a team that anybody with its link may join.
pub const OPEN: &str = "O";
/// `type` of a team that people are only invited to.
pub const INVITE: &str = "I";

/// A team as stored and, once [`Team::seen`] went over it, as shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Team {
    /// Identifier.
    pub id: Id,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was archived; 0 for living ones.
    pub delete_at: TimeMs,
    /// Name for people.
    pub display_name: String,
    /// Name in addresses, unique among archived teams as well.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Address of whoever made it; that user becomes administrator on every joining. `""` to most people.
    pub email: String,
    /// [`OPEN`] or [`INVITE`].
    pub r#type: String,
    /// Organisation.
    pub company_name: String,
    /// Mail domains of those who may join, see [`super::domains::domain_allowed`].
    pub allowed_domains: String,
    /// Secret of the invitation link, `""` to those who may not invite.
    pub invite_id: String,
    /// Whether it is listed and may be joined without an invitation.
    pub allow_open_invite: bool,
    /// When its icon changed; left out when it has none.
    #[serde(skip_serializing_if = "is_zero")]
    pub last_team_icon_update: TimeMs,
    /// Always null without a scheme.
    pub scheme_id: Option<Id>,
    /// Whether groups decide who is in it.
    pub group_constrained: Option<bool>,
    /// Always null: retention policies of their own are not served.
    pub policy_id: Option<Id>,
    /// Always false; clients expect the key.
    pub cloud_limits_archived: bool,
}

/// Which of a team's secrets somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TeamSight {
    /// The address, for those with `manage_team`.
    pub email: bool,
    /// The invitation secret, for those with `invite_user`.
    pub invite_id: bool,
}

/// What a client sends to create or replace a team.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Team")]
pub struct TeamInput {
    pub id: String,
    pub display_name: String,
    pub name: String,
    pub description: String,
    pub email: String,
    pub r#type: String,
    pub company_name: String,
    pub allowed_domains: String,
    pub allow_open_invite: bool,
    pub group_constrained: Option<bool>,
    /// A team may be born archived.
    pub delete_at: TimeMs,
    #[serde(deserialize_with = "id_or_none")]
    pub scheme_id: Id,
}

/// What a client sends to change a team; missing and `null` mean unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Team")]
pub struct TeamPatch {
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub company_name: Option<String>,
    pub allowed_domains: Option<String>,
    pub allow_open_invite: Option<bool>,
    pub group_constrained: Option<bool>,
}

/// Beginnings of names that belong to pages of the web app.
const RESERVED_BEGINNINGS: [&str; 17] = [
    "admin",
    "api",
    "channel",
    "claim",
    "error",
    "files",
    "help",
    "landing",
    "login",
    "mfa",
    "oauth",
    "plug",
    "post",
    "signup",
    "boards",
    "playbooks",
    "plugins",
];

/// Whether a team's name begins like a page of the web app: `channels1`, `postal`.
pub fn is_reserved_name(name: &str) -> bool {
    let name = name.to_lowercase();
    RESERVED_BEGINNINGS.iter().any(|word| name.starts_with(word))
}

/// Whether that is a team's name: 2 to 64 of `a-z0-9-`, a letter or digit at both ends; or two such words without
/// hyphens joined by `__`.
pub fn is_valid_name(name: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let ends = |part: &str| !part.starts_with('-') && !part.ends_with('-');
    let hyphenated = ends(name) && word(&name.replace('-', ""));
    let joined = name.split_once("__").is_some_and(|(left, right)| word(left) && word(right));
    (2..=64).contains(&name.len()) && (hyphenated || joined)
}

impl Team {
    /// A new team from what a client sent, in stored form, not yet checked.
    pub fn new(input: TeamInput) -> Team {
        let at = now();
        let mut team = Team {
            id: Id::random(),
            create_at: at,
            update_at: at,
            delete_at: input.delete_at,
            display_name: input.display_name,
            name: input.name,
            description: input.description,
            email: input.email,
            r#type: input.r#type,
            company_name: input.company_name,
            allowed_domains: input.allowed_domains,
            invite_id: Id::random().to_string(),
            allow_open_invite: input.allow_open_invite,
            group_constrained: input.group_constrained,
            ..Team::default()
        };
        team.normalize();
        team
    }

    /// Brings texts into the form that is stored.
    pub fn normalize(&mut self) {
        for text in [&mut self.display_name, &mut self.name, &mut self.description, &mut self.company_name] {
            *text = strip_invisible(text);
        }
    }

    /// The team with the patch applied, not yet checked.
    pub fn patched(&self, patch: &TeamPatch) -> Team {
        let mut team = self.clone();
        patch_fields!(team, patch: display_name, description, company_name, allowed_domains, allow_open_invite);
        if patch.group_constrained.is_some() {
            team.group_constrained = patch.group_constrained;
        }
        team
    }

    /// Checks every field, in the reference's order.
    pub fn validate(&self) -> Result<()> {
        let checks: [(bool, Code); 9] = [
            (self.email.len() <= 128 && (self.email.is_empty() || is_valid_email(&self.email)), codes::EMAIL),
            ((1..=64).contains(&runes(&self.display_name)), codes::DISPLAY_NAME),
            (self.name.len() <= 64, codes::URL),
            (self.description.len() <= 255, codes::DESCRIPTION),
            (!is_reserved_name(&self.name), codes::RESERVED),
            (is_valid_name(&self.name), codes::CHARACTERS),
            (matches!(self.r#type.as_str(), OPEN | INVITE), codes::TYPE),
            (self.company_name.len() <= 64, codes::COMPANY),
            (self.allowed_domains.len() <= 500, codes::DOMAINS),
        ];
        let broken = checks.into_iter().find(|(holds, _)| !holds);
        broken.map_or(Ok(()), |(_, code)| code.err())
    }

    /// The team without the secrets that somebody may not see.
    #[must_use]
    pub fn seen(mut self, sight: TeamSight) -> Team {
        if !sight.email {
            self.email.clear();
        }
        if !sight.invite_id {
            self.invite_id.clear();
        }
        self
    }

    /// What a person with the invitation link learns.
    pub fn invite_info(&self) -> TeamInviteInfo<'_> {
        TeamInviteInfo {
            id: self.id,
            name: &self.name,
            display_name: &self.display_name,
            description: &self.description,
        }
    }
}

/// `GET /teams/invite/{invite_id}`.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Team")]
pub struct TeamInviteInfo<'a> {
    pub id: Id,
    pub name: &'a str,
    pub display_name: &'a str,
    pub description: &'a str,
}

/// A membership in a team.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TeamMember {
    /// Team.
    pub team_id: Id,
    /// Member.
    pub user_id: Id,
    /// Explicit roles and those of the flags; [`TeamMember::new`] and [`TeamMember::set_roles`] keep it right.
    pub roles: String,
    /// When the member left; 0 for present ones.
    pub delete_at: TimeMs,
    /// The flags.
    #[serde(flatten)]
    pub scheme: SchemeRoles,
    /// Roles beyond those of the flags.
    pub explicit_roles: String,
    /// When the member joined. Not on the wire.
    #[serde(skip)]
    pub create_at: TimeMs,
    /// What the flags stand for where a scheme says so; `None` for the standard roles. Not on the wire.
    #[serde(skip)]
    pub names: Option<Arc<SchemeRoleNames>>,
}

impl TeamMember {
    /// A new membership.
    pub fn new(team_id: Id, user_id: Id, scheme: SchemeRoles) -> TeamMember {
        let mut member = TeamMember { team_id, user_id, create_at: now(), ..TeamMember::default() };
        member.set_roles(scheme, "");
        member
    }

    /// Sets flags and explicit roles, and `roles` from both.
    pub fn set_roles(&mut self, scheme: SchemeRoles, explicit_roles: &str) {
        self.roles = self.role_names().join(explicit_roles, scheme);
        self.scheme = scheme;
        explicit_roles.clone_into(&mut self.explicit_roles);
    }

    /// The names that the flags stand for.
    pub fn role_names(&self) -> &SchemeRoleNames {
        const STANDARD: &SchemeRoleNames = &SchemeRoleNames::TEAM;
        self.names.as_deref().unwrap_or(STANDARD)
    }

    /// The same membership under the names of a scheme.
    #[must_use]
    pub fn named(self, names: Option<Arc<SchemeRoleNames>>) -> TeamMember {
        let mut named = TeamMember { names, ..self };
        let explicit = std::mem::take(&mut named.explicit_roles);
        named.set_roles(named.scheme, &explicit);
        named
    }
}

/// Unread messages of a user in a team (posts-and-limits.md §5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TeamUnread {
    pub team_id: Id,
    pub msg_count: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub msg_count_root: i64,
    pub thread_count: i64,
    pub thread_mention_count: i64,
    pub thread_urgent_mention_count: i64,
}

/// How many members a team has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TeamStats {
    /// Team.
    pub team_id: Id,
    /// Deactivated accounts too.
    pub total_member_count: i64,
    /// Active accounts.
    pub active_member_count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(name: &str) -> Team {
        Team::new(TeamInput {
            name: name.into(),
            display_name: "Crew".into(),
            r#type: "O".into(),
            ..TeamInput::default()
        })
    }

    #[test]
    fn names() {
        for name in ["crew", "1--2-x", "ab", "a__b", "file-x"] {
            assert!(team(name).validate().is_ok(), "{name}");
        }
        for name in ["", "a", "Upper", "under_x", "a b", "-lead", "trail-", "dot.x", "é-x"] {
            assert!(team(name).validate().is_err_and(|e| e.is(codes::CHARACTERS)), "{name}");
        }
        for name in ["admin", "api-x", "channelsx", "postal", "filesystem", "plugins-x"] {
            assert!(team(name).validate().is_err_and(|e| e.is(codes::RESERVED)), "{name}");
        }
        assert!(team(&"x".repeat(65)).validate().is_err_and(|e| e.is(codes::URL)));
    }

    #[test]
    fn other_fields() {
        let refuses = |change: fn(&mut Team), code: Code| {
            let mut team = team("crew");
            change(&mut team);
            assert!(team.validate().is_err_and(|e| e.is(code)), "{}", code.id);
        };
        refuses(|t| t.display_name.clear(), codes::DISPLAY_NAME);
        refuses(|t| t.r#type = "o".into(), codes::TYPE);
        refuses(|t| t.description = "x".repeat(256), codes::DESCRIPTION);
        refuses(|t| t.company_name = "x".repeat(65), codes::COMPANY);
        refuses(|t| t.allowed_domains = "x".repeat(501), codes::DOMAINS);
    }

    #[test]
    fn secrets_are_hidden() {
        let mut team = team("crew");
        team.email = "a@example.com".into();
        let member = serde_json::to_value(team.clone().seen(TeamSight { email: false, invite_id: true })).unwrap();
        assert_eq!(member["email"], "");
        assert_ne!(member["invite_id"], "");
        assert_eq!(member["type"], "O");
        assert!(member["policy_id"].is_null() && member.get("last_team_icon_update").is_none());
        assert_eq!(team.seen(TeamSight::default()).invite_id, "");
    }

    #[test]
    fn members_on_the_wire() {
        let member = TeamMember::new(Id::random(), Id::random(), SchemeRoles::ADMIN);
        let json = serde_json::to_value(&member).unwrap();
        assert_eq!(json["roles"], "team_user team_admin");
        assert_eq!(json["scheme_admin"], true);
        assert_eq!(json.as_object().unwrap().len(), 8);
    }
}
