//! For debug builds: holds every write to naming what it makes stale.
//!
//! What is kept in memory is only right as long as no mutator forgets [`super::Tx::stale`]. Here the statements of a
//! write are looked at: one that changes a table whose rows are kept fails unless something fitting was named, so that
//! tests find the mutator and not somebody who sees an old value.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::Stale;

/// What a write did so far.
#[derive(Default)]
struct Seen {
    statements: usize,
    changed: BTreeSet<String>,
}

thread_local! {
    /// What the running write did; `None` outside writes.
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// A write begins.
pub(super) fn begin() {
    SEEN.set(Some(Seen::default()));
}

/// A statement is sent.
pub(super) fn note(statement: impl FnOnce() -> String) {
    SEEN.with_borrow_mut(|seen| {
        if let Some(seen) = seen {
            seen.statements += 1;
            seen.changed.extend(table_of(&statement()));
        }
    });
}

/// The write ends, having named these. Fails with a sentence if it changed what it did not name, or took several
/// statements where it should take one.
pub(super) fn end(stale: &[Stale], single: bool) -> Result<(), String> {
    let Seen { statements, changed } = SEEN.take().unwrap_or_default();
    if single && statements > 1 {
        return Err(format!("a write of one statement took {statements}"));
    }
    match changed.into_iter().find(|table| !stale.iter().any(|what| says(what, table)) && is_kept(table)) {
        Some(table) => Err(format!("a write changed {table} and named nothing stale")),
        None => Ok(()),
    }
}

/// The table that a statement changes.
fn table_of(statement: &str) -> Option<String> {
    let mut words = statement.split_whitespace();
    let name = match (words.next()?, words.next()?) {
        ("UPDATE", table) => table,
        ("INSERT", "INTO") | ("DELETE", "FROM") => words.next()?,
        _ => return None,
    };
    Some(name.trim_matches(['`', '"', '(']).to_owned())
}

fn is_kept(table: &str) -> bool {
    const KEPT: &[&str] = &[
        "bots",
        "channelmembers",
        "channels",
        "emoji",
        "outgoingwebhooks",
        "posts",
        "preferences",
        "reactions",
        "roles",
        "schemes",
        "sessions",
        "sidebarcategories",
        "sidebarchannels",
        "teammembers",
        "teams",
        "threadmemberships",
        "users",
    ];
    KEPT.contains(&table)
}

fn says(stale: &Stale, table: &str) -> bool {
    match table {
        "users" => matches!(stale, Stale::User(_) | Stale::UserActivity(_)),
        "bots" => matches!(stale, Stale::User(_)),
        "teams" => matches!(stale, Stale::Team(_) | Stale::Schemes),
        "teammembers" => matches!(stale, Stale::TeamsOf(_)),
        // Posts move the counters.
        "channels" => matches!(stale, Stale::Channel(_) | Stale::Posts(_) | Stale::Schemes),
        "channelmembers" => matches!(stale, Stale::ChannelMember(..) | Stale::Read(_)),
        "posts" | "reactions" => matches!(stale, Stale::Posts(_)),
        "threadmemberships" => matches!(stale, Stale::Inbox(_) | Stale::Inboxes),
        "sidebarcategories" | "sidebarchannels" => matches!(stale, Stale::Sidebar(_) | Stale::Sidebars),
        "preferences" => matches!(stale, Stale::Preferences(_)),
        "sessions" => matches!(stale, Stale::Session(_) | Stale::Sessions),
        "outgoingwebhooks" => matches!(stale, Stale::OutgoingHooks(_) | Stale::AllOutgoingHooks),
        "roles" => matches!(stale, Stale::Roles),
        "schemes" => matches!(stale, Stale::Schemes),
        "emoji" => matches!(stale, Stale::Emoji),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Id;

    #[test]
    fn the_changed_table_is_found() {
        assert_eq!(table_of("UPDATE `users` SET `roles` = ?").as_deref(), Some("users"));
        assert_eq!(table_of("INSERT INTO \"posts\" (id) VALUES ($1)").as_deref(), Some("posts"));
        assert_eq!(table_of("DELETE  FROM `emoji` WHERE 1").as_deref(), Some("emoji"));
        assert_eq!(table_of("SELECT `id` FROM `users`"), None);
    }

    #[test]
    fn a_forgotten_mutator_is_named() {
        begin();
        note(|| "UPDATE `users` SET `roles` = ?".into());
        note(|| "DELETE FROM `jobs`".into());
        assert!(end(&[Stale::Roles], false).unwrap_err().contains("users"));
        begin();
        note(|| "UPDATE `users` SET `roles` = ?".into());
        assert_eq!(end(&[Stale::User(Id::NONE)], true), Ok(()));
        begin();
        note(|| "SELECT 1".into());
        note(|| "SELECT 2".into());
        assert!(end(&[], true).is_err());
    }
}
