//! What waits for a connection's socket, what was sent last, and how a returning client picks up (websocket.md §5).

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use super::super::frame::{Frame, Personal, TextParts};
use crate::model::Id;

/// How many messages may wait for a connection (websocket.md §3).
pub(super) const CAPACITY: usize = 256;
/// From how many waiting messages on a connection lags, so that passing events are left out.
pub(super) const LAGGING: usize = CAPACITY / 2;
/// How many sent events are kept.
const KEPT: usize = 128;
/// How many messages leave at once: fewer than are kept, so that what a dying socket swallowed can be sent again.
const AT_ONCE: usize = 64;
/// From how many bytes on no further message leaves at once: a socket's buffer never shrinks again.
const BYTES_AT_ONCE: usize = 8 * 1024;

/// Something to send.
#[derive(Debug)]
pub(super) enum Message {
    /// An event, numbered when it is sent.
    Event(Arc<Frame>, Personal),
    /// An answer to a request, complete.
    Reply(Bytes),
}

#[derive(Debug, Clone)]
struct Sent {
    seq: i64,
    frame: Arc<Frame>,
    personal: Personal,
}

/// The messages of one connection.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Message>,
    /// Sent before and to be sent again.
    again: VecDeque<Sent>,
    /// The last events sent, oldest first.
    sent: VecDeque<Sent>,
    /// The number of the next event.
    next: i64,
}

/// How a client picks up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PickUp {
    /// Where it left off.
    Continued,
    /// Too much is lost: the connection needs another id and a `hello` to begin with.
    Lost,
}

