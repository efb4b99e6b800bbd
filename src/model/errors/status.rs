//! Presence and custom statuses.

codes! {
    CUSTOM_DISABLED  501 "api.custom_status.disabled"                                "Custom statuses are switched off on this server.";
    CUSTOM_EMOJI     400 "api.custom_status.set_custom_statuses.emoji_not_found"     "There is no emoji of that name.";
    RECENT_NOT_FOUND 400 "api.custom_status.recent_custom_statuses.delete.app_error" "This is not one of the recent statuses.";
    NOT_FOUND        404 "api.status.user_not_found.app_error"                       "Statuses are not kept on this server.";
}
