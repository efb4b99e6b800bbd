//! "Would this person get in, and why?", without their password.

use std::fmt;

use serde::Serialize;

use super::{Candidate, Decision, Evidence, Rules, Unanswered, candidate, decide};
use crate::app::App;
use crate::app::domains::TeamCheck;
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::config::Settings;
use crate::model::errors::{Result, users as codes};
use crate::model::users::{LDAP, User, normalize_email, normalize_username};
use crate::model::{Id, TimeMs};
use crate::outbound::ldap::{Found, Login, Person, Plan};
use crate::store;

/// What would happen if somebody logged in now.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The name that was asked for.
    pub login: String,
    /// Whether they would get in; `None` if that cannot be said, since the directory does not answer.
    pub admitted: Option<bool>,
    /// Their account, if they have one.
    pub account: Option<Account>,
    /// The DN of their entry in the directory, if it was asked and has one.
    pub directory_entry: Option<String>,
    /// Why the directory could not be asked.
    pub directory_trouble: Option<String>,
    /// The decision, rule by rule.
    pub decision: Option<Decision>,
    /// What the table of mail domains gives them, a line for each team that it names.
    pub teams: Vec<TeamCheck>,
    /// What it comes to, as sentences.
    pub summary: Vec<String>,
}

/// An account, as far as it matters to logging in.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub username: String,
    /// Where its password is: `""` for here.
    pub auth_service: String,
    /// Whether it is open.
    pub active: bool,
    /// Whether it is a bot's.
    pub is_bot: bool,
    /// Failed log-ins since the last good one.
    pub failed_attempts: i32,
    /// Whether so many lock it.
    pub locked: bool,
    /// Whether its address has to be proven before anybody logs in.
    pub unproven: bool,
    /// When the server itself closed it.
    pub left_at: Option<TimeMs>,
    /// Why.
    pub left_because: Option<String>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.decision.iter().flat_map(|decision| &decision.steps) {
            writeln!(f, "{step}")?;
        }
        for team in &self.teams {
            writeln!(f, "{team}")?;
        }
        write!(f, "{}", self.summary.join("\n"))
    }
}

impl App {
    /// Says whether somebody would get in, by user name, mail address or what they log in with, and why.
    pub async fn explain_admission(&self, _: &SystemGrant<ManageSystem>, login: &str) -> Result<Explanation> {
        self.explained(login).await
    }

    /// The same for whoever runs the program on the server's own machine.
    pub async fn explain_to_operator(&self, login: &str) -> Result<Explanation> {
        self.explained(login).await
    }

