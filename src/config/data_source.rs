//! What a connection string of PostgreSQL asks for. The reference server's driver and ours read the same two forms
//! (`postgres://…?name=value&…` and `name=value …`), but not all of the same parameters.

/// Parameters of the reference server's driver that libpq does not know and refuses.
const FOREIGN: &[&str] = &["binary_parameters"];

/// Whether a string demands encryption that this program cannot give: its libpq is built without TLS (one TLS stack,
/// rustls). `disable`, `allow` and `prefer` work, without encryption.
pub fn demands_tls(source: &str) -> bool {
    let (_, parameters) = parts(source);
    parameters.iter().any(|p| {
        p.split_once('=').is_some_and(|(name, value)| {
            name == "sslmode" && matches!(value.trim_matches('\''), "require" | "verify-ca" | "verify-full")
        })
    })
}

/// The string without what only the reference server's driver understands, so that an adopted configuration works.
pub fn for_libpq(source: &str) -> String {
    let (place, parameters) = parts(source);
    let foreign = |p: &&str| p.split_once('=').is_some_and(|(name, _)| FOREIGN.contains(&name));
    if !parameters.iter().any(foreign) {
        return source.to_owned();
    }
    let kept: Vec<&str> = parameters.into_iter().filter(|p| !foreign(p)).collect();
    match place {
        Some(place) if kept.is_empty() => place.to_owned(),
        Some(place) => format!("{place}?{}", kept.join("&")),
        None => kept.join(" "),
    }
}

/// A message about a connection, without the password that libpq may have quoted from the string.
pub fn without_password(source: &str, message: &str) -> String {
    let (place, parameters) = parts(source);
    let in_place = place
        .and_then(|place| place.split_once("://"))
        .and_then(|(_, rest)| rest.rsplit_once('@'))
        .and_then(|(person, _)| person.split_once(':'))
        .map(|(_, password)| password);
    let named = parameters.iter().filter_map(|p| p.strip_prefix("password=")).map(|value| value.trim_matches('\''));
    named.chain(in_place).filter(|secret| !secret.is_empty()).fold(message.to_owned(), |m, s| m.replace(s, "***"))
}

/// The place of a URL, if it is one, and the parameters.
fn parts(source: &str) -> (Option<&str>, Vec<&str>) {
    if !source.contains("://") {
        return (None, source.split_whitespace().collect());
    }
    match source.split_once('?') {
        Some((place, query)) => (Some(place), query.split('&').filter(|p| !p.is_empty()).collect()),
        None => (Some(source), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_demanded_or_not() {
        for mode in ["require", "verify-ca", "verify-full"] {
            assert!(demands_tls(&format!("postgres://u:p@db/chat?connect_timeout=10&sslmode={mode}")), "{mode}");
            assert!(demands_tls(&format!("host=db sslmode='{mode}' user=u")), "{mode}");
        }
        for fine in
            ["postgres://u:sslmode=require@db/chat", "postgres://db/chat?sslmode=prefer", "host=db sslmode=disable", ""]
        {
            assert!(!demands_tls(fine), "{fine}");
        }
    }

    #[test]
    fn what_only_the_other_driver_knows_is_left_out() {
        let usual =
            "postgres://mmuser:pw@localhost/mattermost?sslmode=disable&connect_timeout=10&binary_parameters=yes";
        assert_eq!(for_libpq(usual), "postgres://mmuser:pw@localhost/mattermost?sslmode=disable&connect_timeout=10");
        assert_eq!(for_libpq("postgres://db/chat?binary_parameters=yes"), "postgres://db/chat");
        assert_eq!(for_libpq("host=db  binary_parameters=yes user=u"), "host=db user=u");
        assert_eq!(for_libpq("host=db  password='two  blanks'"), "host=db  password='two  blanks'", "untouched");
    }

    #[test]
    fn messages_tell_no_password() {
        assert_eq!(without_password("postgres://u:s3cret@db/x", "odd \"u:s3cret@db\""), "odd \"u:***@db\"");
        assert_eq!(without_password("host=db password=s3cret", "odd s3cret"), "odd ***");
        assert_eq!(without_password("postgres://db/x", "refused"), "refused");
    }
}
