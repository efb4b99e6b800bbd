//! The list of the client's files.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::HttpRequest;

use super::encoding::{Encoding, WORTH_PACKING, compressible};
use super::page::Rewrite;

/// A folder with a client in it.
pub(super) struct Folder {
    root: PathBuf,
    files: HashMap<String, Entry>,
    stamp: Stamp,
    rewrite: Option<Rewrite>,
}

/// Tells one `root.html` from another.
pub(super) type Stamp = (SystemTime, u64);

/// A file of the client.
pub(super) struct Entry {
    path: PathBuf,
    /// Last change.
    pub modified: SystemTime,
    length: u64,
    has_gzip: bool,
    has_brotli: bool,
}

/// The stamp of the `root.html` in a folder, if there is one.
pub(super) fn stamp_of(dir: &Path) -> Option<Stamp> {
    let found = fs::metadata(dir.join("root.html")).ok().filter(Metadata::is_file)?;
    Some((found.modified().ok()?, found.len()))
}

impl Folder {
    /// Lists a folder and those below it. Links that lead out of it are left out; so is whatever can't be read.
    pub fn read(dir: &Path, base: &str) -> io::Result<Folder> {
        let root = fs::canonicalize(dir)?;
        let stamp =
            stamp_of(&root).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no root.html in it"))?;
        let mut files = HashMap::new();
        collect(&root, &root, &mut files)?;
        pair(&mut files);
        let rewrite = Rewrite::between(&fs::read_to_string(root.join("root.html"))?, base);
        Ok(Folder { root, files, stamp, rewrite })
    }

    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    pub fn root_html(&self) -> io::Result<String> {
        fs::read_to_string(self.root.join("root.html"))
    }

    /// The file with that name, relative to the folder with `/` between the parts.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.files.get(name)
    }

    /// How the addresses in a file must be changed: those that are no scripts name the place they are served from.
    pub fn rewrite(&self, name: &str) -> Option<&Rewrite> {
        let affected = name.ends_with(".css") || name.rsplit('/').next() == Some("manifest.json");
        self.rewrite.as_ref().filter(|_| affected)
    }
}

impl Entry {
    fn new(path: PathBuf, found: &Metadata) -> Entry {
        let modified = found.modified().unwrap_or(UNIX_EPOCH);
        Entry { path, modified, length: found.len(), has_gzip: false, has_brotli: false }
    }

    fn name(&self) -> &str {
        self.path.to_str().unwrap_or_default()
    }

    /// Small files are sent as they are, unless somebody packed them beforehand.
    pub fn is_worth_packing(&self) -> bool {
        let packed = self.has_gzip || self.has_brotli;
        compressible(self.name()) && (packed || self.length >= WORTH_PACKING)
    }

    /// How this file goes to that client.
    pub fn encoding(&self, request: &HttpRequest) -> Encoding {
        if self.is_worth_packing() { Encoding::accepted(request) } else { Encoding::Identity }
    }

    /// Whether the packed file lies beside the plain one.
    pub fn has(&self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::Identity => true,
            Encoding::Gzip => self.has_gzip,
            Encoding::Brotli => self.has_brotli,
        }
    }

    pub fn path(&self, encoding: Encoding) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(encoding.suffix());
        path.into()
    }

    /// Strong: packed and plain bytes differ.
    pub fn etag(&self, encoding: Encoding) -> String {
        let changed = self.modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        format!("\"{changed:x}-{:x}{}\"", self.length, encoding.suffix())
    }

    pub fn content_type(&self) -> String {
        let guessed = mime_guess::from_path(&self.path).first_or_octet_stream();
        if guessed.type_() == "text" { format!("{guessed}; charset=utf-8") } else { guessed.to_string() }
    }
}

fn collect(root: &Path, dir: &Path, files: &mut HashMap<String, Entry>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() {
            collect(root, &path, files)?;
        } else if let Some((name, entry)) = listed(root, path, kind.is_symlink()) {
            files.insert(name, entry);
        }
    }
    Ok(())
}

/// A link counts as the file it leads to, as long as that lies in the folder.
fn listed(root: &Path, path: PathBuf, link: bool) -> Option<(String, Entry)> {
    let name = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    let target = if link { fs::canonicalize(&path).ok().filter(|target| target.starts_with(root))? } else { path };
    let found = fs::metadata(&target).ok().filter(Metadata::is_file)?;
    Some((name, Entry::new(target, &found)))
}

/// Packed files are no files of their own, unless older than what they pack.
fn pair(files: &mut HashMap<String, Entry>) {
    for encoding in [Encoding::Gzip, Encoding::Brotli] {
        let packed: Vec<String> = files
            .keys()
            .filter(|name| name.strip_suffix(encoding.suffix()).is_some_and(compressible))
            .cloned()
            .collect();
        for name in packed {
            let Some(modified) = files.get(&name).map(|packed| packed.modified) else { continue };
            let Some(plain) = name.strip_suffix(encoding.suffix()).and_then(|plain| files.get_mut(plain)) else {
                continue;
            };
            let current = modified >= plain.modified;
            match encoding {
                Encoding::Brotli => plain.has_brotli = current,
                _ => plain.has_gzip = current,
            }
            files.remove(&name);
        }
    }
}
