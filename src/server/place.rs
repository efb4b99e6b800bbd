//! The place of the data: the data directory and what may lie in it.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::config::data_source::{for_libpq, without_password};
use crate::store::Target;
use crate::store::locks::Claim;

/// File systems of other machines, by the number `statfs` tells (linux/magic.h): NFS, SMB (three generations), AFS, Coda,
/// NCP, 9P and Ceph. The embedded database locks its file, which none of them does well enough.
const NETWORK: &[(u32, &str)] = &[
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x5346_414f, "AFS"),
    (0x7375_7245, "Coda"),
    (0x564c, "NCP"),
    (0x0102_1997, "9P"),
    (0x00c3_6400, "Ceph"),
];

/// Makes the data directory if it is missing: nobody else on this machine may look into it, nor into what this process
/// puts into a directory that others made.
///
/// # Errors
/// A sentence that names it.
pub fn make(data_dir: &Path) -> Result<(), String> {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir);
    made.map_err(|e| format!("the data directory {} cannot be made: {e}", data_dir.display()))
}

/// A hold on a data directory: one server, or one command that changes something, works there at a time. It ends with
/// the process that has it, however that ends.
pub struct Hold(#[expect(dead_code, reason = "it is held while it is open")] Option<std::fs::File>);

impl Hold {
    /// The hold, unless somebody else has it.
    pub fn take(data_dir: &Path) -> Option<Hold> {
        use rustix::fs::{FlockOperation, flock};
        let path = data_dir.join("kollegium.lock");
        let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        // It may be that of another account, such as root's; to lock it, reading is enough.
        let file = file.or_else(|error| match error.kind() {
            std::io::ErrorKind::PermissionDenied => std::fs::File::open(&path),
            _ => Err(error),
        });
        let held = file.and_then(|file| {
            flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            Ok(file)
        });
        match held {
            Ok(file) => Some(Hold(Some(file))),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => None,
            // Some file systems know no locks.
            Err(error) => {
                tracing::warn!(%error, file = %path.display(), "nothing keeps two servers from working here at a time");
                Some(Hold(None))
            }
        }
    }

    /// The hold, or, when it stays with somebody else for a while, the sentence to end with.
    pub fn wait(data_dir: &Path) -> Result<Hold, String> {
        let taken = patiently(|| Ok::<_, String>(Hold::take(data_dir)))?;
        taken.ok_or_else(|| {
            format!(
                "another Kollegium works in {}: stop it first, or choose another directory (--data-dir)",
                data_dir.display()
            )
        })
    }
}

/// The use of the database, beside the hold on the data directory.
///
/// # Errors
/// A sentence, when it cannot be asked or its use stays with a process of another data directory for a while.
pub fn claim(target: &Target) -> Result<Claim, String> {
    let taken = patiently(|| Claim::take(target)).map_err(|error| unopened(target, error))?;
    taken.ok_or_else(|| {
        format!(
            "another Kollegium works on the database ({}): stop it first, or give commands with its data directory \
             (--data-dir), so that it hears of them",
            described(target)
        )
    })
}

/// Asks for a while until there is something: a process that was killed a moment ago may still be ending.
fn patiently<T, E>(mut take: impl FnMut() -> Result<Option<T>, E>) -> Result<Option<T>, E> {
    for _ in 0..20 {
        if let Some(taken) = take()? {
            return Ok(Some(taken));
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Ok(None)
}

/// The database that the settings name.
///
/// # Errors
/// A sentence, when it would lie on another machine's disk.
pub fn database(settings: &Settings, data_dir: &Path) -> Result<Target, String> {
    let sql = &settings.sql;
    if sql.driver_name == "postgres" {
        return Ok(Target::Postgres(for_libpq(&sql.data_source), pool_size(sql.max_open_conns)));
    }
    let file = if sql.data_source.is_empty() { data_dir.join("kollegium.db") } else { PathBuf::from(&sql.data_source) };
    refuse_network(&file)?;
    Ok(Target::Sqlite(file.to_string_lossy().into_owned()))
}

/// The folder of pictures and attachments: `FileSettings.Directory` if it is set to anything but the default, which is
/// how an existing folder of the reference is taken over; else a folder in the data directory.
///
/// # Errors
/// A sentence, when the settings name a store that is not a folder.
pub fn files(settings: &Settings, data_dir: &Path) -> Result<PathBuf, String> {
    let file = &settings.file;
    if file.driver_name != "local" {
        return Err(format!(
            "FileSettings.DriverName is {}, but files can only be kept in a folder here: copy them into one, set \
             FileSettings.DriverName to local and FileSettings.Directory to that folder",
            file.driver_name
        ));
    }
    let set = !file.directory.is_empty() && file.directory != Settings::default().file.directory;
    Ok(if set { PathBuf::from(&file.directory) } else { data_dir.join("files") })
}

/// A few connections serve many requests (data-layer.md §3d); the setting is an upper limit.
fn pool_size(limit: i64) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    (4 * cores + 2).min(20).min(usize::try_from(limit).unwrap_or(20)).max(2)
}

fn refuse_network(file: &Path) -> Result<(), String> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Of a folder that cannot be looked at, opening the database tells more.
    let Ok(found) = rustix::fs::statfs(folder) else { return Ok(()) };
    match network_name(found.f_type as u64 as u32) {
        Some(name) => Err(format!(
            "{} lies on a network file system ({name}), where the embedded database can be damaged: choose a local folder \
             (--data-dir), or use PostgreSQL (SqlSettings.DriverName)",
            folder.display()
        )),
        None => Ok(()),
    }
}

fn network_name(kind: u32) -> Option<&'static str> {
    NETWORK.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}

/// Why a database could not be opened, for people: without passwords.
pub fn unopened(target: &Target, error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    let text = match target {
        Target::Sqlite(_) => text,
        Target::Postgres(source, _) => without_password(source, &text),
    };
    format!("the database cannot be opened ({}): {}", described(target), text.trim_end())
}

/// Where the database lies, for people: without user names and passwords.
pub fn described(target: &Target) -> String {
    match target {
        Target::Sqlite(file) => file.clone(),
        Target::Postgres(address, _) => {
            let place = address.split_once("://").map_or("", |(_, rest)| rest);
            let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
            format!("PostgreSQL at {}", place.split('?').next().unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known() {
        assert_eq!(network_name(0x6969), Some("NFS"));
        assert_eq!(network_name(0xef53), None, "ext4");
        assert!(refuse_network(Path::new("/tmp/x.db")).is_ok());
    }

    #[test]
    fn files_lie_where_the_settings_say() {
        let mut settings = Settings::default();
        assert_eq!(files(&settings, Path::new("data")), Ok(PathBuf::from("data/files")));
        settings.file.directory = "/srv/mattermost/data".into();
        assert_eq!(files(&settings, Path::new("data")), Ok(PathBuf::from("/srv/mattermost/data")));
        settings.file.driver_name = "amazons3".into();
        assert!(files(&settings, Path::new("data")).unwrap_err().contains("FileSettings.DriverName"));
    }

    #[test]
    fn descriptions_tell_no_secrets() {
        let target = Target::Postgres("postgres://user:secret@db.example.org:5432/chat?sslmode=disable".into(), 2);
        assert_eq!(described(&target), "PostgreSQL at db.example.org:5432/chat");
    }
}
