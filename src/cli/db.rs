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
    /// Counts messages, mentions and replies anew and says which counters differ. Changes nothing.
    Verify,
}

pub async fn run(options: &Options, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Migrate | Command::Check => schema(options, command),
        Command::Verify => verify(options).await,
    }
}

/// Compares the counters with what is there.
async fn verify(options: &Options) -> Result<(), Failure> {
    let found = super::open(options).await?.verify().await?;
    for difference in &found.differences {
        say(&difference.to_string());
    }
    let seen = format!("{} channels and {} threads were counted", found.channels, found.threads);
    match found.differences.len() {
        0 => {
            say(&format!("{seen}; every counter is right."));
            Ok(())
        }
        wrong => Err(format!("{seen}; {wrong} counters differ.").into()),
    }
}

fn schema(options: &Options, command: &Command) -> Result<(), Failure> {
    let config = options.settings()?;
    let target = place::database(&config.snapshot().effective, &options.data_dir)?;
    let place = place::described(&target);
    let steps = match command {
        Command::Migrate => {
            place::make(&options.data_dir)?;
            server::bring_up_to_date(&target)?
        }
        _ => server::missing_steps(&target)?,
    };
    match (command, steps.is_empty()) {
        (_, true) => say(&format!("{place}: the schema is up to date.")),
        (Command::Migrate, false) => say(&format!("{place}: ran {}.", steps.join(", "))),
        (_, false) => {
            return Err(format!(
                "{place}: still to be run: {} (kollegium db migrate, or start the server)",
                steps.join(", ")
            )
            .into());
        }
    }
    Ok(())
}
