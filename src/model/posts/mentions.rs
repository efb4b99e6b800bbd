//! Who is named in a text (posts-and-limits.md §7). Pure: who may mention whom, and who hears of it, is decided elsewhere.

use std::collections::{BTreeSet, HashMap};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::model::id::Id;
use crate::model::text::{is_letter, is_punctuation};
use crate::model::users::User;

/// The words that mention people: `@name`, their own keywords, their first names.
#[derive(Debug, Clone, Default)]
pub struct Keywords {
    words: HashMap<String, Vec<Id>>,
    /// Whether any word goes beyond ASCII, which makes it match inside other words as well.
    has_wide: bool,
}

impl Keywords {
    /// Adds a word. A lower-case one matches whatever the case in the text, any other only as it is.
    pub fn add(&mut self, word: &str, user: Id) {
        self.has_wide |= !word.is_ascii();
        let users = self.words.entry(word.to_owned()).or_default();
        if !users.contains(&user) {
            users.push(user);
        }
    }

    /// Adds the words of a user: the name with `@`, the keywords of the settings, and the first name if wanted.
    pub fn add_user(&mut self, user: &User) {
        self.add(&format!("@{}", user.username), user.id);
        for key in user.mention_keys() {
            self.add(&key.to_lowercase(), user.id);
        }
        let by_first_name = user.notify_props.get("first_name").is_some_and(|value| value == "true");
        if by_first_name && !user.first_name.is_empty() {
            self.add(&user.first_name, user.id);
        }
    }

    fn users_of(&self, word: &str) -> impl Iterator<Item = Id> {
        let lower = word.to_lowercase();
        let folded = self.words.get(&lower).into_iter();
        let exact = self.words.get(word).filter(|_| lower != word).into_iter();
        folded.chain(exact).flatten().copied()
    }

    /// Languages without spaces: a word beyond ASCII is found anywhere in such a word, there as it is written.
    fn users_within<'a>(&'a self, word: &'a str) -> impl Iterator<Item = Id> + 'a {
        let wanted = self.has_wide && !word.is_ascii();
        let found = self.words.iter().filter(move |(key, _)| wanted && !key.is_ascii() && word.contains(key.as_str()));
        found.flat_map(|(_, users)| users.iter().copied())
    }
}

/// Who and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// People named by a keyword.
    pub users: BTreeSet<Id>,
    /// `@here` stands there.
    pub here: bool,
    /// `@channel` stands there.
    pub channel: bool,
    /// `@all` stands there.
    pub all: bool,
    /// Other words after an `@`, in lower case, each once: perhaps people who are not in the channel.
    pub unknown: Vec<String>,
}

impl Mentions {
    /// Looks for mentions in Markdown texts. Code and the addresses of links do not mention anybody.
    pub fn find<'a>(texts: impl IntoIterator<Item = &'a str>, keywords: &Keywords) -> Mentions {
        let mut mentions = Mentions::default();
        for text in texts {
            for piece in plain_texts(text) {
                mentions.scan(&piece, keywords);
            }
        }
        mentions
    }

    /// Whether many are mentioned at once.
    pub fn is_broad(&self) -> bool {
        self.here || self.channel || self.all
    }

    fn scan(&mut self, text: &str, keywords: &Keywords) {
        let unlinked = text.split_whitespace().flat_map(unlinked);
        for word in unlinked.flat_map(|token| token.split(|c| !is_word_part(c))) {
            let is_emoji = word.starts_with(':') && word.ends_with(':');
            if !word.is_empty() && !is_emoji {
                self.scan_word(word.trim_start_matches([':', '.', '-', '_']), keywords);
            }
        }
    }

    fn scan_word(&mut self, word: &str, keywords: &Keywords) {
        if self.take_with_shorter_forms(word, keywords) {
            return;
        }
        if word.starts_with('@') {
            self.note_unknown(word.strip_suffix(['.', '-', ':']).unwrap_or(word));
        } else if word.contains(['.', '-', ':']) {
            for part in word.split(['.', '-', ':']).filter(|part| !part.is_empty()) {
                if !self.take(part, keywords) {
                    self.note_unknown(part);
                }
            }
        }
        self.users.extend(keywords.users_within(word));
    }

    /// The word, then the word without the punctuation at its end, one by one.
    fn take_with_shorter_forms(&mut self, word: &str, keywords: &Keywords) -> bool {
        let mut form = word;
        loop {
            if self.take(form, keywords) {
                return true;
            }
            let Some(shorter) = form.strip_suffix(['.', '-', ':', '_']) else { return false };
            form = shorter;
        }
    }

    fn take(&mut self, word: &str, keywords: &Keywords) -> bool {
        let flag = match word.to_lowercase().as_str() {
            "@here" => &mut self.here,
            "@channel" => &mut self.channel,
            "@all" => &mut self.all,
            _ => {
                let before = self.users.len();
                let mut found = keywords.users_of(word).peekable();
                let is_keyword = found.peek().is_some();
                self.users.extend(found);
                return is_keyword || self.users.len() > before;
            }
        };
        *flag = true;
        true
    }

    fn note_unknown(&mut self, word: &str) {
        let Some(name) = word.strip_prefix('@').map(str::to_lowercase) else { return };
        if !name.is_empty() && !self.unknown.contains(&name) {
            self.unknown.push(name);
        }
    }
}

