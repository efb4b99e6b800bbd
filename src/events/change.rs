//! The result of a write: a value, and what everybody else has to hear about it.

use super::Event;

/// What a write returns: its value and the events to publish, in order, once the write is stored.
///
/// There is no way to make one without saying either which events it emits or why it emits none, so that a change that
/// clients never learn of does not slip in.
#[must_use = "the events of a change are lost unless they are published"]
#[derive(Debug)]
pub struct Change<T> {
    value: T,
    events: Vec<Event>,
}

impl<T> Change<T> {
    /// A change that one event tells of.
    pub fn emit(value: T, event: impl Into<Event>) -> Change<T> {
        Change { value, events: vec![event.into()] }
    }

    /// A change that nobody needs to hear of; `_why` is read by people only.
    pub fn silent(value: T, _why: &'static str) -> Change<T> {
        Change { value, events: Vec::new() }
    }

    /// A further event, after those there are.
    pub fn and(mut self, event: impl Into<Event>) -> Change<T> {
        self.events.push(event.into());
        self
    }

    /// Further events, after those there are.
    pub fn and_all<E: Into<Event>>(mut self, events: impl IntoIterator<Item = E>) -> Change<T> {
        self.events.extend(events.into_iter().map(Into::into));
        self
    }

    /// The events of a step that this change is made of, after those there are, and that step's value.
    pub fn absorb<U>(mut self, step: Change<U>) -> (Change<T>, U) {
        self.events.extend(step.events);
        (self, step.value)
    }

    /// The same events with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Change<U> {
        Change { value: f(self.value), events: self.events }
    }

    /// The value and its events, for whoever publishes them.
    pub fn into_parts(self) -> (T, Vec<Event>) {
        (self.value, self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::users::UserEvent;

    #[test]
    fn events_keep_their_order() {
        let inner = Change::emit(7, UserEvent::ActivationChanged);
        let (change, seven) =
            Change::emit("a", UserEvent::GuestsDeactivated).and(UserEvent::ActivationChanged).absorb(inner);
        let (text, events) = change.map(str::len).into_parts();
        assert_eq!((text, seven, events.len()), (1, 7, 3));
        assert!(matches!(events.first(), Some(Event::User(UserEvent::GuestsDeactivated))));
        assert!(Change::silent((), "nothing was changed").into_parts().1.is_empty());
    }
}