    async fn explained(&self, login: &str) -> Result<Explanation> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let mut user = self.account_for(login).await?;
        let asks = settings.ldap.enable && user.as_ref().is_none_or(|user| user.auth_service == LDAP);
        let found = if asks { self.entry_for(login, user.as_ref(), settings).await } else { Ok(Found::Nobody) };
        let (found, trouble) = match found {
            Ok(found) => (found, None),
            Err(trouble) => (Found::Nobody, Some(trouble)),
        };
        if let (None, Some(person)) = (&user, found.person()) {
            user = self.account_of(person).await?;
        }
        if user.is_none() && found.person().is_none() && trouble.is_none() {
            return codes::UNKNOWN.err();
        }
        let (decision, trouble) = match trouble {
            Some(trouble) => (None, Some(trouble)),
            None => match self.decided(user.as_ref(), &found, asks, settings).await {
                Ok(decision) => (Some(decision), None),
                Err(trouble) => (None, Some(trouble)),
            },
        };
        let account = match &user {
            Some(user) => Some(self.account_facts(user, settings).await?),
            None => None,
        };
        let (teams, stranger) = self.by_domain(user.as_ref(), found.person()).await?;
        let mut explanation = told(login, account, found.person(), trouble, decision);
        explanation.teams = teams;
        explanation.summary.extend(stranger);
        Ok(explanation)
    }

    /// What the table of mail domains gives somebody, and a sentence if there is something to be said about their address.
    async fn by_domain(
        &self,
        user: Option<&User>,
        person: Option<&Person>,
    ) -> Result<(Vec<TeamCheck>, Option<String>)> {
        let table = self.domain_table().await?;
        // The directory vouches for its addresses.
        let (email, proven) = match (user, person) {
            (Some(user), _) => (user.email.clone(), user.email_verified),
            (None, Some(person)) => (normalize_email(&person.email), true),
            (None, None) => return Ok((Vec::new(), None)),
        };
        if !table.is_in_force() || user.is_some_and(|user| user.is_bot) {
            return Ok((Vec::new(), None));
        }
        let words = match (table.lists(&email), proven) {
            (false, _) => Some(format!("No entry of the table of mail domains means {email}.")),
            (true, false) => Some(format!("{email} is not proven yet, and gives them no team before.")),
            (true, true) => None,
        };
        Ok((self.check_teams(&table, &email, proven).await?, words))
    }

    async fn account_for(&self, login: &str) -> Result<Option<User>> {
        let (username, email) = (normalize_username(login.trim()), normalize_email(login));
        let found = self.store.read(move |conn| match store::users::by_username(conn, &username)? {
            None => store::users::by_email(conn, &email),
            found => Ok(found),
        });
        found.await
    }

    async fn entry_for(&self, login: &str, user: Option<&User>, settings: &Settings) -> Result<Found, Unanswered> {
        let plan = Plan::of(settings);
        match user.and_then(|user| user.auth_data.as_deref()) {
            Some(id) => Ok(self.directory.find(&plan, Login::Id(id)).await?),
            None => Ok(self.directory.find(&plan, Login::Typed { name: login, or_email: true }).await?),
        }
    }

    async fn decided(
        &self,
        user: Option<&User>,
        found: &Found,
        asks: bool,
        settings: &Settings,
    ) -> Result<Decision, Unanswered> {
        let evidence = match (asks, found.person()) {
            (false, _) => match user {
                Some(user) => self.evidence_of(user, settings).await?,
                None => Evidence::Password,
            },
            (true, None) => Evidence::AbsentFromDirectory,
            (true, Some(_)) => Evidence::Directory(self.directory.standing(&Plan::of(settings), found).await?),
        };
        let who = match (user, found.person()) {
            (Some(user), _) => candidate(user, evidence),
            (None, person) => {
                let (username, email, provider_id) = person.map_or(("", "", ""), |p| (&p.username, &p.email, &p.id));
                Candidate { username, email, provider_id, evidence }
            }
        };
        Ok(decide(&Rules::of(settings), &who))
    }

    async fn account_facts(&self, user: &User, settings: &Settings) -> Result<Account> {
        let id = user.id;
        let left = self.store.read(move |conn| store::departures::of_user(conn, id)).await?;
        let most = match user.auth_service.as_str() {
            LDAP => settings.ldap.maximum_login_attempts,
            _ => settings.service.maximum_login_attempts,
        };
        Ok(Account {
            id,
            username: user.username.clone(),
            auth_service: user.auth_service.clone(),
            active: user.is_active(),
            is_bot: user.is_bot,
            failed_attempts: user.failed_attempts,
            locked: i64::from(user.failed_attempts) >= most,
            unproven: settings.email.require_email_verification && !user.email_verified,
            left_at: left.as_ref().map(|(at, _)| *at),
            left_because: left.map(|(_, reason)| reason),
        })
    }
}

fn told(
    login: &str,
    account: Option<Account>,
    person: Option<&Person>,
    trouble: Option<Unanswered>,
    decision: Option<Decision>,
) -> Explanation {
    let obstacle = account.as_ref().and_then(obstacle);
    let admitted = match (&decision, &obstacle) {
        (Some(decision), None) => Some(decision.is_admitted()),
        (None, None) => None,
        (_, Some(_)) => Some(false),
    };
    let mut summary = Vec::new();
    summary.push(match &account {
        Some(account) => format!("The account is @{}.", account.username),
        None => "There is no account yet; it would be made at the first log-in.".to_owned(),
    });
    if let Some(person) = person {
        summary.push(format!("The entry in the directory is {}.", person.dn));
    }
    summary.extend(obstacle);
    summary.extend(trouble.as_ref().map(|trouble| format!("It cannot be said now: {trouble}.")));
    summary.extend(admitted.map(|admitted| match admitted {
        true => "They would get in.".to_owned(),
        false => "They would not get in.".to_owned(),
    }));
    Explanation {
        login: login.to_owned(),
        admitted,
        account,
        directory_entry: person.map(|person| person.dn.clone()),
        directory_trouble: trouble.map(|trouble| trouble.to_string()),
        decision,
        teams: Vec::new(),
        summary,
    }
}

/// What keeps somebody out who may be here.
fn obstacle(account: &Account) -> Option<String> {
    if account.is_bot {
        return Some("It is a bot's, and bots do not log in.".into());
    }
    match (&account.left_because, account.active, account.locked) {
        // They are let in again by themselves once no rule speaks against it.
        (Some(_), false, _) => None,
        (None, false, _) => Some("An administrator has closed the account.".into()),
        (_, true, true) => Some(format!(
            "It is locked after {} failed log-ins: until it was left alone for a while, or an administrator unlocks it.",
            account.failed_attempts
        )),
        _ if account.unproven => {
            Some("Its mail address has to be proven first, by the link that was mailed to it.".into())
        }
        _ => None,
    }
}
