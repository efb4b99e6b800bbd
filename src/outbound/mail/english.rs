//! What mails say in English.

use super::{Frame, Kind, Words};

const NOT_ME: &str = "If this was not you, change your password at once and tell your administrator.";

pub(super) const FRAME: Frame = Frame {
    link: "If the button does not work, open this address in your browser:",
    apps: "There are apps for computers and phones:",
    support: "Questions? Write to {support}.",
    reason: "This mail was sent by {site} ({server}).",
};

/// The sentences of a kind of mail.
pub(super) fn words(kind: Kind) -> Words {
    match kind {
        Kind::VerifyEmail | Kind::VerifyNewEmail | Kind::EmailChanged | Kind::UsernameChanged => address(kind),
        Kind::Welcome | Kind::WelcomeVerify => welcome(kind),
        Kind::Invitation | Kind::InvitationAgain | Kind::InvitationToChannels | Kind::GuestInvitation => {
            invitation(kind)
        }
        Kind::PasswordReset
        | Kind::PasswordChangedByOwner
        | Kind::PasswordChangedByAdmin
        | Kind::PasswordChangedByLink => password(kind),
        Kind::SignInChanged | Kind::MfaOn | Kind::MfaOff | Kind::AccessTokenCreated => security(kind),
        Kind::Deactivated => DEACTIVATED,
        Kind::DirectMessage | Kind::ChannelMessage | Kind::UntoldMessage | Kind::Messages => messages(kind),
        Kind::Test => TEST,
    }
}

fn address(kind: Kind) -> Words {
    match kind {
        Kind::VerifyNewEmail => Words {
            subject: "[{site}] Please confirm your new e-mail address",
            title: "Confirm your new address",
            lines: &[
                "The address of your account on {site} was changed to {address}. Please confirm that it is yours. The link is valid for 24 hours.",
            ],
            button: "Confirm address",
            warning: "If you know nothing of this, you need not do anything.",
        },
        Kind::EmailChanged => Words {
            subject: "[{site}] Your e-mail address was changed",
            title: "Your address was changed",
            lines: &[
                "The address of your account on {site} was changed from {old} to {new}. Mails of {site} go to the new address from now on.",
            ],
            button: "",
            warning: NOT_ME,
        },
        Kind::UsernameChanged => Words {
            subject: "[{site}] Your user name was changed",
            title: "Your user name was changed",
            lines: &["Your user name on {site} is now {username}."],
            button: "",
            warning: NOT_ME,
        },
        _ => Words {
            subject: "[{site}] Please confirm your e-mail address",
            title: "Confirm your address",
            lines: &[
                "An account on {site} was opened with {address}. Please confirm that this address is yours. The link is valid for 24 hours.",
            ],
            button: "Confirm address",
            warning: "If you did not open an account there, you need not do anything.",
        },
    }
}

/// How to get no more of these.
const NO_MORE: &str =
    "You were away when this was written. Whether you get such mails is decided in your settings, under Notifications.";

fn messages(kind: Kind) -> Words {
    let words = Words {
        subject: "[{site}] {count} new messages",
        title: "{count} new messages",
        lines: &["These messages are for you:"],
        button: "Show the first one",
        warning: NO_MORE,
    };
    match kind {
        Kind::DirectMessage => Words {
            subject: "[{site}] {author} wrote to you",
            title: "{author} wrote to you",
            lines: &["A direct message:"],
            button: "Show message",
            ..words
        },
        Kind::ChannelMessage => Words {
            subject: "[{site}] {author} wrote in {place}",
            title: "{author} wrote in {place}",
            lines: &["A message for you:"],
            button: "Show message",
            ..words
        },
        Kind::UntoldMessage => Words {
            subject: "[{site}] A message from {author}",
            title: "{author} wrote a message for you",
            lines: &["Log in to {site} to read it."],
            button: "Show message",
            ..words
        },
        _ => words,
    }
}

fn welcome(kind: Kind) -> Words {
    match kind {
        Kind::WelcomeVerify => Words {
            subject: "[{site}] Welcome! Please confirm your e-mail address",
            title: "Welcome to {site}",
            lines: &[
                "Your account is nearly ready. Please confirm that this address is yours; after that you can log in. The link is valid for 24 hours.",
            ],
            button: "Confirm address",
            warning: "If you did not open an account there, you need not do anything.",
        },
        _ => Words {
            subject: "[{site}] Welcome!",
            title: "Welcome to {site}",
            lines: &["Your account is ready. Log in with your user name or this e-mail address at {server}."],
            button: "Open {site}",
            warning: "",
        },
    }
}

