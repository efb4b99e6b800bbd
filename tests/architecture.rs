//! The direction of imports (see the crate doc): reads the `use` lines of every room and fails on a wrong arrow.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms it may import.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("config", &["model"]),
    ("events", &["model"]),
    ("store", &["model", "config", "events"]),
    ("filestore", &["model", "config"]),
    ("outbound", &["model", "config"]),
    ("auth", &["model", "config", "events", "store", "outbound"]),
    ("app", &["model", "config", "events", "store", "filestore", "outbound", "auth"]),
    ("jobs", &["model", "config", "events", "store", "filestore", "outbound", "auth", "app"]),
    ("api", &["model", "config", "events", "filestore", "outbound", "auth", "app", "jobs"]),
];

/// Crates that only some rooms may use.
const CRATES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("actix_web", &["api"]),
    ("actix_http", &["api"]),
    ("lettre", &["outbound"]),
    ("ldap3", &["outbound"]),
    ("openidconnect", &["outbound"]),
    ("reqwest", &["outbound"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .map(|e| e.unwrap().path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect()
}

/// The first names after a mark such as `crate::`, wherever it stands in the text.
fn names_after<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(mark).map(move |(at, _)| {
        let rest = &text[at + mark.len()..];
        &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]
    })
}

/// A file's code without comments and doc comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|l| l.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn rooms_import_only_rooms_below_them() {
    let rooms: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for (room, allowed) in ROOMS {
        for file in files(&source().join(room)) {
            let code = code(&file);
            for other in names_after(&code, "crate::") {
                if rooms.contains(&other) && other != *room && !allowed.contains(&other) {
                    wrong.push(format!("{} imports {other}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "wrong arrows:\n{}", wrong.join("\n"));
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (room, _) in ROOMS {
        for file in files(&source().join(room)) {
            let code = code(&file);
            for (name, allowed) in CRATES {
                if code.contains(&format!("{name}::")) && !allowed.contains(room) {
                    wrong.push(format!("{} uses {name}", file.display()));
                }
            }
            let reads_environment = code.contains("std::env") && *room != "config" && !code.contains("#[cfg(test)]");
            if reads_environment {
                wrong.push(format!("{} reads the environment", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "crates out of their rooms:\n{}", wrong.join("\n"));
}

#[test]
fn no_room_is_called_after_nothing() {
    for file in files(&source()) {
        for part in file.strip_prefix(source()).unwrap().iter() {
            let name = part.to_string_lossy();
            let name = name.trim_end_matches(".rs");
            assert!(!["util", "utils", "common", "core", "helpers", "misc"].contains(&name), "{}", file.display());
        }
    }
}
