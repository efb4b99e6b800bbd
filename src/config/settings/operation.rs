//! Running the server: logs, limits, metrics, cluster, jobs.

use serde_json::Value;

section! {
    /// `LogSettings`: the server's log. `EnableDiagnostics` and `EnableSentry` report to the vendor in the reference; here nothing
    /// does.
    pub struct LogSettings {
        advanced_logging_json:    Value,  "AdvancedLoggingJSON"    = ();      "environment_logging !"
        console_json:             bool,   "ConsoleJson"            = true;    "environment_logging !"
        console_level:            String, "ConsoleLevel"           = "INFO";  "environment_logging !"
        enable_color:             bool,   "EnableColor"            = false;   "environment_logging !"
        enable_console:           bool,   "EnableConsole"          = true;    "environment_logging !"
        enable_diagnostics:       bool,   "EnableDiagnostics"      = false;   "environment_logging !"
        enable_file:              bool,   "EnableFile"             = true;    "environment_logging !"
        enable_sentry:            bool,   "EnableSentry"           = false;   "environment_logging !"
        enable_webhook_debugging: bool,   "EnableWebhookDebugging" = true;    "environment_logging !"
        file_json:                bool,   "FileJson"               = true;    "environment_logging !"
        file_level:               String, "FileLevel"              = "INFO";  "environment_logging !"
        file_location:            String, "FileLocation"           = "";      "environment_logging !"
        max_field_size:           i64,    "MaxFieldSize"           = 2048;    "environment_logging !"
    }
}

section! {
    /// `ExperimentalAuditSettings`: the audit log.
    pub struct ExperimentalAuditSettings {
        advanced_logging_json: Value,  "AdvancedLoggingJSON" = ();    "experimental_features !"
        certificate:           String, "Certificate"         = "";    "experimental_features !"
        file_enabled:          bool,   "FileEnabled"         = false; "experimental_features !"
        file_name:             String, "FileName"            = "";    "experimental_features !"
    }
}

section! {
    /// `RateLimitSettings`: requests a second that a client may make.
    pub struct RateLimitSettings {
        enable:              bool,   "Enable"           = false;  "environment_rate_limiting !"
        max_burst:           i64,    "MaxBurst"         = 100;    "environment_rate_limiting !"
        memory_store_size:   i64,    "MemoryStoreSize"  = 10_000; "environment_rate_limiting !"
        per_sec:             i64,    "PerSec"           = 10;     "environment_rate_limiting !"
        vary_by_header:      String, "VaryByHeader"     = "";     "environment_rate_limiting !"
        vary_by_remote_addr: bool,   "VaryByRemoteAddr" = true;   "environment_rate_limiting !"
        vary_by_user:        bool,   "VaryByUser"       = false;  "environment_rate_limiting !"
    }
}

section! {
    /// `MetricsSettings`: figures for monitoring.
    pub struct MetricsSettings {
        block_profile_rate:          i64,         "BlockProfileRate"          = 0;       "environment_performance_monitoring !"
        client_side_user_ids:        Vec<String>, "ClientSideUserIds"         = &[];     "environment_performance_monitoring !"
        enable:                      bool,        "Enable"                    = false;   "environment_performance_monitoring !"
        enable_client_metrics:       bool,        "EnableClientMetrics"       = true;    "environment_performance_monitoring !"
        enable_notification_metrics: bool,        "EnableNotificationMetrics" = true;    "environment_performance_monitoring !"
        listen_address:              String,      "ListenAddress"             = ":8067"; "environment_performance_monitoring !"
    }
}

section! {
    /// `ClusterSettings`: several servers on one database.
    pub struct ClusterSettings {
        advertise_address:         String, "AdvertiseAddress"        = "";    "environment_high_availability !"
        bind_address:              String, "BindAddress"             = "";    "environment_high_availability !"
        cluster_name:              String, "ClusterName"             = "";    "environment_high_availability !"
        enable:                    bool,   "Enable"                  = false; "environment_high_availability !"
        enable_gossip_compression: bool,   "EnableGossipCompression" = true;  "environment_high_availability !"
        enable_gossip_encryption:  bool,   "EnableGossipEncryption"  = true;  "environment_high_availability !"
        gossip_port:               i64,    "GossipPort"              = 8074;  "environment_high_availability !"
        network_interface:         String, "NetworkInterface"        = "";    "environment_high_availability !"
        override_hostname:         String, "OverrideHostname"        = "";    "environment_high_availability !"
        read_only_config:          bool,   "ReadOnlyConfig"          = true;  "environment_high_availability !"
        use_ip_address:            bool,   "UseIPAddress"            = true;  "environment_high_availability !"
    }
}

section! {
    /// `JobSettings`: whether this server runs and schedules background jobs.
    pub struct JobSettings {
        cleanup_config_threshold_days: i64,  "CleanupConfigThresholdDays" = -1;   "!"
        cleanup_jobs_threshold_days:   i64,  "CleanupJobsThresholdDays"   = -1;   "!"
        run_jobs:                      bool, "RunJobs"                    = true; "!"
        run_scheduler:                 bool, "RunScheduler"               = true; "!"
    }
}

section! {
    /// `AnalyticsSettings`: how large a server may be before statistics are no longer counted.
    pub struct AnalyticsSettings {
        max_users_for_statistics: i64, "MaxUsersForStatistics" = 2500; "!"
    }
}
