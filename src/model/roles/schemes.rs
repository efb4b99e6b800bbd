//! Permission schemes: the roles that a team, or a channel, gives its members in place of the standard ones.

use serde::{Deserialize, Serialize};

use super::moderation::is_moderated;
use super::{
    CHANNEL_ADMIN, CHANNEL_GUEST, CHANNEL_USER, Role, RoleTable, SchemeRoleNames, TEAM_ADMIN, TEAM_GUEST, TEAM_USER,
    is_valid_name,
};
use crate::model::errors::{Result, roles as codes};
use crate::model::id::Id;
use crate::model::json::patch_fields;
use crate::model::time::{TimeMs, now};

/// `scope` of a scheme for teams.
pub const TEAM_SCOPE: &str = "team";
/// `scope` of a scheme for channels.
pub const CHANNEL_SCOPE: &str = "channel";

/// Most bytes of a name for people.
const DISPLAY_NAME_MAX: usize = 128;
/// Most bytes of a description.
const DESCRIPTION_MAX: usize = 1024;

/// A scheme on the wire. Names of roles are `""` where the scope has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Scheme {
    pub id: Id,
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub create_at: TimeMs,
    pub update_at: TimeMs,
    pub delete_at: TimeMs,
    /// [`TEAM_SCOPE`] or [`CHANNEL_SCOPE`].
    pub scope: String,
    pub default_team_admin_role: String,
    pub default_team_user_role: String,
    pub default_channel_admin_role: String,
    pub default_channel_user_role: String,
    pub default_team_guest_role: String,
    pub default_channel_guest_role: String,
    pub default_playbook_admin_role: String,
    pub default_playbook_member_role: String,
    pub default_run_admin_role: String,
    pub default_run_member_role: String,
}

/// What a client sends to make a scheme.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Scheme")]
pub struct SchemeInput {
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub scope: String,
}

/// What a client sends to change a scheme; missing and `null` mean unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Scheme")]
pub struct SchemePatch {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
}

impl Scheme {
    /// A new scheme and its roles, which begin as copies of the standard ones as they are now. Those of a scheme for
    /// channels hold only what can be moderated; the rest of what they allow is that of the team.
    pub fn new(input: SchemeInput, roles: &RoleTable) -> Result<(Scheme, Vec<Role>)> {
        let at = now();
        let name = if input.name.is_empty() { Id::random().to_string() } else { input.name };
        let mut scheme = Scheme {
            id: Id::random(),
            name,
            display_name: input.display_name,
            description: input.description,
            create_at: at,
            update_at: at,
            scope: input.scope,
            ..Scheme::default()
        };
        scheme.validate()?;
        let mut made = Vec::new();
        for (place, standard, label) in scheme.places() {
            let role = Role {
                id: Id::random(),
                name: Id::random().to_string(),
                display_name: format!("{label} {}", &scheme.name),
                description: String::new(),
                create_at: at,
                update_at: at,
                delete_at: 0,
                permissions: roles.get(standard).map(|role| role.permissions.clone()).unwrap_or_default(),
                scheme_managed: true,
                built_in: false,
                scheme_id: Some(scheme.id),
            };
            made.push((place, standard, role));
        }
        let mut kept = Vec::with_capacity(made.len());
        for (place, standard, mut role) in made {
            if scheme.scope == CHANNEL_SCOPE {
                role.permissions.retain(|id| standard != CHANNEL_ADMIN && is_moderated(id));
            }
            place(&mut scheme).clone_from(&role.name);
            kept.push(role);
        }
        Ok((scheme, kept))
    }

    /// The roles that a scheme of this scope has: where its name stands, after which standard role it is made, and how
    /// it is called.
    fn places(&self) -> Vec<Place> {
        let of_team: [Place; 7] = [
            (|s| &mut s.default_team_admin_role, TEAM_ADMIN, "Team admins of"),
            (|s| &mut s.default_team_user_role, TEAM_USER, "Team members of"),
            (|s| &mut s.default_team_guest_role, TEAM_GUEST, "Team guests of"),
            (|s| &mut s.default_playbook_admin_role, "playbook_admin", "Playbook admins of"),
            (|s| &mut s.default_playbook_member_role, "playbook_member", "Playbook members of"),
            (|s| &mut s.default_run_admin_role, "run_admin", "Run admins of"),
            (|s| &mut s.default_run_member_role, "run_member", "Run members of"),
        ];
        let of_channel: [Place; 3] = [
            (|s| &mut s.default_channel_admin_role, CHANNEL_ADMIN, "Channel admins of"),
            (|s| &mut s.default_channel_user_role, CHANNEL_USER, "Channel members of"),
            (|s| &mut s.default_channel_guest_role, CHANNEL_GUEST, "Channel guests of"),
        ];
        let team = (self.scope == TEAM_SCOPE).then_some(of_team);
        team.into_iter().flatten().chain(of_channel).collect()
    }

