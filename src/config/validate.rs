//! Values that cannot be: one rule a line, in the reference's order, because its API answers the first that is broken.

use std::net::Ipv6Addr;
use std::path::Path;

use super::data_source::demands_tls;
use super::mask::is_secret;
use super::problem::{Problem, short};
use super::schema::at;
use super::settings::Settings;
use crate::model::errors::{Code, config as codes};
use crate::model::posts::MAX_MESSAGE_RUNES;
use crate::model::text::runes;
use crate::model::users::NameRule;

/// What must hold of a setting.
struct Rule {
    code: Code,
    path: &'static str,
    /// What is right, to follow "must be".
    expected: &'static str,
    holds: fn(&Settings) -> bool,
}

/// `CODE "Section.Key" "what it must be" |settings| holds;`
macro_rules! rules {
    ($($code:ident $path:literal $expected:literal |$s:ident| $holds:expr;)*) => {
        &[$(Rule { code: codes::$code, path: $path, expected: $expected, holds: |$s| $holds },)*]
    };
}

const RULES: &[Rule] = rules! {
    SITE_URL_EMAIL_BATCHING             "ServiceSettings.SiteURL"                                  "set while EmailSettings.EnableEmailBatching is on"
        |s| !s.service.site_url.is_empty() || !s.email.enable_email_batching;
    CLUSTER_EMAIL_BATCHING              "EmailSettings.EnableEmailBatching"                        "off in a cluster"
        |s| !(s.cluster.enable && s.email.enable_email_batching);
    CACHE_TYPE                          "CacheSettings.CacheType"                                  "lru or redis"
        |s| one_of(&s.cache.cache_type, &["lru", "redis"]);
    EMPTY_REDIS_ADDRESS                 "CacheSettings.RedisAddress"                               "set while CacheSettings.CacheType is redis"
        |s| s.cache.cache_type != "redis" || !s.cache.redis_address.is_empty();
    INVALID_REDIS_DB                    "CacheSettings.RedisDB"                                    "0 or more while CacheSettings.CacheType is redis"
        |s| s.cache.cache_type != "redis" || s.cache.redis_db >= 0;
    ALLOW_COOKIES_FOR_SUBDOMAINS        "ServiceSettings.SiteURL"                                  "set while ServiceSettings.AllowCookiesForSubdomains is on"
        |s| !s.service.site_url.is_empty() || !s.service.allow_cookies_for_subdomains;
    MAX_USERS                           "TeamSettings.MaxUsersPerTeam"                             "1 or more"
        |s| s.team.max_users_per_team > 0;
    MAX_CHANNELS                        "TeamSettings.MaxChannelsPerTeam"                          "1 or more"
        |s| s.team.max_channels_per_team > 0;
    USER_STATUS_AWAY_TIMEOUT            "TeamSettings.UserStatusAwayTimeout"                       "1 second or more"
        |s| s.team.user_status_away_timeout > 0;
    MAX_NOTIFY_PER_CHANNEL              "TeamSettings.MaxNotificationsPerChannel"                  "1 or more"
        |s| s.team.max_notifications_per_channel > 0;
    RESTRICT_DIRECT_MESSAGE             "TeamSettings.RestrictDirectMessage"                       "any or team"
        |s| one_of(&s.team.restrict_direct_message, &["any", "team"]);
    TEAMMATE_NAME_DISPLAY               "TeamSettings.TeammateNameDisplay"                         "username, nickname_full_name or full_name"
        |s| one_of(&s.team.teammate_name_display, &["username", "nickname_full_name", "full_name"]);
    SITENAME_LENGTH                     "TeamSettings.SiteName"                                    "at most 30 bytes long"
        |s| s.team.site_name.len() <= 30;
    LINK_METADATA_TIMEOUT               "ExperimentalSettings.LinkMetadataTimeoutMilliseconds"     "1 or more"
        |s| s.experimental.link_metadata_timeout_milliseconds > 0;
    ENCRYPT_SQL                         "SqlSettings.AtRestEncryptKey"                             "at least 32 characters long, or empty"
        |s| empty_or_32(&s.sql.at_rest_encrypt_key);
    SQL_DRIVER                          "SqlSettings.DriverName"                                   "sqlite or postgres"
        |s| one_of(&s.sql.driver_name, &["sqlite", "postgres"]);
    SQL_IDLE                            "SqlSettings.MaxIdleConns"                                 "1 or more"
        |s| s.sql.max_idle_conns > 0;
    SQL_CONN_MAX_LIFETIME               "SqlSettings.ConnMaxLifetimeMilliseconds"                  "0 or more"
        |s| s.sql.conn_max_lifetime_milliseconds >= 0;
    SQL_CONN_MAX_IDLE_TIME              "SqlSettings.ConnMaxIdleTimeMilliseconds"                  "0 or more"
        |s| s.sql.conn_max_idle_time_milliseconds >= 0;
    SQL_QUERY_TIMEOUT                   "SqlSettings.QueryTimeout"                                 "1 second or more"
        |s| s.sql.query_timeout > 0;
    SQL_DATA_SRC                        "SqlSettings.DataSource"                                   "set while SqlSettings.DriverName is postgres"
        |s| s.sql.driver_name != "postgres" || !s.sql.data_source.is_empty();
    SQL_DATA_SRC                        "SqlSettings.DataSource"                                   "without sslmode=require, verify-ca or verify-full, as Kollegium has no TLS to PostgreSQL: reach the database by its Unix socket, on this machine or through a tunnel (stunnel, WireGuard, a TLS proxy beside this server), and write sslmode=disable"
        |s| s.sql.driver_name != "postgres" || !demands_tls(&s.sql.data_source);
    SQL_MAX_CONN                        "SqlSettings.MaxOpenConns"                                 "1 or more"
        |s| s.sql.max_open_conns > 0;
    MAX_FILE_SIZE                       "FileSettings.MaxFileSize"                                 "1 byte or more"
        |s| s.file.max_file_size > 0;
    FILE_DRIVER                         "FileSettings.DriverName"                                  "local or amazons3"
        |s| one_of(&s.file.driver_name, &["local", "amazons3"]);
    FILE_SALT                           "FileSettings.PublicLinkSalt"                              "at least 32 characters long, or empty"
        |s| empty_or_32(&s.file.public_link_salt);
    IMAGE_DECODER_CONCURRENCY           "FileSettings.MaxImageDecoderConcurrency"                  "1 or more, or -1 for one a processor"
        |s| s.file.max_image_decoder_concurrency == -1 || s.file.max_image_decoder_concurrency > 0;
    AMAZONS3_TIMEOUT                    "FileSettings.AmazonS3RequestTimeoutMilliseconds"          "1 or more"
        |s| s.file.amazon_s3_request_timeout_milliseconds > 0;
    EMAIL_SECURITY                      "EmailSettings.ConnectionSecurity"                         "empty, TLS or STARTTLS"
        |s| one_of(&s.email.connection_security, &["", "TLS", "STARTTLS"]);
    EMAIL_BATCHING_BUFFER_SIZE          "EmailSettings.EmailBatchingBufferSize"                    "1 or more"
        |s| s.email.email_batching_buffer_size > 0;
    EMAIL_BATCHING_INTERVAL             "EmailSettings.EmailBatchingInterval"                      "30 seconds or more"
        |s| s.email.email_batching_interval >= 30;
    EMAIL_NOTIFICATION_CONTENTS_TYPE    "EmailSettings.EmailNotificationContentsType"              "full or generic"
        |s| one_of(&s.email.email_notification_contents_type, &["full", "generic"]);
    LDAP_SECURITY                       "LdapSettings.ConnectionSecurity"                          "empty, TLS or STARTTLS"
        |s| one_of(&s.ldap.connection_security, &["", "TLS", "STARTTLS"]);
    LDAP_SYNC_INTERVAL                  "LdapSettings.SyncIntervalMinutes"                         "1 or more"
        |s| s.ldap.sync_interval_minutes > 0;
    LDAP_MAX_PAGE_SIZE                  "LdapSettings.MaxPageSize"                                 "0 or more"
        |s| s.ldap.max_page_size >= 0;
    LDAP_SERVER                         "LdapSettings.LdapServer"                                  "set while LdapSettings.Enable is on"
        |s| !s.ldap.enable || !s.ldap.ldap_server.is_empty();
    LDAP_BASEDN                         "LdapSettings.BaseDN"                                      "set while LdapSettings.Enable is on"
        |s| !s.ldap.enable || !s.ldap.base_dn.is_empty();
    LDAP_EMAIL                          "LdapSettings.EmailAttribute"                              "set while LdapSettings.Enable is on"
        |s| !s.ldap.enable || !s.ldap.email_attribute.is_empty();
    LDAP_USERNAME                       "LdapSettings.UsernameAttribute"                           "set while LdapSettings.Enable is on"
        |s| !s.ldap.enable || !s.ldap.username_attribute.is_empty();
    LDAP_ID                             "LdapSettings.IdAttribute"                                 "set while LdapSettings.Enable is on"
        |s| !s.ldap.enable || !s.ldap.id_attribute.is_empty();
    LDAP_LOGIN_ID                       "LdapSettings.LoginIdAttribute"                            "set while LdapSettings.Enable is on"
        |s| !s.ldap.enable || !s.ldap.login_id_attribute.is_empty();
    SAML_IDP_URL                        "SamlSettings.IdpURL"                                      "a web address while SamlSettings.Enable is on"
        |s| !s.saml.enable || is_web_address(&s.saml.idp_url);
    SAML_IDP_DESCRIPTOR_URL             "SamlSettings.IdpDescriptorURL"                            "set while SamlSettings.Enable is on"
        |s| !s.saml.enable || !s.saml.idp_descriptor_url.is_empty();
    SAML_IDP_CERT                       "SamlSettings.IdpCertificateFile"                          "set while SamlSettings.Enable is on"
        |s| !s.saml.enable || !s.saml.idp_certificate_file.is_empty();
    SAML_EMAIL_ATTRIBUTE                "SamlSettings.EmailAttribute"                              "set while SamlSettings.Enable is on"
        |s| !s.saml.enable || !s.saml.email_attribute.is_empty();
    SAML_USERNAME_ATTRIBUTE             "SamlSettings.UsernameAttribute"                           "set while SamlSettings.Enable is on"
        |s| !s.saml.enable || !s.saml.username_attribute.is_empty();
    SAML_SPIDENTIFIER                   "SamlSettings.ServiceProviderIdentifier"                   "set while SamlSettings.Enable is on"
        |s| !s.saml.enable || !s.saml.service_provider_identifier.is_empty();
    SAML_ASSERTION_CONSUMER             "SamlSettings.AssertionConsumerServiceURL"                 "a web address while SamlSettings.Verify is on"
        |s| !(s.saml.enable && s.saml.verify) || is_web_address(&s.saml.assertion_consumer_service_url);
    SAML_PRIVATE_KEY                    "SamlSettings.PrivateKeyFile"                              "set while SamlSettings.Encrypt is on"
        |s| !(s.saml.enable && s.saml.encrypt && s.saml.private_key_file.is_empty());
    SAML_PUBLIC_CERT                    "SamlSettings.PublicCertificateFile"                       "set while SamlSettings.Encrypt is on"
        |s| !(s.saml.enable && s.saml.encrypt && s.saml.public_certificate_file.is_empty());
    SAML_SIGNATURE_ALGORITHM            "SamlSettings.SignatureAlgorithm"                          "RSAwithSHA1, RSAwithSHA256 or RSAwithSHA512"
        |s| !s.saml.enable || one_of(&s.saml.signature_algorithm, &["RSAwithSHA1", "RSAwithSHA256", "RSAwithSHA512"]);
    SAML_CANONICAL_ALGORITHM            "SamlSettings.CanonicalAlgorithm"                          "Canonical1.0 or Canonical1.1"
        |s| !s.saml.enable || one_of(&s.saml.canonical_algorithm, &["Canonical1.0", "Canonical1.1"]);
    SAML_GUEST_ATTRIBUTE                "SamlSettings.GuestAttribute"                              "empty or of the form name=value"
        |s| !s.saml.enable || empty_or_pair(&s.saml.guest_attribute);
    SAML_ADMIN_ATTRIBUTE                "SamlSettings.AdminAttribute"                              "empty or of the form name=value"
        |s| !s.saml.enable || empty_or_pair(&s.saml.admin_attribute);
    PASSWORD_LENGTH                     "PasswordSettings.MinimumLength"                           "between 5 and 72"
        |s| (5..=72).contains(&s.password.minimum_length);
    RATE_MEM                            "RateLimitSettings.MemoryStoreSize"                        "1 or more"
        |s| s.rate_limit.memory_store_size > 0;
    RATE_SEC                            "RateLimitSettings.PerSec"                                 "1 or more"
        |s| s.rate_limit.per_sec > 0;
    MAX_BURST                           "RateLimitSettings.MaxBurst"                               "1 or more"
        |s| s.rate_limit.max_burst > 0;
    WEBSERVER_SECURITY                  "ServiceSettings.ConnectionSecurity"                       "empty or TLS"
        |s| one_of(&s.service.connection_security, &["", "TLS"]);
    TLS_CERT_FILE_MISSING               "ServiceSettings.TLSCertFile"                              "an existing file while ServiceSettings.ConnectionSecurity is TLS"
        |s| !needs_certificate(s) || exists(&s.service.tls_cert_file);
    TLS_KEY_FILE_MISSING                "ServiceSettings.TLSKeyFile"                               "an existing file while ServiceSettings.ConnectionSecurity is TLS"
        |s| !needs_certificate(s) || exists(&s.service.tls_key_file);
    MAX_PAYLOAD_SIZE                    "ServiceSettings.MaximumPayloadSizeBytes"                  "1 or more"
        |s| s.service.maximum_payload_size_bytes > 0;
    MAX_URL_LENGTH                      "ServiceSettings.MaximumURLLength"                         "1 or more"
        |s| s.service.maximum_url_length > 0;
    READ_TIMEOUT                        "ServiceSettings.ReadTimeout"                              "1 second or more"
        |s| s.service.read_timeout > 0;
    WRITE_TIMEOUT                       "ServiceSettings.WriteTimeout"                             "1 second or more"
        |s| s.service.write_timeout > 0;
    TIME_BETWEEN_USER_TYPING            "ServiceSettings.TimeBetweenUserTypingUpdatesMilliseconds" "1000 or more"
        |s| s.service.time_between_user_typing_updates_milliseconds >= 1000;
    LOGIN_ATTEMPTS                      "ServiceSettings.MaximumLoginAttempts"                     "1 or more"
        |s| s.service.maximum_login_attempts > 0;
    SITE_URL                            "ServiceSettings.SiteURL"                                  "a web address like https://chat.example.org, or empty"
        |s| s.service.site_url.is_empty() || is_web_address(&s.service.site_url);
    WEBSOCKET_URL                       "ServiceSettings.WebsocketURL"                             "an address like wss://chat.example.org, or empty"
        |s| s.service.websocket_url.is_empty() || is_address(&s.service.websocket_url, &["ws", "wss", "http", "https"]);
    LISTEN_ADDRESS                      "ServiceSettings.ListenAddress"                            "a host, which may be empty, and a port, like :8065"
        |s| is_listen_address(&s.service.listen_address);
    OUTGOING_INTEGRATIONS_TIMEOUT       "ServiceSettings.OutgoingIntegrationRequestsTimeout"       "1 second or more"
        |s| s.service.outgoing_integration_requests_timeout > 0;
    GROUP_UNREAD_CHANNELS               "ServiceSettings.ExperimentalGroupUnreadChannels"          "disabled, default_on or default_off"
        |s| one_of(&s.service.experimental_group_unread_channels, &["disabled", "default_on", "default_off"]);
    COLLAPSED_THREADS_AUTOFOLLOW        "ServiceSettings.ThreadAutoFollow"                         "on while ServiceSettings.CollapsedThreads is not disabled"
        |s| s.service.collapsed_threads == "disabled" || s.service.thread_auto_follow;
    COLLAPSED_THREADS                   "ServiceSettings.CollapsedThreads"                         "disabled, default_off, default_on or always_on"
        |s| one_of(&s.service.collapsed_threads, &["disabled", "default_off", "default_on", "always_on"]);
    PERSISTENT_NOTIFICATIONS_INTERVAL   "ServiceSettings.PersistentNotificationIntervalMinutes"    "2 or more"
        |s| s.service.persistent_notification_interval_minutes >= 2;
    PERSISTENT_NOTIFICATIONS_COUNT      "ServiceSettings.PersistentNotificationMaxCount"           "1 or more"
        |s| s.service.persistent_notification_max_count > 0;
    PERSISTENT_NOTIFICATIONS_RECIPIENTS "ServiceSettings.PersistentNotificationMaxRecipients"      "1 or more"
        |s| s.service.persistent_notification_max_recipients > 0;
    MESSAGE_RETENTION_DAYS              "DataRetentionSettings.MessageRetentionDays"               "0 or more"
        |s| s.data_retention.message_retention_days >= 0;
    MESSAGE_RETENTION_HOURS             "DataRetentionSettings.MessageRetentionHours"              "0 or more"
        |s| s.data_retention.message_retention_hours >= 0;
    FILE_RETENTION_DAYS                 "DataRetentionSettings.FileRetentionDays"                  "0 or more"
        |s| s.data_retention.file_retention_days >= 0;
    FILE_RETENTION_HOURS                "DataRetentionSettings.FileRetentionHours"                 "0 or more"
        |s| s.data_retention.file_retention_hours >= 0;
    MESSAGE_RETENTION_BOTH              "DataRetentionSettings.MessageRetentionDays"               "0 while DataRetentionSettings.MessageRetentionHours is set"
        |s| s.data_retention.message_retention_days <= 0 || s.data_retention.message_retention_hours <= 0;
    FILE_RETENTION_BOTH                 "DataRetentionSettings.FileRetentionDays"                  "0 while DataRetentionSettings.FileRetentionHours is set"
        |s| s.data_retention.file_retention_days <= 0 || s.data_retention.file_retention_hours <= 0;
    MESSAGE_RETENTION_NONE              "DataRetentionSettings.MessageRetentionHours"              "1 or more while DataRetentionSettings.MessageRetentionDays is 0"
        |s| s.data_retention.message_hours() != 0;
    FILE_RETENTION_NONE                 "DataRetentionSettings.FileRetentionHours"                 "1 or more while DataRetentionSettings.FileRetentionDays is 0"
        |s| s.data_retention.file_hours() != 0;
    DELETION_JOB_START_TIME             "DataRetentionSettings.DeletionJobStartTime"               "a time of day like 02:00"
        |s| is_time_of_day(&s.data_retention.deletion_job_start_time);
    AVAILABLE_LOCALES                   "LocalizationSettings.AvailableLocales"                    "empty, or a list with LocalizationSettings.DefaultClientLocale in it"
        |s| s.localization.available_locales.is_empty() || s.localization.available_locales.contains(&s.localization.default_client_locale);
    CUSTOM_URL_SCHEMES                  "DisplaySettings.CustomURLSchemes"                         "a list of schemes like git or smtp"
        |s| s.display.custom_url_schemes.iter().all(|scheme| is_scheme(scheme.trim()));
    ATMOS_CAMO_URL                      "ImageProxySettings.RemoteImageProxyURL"                   "set while a remote image proxy is used"
        |s| !uses_remote_proxy(s) || !s.image_proxy.remote_image_proxy_url.is_empty();
    ATMOS_CAMO_OPTIONS                  "ImageProxySettings.RemoteImageProxyOptions"               "set while a remote image proxy is used"
        |s| !uses_remote_proxy(s) || !s.image_proxy.remote_image_proxy_options.is_empty();
    IMAGE_PROXY_TYPE                    "ImageProxySettings.ImageProxyType"                        "local or atmos/camo"
        |s| !s.image_proxy.enable || one_of(&s.image_proxy.image_proxy_type, &["local", "atmos/camo"]);
    IMPORT_RETENTION_DAYS               "ImportSettings.RetentionDays"                             "1 or more"
        |s| s.import.retention_days > 0;
    EXPORT_RETENTION_DAYS               "ExportSettings.RetentionDays"                             "1 or more"
        |s| s.export.retention_days > 0;
    KOLLEGIUM                           "KollegiumSettings.AccessLogDays"                          "0 or more, at most 36500"
        |s| (0..=36_500).contains(&s.kollegium.access_log_days);
    KOLLEGIUM                           "KollegiumSettings.DeactivateInactiveAfterDays"            "0, or between 7 and 36500"
        |s| s.kollegium.deactivate_inactive_after_days == 0 || (7..=36_500).contains(&s.kollegium.deactivate_inactive_after_days);
    KOLLEGIUM                           "KollegiumSettings.InvitationsPerHour"                     "between 0 and 100000"
        |s| (0..=100_000).contains(&s.kollegium.invitations_per_hour);
    KOLLEGIUM                           "KollegiumSettings.LoginFailuresPerAddress"                "between 0 and 1000000"
        |s| (0..=1_000_000).contains(&s.kollegium.login_failures_per_address);
    KOLLEGIUM                           "KollegiumSettings.LoginLockoutMinutes"                    "between 0 and 1440"
        |s| (0..=1_440).contains(&s.kollegium.login_lockout_minutes);
    KOLLEGIUM                           "KollegiumSettings.PersonalTokenDays"                      "between 0 and 36500"
        |s| (0..=36_500).contains(&s.kollegium.personal_token_days);
    KOLLEGIUM                           "KollegiumSettings.MaxPostSize"                            "between 1 and 16383"
        |s| (1..=MAX_MESSAGE_RUNES as i64).contains(&s.kollegium.max_post_size);
    KOLLEGIUM                           "KollegiumSettings.MaxPostsPerChannel"                     "0 or more"
        |s| s.kollegium.max_posts_per_channel >= 0;
    KOLLEGIUM                           "KollegiumSettings.MaxPostsPerTeam"                        "0 or more"
        |s| s.kollegium.max_posts_per_team >= 0;
    KOLLEGIUM                           "KollegiumSettings.MessagesPerMinute"                      "between 0 and 60000"
        |s| (0..=60_000).contains(&s.kollegium.messages_per_minute);
    KOLLEGIUM                           "KollegiumSettings.MessageBurst"                           "between 1 and 60000"
        |s| (1..=60_000).contains(&s.kollegium.message_burst);
    KOLLEGIUM                           "KollegiumSettings.PeopleVisibleTo"                        "all or team"
        |s| one_of(&s.kollegium.people_visible_to, &["all", "team"]);
    KOLLEGIUM                           "KollegiumSettings.PostDeleteTimeLimit"                    "a number of seconds, or -1"
        |s| s.kollegium.post_delete_time_limit >= -1;
    KOLLEGIUM                           "KollegiumSettings.SlowMode"                               "a list like [{\"Channel\": \"team/channel\", \"Role\": \"channel_user\", \"Seconds\": 30}], Channel and Role may be missing"
        |s| s.kollegium.slow_rules().is_some();
    KOLLEGIUM                           "KollegiumSettings.UsernameRule"                           "empty, or of places ({first}, {last}, {f}, {l}, {mail}) and lower-case letters, digits, dots, hyphens and underscores between them"
        |s| s.kollegium.username_rule.is_empty() || NameRule::parse(&s.kollegium.username_rule).is_some();
    KOLLEGIUM                           "KollegiumSettings.TownSquareName"                         "at most 64 characters long"
        |s| runes(&s.kollegium.town_square_name) <= 64;
    KOLLEGIUM                           "KollegiumSettings.OffTopicName"                           "at most 64 characters long"
        |s| runes(&s.kollegium.off_topic_name) <= 64;
};

