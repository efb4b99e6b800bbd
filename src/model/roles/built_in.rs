//! The roles that a fresh server stores (roles.json; permissions.md §1).

use super::super::permissions::{Permission, PermissionSet};

/// A role that exists before anybody makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltInRole {
    /// Name, as it stands in `roles` of users and members.
    pub name: &'static str,
    /// The middle of the translation ids `authentication.roles.<label>.name` and `.description`.
    pub label: &'static str,
    /// Whether schemes may replace it.
    pub scheme_managed: bool,
    /// Whether it is marked as built in.
    pub built_in: bool,
    permissions: Granted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Granted {
    Everything,
    These(&'static [Permission]),
}

impl BuiltInRole {
    /// What the role allows on a fresh server.
    pub fn permissions(&self) -> PermissionSet {
        match self.permissions {
            Granted::Everything => Permission::in_force().collect(),
            Granted::These(list) => list.iter().copied().collect(),
        }
    }

    /// `display_name` on the wire: a translation id.
    pub fn display_name(&self) -> String {
        format!("authentication.roles.{}.name", self.label)
    }

    /// `description` on the wire: a translation id.
    pub fn description(&self) -> String {
        format!("authentication.roles.{}.description", self.label)
    }
}

/// Declares roles: `name as label, scheme_managed, built_in: permission permission …;`
macro_rules! built_in_roles {
    (@granted every permission in force) => { Granted::Everything };
    (@granted nothing) => { Granted::These(&[]) };
    (@granted $($permission:ident)+) => { Granted::These(&[$(Permission::$permission),+]) };
    ($($name:ident as $label:ident, $scheme:literal, $built_in:literal: $($granted:ident)+;)*) => {
        /// Every built-in role, the everyday ones first.
        pub const BUILT_IN: &[BuiltInRole] = &[$(BuiltInRole {
            name: stringify!($name),
            label: stringify!($label),
            scheme_managed: $scheme,
            built_in: $built_in,
            permissions: built_in_roles!(@granted $($granted)+),
        }),*];
    };
}

built_in_roles! {
    system_admin as global_admin, true, true: every permission in force;
    system_user as global_user, true, true:
        create_custom_group create_direct_channel create_emojis create_group_channel create_team delete_custom_group
        delete_emojis edit_custom_group join_public_teams list_public_teams manage_custom_group_members
        restore_custom_group view_members;
    system_guest as global_guest, true, true:
        create_direct_channel create_group_channel;
    team_admin as team_admin, true, true:
        add_bookmark_private_channel add_bookmark_public_channel add_reaction bypass_incoming_webhook_channel_lock
        convert_private_channel_to_public convert_public_channel_to_private create_post
        delete_bookmark_private_channel delete_bookmark_public_channel delete_others_posts delete_post
        edit_bookmark_private_channel edit_bookmark_public_channel import_team manage_channel_access_rules
        manage_channel_roles manage_others_incoming_webhooks manage_others_outgoing_webhooks
        manage_others_slash_commands manage_own_incoming_webhooks manage_own_outgoing_webhooks
        manage_own_slash_commands manage_private_channel_auto_translation manage_private_channel_banner
        manage_private_channel_members manage_public_channel_auto_translation manage_public_channel_banner
        manage_public_channel_members manage_team manage_team_roles order_bookmark_private_channel
        order_bookmark_public_channel playbook_private_manage_roles playbook_public_manage_roles
        read_private_channel_groups read_public_channel_groups remove_reaction remove_user_from_team upload_file
        use_channel_mentions use_group_mentions;
    team_user as team_user, true, true:
        add_user_to_team create_private_channel create_public_channel invite_user join_public_channels
        list_team_channels playbook_private_create playbook_public_create read_public_channel view_team;
    team_guest as team_guest, true, true:
        view_team;
    channel_admin as channel_admin, true, true:
        add_bookmark_private_channel add_bookmark_public_channel add_reaction create_post
        delete_bookmark_private_channel delete_bookmark_public_channel edit_bookmark_private_channel
        edit_bookmark_public_channel manage_channel_access_rules manage_channel_roles
        manage_private_channel_auto_translation manage_private_channel_banner manage_private_channel_members
        manage_public_channel_auto_translation manage_public_channel_banner manage_public_channel_members
        order_bookmark_private_channel order_bookmark_public_channel read_private_channel_groups
        read_public_channel_groups remove_reaction upload_file use_channel_mentions use_group_mentions;
    channel_user as channel_user, true, true:
        add_bookmark_private_channel add_bookmark_public_channel add_reaction create_post
        delete_bookmark_private_channel delete_bookmark_public_channel delete_post delete_private_channel
        delete_public_channel edit_bookmark_private_channel edit_bookmark_public_channel edit_post get_public_link
        manage_private_channel_members manage_private_channel_properties manage_public_channel_members
        manage_public_channel_properties order_bookmark_private_channel order_bookmark_public_channel read_channel
        read_channel_content read_private_channel_groups read_public_channel_groups remove_reaction upload_file
        use_channel_mentions use_group_mentions;
    channel_guest as channel_guest, true, true:
        add_reaction create_post edit_post read_channel read_channel_content remove_reaction upload_file
        use_channel_mentions;
    system_user_access_token as system_user_access_token, false, true:
        create_user_access_token read_user_access_token revoke_user_access_token;
    system_post_all as system_post_all, false, true:
        create_post upload_file use_channel_mentions use_group_mentions;
    system_post_all_public as system_post_all_public, false, true:
        create_post_public use_channel_mentions use_group_mentions;
    team_post_all as team_post_all, false, true:
        create_post upload_file use_channel_mentions use_group_mentions;
    team_post_all_public as team_post_all_public, false, true:
        create_post_public use_channel_mentions use_group_mentions;
    system_manager as system_manager, false, true:
        add_user_to_team convert_private_channel_to_public convert_public_channel_to_private
        create_elasticsearch_post_aggregation_job create_elasticsearch_post_indexing_job delete_private_channel
        delete_public_channel edit_brand get_analytics get_logs invalidate_caches join_private_teams join_public_teams
        list_private_teams list_public_teams manage_channel_roles manage_elasticsearch_post_aggregation_job
        manage_elasticsearch_post_indexing_job manage_outgoing_oauth_connections
        manage_private_channel_auto_translation manage_private_channel_members manage_private_channel_properties
        manage_public_channel_auto_translation manage_public_channel_members manage_public_channel_properties
        manage_team manage_team_roles purge_elasticsearch_indexes read_channel read_elasticsearch_post_aggregation_job
        read_elasticsearch_post_indexing_job read_ldap_sync_job read_license_information read_private_channel_groups
        read_public_channel read_public_channel_groups recycle_database_connections reload_config
        remove_user_from_team sysconsole_read_about_edition_and_license sysconsole_read_authentication_email
        sysconsole_read_authentication_guest_access sysconsole_read_authentication_ldap
        sysconsole_read_authentication_mfa sysconsole_read_authentication_openid
        sysconsole_read_authentication_password sysconsole_read_authentication_saml
        sysconsole_read_authentication_signup sysconsole_read_environment_database
        sysconsole_read_environment_developer sysconsole_read_environment_elasticsearch
        sysconsole_read_environment_file_storage sysconsole_read_environment_high_availability
        sysconsole_read_environment_image_proxy sysconsole_read_environment_logging
        sysconsole_read_environment_performance_monitoring sysconsole_read_environment_push_notification_server
        sysconsole_read_environment_rate_limiting sysconsole_read_environment_session_lengths
        sysconsole_read_environment_smtp sysconsole_read_environment_web_server
        sysconsole_read_integrations_bot_accounts sysconsole_read_integrations_cors sysconsole_read_integrations_gif
        sysconsole_read_integrations_integration_management sysconsole_read_plugins sysconsole_read_products_boards
        sysconsole_read_reporting_server_logs sysconsole_read_reporting_site_statistics
        sysconsole_read_reporting_team_statistics sysconsole_read_site_announcement_banner
        sysconsole_read_site_customization sysconsole_read_site_emoji sysconsole_read_site_file_sharing_and_downloads
        sysconsole_read_site_localization sysconsole_read_site_notices sysconsole_read_site_notifications
        sysconsole_read_site_posts sysconsole_read_site_public_links sysconsole_read_site_users_and_teams
        sysconsole_read_user_management_channels sysconsole_read_user_management_groups
        sysconsole_read_user_management_permissions sysconsole_read_user_management_teams
        sysconsole_write_environment_database sysconsole_write_environment_developer
        sysconsole_write_environment_elasticsearch sysconsole_write_environment_file_storage
        sysconsole_write_environment_high_availability sysconsole_write_environment_image_proxy
        sysconsole_write_environment_logging sysconsole_write_environment_performance_monitoring
        sysconsole_write_environment_push_notification_server sysconsole_write_environment_rate_limiting
        sysconsole_write_environment_session_lengths sysconsole_write_environment_smtp
        sysconsole_write_environment_web_server sysconsole_write_integrations_bot_accounts
        sysconsole_write_integrations_cors sysconsole_write_integrations_gif
        sysconsole_write_integrations_integration_management sysconsole_write_products_boards
        sysconsole_write_site_announcement_banner sysconsole_write_site_customization sysconsole_write_site_emoji
        sysconsole_write_site_file_sharing_and_downloads sysconsole_write_site_localization
        sysconsole_write_site_notices sysconsole_write_site_notifications sysconsole_write_site_posts
        sysconsole_write_site_public_links sysconsole_write_site_users_and_teams
        sysconsole_write_user_management_channels sysconsole_write_user_management_groups
        sysconsole_write_user_management_permissions sysconsole_write_user_management_teams test_elasticsearch
        test_email test_ldap test_s3 test_site_url view_team;
    system_user_manager as system_user_manager, false, true:
        add_user_to_team convert_private_channel_to_public convert_public_channel_to_private delete_private_channel
        delete_public_channel join_private_teams join_public_teams list_private_teams list_public_teams
        manage_channel_roles manage_private_channel_auto_translation manage_private_channel_members
        manage_private_channel_properties manage_public_channel_auto_translation manage_public_channel_members
        manage_public_channel_properties manage_team manage_team_roles read_channel read_ldap_sync_job
        read_private_channel_groups read_public_channel read_public_channel_groups remove_user_from_team
        sysconsole_read_authentication_email sysconsole_read_authentication_guest_access
        sysconsole_read_authentication_ldap sysconsole_read_authentication_mfa sysconsole_read_authentication_openid
        sysconsole_read_authentication_password sysconsole_read_authentication_saml
        sysconsole_read_authentication_signup sysconsole_read_user_management_channels
        sysconsole_read_user_management_groups sysconsole_read_user_management_permissions
        sysconsole_read_user_management_teams sysconsole_write_user_management_channels
        sysconsole_write_user_management_groups sysconsole_write_user_management_teams test_ldap view_team;
    system_read_only_admin as system_read_only_admin, false, true:
        download_compliance_export_result get_analytics get_logs list_private_teams list_public_teams read_audits
        read_channel read_compliance_export_job read_data_retention_job read_elasticsearch_post_aggregation_job
        read_elasticsearch_post_indexing_job read_ldap_sync_job read_license_information read_other_users_teams
        read_private_channel_groups read_public_channel read_public_channel_groups
        sysconsole_read_about_edition_and_license sysconsole_read_authentication_email
        sysconsole_read_authentication_guest_access sysconsole_read_authentication_ldap
        sysconsole_read_authentication_mfa sysconsole_read_authentication_openid
        sysconsole_read_authentication_password sysconsole_read_authentication_saml
        sysconsole_read_authentication_signup sysconsole_read_compliance_compliance_export
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
        sysconsole_read_site_localization sysconsole_read_site_notices sysconsole_read_site_notifications
        sysconsole_read_site_posts sysconsole_read_site_public_links sysconsole_read_site_users_and_teams
        sysconsole_read_user_management_channels sysconsole_read_user_management_groups
        sysconsole_read_user_management_permissions sysconsole_read_user_management_teams
        sysconsole_read_user_management_users test_ldap view_team;
    system_custom_group_admin as system_custom_group_admin, false, true:
        create_custom_group delete_custom_group edit_custom_group manage_custom_group_members restore_custom_group;
    shared_channel_manager as shared_channel_manager, false, true:
        manage_shared_channels;
    secure_connection_manager as secure_connection_manager, false, true:
        manage_secure_connections;
    custom_group_user as custom_group_user, false, false: nothing;
    playbook_admin as playbook_admin, true, true:
        playbook_private_manage_members playbook_private_manage_properties playbook_private_manage_roles
        playbook_public_make_private playbook_public_manage_members playbook_public_manage_properties
        playbook_public_manage_roles;
    playbook_member as playbook_member, true, true:
        playbook_private_manage_members playbook_private_manage_properties playbook_private_view
        playbook_public_manage_members playbook_public_manage_properties playbook_public_view run_create;
    run_admin as run_admin, true, true:
        run_manage_members run_manage_properties;
    run_member as run_member, true, true:
        run_view;
}
