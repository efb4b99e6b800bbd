//! The addresses in mails: pages of the official web client (auth.md §9).

use form_urlencoded::{Serializer, byte_serialize};
use serde::Serialize;

use super::{Invitation, Message};

/// What someone who invites is on this server: the official client reads it from the link (`sbr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inviter {
    /// The system admin who made the first account.
    FirstAdmin,
    /// Another system admin.
    SystemAdmin,
    /// Anybody else.
    Member,
}

impl Inviter {
    fn mark(self) -> &'static str {
        match self {
            Inviter::FirstAdmin => "fa",
            Inviter::SystemAdmin => "sa",
            Inviter::Member => "su",
        }
    }
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// Confirms an address.
pub(super) fn verify_email(base: &str, token: &str, address: &str, redirect: Option<&str>) -> String {
    let mut link = format!("{base}/do_verify_email?token={}&email={}", encoded(token), encoded(address));
    if let Some(redirect) = redirect.filter(|redirect| !redirect.is_empty()) {
        link.push_str("&redirect_to=");
        link.push_str(&encoded(redirect));
    }
    link
}

/// A message, in its team or wherever the client finds it.
pub(super) fn message(base: &str, message: &Message) -> String {
    let team = if message.team.is_empty() { "_redirect" } else { &message.team };
    format!("{base}/{team}/pl/{}", message.post)
}

/// Chooses a new password.
pub(super) fn reset_password(base: &str, token: &str) -> String {
    format!("{base}/reset_password_complete?token={}", encoded(token))
}

/// What the sign-up page shows before the token is used.
#[derive(Serialize)]
struct Shown<'a> {
    display_name: &'a str,
    email: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reminder_interval: Option<&'a str>,
}

/// Signs up, or joins when logged in. The reference's plain team invitation has `md=email`; those to channels and of
/// guests do not.
pub(super) fn invitation(base: &str, invitation: &Invitation<'_>) -> String {
    let shown = Shown {
        display_name: invitation.team_display_name,
        email: invitation.address,
        name: invitation.team_name,
        reminder_interval: invitation.reminder.then_some("48"),
    };
    // Three strings always serialise.
    let shown = serde_json::to_string(&shown).unwrap_or_default();
    let mark = invitation.inviter.mark();
    let mut query = Serializer::new(String::new());
    query.append_pair("d", &shown);
    if invitation.guest || !invitation.channels.is_empty() {
        query.append_pair("t", invitation.token).append_pair("sbr", mark);
    } else {
        query.append_pair("md", "email").append_pair("sbr", mark).append_pair("t", invitation.token);
    }
    format!("{base}/signup_user_complete/?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_as_recorded() {
        assert_eq!(
            verify_email("http://h", "abc", "zoe-1@example.com", None),
            "http://h/do_verify_email?token=abc&email=zoe-1%40example.com"
        );
        assert_eq!(
            verify_email("http://h", "a", "b@c", Some("/x?y=1&z")),
            "http://h/do_verify_email?token=a&email=b%40c&redirect_to=%2Fx%3Fy%3D1%26z"
        );
        assert_eq!(reset_password("http://h/sub", "abc"), "http://h/sub/reset_password_complete?token=abc");
        let team = Invitation {
            sender: "",
            team_display_name: "Team team",
            team_name: "team-1",
            channels: &[],
            message: "",
            address: "y-1@example.com",
            token: "abc",
            inviter: Inviter::Member,
            guest: false,
            reminder: false,
        };
        let shown = "d=%7B%22display_name%22%3A%22Team+team%22%2C%22email%22%3A%22y-1%40example.com%22%2C%22name%22%3A%22team-1%22%7D";
        assert_eq!(
            invitation("http://h", &team),
            format!("http://h/signup_user_complete/?{shown}&md=email&sbr=su&t=abc")
        );
        let guest = Invitation { guest: true, inviter: Inviter::FirstAdmin, ..team };
        assert_eq!(invitation("http://h", &guest), format!("http://h/signup_user_complete/?{shown}&t=abc&sbr=fa"));
    }
}
