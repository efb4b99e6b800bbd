//! `kollegium db …`

use clap::Subcommand;
use kollegium::server::{self, Failure, Options, place};

use super::say;

#[derive(Subcommand)]
pub enum Command {
    /// Brings the schema up to date, as every start of the server does.
    Migrate,
    /// Says whether the database can be used, and changes nothing.
    Check,
}

pub fn run(options: &Options, command: &Command) -> Result<(), Failure> {
    let config = options.settings()?;
    let target = place::database(&config.snapshot().effective, &options.data_dir)?;
    let place = place::described(&target);
    let steps = match command {
        Command::Migrate => {
            place::make(&options.data_dir)?;
            server::bring_up_to_date(&target)?
        }
        Command::Check => server::missing_steps(&target)?,
    };
    match (command, steps.is_empty()) {
        (_, true) => say(&format!("{place}: the schema is up to date.")),
        (Command::Migrate, false) => say(&format!("{place}: ran {}.", steps.join(", "))),
        (Command::Check, false) => {
            return Err(format!(
                "{place}: still to be run: {} (kollegium db migrate, or start the server)",
                steps.join(", ")
            )
            .into());
        }
    }
    Ok(())
}
