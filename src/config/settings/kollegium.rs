//! What Kollegium can do beyond the reference.

use serde::Deserialize;
use serde_json::Value;

use crate::model::posts::MAX_MESSAGE_RUNES;

section! {
    /// `KollegiumSettings`: set in the file or the environment only. `GET /config` does not show them, because the
    /// official System Console knows nothing of them.
    pub struct KollegiumSettings {
        /// Folder with the official web client, unpacked; empty for none.
        client_directory:       String,     "ClientDirectory"     = "";      "-"
        /// For how many days the access log is kept; 0 for ever.
        access_log_days:        i64,        "AccessLogDays"       = 90;      "-"
        /// Who is let in although their provider's rule would turn them away: user names, mail addresses, ids there, or
        /// `@domain`, separated by commas or blanks.
        admission_allow:        String,     "AdmissionAllow"      = "";      "-"
        /// Who is turned away whatever their provider says; written likewise, and stronger than the former.
        admission_deny:         String,     "AdmissionDeny"       = "";      "-"
        /// For how many minutes an answer of the directory holds for somebody who uses the server; then it is asked anew.
        /// 0 asks at every request.
        admission_recheck_minutes: i64,     "AdmissionRecheckMinutes" = 10;  "-"
        /// What somebody reads who has logged in rightly and is turned away: why, and whom to ask. Empty for a sentence of
        /// the server's own.
        admission_refusal_text: String,     "AdmissionRefusalText" = "";     "-"
        /// After how many days in which they were not here people are deactivated; 0 for never. Bots, people of the
        /// directory and the last administrator stay.
        deactivate_inactive_after_days: i64, "DeactivateInactiveAfterDays" = 0; "-"
        /// Whether people cannot change their own mail address; administrators can.
        fixed_email_addresses:  bool,       "FixedEmailAddresses" = false;   "-"
        /// Whether nobody has a nickname.
        forbid_nicknames:       bool,       "ForbidNicknames"     = false;   "-"
        /// How many invitations a person may mail an hour, and one more at once; 0 for any number.
        invitations_per_hour:   i64,        "InvitationsPerHour"  = 20;      "-"
        /// How many wrong passwords may come from an address of the internet an hour; more are refused unread, but for
        /// accounts that have logged in from there. 0 for any number.
        login_failures_per_address: i64,    "LoginFailuresPerAddress" = 100; "-"
        /// For how many minutes an account stays locked after the last of too many wrong passwords; 0 until an
        /// administrator opens it or its password is changed, as the reference does.
        login_lockout_minutes:  i64,        "LoginLockoutMinutes" = 30;      "-"
        /// PEM file with the only certificate authorities that the directory's certificate may come from; empty for those
        /// of the machine.
        ldap_certificate_authority_file: String, "LdapCertificateAuthorityFile" = ""; "-"
        /// The greatest share of the directory's active accounts, in per cent, that one synchronisation locks out.
        ldap_maximum_lock_out_percent: i64, "LdapMaximumLockOutPercent" = 20; "-"
        /// The DN of the directory's group of those who may be here, groups in it included; empty for no such group.
        ldap_staff_group:       String,     "LdapStaffGroup"      = "";      "-"
        /// For how many days a person's token works; 0 for ever. Those of bots always do.
        personal_token_days:    i64,        "PersonalTokenDays"   = 0;       "-"
        /// Posts that are kept in each channel; the oldest beyond them are erased. 0 for all.
        max_posts_per_channel:  i64,        "MaxPostsPerChannel"  = 0;       "-"
        /// Posts that are kept in all channels of a team together; the oldest beyond them are erased. 0 for all.
        max_posts_per_team:     i64,        "MaxPostsPerTeam"     = 0;       "-"
        /// Code points of the longest message, 1 to 16383.
        max_post_size:          i64,        "MaxPostSize"         = 16_383;  "-"
        /// How many messages somebody may send at once before [`Self::messages_per_minute`] holds them up.
        message_burst:          i64,        "MessageBurst"        = 10;      "-"
        /// How many messages a person may send a minute. Bots are not counted. 0 for any number.
        messages_per_minute:    i64,        "MessagesPerMinute"   = 0;       "-"
        /// Name for people of the second standard channel of new teams; empty for the usual one.
        off_topic_name:         String,     "OffTopicName"        = "";      "-"
        /// Iterations of PBKDF2 in new password hashes; the reference's number. Fewer only for tests.
        password_work_factor:   i64,        "PasswordWorkFactor"  = 600_000; "-"
        /// Who knows of whom: `all`, or `team` for those who share a team, a channel or a conversation that they have had.
        /// With `team` everybody else is as if they were not there, but to those who manage the server's people; and
        /// people write to each other only as with `TeamSettings.RestrictDirectMessage` = `team`.
        people_visible_to:      String,     "PeopleVisibleTo"     = "all";   "-"
        /// Seconds for which authors may delete their messages; -1 for ever. Moderators always may.
        post_delete_time_limit: i64,        "PostDeleteTimeLimit" = -1;      "-"
        /// Whether everybody has a first and a last name. The official sign-up form does not ask for them: accounts come from
        /// administrators, a directory or the API then.
        require_full_name:      bool,       "RequireFullName"     = false;   "-"
        /// Who writes how seldom where, see [`SlowRule`].
        slow_mode:              Vec<Value>, "SlowMode"            = ();      "-"
        /// The claim by which a provider of single sign-on says who may be here, such as `groups`; empty if all may whom it
        /// knows.
        staff_claim:            String,     "StaffClaim"          = "";      "-"
        /// The values of that claim, separated by commas, of which one is enough.
        staff_claim_values:     String,     "StaffClaimValues"    = "";      "-"
        /// Name for people of the channel of new teams that everybody is in; empty for the usual one.
        town_square_name:       String,     "TownSquareName"      = "";      "-"
        /// The form of user names, such as `{first}.{last}` or `{mail}`, see [`crate::model::users::NameRule`]; empty for any. As the former it does
        /// not hold for accounts of a directory or another provider, nor for bots.
        username_rule:          String,     "UsernameRule"        = "";      "-"
    }
}

