//! A rule for user names, as an organisation sets it: what name goes with a person's full name or mail address.

use icu_normalizer::DecomposingNormalizerBorrowed;

use super::User;

/// The most digits that tell namesakes apart.
const NUMBER: usize = 4;

/// A rule such as `{first}.{last}`: places in braces, and what stands between them. `{first}` and `{last}` are the names,
/// `{f}` and `{l}` their first letters, `{mail}` is what stands before the `@` of the mail address. Namesakes may have a
/// number at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRule(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Last,
    FirstLetter,
    LastLetter,
    Mail,
}

const PLACES: &[(&str, Place)] = &[
    ("first", Place::First),
    ("last", Place::Last),
    ("f", Place::FirstLetter),
    ("l", Place::LastLetter),
    ("mail", Place::Mail),
];

impl NameRule {
    /// Reads a rule; `None` if it has no place, one that is not known, or what no user name may have.
    pub fn parse(text: &str) -> Option<NameRule> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            let (_, place) = PLACES.iter().find(|(known, _)| *known == name)?;
            parts.extend([Part::Text(before.to_owned()), Part::Place(*place)]);
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        let may_stand = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
        let fits = parts.iter().all(|part| match part {
            Part::Text(text) => text.chars().all(may_stand),
            Part::Place(_) => true,
        });
        (parts.len() > 1 && fits).then_some(NameRule(parts))
    }

    /// Whether somebody's user name is as the rule wants it. Letters that no user name has are written in Latin letters,
    /// umlauts in either way; of several first or last names all count, or only the first of the first names and the last of
    /// the last names. A place for which nothing is known can be anything, or nothing.
    pub fn fits(&self, user: &User) -> bool {
        let choices: Vec<Vec<String>> = self.0.iter().map(|part| choices(part, user)).collect();
        matches(&choices, &user.username)
    }

    /// A name that fits somebody.
    pub fn example(&self, user: &User) -> String {
        self.0.iter().filter_map(|part| choices(part, user).into_iter().next()).collect()
    }
}

/// Whether a name is one choice after the other, and then nothing or a number.
fn matches(choices: &[Vec<String>], name: &str) -> bool {
    match choices.split_first() {
        None => name.len() <= NUMBER && name.bytes().all(|byte| byte.is_ascii_digit()),
        Some((first, others)) if first.is_empty() => name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .any(|at| name.get(at..).is_some_and(|rest| matches(others, rest))),
        Some((first, others)) => {
            first.iter().any(|choice| name.strip_prefix(choice.as_str()).is_some_and(|rest| matches(others, rest)))
        }
    }
}

/// What may stand for a part of the rule; nothing if that is not known.
fn choices(part: &Part, user: &User) -> Vec<String> {
    let place = match part {
        Part::Text(text) => return vec![text.clone()],
        Part::Place(place) => *place,
    };
    let local = user.email.rsplit_once('@').map_or("", |(local, _)| local);
    let mut found = Vec::new();
    for with_e in [true, false] {
        let words = |text: &str| words(text, with_e);
        let options = match place {
            Place::First => names(&words(&user.first_name), true),
            Place::Last => names(&words(&user.last_name), false),
            Place::FirstLetter => vec![letter(&words(&user.first_name))],
            Place::LastLetter => vec![letter(&words(&user.last_name))],
            // What follows a plus sign is the person's own business.
            Place::Mail => vec![latin(local.split_once('+').map_or(local, |(name, _)| name), with_e, "._-")],
        };
        for option in options {
            if !option.is_empty() && !found.contains(&option) {
                found.push(option);
            }
        }
    }
    found
}

/// All words together, with hyphens or without, or the one that counts.
fn names(words: &[String], first: bool) -> Vec<String> {
    let one = if first { words.first() } else { words.last() };
    vec![words.join("-"), words.concat(), one.cloned().unwrap_or_default()]
}

fn letter(words: &[String]) -> String {
    words.first().map(|word| word.chars().take(1).collect()).unwrap_or_default()
}

fn words(text: &str, with_e: bool) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}' | '\u{2011}'));
    parts.map(|word| latin(word, with_e, "")).filter(|word| !word.is_empty()).collect()
}

