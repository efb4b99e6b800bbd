//! Searches: a few entries at once, or many as a stream of pages.

use std::time::Duration;

use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{Ldap, LdapError, LdapResult, Scope, SearchEntry, SearchOptions, SearchResult, SearchStream};

use super::pool::{Pool, trouble};
use super::{Trouble, rc};

/// A question.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub base: String,
    pub scope: Scope,
    pub filter: String,
    pub attributes: Vec<String>,
    /// The most entries that are answered; 0 for all.
    pub limit: i32,
}

impl Question {
    /// Whether this one entry satisfies a filter.
    pub(super) fn about(dn: &str, filter: &str) -> Question {
        Question {
            base: dn.to_owned(),
            scope: Scope::Base,
            filter: filter.to_owned(),
            // No attribute at all (RFC 4511, 4.5.1.8).
            attributes: vec!["1.1".to_owned()],
            limit: 1,
        }
    }
}

impl Question {
    /// Asks it on a connection.
    pub(super) async fn put_to(&self, ldap: &mut Ldap, timeout: Duration) -> Result<SearchResult, LdapError> {
        let seconds = i32::try_from(timeout.as_secs()).unwrap_or(i32::MAX);
        let options = SearchOptions::new().sizelimit(self.limit).timelimit(seconds);
        ldap.with_search_options(options).search(&self.base, self.scope, &self.filter, self.attributes.clone()).await
    }
}

impl Pool {
    /// The entries that satisfy a filter; none where the place they are looked for in does not exist.
    pub(super) async fn search(&self, question: Question) -> Result<Vec<SearchEntry>, Trouble> {
        let SearchResult(entries, end) = self.ask(&question).await?;
        ended(&end, question.limit > 0)?;
        Ok(entries.into_iter().map(SearchEntry::construct).collect())
    }

    /// Whether an entry satisfies a filter.
    pub(super) async fn fits(&self, dn: &str, filter: &str) -> Result<bool, Trouble> {
        Ok(!self.search(Question::about(dn, filter)).await?.is_empty())
    }

    /// The same; `None` where there is no filter.
    pub(super) async fn fits_if_any(&self, dn: &str, filter: &str) -> Result<Option<bool>, Trouble> {
        if filter.is_empty() { Ok(None) } else { self.fits(dn, filter).await.map(Some) }
    }

    /// Sees whether the place where searches begin is there.
    pub(super) async fn test(&self) -> Result<(), Trouble> {
        let base = self.plan().base.clone();
        match self.fits(&base, "(objectClass=*)").await? {
            true => Ok(()),
            false => Err(Trouble::Setup(format!("LdapSettings.BaseDN {base:?} is not there, or may not be read"))),
        }
    }

    /// Begins a search that is answered page by page, on a connection of its own.
    pub(super) async fn stream(&self, filter: &str, attributes: Vec<String>) -> Result<Entries, Trouble> {
        let mut ldap = self.open().await?;
        let plan = self.plan();
        let steps: Vec<Box<dyn Adapter<'static, String, Vec<String>>>> =
            vec![Box::new(EntriesOnly::new()), Box::new(PagedResults::new(plan.page))];
        let begun = ldap
            .with_timeout(plan.timeout)
            .streaming_search_with(steps, &plan.base, Scope::Subtree, filter, attributes)
            .await;
        Ok(Entries { stream: begun.map_err(trouble)?, over: false })
    }
}

/// Entries as they come.
pub(super) struct Entries {
    stream: SearchStream<'static, String, Vec<String>>,
    over: bool,
}

impl Entries {
    /// The next one; `None` once all have come. A stream that ends early is [`Trouble`], never an end.
    pub(super) async fn next(&mut self) -> Result<Option<SearchEntry>, Trouble> {
        if self.over {
            return Ok(None);
        }
        match self.stream.next().await {
            Ok(Some(entry)) => Ok(Some(SearchEntry::construct(entry))),
            Ok(None) => {
                let end = self.stream.finish().await;
                self.over = true;
                if end.rc == rc::NO_SUCH_OBJECT {
                    return Err(Trouble::Setup("LdapSettings.BaseDN is not there, or may not be read".into()));
                }
                ended(&end, false).map(|()| None)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

fn failed(error: LdapError) -> Trouble {
    match error {
        LdapError::LdapResult { result } => match ended(&result, false) {
            Err(trouble) => trouble,
            Ok(()) => Trouble::Away(result.to_string()),
        },
        error => trouble(error),
    }
}

/// Whether a search came to a good end; `cut` says that it may stop at its limit.
fn ended(end: &LdapResult, cut: bool) -> Result<(), Trouble> {
    match end.rc {
        rc::SUCCESS | rc::NO_SUCH_OBJECT => Ok(()),
        rc::SIZE_LIMIT if cut => Ok(()),
        rc::REFERRAL => Err(Trouble::Setup("it refers to another server, which is not followed".into())),
        code if rc::is_passing(code) => Err(Trouble::Away(end.to_string())),
        _ => Err(Trouble::Setup(end.to_string())),
    }
}