    /// The scheme with the patch applied, not yet checked.
    pub fn patched(&self, patch: &SchemePatch) -> Scheme {
        let mut scheme = Scheme { update_at: now(), ..self.clone() };
        patch_fields!(scheme, patch: name, display_name, description);
        scheme
    }

    /// Refuses what no scheme may be.
    pub fn validate(&self) -> Result<()> {
        let named = (1..=DISPLAY_NAME_MAX).contains(&self.display_name.len());
        let valid = named
            && self.name.len() > 1
            && is_valid_name(&self.name)
            && self.description.len() <= DESCRIPTION_MAX
            && [TEAM_SCOPE, CHANNEL_SCOPE].contains(&self.scope.as_str());
        if valid { Ok(()) } else { codes::SCHEME_INVALID.err() }
    }

    /// The names of all its roles.
    pub fn role_names(&self) -> Vec<String> {
        let names = [
            &self.default_team_admin_role,
            &self.default_team_user_role,
            &self.default_team_guest_role,
            &self.default_channel_admin_role,
            &self.default_channel_user_role,
            &self.default_channel_guest_role,
            &self.default_playbook_admin_role,
            &self.default_playbook_member_role,
            &self.default_run_admin_role,
            &self.default_run_member_role,
        ];
        names.into_iter().filter(|name| !name.is_empty()).cloned().collect()
    }

    /// What the flags of a member of a channel stand for under this scheme.
    pub fn channel_names(&self) -> SchemeRoleNames {
        let names =
            [&self.default_channel_guest_role, &self.default_channel_user_role, &self.default_channel_admin_role];
        let text = names.map(String::as_str).join(" ");
        SchemeRoleNames::given(&text, &SchemeRoleNames::CHANNEL).unwrap_or(SchemeRoleNames::CHANNEL)
    }
}

/// Where the name of a role stands in a scheme, the standard role it is made after, and how it is called.
type Place = (fn(&mut Scheme) -> &mut String, &'static str, &'static str);

#[cfg(test)]
mod tests {
    use super::super::BUILT_IN;
    use super::*;

    fn standard() -> RoleTable {
        RoleTable::new(BUILT_IN.iter().map(|role| role.new_role(1)).collect(), Vec::new(), &[])
    }

    fn made(scope: &str) -> (Scheme, Vec<Role>) {
        let input = SchemeInput { display_name: "House".into(), scope: scope.into(), ..SchemeInput::default() };
        Scheme::new(input, &standard()).unwrap()
    }

    #[test]
    fn a_scheme_for_teams_copies_the_standard_roles() {
        let (scheme, roles) = made(TEAM_SCOPE);
        assert_eq!((roles.len(), scheme.role_names().len()), (10, 10));
        let user = roles.iter().find(|role| role.name == scheme.default_channel_user_role).unwrap();
        assert_eq!(user.permissions, standard().get(CHANNEL_USER).unwrap().permissions);
        assert!(user.scheme_managed && user.scheme_id == Some(scheme.id));
    }

    #[test]
    fn a_scheme_for_channels_holds_what_is_moderated() {
        let (scheme, roles) = made(CHANNEL_SCOPE);
        assert_eq!((roles.len(), scheme.default_team_user_role.as_str()), (3, ""));
        let of = |name: &str| roles.iter().find(|role| role.name == name).unwrap().permissions.clone();
        assert!(of(&scheme.default_channel_admin_role).is_empty());
        assert!(of(&scheme.default_channel_user_role).contains(&"create_post".to_owned()));
        assert!(!of(&scheme.default_channel_user_role).contains(&"read_channel".to_owned()));
    }

    #[test]
    fn bad_schemes_are_refused() {
        let input = |display_name: &str, name: &str, scope: &str| SchemeInput {
            display_name: display_name.into(),
            name: name.into(),
            scope: scope.into(),
            ..SchemeInput::default()
        };
        for wrong in
            [input("", "ok", "team"), input("A", "No caps", "team"), input("A", "x", "team"), input("A", "ok", "all")]
        {
            assert!(Scheme::new(wrong, &standard()).is_err());
        }
    }
}
