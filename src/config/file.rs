//! The configuration file: read whole, replaced whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::problem::{Problem, Problems};

/// What the file says; nothing when there is no file yet.
///
/// # Errors
/// A file that cannot be read or is no JSON, with the place of the mistake.
pub(super) fn read(path: &Path) -> Result<Value, Problems> {
    let problem =
        |expected: &str, found: &dyn std::fmt::Display| Problems(vec![Problem::of(path.display(), expected, found)]);
    match fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|e| problem("valid JSON", &e)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(Value::Object(Map::new())),
        Err(e) => Err(problem("a readable file", &e)),
    }
}

/// Replaces the file: after a crash there is either the old or the new one. A new file is readable by its owner only, for
/// it holds secrets; an existing one keeps its permissions.
///
/// # Errors
/// Whatever the file system says.
pub(super) fn write(path: &Path, settings: &Value) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut text = serde_json::to_vec_pretty(settings)?;
    text.push(b'\n');
    let temporary = beside(&path);
    let written = replace(&temporary, &path, &text);
    if written.is_err() {
        // Best effort: what remains is a file nobody reads.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn replace(temporary: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(temporary)?;
    if let Ok(existing) = fs::metadata(path) {
        file.set_permissions(existing.permissions())?;
    }
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(temporary, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// `config.json` → `.config.json.new`, in the same folder.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use serde_json::json;

    use super::*;

    #[test]
    fn written_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        assert_eq!(read(&path).unwrap(), json!({}));
        write(&path, &json!({"a": 1})).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(&path, &json!({"a": 2})).unwrap();
        assert_eq!(read(&path).unwrap(), json!({"a": 2}));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_broken_file_is_named_with_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        fs::write(&path, "{\n \"a\": ,\n}").unwrap();
        let text = read(&path).unwrap_err().to_string();
        assert!(text.contains("config.json must be valid JSON") && text.contains("line 2"), "{text}");
    }
}
