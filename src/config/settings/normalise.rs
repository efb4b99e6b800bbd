//! What is put right without a word, as the reference does: values that are empty where nothing can be, and links that
//! would run a script.

use super::Settings;

/// Reactions of different kinds that a post can have at most, whatever is configured.
const MOST_REACTIONS: i64 = 500;

impl Settings {
    /// Puts right what can only be meant one way.
    pub(super) fn normalise(&mut self) {
        self.fill_empty();
        self.empty_unsafe_links();
        let service = &mut self.service;
        service.site_url.truncate(service.site_url.trim_end_matches('/').len());
        service.unique_emoji_reaction_limit_per_post = service.unique_emoji_reaction_limit_per_post.min(MOST_REACTIONS);
        if self.email.smtp_server_timeout == 0 {
            self.email.smtp_server_timeout = 10;
        }
        if self.email.connection_security == "PLAIN" {
            self.email.connection_security.clear();
        }
    }

    /// Texts that cannot be empty get their default back.
    fn fill_empty(&mut self) {
        let standard = Settings::default();
        let pairs = [
            (&mut self.team.site_name, standard.team.site_name),
            (&mut self.email.smtp_server, standard.email.smtp_server),
            (&mut self.email.smtp_port, standard.email.smtp_port),
            (&mut self.file.directory, standard.file.directory),
            (&mut self.file.export_directory, standard.file.export_directory),
            (&mut self.file.amazon_s3_endpoint, standard.file.amazon_s3_endpoint),
            (&mut self.file.export_amazon_s3_endpoint, standard.file.export_amazon_s3_endpoint),
            (&mut self.import.directory, standard.import.directory),
            (&mut self.export.directory, standard.export.directory),
            (&mut self.plugin.directory, standard.plugin.directory),
            (&mut self.plugin.client_directory, standard.plugin.client_directory),
            (&mut self.saml.login_button_text, standard.saml.login_button_text),
        ];
        for (text, default) in pairs {
            if text.is_empty() {
                *text = default;
            }
        }
    }

    /// Links are shown to everybody, so one that is neither a web address nor a path is emptied.
    fn empty_unsafe_links(&mut self) {
        let support = &mut self.support;
        for link in [
            &mut support.terms_of_service_link,
            &mut support.privacy_policy_link,
            &mut support.about_link,
            &mut support.help_link,
            &mut support.report_a_problem_link,
            &mut support.forgot_password_link,
        ] {
            if !["http://", "https://", "/"].iter().any(|start| link.starts_with(start)) {
                link.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn empty_and_unsafe_values() {
        let settings = Settings::from_json(&json!({
            "TeamSettings": {"SiteName": ""},
            "ServiceSettings": {"SiteURL": "https://chat.example.org/", "UniqueEmojiReactionLimitPerPost": 9999},
            "SupportSettings": {"HelpLink": "javascript:alert(1)", "AboutLink": "/about"},
            "EmailSettings": {"ConnectionSecurity": "PLAIN", "SMTPServer": ""},
        }))
        .unwrap();
        assert_eq!(settings.team.site_name, "Kollegium");
        assert_eq!(settings.service.site_url, "https://chat.example.org");
        assert_eq!(settings.service.unique_emoji_reaction_limit_per_post, 500);
        assert_eq!(settings.support.help_link, "");
        assert_eq!(settings.support.about_link, "/about");
        assert_eq!(settings.email.connection_security, "");
        assert_eq!(settings.email.smtp_server, "localhost");
    }
}
