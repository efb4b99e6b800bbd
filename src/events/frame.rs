//! An event as text: everything but its number, written once and shared by all connections.

use super::broadcast::Broadcast;
use super::data::Data;
use crate::model::Id;

/// The parts of one message in order; together they are its JSON text.
pub type TextParts<'a> = [&'a [u8]];

/// An event ready for the wire: `{"event":…,"data":{…` and `},"broadcast":{…},"seq":`. Between the two go what only one
/// receiver is told ([`Personal`]), after them the connection's number and a brace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    head: Box<[u8]>,
    tail: Box<[u8]>,
}

/// What `posted` says to one receiver only (websocket.md §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Personal {
    /// The post mentions them: `mentions`, listing them alone.
    pub mentioned: bool,
    /// They follow its thread: `followers`, listing them alone.
    pub follows: bool,
    /// They are asked to acknowledge it: `should_ack`.
    pub acknowledge: bool,
}

impl Frame {
    /// The frame of an event.
    pub(super) fn new(name: &str, data: &Data, broadcast: &Broadcast) -> Frame {
        let fields = data.as_bytes();
        let mut head = Vec::with_capacity(fields.len() + name.len() + 24);
        head.extend_from_slice(b"{\"event\":\"");
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b"\",\"data\":{");
        head.extend_from_slice(fields);
        let tail = format!("}},\"broadcast\":{},\"seq\":", broadcast.to_json());
        Frame { head: head.into_boxed_slice(), tail: tail.into_bytes().into_boxed_slice() }
    }

    /// Hands the text for one receiver to `write`, in parts.
    pub(super) fn write(&self, personal: Personal, receiver: Id, seq: i64, write: impl FnOnce(&TextParts<'_>)) {
        let mut end = [0; 24];
        let end = number_and_brace(seq, &mut end);
        if personal == Personal::default() {
            return write(&[&self.head, &self.tail, end]);
        }
        let personal = personal.fields(receiver);
        write(&[&self.head, personal.as_bytes(), &self.tail, end]);
    }
}

impl Personal {
    /// The fields with a comma before each; only events that always have other fields carry them.
    fn fields(self, receiver: Id) -> String {
        let mut fields = String::with_capacity(120);
        for (key, is_set) in [("mentions", self.mentioned), ("followers", self.follows)] {
            if is_set {
                fields.push_str(",\"");
                fields.push_str(key);
                fields.push_str("\":\"[\\\"");
                fields.push_str(receiver.as_str());
                fields.push_str("\\\"]\"");
            }
        }
        if self.acknowledge {
            fields.push_str(",\"should_ack\":true");
        }
        fields
    }
}

/// `seq` in digits and the brace that closes the message, written from the right without allocating.
fn number_and_brace(seq: i64, room: &mut [u8; 24]) -> &[u8] {
    let mut rest = seq.unsigned_abs();
    let mut start = room.len();
    let mut put = |byte: u8| {
        start -= 1;
        if let Some(slot) = room.get_mut(start) {
            *slot = byte;
        }
    };
    put(b'}');
    loop {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if seq < 0 {
        put(b'-');
    }
    room.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(frame: &Frame, personal: Personal, receiver: Id, seq: i64) -> serde_json::Value {
        let mut out = Vec::new();
        frame.write(personal, receiver, seq, |parts| out = parts.concat());
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn the_text_is_json_with_the_number_at_its_end() {
        let frame = Frame::new("posted", &Data::new().value("set_online", &true), &Broadcast::everyone());
        for seq in [0, 7, 10, 123_456_789, i64::MAX] {
            assert_eq!(text(&frame, Personal::default(), Id::NONE, seq)["seq"], seq);
        }
        let empty = Frame::new("hello", &Data::new(), &Broadcast::everyone());
        let shown = text(&empty, Personal::default(), Id::NONE, 1);
        assert_eq!(shown["data"], serde_json::json!({}));
        assert_eq!(shown["broadcast"]["omit_users"], serde_json::Value::Null);
    }

    #[test]
    fn a_receiver_is_told_only_of_themself() {
        let me = Id::random();
        let frame = Frame::new("posted", &Data::new().value("set_online", &true), &Broadcast::everyone());
        let shown = text(&frame, Personal { mentioned: true, follows: true, acknowledge: true }, me, 1);
        let list = format!("[\"{me}\"]");
        assert_eq!(
            shown["data"],
            serde_json::json!({"set_online": true, "mentions": list, "followers": list, "should_ack": true})
        );
    }
}
