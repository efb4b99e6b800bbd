//! Which people and sessions recent events were about, to tell whether facts loaded a moment ago still hold.

use std::collections::VecDeque;

use crate::events::delivery::Effect;
use crate::model::Id;

/// How many entries are kept; openings that began before the oldest load again.
const KEPT: usize = 4096;

/// The people and sessions touched by the latest batches, oldest first.
#[derive(Default)]
pub(super) struct Recent {
    entries: VecDeque<(u64, Id)>,
    /// Batches up to this number may have been forgotten.
    forgotten: u64,
}

impl Recent {
    /// Notes whom a batch touched.
    pub(super) fn note(&mut self, batch: u64, effect: &Effect) {
        match effect {
            Effect::JoinChannel { users, .. } => users.iter().for_each(|user| self.push(batch, *user)),
            Effect::LeaveChannel { user, .. }
            | Effect::JoinTeam { user, .. }
            | Effect::LeaveTeam { user, .. }
            | Effect::EndSessions { user, .. }
            | Effect::ChangeRoles { user, .. } => self.push(batch, *user),
            Effect::EndSession { session } | Effect::ExtendSession { session, .. } => self.push(batch, *session),
        }
    }

    fn push(&mut self, batch: u64, id: Id) {
        if self.entries.len() == KEPT {
            self.forgotten = self.entries.pop_front().map_or(self.forgotten, |(number, _)| number);
        }
        self.entries.push_back((batch, id));
    }

    /// Whether a batch after that one was about any of these.
    pub(super) fn touched_since(&self, batch: u64, ids: &[Id]) -> bool {
        let mut since = self.entries.iter().rev().take_while(|(number, _)| *number > batch);
        batch < self.forgotten || since.any(|(_, id)| ids.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_later_batches_count() {
        let (a, b) = (Id::random(), Id::random());
        let mut recent = Recent::default();
        recent.note(3, &Effect::EndSession { session: a });
        assert!(recent.touched_since(2, &[b, a]));
        assert!(!recent.touched_since(3, &[b, a]));
        assert!(!recent.touched_since(0, &[b]));
        recent.note(4, &Effect::JoinChannel { channel: a, users: vec![b; KEPT] });
        assert!(recent.touched_since(2, &[Id::random()]), "batch 3 is forgotten");
        assert!(!recent.touched_since(4, &[b]));
    }
}
