//! `kollegium access-log …`

use std::io::{self, BufWriter, Write};

use clap::{Args, Subcommand};
use kollegium::model::access_log::Wanted;
use kollegium::server::{Failure, Options};

#[derive(Subcommand)]
pub enum Command {
    /// Writes the access log to standard output, the oldest entries first, a line of JSON each.
    Export(Export),
}

#[derive(Args)]
pub struct Export {
    /// None before then: a day (2026-03-01) or a moment (2026-03-01T10:00:00Z).
    #[arg(long)]
    since: Option<String>,
    /// None from then on; written likewise.
    #[arg(long)]
    until: Option<String>,
    /// Only this event, such as logged_in or config_changed.
    #[arg(long)]
    event: Option<String>,
    /// Only what this person did, or what concerns them: user name or mail address.
    #[arg(long)]
    user: Option<String>,
}

pub async fn run(options: &Options, command: Command) -> Result<(), Failure> {
    let Command::Export(Export { since, until, event, user }) = command;
    let app = super::open(options).await?;
    let person = match user {
        Some(name) => Some(app.account_named(&name).await.map_err(|error| error.message.into_owned())?.id),
        None => None,
    };
    let (since, until) = (moment(since.as_deref())?, moment(until.as_deref())?);
    let wanted = Wanted { since, until, event: event.unwrap_or_default(), person };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut last = None;
    loop {
        let lines = app.export_access_log_to_operator(&wanted, last).await?;
        let Some(newest) = lines.last() else { break };
        last = Some((newest.entry.at, newest.entry.id));
        for line in &lines {
            serde_json::to_writer(&mut out, line)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(out.flush()?)
}

/// A day, at its beginning in UTC, or a moment, in milliseconds; 0 for none.
fn moment(text: Option<&str>) -> Result<i64, Failure> {
    let Some(text) = text else { return Ok(0) };
    let at = match text.parse::<jiff::civil::Date>() {
        Ok(day) => day.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp(),
        Err(_) => text
            .parse()
            .map_err(|_| format!("{text} is neither a day (2026-03-01) nor a moment (2026-03-01T10:00:00Z)"))?,
    };
    Ok(at.as_millisecond())
}
