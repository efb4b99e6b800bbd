//! Names, addresses and passwords.

use crate::model::errors::users as codes;
use crate::model::{AppError, Result};

/// Names that nobody may have (posts-and-limits.md §8).
const RESERVED_USERNAMES: [&str; 4] = ["all", "channel", "matterbot", "system"];

/// Whether a name is kept for the server or for mentions of many.
pub fn is_reserved_username(name: &str) -> bool {
    RESERVED_USERNAMES.contains(&name)
}

/// Whether that is a username: 1 to 64 bytes of `a-z0-9.-_`, not reserved.
pub fn is_valid_username(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed) && !is_reserved_username(name)
}

/// A username as stored: lower case.
pub fn normalize_username(name: &str) -> String {
    name.to_lowercase()
}

/// An address as stored: without spaces around it, lower case.
pub fn normalize_email(address: &str) -> String {
    address.trim().to_lowercase()
}

/// Whether that is one bare mail address in lower case, as the reference reads RFC 5322 (surprises.md: `a@localhost`,
/// non-ASCII local parts and `dot.@host` pass; display names, spaces and commas do not).
pub fn is_valid_email(address: &str) -> bool {
    let Some((local, host)) = address.rsplit_once('@') else { return false };
    address == address.to_lowercase() && is_local_part(local) && is_host(host)
}

fn is_local_part(local: &str) -> bool {
    !local.is_empty() && !local.starts_with('.') && !local.contains("..") && local.chars().all(is_atom_or_dot)
}

fn is_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return literal.parse::<std::net::IpAddr>().is_ok();
    }
    !host.is_empty() && host.split('.').all(|label| !label.is_empty()) && host.chars().all(is_atom_or_dot)
}

/// The characters of an RFC 5322 atom, the dot, and anything beyond ASCII that is no space or control.
fn is_atom_or_dot(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~.".contains(c)
        || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
}

/// The two-letter language codes of ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de \
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it \
iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd \
ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st \
su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether that may be a language: empty, or a tag such as `de` or `pt-BR` of at most 5 characters.
pub fn is_valid_locale(locale: &str) -> bool {
    if locale.is_empty() {
        return true;
    }
    let (language, region) = locale.split_once(['-', '_']).unwrap_or((locale, "XX"));
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let known = match language.len() {
        2 => LANGUAGES.split_whitespace().any(|code| code.eq_ignore_ascii_case(language)),
        3 => letters(language),
        _ => false,
    };
    locale.len() <= 5 && known && region.len() == 2 && letters(region)
}

/// The languages that the official clients come in, complete or begun.
const CLIENT_LOCALES: &str = "be bg bn ca cs da de el en en-AU es et fa fi fil fr gl he hi hr hu id it ja ka kk kn ko \
lt lv mk mn my nb-NO nl nn pl pt pt-BR ro ru sk sl sq sr sv ta th tr uk vi zh-CN zh-TW";

/// Whether the official clients come in that language.
pub fn is_client_locale(locale: &str) -> bool {
    CLIENT_LOCALES.split_whitespace().any(|known| known == locale)
}

/// The server's demands on a password (`PasswordSettings`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    /// Fewest bytes.
    pub minimum_length: usize,
    /// Whether it takes a lower-case letter.
    pub lowercase: bool,
    /// Whether it takes an upper-case letter.
    pub uppercase: bool,
    /// Whether it takes a digit.
    pub number: bool,
    /// Whether it takes a symbol.
    pub symbol: bool,
}

/// Most bytes of a password; more would not enter a bcrypt hash.
pub const PASSWORD_MAX_BYTES: usize = 72;

/// What counts as a symbol in a password.
const SYMBOLS: &str = " !\"\\#$%&'()*+,-./:;<=>?@[]^_`|~";

impl PasswordRules {
    /// Checks a password. The error id names every class that is missing, in a fixed order (auth.md §4).
    pub fn check(&self, password: &str) -> Result<()> {
        if password.len() < self.minimum_length {
            return Err(codes::PASSWORD_MIN_LENGTH.with(&[&self.minimum_length]));
        }
        if password.len() > PASSWORD_MAX_BYTES {
            return Err(codes::PASSWORD_MAX_LENGTH.with(&[&PASSWORD_MAX_BYTES]));
        }
        let missing = self.missing_classes(password);
        if missing.is_empty() { Ok(()) } else { Err(self.missing_error(&missing)) }
    }

