//! Permissions: what a role allows.

mod table;

pub use table::Permission;

use std::fmt;

/// Where a permission applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Scope {
    System,
    Team,
    Channel,
    Group,
    Playbook,
    Run,
}

/// Words of a [`PermissionSet`]; 64 permissions each.
const WORDS: usize = 5;

/// A set of permissions, small and copyable: asking it is one bit test.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet([u64; WORDS]);

impl PermissionSet {
    /// Nothing.
    pub const EMPTY: PermissionSet = PermissionSet([0; WORDS]);

    /// The set of those ids; unknown ones, such as a plugin's, are left out.
    pub fn from_ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> PermissionSet {
        ids.into_iter().filter_map(Permission::parse).collect()
    }

    /// Adds a permission.
    pub fn insert(&mut self, permission: Permission) {
        if let Some(word) = self.0.get_mut(permission as usize / 64) {
            *word |= 1 << (permission as usize % 64);
        }
    }

    /// Whether the permission is in the set.
    pub fn contains(&self, permission: Permission) -> bool {
        self.0.get(permission as usize / 64).is_some_and(|word| word >> (permission as usize % 64) & 1 == 1)
    }

    /// Whether any of them is in the set.
    pub fn contains_any(&self, permissions: &[Permission]) -> bool {
        permissions.iter().any(|permission| self.contains(*permission))
    }

    /// Both sets together.
    #[must_use]
    pub fn union(mut self, other: PermissionSet) -> PermissionSet {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
        self
    }

    /// What is in the set, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        Permission::all().filter(|permission| self.contains(*permission))
    }

    /// The ids in the set, in the order of names, as roles are written on the wire.
    pub fn ids(&self) -> Vec<&'static str> {
        let mut ids: Vec<&str> = self.iter().map(Permission::id).collect();
        ids.sort_unstable();
        ids
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        *self == PermissionSet::EMPTY
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = PermissionSet::EMPTY;
        permissions.into_iter().for_each(|permission| set.insert(permission));
        set
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Permission {
    /// Whether it opens a section of the system console for reading.
    pub fn is_sysconsole_read(self) -> bool {
        self.id().starts_with("sysconsole_read_")
    }

    /// Whether it opens a section of the system console for writing.
    pub fn is_sysconsole_write(self) -> bool {
        self.id().starts_with("sysconsole_write_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_where_the_enum_says() {
        for (index, permission) in Permission::all().enumerate() {
            assert_eq!(permission as usize, index);
            assert_eq!(Permission::parse(permission.id()), Some(permission));
        }
        assert!(Permission::all().count() <= WORDS * 64);
        assert_eq!(Permission::in_force().count(), 274);
    }

    #[test]
    fn sets_hold_what_was_put_in() {
        let set = PermissionSet::from_ids(["create_post", "view_team", "unknown"]);
        assert!(set.contains(Permission::create_post) && !set.contains(Permission::manage_system));
        assert_eq!(set.ids(), ["create_post", "view_team"]);
        let both = set.union(PermissionSet::from_ids(["manage_system"]));
        assert!(both.contains_any(&[Permission::edit_post, Permission::manage_system]));
        assert!(PermissionSet::EMPTY.is_empty() && !both.is_empty());
    }

    #[test]
    fn scopes_and_companions() {
        assert_eq!(Permission::create_post.scope(), Scope::Channel);
        assert_eq!(Permission::sysconsole_write_site_customization.ancillary(), [Permission::edit_brand]);
        assert!(Permission::sysconsole_write_site_customization.is_sysconsole_write());
        assert!(Permission::manage_webhooks.is_deprecated());
    }
}
