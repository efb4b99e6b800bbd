//! What members are told besides (client-config.md table B and the computed keys).

use super::limited::limited;
use super::{ClientConfig, Facts, Text};
use crate::config::{Features, Settings};

/// The configuration for members.
pub fn full(settings: &Settings, features: &Features, facts: &Facts) -> ClientConfig {
    let mut map = limited(settings, features, facts);
    put_people(&mut map, settings);
    put_posts(&mut map, settings);
    put_threads_and_priority(&mut map, settings, features);
    put_integrations(&mut map, settings);
    put_notifications(&mut map, settings);
    put_files_and_languages(&mut map, settings);
    put_client_behaviour(&mut map, settings);
    put_installation(&mut map, settings, facts);
    put_directories(&mut map, settings, features);
    put_policies(&mut map, settings, features);
    put_appearance(&mut map, settings, features);
    put_licensed_posts(&mut map, settings, features);
    map
}

fn put_people(map: &mut ClientConfig, s: &Settings) {
    put! { map:
        "EnableCustomUserStatuses"             s.team.enable_custom_user_statuses;
        "EnableLastActiveTime"                 s.team.enable_last_active_time;
        "EnableUserDeactivation"               s.team.enable_user_deactivation;
        "RestrictDirectMessage"                if s.writes_within_teams() { "team" } else { "any" };
        "TeammateNameDisplay"                  s.team.teammate_name_display;
        "LockTeammateNameDisplay"              s.team.lock_teammate_name_display;
        "ExperimentalPrimaryTeam"              s.team.experimental_primary_team;
        "ExperimentalEnableAutomaticReplies"   s.team.experimental_enable_automatic_replies;
        "ShowEmailAddress"                     s.privacy.show_email_address;
        "ShowFullName"                         s.privacy.show_full_name;
        "UseAnonymousURLs"                     s.privacy.use_anonymous_urls;
        "RequireEmailVerification"             s.email.require_email_verification;
        "EnableEmailInvitations"               s.service.enable_email_invitations;
        "EnableUserAccessTokens"               s.service.enable_user_access_tokens;
        "DeleteAccountLink"                    s.service.delete_account_link;
        "ExperimentalEnableAuthenticationTransfer" s.service.experimental_enable_authentication_transfer;
        "ExtendSessionLengthWithActivity"      s.service.extend_session_length_with_activity;
        "EnableAttributeBasedAccessControl"    s.access_control.enable_attribute_based_access_control;
        "EnableUserManagedAttributes"          s.access_control.enable_user_managed_attributes;
    }
}

fn put_posts(map: &mut ClientConfig, s: &Settings) {
    put! { map:
        "EnableLinkPreviews"               s.service.enable_link_previews;
        "EnablePermalinkPreviews"          s.service.enable_permalink_previews;
        "PostEditTimeLimit"                s.service.post_edit_time_limit;
        "MinimumHashtagLength"             s.service.minimum_hashtag_length;
        "EnableSVGs"                       s.service.enable_svgs;
        "EnableLatex"                      s.service.enable_latex;
        "EnableInlineLatex"                s.service.enable_inline_latex;
        "ManagedResourcePaths"             s.service.managed_resource_paths;
        "ExperimentalEnablePostMetadata"   true;
        "EnableEmojiPicker"                s.service.enable_emoji_picker;
        "EnableGifPicker"                  s.service.enable_gif_picker;
        "GiphySdkKey"                      s.service.giphy_sdk_key;
        "GoogleDeveloperKey"               s.service.google_developer_key;
        "AllowSyncedDrafts"                s.service.allow_synced_drafts;
        "UniqueEmojiReactionLimitPerPost"  s.service.unique_emoji_reaction_limit_per_post;
        "EnableCrossTeamSearch"            s.service.enable_cross_team_search;
        "FeatureFlagExperimentalCrossTeamSearch" s.service.enable_cross_team_search;
        "CustomUrlSchemes"                 s.display.custom_url_schemes;
        "MaxMarkdownNodes"                 s.display.max_markdown_nodes;
        "YoutubeReferrerPolicy"            s.experimental.youtube_referrer_policy;
        "ExperimentalEnableDefaultChannelLeaveJoinMessages"
            s.service.experimental_enable_default_channel_leave_join_messages;
    }
}

