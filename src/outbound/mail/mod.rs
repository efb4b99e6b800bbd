//! The mails Kollegium writes: what they say, where their links lead, how they look.
//!
//! A [`Letter`] is what happened, a [`Letterhead`] on whose behalf we write; together they give a [`Mail`]: subject,
//! HTML and plain text. Every value that comes from people is escaped. Links lead to pages of the official web client
//! (auth.md §9). Sentences stand in a table by language (`english.rs`), the look in `layout.html`.

mod english;
mod layout;
mod links;

pub use links::Inviter;

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

/// What is to be told.
#[derive(Debug, Clone)]
pub enum Letter<'a> {
    /// Please confirm the address of the new account, or once more.
    VerifyEmail {
        /// The mailed token.
        token: &'a str,
        /// The address it confirms.
        address: &'a str,
        /// Page to go to afterwards.
        redirect: Option<&'a str>,
    },
    /// Please confirm the address the account was changed to; goes to the new address.
    VerifyNewEmail {
        /// The mailed token.
        token: &'a str,
        /// The new address.
        address: &'a str,
    },
    /// The account's address was changed; goes to the old address.
    EmailChanged {
        /// Until now.
        old: &'a str,
        /// From now on.
        new: &'a str,
    },
    /// The account's user name was changed.
    UsernameChanged {
        /// From now on.
        username: &'a str,
    },
    /// The account is ready; with the token and address to confirm when verification is required.
    Welcome {
        /// The mailed token and the address it confirms.
        verify: Option<(&'a str, &'a str)>,
        /// Where the apps can be had (`NativeAppSettings.AppDownloadLink`); may be empty.
        app_link: &'a str,
    },
    /// The link to choose a new password.
    PasswordReset {
        /// The mailed token.
        token: &'a str,
    },
    /// The password is another one now.
    PasswordChanged(PasswordChange),
    /// The account logs in another way now.
    SignInChanged {
        /// Its name for people, for example "LDAP".
        method: &'a str,
    },
    /// Someone invites the addressee into a team.
    Invitation(Invitation<'a>),
    /// Multi-factor authentication was switched on or off.
    MfaChanged {
        /// On.
        active: bool,
    },
    /// A personal access token was made.
    AccessTokenCreated,
    /// Somebody has written while the addressee was away.
    Messages {
        /// What was written, the oldest first.
        messages: &'a [Message],
        /// Whether the mail says what, and where.
        with_text: bool,
    },
    /// The account was deactivated.
    Deactivated,
    /// An administrator tries the settings.
    Test,
}

/// A message in a channel or a conversation.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Whose, as people call them.
    pub author: String,
    /// The names of channel and team; empty for a direct message.
    pub place: String,
    /// What it says.
    pub text: String,
    /// The team's name in addresses; empty outside teams.
    pub team: String,
    /// The post's id.
    pub post: String,
}

/// How a password was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordChange {
    /// By its owner in the settings.
    ByOwner,
    /// By an administrator.
    ByAdmin,
    /// With a mailed link.
    ByLink,
}

/// An invitation into a team.
#[derive(Debug, Clone)]
pub struct Invitation<'a> {
    /// Who invites, as people call them.
    pub sender: &'a str,
    /// The team's display name.
    pub team_display_name: &'a str,
    /// The team's name in addresses.
    pub team_name: &'a str,
    /// Display names of channels to join as well.
    pub channels: &'a [&'a str],
    /// A personal word of the sender; may be empty.
    pub message: &'a str,
    /// The invited address.
    pub address: &'a str,
    /// The mailed token.
    pub token: &'a str,
    /// What the sender is; part of the link.
    pub inviter: Inviter,
    /// As a guest.
    pub guest: bool,
}

/// A kind of mail: the key of the sentence table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    VerifyEmail,
    VerifyNewEmail,
    EmailChanged,
    UsernameChanged,
    Welcome,
    WelcomeVerify,
    PasswordReset,
    PasswordChangedByOwner,
    PasswordChangedByAdmin,
    PasswordChangedByLink,
    SignInChanged,
    Invitation,
    InvitationToChannels,
    GuestInvitation,
    MfaOn,
    MfaOff,
    AccessTokenCreated,
    Deactivated,
    DirectMessage,
    ChannelMessage,
    UntoldMessage,
    Messages,
    Test,
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

