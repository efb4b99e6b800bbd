//! What visitors are told (client-config.md tables A and C).

use serde_json::Value;

use super::{ClientConfig, Facts, Text};
use crate::config::{Features, Settings, version};

/// The configuration for visitors.
pub fn limited(settings: &Settings, features: &Features, facts: &Facts) -> ClientConfig {
    let mut map = ClientConfig::new();
    put_server(&mut map, settings, facts);
    put_site(&mut map, settings);
    put_sign_in(&mut map, settings);
    put_providers(&mut map, settings, features);
    put_terms_of_service(&mut map, settings, features, facts);
    put_feature_flags(&mut map, settings);
    map
}

fn put_server(map: &mut ClientConfig, s: &Settings, facts: &Facts) {
    put! { map:
        "Version"                     version::TARGET;
        "BuildNumber"                 version::BUILD_NUMBER;
        "BuildDate"                   "";
        "BuildHash"                   version::PRODUCT;
        "BuildHashEnterprise"         "none";
        "BuildEnterpriseReady"        false;
        "ServiceEnvironment"          "production";
        "IsFipsEnabled"               false;
        "CWSURL"                      "";
        "SiteURL"                     s.service.site_url;
        "WebsocketURL"                s.service.websocket_url;
        "WebsocketPort"               s.service.websocket_port;
        "WebsocketSecurePort"         s.service.websocket_secure_port;
        "EnableFile"                  s.log.enable_file;
        "FileLevel"                   s.log.file_level;
        "EnableDiagnostics"           s.log.enable_diagnostics;
        "DiagnosticsEnabled"          s.log.enable_diagnostics;
        "DiagnosticId"                facts.telemetry_id;
        "TelemetryId"                 facts.telemetry_id;
        "EnableClientMetrics"         s.metrics.enable_client_metrics;
        "EnableComplianceExport"      s.message_export.enable_export;
        "HasImageProxy"               s.image_proxy.enable;
        "PluginsEnabled"              s.plugin.enable;
        "AppsPluginEnabled"           false;
        "AsymmetricSigningPublicKey"  facts.signing_public_key;
        "NoAccounts"                  facts.no_accounts;
        "AndroidLatestVersion"        s.client_requirements.android_latest_version;
        "AndroidMinVersion"           s.client_requirements.android_min_version;
        "IosLatestVersion"            s.client_requirements.ios_latest_version;
        "IosMinVersion"               s.client_requirements.ios_min_version;
    }
}

fn put_site(map: &mut ClientConfig, s: &Settings) {
    put! { map:
        "SiteName"                         s.team.site_name;
        "EnableCustomBrand"                s.team.enable_custom_brand;
        "CustomBrandText"                  s.team.custom_brand_text;
        "CustomDescriptionText"            s.team.custom_description_text;
        "EnableJoinLeaveMessageByDefault"  s.team.enable_join_leave_message_by_default;
        "EnableBotAccountCreation"         s.service.enable_bot_account_creation;
        "EnableDesktopLandingPage"         s.service.enable_desktop_landing_page;
        "EnableCustomEmoji"                s.service.enable_custom_emoji;
        "EnableUserStatuses"               s.service.enable_user_statuses;
        "DefaultClientLocale"              s.localization.default_client_locale;
        "TermsOfServiceLink"               s.support.terms_of_service_link;
        "PrivacyPolicyLink"                s.support.privacy_policy_link;
        "AboutLink"                        s.support.about_link;
        "HelpLink"                         s.support.help_link;
        "ReportAProblemType"               s.support.report_a_problem_type;
        "ReportAProblemLink"               s.support.report_a_problem_link;
        "ReportAProblemMail"               s.support.report_a_problem_mail;
        "AllowDownloadLogs"                s.support.allow_download_logs;
        "ForgotPasswordLink"               s.support.forgot_password_link;
        "SupportEmail"                     s.support.support_email;
        "EnableAskCommunityLink"           s.support.enable_ask_community_link;
        "AppDownloadLink"                  s.native_app.app_download_link;
        "AndroidAppDownloadLink"           s.native_app.android_app_download_link;
        "IosAppDownloadLink"               s.native_app.ios_app_download_link;
        "MobileExternalBrowser"            s.native_app.mobile_external_browser;
    }
}

