//! All roles together, those of schemes among them, as they are in force.

use std::collections::HashMap;

use super::moderation::under;
use super::schemes::Scheme;
use super::{Role, SchemeRoleNames};
use crate::model::id::Id;
use crate::model::permissions::PermissionSet;

/// Which scheme a channel has, and which its team has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemeUse {
    /// The channel's.
    pub channel: Id,
    /// The team's, unless it has none.
    pub team: Option<Id>,
}

/// All roles by name, with what they allow, and the schemes.
#[derive(Debug, Default)]
pub struct RoleTable {
    roles: HashMap<String, (Role, PermissionSet)>,
    schemes: HashMap<Id, Scheme>,
    uses: Vec<SchemeUse>,
}

impl RoleTable {
    /// A table of these roles and schemes. The roles of a channel's scheme allow what [`under`] says they do under the
    /// roles of the team; a scheme that channels of several teams share allows what it does in all of them.
    pub fn new(roles: Vec<Role>, schemes: Vec<Scheme>, uses: &[SchemeUse]) -> RoleTable {
        let with_set = |role: Role| (role.name.clone(), (role.clone(), role.permission_set()));
        let mut table = RoleTable {
            roles: roles.into_iter().map(with_set).collect(),
            schemes: schemes.into_iter().map(|scheme| (scheme.id, scheme)).collect(),
            uses: uses.to_vec(),
        };
        let mut higher: HashMap<String, Vec<(String, bool)>> = HashMap::new();
        for (name, above, of_admins) in uses.iter().flat_map(|used| table.pairs(used)) {
            higher.entry(name).or_default().push((above, of_admins));
        }
        for (name, above) in &higher {
            table.put_under(name, above);
        }
        table
    }

    /// The role of that name.
    pub fn get(&self, name: &str) -> Option<&Role> {
        self.roles.get(name).map(|(role, _)| role)
    }

    /// All roles.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.roles.values().map(|(role, _)| role)
    }

    /// What these roles allow together. Deleted and unknown ones allow nothing.
    pub fn allow<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> PermissionSet {
        let sets = names.into_iter().filter_map(|name| self.roles.get(name)).filter(|(role, _)| role.delete_at == 0);
        sets.fold(PermissionSet::EMPTY, |all, (_, set)| all.union(*set))
    }

    /// The living scheme of that id.
    pub fn scheme(&self, id: Id) -> Option<&Scheme> {
        self.schemes.get(&id)
    }

    /// The scheme that a role belongs to.
    pub fn scheme_of(&self, role: &str) -> Option<&Scheme> {
        self.schemes.values().find(|scheme| scheme.role_names().iter().any(|name| name == role))
    }

    /// What the flags of a channel's members stand for by the scheme of its team, if that has one.
    pub fn channel_names(&self, team_scheme: Option<Id>) -> SchemeRoleNames {
        let scheme = team_scheme.and_then(|id| self.scheme(id));
        scheme.map_or(SchemeRoleNames::CHANNEL, Scheme::channel_names)
    }

    /// The roles of channels' schemes that stand under a role: what they allow changes with it. Each with its scheme.
    pub fn under(&self, higher: &str) -> Vec<(&Role, Id)> {
        let mut found: Vec<(&Role, Id)> = Vec::new();
        for used in &self.uses {
            for (name, above, _) in self.pairs(used) {
                let new = above == higher && !found.iter().any(|(role, _)| role.name == name);
                found.extend(self.get(&name).filter(|_| new).map(|role| (role, used.channel)));
            }
        }
        found
    }

    /// The roles of a channel's scheme, each with the one it stands under, and whether they are those of administrators.
    fn pairs(&self, used: &SchemeUse) -> Vec<(String, String, bool)> {
        let Some(scheme) = self.scheme(used.channel) else { return Vec::new() };
        let (own, above) = (scheme.channel_names(), self.channel_names(used.team));
        let pairs = [(own.guest, above.guest, false), (own.user, above.user, false), (own.admin, above.admin, true)];
        let own_roles = pairs.into_iter().filter(|(own, above, _)| own != above);
        own_roles.map(|(own, above, of_admins)| (own.into_owned(), above.into_owned(), of_admins)).collect()
    }

    /// What a role of a channel's scheme allows under each of these roles.
    fn put_under(&mut self, name: &str, above: &[(String, bool)]) {
        let Some((role, _)) = self.roles.get(name) else { return };
        let mut allowed: Option<Vec<String>> = None;
        for (above, of_admins) in above {
            let Some(higher) = self.get(above) else { continue };
            let here = under(&role.permissions, &higher.permissions, *of_admins);
            allowed = Some(match allowed {
                None => here,
                Some(before) => before.into_iter().filter(|id| here.contains(id)).collect(),
            });
        }
        let Some(permissions) = allowed else { return };
        let role = Role { permissions, ..role.clone() };
        let set = role.permission_set();
        self.roles.insert(name.to_owned(), (role, set));
    }
}

#[cfg(test)]
mod tests {
    use super::super::schemes::{CHANNEL_SCOPE, SchemeInput, TEAM_SCOPE};
    use super::super::{BUILT_IN, CHANNEL_USER};
    use super::*;
    use crate::model::permissions::Permission;

    fn standard() -> Vec<Role> {
        BUILT_IN.iter().map(|role| role.new_role(1)).collect()
    }

    fn scheme(scope: &str) -> (Scheme, Vec<Role>) {
        let input = SchemeInput { display_name: "A".into(), scope: scope.into(), ..SchemeInput::default() };
        Scheme::new(input, &RoleTable::new(standard(), Vec::new(), &[])).unwrap()
    }

    #[test]
    fn a_channel_s_scheme_stands_under_that_of_its_team() {
        let ((of_team, mut team_roles), (of_channel, channel_roles)) = (scheme(TEAM_SCOPE), scheme(CHANNEL_SCOPE));
        let member = of_channel.default_channel_user_role.clone();
        let without = |role: &mut Role, id: &str| role.permissions.retain(|held| held != id);
        let above = team_roles.iter_mut().find(|role| role.name == of_team.default_channel_user_role).unwrap();
        without(above, "delete_post");
        without(above, "add_reaction");
        let roles = [standard(), team_roles, channel_roles].concat();
        let uses = |team| [SchemeUse { channel: of_channel.id, team }];
        let schemes = vec![of_team.clone(), of_channel.clone()];
        let allowed = |uses: &[SchemeUse]| {
            let table = RoleTable::new(roles.clone(), schemes.clone(), uses);
            let set = table.allow([member.as_str()]);
            let has = |permission| set.contains(permission);
            [Permission::read_channel, Permission::create_post, Permission::delete_post, Permission::add_reaction]
                .map(has)
        };
        assert_eq!(allowed(&uses(None)), [true, true, true, true]);
        assert_eq!(allowed(&uses(Some(of_team.id))), [true, true, false, false]);
        assert_eq!(allowed(&[uses(None), uses(Some(of_team.id))].concat()), [true, true, false, false]);
        let table = RoleTable::new(roles.clone(), schemes.clone(), &uses(None));
        assert_eq!(table.under(CHANNEL_USER).iter().map(|(role, _)| &role.name).collect::<Vec<_>>(), [&member]);
        assert_eq!(table.scheme_of(&member).map(|scheme| scheme.id), Some(of_channel.id));
    }
}
