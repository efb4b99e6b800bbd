//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use kollegium::server::{self, Options};

#[derive(Parser)]
#[command(name = "kollegium", version, about = "A chat server that speaks the Mattermost v4 protocol")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
struct Place {
    /// The configuration file; it need not exist.
    #[arg(long, default_value = "config.json", global = true)]
    config: PathBuf,
    /// Where the embedded database and files lie.
    #[arg(long, default_value = "data", global = true)]
    data_dir: PathBuf,
    /// The official web client's files.
    #[arg(long, global = true)]
    client_dir: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server (the default).
    Serve,
}

#[actix_web::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let Place { config, data_dir, client_dir } = cli.place;
    let options = Options { config, data_dir, client_dir };
    let done = match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => server::run(options).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("kollegium: {why}");
            ExitCode::FAILURE
        }
    }
}
