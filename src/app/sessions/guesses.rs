//! How often somebody may guess a password: at an account, at a name that nobody has, and from an address; and how nobody
//! locks anybody else out by guessing.
//!
//! The reference counts wrong guesses at an account and locks it until an administrator or a new password opens it, so
//! that a stranger who guesses ten times keeps its owner out. Here a locked account opens again when it was left alone
//! for `LoginLockoutMinutes`, for one guess at a time; and it is never locked for an address from which its owner has
//! logged in before, unless that many wrong guesses came from there. An address that guesses too much is refused
//! whatever it tries, but for accounts that have logged in from there.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};

use quick_cache::UnitWeighter;
use quick_cache::sync::Cache;

use super::login::Credentials;
use super::make::Origin;
use crate::app::App;
use crate::config::Settings;
use crate::model::errors::{Result, users as codes};
use crate::model::users::User;
use crate::model::{TimeMs, now};
use crate::store::{self, Conn};

const MINUTE: TimeMs = 60 * 1000;
const HOUR: TimeMs = 60 * MINUTE;

/// For how long guesses at a name that nobody has count where accounts stay locked.
const DAY: TimeMs = 24 * HOUR;

/// How many names and addresses are remembered at most, and for how many there is room from the beginning.
const REMEMBERED: u64 = 20_000;
const INITIALLY: usize = 64;

/// What was guessed lately, on this node.
pub struct Guesses {
    names: Counts,
    addresses: Counts,
    /// Makes short keys, which tell nothing, of names and addresses.
    hasher: RandomState,
}

impl Default for Guesses {
    fn default() -> Guesses {
        Guesses { names: Counts::default(), addresses: Counts::default(), hasher: RandomState::new() }
    }
}

/// When the first guess of a time was, and how many there have been since.
struct Counts(Cache<u64, (TimeMs, i64), UnitWeighter>);

impl Default for Counts {
    fn default() -> Counts {
        Counts(Cache::with_weighter(INITIALLY, REMEMBERED, UnitWeighter))
    }
}

impl Counts {
    fn count(&self, key: u64, within: TimeMs, at: TimeMs) {
        let (first, so_far) = self.0.get(&key).filter(|(first, _)| at - first < within).unwrap_or((at, 0));
        self.0.insert(key, (first, so_far + 1));
    }

    fn so_far(&self, key: u64, within: TimeMs, at: TimeMs) -> i64 {
        self.0.get(&key).filter(|(first, _)| at - first < within).map_or(0, |(_, count)| count)
    }
}

impl App {
    /// Refuses to look at a password where too much was guessed: from that address, or at a name that nobody has, which
    /// is answered like an account so that it betrays none.
    pub(super) async fn check_guesses(
        &self,
        account: Option<&User>,
        given: &Credentials,
        origin: &Origin,
        settings: &Settings,
    ) -> Result<()> {
        if account.is_none() {
            let so_far = self.guesses.names.so_far(self.key_of_name(given), time_locked(settings), now());
            if so_far >= settings.service.maximum_login_attempts {
                return codes::LOCKED_OUT.err();
            }
        }
        let most = settings.kollegium.login_failures_per_address;
        let Some(network) = network(&origin.ip_address).filter(|_| most > 0) else { return Ok(()) };
        if self.guesses.addresses.so_far(self.guesses.hasher.hash_one(network), HOUR, now()) < most {
            return Ok(());
        }
        let Some(user) = account.map(|user| user.id) else { return codes::LOCKED_OUT_ADDRESS.err() };
        let address = origin.ip_address.clone();
        match self.store.read(move |conn| store::access_log::came_from(conn, user, &address)).await? {
            true => Ok(()),
            false => codes::LOCKED_OUT_ADDRESS.err(),
        }
    }

    /// Counts a wrong guess for its address, and for the name if nobody has it.
    pub(super) fn count_guess(&self, is_of_account: bool, given: &Credentials, origin: &Origin, settings: &Settings) {
        let names_nobody = given.id.is_empty() && given.login_id.trim().is_empty();
        if !(is_of_account || names_nobody) {
            self.guesses.names.count(self.key_of_name(given), time_locked(settings), now());
        }
        if let Some(network) = network(&origin.ip_address) {
            self.guesses.addresses.count(self.guesses.hasher.hash_one(network), HOUR, now());
        }
    }

    fn key_of_name(&self, given: &Credentials) -> u64 {
        self.guesses.hasher.hash_one((given.id.as_str(), given.login_id.trim().to_lowercase()))
    }
}

/// Whether somebody may try to log in to an account after so many failures, of which `most` lock it.
pub(super) fn may_try(conn: &mut Conn, user: &User, most: i64, origin: &Origin, settings: &Settings) -> Result<bool> {
    if i64::from(user.failed_attempts) < most {
        return Ok(true);
    }
    if settings.kollegium.login_lockout_minutes == 0 {
        return Ok(false);
    }
    let since = now() - time_locked(settings);
    let guessed = store::access_log::guesses(conn, user.id, &origin.ip_address, since)?;
    let may_from_there = guessed.from_there < most && store::access_log::came_from(conn, user.id, &origin.ip_address)?;
    Ok(guessed.from_anywhere == 0 || may_from_there)
}

/// How long an account stays locked after the last wrong guess.
fn time_locked(settings: &Settings) -> TimeMs {
    match settings.kollegium.login_lockout_minutes {
        0 => DAY,
        minutes => minutes * MINUTE,
    }
}

/// The network of an address of the internet, which is one customer's. Others are not counted: behind a proxy that does
/// not say whom it serves everybody has the same one.
fn network(address: &str) -> Option<IpAddr> {
    match address.parse().ok()? {
        IpAddr::V4(v4) if v4.is_loopback() || v4.is_private() || v4.is_link_local() => None,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => network(&v4.to_string()),
            None if v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() => None,
            None => Some(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into()),
        },
        v4 => Some(v4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_counted_for_a_time() {
        let counts = Counts::default();
        (0..3).for_each(|i| counts.count(7, HOUR, 1000 + i));
        assert_eq!([counts.so_far(7, HOUR, 2000), counts.so_far(8, HOUR, 2000)], [3, 0]);
        assert_eq!(counts.so_far(7, HOUR, 1000 + HOUR), 0);
        counts.count(7, HOUR, 1000 + HOUR);
        assert_eq!(counts.so_far(7, HOUR, 2000 + HOUR), 1);
    }

    #[test]
    fn networks_of_the_internet_are_told_apart() {
        for inside in ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.18.0.1", "::1", "fd00::1", "fe80::1", "", "x"] {
            assert_eq!(network(inside), None, "{inside}");
        }
        assert_eq!(network("::ffff:10.0.0.1"), None);
        assert_eq!(network("203.0.113.9"), "203.0.113.9".parse().ok());
        assert_eq!(network("2001:db8:1:2:3::4"), network("2001:db8:1:2::9"));
        assert_ne!(network("2001:db8:1:2::4"), network("2001:db8:1:3::4"));
    }
}
