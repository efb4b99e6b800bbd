//! Calls to programs that people connected: outgoing webhooks, slash commands, message actions, dialogs.
//!
//! A program that answers slowly, or not at all, costs nobody but those who wait for it: each host has its own few
//! places, and whoever finds too many waiting before them is refused at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::web::{Web, WebError};

/// The most bytes of an answer (posts-and-limits.md §15).
const MOST_OF_ANSWER: usize = 1 << 20;
/// Calls to one host at a time.
const AT_ONCE: usize = 16;
/// Calls to one host that may wait for their turn.
const WAITING: usize = 500;

/// What a program is sent.
#[derive(Debug, Clone)]
pub struct ProgramCall {
    /// Where it listens.
    pub url: String,
    /// Whether it is asked by GET, with everything in the address.
    pub by_get: bool,
    /// Type of the body; `""` where there is none.
    pub content_type: &'static str,
    /// The body.
    pub body: Bytes,
    /// A secret by which it knows this server, sent as `Authorization: Token …`.
    pub token: Option<String>,
    /// How long it may take to answer.
    pub timeout: Duration,
}

/// What a program answered.
#[derive(Debug, Clone)]
pub struct ProgramAnswer {
    /// Its HTTP status.
    pub status: u16,
    /// Media type, without parameters, in lower case; `""` if it did not say.
    pub content_type: String,
    /// The body.
    pub body: Bytes,
}

impl Web {
    /// Calls a program, never inside the organisation's own network unless the settings name the place.
    ///
    /// # Errors
    /// When the address must not be called, too many wait for the same host, nobody answers in time, or the answer is
    /// larger than 1 MiB.
    pub async fn call(&self, call: ProgramCall) -> Result<ProgramAnswer, WebError> {
        let url = self.judged(&call.url)?;
        let place = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0));
        let work = async {
            let _turn = self.turns.wait(&place).await.ok_or(WebError::Busy)?;
            let method = if call.by_get { Method::GET } else { Method::POST };
            let mut request = self.calling.request(method, url).header(ACCEPT, "application/json");
            if let Some(token) = &call.token {
                request = request.header(AUTHORIZATION, format!("Token {token}"));
            }
            if !call.content_type.is_empty() {
                request = request.header(CONTENT_TYPE, call.content_type).body(call.body);
            }
            read(request.timeout(call.timeout).send().await?).await
        };
        // The wait for a turn counts, too.
        tokio::time::timeout(call.timeout, work).await.unwrap_or(Err(WebError::Late))
    }
}

async fn read(mut answer: reqwest::Response) -> Result<ProgramAnswer, WebError> {
    let content_type = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (status, mut body) = (answer.status().as_u16(), Vec::new());
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > MOST_OF_ANSWER {
            return Err(WebError::Failed("the answer is too large".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(ProgramAnswer { status, content_type, body: body.into() })
}

/// Who calls which host, and who waits for it.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Lane>>>);

/// The calls of one host.
struct Lane {
    places: Arc<Semaphore>,
    /// Calls in work or waiting.
    calls: usize,
}

/// A call's place in the lane of its host.
struct Turn {
    turns: Turns,
    place: String,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// Waits for a place; `None` if too many wait already.
    async fn wait(&self, place: &str) -> Option<Turn> {
        let places = self.enter(place)?;
        // From here on leaving is the turn's to do, also when nobody waits for it any more.
        let mut turn = Turn { turns: self.clone(), place: place.to_owned(), _permit: None };
        turn._permit = places.acquire_owned().await.ok();
        Some(turn)
    }

    fn enter(&self, place: &str) -> Option<Arc<Semaphore>> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Lane { places: Arc::new(Semaphore::new(AT_ONCE)), calls: 0 };
        let lane = lanes.entry(place.to_owned()).or_insert_with(new);
        if lane.calls >= AT_ONCE + WAITING {
            return None;
        }
        lane.calls += 1;
        Some(lane.places.clone())
    }

    fn leave(&self, place: &str) {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get_mut(place) {
            lane.calls -= 1;
            if lane.calls == 0 {
                lanes.remove(place);
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.leave(&self.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_host_that_is_slow_has_places_of_its_own() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(turns.wait("slow:80").await.unwrap());
        }
        let soon = |place: &'static str| {
            let turns = turns.clone();
            async move { tokio::time::timeout(Duration::from_millis(20), turns.wait(place)).await }
        };
        assert!(soon("slow:80").await.is_err(), "the next one waits");
        assert!(soon("quick:80").await.is_ok_and(|turn| turn.is_some()));
        drop(held.pop());
        assert!(soon("slow:80").await.is_ok_and(|turn| turn.is_some()));
        drop(held);
        assert!(turns.0.lock().unwrap().is_empty(), "nothing is remembered of hosts that nobody calls");
    }

    #[tokio::test]
    async fn whoever_would_wait_too_long_is_refused() {
        let turns = Turns::default();
        for _ in 0..AT_ONCE + WAITING {
            assert!(turns.enter("slow:80").is_some());
        }
        assert!(turns.wait("slow:80").await.is_none());
    }
}
