//! The mails Kollegium writes: what they say, where their links lead, how they look.
//!
//! A [`Letter`] is what happened, a [`Letterhead`] on whose behalf we write; together they give a [`Mail`]: subject,
//! HTML and plain text. Every value that comes from people is escaped. Links lead to pages of the official web client
//! (auth.md §9). Sentences stand in a table by language (`english.rs`), the look in `layout.html`.

mod english;
mod layout;
mod letter;
mod links;

pub use letter::{Invitation, Letter, Message, PasswordChange};
pub use links::Inviter;

use letter::Kind;

/// A mail without its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// One line.
    pub subject: String,
    /// A whole HTML document.
    pub html: String,
    /// The same for programs that show no HTML.
    pub plain: String,
}

/// On whose behalf we write: values of the settings at that moment.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// `TeamSettings.SiteName`.
    pub site_name: String,
    /// `ServiceSettings.SiteURL`, or where the request came in when that is empty; with or without a trailing slash.
    pub site_url: String,
    /// `SupportSettings.SupportEmail`; may be empty.
    pub support_mail: String,
    /// `EmailSettings.FeedbackOrganization`, the small print below; may be empty.
    pub organization: String,
    /// In which language.
    pub language: Language,
}

/// A language that mails can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, also for whoever prefers another one.
    #[default]
    English,
}

impl Language {
    /// The language for a user's `locale` (`en`, `de`, `pt-BR`, …).
    pub fn of(_locale: &str) -> Language {
        Language::English
    }

    fn words(self, kind: Kind) -> Words {
        match self {
            Language::English => english::words(kind),
        }
    }

    fn frame(self) -> Frame {
        match self {
            Language::English => english::FRAME,
        }
    }
}

/// The sentences of one kind, with `{names}` for values.
struct Words {
    subject: &'static str,
    title: &'static str,
    lines: &'static [&'static str],
    /// What the button says; `""` when the mail has no link.
    button: &'static str,
    /// What to do if the addressee knows nothing of it; `""` for nothing.
    warning: &'static str,
}

/// The sentences around every mail.
struct Frame {
    /// Before the link written out.
    link: &'static str,
    apps: &'static str,
    support: &'static str,
    reason: &'static str,
}

/// A value's name and the value.
type Values<'a> = Vec<(&'static str, String)>;

impl Letterhead {
    /// Writes the letter.
    pub fn write(&self, letter: &Letter<'_>) -> Mail {
        let words = self.language.words(letter.kind());
        let mut values = letter.values();
        values.push(("site", self.site_name.clone()));
        values.push(("server", self.server()));
        values.push(("support", self.support_mail.clone()));
        let sheet = layout::Sheet {
            letterhead: self,
            words: &words,
            frame: &self.language.frame(),
            values: &values,
            link: letter.link(self.base()),
            quote: &letter.quote(),
            app_link: letter.app_link(),
        };
        Mail { subject: layout::fill(words.subject, &values, layout::as_is), html: sheet.html(), plain: sheet.plain() }
    }

    /// The site's address without a trailing slash.
    fn base(&self) -> &str {
        self.site_url.trim().trim_end_matches('/')
    }

