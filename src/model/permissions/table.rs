//! The table of permissions: every id the reference knows, by scope, in the order of names (roles.json).

use super::Scope;

/// Declares the ids: `Scope: id id …;` lines, those in force first, then those that are only still stored somewhere.
macro_rules! permissions {
    (in_force { $($scope:ident: $($id:ident)*;)* } deprecated { $($old_scope:ident: $($old:ident)*;)* }) => {
        /// A permission; a variant is named as its id is written, so that one search finds both.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[expect(non_camel_case_types, missing_docs, reason = "the names are the wire's ids")]
        pub enum Permission {
            $($($id,)*)*
            $($($old,)*)*
        }

        /// One row a permission, in the order of the enum.
        const ROWS: &[(Permission, &str, Scope, bool)] = &[
            $($((Permission::$id, stringify!($id), Scope::$scope, false),)*)*
            $($((Permission::$old, stringify!($old), Scope::$old_scope, true),)*)*
        ];
    };
}

/// Declares what a permission of the system console brings along: `id => id id …;`.
macro_rules! ancillary {
    ($($id:ident => $($more:ident)*;)*) => {
        /// What a permission of the system console needs besides to be of use.
        pub fn ancillary(self) -> &'static [Permission] {
            match self {
                $(Permission::$id => &[$(Permission::$more),*],)*
                _ => &[],
            }
        }
    };
}

impl Permission {
    /// Every permission, deprecated ones too.
    pub fn all() -> impl Iterator<Item = Permission> {
        ROWS.iter().map(|(permission, ..)| *permission)
    }

    /// Every permission in force: what a system administrator has.
    pub fn in_force() -> impl Iterator<Item = Permission> {
        ROWS.iter().filter(|(.., deprecated)| !deprecated).map(|(permission, ..)| *permission)
    }

    /// The permission of that id.
    pub fn parse(id: &str) -> Option<Permission> {
        ROWS.iter().find(|(_, row_id, ..)| *row_id == id).map(|(permission, ..)| *permission)
    }

    /// The id on the wire.
    pub fn id(self) -> &'static str {
        ROWS.get(self as usize).map_or("", |(_, id, ..)| id)
    }

    /// Where it applies.
    pub fn scope(self) -> Scope {
        ROWS.get(self as usize).map_or(Scope::System, |(_, _, scope, _)| *scope)
    }

    /// Whether nothing asks for it any more.
    pub fn is_deprecated(self) -> bool {
        ROWS.get(self as usize).is_some_and(|(.., deprecated)| *deprecated)
    }

    ancillary! {
        sysconsole_read_about_edition_and_license => read_license_information;
        sysconsole_read_authentication_ldap => test_ldap read_ldap_sync_job;
        sysconsole_read_compliance_compliance_export => read_compliance_export_job download_compliance_export_result;
        sysconsole_read_compliance_compliance_monitoring => read_audits;
        sysconsole_read_compliance_data_retention_policy => read_data_retention_job;
        sysconsole_read_environment_elasticsearch =>
            read_elasticsearch_post_indexing_job read_elasticsearch_post_aggregation_job;
        sysconsole_read_reporting_server_logs => get_logs;
        sysconsole_read_reporting_site_statistics => get_analytics;
        sysconsole_read_reporting_team_statistics => get_analytics;
        sysconsole_read_user_management_channels =>
            read_public_channel read_channel read_public_channel_groups read_private_channel_groups;
        sysconsole_read_user_management_teams => list_private_teams list_public_teams view_team;
        sysconsole_read_user_management_users => read_other_users_teams;
        sysconsole_write_about_edition_and_license => manage_license_information;
        sysconsole_write_authentication_email => invalidate_email_invite;
        sysconsole_write_authentication_ldap =>
            create_ldap_sync_job manage_ldap_sync_job add_ldap_public_cert remove_ldap_public_cert
            add_ldap_private_cert remove_ldap_private_cert;
        sysconsole_write_authentication_saml =>
            get_saml_metadata_from_idp add_saml_public_cert add_saml_private_cert add_saml_idp_cert
            remove_saml_public_cert remove_saml_private_cert remove_saml_idp_cert get_saml_cert_status;
        sysconsole_write_compliance_compliance_export =>
            create_compliance_export_job manage_compliance_export_job download_compliance_export_result;
        sysconsole_write_compliance_data_retention_policy => create_data_retention_job manage_data_retention_job;
        sysconsole_write_environment_database => recycle_database_connections;
        sysconsole_write_environment_elasticsearch =>
            test_elasticsearch create_elasticsearch_post_indexing_job manage_elasticsearch_post_indexing_job
            create_elasticsearch_post_aggregation_job manage_elasticsearch_post_aggregation_job
            purge_elasticsearch_indexes;
        sysconsole_write_environment_file_storage => test_s3;
        sysconsole_write_environment_smtp => test_email;
        sysconsole_write_environment_web_server => test_site_url reload_config invalidate_caches;
        sysconsole_write_site_customization => edit_brand;
        sysconsole_write_user_management_channels =>
            manage_public_channel_properties manage_private_channel_properties manage_public_channel_auto_translation
            manage_private_channel_auto_translation manage_private_channel_members manage_public_channel_members
            delete_private_channel delete_public_channel manage_channel_roles convert_public_channel_to_private
            convert_private_channel_to_public;
        sysconsole_write_user_management_groups =>
            manage_private_channel_members manage_public_channel_members convert_public_channel_to_private
            convert_private_channel_to_public;
        sysconsole_write_user_management_teams =>
            manage_team manage_team_roles remove_user_from_team join_private_teams join_public_teams add_user_to_team;
        sysconsole_write_user_management_users => edit_other_users demote_to_guest promote_guest;
    }
}