fn put_threads_and_priority(map: &mut ClientConfig, s: &Settings, features: &Features) {
    let persistent = features.persistent_notifications && s.service.allow_persistent_notifications;
    put! { map:
        "CollapsedThreads"                       s.service.collapsed_threads;
        "ExperimentalGroupUnreadChannels"        s.service.experimental_group_unread_channels;
        "PostPriority"                           s.service.post_priority;
        "AllowPersistentNotifications"           persistent;
        "AllowPersistentNotificationsForGuests"  s.service.allow_persistent_notifications_for_guests;
        "PersistentNotificationMaxCount"         s.service.persistent_notification_max_count;
        "PersistentNotificationIntervalMinutes"  s.service.persistent_notification_interval_minutes;
        "PersistentNotificationMaxRecipients"    s.service.persistent_notification_max_recipients;
        "EnableBurnOnRead"                       features.burn_on_read && s.service.enable_burn_on_read;
        "BurnOnReadDurationSeconds"              s.service.burn_on_read_duration_seconds;
        "BurnOnReadMaximumTimeToLiveSeconds"     s.service.burn_on_read_maximum_time_to_live_seconds;
        "WranglerPermittedWranglerRoles"         s.wrangler.permitted_wrangler_roles;
        "WranglerAllowedEmailDomain"             s.wrangler.allowed_email_domain;
        "WranglerMoveThreadMaxCount"             s.wrangler.move_thread_max_count;
        "WranglerMoveThreadToAnotherTeamEnable"  s.wrangler.move_thread_to_another_team_enable;
        "WranglerMoveThreadFromPrivateChannelEnable" s.wrangler.move_thread_from_private_channel_enable;
        "WranglerMoveThreadFromDirectMessageChannelEnable" s.wrangler.move_thread_from_direct_message_channel_enable;
        "WranglerMoveThreadFromGroupMessageChannelEnable" s.wrangler.move_thread_from_group_message_channel_enable;
    }
}

fn put_integrations(map: &mut ClientConfig, s: &Settings) {
    put! { map:
        "EnableOAuthServiceProvider"      s.service.enable_oauth_service_provider;
        "EnableIncomingWebhooks"          s.service.enable_incoming_webhooks;
        "EnableOutgoingWebhooks"          s.service.enable_outgoing_webhooks;
        "EnableOutgoingOAuthConnections"  s.service.enable_outgoing_oauth_connections;
        "EnableCommands"                  s.service.enable_commands;
        "EnablePostUsernameOverride"      s.service.enable_post_username_override;
        "EnablePostIconOverride"          s.service.enable_post_icon_override;
        "EnableMarketplace"               s.plugin.enable_marketplace;
        "IsDefaultMarketplace"            s.plugin.marketplace_url.is_empty();
    }
}

fn put_notifications(map: &mut ClientConfig, s: &Settings) {
    put! { map:
        "SendEmailNotifications"               s.email.send_email_notifications;
        "SendPushNotifications"                s.email.send_push_notifications;
        "EnableEmailBatching"                  s.email.enable_email_batching;
        "EnablePreviewModeBanner"              s.email.enable_preview_mode_banner;
        "EmailNotificationContentsType"        s.email.email_notification_contents_type;
        "MaxNotificationsPerChannel"           s.team.max_notifications_per_channel;
        "EnableConfirmNotificationsToChannel"  s.team.enable_confirm_notifications_to_channel;
        "EnableUserTypingMessages"             s.service.enable_user_typing_messages;
        "EnableChannelViewedMessages"          s.service.enable_channel_viewed_messages;
        "TimeBetweenUserTypingUpdatesMilliseconds" s.service.time_between_user_typing_updates_milliseconds;
    }
}

fn put_files_and_languages(map: &mut ClientConfig, s: &Settings) {
    put! { map:
        "EnableFileAttachments"      s.file.enable_file_attachments;
        "EnablePublicLink"           s.file.enable_public_link;
        "MaxFileSize"                s.file.max_file_size;
        "AvailableLocales"           s.localization.available_locales;
        "EnableExperimentalLocales"  s.localization.enable_experimental_locales;
    }
}

fn put_client_behaviour(map: &mut ClientConfig, s: &Settings) {
    put! { map:
        "EnableTesting"                       s.service.enable_testing;
        "EnableDeveloper"                     s.service.enable_developer;
        "EnableClientPerformanceDebugging"    s.service.enable_client_performance_debugging;
        "EnableTutorial"                      s.service.enable_tutorial;
        "EnableOnboardingFlow"                s.service.enable_onboarding_flow;
        "DisableAppBar"                       s.experimental.disable_app_bar;
        "DisableRefetchingOnBrowserFocus"     s.experimental.disable_refetching_on_browser_focus;
        "DisableWakeUpReconnectHandler"       s.experimental.disable_wake_up_reconnect_handler;
        "DelayChannelAutocomplete"            s.experimental.delay_channel_autocomplete;
        "ExperimentalChannelCategorySorting"  s.experimental.experimental_channel_category_sorting;
        "UsersStatusAndProfileFetchingPollIntervalMilliseconds"
            s.experimental.users_status_and_profile_fetching_poll_interval_milliseconds;
        "ExperimentalTimezone"                true;
    }
}

