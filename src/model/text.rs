//! Rules about text that several domains share.

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

/// Text without the invisible, bidirectional and deprecated code points that are removed from names and display names
/// (posts-and-limits.md §1).
pub fn strip_invisible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Interlinear marks, bidirectional controls, deprecated format characters, musical format controls and tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{0340}' | '\u{0341}' | '\u{17A3}' | '\u{17D3}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// Whether that can stand in an address as a name: two or more of `a-z0-9-_`, a letter or digit at either end.
pub fn is_slug(text: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends = bytes.first().is_some_and(letter) && bytes.last().is_some_and(letter);
    bytes.len() >= 2 && ends && bytes.iter().all(|byte| letter(byte) || matches!(byte, b'-' | b'_'))
}

/// Number of Unicode code points, the unit of most limits.
pub fn runes(text: &str) -> usize {
    text.chars().count()
}

/// The first `limit` code points.
pub fn cut_runes(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// At most `limit` bytes, ending at a character.
pub fn cut_bytes(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Whether that is a colour: `#rgb` or `#rrggbb`.
pub fn is_hex_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether that is a version such as `2.19.0` or `2.19.0-beta.1+7` (semver.org), without a `v` before it.
pub fn is_semantic_version(text: &str) -> bool {
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
    let is_number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits && (part == "0" || !part.starts_with('0'))
    };
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let words = |list: Option<&str>| list.is_none_or(|list| list.split('.').all(is_word));
    core.split('.').count() == 3 && core.split('.').all(is_number) && words(pre) && words(build)
}

/// Whether Unicode calls a character a letter. Marks that combine with letters are none, although they are alphabetic.
pub fn is_letter(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphabetic(),
        false => GeneralCategoryGroup::Letter.contains(category(c)),
    }
}

/// Whether Unicode calls a character punctuation. Symbols such as `$` and `+` are none.
pub fn is_punctuation(c: char) -> bool {
    GeneralCategoryGroup::Punctuation.contains(category(c))
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions() {
        for good in ["2.19.0", "0.0.1-beta.1", "1.2.3+build.7"] {
            assert!(super::is_semantic_version(good), "{good}");
        }
        for bad in ["", "2.x", "v2.19.0", "2.19", "1.02.3", "1.2.3-", "1.2.3+", "1.2.3.4"] {
            assert!(!super::is_semantic_version(bad), "{bad}");
        }
    }

    use super::*;

    #[test]
    fn invisible_characters_go() {
        assert_eq!(strip_invisible("a\u{202e}b\u{feff}c\u{e0041}"), "abc");
        assert_eq!(strip_invisible("ünï 🎉"), "ünï 🎉");
    }

    #[test]
    fn cuts_end_at_characters() {
        assert_eq!(cut_runes("äöü", 2), "äö");
        assert_eq!(cut_runes("äö", 2), "äö");
        assert_eq!(cut_bytes("äöü", 3), "ä");
        assert_eq!(cut_bytes("abc", 9), "abc");
    }

    #[test]
    fn colours() {
        assert!(is_hex_colour("#fff") && is_hex_colour("#12aBcD"));
        assert!(!is_hex_colour("fff") && !is_hex_colour("#ffff") && !is_hex_colour("#ggg"));
    }
}
