//! `kollegium user …`, `kollegium team …`

use std::io::{self, BufRead, IsTerminal};

use clap::{Args, Subcommand};
use kollegium::server::orders::Order;
use kollegium::server::{Failure, Options};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Makes an account. The first one of a server administers it.
    Create(NewUser),
    /// Gives somebody a new password.
    Password {
        /// User name or mail address.
        user: String,
        /// The new password; read from standard input if it is not given here, where other programs can see it.
        #[arg(long)]
        password: Option<String>,
    },
    /// Opens an account that was closed, or closes it.
    Activate {
        /// User name or mail address.
        user: String,
        /// Closes it: its sessions end, and nobody can log in.
        #[arg(long)]
        off: bool,
        /// Why; kept in the access log.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Lists the people who were not here for so many days, those first who have been away for longest.
    Inactive {
        /// How many days.
        #[arg(long, default_value_t = 180)]
        days: i64,
    },
    /// Gives somebody other system roles.
    Roles {
        /// User name or mail address.
        user: String,
        /// All roles from now on, such as: system_user system_admin.
        #[arg(required = true)]
        roles: Vec<String>,
    },
}

#[derive(Args)]
pub struct NewUser {
    /// User name.
    username: String,
    /// Mail address; counts as proven.
    #[arg(long)]
    email: String,
    /// The password; read from standard input if it is not given here, where other programs can see it.
    #[arg(long)]
    password: Option<String>,
    /// Makes them an administrator.
    #[arg(long)]
    admin: bool,
    /// First name.
    #[arg(long, default_value = "")]
    first_name: String,
    /// Last name.
    #[arg(long, default_value = "")]
    last_name: String,
}

#[derive(Subcommand)]
pub enum TeamCommand {
    /// Makes a team.
    Create {
        /// Its name in addresses: letters, digits, hyphens.
        name: String,
        /// User name or mail address of its administrator.
        #[arg(long)]
        owner: String,
        /// Its name for people; the name in addresses unless given.
        #[arg(long)]
        display_name: Option<String>,
        /// Only who is invited joins.
        #[arg(long)]
        private: bool,
    },
}

/// Lists those who were not here for so many days: user name, address, roles, and when they were last seen.
pub async fn list_inactive(options: &Options, days: i64) -> Result<(), Failure> {
    for person in super::open(options).await?.inactive_people_for_operator(days).await? {
        let seen = match person.last_activity_at {
            0 => "never".to_owned(),
            at => jiff::Timestamp::from_millisecond(at)?.strftime("%Y-%m-%d").to_string(),
        };
        super::say(&format!("{}\t{}\t{}\t{seen}", person.username, person.email, person.roles));
    }
    Ok(())
}

/// What such a command asks for.
pub fn user_order(command: UserCommand) -> Result<Order, Failure> {
    Ok(match command {
        UserCommand::Inactive { .. } => return Err("a list is no order".into()),
        UserCommand::Create(NewUser { username, email, password, admin, first_name, last_name }) => {
            Order::CreateUser { username, email, password: given(password)?, admin, first_name, last_name }
        }
        UserCommand::Password { user, password } => Order::SetPassword { user, password: given(password)? },
        UserCommand::Activate { user, off, reason } => Order::Activate { user, open: !off, reason },
        UserCommand::Roles { user, roles } => Order::SetRoles { user, roles: roles.join(" ") },
    })
}

/// What such a command asks for.
pub fn team_order(command: TeamCommand) -> Order {
    let TeamCommand::Create { name, owner, display_name, private } = command;
    Order::CreateTeam { display_name: display_name.unwrap_or_else(|| name.clone()), name, owner, private }
}

/// The password that was given, or the first line of standard input, which a terminal does not show.
fn given(password: Option<String>) -> Result<String, Failure> {
    let password = match password {
        Some(password) => password,
        None if io::stdin().is_terminal() => unseen()?,
        None => line()?,
    };
    if password.is_empty() { Err("no password was given".into()) } else { Ok(password) }
}

fn unseen() -> Result<String, Failure> {
    let shown = tcgetattr(io::stdin())?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    eprint!("Password: ");
    tcsetattr(io::stdin(), OptionalActions::Now, &hidden)?;
    let line = line();
    tcsetattr(io::stdin(), OptionalActions::Now, &shown)?;
    eprintln!();
    line
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