/// The longest that slow mode lets anybody wait: a day, in seconds.
pub const SLOWEST: i64 = 24 * 60 * 60;

/// A rule of slow mode: `{"Channel": "town-square", "Role": "system_guest", "Seconds": 60}`. Of several that fit somebody
/// in a channel the longest pause holds. Bots, and those who may delete what others say there, never wait.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SlowRule {
    /// The address of a channel, in every team, or `team/channel`; missing or empty for all channels of teams.
    #[serde(default)]
    pub channel: String,
    /// A role that somebody has in the server, the team or the channel; missing or empty for everybody.
    #[serde(default)]
    pub role: String,
    /// How long one waits after a message.
    pub seconds: i64,
}

impl SlowRule {
    fn of(rule: &Value) -> Option<SlowRule> {
        let rule = SlowRule::deserialize(rule).ok()?;
        (1..=SLOWEST).contains(&rule.seconds).then_some(rule)
    }
}

impl KollegiumSettings {
    /// The rules of slow mode; `None` if one of them cannot be read.
    pub fn slow_rules(&self) -> Option<Vec<SlowRule>> {
        self.slow_mode.iter().map(SlowRule::of).collect()
    }

    /// Whether people know only of those with whom they share something.
    pub fn hides_strangers(&self) -> bool {
        self.people_visible_to == "team"
    }

    /// Code points of the longest message.
    pub fn longest_message(&self) -> usize {
        usize::try_from(self.max_post_size).unwrap_or(MAX_MESSAGE_RUNES)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_of_slow_mode() {
        let mut settings = KollegiumSettings::default();
        assert_eq!(settings.slow_rules(), Some(Vec::new()));
        settings.slow_mode = vec![json!({"Seconds": 30}), json!({"Channel": "crew/news", "Role": "x", "Seconds": 1})];
        let rules = settings.slow_rules().unwrap();
        assert_eq!((rules[0].channel.as_str(), rules[1].role.as_str(), rules[1].seconds), ("", "x", 1));
        for wrong in
            [json!({}), json!({"Seconds": 0}), json!({"Seconds": 5, "Chanel": "x"}), json!({"Seconds": 86_401})]
        {
            settings.slow_mode = vec![wrong];
            assert_eq!(settings.slow_rules(), None);
        }
    }
}
