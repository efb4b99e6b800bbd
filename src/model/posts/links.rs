//! Links in a message, as far as previews go (posts-and-limits.md §2, Metadata).

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd, TextMergeStream};

use crate::model::id::Id;

/// The first address in a message that a preview is made for: one that stands there as it is, not behind other words,
/// not as a picture and not in code, and that is `allowed`.
pub fn first_link(message: &str, allowed: &dyn Fn(&str) -> bool) -> Option<String> {
    if !message.contains("://") && !message.contains("www.") {
        return None;
    }
    let (mut in_code, mut in_link) = (false, 0_u32);
    for event in TextMergeStream::new(Parser::new(message)) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { link_type: LinkType::Autolink, dest_url, .. }) if allowed(&dest_url) => {
                return Some(dest_url.into_string());
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => in_link += 1,
            Event::End(TagEnd::Link | TagEnd::Image) => in_link = in_link.saturating_sub(1),
            Event::Text(text) if !in_code && in_link == 0 => {
                if let Some(found) = text.split_whitespace().filter_map(bare_link).find(|link| allowed(link)) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

/// The addresses of the pictures that a text shows (`![…](address)`).
pub fn images(text: &str) -> Vec<String> {
    if !text.contains("![") {
        return Vec::new();
    }
    let image = |event| match event {
        Event::Start(Tag::Image { dest_url, .. }) if !dest_url.is_empty() => Some(dest_url.into_string()),
        _ => None,
    };
    Parser::new(text).filter_map(image).collect()
}

/// The address that a word is, without punctuation around it.
fn bare_link(word: &str) -> Option<String> {
    let word = word.trim_start_matches(|c: char| "(<[\"'*_~".contains(c));
    let starts = |start: &str| word.get(..start.len()).is_some_and(|w| w.eq_ignore_ascii_case(start));
    let end = word.trim_end_matches(|c: char| ".,:;!?)>]\"'*~".contains(c));
    match () {
        () if (starts("http://") || starts("https://")) && end.len() > "https://".len() => Some(end.to_owned()),
        () if starts("www.") && end.len() > "www.".len() => Some(format!("http://{end}")),
        () => None,
    }
}

/// The post that an address on this server shows: `<site>/<team>/pl/<post>`.
pub fn permalink(link: &str, site_url: &str) -> Option<Id> {
    let rest = link.strip_prefix(site_url.trim_end_matches('/')).filter(|_| !site_url.is_empty())?;
    let mut parts = rest.strip_prefix('/')?.split('/');
    let (_team, pl, post) = (parts.next()?, parts.next()?, parts.next()?);
    (pl == "pl" && parts.next().is_none()).then(|| Id::parse(post)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bare_link_counts() {
        let link = |text: &str| first_link(text, &|_| true).unwrap_or_default();
        assert_eq!(link("read http://h/page, then http://h/two"), "http://h/page");
        assert_eq!(link("<https://h/x>"), "https://h/x");
        assert_eq!(link("[named](http://h/page) and ![alt](http://h/p.png)"), "");
        assert_eq!(link("`http://h/code`"), "");
        assert_eq!(link("no link://"), "");
        assert_eq!(link("see www.example.org."), "http://www.example.org");
        let other = first_link("http://h/page http://g/page", &|link| !link.contains("//h"));
        assert_eq!(other.as_deref(), Some("http://g/page"));
    }

    #[test]
    fn pictures_in_a_text() {
        assert_eq!(images("![a](http://h/a.png) [b](http://h/b) ![c][x]\n\n[x]: /c.png"), ["http://h/a.png", "/c.png"]);
        assert!(images("`![a](http://h/a.png)`").is_empty());
    }

    #[test]
    fn permalinks() {
        let id = Id::random();
        assert_eq!(permalink(&format!("http://h/crew/pl/{id}"), "http://h/"), Some(id));
        assert_eq!(permalink(&format!("http://h/crew/pl/{id}/x"), "http://h"), None);
        assert_eq!(permalink(&format!("http://other/crew/pl/{id}"), "http://h"), None);
        assert_eq!(permalink(&format!("/crew/pl/{id}"), ""), None);
    }
}