    fn missing_classes(&self, password: &str) -> Vec<(&'static str, &'static str)> {
        let has = |class: fn(char) -> bool| password.chars().any(class);
        let demands = [
            (self.lowercase, has(|c| c.is_ascii_lowercase()), ("_lowercase", "a lower-case letter")),
            (self.uppercase, has(|c| c.is_ascii_uppercase()), ("_uppercase", "an upper-case letter")),
            (self.number, has(|c| c.is_ascii_digit()), ("_number", "a digit")),
            (self.symbol, has(|c| SYMBOLS.contains(c)), ("_symbol", "a symbol")),
        ];
        demands.into_iter().filter(|(wanted, found, _)| *wanted && !found).map(|(_, _, class)| class).collect()
    }

    fn missing_error(&self, missing: &[(&str, &str)]) -> AppError {
        let (suffixes, names): (String, Vec<&str>) =
            missing.iter().fold(Default::default(), |(suffixes, mut names), (suffix, name)| {
                names.push(name);
                (suffixes + suffix, names)
            });
        let message = format!("The password still needs {}.", names.join(", "));
        AppError::composed(format!("model.user.is_valid.pwd{suffixes}.app_error"), 400, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames() {
        for name in ["1st", ".dot", "-dash", "_under", "end.", "a..b__c--d", "x", &"y".repeat(64)] {
            assert!(is_valid_username(name), "{name}");
        }
        for name in [
            "",
            "with space",
            "umläut",
            "at@x",
            "plus+x",
            "slash/x",
            "Upper",
            " trim ",
            "all",
            "channel",
            &"y".repeat(65),
        ] {
            assert!(!is_valid_username(name), "{name}");
        }
    }

    #[test]
    fn addresses() {
        for address in ["a@localhost", "plus+tag@example.com", "ü@example.com", "dot.@example.com", "o'neil@x.org"] {
            assert!(is_valid_email(address), "{address}");
        }
        for address in [
            "",
            "plain",
            "x@",
            "@x.com",
            "in ner@x.com",
            "name <n@x.com>",
            "two@at@x.com",
            "a,b@x.com",
            "A@x.com",
            "a@x..com",
            "a..b@x.com",
        ] {
            assert!(!is_valid_email(address), "{address}");
        }
        assert_eq!(normalize_email("  UPPER@Example.COM "), "upper@example.com");
    }

    #[test]
    fn locales() {
        for locale in ["", "de", "pt-BR", "zh-TW"] {
            assert!(is_valid_locale(locale), "{locale}");
        }
        for locale in ["nonsense", "bad locale", "xx", "d", "de-", "12", "de_DE1"] {
            assert!(!is_valid_locale(locale), "{locale}");
        }
    }

    #[test]
    fn passwords_by_length() {
        let rules =
            PasswordRules { minimum_length: 8, lowercase: false, uppercase: false, number: false, symbol: false };
        assert!(rules.check("8letters").is_ok() && rules.check("ääää").is_ok() && rules.check("        ").is_ok());
        assert!(rules.check("").is_err_and(|e| e.id == "model.user.is_valid.pwd_min_length.app_error"));
        assert!(rules.check(&"ä".repeat(37)).is_err_and(|e| e.id == "model.user.is_valid.pwd_max_length.app_error"));
    }

    #[test]
    fn passwords_by_class() {
        let rules = PasswordRules { minimum_length: 10, lowercase: true, uppercase: true, number: true, symbol: true };
        let id = |word: &str| rules.check(word).map_err(|e| e.id.into_owned());
        assert_eq!(id("aaaaaaaaaa"), Err("model.user.is_valid.pwd_uppercase_number_symbol.app_error".into()));
        assert_eq!(id("!!!!!!!!!!"), Err("model.user.is_valid.pwd_lowercase_uppercase_number.app_error".into()));
        assert_eq!(id("Aa1aaaaaaa"), Err("model.user.is_valid.pwd_symbol.app_error".into()));
        assert_eq!(id("Aa1!aaaaaa"), Ok(()));
    }
}
