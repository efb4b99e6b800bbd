//! Hashtags of a message (posts-and-limits.md §2).

use crate::model::text::is_letter;

/// Most bytes of all hashtags together.
const LIMIT: usize = 1000;

/// The hashtags of a message in order, separated by spaces, their case kept. Code is not left out, and neither are
/// repetitions.
pub fn hashtags(message: &str) -> String {
    if !message.contains('#') {
        return String::new();
    }
    let tags: Vec<String> = message.split_whitespace().filter_map(hashtag).collect();
    let joined = tags.join(" ");
    if joined.len() <= LIMIT { joined } else { cut_between_tags(&joined).to_owned() }
}

/// The hashtag that a word is, once punctuation around it is gone: a letter after the `#`, at least one more letter or
/// digit at the end.
pub(super) fn hashtag(word: &str) -> Option<String> {
    let word = word.trim_start_matches(|c: char| !is_letter_or_digit(c) && c != '#');
    let word = word.trim_end_matches(|c: char| !is_letter_or_digit(c));
    let name = word.trim_start_matches('#');
    let mut inner = name.chars();
    let starts = name.len() < word.len() && inner.next().is_some_and(is_letter);
    let ends = inner.next_back().is_some_and(is_letter_or_digit);
    let allowed = inner.all(|c| is_letter_or_digit(c) || matches!(c, '-' | '_' | '.'));
    (starts && ends && allowed).then(|| format!("#{name}"))
}

fn is_letter_or_digit(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit()
}

fn cut_between_tags(tags: &str) -> &str {
    let head = crate::model::text::cut_bytes(tags, LIMIT - 1);
    head.rsplit_once(' ').map_or("", |(whole, _)| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_hashtags() {
        assert_eq!(hashtags("#one and #Two, #three! (#four) ##five"), "#one #Two #three #four #five");
        assert_eq!(
            hashtags("#a #ab #1st #x1 #no_under #with-dash #with.dot. #ends-"),
            "#ab #x1 #no_under #with-dash #with.dot #ends"
        );
        assert_eq!(hashtags("mid#dle #größe #日本語 `#code` www#anchor [#link](#target)"), "#größe #日本語 #code");
        assert_eq!(hashtags("#dup #dup #DUP"), "#dup #dup #DUP");
        assert_eq!(hashtags("\n#line\n#other\ttab #tab"), "#line #other #tab");
        assert_eq!(hashtags("none"), "");
    }

    #[test]
    fn too_many_are_cut_between_two() {
        let many = "#hashtag ".repeat(200);
        let tags = hashtags(&many);
        assert!(tags.len() <= 1000 && tags.ends_with("#hashtag"));
    }
}
