//! Texts as patterns of a search.

use diesel::sql_types::Text;

diesel::define_sql_function! {
    /// Lower case; the embedded database knows that of ASCII letters only.
    fn lower(text: Text) -> Text;
}

/// `text` anywhere, as a pattern.
pub fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The patterns that find a word whatever its case, each once. The embedded database lowers ASCII letters only, so others
/// are looked for as they are written small, with a capital, and all in capitals.
pub fn patterns(word: &str) -> Vec<String> {
    let small = word.to_lowercase();
    let mut letters = small.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let large = small.to_uppercase();
    let mut patterns = vec![anywhere(&small)];
    for form in [capital, large].map(|form| anywhere(&form.to_ascii_lowercase())) {
        if !patterns.contains(&form) {
            patterns.push(form);
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_plain_characters() {
        assert_eq!(anywhere("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(patterns("ÖZIL"), ["%özil%", "%Özil%"]);
        assert_eq!(patterns("Ann"), ["%ann%"]);
    }
}
