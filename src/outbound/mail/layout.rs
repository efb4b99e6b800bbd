//! How a mail looks: one HTML sheet and its plain-text twin.

use super::{Frame, Letterhead, Words};

/// The sheet; `{names}` are filled in. Tables and inline styles, because Outlook knows nothing else.
const HTML: &str = include_str!("layout.html");

/// Everything that stands on one sheet.
pub(super) struct Sheet<'a> {
    pub letterhead: &'a Letterhead,
    pub words: &'a Words,
    pub frame: &'a Frame,
    pub values: &'a [(&'static str, String)],
    pub link: Option<String>,
    /// A person's own words, `""` for none.
    pub quote: &'a str,
    /// Where to get the apps, `""` for nowhere.
    pub app_link: &'a str,
}

/// Fills the `{names}` of a sentence; a value goes through `write` first. Unknown names stay as they are.
pub(super) fn fill(sentence: &str, values: &[(&'static str, String)], write: fn(&str) -> String) -> String {
    let mut out = String::with_capacity(sentence.len() + 64);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known =
            after.split_once('}').and_then(|(name, tail)| Some((values.iter().find(|(n, _)| *n == name)?, tail)));
        match known {
            Some(((_, value), tail)) => {
                out.push_str(&write(value));
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// For text that is not HTML.
pub(super) fn as_is(text: &str) -> String {
    text.to_owned()
}

/// For HTML text and attribute values.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Escaped, with line breaks kept.
fn lines(text: &str) -> String {
    escaped(text.trim()).replace("\r\n", "\n").replace('\n', "<br>")
}

impl Sheet<'_> {
    pub fn html(&self) -> String {
        let mut body: String = self.words.lines.iter().map(|line| paragraph(&self.escaped(line))).collect();
        if !self.quote.is_empty() {
            body.push_str(&format!(
                "<p style=\"margin:0 0 16px;padding:8px 16px;border-left:4px solid #c3cad6;font-size:16px;line-height:24px;\">{}</p>",
                lines(self.quote)
            ));
        }
        if let Some(link) = &self.link {
            body.push_str(&self.button(link));
        }
        if !self.app_link.is_empty() {
            let link = escaped(self.app_link);
            body.push_str(&paragraph(&format!(
                "{} <a href=\"{link}\" style=\"color:#1c58d9;\">{link}</a>",
                self.frame.apps
            )));
        }
        if !self.words.warning.is_empty() {
            body.push_str(&paragraph(&self.escaped(self.words.warning)));
        }
        let values = [
            ("subject", self.escaped(self.words.subject)),
            ("title", self.escaped(self.words.title)),
            ("body", body),
            ("footer", self.footer()),
        ];
        let mut values = values.to_vec();
        values.push(("site", escaped(&self.letterhead.site_name)));
        fill(HTML, &values, as_is)
    }

    pub fn plain(&self) -> String {
        let mut parts = vec![self.plain_line(self.words.title)];
        parts.extend(self.words.lines.iter().map(|line| self.plain_line(line)));
        if !self.quote.is_empty() {
            parts.push(self.quote.trim().lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n"));
        }
        if let Some(link) = &self.link {
            parts.push(format!("{}:\n{link}", self.plain_line(self.words.button)));
        }
        if !self.app_link.is_empty() {
            parts.push(format!("{} {}", self.frame.apps, self.app_link));
        }
        if !self.words.warning.is_empty() {
            parts.push(self.plain_line(self.words.warning));
        }
        parts.push("-- ".to_owned());
        parts.extend(self.closing().map(|line| self.plain_line(line)));
        if !self.letterhead.organization.is_empty() {
            parts.push(self.letterhead.organization.trim().to_owned());
        }
        parts.join("\n\n") + "\n"
    }

    fn escaped(&self, sentence: &str) -> String {
        fill(sentence, self.values, escaped)
    }

    fn plain_line(&self, sentence: &str) -> String {
        fill(sentence, self.values, as_is)
    }

    /// A table cell as button, so that Outlook colours it too, and the address written out below for programs that
    /// show no buttons.
    fn button(&self, link: &str) -> String {
        let (link, label) = (escaped(link), self.escaped(self.words.button));
        format!(
            "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:8px 0 24px;\"><tr>\
             <td bgcolor=\"#1c58d9\" style=\"border-radius:6px;padding:12px 24px;\"><a href=\"{link}\" \
             style=\"color:#ffffff;font-size:16px;line-height:20px;font-weight:bold;text-decoration:none;display:inline-block;\">{label}</a></td></tr></table>\
             <p class=\"faint\" style=\"margin:0 0 16px;font-size:13px;line-height:20px;color:#5d6b82;word-break:break-all;\">{}<br>{link}</p>",
            self.frame.link
        )
    }

    fn closing(&self) -> impl Iterator<Item = &'static str> {
        let support = Some(self.frame.support).filter(|_| !self.letterhead.support_mail.is_empty());
        support.into_iter().chain([self.frame.reason])
    }

    fn footer(&self) -> String {
        let mut footer = self.closing().map(|line| self.escaped(line)).collect::<Vec<_>>().join("<br>");
        if !self.letterhead.organization.is_empty() {
            footer.push_str("<br><br>");
            footer.push_str(&lines(&self.letterhead.organization));
        }
        footer
    }
}

fn paragraph(html: &str) -> String {
    format!("<p style=\"margin:0 0 16px;font-size:16px;line-height:24px;\">{html}</p>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filling_leaves_values_alone() {
        let values = [("a", "{b}<".to_owned()), ("b", "no".to_owned())];
        assert_eq!(fill("{a} {c} {", &values, as_is), "{b}< {c} {");
        assert_eq!(fill("x{a}", &values, escaped), "x{b}&lt;");
        assert_eq!(escaped("\"'&"), "&quot;&#39;&amp;");
    }
}
