//! Groups, and groups in groups.

use std::collections::HashSet;

use ldap3::{Scope, SearchEntry, ldap_escape};

use super::people::{text, values};
use super::plan::{GROUPS, Plan};
use super::pool::Pool;
use super::search::Question;
use super::{Directory, Trouble};

/// How deep groups in groups are looked into.
const DEPTH: usize = 10;

/// The most groups that are looked at for one question.
const MOST: usize = 2000;

/// How many entries are asked for in one question.
const AT_ONCE: usize = 50;

/// The matching rule by which Active Directory looks into groups in groups by itself (LDAP_MATCHING_RULE_IN_CHAIN).
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// What Active Directory says of itself in its root (LDAP_CAP_ACTIVE_DIRECTORY_OID).
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// A group as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The distinguished name of the entry, which changes when the group is moved or renamed.
    pub dn: String,
    /// What stays (`GroupIdAttribute`).
    pub id: String,
    /// What it is called (`GroupDisplayNameAttribute`).
    pub name: String,
}

impl Directory {
    /// The groups that can be linked (`GroupFilter`). Whatever has no id is none.
    pub async fn groups(&self, plan: &Plan) -> Result<Vec<Group>, Trouble> {
        let attributes = &plan.attributes;
        if attributes.group_id.is_empty() || attributes.group_name.is_empty() {
            let why = "LdapSettings.GroupIdAttribute and GroupDisplayNameAttribute must say what groups are known by";
            return Err(Trouble::Setup(why.into()));
        }
        let names = vec![attributes.group_id.clone(), attributes.group_name.clone()];
        let mut stream = self.pool(plan)?.stream(&plan.filters.groups, names).await?;
        let mut groups = Vec::new();
        while let Some(entry) = stream.next().await? {
            let (id, name) = (text(&entry, &attributes.group_id), text(&entry, &attributes.group_name));
            if !id.is_empty() {
                groups.push(Group { dn: entry.dn, id, name });
            }
        }
        Ok(groups)
    }

    /// The DNs, in one form of writing, of all entries that are groups.
    pub async fn group_names(&self, plan: &Plan) -> Result<HashSet<String>, Trouble> {
        self.pool(plan)?.names(GROUPS).await
    }

    /// The DNs, in one form of writing, of all who are in a group, directly or through groups in it; of a group that has
    /// nobody, none. `groups` are the [names](Self::group_names) of all.
    pub async fn members_of(
        &self,
        plan: &Plan,
        group: &Group,
        groups: &HashSet<String>,
    ) -> Result<HashSet<String>, Trouble> {
        let pool = self.pool(plan)?;
        let Some(filter) = pool.in_chain(&group.dn).await? else {
            return match pool.directly_in(&group.dn).await? {
                None => Ok(HashSet::new()),
                Some(_) => pool.members_through(&group.dn, groups).await,
            };
        };
        pool.names(&filter).await
    }
}

fn unreadable(group: &str) -> Trouble {
    let why = "is not there, is empty, or may not be read";
    Trouble::Setup(format!("KollegiumSettings.LdapStaffGroup {group:?} {why}"))
}

fn too_many(group: &str) -> Trouble {
    Trouble::Setup(format!("more than {MOST} groups would have to be looked at for {group:?}"))
}

impl Pool {
    /// Whether an entry is in a group, directly or through groups in it.
    pub(super) async fn is_in(&self, dn: &str, group: &str) -> Result<bool, Trouble> {
        let found = match self.in_chain(group).await? {
            Some(filter) => self.fits(dn, &filter).await?,
            None => self.climb(dn, group).await?,
        };
        // Nobody is in a group that was renamed, or that may not be read: that says nothing about anybody.
        if !found && self.directly_in(group).await?.is_none() {
            return Err(unreadable(group));
        }
        Ok(found)
    }

    /// The DNs, in one form of writing, of all who are in a group, directly or through groups in it.
    pub(super) async fn members(&self, group: &str) -> Result<HashSet<String>, Trouble> {
        self.members_through(group, &self.names(GROUPS).await?).await
    }

    /// The same; only these are looked into, so that people are not taken for groups.
    async fn members_through(&self, group: &str, groups: &HashSet<String>) -> Result<HashSet<String>, Trouble> {
        let (mut known, mut level) = (HashSet::from([plain(group)]), vec![group.to_owned()]);
        for depth in 0..DEPTH {
            let mut below = Vec::new();
            for dn in std::mem::take(&mut level) {
                match self.directly_in(&dn).await? {
                    Some(members) => below.extend(members),
                    None if depth == 0 => return Err(unreadable(group)),
                    None => {}
                }
            }
            let new = below.into_iter().filter(|member| known.insert(plain(member)));
            level = new.filter(|member| groups.contains(&plain(member))).collect();
            if level.len() > MOST {
                return Err(too_many(group));
            }
            if level.is_empty() {
                break;
            }
        }
        Ok(known)
    }

