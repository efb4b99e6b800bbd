//! `kollegium domains …`

use clap::{Args, Subcommand, ValueEnum};
use kollegium::server::orders::Order;
use kollegium::server::orders::domains::DomainOrder;

#[derive(Subcommand)]
pub enum Command {
    /// Shows the table: who may sign up, and who may be in which team.
    List,
    /// Writes the entry for a domain, new or in place of the one it has.
    Set(Entry),
    /// Removes the entry for a domain. A team that no other entry names is open again.
    Remove {
        /// As the list shows it.
        domain: String,
    },
    /// Says what an address would be given once it is proven, and why not more.
    Check {
        /// A mail address; nobody need have it.
        address: String,
    },
}

#[derive(Args)]
pub struct Entry {
    /// A domain such as schule.example, or *.schule.example for all domains below it.
    domain: String,
    /// A team that its people join at once, by name or id; may be repeated.
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<String>,
    /// A team that they may join besides; may be repeated.
    #[arg(long, value_name = "TEAM")]
    may_join: Vec<String>,
    /// A channel that they join with its team, as TEAM/CHANNEL; may be repeated.
    #[arg(long = "channel", value_name = "TEAM/CHANNEL")]
    channels: Vec<String>,
    /// What they are in these teams.
    #[arg(long, value_enum, default_value = "member")]
    role: Role,
    /// Gives nothing for now; its teams stay closed to others.
    #[arg(long)]
    off: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Role {
    Member,
    TeamAdmin,
}

/// What such a command asks for.
pub fn order(command: Command) -> Order {
    Order::Domains(match command {
        Command::List => DomainOrder::List,
        Command::Set(Entry { domain, teams, may_join, channels, role, off }) => {
            let role = match role {
                Role::Member => "member",
                Role::TeamAdmin => "team_admin",
            };
            DomainOrder::Set { domain, teams, may_join, channels, role: role.to_owned(), enabled: !off }
        }
        Command::Remove { domain } => DomainOrder::Remove { domain },
        Command::Check { address } => DomainOrder::Check { address },
    })
}
