//! Mail domains: which one an address is of, and whether an entry of a list means it. Whatever compares domains does it
//! here.
//!
//! Domains are compared in the form that the DNS knows (A-labels, RFC 5890), so that upper case and `xn--` make no
//! difference, and a letter of another script that looks the same makes a different domain. An address that is not
//! clearly of one domain is of none, and no list means it.

mod table;

use std::fmt;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Serialize, Serializer};

pub use table::{DomainRole, DomainRule, DomainTable, TeamRight};

/// A domain in lower-case ASCII, without a dot at its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

impl Domain {
    /// A domain as people write it; a dot at the end makes no difference. `None` if it cannot be one.
    pub fn parse(text: &str) -> Option<Domain> {
        Domain::ascii(text.strip_suffix('.').unwrap_or(text))
    }

    /// The domain of a mail address, in any case. `None` if the address is not clearly of one: several `@` that are not
    /// quoted, blanks and control characters, no name or domain, a dot at the end, a number in brackets, or characters
    /// that only become those of a domain by being replaced (full-width letters), which would make two addresses of one.
    pub fn of_address(address: &str) -> Option<Domain> {
        let (local, host) = address.rsplit_once('@')?;
        let host = host.to_lowercase();
        let domain = Domain::ascii(&host).filter(|_| is_local_part(local))?;
        (host.is_ascii() || domain.unicode() == host).then_some(domain)
    }

    /// The domain as people read it.
    pub fn unicode(&self) -> String {
        Uts46::new().to_unicode(self.0.as_bytes(), AsciiDenyList::URL, Hyphens::Allow).0.into_owned()
    }

    /// The domain in ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn ascii(text: &str) -> Option<Domain> {
        let ascii =
            Uts46::new().to_ascii(text.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, DnsLength::Verify).ok()?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        ascii.bytes().all(is_name).then(|| Domain(ascii.into_owned()))
    }
}

/// What may stand before the `@`: no second one and nothing that ends an address, unless all of it is quoted.
fn is_local_part(local: &str) -> bool {
    if local.chars().any(char::is_control) {
        return false;
    }
    match local.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').is_some_and(|inner| !inner.is_empty() && !has_bare_quote(inner)),
        None => !local.is_empty() && !local.chars().any(|c| c.is_whitespace() || "@\"(),:;<>[]\\".contains(c)),
    }
}

/// Whether a quoted text has a quotation mark, or ends with a backslash, that no backslash stands before.
fn has_bare_quote(inner: &str) -> bool {
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return true,
            _ => escaped = false,
        }
    }
    escaped
}

/// One domain (`schule.example`), or all domains below one (`*.schule.example`, which does not mean `schule.example`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    domain: Domain,
    below: bool,
}

impl Pattern {
    /// A pattern as people write it, with or without `@` before it; `None` if it cannot be one. All domains below a
    /// top-level domain are too many to be meant.
    pub fn parse(text: &str) -> Option<Pattern> {
        let text = text.trim();
        let text = text.strip_prefix('@').unwrap_or(text);
        let (domain, below) = match text.strip_prefix("*.") {
            Some(rest) => (Domain::parse(rest)?, true),
            None => (Domain::parse(text)?, false),
        };
        (!below || domain.0.contains('.')).then_some(Pattern { domain, below })
    }

    /// Whether it means that domain.
    pub fn means(&self, domain: &Domain) -> bool {
        match self.below {
            true => domain.0.strip_suffix(&self.domain.0).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            false => *domain == self.domain,
        }
    }

    /// The pattern as people read it.
    pub fn unicode(&self) -> String {
        format!("{}{}", self.mark(), self.domain.unicode())
    }

    fn mark(&self) -> &'static str {
        if self.below { "*." } else { "" }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.mark(), self.domain.0)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The entries of a list in a setting or of a team. Separators are blanks, commas and `@` (auth.md §9).
fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split([' ', ',', '@']).filter(|entry| !entry.is_empty())
}

/// Whether an address is of one of the listed mail domains. An empty list passes every address. The domain must match
/// whole, sub-domains do not (auth.md §9); an entry that is no domain means none.
pub fn domain_allowed(address: &str, list: &str) -> bool {
    let mut listed = entries(list).peekable();
    if listed.peek().is_none() {
        return true;
    }
    let Some(domain) = Domain::of_address(address) else { return false };
    listed.any(|entry| Domain::parse(entry).as_ref() == Some(&domain))
}

