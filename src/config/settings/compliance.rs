//! Retention, exports and content review.

section! {
    /// `DataRetentionSettings`: after how long messages and files are deleted.
    pub struct DataRetentionSettings {
        batch_size:                        i64,    "BatchSize"                      = 3000;    "compliance_data_retention_policy"
        boards_retention_days:             i64,    "BoardsRetentionDays"            = 365;     "compliance_data_retention_policy"
        deletion_job_start_time:           String, "DeletionJobStartTime"           = "02:00"; "compliance_data_retention_policy"
        enable_boards_deletion:            bool,   "EnableBoardsDeletion"           = false;   "compliance_data_retention_policy"
        enable_file_deletion:              bool,   "EnableFileDeletion"             = false;   "compliance_data_retention_policy"
        enable_message_deletion:           bool,   "EnableMessageDeletion"          = false;   "compliance_data_retention_policy"
        /// Counts only while `FileRetentionHours` is 0.
        file_retention_days:               i64,    "FileRetentionDays"              = 365;     "compliance_data_retention_policy"
        file_retention_hours:              i64,    "FileRetentionHours"             = 0;       "compliance_data_retention_policy"
        /// Counts only while `MessageRetentionHours` is 0.
        message_retention_days:            i64,    "MessageRetentionDays"           = 365;     "compliance_data_retention_policy"
        message_retention_hours:           i64,    "MessageRetentionHours"          = 0;       "compliance_data_retention_policy"
        preserve_pinned_posts:             bool,   "PreservePinnedPosts"            = false;   "compliance_data_retention_policy"
        retention_ids_batch_size:          i64,    "RetentionIdsBatchSize"          = 100;     "compliance_data_retention_policy"
        time_between_batches_milliseconds: i64,    "TimeBetweenBatchesMilliseconds" = 100;     "compliance_data_retention_policy"
    }
}

section! {
    /// `ComplianceSettings`: daily compliance reports.
    pub struct ComplianceSettings {
        batch_size:   i64,    "BatchSize"   = 30_000;    "compliance_compliance_monitoring"
        directory:    String, "Directory"   = "./data/"; "compliance_compliance_monitoring"
        enable:       bool,   "Enable"      = false;     "compliance_compliance_monitoring"
        enable_daily: bool,   "EnableDaily" = false;     "compliance_compliance_monitoring"
    }
}

section! {
    /// `MessageExportSettings.GlobalRelaySettings`: delivery to a mail archive.
    pub struct GlobalRelaySettings {
        custom_smtp_port:        String, "CustomSMTPPort"       = "25"; "compliance_compliance_export"
        custom_smtp_server_name: String, "CustomSMTPServerName" = "";   "compliance_compliance_export"
        customer_type:           String, "CustomerType"         = "A9"; "compliance_compliance_export"
        email_address:           String, "EmailAddress"         = "";   "compliance_compliance_export"
        smtp_password:           String, "SMTPPassword"         = "";   "compliance_compliance_export"
        smtp_server_timeout:     i64,    "SMTPServerTimeout"    = 1800; "compliance_compliance_export"
        smtp_username:           String, "SMTPUsername"         = "";   "compliance_compliance_export"
    }
}

section! {
    /// `MessageExportSettings`: exports of messages for compliance archives.
    pub struct MessageExportSettings {
        batch_size:                 i64,                 "BatchSize"               = 10_000;     "compliance_compliance_export"
        channel_batch_size:         i64,                 "ChannelBatchSize"        = 100;        "compliance_compliance_export"
        channel_history_batch_size: i64,                 "ChannelHistoryBatchSize" = 10;         "compliance_compliance_export"
        daily_run_time:             String,              "DailyRunTime"            = "01:00";    "compliance_compliance_export"
        download_export_results:    bool,                "DownloadExportResults"   = false;      "compliance_compliance_export"
        enable_export:              bool,                "EnableExport"            = false;      "compliance_compliance_export"
        export_format:              String,              "ExportFormat"            = "actiance"; "compliance_compliance_export"
        export_from_timestamp:      i64,                 "ExportFromTimestamp"     = 0;          "compliance_compliance_export"
        global_relay_settings:      GlobalRelaySettings, "GlobalRelaySettings"     = Default::default; "compliance_compliance_export"
    }
}

section! {
    /// `ContentFlaggingSettings.AdditionalSettings`.
    pub struct ContentFlaggingAdditional {
        hide_flagged_content:      bool,        "HideFlaggedContent"      = true; ""
        reasons:                   Vec<String>, "Reasons"                 = &["Harassment or bullying", "Personal data", "Confidential information", "Spam", "Something else"]; ""
        reporter_comment_required: bool,        "ReporterCommentRequired" = true; ""
        reviewer_comment_required: bool,        "ReviewerCommentRequired" = true; ""
    }
}

section! {
    /// `ContentFlaggingSettings.NotificationSettings.EventTargetMapping`: who hears of what.
    pub struct ContentFlaggingTargets {
        assigned:  Vec<String>, "assigned"  = &["reviewers"]; ""
        dismissed: Vec<String>, "dismissed" = &["reviewers", "reporter"]; ""
        flagged:   Vec<String>, "flagged"   = &["reviewers"]; ""
        removed:   Vec<String>, "removed"   = &["reviewers", "author", "reporter"]; ""
    }
}

section! {
    /// `ContentFlaggingSettings.NotificationSettings`.
    pub struct ContentFlaggingNotifications {
        event_target_mapping: ContentFlaggingTargets, "EventTargetMapping" = Default::default; ""
    }
}

section! {
    /// `ContentFlaggingSettings.ReviewerSettings`.
    pub struct ContentFlaggingReviewers {
        common_reviewers:           bool, "CommonReviewers"         = true;  ""
        system_admins_as_reviewers: bool, "SystemAdminsAsReviewers" = false; ""
        team_admins_as_reviewers:   bool, "TeamAdminsAsReviewers"   = true;  ""
    }
}

section! {
    /// `ContentFlaggingSettings`: members report posts, reviewers decide.
    pub struct ContentFlaggingSettings {
        additional_settings:     ContentFlaggingAdditional,    "AdditionalSettings"    = Default::default; ""
        enable_content_flagging: bool,                         "EnableContentFlagging" = false; ""
        notification_settings:   ContentFlaggingNotifications, "NotificationSettings"  = Default::default; ""
        reviewer_settings:       ContentFlaggingReviewers,     "ReviewerSettings"      = Default::default; ""
    }
}

impl DataRetentionSettings {
    /// How long messages are kept, in hours.
    pub fn message_hours(&self) -> i64 {
        hours(self.message_retention_hours, self.message_retention_days)
    }

    /// How long files are kept, in hours.
    pub fn file_hours(&self) -> i64 {
        hours(self.file_retention_hours, self.file_retention_days)
    }
}

/// The hours where they are set, else the days.
fn hours(hours: i64, days: i64) -> i64 {
    if hours > 0 { hours } else { days.saturating_mul(24) }
}
