//! The log: to the console, to a file, and the latest lines in memory for administrators.
//!
//! Lines carry ids, never secrets and never what people write.

use std::io::{self, Write};
use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, reload};

use crate::app::logs::RecentLog;
use crate::config::Settings;

/// Days of which files are kept.
const DAYS: usize = 14;

/// What of the log can change while the server runs: how much goes where.
pub struct Volume {
    console: reload::Handle<Targets, Registry>,
    file: reload::Handle<Targets, Registry>,
}

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts the log as the settings say; at most once in a process.
///
/// # Errors
/// A sentence, when its file cannot be written.
pub fn start(settings: &Settings, data_dir: &Path, recent: &RecentLog) -> Result<Volume, String> {
    let log = &settings.log;
    let (console_filter, console) = reload::Layer::new(console_level(settings));
    let (file_filter, file) = reload::Layer::new(file_level(settings));
    let to_console: Boxed = match log.console_json {
        true => json().with_writer(io::stderr).boxed(),
        false => fmt::layer().with_ansi(log.enable_color).with_writer(io::stderr).boxed(),
    };
    let mut layers: Vec<Boxed> = vec![to_console.with_filter(console_filter).boxed()];
    if log.enable_file {
        let writer = appender(settings, data_dir)?;
        let to_file: Boxed = match log.file_json {
            true => json().with_writer(writer).boxed(),
            false => fmt::layer().with_ansi(false).with_writer(writer).boxed(),
        };
        layers.push(to_file.with_filter(file_filter).boxed());
    }
    let to_memory: Boxed = json().with_writer(Memory(recent.clone())).boxed();
    layers.push(to_memory.with_filter(ours(LevelFilter::INFO)).boxed());
    tracing_subscriber::registry().with(layers).try_init().map_err(|e| e.to_string())?;
    Ok(Volume { console, file })
}

/// The log of commands: warnings, as text.
pub fn start_for_command() {
    let layer =
        fmt::layer().with_writer(io::stderr).without_time().with_target(false).with_filter(ours(LevelFilter::WARN));
    // Without a log a command still does its work.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}

impl Volume {
    /// Heeds changed settings.
    pub fn adjust(&self, settings: &Settings) {
        for (handle, level) in [(&self.console, console_level(settings)), (&self.file, file_level(settings))] {
            if let Err(error) = handle.reload(level) {
                tracing::warn!(%error, "the log keeps its old level");
            }
        }
    }
}

fn json() -> fmt::Layer<Registry, fmt::format::JsonFields, fmt::format::Format<fmt::format::Json>> {
    fmt::layer().json().flatten_event(true)
}

fn console_level(settings: &Settings) -> Targets {
    ours(if settings.log.enable_console { level(&settings.log.console_level) } else { LevelFilter::OFF })
}

fn file_level(settings: &Settings) -> Targets {
    ours(level(&settings.log.file_level))
}

/// That level for Kollegium itself; of others only what goes wrong.
fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("kollegium", level)
}

/// The reference's names of levels.
fn level(name: &str) -> LevelFilter {
    match name.to_ascii_lowercase().as_str() {
        "trace" => LevelFilter::TRACE,
        "debug" => LevelFilter::DEBUG,
        "warn" => LevelFilter::WARN,
        "error" | "critical" | "fatal" | "panic" => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    }
}

/// A file a day, in the data directory unless the settings name another folder.
fn appender(settings: &Settings, data_dir: &Path) -> Result<RollingFileAppender, String> {
    let location = &settings.log.file_location;
    let folder = if location.is_empty() { data_dir.join("logs") } else { location.into() };
    let failed = |e: &dyn std::fmt::Display| {
        format!("the log cannot be written to {} (LogSettings.FileLocation): {e}", folder.display())
    };
    std::fs::create_dir_all(&folder).map_err(|e| failed(&e))?;
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("kollegium")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(&folder)
        .map_err(|e| failed(&e))
}

/// Writes lines into memory.
struct Memory(RecentLog);

/// One line on its way into memory: the subscriber writes each in one piece.
struct MemoryLine<'a>(&'a RecentLog);

impl<'a> MakeWriter<'a> for Memory {
    type Writer = MemoryLine<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        MemoryLine(&self.0)
    }
}

impl Write for MemoryLine<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.push(String::from_utf8_lossy(line).trim_end());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_by_name() {
        assert_eq!(
            [level("DEBUG"), level("info"), level("Error"), level("")],
            [LevelFilter::DEBUG, LevelFilter::INFO, LevelFilter::ERROR, LevelFilter::INFO]
        );
        let targets = ours(LevelFilter::DEBUG);
        assert!(targets.would_enable("kollegium::api", &tracing::Level::DEBUG));
        assert!(!targets.would_enable("actix_server", &tracing::Level::INFO));
        assert!(!ours(LevelFilter::OFF).would_enable("kollegium", &tracing::Level::ERROR));
    }
}