/// Every broken rule.
pub(super) fn validate(settings: &Settings) -> Vec<Problem> {
    let broken: Vec<&Rule> = RULES.iter().filter(|rule| !(rule.holds)(settings)).collect();
    if broken.is_empty() {
        return Vec::new();
    }
    let values = settings.to_json();
    let problem = |rule: &&Rule| Problem {
        path: rule.path.to_owned(),
        expected: rule.expected.to_owned(),
        found: at(&values, rule.path).filter(|_| !is_secret(rule.path)).map(short).unwrap_or_default(),
        code: Some(rule.code),
    };
    broken.iter().map(problem).collect()
}

fn one_of(text: &str, allowed: &[&str]) -> bool {
    allowed.contains(&text)
}

fn empty_or_32(secret: &str) -> bool {
    secret.is_empty() || secret.len() >= 32
}

fn empty_or_pair(text: &str) -> bool {
    text.is_empty() || text.split('=').count() == 2
}

fn is_web_address(text: &str) -> bool {
    is_address(text, &["http", "https"])
}

fn is_address(text: &str, schemes: &[&str]) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    schemes.iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed))
        && !host.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// `host:port` as the server can listen on: a name, an IPv4 address, an IPv6 address in brackets, or nothing.
fn is_listen_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let is_name = || host.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let is_v6 = || {
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok())
    };
    port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok() && (is_name() || is_v6())
}

