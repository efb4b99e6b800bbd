//! Personal access tokens.

codes! {
    DESCRIPTION 400 "model.user_access_token.is_valid.description.app_error" "The description of a token has at most 255 characters.";
    NOT_FOUND   404 "app.user_access_token.get_by_user.app_error"            "There is no such token.";
    DISABLED    501 "app.user_access_token.disabled"                         "Personal access tokens are switched off on this server.";
}