permissions! {
in_force {
    System:
        add_ldap_private_cert add_ldap_public_cert add_saml_idp_cert add_saml_private_cert add_saml_public_cert
        assign_bot assign_system_admin_role create_bot create_compliance_export_job create_custom_group
        create_data_retention_job create_direct_channel create_elasticsearch_post_aggregation_job
        create_elasticsearch_post_indexing_job create_group_channel create_ldap_sync_job create_team
        create_user_access_token demote_to_guest download_compliance_export_result edit_brand edit_other_users
        get_analytics get_logs get_public_link get_saml_cert_status get_saml_metadata_from_idp invalidate_caches
        invalidate_email_invite join_private_teams join_public_teams list_private_teams list_public_teams
        list_users_without_team manage_bots manage_compliance_export_job manage_data_retention_job
        manage_elasticsearch_post_aggregation_job manage_elasticsearch_post_indexing_job manage_jobs
        manage_ldap_sync_job manage_license_information manage_oauth manage_others_bots
        manage_outgoing_oauth_connections manage_roles manage_secure_connections manage_shared_channels manage_system
        manage_system_wide_oauth promote_guest purge_elasticsearch_indexes read_audits read_bots
        read_compliance_export_job read_data_retention_job read_elasticsearch_post_aggregation_job
        read_elasticsearch_post_indexing_job read_jobs read_ldap_sync_job read_license_information
        read_other_users_teams read_others_bots read_user_access_token recycle_database_connections reload_config
        remove_ldap_private_cert remove_ldap_public_cert remove_saml_idp_cert remove_saml_private_cert
        remove_saml_public_cert revoke_user_access_token sysconsole_read_about_edition_and_license
        sysconsole_read_authentication_email sysconsole_read_authentication_guest_access
        sysconsole_read_authentication_ldap sysconsole_read_authentication_mfa sysconsole_read_authentication_openid
        sysconsole_read_authentication_password sysconsole_read_authentication_saml
        sysconsole_read_authentication_signup sysconsole_read_billing sysconsole_read_compliance_compliance_export
        sysconsole_read_compliance_compliance_monitoring sysconsole_read_compliance_custom_terms_of_service
        sysconsole_read_compliance_data_retention_policy sysconsole_read_environment_database
        sysconsole_read_environment_developer sysconsole_read_environment_elasticsearch
        sysconsole_read_environment_file_storage sysconsole_read_environment_high_availability
        sysconsole_read_environment_image_proxy sysconsole_read_environment_logging
        sysconsole_read_environment_mobile_security sysconsole_read_environment_performance_monitoring
        sysconsole_read_environment_push_notification_server sysconsole_read_environment_rate_limiting
        sysconsole_read_environment_session_lengths sysconsole_read_environment_smtp
        sysconsole_read_environment_web_server sysconsole_read_experimental_feature_flags
        sysconsole_read_experimental_features sysconsole_read_integrations_bot_accounts
        sysconsole_read_integrations_cors sysconsole_read_integrations_gif
        sysconsole_read_integrations_integration_management sysconsole_read_plugins sysconsole_read_products_boards
        sysconsole_read_reporting_server_logs sysconsole_read_reporting_site_statistics
        sysconsole_read_reporting_team_statistics sysconsole_read_site_announcement_banner
        sysconsole_read_site_customization sysconsole_read_site_emoji sysconsole_read_site_file_sharing_and_downloads
        sysconsole_read_site_ip_filters sysconsole_read_site_localization sysconsole_read_site_notices
        sysconsole_read_site_notifications sysconsole_read_site_posts sysconsole_read_site_public_links
        sysconsole_read_site_users_and_teams sysconsole_read_user_management_channels
        sysconsole_read_user_management_groups sysconsole_read_user_management_permissions
        sysconsole_read_user_management_system_roles sysconsole_read_user_management_teams
        sysconsole_read_user_management_users sysconsole_write_about_edition_and_license
        sysconsole_write_authentication_email sysconsole_write_authentication_guest_access
        sysconsole_write_authentication_ldap sysconsole_write_authentication_mfa
        sysconsole_write_authentication_openid sysconsole_write_authentication_password
        sysconsole_write_authentication_saml sysconsole_write_authentication_signup sysconsole_write_billing
        sysconsole_write_compliance_compliance_export sysconsole_write_compliance_compliance_monitoring
        sysconsole_write_compliance_custom_terms_of_service sysconsole_write_compliance_data_retention_policy
        sysconsole_write_environment_database sysconsole_write_environment_developer
        sysconsole_write_environment_elasticsearch sysconsole_write_environment_file_storage
        sysconsole_write_environment_high_availability sysconsole_write_environment_image_proxy
        sysconsole_write_environment_logging sysconsole_write_environment_mobile_security
        sysconsole_write_environment_performance_monitoring sysconsole_write_environment_push_notification_server
        sysconsole_write_environment_rate_limiting sysconsole_write_environment_session_lengths
        sysconsole_write_environment_smtp sysconsole_write_environment_web_server
        sysconsole_write_experimental_feature_flags sysconsole_write_experimental_features
        sysconsole_write_integrations_bot_accounts sysconsole_write_integrations_cors
        sysconsole_write_integrations_gif sysconsole_write_integrations_integration_management
        sysconsole_write_plugins sysconsole_write_products_boards sysconsole_write_reporting_server_logs
        sysconsole_write_reporting_site_statistics sysconsole_write_reporting_team_statistics
        sysconsole_write_site_announcement_banner sysconsole_write_site_customization sysconsole_write_site_emoji
        sysconsole_write_site_file_sharing_and_downloads sysconsole_write_site_ip_filters
        sysconsole_write_site_localization sysconsole_write_site_notices sysconsole_write_site_notifications
        sysconsole_write_site_posts sysconsole_write_site_public_links sysconsole_write_site_users_and_teams
        sysconsole_write_user_management_channels sysconsole_write_user_management_groups
        sysconsole_write_user_management_permissions sysconsole_write_user_management_system_roles
        sysconsole_write_user_management_teams sysconsole_write_user_management_users test_elasticsearch test_email
        test_ldap test_s3 test_site_url;
    Team:
        add_user_to_team bypass_incoming_webhook_channel_lock create_emojis create_private_channel
        create_public_channel delete_emojis delete_others_emojis import_team invite_guest invite_user
        join_public_channels list_team_channels manage_others_incoming_webhooks manage_others_outgoing_webhooks
        manage_others_slash_commands manage_own_incoming_webhooks manage_own_outgoing_webhooks
        manage_own_slash_commands manage_team manage_team_roles playbook_private_create playbook_public_create
        read_public_channel remove_user_from_team view_members view_team;
    Channel:
        add_bookmark_private_channel add_bookmark_public_channel add_reaction convert_private_channel_to_public
        convert_public_channel_to_private create_post create_post_ephemeral create_post_public
        delete_bookmark_private_channel delete_bookmark_public_channel delete_others_posts delete_post
        delete_private_channel delete_public_channel edit_bookmark_private_channel edit_bookmark_public_channel
        edit_others_posts edit_post manage_channel_access_rules manage_channel_roles
        manage_private_channel_auto_translation manage_private_channel_banner manage_private_channel_members
        manage_private_channel_properties manage_public_channel_auto_translation manage_public_channel_banner
        manage_public_channel_members manage_public_channel_properties order_bookmark_private_channel
        order_bookmark_public_channel read_channel read_channel_content read_deleted_posts read_private_channel_groups
        read_public_channel_groups remove_others_reactions remove_reaction upload_file use_channel_mentions
        use_group_mentions use_slash_commands;
    Group:
        delete_custom_group edit_custom_group manage_custom_group_members restore_custom_group;
    Playbook:
        playbook_private_make_public playbook_private_manage_members playbook_private_manage_properties
        playbook_private_manage_roles playbook_private_view playbook_public_make_private
        playbook_public_manage_members playbook_public_manage_properties playbook_public_manage_roles
        playbook_public_view run_create;
    Run:
        run_manage_members run_manage_properties run_view;
}
deprecated {
    System:
        create_post_bleve_indexes_job manage_post_bleve_indexes_job permanent_delete_user purge_bleve_indexes
        sysconsole_read_about sysconsole_read_authentication sysconsole_read_compliance sysconsole_read_environment
        sysconsole_read_experimental sysconsole_read_experimental_bleve sysconsole_read_integrations
        sysconsole_read_reporting sysconsole_read_site sysconsole_write_about sysconsole_write_authentication
        sysconsole_write_compliance sysconsole_write_environment sysconsole_write_experimental
        sysconsole_write_experimental_bleve sysconsole_write_integrations sysconsole_write_reporting
        sysconsole_write_site;
    Team:
        manage_emojis manage_incoming_webhooks manage_others_emojis manage_others_webhooks manage_outgoing_webhooks
        manage_slash_commands manage_webhooks;
}
}