    /// The filter by which Active Directory alone says who is in a group; `None` elsewhere.
    pub(super) async fn in_chain(&self, group: &str) -> Result<Option<String>, Trouble> {
        let known = self.is_active_directory().await?;
        Ok(known.then(|| format!("(memberOf:{IN_CHAIN}:={})", ldap_escape(group))))
    }

    /// The DNs, in one form of writing, of the entries that satisfy a filter.
    pub(super) async fn names(&self, filter: &str) -> Result<HashSet<String>, Trouble> {
        let mut stream = self.stream(filter, vec!["1.1".to_owned()]).await?;
        let mut names = HashSet::new();
        while let Some(entry) = stream.next().await? {
            names.insert(plain(&entry.dn));
        }
        Ok(names)
    }

    async fn is_active_directory(&self) -> Result<bool, Trouble> {
        let question = Question {
            base: String::new(),
            scope: Scope::Base,
            filter: "(objectClass=*)".to_owned(),
            attributes: vec!["supportedCapabilities".to_owned()],
            limit: 1,
        };
        let root = self.search(question).await?;
        let says = |entry: &SearchEntry| {
            values(entry, "supportedCapabilities").any(|value| value == ACTIVE_DIRECTORY.as_bytes())
        };
        Ok(root.iter().any(says))
    }

    /// From an entry up through the groups it is in.
    async fn climb(&self, dn: &str, group: &str) -> Result<bool, Trouble> {
        let wanted = plain(group);
        let (mut known, mut level) = (HashSet::from([plain(dn)]), vec![dn.to_owned()]);
        for _ in 0..DEPTH {
            let mut above = Vec::new();
            for some in level.chunks(AT_ONCE) {
                above.extend(self.groups_with(some).await?);
            }
            if above.iter().any(|dn| plain(dn) == wanted) {
                return Ok(true);
            }
            level = above.into_iter().filter(|dn| known.insert(plain(dn))).collect();
            if known.len() > MOST {
                return Err(too_many(group));
            }
            if level.is_empty() {
                break;
            }
        }
        Ok(false)
    }

    /// The groups that one of these entries is directly in.
    async fn groups_with(&self, members: &[String]) -> Result<Vec<String>, Trouble> {
        let mut filter = String::from("(|");
        for member in members {
            let member = ldap_escape(member.as_str());
            filter.push_str(&format!("(member={member})(uniqueMember={member})"));
        }
        filter.push(')');
        let question = Question {
            base: self.plan().base.clone(),
            scope: Scope::Subtree,
            filter,
            attributes: vec!["1.1".to_owned()],
            limit: 0,
        };
        Ok(self.search(question).await?.into_iter().map(|entry| entry.dn).collect())
    }

    /// Who is directly in a group; `None` if it is none, or empty.
    async fn directly_in(&self, group: &str) -> Result<Option<Vec<String>>, Trouble> {
        let question = Question {
            base: group.to_owned(),
            scope: Scope::Base,
            filter: "(|(member=*)(uniqueMember=*))".to_owned(),
            attributes: vec!["member".to_owned(), "uniqueMember".to_owned()],
            limit: 1,
        };
        let found = self.search(question).await?;
        Ok(found.first().map(|entry| {
            let members = ["member", "uniqueMember"].into_iter().flat_map(|name| values(entry, name));
            members.filter_map(|value| String::from_utf8(value.to_vec()).ok()).collect()
        }))
    }
}

/// A DN in a form that can be compared: without blanks around its separators, in lower case.
pub fn plain(dn: &str) -> String {
    let mut plain = String::with_capacity(dn.len());
    let mut blanks = 0;
    for c in dn.trim().chars() {
        match c {
            ' ' => blanks += 1,
            ',' | '=' | '+' => {
                blanks = 0;
                plain.push(c);
            }
            c => {
                let inside = !plain.ends_with([',', '=', '+']);
                plain.extend(std::iter::repeat_n(' ', if inside { blanks } else { 0 }));
                blanks = 0;
                plain.extend(c.to_lowercase());
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_are_compared_without_their_writing() {
        assert_eq!(plain("CN=Staff Two , OU=Groups,DC=campus"), "cn=staff two,ou=groups,dc=campus");
        assert_eq!(plain("cn=a b,dc=c"), plain("CN=A b,  DC=C "));
        assert_ne!(plain("cn=ab"), plain("cn=a b"));
    }
}
