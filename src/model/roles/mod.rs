//! Roles: named sets of permissions.

mod built_in;
pub mod moderation;
pub mod schemes;
mod table;

pub use built_in::{BUILT_IN, BuiltInRole};
pub use table::{RoleTable, SchemeUse};

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::permissions::PermissionSet;
use super::time::TimeMs;

/// Role of system administrators.
pub const SYSTEM_ADMIN: &str = "system_admin";
/// Role of every full account.
pub const SYSTEM_USER: &str = "system_user";
/// Role of guests, in place of [`SYSTEM_USER`].
pub const SYSTEM_GUEST: &str = "system_guest";
/// Role of the flag `scheme_admin` in a team.
pub const TEAM_ADMIN: &str = "team_admin";
/// Role of the flag `scheme_user` in a team.
pub const TEAM_USER: &str = "team_user";
/// Role of the flag `scheme_guest` in a team.
pub const TEAM_GUEST: &str = "team_guest";
/// Role of the flag `scheme_admin` in a channel.
pub const CHANNEL_ADMIN: &str = "channel_admin";
/// Role of the flag `scheme_user` in a channel.
pub const CHANNEL_USER: &str = "channel_user";
/// Role of the flag `scheme_guest` in a channel.
pub const CHANNEL_GUEST: &str = "channel_guest";

/// A role on the wire (permissions.md §1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Identifier.
    pub id: Id,
    /// Name, unique.
    pub name: String,
    /// A translation id for built-in roles.
    pub display_name: String,
    /// A translation id for built-in roles.
    pub description: String,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was deleted; a deleted role grants nothing.
    pub delete_at: TimeMs,
    /// Permission ids, also such as this server does not know.
    pub permissions: Vec<String>,
    /// Whether schemes may replace it.
    pub scheme_managed: bool,
    /// Whether it came with the server.
    pub built_in: bool,
    /// The scheme it belongs to.
    pub scheme_id: Option<Id>,
}

impl Role {
    /// What the role allows: nothing once deleted.
    pub fn permission_set(&self) -> PermissionSet {
        if self.delete_at != 0 {
            return PermissionSet::EMPTY;
        }
        PermissionSet::from_ids(self.permissions.iter().map(String::as_str))
    }
}

impl BuiltInRole {
    /// The role as a fresh server stores it.
    pub fn new_role(&self, at: TimeMs) -> Role {
        Role {
            id: Id::random(),
            name: self.name.to_owned(),
            display_name: self.display_name(),
            description: self.description(),
            create_at: at,
            update_at: at,
            delete_at: 0,
            permissions: self.permissions().ids().into_iter().map(str::to_owned).collect(),
            scheme_managed: self.scheme_managed,
            built_in: self.built_in,
            scheme_id: None,
        }
    }
}

/// What a client sends to change a role (`PUT /roles/{id}/patch`).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RolePatch {
    /// The permission ids from now on; missing means unchanged.
    pub permissions: Option<Vec<String>>,
}

/// The built-in role of that name.
pub fn built_in(name: &str) -> Option<&'static BuiltInRole> {
    BUILT_IN.iter().find(|role| role.name == name)
}

/// Whether that may be the name of a role: 1 to 64 of `a-z0-9_`.
pub fn is_valid_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

/// The flags of a membership, in a team or a channel (permissions.md §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SchemeRoles {
    /// Stands for the guest role.
    pub scheme_guest: bool,
    /// Stands for the user role.
    pub scheme_user: bool,
    /// Stands for the admin role.
    pub scheme_admin: bool,
}

impl SchemeRoles {
    /// An ordinary member.
    pub const USER: SchemeRoles = SchemeRoles { scheme_guest: false, scheme_user: true, scheme_admin: false };
    /// An ordinary member who also administers.
    pub const ADMIN: SchemeRoles = SchemeRoles { scheme_guest: false, scheme_user: true, scheme_admin: true };
    /// A guest.
    pub const GUEST: SchemeRoles = SchemeRoles { scheme_guest: true, scheme_user: false, scheme_admin: false };
}

/// The names that the flags of a membership stand for, in the order guest, user, admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeRoleNames {
    /// Name for `scheme_guest`.
    pub guest: Cow<'static, str>,
    /// Name for `scheme_user`.
    pub user: Cow<'static, str>,
    /// Name for `scheme_admin`.
    pub admin: Cow<'static, str>,
}

