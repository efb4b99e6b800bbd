//! Errors about profile pictures and team icons.

codes! {
    PICTURE_UNKNOWN_USER   400 "api.context.invalid_url_param.app_error"                   "There is no such user.";
    PICTURE_NO_FILE        400 "api.user.upload_profile_user.no_file.app_error"            "The picture is missing: send a file in the form field \"image\".";
    PICTURE_EMPTY          400 "api.user.upload_profile_user.array.app_error"              "The form field \"image\" holds no file.";
    PICTURE_FORM           400 "api.user.upload_profile_user.parse.app_error"              "The upload could not be read: send it as multipart/form-data.";
    PICTURE_TOO_LARGE      413 "api.user.upload_profile_user.too_large.app_error"          "The picture's file is larger than this server accepts.";
    PICTURE_LIMITS         400 "api.user.upload_profile_user.check_image_limits.app_error" "This is no picture that can be read, or it has too many pixels. Use a PNG, JPEG, GIF, BMP or WebP file.";
    PICTURE_DECODE         400 "api.user.upload_profile_user.decode.app_error"             "The picture is damaged and could not be read. Save it anew or choose another one.";
    ICON_NO_FILE           400 "api.team.set_team_icon.no_file.app_error"                  "The team icon is missing: send a file in the form field \"image\".";
    ICON_EMPTY             400 "api.team.set_team_icon.array.app_error"                    "The form field \"image\" holds no file.";
    ICON_FORM              400 "api.team.set_team_icon.parse.app_error"                    "The upload could not be read: send it as multipart/form-data.";
    ICON_TOO_LARGE         413 "api.team.set_team_icon.too_large.app_error"                "The team icon's file is larger than this server accepts.";
    ICON_LIMITS            400 "api.team.set_team_icon.check_image_limits.app_error"       "This is no picture that can be read, or it has too many pixels. Use a PNG, JPEG, GIF, BMP or WebP file.";
    ICON_DECODE            400 "api.team.set_team_icon.decode.app_error"                   "The team icon is damaged and could not be read. Save it anew or choose another one.";
    ICON_GET_TEAM          400 "api.team.set_team_icon.get_team.app_error"                 "There is no such team.";
    ICON_REMOVE_GET_TEAM   400 "api.team.remove_team_icon.get_team.app_error"              "There is no such team.";
    ICON_MISSING           404 "api.team.get_team_icon.read_file.app_error"                "This team has no icon.";
}
