//! Answers kept as they were written, each with a list of what it shows.
//!
//! Nobody has to find the answers that a write makes stale. A write puts a *stamp* on what it changed; an answer knows
//! when it began to be made and what it shows, and holds as long as nothing of that bears a later stamp. Stamps stand in
//! a fixed number of places, several things to a place: what shares one is made anew more often than it had to be.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::Store;
use super::channels::Archived;
use super::threads::Wanted;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::json::Written;
use crate::model::users::Audience;

/// How many places there are for stamps.
const PLACES: usize = 1 << 14;
/// The most bytes of JSON that are kept; packed copies come on top.
const CAPACITY: u64 = 12 << 20;
/// What an answer takes besides its text.
const OVERHEAD: u64 = 512;

/// What was asked, with everything that the answer depends on but the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Question {
    /// A user's own profile.
    Oneself { user: Id },
    /// The teams of a user, as the asker sees them.
    Teams { asker: Id, user: Id, addresses: bool },
    /// The memberships of a user in teams.
    TeamMembers { user: Id },
    /// What a user has not read, by team.
    Unread { user: Id, exclude: String, threads: bool },
    /// The channels of a user in a team.
    Channels { user: Id, team: Id, archived: Archived },
    /// The memberships of a user in the channels of a team, as the asker sees them.
    Memberships { asker: Id, user: Id, team: Id },
    /// The sidebar of a user in a team.
    Categories { user: Id, team: Id },
    /// The figures of a channel.
    Stats { channel: Id, files: bool },
    /// A page of a channel's members, by name.
    People { channel: Id, audience: Audience, offset: i64, limit: i64 },
    /// Threads that a user follows: which, and in which form.
    Threads { wanted: Wanted, form: u8 },
}

/// Something that answers show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Of {
    /// All that the database has.
    Everything,
    /// The roles.
    Roles,
    /// The row of any user, but for what nobody else sees of it.
    Users,
    /// The row of any team.
    Teams,
    /// The row of any channel, but for its counters.
    Channels,
    /// The row of a user.
    User(Id),
    /// The same, but for what nobody else sees of it.
    Profile(Id),
    /// The teams that a user is in.
    TeamsOf(Id),
    /// The channels that a user is in.
    ChannelsOf(Id),
    /// Who is in a channel.
    MembersOf(Id),
    /// How far a user has read their channels.
    Read(Id),
    /// The posts of a channel, and its counters.
    Posts(Id),
    /// Anybody's sidebar.
    Sidebars,
    /// The sidebar of a user.
    Sidebar(Id),
    /// Anybody's threads.
    Inboxes,
    /// The threads that a user follows, and how far they have read them.
    Inbox(Id),
}

impl Of {
    /// The place of what there is but one of.
    fn own_place(self) -> Option<u16> {
        match self {
            Of::Everything => Some(0),
            Of::Roles => Some(1),
            Of::Users => Some(2),
            Of::Teams => Some(3),
            Of::Channels => Some(4),
            Of::Sidebars => Some(5),
            Of::Inboxes => Some(6),
            _ => None,
        }
    }
}

impl Of {
    /// What this is a part of, where that may change as a whole.
    fn whole(self) -> Option<Of> {
        match self {
            Of::Sidebar(_) => Some(Of::Sidebars),
            Of::Inbox(_) => Some(Of::Inboxes),
            _ => None,
        }
    }
}

/// How many places are not shared.
const OWN: usize = 7;

/// A moment: everything written before it can be seen by what is read after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// When what last changed.
struct Stamps {
    clock: AtomicU64,
    places: Box<[AtomicU64]>,
    hasher: RandomState,
}

impl Default for Stamps {
    fn default() -> Stamps {
        let places = (0..PLACES).map(|_| AtomicU64::new(0)).collect();
        Stamps { clock: AtomicU64::new(0), places, hasher: RandomState::new() }
    }
}

impl Stamps {
    fn now(&self) -> Moment {
        Moment(self.clock.load(Ordering::SeqCst))
    }

