//! Slack's way of writing, which webhooks and slash commands may use: `<address|words>`, `<!here>`, `<@user>`.

use std::borrow::Cow;

use crate::model::id::Id;

/// A piece of a text.
enum Piece<'t> {
    Plain(&'t str),
    /// What stands between `<` and `>`.
    Marked(&'t str),
}

/// The text in pieces.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut out, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('<') {
        match after.split_once('>').filter(|(inside, _)| !inside.is_empty() && !inside.contains('<')) {
            Some((inside, after)) => {
                out.extend([Piece::Plain(before), Piece::Marked(inside)]);
                rest = after;
            }
            None => {
                let end = before.len() + 1;
                out.push(Piece::Plain(rest.get(..end).unwrap_or_default()));
                rest = after;
            }
        }
    }
    out.push(Piece::Plain(rest));
    out
}

/// The people whom a text names by id.
pub fn people(text: &str) -> Vec<Id> {
    let named = |piece| match piece {
        Piece::Marked(inside) => inside.strip_prefix('@').and_then(Id::parse),
        Piece::Plain(_) => None,
    };
    pieces(text).into_iter().filter_map(named).collect()
}

/// The text in Markdown. `username` knows people by their id; whom it does not know stays as written.
pub fn to_markdown(text: &str, username: &dyn Fn(Id) -> Option<String>) -> String {
    let written = |piece| match piece {
        Piece::Plain(plain) => Cow::Borrowed(plain),
        Piece::Marked(inside) => Cow::Owned(marked(inside, username)),
    };
    pieces(text).into_iter().map(written).collect()
}

fn marked(inside: &str, username: &dyn Fn(Id) -> Option<String>) -> String {
    match inside {
        "!channel" => return "@channel".to_owned(),
        "!here" => return "@here".to_owned(),
        "!all" | "!everyone" => return "@all".to_owned(),
        _ => {}
    }
    if let Some(name) = inside.strip_prefix('@').and_then(Id::parse).and_then(username) {
        return format!("@{name}");
    }
    match inside.split_once('|').filter(|(link, words)| !link.is_empty() && !words.is_empty() && !words.contains('|')) {
        Some((link, words)) => format!("[{words}]({link})"),
        None => format!("<{inside}>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_becomes_markdown() {
        let ann = Id::random();
        let name = |id: Id| (id == ann).then(|| "ann".to_owned());
        let markdown = |text: &str| to_markdown(text, &name);
        assert_eq!(markdown("see <http://h|the page>"), "see [the page](http://h)");
        assert_eq!(markdown("<http://h> a < b, <b|> <>"), "<http://h> a < b, <b|> <>");
        assert_eq!(markdown("<!here> <!channel> <!all>"), "@here @channel @all");
        assert_eq!(markdown(&format!("hi <@{ann}>, <@nobody>")), "hi @ann, <@nobody>");
        assert_eq!(markdown("<mailto:a@h|mail>"), "[mail](mailto:a@h)");
        assert_eq!(people(&format!("<@{ann}> <@x>")), [ann]);
    }
}
