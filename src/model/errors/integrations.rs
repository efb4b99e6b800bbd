//! Webhooks, slash commands and applications that log people in.

codes! {
    INCOMING_NOT_FOUND 404 "app.webhooks.get_incoming.app_error"       "There is no such incoming webhook.";
    INCOMING_OFF       501 "api.incoming_webhook.disabled.app_error"   "Incoming webhooks are switched off on this server.";
    OUTGOING_NOT_FOUND 404 "app.webhooks.get_outgoing.app_error"       "There is no such outgoing webhook.";
    OUTGOING_OFF       501 "api.outgoing_webhook.disabled.app_error"   "Outgoing webhooks are switched off on this server.";
    COMMAND_NOT_FOUND  404 "store.sql_command.save.get.app_error"      "There is no such slash command.";
    COMMANDS_OFF       501 "api.command.disabled.app_error"            "Slash commands are switched off on this server.";
    APP_NOT_FOUND      404 "app.oauth.get_app.find.app_error"          "There is no such application.";
    APPS_ADMIN_ONLY    403 "api.command.admin_only.app_error"          "Only those who manage applications see them.";
    OAUTH_OFF          501 "api.oauth.allow_oauth.turn_off.app_error"  "This server does not log people in to applications.";
}
