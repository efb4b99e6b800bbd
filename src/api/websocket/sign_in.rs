//! From a token to a connection, new or resumed.

use actix_web::web::Query;

use super::backend::Backend;
use crate::events::hub::{Attached, Opening, Shard, Stale};
use crate::model::Id;
use crate::model::errors::{AppError, Result};

/// How often facts are loaded again when events overtake them; then something is wrong.
const ATTEMPTS: usize = 20;

/// What the client asks for in the address (websocket.md §1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    resume: Resume,
    posted_ack: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Resume {
    /// No connection is named.
    No,
    /// That connection, from the event of that number on.
    From(Id, i64),
    /// The name or number cannot be read: the socket is closed again.
    Malformed,
}

impl Wish {
    /// Reads the query; the first value of a name counts.
    pub(super) fn read(query: &str) -> Wish {
        let pairs = Query::<Vec<(String, String)>>::from_query(query).map(Query::into_inner).unwrap_or_default();
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let resume = match (value("connection_id"), value("sequence_number")) {
            ("", _) => Resume::No,
            (id, number) => match (Id::parse(id), number.parse()) {
                (Some(id), Ok(number)) => Resume::From(id, number),
                _ => Resume::Malformed,
            },
        };
        Wish { resume, posted_ack: value("posted_ack") == "true" }
    }

    /// Whether the connection to resume cannot be read; matters only if the upgrade itself is authenticated.
    pub(super) fn is_malformed(&self) -> bool {
        self.resume == Resume::Malformed
    }

    /// The same for a socket that signs in later: it always starts afresh (websocket.md §2).
    pub(super) fn afresh(self) -> Wish {
        Wish { resume: Resume::No, ..self }
    }
}

/// Resumes or opens the connection of whoever has the token; `None` if it is nobody's.
pub(super) async fn sign_in<B: Backend>(
    backend: &B,
    shard: &Shard,
    token: &str,
    wish: &Wish,
) -> Result<Option<Attached>> {
    for _ in 0..ATTEMPTS {
        match attempt(backend, shard, token, wish).await? {
            Ok(attached) => return Ok(attached),
            Err(Stale) => continue,
        }
    }
    Err(AppError::internal("the facts of a connection went stale too often while it was being opened"))
}

async fn attempt<B: Backend>(
    backend: &B,
    shard: &Shard,
    token: &str,
    wish: &Wish,
) -> Result<Result<Option<Attached>, Stale>> {
    let ticket = shard.hub().prepare();
    let Some(session) = backend.session(token).await? else { return Ok(Ok(None)) };
    let opening = Opening {
        posted_ack: wish.posted_ack,
        server_version: backend.server_version(),
        server_hostname: backend.server_hostname(),
    };
    if let Resume::From(connection, next) = wish.resume {
        match shard.hub().resume(ticket, connection, next, session.clone(), opening.clone()).await {
            Ok(None) => {}
            done => return Ok(done),
        }
    }
    let memberships = backend.memberships(session.user_id).await?;
    Ok(shard.attach(ticket, session, memberships, opening).await.map(Some))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_read_as_the_reference_reads_it() {
        let id = "abcdefghijklmnopqrstuvwxyz";
        let resume = |query: &str| Wish::read(query).resume;
        for query in ["", "connection_id=&sequence_number=x", "sequence_number=7", "posted_ack=maybe&x=y"] {
            assert_eq!(resume(query), Resume::No, "{query}");
        }
        for number in ["-1", "0", "12"] {
            let from = Resume::From(Id::parse(id).unwrap(), number.parse().unwrap());
            assert_eq!(resume(&format!("connection_id={id}&sequence_number={number}")), from);
        }
        for number in ["&x=1", "&sequence_number=", "&sequence_number=x", "&sequence_number=1.5"] {
            assert_eq!(resume(&format!("connection_id={id}{number}")), Resume::Malformed, "{number}");
        }
        assert_eq!(resume("connection_id=short&sequence_number=0"), Resume::Malformed);
        assert!(Wish::read("posted_ack=true").posted_ack);
        assert!(!Wish::read("posted_ack=1").posted_ack && !Wish::read("posted_ack=TRUE").posted_ack);
    }
}
