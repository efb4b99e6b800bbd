//! Sign-in through others: OAuth 2 and OpenID Connect, LDAP, SAML, Intune.

section! {
    /// `GitLabSettings`, `GoogleSettings`, `OpenIdSettings`: one OAuth 2 or OpenID Connect provider each.
    pub struct SsoSettings {
        auth_endpoint:          String, "AuthEndpoint"         = "";    "authentication_openid"
        button_color:           String, "ButtonColor"          = "";    "authentication_openid"
        button_text:            String, "ButtonText"           = "";    "authentication_openid"
        discovery_endpoint:     String, "DiscoveryEndpoint"    = "";    "authentication_openid"
        enable:                 bool,   "Enable"               = false; "authentication_openid"
        id:                     String, "Id"                   = "";    "authentication_openid"
        scope:                  String, "Scope"                = "";    "authentication_openid"
        secret:                 String, "Secret"               = "";    "authentication_openid"
        token_endpoint:         String, "TokenEndpoint"        = "";    "authentication_openid"
        use_preferred_username: bool,   "UsePreferredUsername" = false; "authentication_openid"
        user_api_endpoint:      String, "UserAPIEndpoint"      = "";    "authentication_openid"
    }
}

section! {
    /// `Office365Settings`: sign-in through Entra ID.
    pub struct Office365Settings {
        auth_endpoint:          String, "AuthEndpoint"         = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"; "authentication_openid"
        directory_id:           String, "DirectoryId"          = "";          "authentication_openid"
        discovery_endpoint:     String, "DiscoveryEndpoint"    = "";          "authentication_openid"
        enable:                 bool,   "Enable"               = false;       "authentication_openid"
        id:                     String, "Id"                   = "";          "authentication_openid"
        scope:                  String, "Scope"                = "User.Read"; "authentication_openid"
        secret:                 String, "Secret"               = "";          "authentication_openid"
        token_endpoint:         String, "TokenEndpoint"        = "https://login.microsoftonline.com/common/oauth2/v2.0/token"; "authentication_openid"
        use_preferred_username: bool,   "UsePreferredUsername" = false;       "authentication_openid"
        user_api_endpoint:      String, "UserAPIEndpoint"      = "https://graph.microsoft.com/v1.0/me"; "authentication_openid"
    }
}

section! {
    /// `LdapSettings`: sign-in through a directory, and what is copied from it.
    pub struct LdapSettings {
        admin_filter:                  String, "AdminFilter"                 = "";        ""
        base_dn:                       String, "BaseDN"                      = "";        "authentication_ldap"
        bind_password:                 String, "BindPassword"                = "";        "authentication_ldap"
        bind_username:                 String, "BindUsername"                = "";        "authentication_ldap"
        /// Empty, `TLS` or `STARTTLS`.
        connection_security:           String, "ConnectionSecurity"          = "";        "authentication_ldap"
        email_attribute:               String, "EmailAttribute"              = "";        "authentication_ldap"
        enable:                        bool,   "Enable"                      = false;     "authentication_ldap"
        enable_admin_filter:           bool,   "EnableAdminFilter"           = false;     ""
        enable_sync:                   bool,   "EnableSync"                  = false;     "authentication_ldap"
        first_name_attribute:          String, "FirstNameAttribute"          = "";        "authentication_ldap"
        group_display_name_attribute:  String, "GroupDisplayNameAttribute"   = "";        "authentication_ldap"
        group_filter:                  String, "GroupFilter"                 = "";        "authentication_ldap"
        group_id_attribute:            String, "GroupIdAttribute"            = "";        "authentication_ldap"
        guest_filter:                  String, "GuestFilter"                 = "";        "authentication_ldap"
        id_attribute:                  String, "IdAttribute"                 = "";        "authentication_ldap"
        last_name_attribute:           String, "LastNameAttribute"           = "";        "authentication_ldap"
        ldap_port:                     i64,    "LdapPort"                    = 389;       "authentication_ldap"
        ldap_server:                   String, "LdapServer"                  = "";        "authentication_ldap"
        login_button_border_color:     String, "LoginButtonBorderColor"      = "#2389D7"; "experimental_features"
        login_button_color:            String, "LoginButtonColor"            = "#0000";   "experimental_features"
        login_button_text_color:       String, "LoginButtonTextColor"        = "#2389D7"; "experimental_features"
        login_field_name:              String, "LoginFieldName"              = "";        "authentication_ldap"
        login_id_attribute:            String, "LoginIdAttribute"            = "";        "authentication_ldap"
        max_page_size:                 i64,    "MaxPageSize"                 = 0;         "authentication_ldap"
        maximum_login_attempts:        i64,    "MaximumLoginAttempts"        = 10;        "authentication_ldap"
        nickname_attribute:            String, "NicknameAttribute"           = "";        "authentication_ldap"
        picture_attribute:             String, "PictureAttribute"            = "";        "authentication_ldap"
        position_attribute:            String, "PositionAttribute"           = "";        "authentication_ldap"
        private_key_file:              String, "PrivateKeyFile"              = "";        "authentication_ldap"
        public_certificate_file:       String, "PublicCertificateFile"       = "";        "authentication_ldap"
        /// Seconds.
        query_timeout:                 i64,    "QueryTimeout"                = 60;        "authentication_ldap"
        re_add_removed_members:        bool,   "ReAddRemovedMembers"         = false;     "authentication_ldap"
        skip_certificate_verification: bool,   "SkipCertificateVerification" = false;     "authentication_ldap"
        sync_interval_minutes:         i64,    "SyncIntervalMinutes"         = 60;        "authentication_ldap"
        user_filter:                   String, "UserFilter"                  = "";        "authentication_ldap"
        username_attribute:            String, "UsernameAttribute"           = "";        "authentication_ldap"
    }
}

