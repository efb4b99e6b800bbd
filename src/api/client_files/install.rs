//! Installing the official web client from a release archive (`kollegium client install`).
//!
//! Of `mattermost-team-<version>-linux-amd64.tar.gz` only the folder `client` is taken. It is unpacked beside its
//! place, packed for the network and then put there in one move, so that a running server shows the old client or the
//! new one and a failure changes nothing.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType};

use super::encoding::{Encoding, WORTH_PACKING, compressible};
use crate::model::id::Id;

/// A client larger than this is none.
const MAX_BYTES: u64 = 1 << 30;

/// Nor has one more files.
const MAX_FILES: usize = 50_000;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Where the client lies.
    pub into: PathBuf,
    /// Its files.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// Those of them that lie there packed as well.
    pub packed: usize,
    /// Whether another client was there before.
    pub replaced: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.replaced { "Replaced the web client" } else { "Installed the web client" };
        let megabytes = self.bytes.div_ceil(1_000_000);
        write!(
            f,
            "{what} in {}: {} files, {megabytes} MB, {} of them also compressed.",
            self.into.display(),
            self.files,
            self.packed
        )
    }
}

/// Why nothing was installed.
#[derive(Debug)]
pub struct InstallError(String);

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InstallError {}

type Result<T> = std::result::Result<T, InstallError>;

fn refused<T>(why: impl Into<String>) -> Result<T> {
    Err(InstallError(why.into()))
}

/// Names what failed.
trait Failing<T> {
    fn failing(self, what: &str, path: &Path) -> Result<T>;
}

impl<T> Failing<T> for io::Result<T> {
    fn failing(self, what: &str, path: &Path) -> Result<T> {
        self.map_err(|e| InstallError(format!("Could not {what} {}: {e}.", path.display())))
    }
}

/// Takes the client out of an official release archive and puts it into a folder, in place of the client that was
/// there. Blocks for the time that unpacking and compressing take: seconds to a minute.
pub fn install(archive: &Path, into: &Path) -> Result<Report> {
    let replaced = replaceable(into)?;
    let parent = into.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).failing("make the folder", parent)?;
    let new = Unfinished(parent.join(format!(".kollegium-client-{}", Id::random())));
    fs::create_dir(&new.0).failing("make the folder", &new.0)?;
    let unpacked = unpack(archive, &new.0)?;
    if !new.0.join("root.html").is_file() {
        return refused(format!(
            "{} holds no client/root.html: it is not an official release archive of the server.",
            archive.display()
        ));
    }
    let packed = pack(&unpacked.names).failing("compress the files in", &new.0)?;
    put_in_place(&new.0, into)?;
    Ok(Report { into: into.to_owned(), files: unpacked.names.len(), bytes: unpacked.bytes, packed, replaced })
}

/// Whether a client is there already. A folder with something else in it is left alone.
fn replaceable(into: &Path) -> Result<bool> {
    if into.file_name().is_none() {
        return refused(format!("{} can't be the client's folder.", into.display()));
    }
    let mut entries = match fs::read_dir(into) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other.failing("look into", into)?,
    };
    let client = into.join("root.html").is_file();
    if !client && entries.next().is_some() {
        return refused(format!(
            "{} is not empty and holds no web client; choose another folder or empty it.",
            into.display()
        ));
    }
    Ok(client)
}

/// A folder that goes away unless it was moved to its place.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After the move there is nothing left to remove.
        drop(fs::remove_dir_all(&self.0));
    }
}

#[derive(Default)]
struct Unpacked {
    names: Vec<PathBuf>,
    bytes: u64,
}

fn unpack(archive: &Path, into: &Path) -> Result<Unpacked> {
    let file = File::open(archive).failing("open", archive)?;
    let mut tar = Archive::new(GzDecoder::new(BufReader::new(file)));
    let mut unpacked = Unpacked::default();
    for entry in tar.entries().failing("read", archive)? {
        let mut entry = entry.failing("read", archive)?;
        if let Some(name) = name_in_client(&entry, archive)? {
            unpack_one(&mut entry, &into.join(name), &mut unpacked)?;
        }
    }
    Ok(unpacked)
}

