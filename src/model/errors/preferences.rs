//! Preferences.

codes! {
    CATEGORY           400 "model.preference.is_valid.category.app_error"              "The category of a preference has 1 to 32 characters.";
    NAME               400 "model.preference.is_valid.name.app_error"                  "The name of a preference has at most 32 characters.";
    VALUE              400 "model.preference.is_valid.value.app_error"                 "The value of a preference has at most 20000 characters.";
    THEME              400 "model.preference.is_valid.theme.app_error"                 "The theme is not a JSON object of strings.";
    LIMIT_VISIBLE      400 "model.preference.is_valid.limit_visible_dms_gms.app_error" "The number of visible direct messages is a whole number from 1 to 40.";
    SET_FORBIDDEN      403 "api.preference.update_preferences.set.app_error"           "You may set your own preferences only.";
    DELETE_FORBIDDEN   403 "api.preference.delete_preferences.delete.app_error"        "You may delete your own preferences only.";
    CATEGORY_NOT_FOUND 404 "api.preference.preferences_category.get.app_error"         "There are no preferences of this category.";
    NOT_FOUND          400 "app.preference.get.app_error"                              "There is no such preference.";
}