impl Queue {
    /// How many messages wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether there is nothing to send.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.again.is_empty()
    }

    /// A message after all that wait.
    pub(super) fn push(&mut self, message: Message) {
        self.waiting.push_back(message);
    }

    /// A `hello` before all that wait, numbered 0.
    pub(super) fn begin_with(&mut self, hello: Arc<Frame>) {
        self.next = 0;
        self.sent.clear();
        self.waiting.push_front(Message::Event(hello, Personal::default()));
    }

    /// The socket is gone: answers meant for it have no receiver, events stay.
    pub(super) fn lose_socket(&mut self) {
        self.again.clear();
        self.waiting.retain(|message| matches!(message, Message::Event(..)));
    }

    /// Sends what waits, or the first part of it: `write` gets each message as the parts of its text.
    pub(super) fn drain(&mut self, receiver: Id, write: &mut dyn FnMut(&TextParts<'_>)) {
        let written = Cell::new(0);
        let mut write = |parts: &TextParts<'_>| {
            written.set(written.get() + parts.iter().map(|part| part.len()).sum::<usize>());
            write(parts);
        };
        for _ in 0..AT_ONCE {
            if written.get() >= BYTES_AT_ONCE {
                break;
            }
            if let Some(sent) = self.again.pop_front() {
                sent.frame.write(sent.personal, receiver, sent.seq, &mut write);
                continue;
            }
            match self.waiting.pop_front() {
                None => break,
                Some(Message::Reply(text)) => write(&[&text]),
                Some(Message::Event(frame, personal)) => {
                    frame.write(personal, receiver, self.next, &mut write);
                    self.keep(Sent { seq: self.next, frame, personal });
                    self.next += 1;
                }
            }
        }
    }

    fn keep(&mut self, sent: Sent) {
        if self.sent.len() == KEPT {
            self.sent.pop_front();
        }
        self.sent.push_back(sent);
    }

    /// A client returns and expects the event of that number. With 0 it starts counting anew and nothing is sent again,
    /// as the reference has it (surprises.md, WebSocket).
    pub(super) fn pick_up(&mut self, next: i64) -> PickUp {
        if next == 0 {
            self.sent.clear();
        } else if self.sent.iter().any(|sent| sent.seq == next) {
            self.again = self.sent.iter().skip_while(|sent| sent.seq != next).cloned().collect();
            return PickUp::Continued;
        } else if self.sent.back().is_some_and(|last| last.seq != next - 1) {
            return PickUp::Lost;
        }
        self.next = next;
        PickUp::Continued
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::broadcast::Broadcast;
    use super::super::super::data::Data;
    use super::*;

    fn event(name: &'static str) -> Message {
        Message::Event(Arc::new(Frame::new(name, &Data::new(), &Broadcast::everyone())), Personal::default())
    }

    fn sent(queue: &mut Queue) -> Vec<(String, i64)> {
        let mut out = Vec::new();
        while !queue.is_empty() {
            queue.drain(Id::NONE, &mut |parts| {
                let event: serde_json::Value = serde_json::from_slice(&parts.concat()).unwrap();
                out.push((event["event"].as_str().unwrap_or("reply").to_owned(), event["seq"].as_i64().unwrap_or(-1)));
            });
        }
        out
    }

    fn after(events: usize) -> Queue {
        let mut queue = Queue::default();
        (0..events).for_each(|_| queue.push(event("e")));
        sent(&mut queue);
        queue
    }

    fn numbers(queue: &mut Queue) -> Vec<i64> {
        sent(queue).into_iter().map(|(_, seq)| seq).collect()
    }

    #[test]
    fn answers_take_no_number_and_do_not_outlive_their_socket() {
        let mut queue = after(1);
        queue.push(event("a"));
        queue.push(Message::Reply(Bytes::from_static(b"{\"status\":\"OK\"}")));
        queue.push(event("b"));
        assert_eq!(sent(&mut queue), [("a".to_owned(), 1), ("reply".to_owned(), -1), ("b".to_owned(), 2)]);
        queue.push(Message::Reply(Bytes::from_static(b"{}")));
        queue.push(event("c"));
        queue.lose_socket();
        assert_eq!(numbers(&mut queue), [3]);
    }

    #[test]
    fn a_client_that_missed_nothing_goes_on() {
        let mut queue = after(3);
        queue.push(event("waited"));
        assert_eq!(queue.pick_up(3), PickUp::Continued);
        assert_eq!(sent(&mut queue), [("waited".to_owned(), 3)]);
    }

    #[test]
    fn what_was_missed_is_sent_again_each_time_with_its_number() {
        let mut queue = after(4);
        for _ in 0..2 {
            assert_eq!(queue.pick_up(2), PickUp::Continued);
            assert_eq!(numbers(&mut queue), [2, 3]);
        }
        queue.push(event("new"));
        assert_eq!(queue.pick_up(2), PickUp::Continued);
        assert_eq!(numbers(&mut queue), [2, 3, 4]);
    }

    #[test]
    fn zero_starts_counting_anew() {
        let mut queue = after(2);
        queue.push(event("two"));
        assert_eq!(queue.pick_up(0), PickUp::Continued);
        assert_eq!(sent(&mut queue), [("two".to_owned(), 0)]);
        assert_eq!(queue.pick_up(1), PickUp::Continued);
        assert!(queue.is_empty());
    }

    #[test]
    fn numbers_ahead_or_too_old_or_negative_are_lost() {
        for next in [50, -1, 4] {
            assert_eq!(after(3).pick_up(next), PickUp::Lost, "{next}");
        }
        let mut queue = after(141);
        assert_eq!(queue.pick_up(12), PickUp::Lost);
        assert_eq!(queue.pick_up(13), PickUp::Continued);
        assert_eq!(numbers(&mut queue), (13..141).collect::<Vec<_>>());
        queue.push(event("waited"));
        queue.begin_with(Arc::new(Frame::new("hello", &Data::new(), &Broadcast::everyone())));
        assert_eq!(sent(&mut queue), [("hello".to_owned(), 0), ("waited".to_owned(), 1)]);
    }

    #[test]
    fn nothing_ever_sent_means_nothing_lost() {
        let mut queue = Queue::default();
        queue.push(event("a"));
        assert_eq!(queue.pick_up(7), PickUp::Continued);
        assert_eq!(numbers(&mut queue), [7]);
    }
}
