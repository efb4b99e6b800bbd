//! Query parameters, read as the reference reads them: wrong values become defaults.

use super::{Call, FromCall};
use crate::model::errors::Result;
use crate::model::json::without_nul;

/// The largest page (posts-and-limits.md §1).
pub const MAX_PER_PAGE: u32 = 200;
const PER_PAGE: u32 = 60;

/// The first value of a parameter, decoded.
pub fn first(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, value)| without_nul(value.into_owned()))
}

/// All parameters of a request, decoded.
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// The parameters of a query string.
    pub fn parse(text: &str) -> Query {
        let given = form_urlencoded::parse(text.as_bytes()).into_owned();
        Query(given.map(|(name, value)| (name, without_nul(value))).collect())
    }

    /// The first value; `""` if absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// A switch: true for the spellings that Go's `ParseBool` takes.
    pub fn flag(&self, name: &str) -> bool {
        is_true(self.get(name))
    }

    /// Whether a switch is off in so many words, for those that are on where nothing is said.
    pub fn is_off(&self, name: &str) -> bool {
        matches!(self.get(name), "0" | "f" | "F" | "false" | "FALSE" | "False")
    }

    /// A whole number, if it is one.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.get(name).parse().ok()
    }
}

fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

impl FromCall for Query {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Query::parse(call.request.query_string()))
    }
}

/// `page` and `per_page`: negative or wrong values are the defaults 0 and 60, more than 200 is 200, 0 a page stays 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Number of the page, from 0.
    pub page: u32,
    /// Items a page.
    pub per_page: u32,
}

impl Page {
    /// How many items come before this page.
    pub fn offset(&self) -> i64 {
        i64::from(self.page) * i64::from(self.per_page)
    }

    /// The most items of this page.
    pub fn limit(&self) -> i64 {
        i64::from(self.per_page)
    }

    /// Read from these parameters.
    pub fn of(query: &Query) -> Page {
        Page {
            page: query.get("page").parse().unwrap_or(0),
            per_page: query.get("per_page").parse().unwrap_or(PER_PAGE).min(MAX_PER_PAGE),
        }
    }
}

impl FromCall for Page {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(Page::of(&Query::parse(call.request.query_string())))
    }
}

/// A switch among the query parameters, by name.
pub struct Flag;

impl Flag {
    /// Whether it is on.
    pub fn on(call: &Call, name: &str) -> bool {
        first(call.request.query_string(), name).is_some_and(|v| is_true(&v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_forgiving() {
        let page = |q: &str| Page::of(&Query::parse(q));
        assert_eq!(page(""), Page { page: 0, per_page: 60 });
        assert_eq!(page("page=-1&per_page=x"), Page { page: 0, per_page: 60 });
        assert_eq!(page("page=2&per_page=1000"), Page { page: 2, per_page: 200 });
        assert_eq!(page("per_page=0").limit(), 0);
    }
}
