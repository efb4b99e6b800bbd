//! Values kept in memory until a write makes them stale.
//!
//! A value that was read before a write must not be put back after it. Each key belongs to one of a fixed number of
//! generations; a write raises its generation, and what was read under an older one is used but not kept.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::UnitWeighter;
use quick_cache::sync::Cache;

const GENERATIONS: usize = 256;

/// Values for which there is room from the start; a small server never needs more.
const INITIALLY: usize = 1024;

/// A bounded map from keys to shared values.
pub struct Kept<K, V> {
    values: Cache<K, V>,
    generations: Box<[AtomicU64]>,
    hasher: RandomState,
}

/// When a value began to be read.
#[derive(Debug, Clone, Copy)]
pub struct Since(u64);

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// Room for about `size` values.
    pub fn new(size: usize) -> Self {
        let generations = (0..GENERATIONS).map(|_| AtomicU64::new(0)).collect();
        let values = Cache::with_weighter(size.min(INITIALLY), size as u64, UnitWeighter);
        Kept { values, generations, hasher: RandomState::new() }
    }

    /// The value, if it is here and fresh.
    pub fn get<Q: Hash + quick_cache::Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        self.values.get(key)
    }

    fn generation(&self, key: &K) -> Option<&AtomicU64> {
        let slot = self.hasher.hash_one(key) as usize % GENERATIONS;
        self.generations.get(slot)
    }

    /// To be called before reading what [`Kept::keep`] is then given.
    pub fn since(&self, key: &K) -> Since {
        Since(self.generation(key).map_or(0, |g| g.load(Ordering::Acquire)))
    }

    /// Keeps a value, unless its key went stale since.
    pub fn keep(&self, key: K, value: V, since: Since)
    where
        K: Clone,
    {
        if self.since(&key).0 != since.0 {
            return;
        }
        self.values.insert(key.clone(), value);
        // A write may have come between the check and the insert.
        if self.since(&key).0 != since.0 {
            self.values.remove(&key);
        }
    }

    /// Drops all values, also those that are being read right now.
    pub fn clear(&self) {
        for generation in &self.generations {
            generation.fetch_add(1, Ordering::AcqRel);
        }
        self.values.clear();
    }

    /// Drops a value, also one that is being read right now.
    pub fn stale(&self, key: &K) {
        if let Some(generation) = self.generation(key) {
            generation.fetch_add(1, Ordering::AcqRel);
        }
        self.values.remove(key);
    }

    /// Drops the values that are found stale, and whatever is being read right now.
    pub fn stale_where(&self, is_stale: impl Fn(&V) -> bool) {
        for generation in &self.generations {
            generation.fetch_add(1, Ordering::AcqRel);
        }
        self.values.retain(|_, value| !is_stale(value));
    }

    /// Drops all values, also those that are being read right now.
    pub fn all_stale(&self) {
        for generation in &self.generations {
            generation.fetch_add(1, Ordering::AcqRel);
        }
        self.values.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_write_is_not_kept_after_it() {
        let kept: Kept<u32, &str> = Kept::new(10);
        let since = kept.since(&1);
        kept.keep(1, "old", since);
        assert_eq!(kept.get(&1), Some("old"));
        let reading = kept.since(&1);
        kept.stale(&1);
        kept.keep(1, "old", reading);
        assert_eq!(kept.get(&1), None);
    }
}