/// Whether an `@` stands at the beginning of a word, in code too.
pub fn names_somebody(text: &str) -> bool {
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices('@').any(|(start, _)| !text.split_at(start).0.ends_with(in_word))
}

/// Whether `@channel`, `@all` or `@here` stands in a text, in code too: what those who may not mention everybody are told
/// they did.
pub fn names_everybody(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    ["@channel", "@all", "@here"].iter().any(|name| {
        text.match_indices(name).any(|(start, _)| {
            let (before, rest) = text.split_at(start);
            !before.ends_with(in_word) && !rest.get(name.len()..).is_some_and(|after| after.starts_with(in_word))
        })
    })
}

fn is_word_part(c: char) -> bool {
    is_letter(c) || c.is_numeric() || matches!(c, ':' | '.' | '-' | '_' | '@')
}

/// The schemes of addresses that are links although no Markdown says so.
const SCHEMES: [&str; 6] = ["http", "https", "ftp", "mailto", "tel", "gemini"];

/// The parts of a word between the addresses in it.
fn unlinked(token: &str) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), token);
    while let Some(start) = link_start(rest) {
        let (before, link) = rest.split_at(start);
        parts.push(before);
        rest = link.find(['<', '>']).and_then(|end| link.get(end..)).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// Where the first address in a word begins: with a scheme, or with `www.`.
fn link_start(token: &str) -> Option<usize> {
    let with_scheme = token.match_indices("://").find_map(|(colon, _)| {
        let (before, after) = token.split_at(colon);
        let scheme_len = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
        let (_, scheme) = before.split_at(colon - scheme_len);
        let is_link = SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)) && is_host(after.get(3..)?);
        is_link.then_some(colon - scheme_len)
    });
    let with_www = token.match_indices("www").find_map(|(start, _)| {
        let (before, after) = token.split_at(start);
        let begins = before.is_empty() || before.ends_with(['*', '_', '~', ')', '<', '(', '>']);
        let digits = after.bytes().skip(3).take_while(u8::is_ascii_digit).count();
        (begins && digits <= 3 && after.as_bytes().get(3 + digits) == Some(&b'.') && is_host(after)).then_some(start)
    });
    with_scheme.into_iter().chain(with_www).min()
}

/// Whether an address goes on with a host there: no underscore is in it.
fn is_host(text: &str) -> bool {
    let starts = text.chars().next().is_some_and(|c| !c.is_whitespace() && !is_punctuation(c));
    let end = text.chars().skip(1).find(|c| !matches!(c, '.' | '-') && (c.is_whitespace() || is_punctuation(*c)));
    starts && end != Some('_')
}

