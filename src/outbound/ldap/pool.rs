//! A few connections for each of two uses. One is lent to one question at a time, and comes back if nothing went wrong.

use std::sync::{Arc, Mutex, PoisonError};

use ldap3::{Ldap, LdapError, LdapResult, SearchResult};
use rustls::ClientConfig;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Trouble;
use super::connect::{self, Use};
use super::plan::Plan;
use super::search::Question;

/// Connections for each use.
const CONNECTIONS: usize = 4;

pub(super) struct Pool {
    plan: Plan,
    tls: Option<Arc<ClientConfig>>,
    search: Shelf,
    bind: Shelf,
}

/// Connections for one use.
struct Shelf {
    idle: Mutex<Vec<Ldap>>,
    permits: Semaphore,
}

impl Pool {
    pub(super) fn new(plan: Plan) -> Result<Pool, Trouble> {
        let shelf = || Shelf { idle: Mutex::default(), permits: Semaphore::new(CONNECTIONS) };
        Ok(Pool { tls: connect::encryption(&plan)?, plan, search: shelf(), bind: shelf() })
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A connection of one's own, for what takes long.
    pub(super) async fn open(&self) -> Result<Ldap, Trouble> {
        connect::open(&self.plan, self.tls.as_ref(), Use::Search).await
    }

    /// Tries a password. A connection that was kept may have been closed by the directory meanwhile; then it is tried once
    /// more, on a new one.
    pub(super) async fn bind(&self, dn: &str, password: &str) -> Result<LdapResult, Trouble> {
        let _permit = self.permit(&self.bind).await?;
        if let Some(mut ldap) = self.bind.take()
            && let Ok(answer) = self.in_time(ldap.simple_bind(dn, password)).await
        {
            self.bind.put(ldap);
            return Ok(answer);
        }
        let mut ldap = connect::open(&self.plan, self.tls.as_ref(), Use::Bind).await?;
        let answer = self.in_time(ldap.simple_bind(dn, password)).await?;
        self.bind.put(ldap);
        Ok(answer)
    }

    /// Asks a question, likewise.
    pub(super) async fn ask(&self, question: &Question) -> Result<SearchResult, Trouble> {
        let _permit = self.permit(&self.search).await?;
        if let Some(mut ldap) = self.search.take()
            && let Ok(answer) = self.in_time(question.put_to(&mut ldap, self.plan.timeout)).await
        {
            self.search.put(ldap);
            return Ok(answer);
        }
        let mut ldap = connect::open(&self.plan, self.tls.as_ref(), Use::Search).await?;
        let answer = self.in_time(question.put_to(&mut ldap, self.plan.timeout)).await?;
        self.search.put(ldap);
        Ok(answer)
    }

    async fn permit<'a>(&self, shelf: &'a Shelf) -> Result<SemaphorePermit<'a>, Trouble> {
        match tokio::time::timeout(self.plan.timeout, shelf.permits.acquire()).await {
            Ok(permit) => permit.map_err(|e| Trouble::Away(e.to_string())),
            Err(_) => Err(Trouble::Away("all connections have been in use for too long".into())),
        }
    }

    async fn in_time<T>(&self, answer: impl Future<Output = Result<T, LdapError>>) -> Result<T, Trouble> {
        match tokio::time::timeout(self.plan.timeout, answer).await {
            Ok(answer) => answer.map_err(trouble),
            Err(_) => Err(Trouble::Away(format!("no answer within {} s", self.plan.timeout.as_secs()))),
        }
    }
}

impl Shelf {
    fn take(&self) -> Option<Ldap> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(mut ldap) = idle.pop() {
            if !ldap.is_closed() {
                return Some(ldap);
            }
        }
        None
    }

    fn put(&self, ldap: Ldap) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(ldap);
    }
}

/// What went wrong on the way.
pub(super) fn trouble(error: LdapError) -> Trouble {
    match error {
        LdapError::FilterParsing => Trouble::Setup("a filter of LdapSettings is not well-formed".into()),
        error => Trouble::Away(error.to_string()),
    }
}
