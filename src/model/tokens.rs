//! Mailed tokens: secrets in links that are good for one thing (auth.md §9). The names of the kinds and the keys of
//! `extra` are those of an existing database, so that links mailed before a switch-over still work.

use serde::{Deserialize, Serialize};

use super::id::{Id, long_token};
use super::time::{TimeMs, now};

const HOUR: TimeMs = 3_600_000;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Proves an address: [`AccountClaim`].
    VerifyEmail,
    /// Sets a new password: [`AccountClaim`].
    PasswordRecovery,
    /// Lets into a team: [`InvitationClaim`].
    TeamInvitation,
    /// Lets a guest into channels: [`InvitationClaim`].
    GuestInvitation,
    /// Connects the two legs of a log-in at a provider; `extra` belongs to the provider's code.
    OAuthState,
}

impl TokenKind {
    /// All kinds.
    pub const ALL: [TokenKind; 5] = [
        TokenKind::VerifyEmail,
        TokenKind::PasswordRecovery,
        TokenKind::TeamInvitation,
        TokenKind::GuestInvitation,
        TokenKind::OAuthState,
    ];

    /// The stored name.
    pub fn name(self) -> &'static str {
        match self {
            TokenKind::VerifyEmail => "verify_email",
            TokenKind::PasswordRecovery => "password_recovery",
            TokenKind::TeamInvitation => "team_invitation",
            TokenKind::GuestInvitation => "guest_invitation",
            TokenKind::OAuthState => "oauth",
        }
    }

    /// The kind of that stored name.
    pub fn parse(name: &str) -> Option<TokenKind> {
        TokenKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How long such a token is good, in milliseconds.
    pub fn lifetime(self) -> TimeMs {
        match self {
            TokenKind::VerifyEmail | TokenKind::PasswordRecovery => 24 * HOUR,
            TokenKind::TeamInvitation | TokenKind::GuestInvitation => 48 * HOUR,
            TokenKind::OAuthState => HOUR / 2,
        }
    }
}

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// 64 characters, the secret in the link.
    pub token: String,
    /// When it was made.
    pub create_at: TimeMs,
    /// Stored name of the kind; unknown ones are kept.
    pub kind: String,
    /// What it stands for, as JSON.
    pub extra: String,
}

impl Token {
    /// A new token for that claim.
    pub fn new(kind: TokenKind, claim: &impl Serialize) -> Token {
        let extra = serde_json::to_string(claim).unwrap_or_default();
        Token { token: long_token(), create_at: now(), kind: kind.name().to_owned(), extra }
    }

    /// What the token stands for, if it is of that kind.
    pub fn claim<'a, T: Deserialize<'a>>(&'a self, kind: TokenKind) -> Option<T> {
        (self.kind == kind.name()).then(|| serde_json::from_str(&self.extra).ok()).flatten()
    }

    /// Whether it was made too long before `now`.
    pub fn is_expired(&self, now: TimeMs) -> bool {
        let lifetime = TokenKind::parse(&self.kind).map_or(0, TokenKind::lifetime);
        now - self.create_at > lifetime
    }

    /// Whether that has the shape of a token.
    pub fn is_well_formed(token: &str) -> bool {
        token.len() == 64
    }
}

/// Who may prove an address or set a password. A changed address makes it void.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountClaim {
    /// User.
    #[serde(rename = "UserId")]
    pub user_id: Id,
    /// The address it was mailed to.
    #[serde(rename = "Email")]
    pub email: String,
}

/// Who may join a team. Bound to the exact address, upper and lower case included (surprises.md, Sign-up).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvitationClaim {
    /// Team.
    #[serde(rename = "teamId")]
    pub team_id: Id,
    /// The address it was mailed to.
    pub email: String,
    /// Channels to join as well: identifiers, separated by spaces.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub channels: String,
    /// Who invited.
    #[serde(rename = "senderId", skip_serializing_if = "Id::is_none")]
    pub sender_id: Id,
    /// `"true"` for guests.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub guest: String,
}

impl InvitationClaim {
    /// Channels to join as well.
    pub fn channel_ids(&self) -> impl Iterator<Item = Id> {
        self.channels.split_whitespace().filter_map(Id::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_read_back_by_its_kind_only() {
        let claim = AccountClaim { user_id: Id::random(), email: "a@example.com".into() };
        let token = Token::new(TokenKind::VerifyEmail, &claim);
        assert!(Token::is_well_formed(&token.token));
        assert_eq!(token.claim::<AccountClaim>(TokenKind::VerifyEmail), Some(claim));
        assert_eq!(token.claim::<AccountClaim>(TokenKind::PasswordRecovery), None);
        assert!(token.extra.contains("\"UserId\""));
    }

    #[test]
    fn tokens_expire() {
        let token = Token::new(TokenKind::TeamInvitation, &InvitationClaim::default());
        assert!(!token.is_expired(token.create_at + 48 * HOUR));
        assert!(token.is_expired(token.create_at + 48 * HOUR + 1));
    }

    #[test]
    fn channels_of_an_invitation() {
        let id = Id::random();
        let claim = InvitationClaim { channels: format!("{id} nonsense"), ..InvitationClaim::default() };
        assert_eq!(claim.channel_ids().collect::<Vec<_>>(), [id]);
    }
}
