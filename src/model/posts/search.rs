//! What people type to find posts and files: words, "phrases", word*, -word, #tag, and the flags `in:`, `from:`,
//! `before:`, `after:`, `on:` and `ext:` (posts-and-limits.md §3).

use jiff::civil::Date;

use super::hashtags::hashtag;
use crate::model::text::{cut_bytes, is_letter};
use crate::model::time::TimeMs;

/// The most words of a search, and values of one flag, that are looked at.
const MOST: usize = 64;

/// The most bytes of a term; more are never compared (PostgreSQL refuses words over 2 KB).
const LONGEST: usize = 500;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Names of flags.
const FLAGS: [&str; 7] = ["from", "channel", "in", "before", "after", "on", "ext"];

/// Characters that separate words though they may stand between letters.
const SEPARATORS: [char; 8] = ['<', '>', '+', '-', '(', ')', '~', ':'];

/// Something to be found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// A word, or several that follow each other. Never empty; has a letter or a digit.
    pub text: String,
    /// Whether words that only begin so are meant, too.
    pub prefix: bool,
}

/// Words and hashtags are looked for apart, each by itself; what either finds is the result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// What must be there, all or any of it.
    pub terms: Vec<Term>,
    /// None of which may be there.
    pub without: Vec<Term>,
}

/// A flag's values, and those with a `-` before the flag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flag {
    /// One of these.
    pub wanted: Vec<String>,
    /// None of these.
    pub unwanted: Vec<String>,
}

impl Flag {
    fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    fn add(&mut self, value: String, exclude: bool) {
        let values = if exclude { &mut self.unwanted } else { &mut self.wanted };
        if values.len() < MOST {
            values.push(value);
        }
    }
}

/// A search as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Words to be found in messages; `None` if there are none at all.
    pub words: Option<Words>,
    /// Hashtags with their `#`; `None` if there are none at all.
    pub hashtags: Option<Words>,
    /// Channels, by name; `@name` and `@one,@two` are conversations.
    pub channels: Flag,
    /// Authors, by name.
    pub authors: Flag,
    /// Extensions of files.
    pub extensions: Flag,
    /// Days.
    pub days: Days,
}

/// Days as typed, the last of each kind; `.1` is the one with a `-` before its flag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days {
    on: (Option<String>, Option<String>),
    after: (Option<String>, Option<String>),
    before: (Option<String>, Option<String>),
}

/// A stretch of time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub from: TimeMs,
    /// Its last moment.
    pub to: TimeMs,
}

/// When a post must have been made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Within.
    pub within: Span,
    /// And not within.
    pub not: Option<Span>,
}

impl Search {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Search {
        let pieces = pieces(text.trim());
        let mut search = Search::default();
        let (mut plain, mut tags) = (Words::default(), Words::default());
        let (mut has_plain, mut has_tags) = (false, false);
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            at += 1;
            if let Some((flag, exclude, value)) = flag(piece) {
                let follows = value.is_empty();
                if let Some(value) = if follows { pieces.get(at).copied() } else { Some(value) } {
                    at += usize::from(follows);
                    search.set(flag, value, exclude);
                    continue;
                }
            }
            let Some(word) = bare(piece) else { continue };
            let words = match hashtag(&word).filter(|tag| *tag == word) {
                Some(_) => (&mut tags, has_tags = true).0,
                None => (&mut plain, has_plain = true).0,
            };
            let list = if piece.starts_with('-') { &mut words.without } else { &mut words.terms };
            add_terms(list, &word);
        }
        search.words = has_plain.then_some(plain);
        search.hashtags = has_tags.then_some(tags);
        search
    }

    fn set(&mut self, flag: &str, value: &str, exclude: bool) {
        let value = value.to_owned();
        let day = match flag {
            "from" => return self.authors.add(value, exclude),
            "channel" | "in" => return self.channels.add(value, exclude),
            "ext" => return self.extensions.add(value, exclude),
            "before" => &mut self.days.before,
            "after" => &mut self.days.after,
            _ => &mut self.days.on,
        };
        *(if exclude { &mut day.1 } else { &mut day.0 }) = Some(value);
    }

    /// Whether posts can be found by flags alone: nothing is found by an excluded day or by extensions.
    pub fn filters(&self) -> bool {
        let days = &self.days;
        !self.channels.is_empty()
            || !self.authors.is_empty()
            || days.on.0.is_some()
            || days.after.0.is_some()
            || days.before.0.is_some()
    }
}

