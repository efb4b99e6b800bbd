//! `ServiceSettings.AllowCorsFrom`: pages of which other sites may call this server, and open sockets to it.

/// The entry of the setting that names an origin, if one does: as it is, as `*`, or with one `*` for a part of it
/// (`https://*.example.org`). Entries are separated by blanks or commas; case does not count.
pub fn entry_for<'a>(allow_cors_from: &'a str, origin: &str) -> Option<&'a str> {
    let mut entries = allow_cors_from.split([' ', ',']).filter(|entry| !entry.is_empty());
    entries.find(|entry| fits(entry, origin))
}

fn fits(entry: &str, origin: &str) -> bool {
    let (entry, origin) = (entry.to_ascii_lowercase(), origin.to_ascii_lowercase());
    match entry.split_once('*') {
        None => entry == origin,
        Some((start, end)) => {
            origin.len() >= start.len() + end.len() && origin.starts_with(start) && origin.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_name_origins() {
        let found = |setting, origin| entry_for(setting, origin);
        assert_eq!(found("https://a.example https://b.example", "https://B.example"), Some("https://b.example"));
        assert_eq!(found("https://a.example,https://*.b.example", "https://x.b.example"), Some("https://*.b.example"));
        assert_eq!(found("https://a.example, *", "null"), Some("*"));
        assert_eq!(found("https://*.b.example", "https://b.example"), None);
        assert_eq!(found("https://a*a.org", "https://a.org"), None);
        assert_eq!(found("", "https://a.example"), None);
    }
}
