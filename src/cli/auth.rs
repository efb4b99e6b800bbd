//! `kollegium auth …`

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use kollegium::app::single_sign_on::{Matching, Migration};
use kollegium::server::Failure;
use kollegium::server::orders::Order;

#[derive(Subcommand)]
pub enum Command {
    /// Says whether somebody would get in, and why, rule by rule; their password is not needed.
    Explain {
        /// User name, mail address, or what they log in with.
        login: String,
    },
    /// Moves accounts from one way of log-in to another; they keep their names and all they wrote, and log in anew.
    Migrate(Migrate),
}

#[derive(Args)]
pub struct Migrate {
    /// The way of log-in until now: email, ldap, saml, gitlab, google, office365 or openid.
    #[arg(long)]
    from: String,
    /// The way of log-in from now on, likewise, but not saml.
    #[arg(long)]
    to: String,
    /// Moves all accounts, each to whoever has the same address (or, in a directory, the same name) there.
    #[arg(long, value_enum, required_unless_present = "file", conflicts_with = "file")]
    by: Option<By>,
    /// Moves the accounts of this file: a line each with the user name or mail address, a comma, and the id there.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Says what would be done, and does nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    Mail,
    Username,
}

/// What such a command asks for.
///
/// # Errors
/// A sentence, if the file cannot be read.
pub fn order(command: Command) -> Result<Order, Failure> {
    Ok(match command {
        Command::Explain { login } => Order::ExplainAdmission { login },
        Command::Migrate(Migrate { from, to, by, file, dry_run }) => {
            let matching = match (file, by) {
                (Some(file), _) => Matching::Named(named(&file)?),
                (None, Some(By::Username)) => Matching::Username,
                (None, _) => Matching::Mail,
            };
            Order::MigrateLogIns(Migration { from, to, matching, dry_run, force: true })
        }
    })
}

fn named(file: &Path) -> Result<Vec<(String, String)>, Failure> {
    let text = fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = |line: &str| {
        let (name, id) = line.split_once(',').unwrap_or((line, ""));
        (name.trim().to_owned(), id.trim().trim_matches('"').to_owned())
    };
    Ok(lines.map(split).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_line_for_each_account() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "# name,id\n\nann , 1001\nben@campus.edu,\"cn=ben,ou=x\"\neve\n").unwrap();
        let pairs = named(file.path()).unwrap();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, id)| (name.as_str(), id.as_str())).collect();
        assert_eq!(pairs, [("ann", "1001"), ("ben@campus.edu", "cn=ben,ou=x"), ("eve", "")]);
        assert!(named(Path::new("/nowhere/at/all")).is_err());
    }
}
