//! Roles and schemes.

codes! {
    NOT_FOUND        404 "app.role.get.app_error"                                "There is no such role.";
    NAME_NOT_FOUND   404 "app.role.get_by_name.app_error"                        "There is no role of that name.";
    NAME_UNKNOWN     400 "app.role.get_by_name.app_error"                        "There is no role of that name.";
    UNKNOWN_ROLE     400 "app.role.check_roles_exist.role_not_found"             "There is no role of that name.";
    INVALID          400 "app.role.save.invalid_role.app_error"                  "The role is not valid: it names a permission that does not exist.";
    TOO_MANY_NAMES   400 "api.roles.get_multiple_by_name_too_many.request_error" "At most {} roles can be asked for at once.";
    PATCH_PERMISSION 501 "api.roles.patch_roles.not_allowed_permission.error"    "One of these permissions cannot be given to or taken from a role.";
    PATCH_GUEST      501 "api.roles.patch_roles.license.error"                   "The roles of guests cannot be changed.";
    DELEGATED        400 "api.user.update_user_roles.license.app_error"          "This role cannot be given.";
    SCHEME_NOT_FOUND 404 "app.scheme.get.app_error"                              "There is no such scheme.";
    SCHEME_INVALID   400 "app.scheme.save.invalid_scheme.app_error"              "The scheme is not valid: it needs a name for people, a name of two to 64 of a-z, 0-9 and _, and a scope, team or channel.";
    SCHEME_TAKEN     400 "app.scheme.save.app_error"                             "There is a scheme of that name already.";
    SCHEME_NO_TEAMS  400 "api.scheme.get_teams_for_scheme.scope.error"           "This is not a scheme for teams.";
    SCHEME_NO_CHANNELS 400 "api.scheme.get_channels_for_scheme.scope.error"      "This is not a scheme for channels.";
    SCHEME_TEAM_SCOPE 400 "api.team.update_team_scheme.scheme_scope.error"       "A team needs a scheme for teams.";
    SCHEME_CHANNEL_SCOPE 400 "api.channel.update_channel_scheme.scheme_scope.error" "A channel needs a scheme for channels.";
    MODERATION_EXCEEDS 403 "api.channel.patch_channel_moderations_for_channel.restricted_permission.app_error" "What is not allowed in the team cannot be allowed in one of its channels.";
}