section! {
    /// `SamlSettings`: sign-in through SAML 2.0.
    pub struct SamlSettings {
        admin_attribute:                    String, "AdminAttribute"                = "";        ""
        assertion_consumer_service_url:     String, "AssertionConsumerServiceURL"   = "";        "authentication_saml"
        canonical_algorithm:                String, "CanonicalAlgorithm"            = "Canonical1.0"; "authentication_saml"
        email_attribute:                    String, "EmailAttribute"                = "";        "authentication_saml"
        enable:                             bool,   "Enable"                        = false;     "authentication_saml"
        enable_admin_attribute:             bool,   "EnableAdminAttribute"          = false;     ""
        enable_sync_with_ldap:              bool,   "EnableSyncWithLdap"            = false;     "authentication_saml"
        enable_sync_with_ldap_include_auth: bool,   "EnableSyncWithLdapIncludeAuth" = false;     "authentication_saml"
        encrypt:                            bool,   "Encrypt"                       = true;      "authentication_saml"
        first_name_attribute:               String, "FirstNameAttribute"            = "";        "authentication_saml"
        guest_attribute:                    String, "GuestAttribute"                = "";        "authentication_saml"
        id_attribute:                       String, "IdAttribute"                   = "";        "authentication_saml"
        idp_certificate_file:               String, "IdpCertificateFile"            = "";        "authentication_saml"
        idp_descriptor_url:                 String, "IdpDescriptorURL"              = "";        "authentication_saml"
        idp_metadata_url:                   String, "IdpMetadataURL"                = "";        "authentication_saml"
        idp_url:                            String, "IdpURL"                        = "";        "authentication_saml"
        ignore_guests_ldap_sync:            bool,   "IgnoreGuestsLdapSync"          = false;     "authentication_saml"
        last_name_attribute:                String, "LastNameAttribute"             = "";        "authentication_saml"
        locale_attribute:                   String, "LocaleAttribute"               = "";        "authentication_saml"
        login_button_border_color:          String, "LoginButtonBorderColor"        = "#2389D7"; "experimental_features"
        login_button_color:                 String, "LoginButtonColor"              = "#34a28b"; "experimental_features"
        login_button_text:                  String, "LoginButtonText"               = "SAML";    "authentication_saml"
        login_button_text_color:            String, "LoginButtonTextColor"          = "#ffffff"; "experimental_features"
        nickname_attribute:                 String, "NicknameAttribute"             = "";        "authentication_saml"
        position_attribute:                 String, "PositionAttribute"             = "";        "authentication_saml"
        private_key_file:                   String, "PrivateKeyFile"                = "";        "authentication_saml"
        public_certificate_file:            String, "PublicCertificateFile"         = "";        "authentication_saml"
        scoping_idp_name:                   String, "ScopingIDPName"                = "";        "authentication_saml"
        scoping_idp_provider_id:            String, "ScopingIDPProviderId"          = "";        "authentication_saml"
        service_provider_identifier:        String, "ServiceProviderIdentifier"     = "";        "authentication_saml"
        sign_request:                       bool,   "SignRequest"                   = false;     "authentication_saml"
        signature_algorithm:                String, "SignatureAlgorithm"            = "RSAwithSHA256"; "authentication_saml"
        username_attribute:                 String, "UsernameAttribute"             = "";        "authentication_saml"
        verify:                             bool,   "Verify"                        = true;      "authentication_saml"
    }
}

section! {
    /// `IntuneSettings`: managed mobile apps.
    pub struct IntuneSettings {
        auth_service: String, "AuthService" = "";    "environment_mobile_security"
        client_id:    String, "ClientId"    = "";    "environment_mobile_security"
        enable:       bool,   "Enable"      = false; "environment_mobile_security"
        tenant_id:    String, "TenantId"    = "";    "environment_mobile_security"
    }
}

impl SsoSettings {
    /// `GoogleSettings` as they are by default.
    pub fn google() -> SsoSettings {
        SsoSettings {
            scope: "profile email".into(),
            auth_endpoint: "https://accounts.google.com/o/oauth2/v2/auth".into(),
            token_endpoint: "https://www.googleapis.com/oauth2/v4/token".into(),
            user_api_endpoint:
                "https://people.googleapis.com/v1/people/me?personFields=names,emailAddresses,nicknames,metadata".into(),
            ..SsoSettings::default()
        }
    }

    /// `OpenIdSettings` as they are by default.
    pub fn openid() -> SsoSettings {
        SsoSettings { scope: "profile openid email".into(), button_color: "#145DBF".into(), ..SsoSettings::default() }
    }
}
