//! `kollegium user …`, `kollegium team …`

use std::io::{self, BufRead, IsTerminal};

use clap::{Args, Subcommand};
use kollegium::app::App;
use kollegium::model::errors::AppError;
use kollegium::model::roles::{SYSTEM_ADMIN, SYSTEM_USER};
use kollegium::model::teams::{INVITE, OPEN, TeamInput};
use kollegium::model::users::UserInput;
use kollegium::server::Failure;

use super::say;

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

pub async fn run_user(app: &App, command: UserCommand) -> Result<(), Failure> {
    match command {
        UserCommand::Create(new) => create(app, new).await?,
        UserCommand::Password { user, password } => {
            let user = app.account_named(&user).await.map_err(sentence)?;
            app.set_password(&user, &given(password)?).await.map_err(sentence)?;
            say(&format!("{} has a new password.", user.username));
        }
        UserCommand::Activate { user, off } => {
            let user = app.account_named(&user).await.map_err(sentence)?;
            app.open_account(&user, !off).await.map_err(sentence)?;
            say(&format!("The account {} is {}.", user.username, if off { "closed" } else { "open" }));
        }
        UserCommand::Roles { user, roles } => {
            let user = app.account_named(&user).await.map_err(sentence)?;
            let roles = roles.join(" ");
            app.give_roles(&user, &roles).await.map_err(sentence)?;
            say(&format!("{} has the roles {roles}.", user.username));
        }
    }
    say(TAKEN_UP);
    Ok(())
}

/// A running server keeps people in memory.
const TAKEN_UP: &str = "If the server is running: it notices once it is restarted, or told to purge its caches (System Console, Environment, Web Server).";

async fn create(app: &App, new: NewUser) -> Result<(), Failure> {
    let input = UserInput {
        username: new.username,
        email: new.email,
        password: given(new.password)?,
        email_verified: true,
        disable_welcome_email: true,
        ..UserInput::default()
    };
    let admin = format!("{SYSTEM_ADMIN} {SYSTEM_USER}");
    let user = app.create_account(input, new.admin.then_some(admin.as_str())).await.map_err(sentence)?;
    say(&format!("Made the account {} ({}) with the roles {}.", user.username, user.email, user.roles));
    Ok(())
}

pub async fn run_team(app: &App, command: TeamCommand) -> Result<(), Failure> {
    let TeamCommand::Create { name, owner, display_name, private } = command;
    let owner = app.account_named(&owner).await.map_err(sentence)?;
    let input = TeamInput {
        display_name: display_name.unwrap_or_else(|| name.clone()),
        name,
        r#type: if private { INVITE } else { OPEN }.to_owned(),
        allow_open_invite: !private,
        ..TeamInput::default()
    };
    let team = app.create_team_for(&owner, input).await.map_err(sentence)?;
    say(&format!("Made the team {} ({}); {} administers it.", team.name, team.display_name, owner.username));
    Ok(())
}

/// The password that was given, or the first line of standard input.
fn given(password: Option<String>) -> Result<String, Failure> {
    if let Some(password) = password {
        return Ok(password);
    }
    if io::stdin().is_terminal() {
        eprint!("Password: ");
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A refusal for people: without the ids that clients need.
fn sentence(error: AppError) -> Failure {
    match error.cause {
        Some(cause) => format!("{} ({cause})", error.message).into(),
        None => error.message.into_owned().into(),
    }
}
