//! Roles as administrators see and change them (permissions.md §1 "Role endpoints").

use super::App;
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant};
use crate::config::Features;
use crate::events::system::{RoleScope, SystemEvent};
use crate::events::{Change, Event, Json};
use crate::model::errors::{Result, invalid_body, roles as codes};
use crate::model::permissions::Permission;
use crate::model::roles::schemes::CHANNEL_SCOPE;
use crate::model::roles::{self, Role, RolePatch, RoleTable};
use crate::model::{Id, now};
use crate::store::{self, Tx};

/// The most roles that are asked for by name at once.
const MAX_NAMES: usize = 100;
/// Permissions that only the server itself gives: with them one could make oneself an administrator.
const UNTOUCHABLE: [Permission; 4] = [
    Permission::manage_system,
    Permission::manage_roles,
    Permission::sysconsole_read_user_management_system_roles,
    Permission::sysconsole_write_user_management_system_roles,
];

impl App {
    /// All roles, by name.
    pub async fn all_roles(&self, _: SystemGrant<ManageSystem>) -> Result<Vec<Role>> {
        let mut all: Vec<Role> = self.store.roles().await?.iter().cloned().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// The role of that id.
    pub async fn role(&self, _: &Actor, id: Id) -> Result<Role> {
        let all = self.store.roles().await?;
        all.iter().find(|role| role.id == id).cloned().ok_or_else(|| codes::NOT_FOUND.error())
    }

    /// The role of that name.
    pub async fn role_by_name(&self, _: &Actor, name: &str) -> Result<Role> {
        self.store.roles().await?.get(name).cloned().ok_or_else(|| codes::NAME_NOT_FOUND.error())
    }

    /// The roles of these names, each once; unknown ones are left out.
    pub async fn roles_by_names(&self, _: &Actor, names: Vec<String>) -> Result<Vec<Role>> {
        if names.is_empty() {
            return Err(invalid_body("rolenames"));
        }
        if names.len() > MAX_NAMES {
            return Err(codes::TOO_MANY_NAMES.with(&[&MAX_NAMES]));
        }
        let mut wanted: Vec<String> = names.into_iter().filter(|name| !name.trim().is_empty()).collect();
        if !wanted.iter().all(|name| roles::is_valid_name(name)) {
            return Err(invalid_body("rolename"));
        }
        wanted.sort();
        wanted.dedup();
        let all = self.store.roles().await?;
        Ok(wanted.iter().filter_map(|name| all.get(name).cloned()).collect())
    }

    /// Changes what a role allows; everybody is told, and it holds at once.
    pub async fn patch_role(&self, actor: Actor, id: Id, patch: RolePatch) -> Result<Role> {
        let mut role = self.role(&actor, id).await?;
        check_patch(&actor, &role, patch.permissions.as_deref())?;
        let Some(mut permissions) = patch.permissions else { return Ok(role) };
        let mut seen = std::collections::HashSet::new();
        permissions.retain(|permission| seen.insert(permission.clone()));
        if permissions == role.permissions {
            return Ok(role);
        }
        if permissions.iter().any(|id| !role.permissions.contains(id) && Permission::parse(id).is_none()) {
            return codes::INVALID.err();
        }
        role.permissions = permissions;
        role.update_at = now();
        self.store
            .write(move |tx| {
                store::roles::save(tx, &role)?;
                let table = store::roles::table(tx.conn())?;
                let role = table.get(&role.name).cloned().unwrap_or(role);
                let events = told_of(tx, &role, &table)?;
                Ok(Change::silent(role, "each role has its own event").and_all(events))
            })
            .await
    }
}

/// `role_updated` of a role, and of those in channels that stand under it, each to those who may have it.
fn told_of(tx: &mut Tx<'_>, role: &Role, table: &RoleTable) -> Result<Vec<Event>> {
    let under = table.under(&role.name);
    let mut schemes: Vec<Id> = under.iter().map(|(_, scheme)| *scheme).collect();
    let own = table.scheme_of(&role.name).filter(|_| role.scheme_managed && !role.built_in);
    schemes.extend(own.filter(|scheme| scheme.scope == CHANNEL_SCOPE).map(|scheme| scheme.id));
    let channels = store::schemes::channels_of(tx.conn(), &schemes)?;
    let in_channels = |scheme: Id| RoleScope::Channels(channels.get(&scheme).cloned().unwrap_or_default());
    let scope = match own {
        None => RoleScope::Everywhere,
        Some(scheme) if scheme.scope == CHANNEL_SCOPE => in_channels(scheme.id),
        Some(scheme) => RoleScope::Teams(store::schemes::teams_of(tx.conn(), scheme.id)?),
    };
    let told = |role: &Role, scope| SystemEvent::RoleUpdated { role: Json::of(role), scope }.into();
    let others = under.iter().map(|(role, scheme)| told(role, in_channels(*scheme)));
    Ok(others.chain([told(role, scope)]).collect())
}

/// Who may change which role, and what of it nobody may.
fn check_patch(actor: &Actor, role: &Role, permissions: Option<&[String]>) -> Result<()> {
    let first = if is_administrative(&role.name) {
        Permission::manage_system
    } else {
        Permission::sysconsole_write_user_management_permissions
    };
    actor.need(first)?;
    if let Some(permissions) = permissions {
        let is_guest = [roles::SYSTEM_GUEST, roles::TEAM_GUEST, roles::CHANNEL_GUEST].contains(&role.name.as_str());
        if is_guest && !Features::WORKING.guest_accounts_permissions {
            return codes::PATCH_GUEST.err();
        }
        let changes = |permission: &Permission| {
            let has = |ids: &[String]| ids.iter().any(|id| id == permission.id());
            has(permissions) != has(&role.permissions)
        };
        if UNTOUCHABLE.iter().any(changes) {
            return codes::PATCH_PERMISSION.err();
        }
    }
    actor.need(if is_everybodys(&role.name) {
        Permission::sysconsole_write_user_management_permissions
    } else {
        Permission::sysconsole_write_user_management_system_roles
    })
}

/// Roles of administrators and of those to whom they delegate.
pub(in crate::app) fn is_administrative(name: &str) -> bool {
    const DELEGATED: [&str; 6] = [
        "system_manager",
        "system_user_manager",
        "system_read_only_admin",
        "system_custom_group_admin",
        "shared_channel_manager",
        "secure_connection_manager",
    ];
    name == roles::SYSTEM_ADMIN || DELEGATED.contains(&name)
}

/// Roles that people have without being given them.
fn is_everybodys(name: &str) -> bool {
    [
        roles::SYSTEM_USER,
        roles::SYSTEM_GUEST,
        roles::TEAM_ADMIN,
        roles::TEAM_USER,
        roles::TEAM_GUEST,
        roles::CHANNEL_ADMIN,
        roles::CHANNEL_USER,
        roles::CHANNEL_GUEST,
        "playbook_admin",
        "playbook_member",
        "run_admin",
        "run_member",
    ]
    .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_roles() {
        assert!(is_administrative("system_manager") && !is_administrative("system_user"));
        assert!(is_everybodys("channel_admin") && !is_everybodys("system_post_all"));
        let named = |name: &str| roles::built_in(name).is_some();
        assert!(["system_manager", "secure_connection_manager", "shared_channel_manager"].into_iter().all(named));
    }
}
