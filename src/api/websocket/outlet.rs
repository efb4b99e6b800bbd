//! The writing half of a socket: a response body that empties the connection's queue into frames.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_http::ws::{CloseCode, CloseReason, Codec, Message};
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::Stream;
use tokio::sync::Notify;
use tokio_util::codec::Encoder;

use crate::events::TextParts;
use crate::events::hub::{Attached, Closing, Drained};

/// A buffer that grew beyond this is given back, in bytes.
const SCRATCH_MAX: usize = 256 * 1024;

/// How many bytes of control frames may wait: somebody who pings and never reads is hung up on.
const CONTROL_MAX: usize = 4096;

thread_local! {
    /// The buffer in which a worker puts frames together; the server copies each part before the next is made.
    static SCRATCH: RefCell<BytesMut> = RefCell::new(BytesMut::new());
}

/// What both halves of a socket share.
pub(super) struct Outlet {
    attached: RefCell<Option<Rc<Attached>>>,
    /// Pings, pongs and close frames, ready to be sent.
    control: RefCell<BytesMut>,
    waker: RefCell<Option<Waker>>,
    has_ended: Cell<bool>,
    end: Notify,
}

impl Outlet {
    /// An outlet for a socket that nobody has signed in to.
    pub(super) fn new() -> Outlet {
        Outlet {
            attached: RefCell::default(),
            control: RefCell::default(),
            waker: RefCell::default(),
            has_ended: Cell::new(false),
            end: Notify::new(),
        }
    }

    /// The connection, once there is one.
    pub(super) fn attached(&self) -> Option<Rc<Attached>> {
        self.attached.borrow().clone()
    }

    /// Serves that connection from now on.
    pub(super) fn attach(&self, attached: Attached) {
        if !self.has_ended.get() {
            self.attached.replace(Some(Rc::new(attached)));
            self.wake();
        }
    }

    /// Sends a control frame, before what waits in the connection.
    pub(super) fn control(&self, message: Message) {
        // Control frames of a server have no way to fail: they are short and unmasked.
        let _always_encoded = Codec::new().encode(message, &mut self.control.borrow_mut());
        let waiting = self.control.borrow().len();
        if waiting > CONTROL_MAX { self.end() } else { self.wake() }
    }

    /// Hangs up after the control frames sent so far and leaves the connection, to be resumed.
    pub(super) fn end(&self) {
        self.has_ended.set(true);
        self.attached.replace(None);
        self.end.notify_one();
        self.wake();
    }

    /// Hangs up, with a code if there is somebody to read it.
    ///
    /// Where the reference drops the TCP connection without a word, clients get a close frame instead: the server only
    /// lets go of a connection a second after its response has ended, and a close frame is what clients act on at once.
    pub(super) fn hang_up(&self, code: Option<CloseCode>) {
        if let Some(code) = code.filter(|_| !self.has_ended.get()) {
            self.control(Message::Close(Some(CloseReason::from(code))));
        }
        self.end();
    }

    /// Waits until the socket has ended, from whichever side.
    pub(super) async fn ended(&self) {
        if !self.has_ended.get() {
            self.end.notified().await;
        }
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn poll(&self, cx: &mut Context<'_>, out: &mut BytesMut) -> Poll<()> {
        out.extend_from_slice(&self.control.borrow_mut().split());
        let drained = match self.attached().filter(|_| !self.has_ended.get()) {
            Some(attached) => attached.poll_drain(cx, &mut |parts| put_text(out, parts)),
            None => Poll::Pending,
        };
        if let Poll::Ready(Drained::Closed(closing)) = drained {
            self.control(Message::Close(reason(closing)));
            out.extend_from_slice(&self.control.borrow_mut().split());
            self.end();
        }
        if out.is_empty() && !self.has_ended.get() {
            self.waker.replace(Some(cx.waker().clone()));
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

/// What the close frame says.
fn reason(closing: Closing) -> Option<CloseReason> {
    match closing {
        Closing::Lagging => None,
        Closing::Shutdown => Some(CloseReason::from(CloseCode::Away)),
    }
}

/// Writes a text frame.
fn put_text(out: &mut BytesMut, parts: &TextParts<'_>) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.reserve(length + 10);
    out.put_u8(0x81);
    match length {
        0..126 => out.put_u8(length as u8),
        126..65536 => {
            out.put_u8(126);
            out.put_u16(length as u16);
        }
        _ => {
            out.put_u8(127);
            out.put_u64(length as u64);
        }
    }
    parts.iter().for_each(|part| out.put_slice(part));
}

/// The response body.
pub(super) struct OutletStream(Rc<Outlet>);

impl OutletStream {
    pub(super) fn new(outlet: Rc<Outlet>) -> OutletStream {
        OutletStream(outlet)
    }
}

impl Stream for OutletStream {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        SCRATCH.with_borrow_mut(|scratch| {
            if self.0.poll(cx, scratch).is_pending() {
                return Poll::Pending;
            }
            let bytes = scratch.split().freeze();
            if bytes.len() > SCRATCH_MAX {
                *scratch = BytesMut::new();
            }
            Poll::Ready((!bytes.is_empty()).then_some(Ok(bytes)))
        })
    }
}

impl Drop for OutletStream {
    fn drop(&mut self) {
        self.0.end();
    }
}