    fn place(&self, of: Of) -> u16 {
        let shared = || OWN + (self.hasher.hash_one(of) as usize) % (PLACES - OWN);
        of.own_place().unwrap_or_else(|| shared() as u16)
    }

    fn put(&self, of: Of) {
        let now = self.clock.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(place) = self.places.get(usize::from(self.place(of))) {
            place.fetch_max(now, Ordering::SeqCst);
        }
    }

    fn none_since(&self, since: Moment, places: &[u16]) -> bool {
        let stamp = |place: &u16| self.places.get(usize::from(*place)).map_or(u64::MAX, |p| p.load(Ordering::SeqCst));
        places.iter().all(|place| stamp(place) <= since.0)
    }
}

/// An answer, and how long it holds.
struct Answer {
    written: Written,
    since: Moment,
    places: Box<[u16]>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<Question, Arc<Answer>> for Weight {
    fn weight(&self, _: &Question, answer: &Arc<Answer>) -> u64 {
        answer.written.json.len() as u64 + OVERHEAD
    }
}

/// The kept answers.
pub(super) struct Answers {
    answers: Cache<Question, Arc<Answer>, Weight>,
    stamps: Stamps,
}

impl Default for Answers {
    fn default() -> Answers {
        Answers { answers: Cache::with_weighter(2_000, CAPACITY, Weight), stamps: Stamps::default() }
    }
}

impl Answers {
    /// Says that something is not as it was. To be called when what else is kept of it has been dropped.
    pub(super) fn stamp(&self, of: Of) {
        self.stamps.put(of);
    }

    /// Drops all answers, also those that are being made right now.
    pub(super) fn clear(&self) {
        self.stamps.put(Of::Everything);
        self.answers.clear();
    }

    fn get(&self, question: &Question) -> Option<Written> {
        let answer = self.answers.get(question)?;
        self.stamps.none_since(answer.since, &answer.places).then(|| answer.written.clone())
    }

    fn keep(&self, question: Question, written: Written, since: Moment, of: &[Of]) {
        let all = of.iter().copied().chain(of.iter().filter_map(|of| of.whole())).chain([Of::Everything]);
        let mut places: Vec<u16> = all.map(|of| self.stamps.place(of)).collect();
        places.sort_unstable();
        places.dedup();
        self.answers.insert(question, Arc::new(Answer { written, since, places: places.into() }));
    }
}

/// What is answered, and what that shows; `None` if it is not to be kept.
pub type Made = (Written, Option<Vec<Of>>);

impl Store {
    /// The answer to a question, kept or made now.
    pub async fn answer(&self, question: Question, make: impl Future<Output = Result<Made>>) -> Result<Written> {
        let answers = &self.kept.answers;
        if let Some(written) = answers.get(&question) {
            return Ok(written);
        }
        let since = answers.stamps.now();
        let (written, of) = make.await?;
        if let Some(of) = of {
            answers.keep(question, written.clone(), since, &of);
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_until_something_of_it_changes() {
        let (answers, user, other) = (Answers::default(), Id::random(), Id::random());
        let question = || Question::Oneself { user };
        let since = answers.stamps.now();
        answers.keep(question(), Written::of(&1), since, &[Of::User(user), Of::Roles]);
        answers.stamp(Of::Teams);
        assert!(answers.get(&question()).is_some());
        assert!(answers.get(&Question::Oneself { user: other }).is_none());
        answers.stamp(Of::User(user));
        assert!(answers.get(&question()).is_none());
    }

    #[test]
    fn an_answer_made_during_a_change_does_not_outlive_it() {
        let (answers, user) = (Answers::default(), Id::random());
        let since = answers.stamps.now();
        answers.stamp(Of::User(user));
        answers.keep(Question::Oneself { user }, Written::of(&1), since, &[Of::User(user)]);
        assert!(answers.get(&Question::Oneself { user }).is_none());
    }

    #[test]
    fn all_are_forgotten_at_once() {
        let (answers, user) = (Answers::default(), Id::random());
        let since = answers.stamps.now();
        answers.clear();
        answers.keep(Question::Oneself { user }, Written::of(&1), since, &[]);
        assert!(answers.get(&Question::Oneself { user }).is_none());
    }
}
