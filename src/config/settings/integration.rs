//! Plugins, connected servers, cloud, translation and what is still on trial.

use serde_json::{Map, Value};

section! {
    /// `PluginSettings`: plugins of the reference. Kollegium runs none; clients read `Enable`.
    pub struct PluginSettings {
        allow_insecure_download_url:   bool,               "AllowInsecureDownloadURL"    = false;       "plugins !"
        automatic_prepackaged_plugins: bool,               "AutomaticPrepackagedPlugins" = false;       "plugins !"
        chimera_oauth_proxy_url:       String,             "ChimeraOAuthProxyURL"        = "";          "plugins !"
        client_directory:              String,             "ClientDirectory"             = "./client/plugins"; "plugins !"
        directory:                     String,             "Directory"                   = "./plugins"; "plugins !"
        enable:                        bool,               "Enable"                      = true;        "plugins !"
        enable_health_check:           bool,               "EnableHealthCheck"           = true;        "plugins !"
        enable_marketplace:            bool,               "EnableMarketplace"           = false;       "plugins !"
        enable_remote_marketplace:     bool,               "EnableRemoteMarketplace"     = false;       "plugins !"
        enable_uploads:                bool,               "EnableUploads"               = false;       "plugins !"
        marketplace_url:               String,             "MarketplaceURL"              = "";          "plugins !"
        plugin_states:                 Map<String, Value>, "PluginStates"                = ();          "plugins"
        plugins:                       Map<String, Value>, "Plugins"                     = ();          "plugins"
        require_plugin_signature:      bool,               "RequirePluginSignature"      = false;       "plugins !"
        signature_public_key_files:    Vec<String>,        "SignaturePublicKeyFiles"     = &[];         "plugins !"
    }
}

section! {
    /// `ConnectedWorkspacesSettings`: channels shared between servers.
    pub struct ConnectedWorkspacesSettings {
        disable_shared_channels_status_sync: bool, "DisableSharedChannelsStatusSync" = false; ""
        enable_remote_cluster_service:       bool, "EnableRemoteClusterService"      = false; ""
        enable_shared_channels:              bool, "EnableSharedChannels"            = false; ""
        global_user_sync_batch_size:         i64,  "GlobalUserSyncBatchSize"         = 25;    ""
        max_posts_per_sync:                  i64,  "MaxPostsPerSync"                 = 50;    ""
        member_sync_batch_size:              i64,  "MemberSyncBatchSize"             = 20;    ""
        sync_users_on_connection_open:       bool, "SyncUsersOnConnectionOpen"       = false; ""
    }
}

section! {
    /// `CloudSettings`: the vendor's hosting. Off.
    pub struct CloudSettings {
        cws_api_url:              String, "CWSAPIURL"             = "";    "!"
        cws_mock:                 bool,   "CWSMock"               = false; "!"
        cws_url:                  String, "CWSURL"                = "";    "!"
        disable:                  bool,   "Disable"               = true;  "!"
        preview_modal_bucket_url: String, "PreviewModalBucketURL" = "";    "!"
    }
}

section! {
    /// `AutoTranslationSettings.Agents`.
    pub struct AutoTranslationAgents {
        llm_service_id: String, "LLMServiceID" = ""; "site_localization"
    }
}

section! {
    /// `AutoTranslationSettings.LibreTranslate`.
    pub struct LibreTranslate {
        api_key: String, "APIKey" = ""; "site_localization"
        url:     String, "URL"    = ""; "site_localization"
    }
}

section! {
    /// `AutoTranslationSettings`: translation of posts.
    pub struct AutoTranslationSettings {
        agents:             AutoTranslationAgents, "Agents"          = Default::default; "site_localization"
        enable:             bool,                  "Enable"          = false;   "site_localization"
        libre_translate:    LibreTranslate,        "LibreTranslate"  = Default::default; "site_localization"
        provider:           String,                "Provider"        = "";      "site_localization"
        restrict_dm_and_gm: bool,                  "RestrictDMAndGM" = false;   "site_localization"
        target_languages:   Vec<String>,           "TargetLanguages" = &["en"]; "site_localization"
        timeout_ms:         i64,                   "TimeoutMs"       = 5000;    "site_localization"
        workers:            i64,                   "Workers"         = 6;       "site_localization"
    }
}

section! {
    /// `ExperimentalSettings`: what is still on trial.
    pub struct ExperimentalSettings {
        client_side_cert_enable:                                      bool, "ClientSideCertEnable"                                  = false; "experimental_features"
        delay_channel_autocomplete:                                   bool, "DelayChannelAutocomplete"                              = false; "experimental_features"
        disable_app_bar:                                              bool, "DisableAppBar"                                         = false; "experimental_features"
        disable_refetching_on_browser_focus:                          bool, "DisableRefetchingOnBrowserFocus"                       = false; "experimental_features"
        disable_wake_up_reconnect_handler:                            bool, "DisableWakeUpReconnectHandler"                         = false; "experimental_features"
        enable_remote_cluster_service:                                bool, "EnableRemoteClusterService"                            = false; "experimental_features"
        enable_shared_channels:                                       bool, "EnableSharedChannels"                                  = false; "experimental_features"
        experimental_channel_category_sorting:                        bool, "ExperimentalChannelCategorySorting"                    = false; "experimental_features"
        link_metadata_timeout_milliseconds:                           i64,  "LinkMetadataTimeoutMilliseconds"                       = 5000;  "experimental_features !"
        /// Takes the settings marked `!` out of every administrator's hands; only the file and the environment change them.
        restrict_system_admin:                                        bool, "RestrictSystemAdmin"                                   = false; "experimental_features !"
        users_status_and_profile_fetching_poll_interval_milliseconds: i64,  "UsersStatusAndProfileFetchingPollIntervalMilliseconds" = 3000;  "experimental_features"
        youtube_referrer_policy:                                      bool, "YoutubeReferrerPolicy"                                 = false; "experimental_features"
    }
}
