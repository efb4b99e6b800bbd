//! `kollegium client …`

use std::path::PathBuf;

use clap::Subcommand;
use kollegium::api::client_files::install;
use kollegium::server::{Failure, Options};

use super::say;

#[derive(Subcommand)]
pub enum Command {
    /// Takes the web client out of an official release archive (mattermost-…-linux-amd64.tar.gz).
    Install {
        /// The archive.
        archive: PathBuf,
    },
}

pub fn run(options: &Options, command: Command) -> Result<(), Failure> {
    let Command::Install { archive } = command;
    let config = options.settings()?;
    let report = install::install(&archive, &options.client_place(&config.snapshot().effective))?;
    say(&report.to_string());
    say("A running server notices it within seconds.");
    Ok(())
}
