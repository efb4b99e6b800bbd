//! Mail and push notifications.

section! {
    /// `EmailSettings`: sign-in by mail address, outgoing mail, push notifications.
    pub struct EmailSettings {
        /// Empty, `TLS` or `STARTTLS`.
        connection_security:                  String, "ConnectionSecurity"                = "";          "environment_smtp !"
        email_batching_buffer_size:           i64,    "EmailBatchingBufferSize"           = 256;         "experimental_features"
        /// Seconds, at least 30.
        email_batching_interval:              i64,    "EmailBatchingInterval"             = 30;          "experimental_features"
        /// `full` or `generic`.
        email_notification_contents_type:     String, "EmailNotificationContentsType"     = "full";      "site_notifications"
        enable_email_batching:                bool,   "EnableEmailBatching"               = false;       "site_notifications"
        enable_preview_mode_banner:           bool,   "EnablePreviewModeBanner"           = true;        "site_notifications"
        enable_smtp_auth:                     bool,   "EnableSMTPAuth"                    = false;       "environment_smtp !"
        enable_sign_in_with_email:            bool,   "EnableSignInWithEmail"             = true;        "authentication_email"
        enable_sign_in_with_username:         bool,   "EnableSignInWithUsername"          = true;        "authentication_email"
        enable_sign_up_with_email:            bool,   "EnableSignUpWithEmail"             = true;        "authentication_email"
        feedback_email:                       String, "FeedbackEmail"                     = "test@example.com"; "site_notifications"
        feedback_name:                        String, "FeedbackName"                      = "";          "site_notifications"
        feedback_organization:                String, "FeedbackOrganization"              = "";          "site_notifications"
        login_button_border_color:            String, "LoginButtonBorderColor"            = "#2389D7";   "experimental_features"
        login_button_color:                   String, "LoginButtonColor"                  = "#0000";     "experimental_features"
        login_button_text_color:              String, "LoginButtonTextColor"              = "#2389D7";   "experimental_features"
        push_notification_buffer:             i64,    "PushNotificationBuffer"            = 1000;        ""
        /// `full`, `generic`, `generic_no_channel` or `id_loaded`.
        push_notification_contents:           String, "PushNotificationContents"          = "full";      "site_notifications"
        push_notification_server:             String, "PushNotificationServer"            = "";          "environment_push_notification_server"
        reply_to_address:                     String, "ReplyToAddress"                    = "test@example.com"; "site_notifications"
        require_email_verification:           bool,   "RequireEmailVerification"          = false;       "authentication_email"
        smtp_password:                        String, "SMTPPassword"                      = "";          "environment_smtp !"
        smtp_port:                            String, "SMTPPort"                          = "10025";     "environment_smtp !"
        smtp_server:                          String, "SMTPServer"                        = "localhost"; "environment_smtp !"
        /// Seconds.
        smtp_server_timeout:                  i64,    "SMTPServerTimeout"                 = 10;          ""
        smtp_username:                        String, "SMTPUsername"                      = "";          "environment_smtp !"
        send_email_notifications:             bool,   "SendEmailNotifications"            = true;        "site_notifications"
        send_push_notifications:              bool,   "SendPushNotifications"             = false;       "environment_push_notification_server"
        skip_server_certificate_verification: bool,   "SkipServerCertificateVerification" = false;       "environment_smtp !"
        use_channel_in_email_notifications:   bool,   "UseChannelInEmailNotifications"    = false;       "experimental_features"
    }
}
