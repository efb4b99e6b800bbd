//! People in the directory: found by what they log in with or by their id, one by one or all of them.

use std::collections::HashSet;

use ldap3::{Scope, SearchEntry, ldap_escape};

use super::groups::plain;
use super::plan::Plan;
use super::pool::Pool;
use super::search::{Entries, Question};
use super::{Directory, Trouble};

/// Attributes whose values are no text, and are written as the bytes' escapes (`\2a\5e…`), as the reference stores them.
const BINARY: &[&str] = &["objectGUID", "objectSid", "mS-DS-ConsistencyGuid", "GUID"];

/// Somebody as the directory has them; what is not mapped, or has no value, is `""`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The distinguished name of the entry.
    pub dn: String,
    /// What stays when everything else changes (`IdAttribute`).
    pub id: String,
    /// What they log in with (`LoginIdAttribute`).
    pub login: String,
    /// Mail address.
    pub email: String,
    /// User name.
    pub username: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Nickname.
    pub nickname: String,
    /// Position.
    pub position: String,
    /// A picture, in whatever format it is.
    pub picture: Vec<u8>,
}

/// How somebody is looked for.
#[derive(Debug, Clone)]
pub enum Login<'a> {
    /// By what stands in the log-in form; as a mail address too, if that is allowed.
    Typed {
        /// As typed.
        name: &'a str,
        /// Whether it may be a mail address.
        or_email: bool,
    },
    /// By the id of an account that is known.
    Id(&'a str),
}

/// What a search for one person came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There is nobody.
    Nobody,
    /// Several fit, so that it is not clear who is meant.
    Several,
    /// Somebody who satisfies the filters that say who may be here.
    Admitted(Box<Person>),
    /// Somebody who does not.
    Outside(Box<Person>),
}

impl Found {
    /// The one who was found.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Found::Admitted(person) | Found::Outside(person) => Some(person),
            Found::Nobody | Found::Several => None,
        }
    }
}

/// How somebody stands to the filters and the group of the settings; `None` where there is no such filter or group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// `UserFilter`.
    pub user: Option<bool>,
    /// `GuestFilter`, where there are guests.
    pub guest: Option<bool>,
    /// `AdminFilter`, where it is switched on.
    pub admin: Option<bool>,
    /// `KollegiumSettings.LdapStaffGroup`.
    pub group: Option<bool>,
}

impl Directory {
    /// Looks for one person. It takes one search, and a second one only for those who are not admitted.
    pub async fn find(&self, plan: &Plan, login: Login<'_>) -> Result<Found, Trouble> {
        let pool = self.pool(plan)?;
        let Some(who) = filter_of(plan, &login) else { return Ok(Found::Nobody) };
        let admitting = plan.filters.admitting();
        let filter = admitting.as_ref().map_or_else(|| who.clone(), |filter| format!("(&{who}{filter})"));
        match one(plan, pool.search(question(plan, filter)).await?, &login) {
            One::Of(person) => return Ok(Found::Admitted(person)),
            One::Several => return Ok(Found::Several),
            One::None if admitting.is_none() => return Ok(Found::Nobody),
            One::None => {}
        }
        Ok(match one(plan, pool.search(question(plan, who)).await?, &login) {
            One::None => Found::Nobody,
            One::Several => Found::Several,
            One::Of(person) => Found::Outside(person),
        })
    }

    /// How somebody stands who was found. Nothing is asked that is already known: whoever satisfies the filters of
    /// members and guests and is no guest is a member.
    pub async fn standing(&self, plan: &Plan, found: &Found) -> Result<Standing, Trouble> {
        let Some(person) = found.person() else { return Ok(Standing::default()) };
        let inside = matches!(found, Found::Admitted(_));
        let (pool, filters) = (self.pool(plan)?, &plan.filters);
        let guest = if inside {
            pool.fits_if_any(&person.dn, &filters.guest).await?
        } else {
            (!filters.guest.is_empty()).then_some(false)
        };
        let group = match filters.group.as_str() {
            "" => None,
            group => Some(pool.is_in(&person.dn, group).await?),
        };
        let user = match (filters.user.as_str(), inside, guest) {
            ("", ..) => None,
            (filter, true, Some(true)) => pool.fits_if_any(&person.dn, filter).await?,
            (_, inside, _) => Some(inside),
        };
        let admin = pool.fits_if_any(&person.dn, &filters.admin).await?;
        Ok(Standing { user, guest, admin, group })
    }

