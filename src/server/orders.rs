//! What the command line asks for. While no server works in the data directory, the command does it by itself; a running
//! server is told over a socket there, so that it happens where everybody hears of it.

pub mod domains;

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::place::Hold;
use super::{Failure, Options, build, place};
use crate::app::App;
use crate::app::single_sign_on::Migration;
use crate::model::access_log::events;
use crate::model::errors::AppError;
use crate::model::roles::{SYSTEM_ADMIN, SYSTEM_USER};
use crate::model::teams::{INVITE, OPEN, TeamInput};
use crate::model::users::UserInput;

/// The most that an order may be, in bytes: one can name every account there is.
const LONGEST: u64 = 16 * 1024 * 1024;

/// How long an order may take to come.
const PATIENCE: Duration = Duration::from_secs(5);

/// One thing to be done. People are named by user name or mail address.
#[derive(Serialize, Deserialize)]
pub enum Order {
    /// Makes an account.
    CreateUser {
        /// User name.
        username: String,
        /// Mail address, which counts as proven.
        email: String,
        /// Its password.
        password: String,
        /// Whether they administer the server.
        admin: bool,
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
    },
    /// Gives somebody a new password.
    SetPassword {
        /// Who.
        user: String,
        /// The new one.
        password: String,
    },
    /// Opens or closes an account.
    Activate {
        /// Whose.
        user: String,
        /// Whether it is open from now on.
        open: bool,
        /// Why, for the access log; may be empty.
        reason: String,
    },
    /// Gives somebody other system roles.
    SetRoles {
        /// Who.
        user: String,
        /// All roles from now on, separated by spaces.
        roles: String,
    },
    /// Makes a team.
    CreateTeam {
        /// Its name in addresses.
        name: String,
        /// Its name for people.
        display_name: String,
        /// Who administers it.
        owner: String,
        /// Whether only who is invited joins.
        private: bool,
    },
    /// Something over the table of mail domains.
    Domains(domains::DomainOrder),
    /// Says whether somebody would get in, and why.
    ExplainAdmission {
        /// Who: also by what they log in with.
        login: String,
    },
    /// Moves accounts to another way of log-in.
    MigrateLogIns(Migration),
    /// Reads the configuration file again.
    ReloadSettings {
        /// The file that was changed, as an absolute path.
        file: PathBuf,
    },
}

/// Has something done, here or by the server that runs on this data directory; the sentence that says what was done.
///
/// # Errors
/// A sentence that says why it was not done.
pub async fn give(options: &Options, order: Order) -> Result<String, Failure> {
    let settings = options.settings()?.snapshot();
    place::make(&options.data_dir)?;
    match Hold::take(&options.data_dir) {
        Some(_held) => {
            let _claimed = place::claim(&place::database(&settings.effective, &options.data_dir)?)?;
            Ok(carry_out(&build(options).await?, order).await?)
        }
        None => tell(&options.data_dir, &order).await,
    }
}

/// Tells a running server that settings have changed; what became of that, or nothing if none runs.
pub async fn tell_of_settings(options: &Options) -> Option<String> {
    if !options.data_dir.exists() || Hold::take(&options.data_dir).is_some() {
        return None;
    }
    let order = Order::ReloadSettings { file: std::fs::canonicalize(&options.config).ok()? };
    Some(tell(&options.data_dir, &order).await.unwrap_or_else(|failure| failure.to_string()))
}

async fn tell(data_dir: &Path, order: &Order) -> Result<String, Failure> {
    let unheard = |e: io::Error| {
        format!(
            "a server runs on {}, but cannot be told ({e}): stop it first, or use the System Console",
            data_dir.display()
        )
    };
    let mut stream = UnixStream::connect(socket(data_dir)).await.map_err(unheard)?;
    stream.write_all(&serde_json::to_vec(order)?).await.map_err(unheard)?;
    stream.shutdown().await.map_err(unheard)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.map_err(unheard)?;
    let answer: Result<String, String> = serde_json::from_slice(&answer)
        .map_err(|_| "the server ended before it answered; look whether it was done".to_owned())?;
    Ok(answer?)
}

/// Takes orders, for as long as the server runs. Without the socket everything else still works.
pub async fn take(app: App, options: Options) {
    let listener = match listen(&options.data_dir) {
        Ok(listener) => listener,
        Err(error) => return tracing::warn!(%error, "commands cannot be taken while the server runs"),
    };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (app, config) = (app.clone(), options.config.clone());
                actix_web::rt::spawn(async move {
                    if let Err(error) = obey(&app, &config, stream).await {
                        tracing::warn!(%error, "a command was not understood or not answered");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a command was not heard");
                tokio::time::sleep(PATIENCE).await;
            }
        }
    }
}

fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join("kollegium.sock")
}

/// What lies there is left from a server that was killed: this one holds the directory.
fn listen(data_dir: &Path) -> io::Result<UnixListener> {
    let path = socket(data_dir);
    match std::fs::remove_file(&path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Only whoever runs the server, and root, give orders.
async fn obey(app: &App, config: &Path, mut stream: UnixStream) -> io::Result<()> {
    let giver = stream.peer_cred()?.uid();
    if giver != rustix::process::geteuid().as_raw() && giver != 0 {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut text = Vec::new();
    tokio::time::timeout(PATIENCE, (&mut stream).take(LONGEST).read_to_end(&mut text)).await??;
    let answer = match serde_json::from_slice(&text)? {
        Order::ReloadSettings { file } => reload(app, config, &file).await,
        order => carry_out(app, order).await,
    };
    stream.write_all(&serde_json::to_vec(&answer)?).await?;
    stream.shutdown().await
}

async fn reload(app: &App, config: &Path, file: &Path) -> Result<String, String> {
    if std::fs::canonicalize(config).is_ok_and(|own| own != file) {
        return Ok(format!("The running server reads another file ({}) and changes nothing.", config.display()));
    }
    app.reload_settings().await.map_err(sentence)?;
    Ok("The running server has taken it up. What it listens on and where its database lies change at its next start."
        .to_owned())
}

async fn carry_out(app: &App, order: Order) -> Result<String, String> {
    done(app, order).await.map_err(sentence)
}

async fn done(app: &App, order: Order) -> Result<String, AppError> {
    Ok(match order {
        Order::CreateUser { username, email, password, admin, first_name, last_name } => {
            let input = UserInput {
                username,
                email,
                password,
                first_name,
                last_name,
                email_verified: true,
                disable_welcome_email: true,
                ..UserInput::default()
            };
            let roles = format!("{SYSTEM_ADMIN} {SYSTEM_USER}");
            let user = app.create_account(input, admin.then_some(roles.as_str())).await?;
            let detail = [("username", user.username.as_str()), ("roles", user.roles.as_str())];
            app.enter_from_command_line(events::ACCOUNT_CREATED, user.id, &detail).await;
            format!("Made the account {} ({}) with the roles {}.", user.username, user.email, user.roles)
        }
        Order::SetPassword { user, password } => {
            let user = app.account_named(&user).await?;
            app.set_password(&user, &password).await?;
            app.enter_from_command_line(events::PASSWORD_CHANGED, user.id, &[]).await;
            format!("{} has a new password.", user.username)
        }
        Order::Activate { user, open, reason } => {
            let user = app.account_named(&user).await?;
            app.open_account(&user, open).await?;
            let event = if open { events::ACCOUNT_OPENED } else { events::ACCOUNT_CLOSED };
            app.enter_from_command_line(event, user.id, &[("reason", &reason)]).await;
            format!("The account {} is {}.", user.username, if open { "open" } else { "closed" })
        }
        Order::SetRoles { user, roles } => {
            let user = app.account_named(&user).await?;
            app.give_roles(&user, &roles).await?;
            app.enter_from_command_line(events::ROLES_CHANGED, user.id, &[("roles", &roles)]).await;
            format!("{} has the roles {roles}.", user.username)
        }
        Order::CreateTeam { name, display_name, owner, private } => {
            let owner = app.account_named(&owner).await?;
            let kind = if private { INVITE } else { OPEN }.to_owned();
            let input =
                TeamInput { name, display_name, r#type: kind, allow_open_invite: !private, ..TeamInput::default() };
            let team = app.create_team_for(&owner, input).await?;
            app.enter_from_command_line(events::TEAM_CREATED, owner.id, &[("team", &team.name)]).await;
            format!("Made the team {} ({}); {} administers it.", team.name, team.display_name, owner.username)
        }
        Order::Domains(order) => domains::done(app, order).await?,
        Order::ExplainAdmission { login } => app.explain_to_operator(&login).await?.to_string(),
        Order::MigrateLogIns(migration) => app.migrate_log_ins(migration).await?.to_string(),
        Order::ReloadSettings { .. } => String::new(),
    })
}

/// A refusal for people: without the ids that clients need.
fn sentence(error: AppError) -> String {
    match error.cause {
        Some(cause) => format!("{} ({cause})", error.message),
        None => error.message.into_owned(),
    }
}