impl SchemeRoleNames {
    /// The names in a team without a scheme.
    pub const TEAM: SchemeRoleNames = SchemeRoleNames::of(TEAM_GUEST, TEAM_USER, TEAM_ADMIN);
    /// The names in a channel without a scheme.
    pub const CHANNEL: SchemeRoleNames = SchemeRoleNames::of(CHANNEL_GUEST, CHANNEL_USER, CHANNEL_ADMIN);

    const fn of(guest: &'static str, user: &'static str, admin: &'static str) -> SchemeRoleNames {
        SchemeRoleNames { guest: Cow::Borrowed(guest), user: Cow::Borrowed(user), admin: Cow::Borrowed(admin) }
    }

    /// The names that a scheme gives, guest, user and admin, each separated by one space; where it gives none, the
    /// standard ones. `None` if it gives none at all.
    pub fn given(text: &str, standard: &SchemeRoleNames) -> Option<SchemeRoleNames> {
        let mut given = text.split(' ');
        let mut next = |standard: &Cow<'static, str>| match given.next().unwrap_or_default() {
            "" => standard.clone(),
            name => Cow::Owned(name.to_owned()),
        };
        let names =
            SchemeRoleNames { guest: next(&standard.guest), user: next(&standard.user), admin: next(&standard.admin) };
        (names != *standard).then_some(names)
    }

    /// `roles` of a membership: the explicit ones, then those of the flags, each once.
    pub fn join(&self, explicit: &str, flags: SchemeRoles) -> String {
        let derived =
            [(flags.scheme_guest, &self.guest), (flags.scheme_user, &self.user), (flags.scheme_admin, &self.admin)];
        let derived = derived.into_iter().filter(|(set, _)| *set).map(|(_, name)| &**name);
        let mut names: Vec<&str> = Vec::new();
        for name in explicit.split_whitespace().chain(derived) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(" ")
    }

    /// The reverse: which flags a `roles` string sets, and the other names in it.
    pub fn split<'a>(&self, roles: &'a str) -> (SchemeRoles, Vec<&'a str>) {
        let mut flags = SchemeRoles::default();
        let mut explicit = Vec::new();
        for name in roles.split_whitespace() {
            match name {
                _ if name == self.guest => flags.scheme_guest = true,
                _ if name == self.user => flags.scheme_user = true,
                _ if name == self.admin => flags.scheme_admin = true,
                _ => explicit.push(name),
            }
        }
        (flags, explicit)
    }
}

#[cfg(test)]
mod tests {
    use super::super::permissions::Permission;
    use super::*;

    fn allows(role: &str, permission: Permission) -> bool {
        built_in(role).unwrap().permissions().contains(permission)
    }

    #[test]
    fn the_table_is_that_of_a_fresh_server() {
        assert_eq!(BUILT_IN.len(), 25);
        let sizes = ["system_admin", "team_admin", "channel_user", "system_manager"]
            .map(|name| built_in(name).unwrap().permissions().iter().count());
        assert_eq!(sizes, [274, 41, 27, 122]);
        assert!(allows(CHANNEL_USER, Permission::create_post) && !allows(CHANNEL_GUEST, Permission::delete_post));
        assert!(!allows(SYSTEM_USER, Permission::create_user_access_token));
        assert!(built_in("custom_group_user").unwrap().permissions().is_empty());
    }

    #[test]
    fn a_role_on_the_wire() {
        let role = built_in(TEAM_USER).unwrap().new_role(7);
        let json = serde_json::to_value(&role).unwrap();
        assert_eq!(json["display_name"], "authentication.roles.team_user.name");
        assert_eq!(json["permissions"][0], "add_user_to_team");
        assert!(json["scheme_id"].is_null() && json["scheme_managed"] == true);
        assert!(Role { delete_at: 1, ..role }.permission_set().is_empty());
    }

    #[test]
    fn flags_and_names_of_members() {
        let names = SchemeRoleNames::CHANNEL;
        assert_eq!(names.join("", SchemeRoles::ADMIN), "channel_user channel_admin");
        assert_eq!(names.join("extra channel_user", SchemeRoles::USER), "extra channel_user");
        assert_eq!(names.split("channel_admin x channel_user"), (SchemeRoles::ADMIN, vec!["x"]));
        let given = SchemeRoleNames::given("a  c", &names).unwrap();
        assert_eq!(given.join("", SchemeRoles::ADMIN), "channel_user c");
        assert_eq!(given.split("a channel_admin"), (SchemeRoles::GUEST, vec!["channel_admin"]));
        assert_eq!(SchemeRoleNames::given("  ", &names), None);
    }

    #[test]
    fn role_names() {
        assert!(is_valid_name("system_post_all"));
        assert!(!is_valid_name("") && !is_valid_name("Upper") && !is_valid_name("a b"));
    }
}
