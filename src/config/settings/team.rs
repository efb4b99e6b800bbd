//! People and teams: sign-up, names, privacy, passwords, guests, appearance of text.

section! {
    /// `TeamSettings`: who may sign up, how large teams and channels grow, how people are named.
    pub struct TeamSettings {
        custom_brand_text:                       String,      "CustomBrandText"                     = "";          "site_customization"
        custom_description_text:                 String,      "CustomDescriptionText"               = "";          "site_customization"
        enable_confirm_notifications_to_channel: bool,        "EnableConfirmNotificationsToChannel" = true;        "site_notifications"
        enable_custom_brand:                     bool,        "EnableCustomBrand"                   = false;       "site_customization"
        enable_custom_user_statuses:             bool,        "EnableCustomUserStatuses"            = true;        "site_users_and_teams"
        enable_join_leave_message_by_default:    bool,        "EnableJoinLeaveMessageByDefault"     = true;        "site_users_and_teams"
        enable_last_active_time:                 bool,        "EnableLastActiveTime"                = true;        "site_users_and_teams"
        enable_open_server:                      bool,        "EnableOpenServer"                    = false;       "authentication_signup"
        enable_user_creation:                    bool,        "EnableUserCreation"                  = true;        "authentication_signup"
        enable_user_deactivation:                bool,        "EnableUserDeactivation"              = false;       "experimental_features"
        experimental_default_channels:           Vec<String>, "ExperimentalDefaultChannels"         = &[];         "experimental_features"
        experimental_enable_automatic_replies:   bool,        "ExperimentalEnableAutomaticReplies"  = false;       "experimental_features"
        experimental_primary_team:               String,      "ExperimentalPrimaryTeam"             = "";          "experimental_features"
        experimental_view_archived_channels:     bool,        "ExperimentalViewArchivedChannels"    = true;        "experimental_features site_users_and_teams"
        lock_teammate_name_display:              bool,        "LockTeammateNameDisplay"             = false;       "site_users_and_teams"
        max_channels_per_team:                   i64,         "MaxChannelsPerTeam"                  = 2000;        "site_users_and_teams"
        /// Above so many members a channel-wide mention notifies nobody.
        max_notifications_per_channel:           i64,         "MaxNotificationsPerChannel"          = 1000;        "environment_push_notification_server"
        max_users_per_team:                      i64,         "MaxUsersPerTeam"                     = 50;          "site_users_and_teams"
        /// Mail domains, separated by commas or spaces; empty for all.
        restrict_creation_to_domains:            String,      "RestrictCreationToDomains"           = "";          "authentication_signup"
        /// `any` or `team`: whom one may write to.
        restrict_direct_message:                 String,      "RestrictDirectMessage"               = "any";       "site_users_and_teams"
        /// At most 30 bytes.
        site_name:                               String,      "SiteName"                            = "Kollegium"; "site_customization"
        /// `username`, `nickname_full_name` or `full_name`.
        teammate_name_display:                   String,      "TeammateNameDisplay"                 = "username";  "site_users_and_teams"
        /// Seconds.
        user_status_away_timeout:                i64,         "UserStatusAwayTimeout"               = 300;         "experimental_features"
    }
}

section! {
    /// `GuestAccountsSettings`: whether and how guests may be invited.
    pub struct GuestAccountsSettings {
        allow_email_accounts:               bool,   "AllowEmailAccounts"               = true;  "authentication_guest_access"
        enable:                             bool,   "Enable"                           = false; "authentication_guest_access"
        enable_guest_magic_link:            bool,   "EnableGuestMagicLink"             = false; "authentication_guest_access"
        enforce_multifactor_authentication: bool,   "EnforceMultifactorAuthentication" = false; "authentication_guest_access"
        hide_tags:                          bool,   "HideTags"                         = false; "authentication_guest_access"
        restrict_creation_to_domains:       String, "RestrictCreationToDomains"        = "";    "authentication_guest_access"
    }
}

section! {
    /// `PasswordSettings`: what a password must contain. Lengths count bytes (surprises.md "Sign-up").
    pub struct PasswordSettings {
        enable_forgot_link: bool, "EnableForgotLink" = true;  "authentication_password"
        lowercase:          bool, "Lowercase"        = false; "authentication_password"
        /// 5 to 72.
        minimum_length:     i64,  "MinimumLength"    = 8;     "authentication_password"
        number:             bool, "Number"           = false; "authentication_password"
        symbol:             bool, "Symbol"           = false; "authentication_password"
        uppercase:          bool, "Uppercase"        = false; "authentication_password"
    }
}

section! {
    /// `PrivacySettings`: what members see of each other.
    pub struct PrivacySettings {
        show_email_address: bool, "ShowEmailAddress" = true;  "site_users_and_teams"
        show_full_name:     bool, "ShowFullName"     = true;  "site_users_and_teams"
        use_anonymous_urls: bool, "UseAnonymousURLs" = false; "site_users_and_teams"
    }
}

section! {
    /// `LocalizationSettings`: languages of server and clients.
    pub struct LocalizationSettings {
        /// Separated by commas; empty for all.
        available_locales:           String, "AvailableLocales"          = "";    "site_localization"
        default_client_locale:       String, "DefaultClientLocale"       = "en";  "site_localization"
        default_server_locale:       String, "DefaultServerLocale"       = "en";  "site_localization"
        enable_experimental_locales: bool,   "EnableExperimentalLocales" = false; "site_localization"
    }
}

section! {
    /// `DisplaySettings`: how clients render posts.
    pub struct DisplaySettings {
        custom_url_schemes: Vec<String>, "CustomURLSchemes" = &[]; "site_posts"
        max_markdown_nodes: i64,         "MaxMarkdownNodes" = 0;   "site_posts"
    }
}

section! {
    /// `ThemeSettings`: which colours members may choose.
    pub struct ThemeSettings {
        allow_custom_themes:    bool,        "AllowCustomThemes"    = true;      "experimental_features"
        allowed_themes:         Vec<String>, "AllowedThemes"        = &[];       ""
        default_theme:          String,      "DefaultTheme"         = "default"; "experimental_features"
        enable_theme_selection: bool,        "EnableThemeSelection" = true;      "experimental_features"
    }
}

section! {
    /// `WranglerSettings`: who may move threads to another channel.
    pub struct WranglerSettings {
        allowed_email_domain:                           Vec<String>, "AllowedEmailDomain"                       = &[];   ""
        move_thread_from_direct_message_channel_enable: bool,        "MoveThreadFromDirectMessageChannelEnable" = false; ""
        move_thread_from_group_message_channel_enable:  bool,        "MoveThreadFromGroupMessageChannelEnable"  = false; ""
        move_thread_from_private_channel_enable:        bool,        "MoveThreadFromPrivateChannelEnable"       = false; ""
        move_thread_max_count:                          i64,         "MoveThreadMaxCount"                       = 100;   ""
        move_thread_to_another_team_enable:             bool,        "MoveThreadToAnotherTeamEnable"            = false; ""
        permitted_wrangler_roles:                       Vec<String>, "PermittedWranglerRoles"                   = &[];   ""
    }
}

section! {
    /// `AccessControlSettings`: access by attributes of people.
    pub struct AccessControlSettings {
        enable_attribute_based_access_control: bool, "EnableAttributeBasedAccessControl" = false; "!"
        enable_user_managed_attributes:        bool, "EnableUserManagedAttributes"       = false; "!"
    }
}
