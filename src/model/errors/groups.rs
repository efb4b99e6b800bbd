//! Groups of people.

codes! {
    DIRECTORY_ONLY     400 "app.group.crud_permission"                      "Only groups of the directory are tied to teams and channels.";
    NOT_OF_TEAM        400 "group_not_associated_to_synced_team"            "Groups decide who is in this channel's team, and this group is not one of them.";
    UNTIED_ALREADY     400 "app.group.group_syncable_already_deleted"       "The group is not tied to it any more.";
    NOT_OF_DIRECTORY   400 "api.user.add_user_to_group_syncables.not_ldap_user.app_error" "This account is not one of the directory.";
    REMOTE_NOT_FOUND   404 "api.ldap_group.not_found"                       "The directory has no such group.";
    NOT_FOUND          404 "app.group.no_rows"                              "There is no such group.";
    NOT_CUSTOM         400 "app.group.crud_permission"                      "Only groups that members made can be changed this way.";
    RESTORE_NOT_CUSTOM 501 "app.group.crud_permission"                      "Only groups that members made can be changed this way.";
    DISABLED           400 "api.custom_groups.feature_disabled"             "Groups of one's own are switched off on this server.";
    NOT_REFERENCEABLE  400 "api.custom_groups.must_be_referenceable"        "A group of one's own can always be mentioned.";
    REMOTE_ID          400 "api.custom_groups.no_remote_id"                 "A group of one's own has no id in a directory.";
    ID                 400 "app.group.id.app_error"                         "The id of a new group is the server's to choose.";
    USERNAME_CONFLICT  400 "app.group.username_conflict"                    "Somebody has the name {} already.";
    PATCH_USERNAME     400 "api.ldap_groups.existing_user_name_error"       "Somebody has this name already.";
    PATCH_RESERVED     400 "api.ldap_groups.existing_reserved_name_error"   "This name means everybody and cannot be a group's.";
    PATCH_NAME         400 "api.ldap_groups.existing_group_name_error"      "There is a group of this name already.";
    NAME_TAKEN         400 "app.custom_group.unique_name"                   "There is a group of this name already.";
    MEMBERS_UNKNOWN    400 "app.insert_error"                               "One of these people is not here.";
    NOT_MEMBERS        404 "app.update_error"                               "One of these people is not in the group.";
    NAME               400 "model.group.name.app_error"                     "A group that can be mentioned needs a name.";
    NAME_LENGTH        400 "model.group.name.invalid_length.app_error"      "The name of a group has 1 to 64 characters.";
    NAME_RESERVED      400 "model.group.name.reserved_name.app_error"       "This name means everybody and cannot be a group's.";
    NAME_CHARACTERS    400 "model.group.name.invalid_chars.app_error"       "The name of a group has lower-case letters, digits, dots, hyphens and underscores only.";
    DISPLAY_NAME       400 "model.group.display_name.app_error"             "A group needs a name for people of at most 128 bytes.";
    DESCRIPTION        400 "model.group.description.app_error"              "The description of a group has at most 1024 bytes.";
}
