//! Moving many accounts from one way of log-in to another.
//!
//! An account keeps its name and everything it wrote; its sessions end, so that its person shows at the new provider who
//! they are. Whom a directory has is looked up there. Providers of single sign-on cannot be asked who their people are: an
//! account that is moved to one by its mail address waits for the first log-in of whoever has that address there.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PROMISED, promised};
use crate::app::App;
use crate::app::access_log::of_server;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::config::Settings;
use crate::events::Change;
use crate::events::access::AccessEvent;
use crate::model::access_log::events;
use crate::model::errors::{Result, single_sign_on as codes, users as user_codes};
use crate::model::users::{LDAP, Service, User, normalize_email, normalize_username};
use crate::model::{Id, now};
use crate::outbound::ldap::{Plan, Trouble};
use crate::store;

/// The longest id at a provider that an account can have, in bytes.
const LONGEST_ID: usize = 128;

/// Accounts that are moved in one transaction.
const AT_ONCE: usize = 50;

/// People of a directory that are read in one step.
const PEOPLE_AT_ONCE: usize = 500;

const ADMINISTRATORS_STAY: &str = "whoever administers the server is moved only by a list that names them";

/// Ways of log-in that accounts can come from; `email` is a password here.
const FROM: [&str; 7] = ["email", "ldap", "saml", "gitlab", "google", "office365", "openid"];

/// By what it is known who somebody is at the other provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matching {
    /// By the mail address, all accounts.
    Mail,
    /// By the user name, all accounts; for directories.
    Username,
    /// These accounts, by user name or mail address, each with the id there.
    Named(Vec<(String, String)>),
}

/// What is to be moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// The way of log-in until now.
    pub from: String,
    /// The way of log-in from now on.
    pub to: String,
    /// Who is who.
    pub matching: Matching,
    /// Whether it is only said what would be done.
    pub dry_run: bool,
    /// Whether the others are moved although some cannot be.
    pub force: bool,
}

/// What becomes of one account.
#[derive(Debug)]
struct Fate {
    user: Id,
    username: String,
    /// The id at the new provider; `""` for a password here. Or why the account stays as it is.
    becomes: Result<String, String>,
}

/// What came of a migration.
#[derive(Debug)]
pub struct Report {
    migration: Migration,
    fates: Vec<Fate>,
}

impl Report {
    fn staying(&self) -> usize {
        self.fates.iter().filter(|fate| fate.becomes.is_err()).count()
    }

    /// How many stay because something is wrong with them, or with what is known of them.
    fn failing(&self) -> usize {
        let wrong = |fate: &&Fate| fate.becomes.as_ref().is_err_and(|why| why != ADMINISTRATORS_STAY);
        self.fates.iter().filter(wrong).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Fate { username, becomes, .. } in &self.fates {
            match becomes.as_deref() {
                Ok("") => writeln!(f, "@{username}: a password here, which is set by \"forgot password\"")?,
                Ok(id) if id.starts_with(PROMISED) => writeln!(f, "@{username}: whoever has that address there first")?,
                Ok(id) => writeln!(f, "@{username}: {id}")?,
                Err(why) => writeln!(f, "@{username} stays: {why}")?,
            }
        }
        let (staying, Migration { from, to, dry_run, .. }) = (self.staying(), &self.migration);
        let verb = if *dry_run { "would move" } else { "moved" };
        write!(f, "{} accounts {verb} from {from} to {to}; {staying} stay.", self.fates.len() - staying)
    }
}

impl App {
    /// Moves all accounts of a way of log-in to the directory.
    pub async fn migrate_to_directory(&self, _: &SystemGrant<ManageSystem>, migration: Migration) -> Result<()> {
        let report = self.migrate_log_ins(migration).await?;
        tracing::info!(%report, "an administrator moved accounts to the directory");
        Ok(())
    }

    /// Moves accounts to another way of log-in, and says what became of each.
    pub async fn migrate_log_ins(&self, migration: Migration) -> Result<Report> {
        let snapshot = self.config.snapshot();
        check(&migration, &snapshot.effective)?;
        let listed = listed(&migration.matching);
        let accounts = self.accounts_to_move(&migration, &listed).await?;
        let ids = self.ids_there(&migration, &snapshot.effective).await?;
        let mut fates: Vec<Fate> = accounts.iter().map(|user| fate(user, &migration, &listed, &ids)).collect();
        self.leave_out_taken(&mut fates, &migration.to).await?;
        fates.extend(unknown(&migration, &listed, &accounts));
        let mut report = Report { migration, fates };
        if report.failing() > 0 && !report.migration.force && !report.migration.dry_run {
            report.migration.dry_run = true;
            return Err(codes::MIGRATION_INCOMPLETE.with(&[&report.failing(), &report]));
        }
        if !report.migration.dry_run {
            self.move_all(&report).await?;
        }
        Ok(report)
    }