/// The runs of plain text in Markdown: no code, no addresses of links and pictures. Emphasis is no break in a run, and
/// its marks are part of it.
fn plain_texts(markdown: &str) -> Vec<String> {
    let (mut texts, mut run, mut in_code) = (Vec::new(), String::new(), false);
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        let source = markdown.get(range).unwrap_or_default();
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) if !in_code => run.push_str(&text),
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => run.push_str(source.get(..1).unwrap_or("_")),
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => run.push_str(source.get(..2).unwrap_or("__")),
            other => {
                in_code = match other {
                    Event::Start(Tag::CodeBlock(_)) => true,
                    Event::End(TagEnd::CodeBlock) => false,
                    _ => in_code,
                };
                texts.push(std::mem::take(&mut run));
            }
        }
    }
    texts.push(run);
    texts.retain(|text| !text.is_empty());
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::string_map;

    fn ben() -> User {
        User {
            id: Id::random(),
            username: "ben-1".into(),
            first_name: "Ben".into(),
            notify_props: string_map(&[("mention_keys", "lunch,Coffee,@crew"), ("first_name", "true")]),
            ..User::default()
        }
    }

    fn find(text: &str) -> Mentions {
        let mut keywords = Keywords::default();
        keywords.add_user(&ben());
        Mentions::find([text], &keywords)
    }

    fn names_ben(text: &str) -> bool {
        find(text).users.len() == 1
    }

    #[test]
    fn keywords_mention() {
        for text in
            ["LUNCH now", "coffee.", "the @crew", "Ben is here", "(coffee)", "un-lunch", "lunch-time", "mailto:@crew"]
        {
            assert!(names_ben(text), "{text}");
        }
        for text in ["ben is here", "lunches", "`lunch`", "ben-1", ":lunch:"] {
            assert!(!names_ben(text), "{text}");
        }
    }

    #[test]
    fn names_mention() {
        for text in [
            "hey @ben-1, look",
            "@BEN-1: again",
            "@ben-1's",
            "#@ben-1",
            "**@ben-1**",
            "@ben-1...",
            "[@ben-1](http://x)",
            "| @ben-1 |",
            "> @ben-1",
            "_@ben-1_",
            "__@ben-1__ *and* all",
            "http://my_host/@ben-1",
            "<https://host/a>@ben-1",
            "<div>@ben-1</div>",
        ] {
            assert!(names_ben(text), "{text}");
        }
        for text in [
            "`@ben-1`",
            "x@ben-1",
            "[text](@ben-1)",
            "    @ben-1",
            "```\n@ben-1\n```",
            "https://host/@ben-1",
            "see:https://host/@ben-1",
            "(www2.host.org/_a_/@ben-1)",
            "@ben-12",
            "@_ben-1_",
            "@*ben-1*",
        ] {
            assert!(!names_ben(text), "{text}");
        }
    }

    #[test]
    fn many_at_once() {
        assert!(
            find("@channel news").channel && find("@all please").all && find("@here").here && find("@CHANNEL.").channel
        );
        assert!(!find("all channel here").is_broad() && !find("`@all`").is_broad());
    }

    #[test]
    fn names_of_others_are_noted() {
        let found = find("@Out-1 and @zoe. and @zoe: x@y");
        assert_eq!(found.unknown, ["out-1", "zoe"]);
        assert!(found.users.is_empty());
    }

    #[test]
    fn wide_keywords_match_inside_words() {
        let user = Id::random();
        let mut keywords = Keywords::default();
        keywords.add("日本", user);
        assert!(Mentions::find(["これは日本語です"], &keywords).users.contains(&user));
        assert!(Mentions::find(["nihon"], &keywords).users.is_empty());
    }

    #[test]
    fn marks_separate_words_and_case_counts_inside_words() {
        let user = Id::random();
        let mut keywords = Keywords::default();
        for word in ["राम", "สวัสดี", "ärger", "Ägir"] {
            keywords.add(word, user);
        }
        let names = |text: &str| !Mentions::find([text], &keywords).users.is_empty();
        assert!(!names("राम") && !names("สวัสดี"), "letters with marks are no words");
        assert!(names("ÄRGER") && names("großärgernis") && names("Ägirs"));
        assert!(!names("ÄRGERNIS") && !names("ägirs"));
    }
}