/// The entry's path inside `<anything>/client/`, or `client/` where that is all there is; `None` if it lies elsewhere or
/// is a folder. Whoever tries to get out of there is refused with the whole archive.
fn name_in_client<R: Read>(entry: &Entry<'_, R>, archive: &Path) -> Result<Option<PathBuf>> {
    let path = entry.path().failing("read", archive)?;
    let mut parts = path.components().filter(|part| *part != Component::CurDir);
    let client = Component::Normal("client".as_ref());
    match parts.next() {
        Some(first) if first == client => {}
        Some(Component::Normal(_)) if parts.next() == Some(client) => {}
        _ => return Ok(None),
    }
    let name: PathBuf = parts.clone().collect();
    let leaves = parts.any(|part| !matches!(part, Component::Normal(_)));
    match entry.header().entry_type() {
        _ if leaves => refused(format!(
            "{} holds a path that leaves its folder ({}): nothing was installed.",
            archive.display(),
            path.display()
        )),
        EntryType::Directory => Ok(None),
        EntryType::Regular | EntryType::Continuous if name.file_name().is_some() => Ok(Some(name)),
        _ => refused(format!(
            "{} holds a link or something else that is no file ({}): nothing was installed.",
            archive.display(),
            path.display()
        )),
    }
}

fn unpack_one<R: Read>(entry: &mut Entry<'_, R>, target: &Path, unpacked: &mut Unpacked) -> Result<()> {
    let room = MAX_BYTES.saturating_sub(unpacked.bytes);
    if entry.size() > room || unpacked.names.len() >= MAX_FILES {
        return refused("The archive's client is larger than any real one: nothing was installed.");
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).failing("make the folder", folder)?;
    }
    let modified = UNIX_EPOCH + Duration::from_secs(entry.header().mtime().unwrap_or(0));
    let mut file = File::create(target).failing("write", target)?;
    unpacked.bytes += io::copy(entry, &mut file).failing("write", target)?;
    file.set_modified(modified).failing("write", target)?;
    unpacked.names.push(target.to_owned());
    Ok(())
}

/// Packs what is worth it, on all cores, and says how many files that were.
fn pack(names: &[PathBuf]) -> io::Result<usize> {
    let waiting: Mutex<VecDeque<&PathBuf>> =
        Mutex::new(names.iter().filter(|name| name.to_str().is_some_and(compressible)).collect());
    let work = || {
        let mut packed = 0;
        while let Some(name) = take(&waiting) {
            packed += usize::from(pack_one(name)?);
        }
        io::Result::Ok(packed)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err(io::Error::other("a thread ended early"))))
            .sum()
    })
}

/// Apart, so that the lock is not held during the work.
fn take<'a>(waiting: &Mutex<VecDeque<&'a PathBuf>>) -> Option<&'a PathBuf> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

/// Maps are for developers' tools: packed when somebody asks.
fn pack_one(name: &Path) -> io::Result<bool> {
    let plain = fs::read(name)?;
    if (plain.len() as u64) < WORTH_PACKING || name.extension().is_some_and(|extension| extension == "map") {
        return Ok(false);
    }
    let modified = fs::metadata(name)?.modified()?;
    let mut done = false;
    for encoding in [Encoding::Brotli, Encoding::Gzip] {
        let packed = encoding.compress_well(&plain)?;
        if packed.len() < plain.len() / 10 * 9 {
            let mut target = name.as_os_str().to_owned();
            target.push(encoding.suffix());
            fs::write(&target, packed)?;
            // The same time, so that it counts as this file's packed form.
            File::options().write(true).open(&target)?.set_modified(modified)?;
            done = true;
        }
    }
    Ok(done)
}

