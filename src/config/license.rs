//! What clients are told they may do (design.md §5; client-config.md §2 and §3).
//!
//! Official clients show many features only under a licence. Kollegium needs none, so it describes one that grants exactly
//! what works here. The table below is the only place that says so: the client configuration reads it too.

use std::collections::BTreeMap;

use super::client::Facts;

/// Clients count it as the tier "professional".
const SKU: &str = "professional";
/// More people than any server has: clients warn administrators when there are more.
const USERS: i32 = i32::MAX;
/// 1 January 2100, in milliseconds: clients warn administrators as the day nears.
const EXPIRES_AT: i64 = 4_102_444_800_000;

/// Fields that only those who may read the licence are shown.
const PRIVATE: &[&str] = &["Id", "Name", "Email", "IssuedAt", "StartsAt", "ExpiresAt", "SkuName"];

/// `field = works; "LicenceField"` (or none, where clients read only the configuration).
macro_rules! features {
    ($($(#[$doc:meta])* $field:ident = $works:literal; $($license:literal)?)*) => {
        /// Features that clients show only when told so.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Features {
            $($(#[$doc])* pub $field: bool,)*
        }

        impl Features {
            /// What works here.
            pub const WORKING: Features = Features { $($field: $works,)* };

            /// The fields of the licence, each with whether its feature works.
            fn fields(&self) -> Vec<(&'static str, bool)> {
                [$($(Some(($license, self.$field)),)? None,)*].into_iter().flatten().collect()
            }
        }
    };
}

features! {
    /// Announcement banner.
    announcement                 = true;  "Announcement"
    /// Posts that vanish once they were read.
    burn_on_read                 = false;
    /// Several servers on one database.
    cluster                      = false; "Cluster"
    /// Compliance reports, and the switches for files on mobile.
    compliance                   = false; "Compliance"
    /// Groups that members make.
    custom_groups                = true;
    /// Permission schemes.
    custom_permissions_schemes   = true ; "CustomPermissionsSchemes"
    /// Terms of service that members accept.
    custom_terms_of_service      = true;  "CustomTermsOfService"
    /// Deleting old messages and files.
    data_retention               = false; "DataRetention"
    /// An outside search engine.
    elasticsearch                = false; "Elasticsearch"
    /// Mail notifications without the message.
    email_notification_contents  = true;  "EmailNotificationContents"
    /// Sign-in with Google.
    google_oauth                 = true;  "GoogleOAuth"
    /// Guests.
    guest_accounts               = true;  "GuestAccounts"
    /// Permissions of guests.
    guest_accounts_permissions   = true;  "GuestAccountsPermissions"
    /// Push notifications that the app fetches itself.
    id_loaded_push_notifications = false; "IDLoadedPushNotifications"
    /// Sign-in through LDAP.
    ldap                         = true;  "LDAP"
    /// Groups from LDAP.
    ldap_groups                  = true;  "LDAPGroups"
    /// Everybody sees names the same way.
    lock_teammate_name_display   = true;  "LockTeammateNameDisplay"
    /// The vendor's push service.
    hosted_push_notifications    = false; "MHPNS"
    /// Exports for compliance archives.
    message_export               = false; "MessageExport"
    /// Figures for monitoring.
    metrics                      = false; "Metrics"
    /// Multi-factor authentication that can be asked of everybody.
    mfa                          = true;  "MFA"
    /// Sign-in with Entra ID.
    office365_oauth              = true;  "Office365OAuth"
    /// Sign-in with OpenID Connect and GitLab.
    open_id                      = true;  "OpenId"
    /// Tokens of other services for outgoing calls.
    outgoing_oauth_connections   = false; "OutgoingOAuthConnections"
    /// Urgent posts that are announced again and again.
    persistent_notifications     = true;
    /// Asking readers to acknowledge a post.
    post_acknowledgements        = true;
    /// Channels of other servers.
    remote_cluster_service       = false; "RemoteClusterService"
    /// Sign-in through SAML.
    saml                         = false; "SAML"
    /// Posts that are sent later.
    scheduled_posts              = true;
    /// Channels shared between servers.
    shared_channels              = false; "SharedChannels"
    /// Choosing which themes there are.
    theme_management             = false;
}

/// The whole licence, as those who may read it see it.
pub(super) fn license(features: &Features, organisation: &str, facts: &Facts) -> BTreeMap<String, String> {
    let installed = facts.installation_date.to_string();
    let expires = EXPIRES_AT.to_string();
    let users = USERS.to_string();
    let texts = [
        ("IsLicensed", "true"),
        ("Id", &facts.telemetry_id),
        ("Name", "Kollegium"),
        ("Email", ""),
        ("Company", organisation),
        ("SkuName", "Kollegium"),
        ("SkuShortName", SKU),
        ("Users", &users),
        ("IssuedAt", &installed),
        ("StartsAt", &installed),
        ("ExpiresAt", &expires),
        ("Cloud", "false"),
        ("IsTrial", "false"),
        ("IsGovSku", "false"),
    ];
    let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
    texts.chain(features.fields().into_iter().map(|(name, works)| (name.to_owned(), works.to_string()))).collect()
}

/// The licence as everybody else sees it.
pub(super) fn sanitized(license: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    license.iter().filter(|(name, _)| !PRIVATE.contains(&name.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// client-config.md §2.
    const FIELDS: &str = "LDAP LDAPGroups MFA SAML Cluster Metrics GoogleOAuth Office365OAuth OpenId Compliance MHPNS \
        Announcement Elasticsearch DataRetention IDLoadedPushNotifications EmailNotificationContents MessageExport \
        CustomPermissionsSchemes GuestAccounts GuestAccountsPermissions CustomTermsOfService LockTeammateNameDisplay Cloud \
        SharedChannels RemoteClusterService OutgoingOAuthConnections IsTrial IsGovSku";

    #[test]
    fn every_field_is_announced_as_it_works() {
        let license = license(&Features::WORKING, "Campus", &Facts::default());
        for field in FIELDS.split(' ') {
            let value = license.get(field).unwrap_or_else(|| panic!("{field} is missing"));
            assert!(value == "true" || value == "false");
        }
        assert_eq!(license.len(), FIELDS.split(' ').count() + 11);
        assert_eq!(license["MFA"], Features::WORKING.mfa.to_string());
        assert_eq!(license["IsLicensed"], "true");
        assert_eq!(license["Company"], "Campus");
    }

    #[test]
    fn strangers_see_neither_dates_nor_names() {
        let license = license(&Features::WORKING, "Campus", &Facts::default());
        let sanitized = sanitized(&license);
        assert_eq!(sanitized.len(), license.len() - PRIVATE.len());
        assert!(PRIVATE.iter().all(|name| license.contains_key(*name) && !sanitized.contains_key(*name)));
        assert_eq!(sanitized["SkuShortName"], "professional");
    }
}
