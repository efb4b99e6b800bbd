//! Who reads threads on their own ("collapsed reply threads").

use std::collections::HashSet;

use crate::config::Settings;
use crate::model::Id;
use crate::model::errors::Result;
use crate::store;
use crate::store::conn::Conn;

/// Who of a channel reads threads on their own.
#[derive(Debug, Default)]
pub(in crate::app) struct Collapsed {
    by_default: bool,
    exceptions: HashSet<Id>,
}

impl Collapsed {
    /// By the settings and, where these leave it to people, by their preferences.
    pub(in crate::app) fn of_channel(conn: &mut Conn, channel: Id, settings: &Settings) -> Result<Collapsed> {
        let (by_default, own) = match settings.service.collapsed_threads.as_str() {
            "always_on" => (true, false),
            "disabled" => (false, false),
            "default_on" => (true, true),
            _ => (false, true),
        };
        let mut exceptions = HashSet::new();
        if own {
            let other = if by_default { "off" } else { "on" };
            let chosen = store::preferences::of_members(conn, channel, "display_settings", "collapsed_reply_threads")?;
            exceptions.extend(chosen.into_iter().filter(|(_, value)| value == other).map(|(user, _)| user));
        }
        Ok(Collapsed { by_default, exceptions })
    }

    /// Whether that member does.
    pub(in crate::app) fn is_on(&self, user: Id) -> bool {
        self.by_default != self.exceptions.contains(&user)
    }
}