/// The first entry of a list that another one lacks, in lower case; nothing lacks in an empty one.
pub fn domain_beyond(list: &str, admitted: &str) -> Option<String> {
    let admitted: Vec<Option<Domain>> = entries(admitted).map(Domain::parse).collect();
    let is_stranger = |entry: &&str| Domain::parse(entry).is_none_or(|domain| !admitted.contains(&Some(domain)));
    let stranger = entries(list).find(|entry| !admitted.is_empty() && is_stranger(entry));
    stranger.map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Option<String> {
        Domain::of_address(address).map(|domain| domain.0)
    }

    #[test]
    fn spellings_of_one_domain_are_one() {
        for address in [
            "ann@schule.example",
            "Ann@SCHULE.Example",
            "ann+news@schule.example",
            "\"ann@home\"@schule.example",
            "\"a \\\" b\"@schule.example",
        ] {
            assert_eq!(of(address).as_deref(), Some("schule.example"), "{address}");
        }
        for address in
            ["ann@schüle.example", "ann@SCHÜLE.example", "ann@xn--schle-mva.example", "ann@XN--SCHLE-MVA.example"]
        {
            assert_eq!(of(address).as_deref(), Some("xn--schle-mva.example"), "{address}");
        }
    }

    #[test]
    fn what_looks_alike_is_another_domain() {
        for address in [
            "ann@schul\u{435}.example", // Cyrillic е
            "ann@\u{455}chule.example", // Cyrillic ѕ
            "ann@schu1e.example",
            "ann@schule.exarnple",
            "ann@schule-example.org",
            "ann@schule.example.evil.org",
            "ann@evilschule.example",
            "ann@sub.schule.example",
            "ann@schulé.example",
        ] {
            assert!(of(address).is_some_and(|domain| domain != "schule.example"), "{address}");
        }
    }

    #[test]
    fn what_is_not_clearly_of_one_domain_is_of_none() {
        for address in [
            "",
            "ann",
            "@schule.example",
            "ann@",
            "ann@evil.org@schule.example",
            "ann@schule.example@evil.org@",
            "ann@schule.example.",
            "ann@schule..example",
            "ann@.schule.example",
            "ann @schule.example",
            "ann@ schule.example",
            "ann@schule.example ",
            " ann@schule.example",
            "ann@schule.example\n",
            "ann\r\n@schule.example",
            "ann\u{0}@schule.example",
            "ann@schule\u{0}.example",
            "ann@sch\u{ad}ule.example",   // soft hyphen, which would vanish
            "ann@sch\u{200b}ule.example", // zero-width space, likewise
            "ann@ｓｃｈｕｌｅ.example",
            "ann@schule。example",
            "ann@schu\u{308}le.example", // an umlaut in two characters
            "ann@xn--zzzzzzzzzzzz99999999.example",
            "ann@[127.0.0.1]",
            "<ann@schule.example>",
            "Ann <ann@schule.example",
            "bob@evil.org,ann@schule.example",
            "\"ann@schule.example",
            "\"ann\" x@schule.example",
            "\"\"@schule.example",
            "\"ann\\\"@schule.example",
            "\"a\"b\"@schule.example",
        ] {
            assert_eq!(of(address), None, "{address:?}");
        }
        assert_eq!(of(&format!("ann@{}.example", "x".repeat(64))), None, "a label is too long");
    }

    #[test]
    fn patterns() {
        let means = |pattern: &str, address: &str| {
            Pattern::parse(pattern).unwrap().means(&Domain::of_address(address).unwrap())
        };
        for exact in ["schule.example", "@Schule.Example", " schule.example. "] {
            assert!(means(exact, "a@schule.example"), "{exact}");
            assert!(!means(exact, "a@klasse.schule.example"), "{exact}");
        }
        assert!(means("*.schule.example", "a@klasse.schule.example"));
        assert!(means("*.schule.example", "a@a.b.schule.example"));
        assert!(!means("*.schule.example", "a@schule.example"));
        assert!(!means("*.schule.example", "a@evilschule.example"));
        assert!(means("*.SCHÜLE.example", "a@x.xn--schle-mva.example"));
        assert!(means("localhost", "a@localhost"));
        for wrong in ["", "*", "*.", "*.de", "**.a.b", "a.*.b", "*a.b", "a b.c", "a@b.c", ".a.b", "a..b", "http://a.b"]
        {
            assert_eq!(Pattern::parse(wrong), None, "{wrong}");
        }
        let pattern = Pattern::parse("*.schüle.example").unwrap();
        assert_eq!(
            (pattern.to_string().as_str(), pattern.unicode().as_str()),
            ("*.xn--schle-mva.example", "*.schüle.example")
        );
        assert_eq!(Pattern::parse(&pattern.to_string()), Some(pattern));
    }

    #[test]
    fn lists_of_settings_and_teams() {
        assert!(domain_allowed("a@example.com", ""));
        assert!(domain_allowed("no address", "  , "));
        assert!(domain_allowed("A@Example.com", "@example.org, EXAMPLE.com"));
        assert!(domain_allowed("a@schüle.example", "xn--schle-mva.example"));
        for (address, list) in [
            ("a@sub.example.com", "example.com"),
            ("a@sub.example.com", "*.example.com"),
            ("a@badexample.com", "example.com"),
            ("a@evil.org@example.com", "example.com"),
            ("a@ex\u{430}mple.com", "example.com"),
            ("a@example.com", "exa%mple"),
        ] {
            assert!(!domain_allowed(address, list), "{address} {list}");
        }
    }

    #[test]
    fn what_a_list_lacks() {
        assert_eq!(domain_beyond("a.b c.d", ""), None);
        assert_eq!(domain_beyond("A.b", "a.B, c.d"), None);
        assert_eq!(domain_beyond("a.b Evil.Org", "a.b"), Some("evil.org".into()));
    }
}