    /// Begins to read all who may be here, with how they stand.
    pub async fn people(&self, plan: &Plan) -> Result<People, Trouble> {
        let pool = self.pool(plan)?;
        let filters = &plan.filters;
        let mut members = None;
        let mut filter = filters.admitting().unwrap_or_else(|| "(objectClass=*)".to_owned());
        let in_chain = match filters.group.as_str() {
            "" => None,
            group => pool.in_chain(group).await?,
        };
        match in_chain {
            Some(in_chain) if filters.guest.is_empty() => filter = format!("(&{filter}{in_chain})"),
            // Guests need not be in the group.
            Some(in_chain) => filter = format!("(&{filter}(|{in_chain}{}))", filters.guest),
            None if !filters.group.is_empty() => members = Some(pool.members(&filters.group).await?),
            None => {}
        }
        // Whoever has no id is nobody who could have an account.
        filter = format!("(&({}=*){filter})", plan.attributes.id);
        Ok(People {
            guests: names(&pool, &filters.guest).await?,
            users: if filters.guest.is_empty() { None } else { names(&pool, &filters.user).await? },
            admins: names(&pool, &filters.admin).await?,
            members,
            entries: pool.stream(&filter, plan.attributes.names()).await?,
            plan: plan.clone(),
        })
    }

    /// Some of the entries that satisfy a filter, at most `limit`.
    pub async fn sample(&self, plan: &Plan, filter: &str, limit: i32) -> Result<Vec<Person>, Trouble> {
        let question = Question { limit, ..question(plan, filter.to_owned()) };
        let entries = self.pool(plan)?.search(question).await?;
        Ok(entries.iter().map(|entry| person(plan, entry)).collect())
    }
}

/// The DNs of those who satisfy a filter; `None` without one.
async fn names(pool: &Pool, filter: &str) -> Result<Option<HashSet<String>>, Trouble> {
    if filter.is_empty() {
        return Ok(None);
    }
    pool.names(filter).await.map(Some)
}

/// All who may be here, as they come from the directory.
pub struct People {
    plan: Plan,
    entries: Entries,
    users: Option<HashSet<String>>,
    guests: Option<HashSet<String>>,
    admins: Option<HashSet<String>>,
    members: Option<HashSet<String>>,
}

impl People {
    /// The next ones, at most so many; empty once all have come. A directory that falls silent is [`Trouble`].
    pub async fn next(&mut self, at_most: usize) -> Result<Vec<(Person, Standing)>, Trouble> {
        let mut some = Vec::with_capacity(at_most);
        while some.len() < at_most {
            let Some(entry) = self.entries.next().await? else { break };
            let person = person(&self.plan, &entry);
            let standing = self.standing(&person);
            some.push((person, standing));
        }
        Ok(some)
    }

    fn standing(&self, person: &Person) -> Standing {
        let dn = plain(&person.dn);
        let among = |names: &Option<HashSet<String>>| names.as_ref().map(|names| names.contains(&dn));
        let user = if self.plan.filters.user.is_empty() { None } else { among(&self.users).or(Some(true)) };
        let group = match self.plan.filters.group.as_str() {
            "" => None,
            // Where there is no list, the search itself asked for the group.
            _ => among(&self.members).or(Some(true)),
        };
        Standing { user, guest: among(&self.guests), admin: among(&self.admins), group }
    }
}

fn question(plan: &Plan, filter: String) -> Question {
    let mut attributes = plan.attributes.names();
    if !plan.attributes.picture.is_empty() {
        attributes.push(plan.attributes.picture.clone());
    }
    Question { base: plan.base.clone(), scope: Scope::Subtree, filter, attributes, limit: 3 }
}

/// The filter that a log-in asks with; `None` if nobody can be meant.
fn filter_of(plan: &Plan, login: &Login<'_>) -> Option<String> {
    let attributes = &plan.attributes;
    match login {
        Login::Id(id) if id.is_empty() || attributes.id.is_empty() => None,
        Login::Id(id) => Some(format!("({}={})", attributes.id, escaped_id(&attributes.id, id))),
        Login::Typed { name, .. } if name.trim().is_empty() || attributes.login.is_empty() => None,
        // Directories pass over them when they compare.
        Login::Typed { name, .. } if name.contains(char::is_control) => None,
        Login::Typed { name, or_email } => {
            let name = ldap_escape(name.trim());
            Some(match *or_email && name.contains('@') && !attributes.email.is_empty() {
                true => format!("(|({}={name})({}={name}))", attributes.login, attributes.email),
                false => format!("({}={name})", attributes.login),
            })
        }
    }
}

/// An id as it stands in a filter. Those of binary attributes are escapes already, and nothing else.
fn escaped_id(attribute: &str, id: &str) -> String {
    let digits = id.replace('\\', "");
    let is_escapes = id.len() == digits.len() / 2 * 3 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_binary(attribute) && is_escapes {
        true => digits.as_bytes().chunks(2).map(|pair| format!("\\{}", String::from_utf8_lossy(pair))).collect(),
        false => ldap_escape(id).into_owned(),
    }
}

enum One {
    None,
    Several,
    Of(Box<Person>),
}

