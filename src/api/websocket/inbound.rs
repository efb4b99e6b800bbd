//! From the bytes of a client to whole messages.

use actix_http::ws::{CloseCode, CloseReason, Codec, Frame, Item, ProtocolError};
use actix_web::dev::Payload;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio_util::codec::Decoder;

/// The longest message taken, all its fragments together, in bytes (websocket.md §3).
const LIMIT: usize = 8192;

/// What a client sends.
#[derive(Debug)]
pub(super) enum Incoming {
    Text(Bytes),
    Binary(Bytes),
    Ping(Bytes),
    Pong,
    Close(Option<CloseReason>),
}

/// Why nothing more comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// The client has hung up.
    Gone,
    /// The client does not keep to the protocol.
    Broken,
    /// A message is longer than is taken.
    TooLong,
}

impl Lost {
    /// What to hang up with.
    pub(super) fn code(self) -> Option<CloseCode> {
        match self {
            Lost::Gone => None,
            Lost::Broken => Some(CloseCode::Protocol),
            Lost::TooLong => Some(CloseCode::Size),
        }
    }
}

impl From<ProtocolError> for Lost {
    fn from(error: ProtocolError) -> Lost {
        match error {
            ProtocolError::Overflow => Lost::TooLong,
            _ => Lost::Broken,
        }
    }
}

/// The messages of a client in order.
pub(super) struct Inbound {
    payload: Payload,
    codec: Codec,
    buffer: BytesMut,
    /// The fragments so far of a message that has more to come, and whether it is text.
    fragments: BytesMut,
    is_text: bool,
}

impl Inbound {
    pub(super) fn new(payload: Payload) -> Inbound {
        let codec = Codec::new().max_size(LIMIT);
        Inbound { payload, codec, buffer: BytesMut::new(), fragments: BytesMut::new(), is_text: false }
    }

    /// The next message. Nothing is lost if the future is dropped before it is ready.
    pub(super) async fn next(&mut self) -> Result<Incoming, Lost> {
        loop {
            while let Some(frame) = self.codec.decode(&mut self.buffer)? {
                if let Some(incoming) = self.take(frame)? {
                    return Ok(incoming);
                }
            }
            let bytes = self.payload.next().await.and_then(Result::ok).ok_or(Lost::Gone)?;
            self.buffer.extend_from_slice(&bytes);
        }
    }

    /// A message, if the frame completes one.
    fn take(&mut self, frame: Frame) -> Result<Option<Incoming>, Lost> {
        Ok(Some(match frame {
            Frame::Text(bytes) => Incoming::Text(bytes),
            Frame::Binary(bytes) => Incoming::Binary(bytes),
            Frame::Ping(bytes) => Incoming::Ping(bytes),
            Frame::Pong(_) => Incoming::Pong,
            Frame::Close(reason) => Incoming::Close(reason),
            Frame::Continuation(item) => return self.continue_with(item),
        }))
    }

    fn continue_with(&mut self, item: Item) -> Result<Option<Incoming>, Lost> {
        let (bytes, is_last) = match item {
            Item::FirstText(bytes) => {
                self.is_text = true;
                (bytes, false)
            }
            Item::FirstBinary(bytes) => {
                self.is_text = false;
                (bytes, false)
            }
            Item::Continue(bytes) => (bytes, false),
            Item::Last(bytes) => (bytes, true),
        };
        if self.fragments.len() + bytes.len() > LIMIT {
            return Err(Lost::TooLong);
        }
        self.fragments.extend_from_slice(&bytes);
        if !is_last {
            return Ok(None);
        }
        let whole = self.fragments.split().freeze();
        Ok(Some(if self.is_text { Incoming::Text(whole) } else { Incoming::Binary(whole) }))
    }
}