fn put_installation(map: &mut ClientConfig, s: &Settings, facts: &Facts) {
    put! { map:
        "SQLDriverName"     s.sql.driver_name;
        "SchemaVersion"     facts.schema_version;
        "InstallationDate"  facts.installation_date;
        "MaxPostSize"       s.kollegium.max_post_size;
        "RunJobs"           s.job.run_jobs;
        "UpgradedFromTE"    false;
        "CWSMock"           "";
    }
}

fn put_directories(map: &mut ClientConfig, s: &Settings, features: &Features) {
    let ldap = |attribute: &str| features.ldap && !attribute.is_empty();
    let saml = |attribute: &str| features.saml && !attribute.is_empty();
    put! { map:
        "LdapNicknameAttributeSet"   ldap(&s.ldap.nickname_attribute);
        "LdapFirstNameAttributeSet"  ldap(&s.ldap.first_name_attribute);
        "LdapLastNameAttributeSet"   ldap(&s.ldap.last_name_attribute);
        "LdapPictureAttributeSet"    ldap(&s.ldap.picture_attribute);
        "LdapPositionAttributeSet"   ldap(&s.ldap.position_attribute);
        "SamlFirstNameAttributeSet"  saml(&s.saml.first_name_attribute);
        "SamlLastNameAttributeSet"   saml(&s.saml.last_name_attribute);
        "SamlNicknameAttributeSet"   saml(&s.saml.nickname_attribute);
        "SamlPositionAttributeSet"   saml(&s.saml.position_attribute);
        "EnableCustomGroups"         (features.custom_groups && s.service.enable_custom_groups);
    }
}

fn put_policies(map: &mut ClientConfig, s: &Settings, features: &Features) {
    let retention = features.data_retention;
    let hours = |works: bool, hours: i64| if works { hours } else { 0 };
    let shared = features.shared_channels && s.connected_workspaces.enable_shared_channels;
    put! { map:
        "EnableCompliance"                    (features.compliance && s.compliance.enable);
        "EnableMobileFileDownload"            (!features.compliance || s.file.enable_mobile_download);
        "EnableMobileFileUpload"              (!features.compliance || s.file.enable_mobile_upload);
        "EnableCluster"                       (features.cluster && s.cluster.enable);
        "EnableMetrics"                       (features.cluster && s.metrics.enable);
        "DataRetentionEnableMessageDeletion"  (retention && s.data_retention.enable_message_deletion);
        "DataRetentionMessageRetentionHours"  hours(retention, s.data_retention.message_hours());
        "DataRetentionEnableFileDeletion"     (retention && s.data_retention.enable_file_deletion);
        "DataRetentionFileRetentionHours"     hours(retention, s.data_retention.file_hours());
        "ExperimentalSharedChannels"          shared;
    }
    if features.cluster {
        put! { map:
            "EnableClientMetrics"        (s.metrics.enable && s.metrics.enable_client_metrics);
            "EnableNotificationMetrics"  s.feature_flags.notification_monitoring;
        }
    }
    if features.shared_channels {
        put! { map: "ExperimentalRemoteClusterService" s.feature_flags.enable_remote_cluster_service; }
    }
}

fn put_appearance(map: &mut ClientConfig, s: &Settings, features: &Features) {
    let banner = features.announcement;
    let themes = features.theme_management;
    let only = |works: bool, text: String| if works { text } else { String::new() };
    put! { map:
        "EnableBanner"          (banner && s.announcement.enable_banner);
        "BannerText"            only(banner, s.announcement.banner_text.text());
        "BannerColor"           only(banner, s.announcement.banner_color.text());
        "BannerTextColor"       only(banner, s.announcement.banner_text_color.text());
        "AllowBannerDismissal"  (banner && s.announcement.allow_banner_dismissal);
        "EnableThemeSelection"  (!themes || s.theme.enable_theme_selection);
        "DefaultTheme"          only(themes, s.theme.default_theme.text());
        "AllowCustomThemes"     (!themes || s.theme.allow_custom_themes);
        "AllowedThemes"         only(themes, s.theme.allowed_themes.text());
    }
}

fn put_licensed_posts(map: &mut ClientConfig, s: &Settings, features: &Features) {
    if features.post_acknowledgements {
        put! { map: "PostAcknowledgements" true; }
    }
    if features.scheduled_posts {
        put! { map: "ScheduledPosts" s.service.scheduled_posts; }
    }
}