impl Letter<'_> {
    fn kind(&self) -> Kind {
        match self {
            Letter::VerifyEmail { .. } => Kind::VerifyEmail,
            Letter::VerifyNewEmail { .. } => Kind::VerifyNewEmail,
            Letter::EmailChanged { .. } => Kind::EmailChanged,
            Letter::UsernameChanged { .. } => Kind::UsernameChanged,
            Letter::Welcome { verify: None, .. } => Kind::Welcome,
            Letter::Welcome { .. } => Kind::WelcomeVerify,
            Letter::PasswordReset { .. } => Kind::PasswordReset,
            Letter::PasswordChanged(PasswordChange::ByOwner) => Kind::PasswordChangedByOwner,
            Letter::PasswordChanged(PasswordChange::ByAdmin) => Kind::PasswordChangedByAdmin,
            Letter::PasswordChanged(PasswordChange::ByLink) => Kind::PasswordChangedByLink,
            Letter::SignInChanged { .. } => Kind::SignInChanged,
            Letter::Invitation(invitation) if invitation.guest => Kind::GuestInvitation,
            Letter::Invitation(invitation) if invitation.channels.is_empty() => Kind::Invitation,
            Letter::Invitation(_) => Kind::InvitationToChannels,
            Letter::MfaChanged { active: true } => Kind::MfaOn,
            Letter::MfaChanged { .. } => Kind::MfaOff,
            Letter::AccessTokenCreated => Kind::AccessTokenCreated,
            Letter::Deactivated => Kind::Deactivated,
            Letter::Messages { messages: [message], with_text } => match (with_text, message.place.is_empty()) {
                (false, _) => Kind::UntoldMessage,
                (true, true) => Kind::DirectMessage,
                (true, false) => Kind::ChannelMessage,
            },
            Letter::Messages { .. } => Kind::Messages,
            Letter::Test => Kind::Test,
        }
    }

    fn values(&self) -> Values<'_> {
        let value = |name, text: &str| (name, text.to_owned());
        match self {
            Letter::VerifyEmail { address, .. } | Letter::VerifyNewEmail { address, .. } => {
                vec![value("address", address)]
            }
            Letter::EmailChanged { old, new } => vec![value("old", old), value("new", new)],
            Letter::UsernameChanged { username } => vec![value("username", username)],
            Letter::SignInChanged { method } => vec![value("method", method)],
            Letter::Invitation(invitation) => vec![
                value("sender", invitation.sender),
                value("team", invitation.team_display_name),
                value("channels", &invitation.channels.join(", ")),
            ],
            Letter::Messages { messages, .. } => {
                let first = messages.first().cloned().unwrap_or_default();
                vec![("count", messages.len().to_string()), ("author", first.author), ("place", first.place)]
            }
            _ => Vec::new(),
        }
    }

    /// Where the button leads.
    fn link(&self, base: &str) -> Option<String> {
        match self {
            Letter::VerifyEmail { token, address, redirect } => {
                Some(links::verify_email(base, token, address, *redirect))
            }
            Letter::VerifyNewEmail { token, address } => Some(links::verify_email(base, token, address, None)),
            Letter::Welcome { verify: Some((token, address)), .. } => {
                Some(links::verify_email(base, token, address, None))
            }
            Letter::Welcome { .. } => Some(base.to_owned()),
            Letter::PasswordReset { token } => Some(links::reset_password(base, token)),
            Letter::Invitation(invitation) => Some(links::invitation(base, invitation)),
            Letter::Messages { messages, .. } => messages.first().map(|message| links::message(base, message)),
            _ => None,
        }
    }

    fn quote(&self) -> String {
        match self {
            Letter::Invitation(invitation) => invitation.message.to_owned(),
            Letter::Messages { messages: [message], .. } => message.text.clone(),
            Letter::Messages { messages, with_text } => {
                let one = |message: &Message| match (with_text, message.place.as_str()) {
                    (false, _) => message.author.clone(),
                    (true, "") => format!("{}:\n{}", message.author, message.text),
                    (true, place) => format!("{}, {place}:\n{}", message.author, message.text),
                };
                let between = if *with_text { "\n\n" } else { "\n" };
                messages.iter().map(one).collect::<Vec<_>>().join(between)
            }
            _ => String::new(),
        }
    }

    /// Only web addresses: the setting is free text.
    fn app_link(&self) -> &str {
        match self {
            Letter::Welcome { app_link, .. } if app_link.starts_with("https://") || app_link.starts_with("http://") => {
                app_link
            }
            _ => "",
        }
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