/// Two moves; if the second fails, the first is taken back.
fn put_in_place(new: &Path, into: &Path) -> Result<()> {
    let old = new.with_extension("old");
    let had_old = match fs::rename(into, &old) {
        Ok(()) => true,
        Err(e) if e.kind() == io::ErrorKind::NotFound => false,
        Err(e) => return refused(format!("Could not move the former client away from {}: {e}.", into.display())),
    };
    if let Err(e) = fs::rename(new, into) {
        if had_old {
            fs::rename(&old, into).failing("put the former client back to", into)?;
        }
        return refused(format!("Could not move the new client to {}: {e}.", into.display()));
    }
    if had_old {
        fs::remove_dir_all(&old).failing("remove the former client in", &old)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    type Files<'a> = &'a [(&'a str, &'a [u8])];

    fn archive(place: &Path, files: Files<'_>, link: bool) -> PathBuf {
        let path = place.join(format!("{}.tar.gz", Id::random()));
        let mut tar = Builder::new(GzEncoder::new(File::create(&path).unwrap(), Compression::fast()));
        for (name, content) in files {
            let mut header = Header::new_gnu();
            // Past the crate's own check, which refuses `..`.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(1_700_000_000);
            header.set_cksum();
            tar.append(&header, *content).unwrap();
        }
        if link {
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Symlink);
            header.set_size(0);
            header.set_cksum();
            tar.append_link(&mut header, "mattermost/client/link", "/etc/passwd").unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap();
        path
    }

    fn script() -> Vec<u8> {
        b"function f() { return 1; }\n".repeat(200)
    }

    #[test]
    fn only_the_client_is_taken_and_packed() {
        let place = tempfile::tempdir().unwrap();
        let script = script();
        let files: Files<'_> = &[
            ("mattermost/bin/mattermost", b"program"),
            ("mattermost/client/root.html", b"<html>"),
            ("./mattermost/client/css/a.css", b"a{}"),
            ("mattermost/client/main.js", &script),
            ("mattermost/client/main.js.map", &script),
            ("mattermost/clients/x", b"x"),
        ];
        let into = place.path().join("some/where/client");
        let report = install(&archive(place.path(), files, false), &into).unwrap();
        assert_eq!((report.files, report.packed, report.replaced), (4, 1, false));
        assert!(report.to_string().starts_with("Installed"), "{report}");
        assert_eq!(fs::read(into.join("main.js")).unwrap(), script);
        let mut plain = Vec::new();
        GzDecoder::new(File::open(into.join("main.js.gz")).unwrap()).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, script);
        plain.clear();
        brotli::Decompressor::new(File::open(into.join("main.js.br")).unwrap(), 4096).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, script);
        let time = |name: &str| fs::metadata(into.join(name)).unwrap().modified().unwrap();
        assert_eq!(time("main.js"), UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        assert_eq!(time("main.js"), time("main.js.br"));
        assert!(!into.join("main.js.map.br").exists() && !into.join("../mattermost").exists());
        assert_eq!(fs::read_dir(into.parent().unwrap()).unwrap().count(), 1, "something is left over");
    }

    #[test]
    fn a_new_client_replaces_the_old_one_whole() {
        let place = tempfile::tempdir().unwrap();
        let into = place.path().join("client");
        install(&archive(place.path(), &[("m/client/root.html", b"1"), ("m/client/old.js", b"1")], false), &into)
            .unwrap();
        let report = install(&archive(place.path(), &[("m/client/root.html", b"2")], false), &into).unwrap();
        assert!(report.replaced);
        assert_eq!(fs::read(into.join("root.html")).unwrap(), b"2");
        assert!(!into.join("old.js").exists());
    }

    #[test]
    fn whatever_is_no_release_changes_nothing() {
        let place = tempfile::tempdir().unwrap();
        let into = place.path().join("client");
        install(&archive(place.path(), &[("m/client/root.html", b"1")], false), &into).unwrap();
        let root: (&str, &[u8]) = ("m/client/root.html", b"2");
        let no_archive = place.path().join("text.tar.gz");
        fs::write(&no_archive, "text").unwrap();
        for (bad, why) in [
            (archive(place.path(), &[root, ("m/client/../../evil", b"x")], false), "leaves"),
            (archive(place.path(), &[root], true), "link"),
            (archive(place.path(), &[("m/client/main.js", b"x")], false), "root.html"),
            (no_archive, "read"),
            (place.path().join("missing"), "open"),
        ] {
            let error = install(&bad, &into).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
        assert_eq!(fs::read(into.join("root.html")).unwrap(), b"1");
        assert!(!place.path().join("evil").exists());
        assert!(
            !fs::read_dir(place.path()).unwrap().any(|entry| entry
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with(".kollegium"))
        );
    }

    #[test]
    fn a_folder_with_other_things_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("home")).unwrap();
        fs::write(place.path().join("home/diary"), "x").unwrap();
        let error = install(&archive(place.path(), &[("m/client/root.html", b"1")], false), &place.path().join("home"))
            .unwrap_err();
        assert!(error.to_string().contains("not empty"), "{error}");
        assert!(place.path().join("home/diary").exists());
    }
}
