//! Sessions.

codes! {
    NOT_FOUND 400 "app.session.get.app_error" "There is no such session.";
}
