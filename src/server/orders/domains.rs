//! What the command line asks for over the table of mail domains.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::domains::DomainInput;
use crate::model::Id;
use crate::model::access_log::events;
use crate::model::domains::{DomainRole, DomainRule};
use crate::model::errors::Result;

/// One thing to be done with the table. Teams are named by id or name, channels by id or `team/channel`.
#[derive(Serialize, Deserialize)]
pub enum DomainOrder {
    /// Shows it.
    List,
    /// Writes an entry.
    Set {
        /// Its domains.
        domain: String,
        /// Teams to join at once.
        teams: Vec<String>,
        /// Teams that may be joined besides.
        may_join: Vec<String>,
        /// Channels to join with their team.
        channels: Vec<String>,
        /// `member` or `team_admin`.
        role: String,
        /// Whether it gives rights.
        enabled: bool,
    },
    /// Removes an entry.
    Remove {
        /// Its domains.
        domain: String,
    },
    /// Says what an address is given.
    Check {
        /// The address.
        address: String,
    },
}

/// Does it; the sentence that says what was done.
pub(super) async fn done(app: &App, order: DomainOrder) -> Result<String> {
    let grant = app.operator_grant().await?;
    Ok(match order {
        DomainOrder::List => {
            let rules = app.domain_rules(&grant).await?;
            let mut lines = Vec::with_capacity(rules.len());
            for rule in &rules {
                lines.push(line(app, rule).await?);
            }
            match lines.is_empty() {
                true => "The table is empty: mail domains decide nothing.".to_owned(),
                false => lines.join("\n"),
            }
        }
        DomainOrder::Set { domain, teams, may_join, channels, role, enabled } => {
            let input = DomainInput { teams, may_join, channels, role, enabled };
            let rule = app.set_domain_rule(&grant, &domain, input).await?;
            let line = line(app, &rule).await?;
            app.enter_from_command_line(events::DOMAIN_SET, Id::NONE, &[("domain", &domain), ("entry", &line)]).await;
            format!("The entry holds from now on:\n{line}")
        }
        DomainOrder::Remove { domain } => {
            app.remove_domain_rule(&grant, &domain).await?;
            app.enter_from_command_line(events::DOMAIN_REMOVED, Id::NONE, &[("domain", &domain)]).await;
            format!("Removed the entry for {domain}.")
        }
        DomainOrder::Check { address } => app.check_address(&grant, &address).await?.to_string(),
    })
}

/// An entry for people to read.
async fn line(app: &App, rule: &DomainRule) -> Result<String> {
    let (at_once, channels) = app.names_of(rule.teams.clone(), rule.channels.clone()).await?;
    let (besides, _) = app.names_of(rule.may_join.clone(), Vec::new()).await?;
    let mut line = rule.domain.to_string();
    let readable = rule.domain.unicode();
    if readable != line {
        let _ = write!(line, " ({readable})");
    }
    for (what, names) in [("joins", at_once), ("may join", besides), ("channels", channels)] {
        if !names.is_empty() {
            let _ = write!(line, "; {what} {}", names.join(", "));
        }
    }
    if rule.role == DomainRole::TeamAdmin {
        line.push_str("; as team administrators");
    }
    if !rule.enabled {
        line.push_str("; switched off");
    }
    Ok(line)
}
