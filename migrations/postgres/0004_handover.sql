-- What lets the reference server 11.6 take over a database that was made here. On an adopted database all of it is
-- there already, and nothing happens.

-- Posts by team and day, for the reference server's statistics; Kollegium does not read it.
CREATE MATERIALIZED VIEW IF NOT EXISTS posts_by_team_day AS
SELECT to_timestamp(posts.createat / 1000)::date AS day,
       count(*)                                  AS num,
       channels.teamid
  FROM posts
  JOIN channels ON channels.id = posts.channelid
 GROUP BY day, channels.teamid;

-- The same for posts of bots.
CREATE MATERIALIZED VIEW IF NOT EXISTS bot_posts_by_team_day AS
SELECT to_timestamp(posts.createat / 1000)::date AS day,
       count(*)                                  AS num,
       channels.teamid
  FROM posts
  JOIN bots     ON bots.userid = posts.userid
  JOIN channels ON channels.id = posts.channelid
 GROUP BY day, channels.teamid;

-- How many files there are, and their bytes.
CREATE MATERIALIZED VIEW IF NOT EXISTS file_stats AS
SELECT count(*)                AS num,
       COALESCE(sum(size), 0)  AS usage
  FROM fileinfo
 WHERE deleteat = 0;

-- Custom attributes of a person or thing as one object; choices by their names instead of their ids.
CREATE MATERIALIZED VIEW IF NOT EXISTS attributeview AS
SELECT given.groupid,
       given.targetid,
       given.targettype,
       jsonb_object_agg(field.name,
           CASE
               WHEN field.type = 'select' THEN (
                   SELECT to_jsonb(choice.name)
                     FROM jsonb_to_recordset(field.attrs -> 'options') AS choice(id text, name text)
                    WHERE choice.id = given.value #>> '{}'
                    LIMIT 1)
               WHEN field.type = 'multiselect' AND jsonb_typeof(given.value) = 'array' THEN (
                   SELECT jsonb_agg(choice.name)
                     FROM jsonb_array_elements_text(given.value) AS chosen
                     JOIN jsonb_to_recordset(field.attrs -> 'options') AS choice(id text, name text) ON choice.id = chosen)
               ELSE given.value
           END) AS attributes
  FROM propertyvalues given
  LEFT JOIN propertyfields field ON field.id = given.fieldid
 WHERE (given.deleteat = 0 OR given.deleteat IS NULL)
   AND (field.deleteat = 0 OR field.deleteat IS NULL)
 GROUP BY given.groupid, given.targetid, given.targettype;

-- The reference server changes roles at its start once, step by step, and notes each step here. A database made here has
-- the roles as they are after all of them; without the notes it would set changed roles back to its defaults.
INSERT INTO systems (name, value)
SELECT step, 'true'
  FROM unnest(ARRAY[
       'AdvancedPermissionsMigrationComplete',
       'migration_advanced_permissions_phase_2',
       'EmojisPermissionsMigrationComplete',
       'GuestRolesCreationMigrationComplete',
       'SystemConsoleRolesCreationMigrationComplete',
       'CustomGroupAdminRoleCreationMigrationComplete',
       'PlaybookRolesCreationMigrationComplete',
       'ContentExtractionConfigDefaultTrueMigrationComplete',
       'PostPriorityConfigDefaultTrueMigrationComplete',
       'RemainingSchemaMigrations',
       'migration_sidebar_categories_phase_2',
       'delete_empty_drafts_migration',
       'delete_orphan_drafts_migration',
       'delete_dms_preferences_migration',
       'emoji_permissions_split',
       'webhook_permissions_split',
       'integrations_own_permissions',
       'list_join_public_private_teams',
       'remove_permanent_delete_user',
       'add_bot_permissions',
       'apply_channel_manage_delete_to_channel_user',
       'remove_channel_manage_delete_from_team_user',
       'view_members_new_permission',
       'add_manage_guests_permissions',
       'channel_moderations_permissions',
       'add_use_group_mentions_permission',
       'add_system_console_permissions',
       'add_convert_channel_permissions',
       'add_system_roles_permissions',
       'add_billing_permissions',
       'manage_shared_channel_permissions',
       'manage_secure_connections_permissions',
       'download_compliance_export_results',
       'compliance_subsection_permissions',
       'experimental_subsection_permissions',
       'authentication_subsection_permissions',
       'site_subsection_permissions',
       'environment_subsection_permissions',
       'reporting_subsection_permissions',
       'test_email_ancillary_permission',
       'about_subsection_permissions',
       'integrations_subsection_permissions',
       'playbooks_permissions',
       'custom_groups_permissions',
       'playbooks_manage_roles',
       'products_boards',
       'custom_groups_permission_restore',
       'read_channel_content_permissions',
       'add_ip_filtering_permissions',
       'add_outgoing_oauth_connections_permissions',
       'add_channel_bookmarks_permissions',
       'add_manage_jobs_ancillary_permissions',
       'add_upload_file_permission',
       'restrict_access_to_channel_conversion_to_public_permissions',
       'fix_read_audits_permission',
       'remove_get_analytics_permission',
       'add_sysconsole_mobile_security_permission',
       'add_channel_banner_permissions',
       'add_channel_access_rules_permission',
       'add_channel_auto_translation_permissions']) AS step
 WHERE NOT EXISTS (SELECT FROM systems WHERE name = 'AdvancedPermissionsMigrationComplete')
    ON CONFLICT (name) DO NOTHING;