fn is_time_of_day(text: &str) -> bool {
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u8>().ok()).flatten();
    let Some((hours, minutes)) = text.split_once(':') else { return false };
    minutes.len() == 2 && number(hours).is_some_and(|h| h < 24) && number(minutes).is_some_and(|m| m < 60)
}

/// A URL scheme's form: a letter, then letters, digits, `.`, `+` and `-`.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".+-".contains(c))
}

fn needs_certificate(s: &Settings) -> bool {
    s.service.connection_security == "TLS" && !s.service.use_lets_encrypt
}

fn uses_remote_proxy(s: &Settings) -> bool {
    s.image_proxy.enable && s.image_proxy.image_proxy_type == "atmos/camo"
}

fn exists(path: &str) -> bool {
    !path.is_empty() && Path::new(path).exists()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::config::schema::overlay;
    use crate::config::settings::SECTIONS;

    fn first(section: &str, key: &str, value: Value) -> Option<String> {
        let mut settings = Settings::default().to_json();
        overlay(SECTIONS, &mut settings, &json!({section: {key: value}}));
        let settings = Settings::from_json(&settings).unwrap();
        validate(&settings).first().and_then(|problem| problem.refusal()).map(|error| error.id.into_owned())
    }

    #[test]
    fn the_defaults_are_fine() {
        assert!(validate(&Settings::default()).is_empty());
    }

    #[test]
    fn the_recorded_refusals() {
        for (section, key, value, id) in [
            ("ServiceSettings", "SiteURL", json!("not a url"), "site_url"),
            ("ServiceSettings", "ListenAddress", json!(""), "listen_address"),
            ("TeamSettings", "MaxUsersPerTeam", json!(0), "max_users"),
            ("TeamSettings", "MaxChannelsPerTeam", json!(-1), "max_channels"),
            ("TeamSettings", "RestrictDirectMessage", json!("some"), "restrict_direct_message"),
            ("TeamSettings", "TeammateNameDisplay", json!("odd"), "teammate_name_display"),
            ("FileSettings", "MaxFileSize", json!(0), "max_file_size"),
            ("FileSettings", "DriverName", json!("tape"), "file_driver"),
            ("EmailSettings", "ConnectionSecurity", json!("maybe"), "email_security"),
            ("PasswordSettings", "MinimumLength", json!(2), "password_length"),
            ("SqlSettings", "AtRestEncryptKey", json!("short"), "encrypt_sql"),
            ("ServiceSettings", "CollapsedThreads", json!("sometimes"), "collapsed_threads"),
            ("TeamSettings", "SiteName", json!("n".repeat(31)), "sitename_length"),
            ("RateLimitSettings", "PerSec", json!(-1), "rate_sec"),
        ] {
            let wanted = format!("model.config.is_valid.{id}.app_error");
            assert_eq!(first(section, key, value), Some(wanted), "{section}.{key}");
        }
    }

    #[test]
    fn several_at_once_with_paths_and_without_secrets() {
        let mut settings = Settings::default();
        settings.password.minimum_length = 80;
        settings.sql.at_rest_encrypt_key = "short".into();
        let lines: Vec<_> = validate(&settings).iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "SqlSettings.AtRestEncryptKey must be at least 32 characters long, or empty",
                "PasswordSettings.MinimumLength must be between 5 and 72, but is 80",
            ]
        );
    }

    #[test]
    fn addresses() {
        for fine in [":8065", "localhost:80", "127.0.0.1:0", "[::1]:8065", "chat.example.org:65535"] {
            assert!(is_listen_address(fine), "{fine}");
        }
        for wrong in ["", "8065", ":", ":65536", ":+80", "a b:80", "::1:80"] {
            assert!(!is_listen_address(wrong), "{wrong}");
        }
        for fine in ["https://chat.example.org", "http://localhost:8065/sub", "HTTPS://x"] {
            assert!(is_web_address(fine), "{fine}");
        }
        for wrong in ["chat.example.org", "https://", "javascript://x", "http://a b"] {
            assert!(!is_web_address(wrong), "{wrong}");
        }
        assert!(is_time_of_day("02:00") && is_time_of_day("2:30") && is_time_of_day("23:59"));
        assert!(!is_time_of_day("24:00") && !is_time_of_day("2:3") && !is_time_of_day("") && !is_time_of_day(":00"));
    }

    #[test]
    fn every_rule_is_about_a_known_setting() {
        let settings = Settings::default().to_json();
        for rule in RULES {
            assert!(at(&settings, rule.path).is_some(), "{}", rule.path);
        }
    }
}