    async fn accounts_to_move(&self, migration: &Migration, listed: &HashMap<String, String>) -> Result<Vec<User>> {
        let from = stored(&migration.from);
        let mut accounts = self.store.read(move |conn| store::users::of_service(conn, from)).await?;
        if let Matching::Named(_) = &migration.matching {
            accounts.retain(|user| listed.contains_key(&user.username) || listed.contains_key(&user.email));
        }
        Ok(accounts)
    }

    /// The ids of everybody at the new provider by what they are found by; none where they cannot be asked for.
    async fn ids_there(&self, migration: &Migration, settings: &Settings) -> Result<HashMap<String, Vec<String>>> {
        let mut ids: HashMap<String, Vec<String>> = HashMap::new();
        let by_mail = match &migration.matching {
            Matching::Named(_) => return Ok(ids),
            _ if migration.to != LDAP => return Ok(ids),
            matching => *matching == Matching::Mail,
        };
        let unanswered = |trouble: Trouble| user_codes::LDAP_UNREACHABLE.with(&[&trouble]);
        let mut people = self.directory.people(&Plan::of(settings)).await.map_err(unanswered)?;
        loop {
            let some = people.next(PEOPLE_AT_ONCE).await.map_err(unanswered)?;
            if some.is_empty() {
                return Ok(ids);
            }
            for (person, _) in some {
                let key = if by_mail { normalize_email(&person.email) } else { normalize_username(&person.username) };
                ids.entry(key).or_default().push(person.id);
            }
        }
    }

    /// Nobody gets an id that is another account's already, or will be.
    async fn leave_out_taken(&self, fates: &mut [Fate], to: &str) -> Result<()> {
        let mut given: HashMap<String, String> = HashMap::new();
        for fate in fates.iter_mut() {
            let Some(id) = fate.becomes.clone().ok().filter(|id| !id.is_empty()) else { continue };
            if let Some(holder) = given.get(&id) {
                fate.becomes = Err(format!("@{holder} has that id"));
            } else {
                given.insert(id, fate.username.clone());
            }
        }
        for some in fates.chunks_mut(PEOPLE_AT_ONCE) {
            let service = stored(to);
            let wanted: Vec<String> = some.iter().filter_map(|fate| fate.becomes.clone().ok()).collect();
            let held = self.store.read(move |conn| store::users::by_auths(conn, &service, &wanted)).await?;
            let held: HashMap<&str, &User> =
                held.iter().filter_map(|user| Some((user.auth_data.as_deref()?, user))).collect();
            for fate in some {
                let holder = fate.becomes.as_deref().ok().and_then(|id| held.get(id));
                if let Some(holder) = holder {
                    fate.becomes = Err(format!("@{} has that id", holder.username));
                }
            }
        }
        Ok(())
    }

    async fn move_all(&self, report: &Report) -> Result<()> {
        let moving = report.fates.iter().filter_map(|fate| Some((fate.user, fate.becomes.clone().ok()?)));
        let moving: Vec<(Id, String)> = moving.collect();
        for some in moving.chunks(AT_ONCE) {
            let (some, service, way) = (some.to_vec(), stored(&report.migration.to), report.migration.to.clone());
            let moved = self.store.write(move |tx| {
                let mut change = Change::silent((), "the events follow");
                for (user, id) in some {
                    match service.as_str() {
                        "" => store::credentials::leave_provider(tx, user, "", now())?,
                        service => store::credentials::join_provider(tx, user, service, &id, now())?,
                    }
                    store::sessions::delete_of_user(tx, user, None)?;
                    store::access_log::insert(
                        tx,
                        &of_server(events::LOGIN_WAY_CHANGED, user).with("how", way.as_str()),
                    )?;
                    change = change.and(AccessEvent::SessionsRevoked { user, except: None });
                }
                Ok(change)
            });
            moved.await?;
        }
        tracing::info!(
            from = report.migration.from,
            to = report.migration.to,
            accounts = moving.len(),
            "accounts moved"
        );
        Ok(())
    }
}

/// The way of log-in as accounts have it.
fn stored(name: &str) -> String {
    if name == "email" { String::new() } else { name.to_owned() }
}

fn check(migration: &Migration, settings: &Settings) -> Result<()> {
    let Migration { from, to, matching, .. } = migration;
    let to_known = to == "email" || to == LDAP || Service::parse(to).is_some();
    if !FROM.contains(&from.as_str()) || !to_known || from == to {
        return Err(codes::MIGRATION_WAYS.with(&[&FROM.join(", ")]));
    }
    if to == LDAP && !settings.ldap.enable {
        return user_codes::LDAP_OFF.err();
    }
    if *matching == Matching::Username && to != LDAP {
        return codes::MIGRATION_BY_NAME.err();
    }
    Ok(())
}

/// The ids of a list by the names of their accounts; none without a list.
fn listed(matching: &Matching) -> HashMap<String, String> {
    match matching {
        Matching::Named(named) => {
            named.iter().map(|(name, id)| (normalize_email(name), id.trim().to_owned())).collect()
        }
        _ => HashMap::new(),
    }
}