fn put_sign_in(map: &mut ClientConfig, s: &Settings) {
    put! { map:
        "EnableUserCreation"               s.team.enable_user_creation;
        "EnableOpenServer"                 s.team.enable_open_server;
        "EnableSignUpWithEmail"            s.email.enable_sign_up_with_email;
        "EnableSignInWithEmail"            s.email.enable_sign_in_with_email;
        "EnableSignInWithUsername"         s.email.enable_sign_in_with_username;
        "EmailLoginButtonColor"            s.email.login_button_color;
        "EmailLoginButtonBorderColor"      s.email.login_button_border_color;
        "EmailLoginButtonTextColor"        s.email.login_button_text_color;
        "PasswordMinimumLength"            s.password.minimum_length;
        "PasswordRequireLowercase"         s.password.lowercase;
        "PasswordRequireUppercase"         s.password.uppercase;
        "PasswordRequireNumber"            s.password.number;
        "PasswordRequireSymbol"            s.password.symbol;
        "PasswordEnableForgotLink"         s.password.enable_forgot_link;
        "EnableMultifactorAuthentication"  s.service.enable_multifactor_authentication;
    }
}

fn put_providers(map: &mut ClientConfig, s: &Settings, features: &Features) {
    let only = |works: bool, text: &str| if works { text.to_owned() } else { String::new() };
    // Of what is switched off nothing is told (golden system/client-config-anonymous).
    let ldap = features.ldap && s.ldap.enable;
    let (saml, open_id) = (features.saml, features.open_id && s.open_id.enable);
    put! { map:
        "EnableLdap"                        ldap;
        "LdapLoginFieldName"                only(ldap, &s.ldap.login_field_name);
        "LdapLoginButtonColor"              only(ldap, &s.ldap.login_button_color);
        "LdapLoginButtonBorderColor"        only(ldap, &s.ldap.login_button_border_color);
        "LdapLoginButtonTextColor"          only(ldap, &s.ldap.login_button_text_color);
        "EnableSaml"                        (saml && s.saml.enable);
        "SamlLoginButtonText"               only(saml, &s.saml.login_button_text);
        "SamlLoginButtonColor"              only(saml, &s.saml.login_button_color);
        "SamlLoginButtonBorderColor"        only(saml, &s.saml.login_button_border_color);
        "SamlLoginButtonTextColor"          only(saml, &s.saml.login_button_text_color);
        "EnableSignUpWithGoogle"            (features.google_oauth && s.google.enable);
        "EnableSignUpWithOffice365"         (features.office365_oauth && s.office365.enable);
        "EnableSignUpWithOpenId"            open_id;
        "OpenIdButtonText"                  only(open_id, &s.open_id.button_text);
        "OpenIdButtonColor"                 only(open_id, &s.open_id.button_color);
        "EnforceMultifactorAuthentication"  (features.mfa && s.service.enforce_multifactor_authentication);
        "EnableGuestAccounts"               (features.guest_accounts && s.guest_accounts.enable);
        "HideGuestTags"                     s.guest_accounts.hide_tags;
        "EnableGuestMagicLink"              (features.guest_accounts && s.guest_accounts.enable_guest_magic_link);
        "GuestAccountsEnforceMultifactorAuthentication" s.guest_accounts.enforce_multifactor_authentication;
    }
    if features.open_id && s.gitlab.enable {
        put! { map:
            "EnableSignUpWithGitLab"  true;
            "GitLabButtonColor"       s.gitlab.button_color;
            "GitLabButtonText"        s.gitlab.button_text;
        }
    }
}

fn put_terms_of_service(map: &mut ClientConfig, s: &Settings, features: &Features, facts: &Facts) {
    // The reference tells of them where it has a licence. Clients keep what they were told once, so they also hear that
    // there are none any more; but only where there were some.
    let in_use = s.support.custom_terms_of_service_enabled || facts.terms_of_service_id.is_some();
    if !features.custom_terms_of_service || !in_use {
        return;
    }
    put! { map:
        "EnableCustomTermsOfService"              s.support.custom_terms_of_service_enabled;
        "CustomTermsOfServiceReAcceptancePeriod"  s.support.custom_terms_of_service_re_acceptance_period;
    }
    if s.support.custom_terms_of_service_enabled {
        put! { map: "CustomTermsOfServiceId" facts.terms_of_service_id.clone().unwrap_or_default(); }
    }
}

/// Table C. Only text and flags get through.
fn put_feature_flags(map: &mut ClientConfig, s: &Settings) {
    let Ok(Value::Object(flags)) = serde_json::to_value(&s.feature_flags) else { return };
    for (name, value) in flags {
        let text = match value {
            Value::Bool(flag) => flag.to_string(),
            Value::String(text) => text,
            _ => continue,
        };
        map.insert(format!("FeatureFlag{name}"), text);
    }
}
