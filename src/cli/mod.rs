//! The commands. Each says what it did; one that is refused says why, and the program ends with an error.

mod access_log;
mod accounts;
mod auth;
mod client;
mod config;
mod db;
mod dev;
mod domains;

use std::io::{self, Write};
use std::path::PathBuf;

use accounts::UserCommand;
use clap::{Args, Parser, Subcommand};
use kollegium::app::App;
use kollegium::server::orders::{self, Order};
use kollegium::server::{self, Failure, Options, block_on};

/// A chat server that speaks the Mattermost v4 protocol. Without a command it runs the server.
#[derive(Parser)]
#[command(name = "kollegium", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
struct Place {
    /// The configuration file; it need not exist.
    #[arg(long, value_name = "FILE", default_value = "config.json", global = true)]
    config: PathBuf,
    /// Where the embedded database and files lie.
    #[arg(long, value_name = "DIR", default_value = "data", global = true)]
    data_dir: PathBuf,
    /// The official web client's files; `client` in the data directory unless named here or in the settings.
    #[arg(long, value_name = "DIR", global = true)]
    client_dir: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server.
    Serve,
    /// The official web client.
    #[command(subcommand)]
    Client(client::Command),
    /// Accounts.
    #[command(subcommand, visible_alias = "users")]
    User(UserCommand),
    /// Who may be here.
    #[command(subcommand)]
    Auth(auth::Command),
    /// Who came in, and what was done to the server.
    #[command(subcommand)]
    AccessLog(access_log::Command),
    /// Who may sign up and be in which team, by the domain of their mail address.
    #[command(subcommand)]
    Domains(domains::Command),
    /// Teams.
    #[command(subcommand)]
    Team(accounts::TeamCommand),
    /// Settings.
    #[command(subcommand)]
    Config(config::Command),
    /// The database.
    #[command(subcommand)]
    Db(db::Command),
    /// For those who work on Kollegium.
    #[command(subcommand)]
    Dev(dev::Command),
    /// Says which version this is.
    Version,
}

/// Does what the command line says.
pub fn run(cli: Cli) -> Result<(), Failure> {
    let Place { config, data_dir, client_dir } = cli.place;
    let options = Options { config, data_dir, client_dir };
    let command = cli.command.unwrap_or(Command::Serve);
    if !matches!(command, Command::Serve) {
        server::start_for_command();
    }
    match command {
        Command::Serve => server::run(&options),
        Command::Client(command) => client::run(&options, command),
        Command::User(UserCommand::Inactive { days }) => block_on(accounts::list_inactive(&options, days)),
        Command::User(command) => give(&options, accounts::user_order(command)?),
        Command::Auth(command) => give(&options, auth::order(command)?),
        Command::AccessLog(command) => block_on(access_log::run(&options, command)),
        Command::Domains(command) => give(&options, domains::order(command)),
        Command::Team(command) => give(&options, accounts::team_order(command)),
        Command::Config(command) => config::run(&options, command),
        Command::Db(command) => block_on(db::run(&options, &command)),
        Command::Dev(command) => block_on(dev::run(&options, command)),
        Command::Version => {
            say(&format!(
                "Kollegium {} (protocol of Mattermost {})",
                kollegium::config::version::OWN,
                kollegium::config::version::TARGET
            ));
            Ok(())
        }
    }
}

/// Has something done, and says what.
fn give(options: &Options, order: Order) -> Result<(), Failure> {
    say(&block_on(orders::give(options, order))?);
    Ok(())
}

/// The application on the database that the settings name.
async fn open(options: &Options) -> Result<App, Failure> {
    server::build(options).await
}

/// A line for whoever gave the command. One who listens no more, as `head` does, has what they wanted.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