    /// The site's address as people say it.
    fn server(&self) -> String {
        let base = self.base();
        base.split_once("://").map_or(base, |(_, rest)| rest).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letterhead() -> Letterhead {
        Letterhead {
            site_name: "Schule <Süd>".to_owned(),
            site_url: "https://chat.example.org/team/".to_owned(),
            support_mail: "help@example.org".to_owned(),
            organization: "Example e. V.\n1 Street".to_owned(),
            language: Language::of("de"),
        }
    }

    fn all() -> Vec<Letter<'static>> {
        let invitation = Invitation {
            sender: "Ann <script>",
            team_display_name: "Team & Co",
            team_name: "team-1",
            channels: &[],
            message: "Come & see\n<b>it</b>",
            address: "bob@example.com",
            token: "tok",
            inviter: Inviter::Member,
            guest: false,
            reminder: false,
        };
        let message = |place: &str| Message {
            author: "Ann <script>".into(),
            place: place.into(),
            text: "See\n<b>it</b>".into(),
            team: "team-1".into(),
            post: "abc".into(),
        };
        let direct: &'static [Message] = Box::leak(Box::new([message("")]));
        let several: &'static [Message] = Box::leak(Box::new([message("Room (Team & Co)"), message("")]));
        vec![
            Letter::VerifyEmail { token: "tok", address: "a+b@example.com", redirect: None },
            Letter::VerifyNewEmail { token: "tok", address: "a@example.com" },
            Letter::EmailChanged { old: "a@example.com", new: "b@example.com" },
            Letter::UsernameChanged { username: "ann" },
            Letter::Welcome { verify: None, app_link: "" },
            Letter::Welcome { verify: Some(("tok", "a@example.com")), app_link: "https://example.org/apps" },
            Letter::PasswordReset { token: "tok" },
            Letter::PasswordChanged(PasswordChange::ByOwner),
            Letter::PasswordChanged(PasswordChange::ByAdmin),
            Letter::PasswordChanged(PasswordChange::ByLink),
            Letter::SignInChanged { method: "LDAP" },
            Letter::Invitation(Invitation { channels: &["One", "Two"], ..invitation.clone() }),
            Letter::Invitation(Invitation { guest: true, ..invitation.clone() }),
            Letter::Invitation(Invitation { reminder: true, ..invitation.clone() }),
            Letter::Invitation(invitation),
            Letter::MfaChanged { active: true },
            Letter::MfaChanged { active: false },
            Letter::AccessTokenCreated,
            Letter::Deactivated,
            Letter::Messages { messages: direct, with_text: true },
            Letter::Messages { messages: direct, with_text: false },
            Letter::Messages { messages: several, with_text: true },
            Letter::Messages { messages: several, with_text: false },
            Letter::Test,
        ]
    }

    #[test]
    fn every_letter_is_complete() {
        for letter in all() {
            let mail = letterhead().write(&letter);
            assert!(!mail.subject.is_empty() && !mail.plain.is_empty(), "{letter:?}");
            assert!(mail.html.starts_with("<!doctype html>") && mail.html.contains("Schule &lt;Süd&gt;"), "{letter:?}");
            assert!(!mail.html.contains("<script") && !mail.html.contains("<b>it"), "{}", mail.html);
            for text in [&mail.subject, &mail.plain, &mail.html] {
                assert!(!text.contains('{') || text.contains("prefers-color-scheme"), "a gap in {text}");
                assert!(!text.to_lowercase().contains("mattermost"), "{text}");
            }
            assert!(mail.plain.contains("help@example.org"), "{}", mail.plain);
        }
    }

    /// The parity cases compare the links of a mail that begin with the site's address and a slash.
    #[test]
    fn only_the_button_leads_into_the_site() {
        for letter in all() {
            let head = letterhead();
            let html = head.write(&letter).html.replace("&amp;", "&");
            let inside: Vec<&str> =
                html.split('"').filter(|part| part.starts_with("https://chat.example.org/team/")).collect();
            let wanted: Vec<String> = letter.link(head.base()).into_iter().filter(|link| link != head.base()).collect();
            assert_eq!(inside, wanted, "{letter:?}");
        }
    }

    #[test]
    fn the_message_of_an_invitation_keeps_its_lines() {
        let letters = all();
        let mail = letterhead().write(&letters[13]);
        assert!(mail.html.contains("Come &amp; see<br>&lt;b&gt;it&lt;/b&gt;"), "{}", mail.html);
        assert!(mail.plain.contains("> Come & see\n> <b>it</b>"), "{}", mail.plain);
        assert!(mail.subject.contains("Ann <script>"));
    }

    #[test]
    fn app_links_must_be_web_addresses() {
        let letter = Letter::Welcome { verify: None, app_link: "javascript:alert(1)" };
        assert!(!letterhead().write(&letter).html.contains("javascript"));
    }
}
