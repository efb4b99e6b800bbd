//! What there is to tell by mail.

use super::{Inviter, Values, links};

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
    /// For the second time, since the first was not taken up.
    pub reminder: bool,
}

/// A kind of mail: the key of the sentence table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
    InvitationAgain,
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

impl Letter<'_> {
    pub(super) fn kind(&self) -> Kind {
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
            Letter::Invitation(invitation) if invitation.reminder => Kind::InvitationAgain,
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

    pub(super) fn values(&self) -> Values<'_> {
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
    pub(super) fn link(&self, base: &str) -> Option<String> {
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

    pub(super) fn quote(&self) -> String {
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
    pub(super) fn app_link(&self) -> &str {
        match self {
            Letter::Welcome { app_link, .. } if app_link.starts_with("https://") || app_link.starts_with("http://") => {
                app_link
            }
            _ => "",
        }
    }
}