fn fate(
    user: &User,
    migration: &Migration,
    listed: &HashMap<String, String>,
    ids: &HashMap<String, Vec<String>>,
) -> Fate {
    let becomes = match &migration.matching {
        Matching::Named(_) => {
            let id = listed.get(&user.username).or_else(|| listed.get(&user.email));
            id_for(&migration.to, id.map_or("", String::as_str))
        }
        // Whoever administers the server could be locked out by a mistake in an address.
        _ if migration.from == "email" && user.is_system_admin() => Err(ADMINISTRATORS_STAY.to_owned()),
        _ if migration.to == "email" => Ok(String::new()),
        Matching::Mail if migration.to != LDAP => id_for(&migration.to, &promised(&user.email)),
        matching => {
            let key = if *matching == Matching::Mail { &user.email } else { &user.username };
            match ids.get(key).map_or(&[] as &[String], Vec::as_slice) {
                [id] => id_for(&migration.to, id),
                [] => Err("the directory has nobody like that, or not among those who may be here".to_owned()),
                _ => Err("the directory has several like that".to_owned()),
            }
        }
    };
    Fate { user: user.id, username: user.username.clone(), becomes }
}

fn id_for(to: &str, id: &str) -> Result<String, String> {
    match id.len() {
        _ if to == "email" => Ok(String::new()),
        0 => Err("the list says no id".to_owned()),
        1..=LONGEST_ID => Ok(id.to_owned()),
        _ => Err("the id is too long".to_owned()),
    }
}

/// Those of a list who have no account that is to be moved.
fn unknown(migration: &Migration, listed: &HashMap<String, String>, accounts: &[User]) -> Vec<Fate> {
    let known: HashSet<&str> = accounts.iter().flat_map(|user| [user.username.as_str(), &user.email]).collect();
    let mut missing: Vec<String> = listed.keys().filter(|name| !known.contains(name.as_str())).cloned().collect();
    missing.sort();
    let why = format!("there is no such account that logs in by {}", migration.from);
    missing.into_iter().map(|username| Fate { user: Id::NONE, username, becomes: Err(why.clone()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(from: &str, to: &str, matching: Matching) -> Migration {
        Migration { from: from.into(), to: to.into(), matching, dry_run: false, force: false }
    }

    fn ann() -> User {
        User { username: "ann".into(), email: "ann@campus.edu".into(), roles: "system_user".into(), ..User::default() }
    }

    fn becomes(user: &User, migration: &Migration) -> Result<String, String> {
        let ids = HashMap::from([
            ("ann@campus.edu".to_owned(), vec!["1001".to_owned()]),
            ("ben@campus.edu".to_owned(), vec!["1".to_owned(), "2".to_owned()]),
        ]);
        fate(user, migration, &listed(&migration.matching), &ids).becomes
    }

    #[test]
    fn people_are_found_in_a_directory_and_waited_for_from_a_provider() {
        let (to_ldap, to_openid) =
            (migration("email", LDAP, Matching::Mail), migration("saml", "openid", Matching::Mail));
        assert_eq!(becomes(&ann(), &to_ldap).unwrap(), "1001");
        assert_eq!(becomes(&ann(), &to_openid).unwrap(), "mail:ann@campus.edu");
        let ben = User { email: "ben@campus.edu".into(), ..ann() };
        assert!(becomes(&ben, &to_ldap).unwrap_err().contains("several"));
        let eve = User { email: "eve@campus.edu".into(), ..ann() };
        assert!(becomes(&eve, &to_ldap).unwrap_err().contains("nobody"));
    }

    #[test]
    fn administrators_move_only_by_name() {
        let admin = User { roles: "system_admin system_user".into(), ..ann() };
        assert!(becomes(&admin, &migration("email", LDAP, Matching::Mail)).is_err());
        assert!(becomes(&admin, &migration("gitlab", "openid", Matching::Mail)).is_ok());
        let named = Matching::Named(vec![(" Ann@Campus.edu".into(), " sub-1 ".into()), ("nobody".into(), "x".into())]);
        let by_list = migration("email", "openid", named);
        assert_eq!(becomes(&admin, &by_list).unwrap(), "sub-1");
        let missing = unknown(&by_list, &listed(&by_list.matching), &[admin]);
        assert_eq!(missing.iter().map(|fate| fate.username.as_str()).collect::<Vec<_>>(), ["nobody"]);
    }

    #[test]
    fn only_known_ways_are_taken() {
        let settings = Settings::default();
        let checked = |from: &str, to: &str, matching| check(&migration(from, to, matching), &settings).is_ok();
        assert!(checked("email", "openid", Matching::Mail) && checked("ldap", "email", Matching::Mail));
        assert!(!checked("email", "email", Matching::Mail) && !checked("", "openid", Matching::Mail));
        assert!(!checked("email", "saml", Matching::Mail), "there is no SAML here");
        assert!(!checked("email", LDAP, Matching::Mail), "the directory is off");
        assert!(!checked("email", "openid", Matching::Username));
    }
}
