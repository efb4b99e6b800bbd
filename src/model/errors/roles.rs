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
}