impl Days {
    /// The time that is meant, for somebody whose clock is so many seconds ahead of UTC. `now` stands for a day after
    /// which something was to be and that is no day.
    pub fn times(&self, offset: i64, now: TimeMs) -> Times {
        let shift = offset.clamp(-DAY / 1000, DAY / 1000) * 1000;
        let day = |text: &Option<String>| text.as_ref().map(|text| start(text).map(|start| start - shift));
        let today = now.div_euclid(DAY) * DAY - shift;
        let mut times = Times::ALL;
        if let Some(on) = day(&self.on.0) {
            times.within = on.map_or(Span { from: 0, to: 0 }, Span::day);
            return times;
        }
        if let Some(not) = day(&self.on.1) {
            times.not = Some(not.map_or(Span { from: 0, to: 0 }, Span::day));
        }
        let within = &mut times.within;
        if let Some(after) = day(&self.after.0) {
            within.from = after.unwrap_or(today) + DAY;
        }
        if let Some(before) = day(&self.before.0) {
            within.to = before.map_or(0, |start| start - 1);
        }
        if let Some(not_after) = day(&self.after.1) {
            within.to = within.to.min(not_after.unwrap_or(today) + DAY - 1);
        }
        if let Some(not_before) = day(&self.before.1) {
            within.from = within.from.max(not_before.map_or(1, |start| start));
        }
        times
    }
}

impl Times {
    /// Always.
    pub const ALL: Times = Times { within: Span { from: i64::MIN, to: i64::MAX }, not: None };
}

impl Span {
    fn day(start: TimeMs) -> Span {
        Span { from: start, to: start + DAY - 1 }
    }
}

/// The first moment of a day in UTC; months and days may be written with one digit.
fn start(text: &str) -> Option<TimeMs> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, most: usize| {
        let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse::<i16>().ok() } else { None }
    };
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (month, day) = (digits(month, 2)?, digits(day, 2)?);
    let date = Date::new(digits(year, 4)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(i64::from(date.since(Date::constant(1970, 1, 1)).ok()?.get_days()) * DAY)
}

/// What was typed, taken apart at white space; what stands between quotes stays together, with them and a `-` before.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (at, _) in text.match_indices('"') {
        if quoted {
            pieces.extend(text.get(from..=at));
            from = at + 1;
        } else {
            let before = text.get(..at).unwrap_or_default();
            let end = if before.len() > from && before.ends_with('-') { at - 1 } else { at };
            pieces.extend(text.get(from..end).unwrap_or_default().split_whitespace());
            from = end;
        }
        quoted = !quoted;
    }
    pieces.extend(text.get(from..).unwrap_or_default().split_whitespace());
    pieces
}

/// The flag that a piece is, whether it stands there with a `-`, and its value if that follows at once.
fn flag(piece: &str) -> Option<(&'static str, bool, &str)> {
    let (name, value) = piece.split_once(':')?;
    let bare = name.strip_prefix('-');
    let flag = FLAGS.into_iter().find(|flag| flag.eq_ignore_ascii_case(bare.unwrap_or(name)))?;
    Some((flag, bare.is_some(), value))
}

/// A piece without the punctuation around it; a `*` may stand at its end and one `#` at its beginning.
fn bare(piece: &str) -> Option<String> {
    let is_word = |c: char| is_letter(c) || c.is_ascii_digit() || c == '"';
    let piece = piece.trim_start_matches(|c: char| !is_word(c) && c != '#');
    let piece = piece.trim_end_matches(|c: char| !is_word(c) && c != '*');
    let word = match piece.strip_prefix("##") {
        Some(rest) => format!("#{}", rest.trim_start_matches('#')),
        None => piece.to_owned(),
    };
    (!word.is_empty()).then_some(word)
}

/// Adds what a word stands for: a hashtag and a phrase are one term, others as many as their separators make.
fn add_terms(list: &mut Vec<Term>, word: &str) {
    let quoted = word.len() > 1 && word.starts_with('"') && word.ends_with('"');
    let mut add = |text: &str| {
        let prefix = !quoted && text.ends_with('*');
        let text: String = text.chars().filter(|c| *c != '"').collect();
        let text = text.trim_end_matches('*').trim();
        if list.len() < MOST && text.chars().any(char::is_alphanumeric) {
            list.push(Term { text: cut_bytes(text, LONGEST).to_owned(), prefix });
        }
    };
    if quoted {
        add(&word.replace(SEPARATORS, " "));
    } else if word.starts_with('#') && hashtag(word).is_some() {
        add(word);
    } else {
        // An address is found by its host and path; how it is reached is no word of a message.
        let address = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"));
        address.unwrap_or(word).split(SEPARATORS).for_each(add);
    }
}