/// The one who is meant: if a name is somebody's log-in name and somebody else's address, the former.
fn one(plan: &Plan, entries: Vec<SearchEntry>, login: &Login<'_>) -> One {
    let mut people: Vec<Person> = entries.iter().map(|entry| person(plan, entry)).collect();
    // Whoever has no id cannot have an account.
    people.retain(|person| !person.id.is_empty());
    if let Login::Typed { name, .. } = login
        && people.len() > 1
    {
        people.retain(|person| person.login.eq_ignore_ascii_case(name.trim()));
        if people.is_empty() {
            return One::Several;
        }
    }
    match (people.pop(), people.is_empty()) {
        (None, _) => One::None,
        (Some(person), true) => One::Of(Box::new(person)),
        (Some(_), false) => One::Several,
    }
}

fn person(plan: &Plan, entry: &SearchEntry) -> Person {
    let attributes = &plan.attributes;
    let text = |name: &str| text(entry, name);
    let picture = if attributes.picture.is_empty() { None } else { values(entry, &attributes.picture).next() };
    Person {
        dn: entry.dn.clone(),
        id: text(&attributes.id),
        login: text(&attributes.login),
        email: text(&attributes.email),
        username: text(&attributes.username),
        first_name: text(&attributes.first_name),
        last_name: text(&attributes.last_name),
        nickname: text(&attributes.nickname),
        position: text(&attributes.position),
        picture: picture.map(<[u8]>::to_vec).unwrap_or_default(),
    }
}

/// The first value of an attribute as text; `""` if it has none, or has no name.
pub(super) fn text(entry: &SearchEntry, name: &str) -> String {
    let value = if name.is_empty() { None } else { values(entry, name).next() };
    value.map_or_else(String::new, |bytes| match std::str::from_utf8(bytes) {
        Ok(text) if !is_binary(name) => text.trim().to_owned(),
        _ => bytes.iter().map(|byte| format!("\\{byte:02x}")).collect(),
    })
}

fn is_binary(attribute: &str) -> bool {
    BINARY.iter().any(|name| name.eq_ignore_ascii_case(attribute))
}

/// The values of an attribute; names are compared without case, and options (`;binary`) are left out.
pub(super) fn values<'a>(entry: &'a SearchEntry, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let is_it = move |key: &str| key.split(';').next().is_some_and(|key| key.eq_ignore_ascii_case(name));
    let texts = entry.attrs.iter().filter(move |(key, _)| is_it(key)).flat_map(|(_, values)| values);
    let bytes = entry.bin_attrs.iter().filter(move |(key, _)| is_it(key)).flat_map(|(_, values)| values);
    texts.map(String::as_bytes).chain(bytes.map(Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::ldap::Attributes;

    fn plan() -> Plan {
        let attributes =
            Attributes { id: "objectGUID".into(), login: "uid".into(), email: "mail".into(), ..Attributes::default() };
        Plan { attributes, ..Plan::of(&crate::config::Settings::default()) }
    }

    #[test]
    fn nothing_that_is_typed_becomes_part_of_a_filter() {
        let asked = |name: &str, or_email| filter_of(&plan(), &Login::Typed { name, or_email }).unwrap();
        assert_eq!(asked("ann", true), "(uid=ann)");
        assert_eq!(asked("ann@x.y", true), "(|(uid=ann@x.y)(mail=ann@x.y))");
        assert_eq!(asked("ann@x.y", false), "(uid=ann@x.y)");
        for evil in ["*", "a)(uid=*", "*)(|(uid=*", "a\\2a", "a*", "\\"] {
            let filter = asked(evil, true);
            let inner = filter.strip_prefix("(uid=").and_then(|rest| rest.strip_suffix(')')).unwrap();
            assert!(!inner.contains(['*', '(', ')', '\0']), "{filter}");
            assert!(ldap3::parse_filter(&filter).is_ok(), "{filter}");
        }
        for blank in ["  ", "ann\0", "an\nn"] {
            assert!(filter_of(&plan(), &Login::Typed { name: blank, or_email: true }).is_none());
        }
    }

    #[test]
    fn binary_ids_are_written_as_escapes_and_asked_for_as_such() {
        let mut entry = SearchEntry { dn: "cn=a".into(), attrs: Default::default(), bin_attrs: Default::default() };
        entry.bin_attrs.insert("objectguid".into(), vec![vec![0x2a, 0x5e, 0xff]]);
        entry.attrs.insert("UID".into(), vec![" ann ".into()]);
        let found = person(&plan(), &entry);
        assert_eq!((found.id.as_str(), found.login.as_str()), ("\\2a\\5e\\ff", "ann"));
        assert_eq!(filter_of(&plan(), &Login::Id(&found.id)).unwrap(), "(objectGUID=\\2a\\5e\\ff)");
        assert_eq!(escaped_id("objectGUID", "*)(a=*"), "\\2a\\29\\28a=\\2a");
        assert_eq!(escaped_id("uid", "\\2a"), "\\5c2a");
        // Bytes that happen to be text are escapes all the same.
        entry.bin_attrs.clear();
        entry.attrs.insert("objectGUID".into(), vec!["ab".into()]);
        assert_eq!(person(&plan(), &entry).id, "\\61\\62");
    }
}
