//! Actions over the WebSocket (websocket.md).

codes! {
    NO_ACTION         400 "api.web_socket_router.no_action.app_error"         "The message names no action.";
    BAD_SEQ           400 "api.web_socket_router.bad_seq.app_error"           "The sequence number of the message is not valid.";
    BAD_ACTION        500 "api.web_socket_router.bad_action.app_error"        "There is no such action.";
    NOT_AUTHENTICATED 401 "api.web_socket_router.not_authenticated.app_error" "Please log in over this connection first.";
    SERVER_BUSY       503 "api.websocket_handler.server_busy.app_error"       "The server is busy. Please try again in a moment.";
    INVALID_PARAM     400 "api.websocket_handler.invalid_param.app_error"     "The value of {} is missing or wrong.";
}