fn invitation(kind: Kind) -> Words {
    const WARNING: &str = "If you do not know who invites you, you need not do anything.";
    match kind {
        Kind::InvitationToChannels => Words {
            subject: "[{site}] {sender} invites you to the team {team}",
            title: "{sender} invites you to the team {team}",
            lines: &[
                "You can talk to each other there, in these channels among others: {channels}. The link is for this address alone and valid for 48 hours.",
            ],
            button: "Join now",
            warning: WARNING,
        },
        Kind::InvitationAgain => Words {
            subject: "[{site}] Reminder: {sender} invites you to the team {team}",
            title: "Reminder: {sender} invites you to the team {team}",
            lines: &[
                "You were invited two days ago, and that link has expired. This one is for this address alone and valid for 48 hours; there will be no further reminder.",
            ],
            button: "Join now",
            warning: WARNING,
        },
        Kind::GuestInvitation => Words {
            subject: "[{site}] {sender} invites you as a guest of the team {team}",
            title: "{sender} invites you as a guest of the team {team}",
            lines: &[
                "As a guest you see the channels you are invited to: {channels}. The link is for this address alone and valid for 48 hours.",
            ],
            button: "Join now",
            warning: WARNING,
        },
        _ => Words {
            subject: "[{site}] {sender} invites you to the team {team}",
            title: "{sender} invites you to the team {team}",
            lines: &[
                "On {site} you can talk to each other, share files and find everything again. The link is for this address alone and valid for 48 hours.",
            ],
            button: "Join now",
            warning: WARNING,
        },
    }
}

fn password(kind: Kind) -> Words {
    let changed = |lines| Words {
        subject: "[{site}] Your password was changed",
        title: "Your password was changed",
        lines,
        button: "",
        warning: NOT_ME,
    };
    match kind {
        Kind::PasswordChangedByAdmin => changed(&[
            "An administrator set a new password for your account on {site}. If you do not know it, use \"Forgot your password?\" on the log-in page.",
        ]),
        Kind::PasswordChangedByLink => {
            changed(&["The password of your account on {site} was changed with a link that was mailed to you."])
        }
        Kind::PasswordChangedByOwner => {
            changed(&["The password of your account on {site} was changed in its settings."])
        }
        _ => Words {
            subject: "[{site}] Choose a new password",
            title: "Choose a new password",
            lines: &[
                "Somebody asked for a new password for your account on {site}. The link works once and is valid for 24 hours.",
            ],
            button: "Choose a new password",
            warning: "If this was not you, you need not do anything: your password stays as it is.",
        },
    }
}

fn security(kind: Kind) -> Words {
    match kind {
        Kind::MfaOn => Words {
            subject: "[{site}] Multi-factor authentication is on",
            title: "Multi-factor authentication is on",
            lines: &["From now on, logging in to {site} also takes a code from your authenticator app."],
            button: "",
            warning: NOT_ME,
        },
        Kind::MfaOff => Words {
            subject: "[{site}] Multi-factor authentication is off",
            title: "Multi-factor authentication is off",
            lines: &["Logging in to your account on {site} takes only your password again."],
            button: "",
            warning: NOT_ME,
        },
        Kind::AccessTokenCreated => Words {
            subject: "[{site}] A personal access token was created",
            title: "A personal access token was created",
            lines: &[
                "A program that has this token can act on {site} in your name until the token is revoked. You find your tokens in your settings under Security.",
            ],
            button: "",
            warning: NOT_ME,
        },
        _ => Words {
            subject: "[{site}] You log in another way now",
            title: "You log in another way now",
            lines: &["Your account on {site} now logs in with {method}."],
            button: "",
            warning: NOT_ME,
        },
    }
}

const DEACTIVATED: Words = Words {
    subject: "[{site}] Your account was deactivated",
    title: "Your account was deactivated",
    lines: &[
        "Your account on {site} ({server}) was deactivated. You are logged out everywhere and get no more notifications; what you wrote stays where it is.",
    ],
    button: "",
    warning: "If this was not meant, ask your administrator to activate it again.",
};

const TEST: Words = Words {
    subject: "[{site}] Test mail",
    title: "Mail works",
    lines: &["This is the test mail that an administrator of {site} asked for. The mail settings are right."],
    button: "",
    warning: "",
};
