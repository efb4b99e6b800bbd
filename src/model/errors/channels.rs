//! Channels, their members, the sidebar.

codes! {
    // Fields.
    NAME                   400 "model.channel.is_valid.1_or_more.app_error"                       "The address of a channel has 1 to 64 lower-case letters, digits, hyphens or underscores, with a letter or digit first.";
    NAME_RESERVED          400 "model.channel.is_valid.name.app_error"                            "Addresses of this form are kept for direct and group messages. Please choose another one.";
    DISPLAY_NAME           400 "model.channel.is_valid.display_name.app_error"                    "The name of a channel has at most 64 characters.";
    HEADER                 400 "model.channel.is_valid.header.app_error"                          "The header of a channel has at most 1024 characters.";
    PURPOSE                400 "model.channel.is_valid.purpose.app_error"                         "The purpose of a channel has at most 250 characters.";
    TYPE                   400 "model.channel.is_valid.type.app_error"                            "The type of a channel is O (public) or P (private).";
    BANNER_TYPE            400 "model.channel.is_valid.banner_info.channel_type.app_error"        "Only public and private channels have a banner.";
    BANNER_TEXT_EMPTY      400 "model.channel.is_valid.banner_info.text.empty.app_error"          "The banner needs a text.";
    BANNER_TEXT_LONG       400 "model.channel.is_valid.banner_info.text.invalid_length.app_error" "The text of the banner has at most 1024 bytes.";
    BANNER_COLOUR_EMPTY    400 "model.channel.is_valid.banner_info.background_color.empty.app_error" "The banner needs a colour.";
    BANNER_COLOUR          400 "model.channel.is_valid.banner_info.background_color.invalid.app_error" "The colour of the banner is written #rgb or #rrggbb.";

    // Looking up.
    NOT_FOUND              404 "app.channel.get.existing.app_error"                               "There is no such channel.";
    NAME_NOT_FOUND         404 "app.channel.get_by_name.missing.app_error"                        "There is no channel of that name.";
    IDS_NOT_FOUND          404 "app.channel.get_channels_by_ids.not_found.app_error"              "There is none of these channels.";
    NONE_FOUND             404 "app.channel.get_channels.not_found.app_error"                     "There are no channels.";
    UNREAD_NOT_FOUND       404 "app.channel.get_unread.app_error"                                 "There are no unread messages to count in this channel.";
    NOT_A_GROUP            400 "app.channel.get_common_teams.incorrect_channel_type"              "This is not a group message.";

    // Creating.
    SAVE_EXISTING          400 "store.sql_channel.save_channel.existing.app_error"                "A new channel must not bring an id.";
    SAVE_EXISTS            400 "store.sql_channel.save_channel.exists.app_error"                  "The team has a channel with this address already, perhaps an archived or a private one.";
    SAVE_ARCHIVED          400 "store.sql_channel.save.archived_channel.app_error"                "An archived channel cannot be changed.";
    CREATE_DIRECT          400 "api.channel.create_channel.direct_channel.app_error"              "Direct messages are not created this way.";
    MAX_CHANNELS           400 "api.channel.create_channel.max_channel_limit.app_error"           "A team has at most {} channels.";
    DIRECT_TEAM_RESTRICTED 403 "api.channel.create_channel.direct_channel.team_restricted_error"  "You can write only to people with whom you share a team.";
    PATCH_RESTRICTED_DM    400 "api.channel.patch_update_channel.restricted_dm.app_error"         "You can write only to people with whom you share a team.";
    DIRECT_INVALID_USER    400 "api.channel.create_direct_channel.invalid_user.app_error"         "One of these people does not exist.";
    GROUP_BAD_SIZE         400 "api.channel.create_group.bad_size.app_error"                      "A group message has 3 to 8 people.";
    GROUP_BAD_USER         400 "api.channel.create_group.bad_user.app_error"                      "One of these people does not exist.";
    GROUP_TEAM             400 "app.channel.group_message_conversion.incorrect_team"              "Not everybody in the group message is in this team.";

    // Changing.
    PATCH_NOTHING          400 "api.channel.patch_update_channel.no_changes.app_error"            "There is nothing to change in this request.";
    PATCH_FORBIDDEN        403 "api.channel.patch_update_channel.forbidden.app_error"             "You may not change this channel.";
    PATCH_DIRECT           400 "api.channel.patch_update_channel.update_direct_or_group_messages_not_allowed.app_error" "Direct and group messages have no name and no purpose of their own.";
    UPDATE_DIRECT          400 "api.channel.update_channel.update_direct_or_group_messages_not_allowed.app_error" "Direct and group messages have no name and no purpose of their own.";
    UPDATE_DELETED         400 "api.channel.update_channel.deleted.app_error"                     "The channel is archived.";
    UPDATE_DEFAULT         400 "api.channel.update_channel.tried.app_error"                       "The address of the channel {} cannot be changed.";
    UPDATE_TYPE            400 "api.channel.update_channel.typechange.app_error"                  "The type of a channel is not changed this way.";
    UPDATE_BAD_ID          400 "app.channel.update.bad_id"                                        "The channel is archived and cannot be changed.";
    PRIVACY_DEFAULT        400 "api.channel.update_channel_privacy.default_channel_error"         "The channel that everybody is in cannot be made private.";
    MOVE_TYPE              403 "api.channel.move_channel.type.invalid"                            "Direct and group messages belong to no team.";
    MOVE_MEMBERS           400 "app.channel.move_channel.members_do_not_match.error"              "Not everybody in the channel is in that team. Force the move to take them out of the channel.";
    DELETE_DEFAULT         400 "api.channel.delete_channel.cannot.app_error"                      "The channel {} cannot be archived.";
    DELETE_DELETED         400 "api.channel.delete_channel.deleted.app_error"                     "The channel is archived already.";
    DELETE_TYPE            400 "api.channel.delete_channel.type.invalid"                          "Direct and group messages cannot be archived.";
    DELETE_OFF             401 "api.user.delete_channel.not_enabled.app_error"                    "Channels cannot be erased on this server. Please ask an administrator.";
    DELETE_OFF_FOR_ADMIN   401 "api.user.delete_channel.not_enabled.for_admin.app_error"          "Erasing channels is switched off (ServiceSettings.EnableAPIChannelDeletion).";
    RESTORE_LIVING         400 "api.channel.restore_channel.restored.app_error"                   "The channel is not archived.";

    // Members.
    MEMBER_NOT_FOUND       404 "app.channel.get_member.missing.app_error"                         "The user is not in this channel.";
    ADD_TYPE               400 "api.channel.add_user_to_channel.type.app_error"                   "Nobody can be added to a direct or group message.";
    GROUP_CONSTRAINED      400 "api.channel.add_members.user_denied"                              "Groups decide who is in this channel, and not everybody of these is in one.";
    REMOVE_GROUP_CONSTRAINED 400 "api.channel.remove_member.group_constrained.app_error"          "The members of this channel come from groups; nobody can be removed from the channel alone.";
    ADD_DELETED_USER       403 "app.channel.add_member.deleted_user.app_error"                    "This account is deactivated and cannot be added.";
    REMOVE_DEFAULT         400 "api.channel.remove.default.app_error"                             "Nobody can leave the channel {}.";
    REMOVE_TYPE            400 "api.channel.remove_channel_member.type.app_error"                 "Nobody can be removed from a direct or group message.";
    ROLES_UNSET_USER       400 "api.channel.update_channel_member_roles.unset_user_scheme.app_error" "A member of a channel always is a user or a guest.";
    ROLES_GUEST_AND_USER   400 "api.channel.update_channel_member_roles.guest_and_user.app_error" "A member of a channel is a guest or a user, not both.";
    ROLES_USER_AND_GUEST   400 "api.channel.update_channel_member_roles.user_and_guest.app_error" "Nobody becomes a guest in a single channel. An administrator can make the whole account a guest.";
    ROLES_CHANGING_GUEST   400 "api.channel.update_channel_member_roles.changing_guest_role.app_error" "The guest role cannot be given or taken in a single channel.";
    ROLES_SCHEME_ROLE      400 "api.channel.update_channel_member_roles.scheme_role.app_error"    "The role {} belongs to a scheme and cannot be given by name.";

    // Sidebar.
    CATEGORIES             400 "app.channel.sidebar_categories.app_error"                         "The categories of the sidebar cannot be changed this way.";
}
