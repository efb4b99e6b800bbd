//! What visitors are shown: links, banner, apps.

section! {
    /// `SupportSettings`: links and addresses in the clients' help menus. A link that is neither a web address nor a path is
    /// emptied. Ours are empty: the reference's lead to its vendor.
    pub struct SupportSettings {
        about_link:                                   String, "AboutLink"                              = "";        "site_customization !"
        allow_download_logs:                          bool,   "AllowDownloadLogs"                      = true;      "site_customization"
        custom_terms_of_service_enabled:              bool,   "CustomTermsOfServiceEnabled"            = false;     "compliance_custom_terms_of_service"
        /// Days.
        custom_terms_of_service_re_acceptance_period: i64,    "CustomTermsOfServiceReAcceptancePeriod" = 365;       "compliance_custom_terms_of_service"
        enable_ask_community_link:                    bool,   "EnableAskCommunityLink"                 = true;      "site_customization"
        forgot_password_link:                         String, "ForgotPasswordLink"                     = "";        "site_customization !"
        help_link:                                    String, "HelpLink"                               = "";        "site_customization"
        privacy_policy_link:                          String, "PrivacyPolicyLink"                      = "";        "site_customization !"
        report_a_problem_link:                        String, "ReportAProblemLink"                     = "";        "site_customization !"
        report_a_problem_mail:                        String, "ReportAProblemMail"                     = "";        "site_customization"
        /// `default`, `link`, `email` or `hidden`.
        report_a_problem_type:                        String, "ReportAProblemType"                     = "default"; "site_customization"
        support_email:                                String, "SupportEmail"                           = "";        "site_notifications"
        terms_of_service_link:                        String, "TermsOfServiceLink"                     = "";        "site_customization !"
    }
}

section! {
    /// `AnnouncementSettings`: the banner above the clients, and the vendor's notices (which Kollegium has none of).
    pub struct AnnouncementSettings {
        admin_notices_enabled:   bool,   "AdminNoticesEnabled"   = false;     "site_notices"
        allow_banner_dismissal:  bool,   "AllowBannerDismissal"  = true;      "site_announcement_banner"
        banner_color:            String, "BannerColor"           = "#f2a93b"; "site_announcement_banner"
        banner_text:             String, "BannerText"            = "";        "site_announcement_banner"
        banner_text_color:       String, "BannerTextColor"       = "#333333"; "site_announcement_banner"
        enable_banner:           bool,   "EnableBanner"          = false;     "site_announcement_banner"
        notices_fetch_frequency: i64,    "NoticesFetchFrequency" = 3600;      "site_notices !"
        notices_skip_cache:      bool,   "NoticesSkipCache"      = false;     "site_notices !"
        notices_url:             String, "NoticesURL"            = "";        "site_notices !"
        user_notices_enabled:    bool,   "UserNoticesEnabled"    = false;     "site_notices"
    }
}

section! {
    /// `NativeAppSettings`: where the apps are found and what they may do.
    pub struct NativeAppSettings {
        android_app_download_link:         String,      "AndroidAppDownloadLink"        = "https://mattermost.com/pl/android-app/"; "site_customization !"
        app_custom_url_schemes:            Vec<String>, "AppCustomURLSchemes"           = &["mmauth://", "mmauthbeta://"]; "site_customization !"
        app_download_link:                 String,      "AppDownloadLink"               = "https://mattermost.com/pl/download-apps"; "site_customization !"
        enable_intune_mam:                 bool,        "EnableIntuneMAM"               = false; "site_customization environment_mobile_security"
        ios_app_download_link:             String,      "IosAppDownloadLink"            = "https://mattermost.com/pl/ios-app/"; "site_customization !"
        mobile_allow_pdf_link_navigation:  bool,        "MobileAllowPdfLinkNavigation"  = false; "site_customization environment_mobile_security"
        mobile_enable_biometrics:          bool,        "MobileEnableBiometrics"        = false; "site_customization environment_mobile_security"
        mobile_enable_secure_file_preview: bool,        "MobileEnableSecureFilePreview" = false; "site_customization environment_mobile_security"
        mobile_external_browser:           bool,        "MobileExternalBrowser"         = false; "site_customization"
        mobile_jailbreak_protection:       bool,        "MobileJailbreakProtection"     = false; "site_customization environment_mobile_security"
        mobile_prevent_screen_capture:     bool,        "MobilePreventScreenCapture"    = false; "site_customization environment_mobile_security"
    }
}

section! {
    /// `ClientRequirements`: versions of the mobile apps that are asked for; empty asks for none.
    pub struct ClientRequirements {
        android_latest_version: String, "AndroidLatestVersion" = ""; "!"
        android_min_version:    String, "AndroidMinVersion"    = ""; "!"
        ios_latest_version:     String, "IosLatestVersion"     = ""; "!"
        ios_min_version:        String, "IosMinVersion"        = ""; "!"
    }
}

section! {
    /// `ImageProxySettings`: whether images in posts are fetched through a proxy.
    pub struct ImageProxySettings {
        enable:                     bool,   "Enable"                  = false;   "environment_image_proxy"
        image_proxy_type:           String, "ImageProxyType"          = "local"; "environment_image_proxy"
        remote_image_proxy_options: String, "RemoteImageProxyOptions" = "";      "environment_image_proxy"
        remote_image_proxy_url:     String, "RemoteImageProxyURL"     = "";      "environment_image_proxy"
    }
}
