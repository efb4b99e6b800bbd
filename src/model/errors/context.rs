//! Errors that any request can meet (auth.md §2).

codes! {
    INTERNAL              500 "app.internal.app_error"                     "Something went wrong on the server. Please try again; if it persists, tell your administrator the request id.";
    SESSION_EXPIRED       401 "api.context.session_expired.app_error"      "Your session is missing or has expired. Please log in again.";
    TOKEN_PROVIDED        401 "api.context.token_provided.app_error"       "A session token may not stand in the address.";
    MFA_REQUIRED          403 "api.context.mfa_required.app_error"         "This server asks for multi-factor authentication. Please set it up first.";
    PERMISSIONS           403 "api.context.permissions.app_error"          "You do not have permission to do this.";
    INVALID_BODY_PARAM    400 "api.context.invalid_body_param.app_error"   "The value of {} in the request body is missing or wrong.";
    INVALID_URL_PARAM     400 "api.context.invalid_url_param.app_error"    "The value of {} in the address is missing or wrong.";
    INVALID_PARAM         400 "api.context.invalid_param.app_error"        "The value of {} is missing or wrong.";
    PAYLOAD_PARSE         400 "api.payload.parse.error"                    "The request body could not be read.";
    NOT_FOUND             404 "api.context.404.app_error"                  "There is nothing at this address.";
    NOT_SERVED            501 "api.context.not_served.app_error"           "Kollegium does not serve this operation: {}.";
    BODY_TOO_LARGE        413 "api.context.request_body_too_large.app_error" "The request body is larger than this server accepts.";
    URL_TOO_LONG          414 "basic_security_check.url.too_long_error"    "The address is longer than this server accepts.";
    SERVER_BUSY           503 "api.context.server_busy.app_error"          "The server is busy. Please try again in a moment.";
}