/// Whether words of this script are written without spaces between them, or with endings grown together with them, so
/// that they are found as parts of a text.
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(list: &[Term]) -> Vec<String> {
        list.iter().map(|term| format!("{}{}", term.text, if term.prefix { "*" } else { "" })).collect()
    }

    fn words(text: &str) -> (Vec<String>, Vec<String>) {
        let words = Search::parse(text).words.unwrap_or_default();
        (terms(&words.terms), terms(&words.without))
    }

    #[test]
    fn words_and_phrases() {
        let found = |text: &str| words(text).0;
        assert_eq!(found("one  two"), ["one", "two"]);
        assert_eq!(found(r#"a "one two" b"#), ["a", "one two", "b"]);
        assert_eq!(found(r#"ab"c d"ef"#), ["ab", "c d", "ef"]);
        assert_eq!(found(r#""open phrase"#), ["open", "phrase"]);
        assert_eq!(found("appl* (b) c! foo-bar a:b ~hall"), ["appl*", "b", "c", "foo", "bar", "a", "b", "hall"]);
        assert_eq!(found("@ann ann@example.org it's"), ["ann", "ann@example.org", "it's"]);
        assert_eq!(found("https://example.org/a?b=1"), ["example.org/a?b=1"]);
        assert_eq!(found("#a* ##x"), ["#a*", "#x"]);
        assert_eq!(words(r#"a -b -"c d""#), (vec!["a".into()], vec!["b".into(), "c d".into()]));
        assert!(Search::parse("*").words.is_none() && Search::parse(" ? ! ").words.is_none());
        assert_eq!(found(r#""**" a"#), ["a"]);
        assert_eq!(found(&"x ".repeat(1000)).len(), MOST);
    }

    #[test]
    fn hashtags_apart() {
        let search = Search::parse("#one text -#two ###three");
        let tags = search.hashtags.unwrap();
        assert_eq!(
            (terms(&tags.terms), terms(&tags.without)),
            (vec!["#one".into(), "#three".into()], vec!["#two".into()])
        );
        assert_eq!(terms(&search.words.unwrap().terms), ["text"]);
    }

    #[test]
    fn flags() {
        let search = Search::parse("x from:ann FROM: @ben -in:~hall channel:room in: cave ext:pdf from:");
        assert_eq!(search.authors.wanted, ["ann", "@ben"]);
        assert_eq!(
            (search.channels.wanted, search.channels.unwanted),
            (vec!["room".into(), "cave".into()], vec!["~hall".to_owned()])
        );
        assert_eq!(search.extensions.wanted, ["pdf"]);
        assert_eq!(terms(&search.words.unwrap().terms), ["x", "from"]);
        assert!(Search::parse("from:ann").filters() && Search::parse("on:x").filters());
        assert!(!Search::parse("-on:2020-01-01 ext:pdf").filters());
    }

    #[test]
    fn days() {
        let times = |text: &str, offset| Search::parse(text).days.times(offset, 1_600_000_000_000);
        let tenth = 1_583_798_400_000;
        assert_eq!(times("on:2020-3-10", 0).within, Span { from: tenth, to: tenth + DAY - 1 });
        assert_eq!(times("on:2020-03-10", 3600).within.from, tenth - 3_600_000);
        assert_eq!(times("on:2020-03-10 before:2019-01-01", 0).within.from, tenth);
        assert_eq!(times("on:2020-03-99", 0).within, Span { from: 0, to: 0 });
        assert_eq!(times("after:2020-03-09", 0).within.from, tenth);
        assert_eq!(times("before:2020-03-10", 0).within.to, tenth - 1);
        assert_eq!(times("-after:2020-03-09 -before:2020-03-09", 0).within, Span { from: tenth - DAY, to: tenth - 1 });
        assert_eq!(times("-on:2020-03-10", 0).not, Some(Span { from: tenth, to: tenth + DAY - 1 }));
        assert_eq!(times("before:junk", 0).within.to, 0);
        assert_eq!(times("after:junk", 0).within.from, 1_599_955_200_000 + DAY);
        assert_eq!(times("on:2020-03-10-01", i64::MAX).within, Span { from: 0, to: 0 });
    }
}