/// A text in small Latin letters and digits, without marks; other characters are left out but for those that are kept.
fn latin(text: &str, with_e: bool, kept: &str) -> String {
    let text: String = text.to_lowercase().chars().map(|c| spelt(c, with_e)).collect();
    let plain = DecomposingNormalizerBorrowed::new_nfkd().normalize(&text).into_owned();
    plain.chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || kept.contains(*c)).collect()
}

/// Letters that are no Latin letter with a mark; and umlauts as they are spelt where there are none.
fn spelt(c: char, with_e: bool) -> String {
    let letters = match (c, with_e) {
        ('ä', true) | ('æ', _) => "ae",
        ('ö', true) | ('œ', _) => "oe",
        ('ü', true) => "ue",
        ('ß', _) => "ss",
        ('ø', true) => "oe",
        ('ø', false) => "o",
        ('å', true) => "aa",
        ('ł', _) => "l",
        ('đ' | 'ð', _) => "d",
        ('þ', _) => "th",
        ('ı', _) => "i",
        _ => return c.to_string(),
    };
    letters.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(username: &str, first: &str, last: &str, email: &str) -> User {
        User {
            username: username.into(),
            first_name: first.into(),
            last_name: last.into(),
            email: email.into(),
            ..User::default()
        }
    }

    fn fits(rule: &str, username: &str, first: &str, last: &str) -> bool {
        NameRule::parse(rule).unwrap().fits(&person(username, first, last, "j.doe+chat@schule.example"))
    }

    #[test]
    fn first_and_last_name() {
        let rule = "{first}.{last}";
        for name in ["anna.schmidt", "anna.schmidt2", "anna.schmidt1987"] {
            assert!(fits(rule, name, "Anna", "Schmidt"), "{name}");
        }
        for name in
            ["anna", "annaschmidt", "schmidt.anna", "anna.schmidtx", "anna.schmidt12345", "xanna.schmidt", "ann.a"]
        {
            assert!(!fits(rule, name, "Anna", "Schmidt"), "{name}");
        }
        for name in ["joerg.mueller-luedenscheidt", "jorg.mullerludenscheidt", "joerg.luedenscheidt"] {
            assert!(fits(rule, name, "Jörg", "Müller-Lüdenscheidt"), "{name}");
        }
        assert!(fits(rule, "anna.heide", "Anna Lena", "von der Heide"));
        assert!(fits(rule, "anna-lena.von-der-heide", "Anna Lena", "von der Heide"));
        assert!(fits(rule, "lukasz.obrien", "Łukasz", "O'Brien"));
        assert!(fits(rule, "soren.weiss", "Søren", "Weiß") && fits(rule, "soeren.weiss", "Søren", "Weiß"));
    }

    #[test]
    fn letters_and_mail() {
        assert!(fits("{f}{last}", "aschmidt", "Anna", "Schmidt") && !fits("{f}{last}", "bschmidt", "Anna", "Schmidt"));
        assert!(fits("{first}{l}", "annas", "Anna", "Schmidt"));
        assert!(fits("{mail}", "j.doe", "", "") && fits("{mail}", "j.doe3", "", "") && !fits("{mail}", "doe", "", ""));
        assert!(fits("s-{last}", "s-schmidt", "", "Schmidt") && !fits("s-{last}", "schmidt", "", "Schmidt"));
    }

    #[test]
    fn what_is_not_known_can_be_anything() {
        assert!(fits("{first}.{last}", "ming.li", "明", "李"));
        assert!(
            fits("{first}.{last}", "ming.smith", "明", "Smith") && !fits("{first}.{last}", "ming.li", "明", "Smith")
        );
    }

    #[test]
    fn examples() {
        let rule = NameRule::parse("{first}.{last}").unwrap();
        assert_eq!(rule.example(&person("x", "Jörg", "Müller", "")), "joerg.mueller");
    }

    #[test]
    fn rules_that_are_none() {
        for wrong in ["", "first.last", "{first", "{First}", "{first} {last}", "{first}@{last}", "}{first}", "{}"] {
            assert_eq!(NameRule::parse(wrong), None, "{wrong}");
        }
    }
}
