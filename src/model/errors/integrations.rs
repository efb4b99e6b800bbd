//! Webhooks, slash commands and applications that log people in.

codes! {
    INCOMING_NOT_FOUND 404 "app.webhooks.get_incoming.app_error"       "There is no such incoming webhook.";
    INCOMING_EXISTING  400 "app.webhooks.save_incoming.existing.app_error" "A new webhook is given its id by the server. Please leave it out.";
    HOOK_USERNAME      400 "api.incoming_webhook.invalid_username.app_error" "The name that a webhook shows must be one that an account could have.";
    HOOK_DISPLAY_NAME  400 "model.incoming_hook.display_name.app_error" "The title of a webhook has at most 64 characters.";
    HOOK_DESCRIPTION   400 "model.incoming_hook.description.app_error" "The description of a webhook has at most 500 characters.";
    HOOK_ICON_URL      400 "model.incoming_hook.icon_url.app_error" "The address of a webhook's picture has at most 1024 characters.";
    HOOK_TEAM          400 "api.webhook.team_mismatch.app_error" "A webhook can't be taken into another team.";
    CALL_REFUSED       400 "web.incoming_webhook.general.app_error" "Nothing was posted: {}";
    CALL_FORBIDDEN     403 "web.incoming_webhook.general.app_error" "Nothing was posted: this webhook may not post there.";
    CALL_NOT_FOUND     404 "web.incoming_webhook.general.app_error" "Nothing was posted: the team has no such channel.";
    CALL_OFF           501 "web.incoming_webhook.general.app_error" "Nothing was posted: incoming webhooks are switched off on this server.";
    CALL_JSON          400 "web.incoming_webhook.decode.app_error" "Nothing was posted: the body is no JSON object with the fields of a webhook, or too large.";
    CALL_FORM          400 "web.incoming_webhook.parse_form.app_error" "Nothing was posted: the Content-Type can't be read.";
    INCOMING_OFF       501 "api.incoming_webhook.disabled.app_error"   "Incoming webhooks are switched off on this server.";
    OUTGOING_NOT_FOUND 404 "app.webhooks.get_outgoing.app_error"       "There is no such outgoing webhook.";
    OUTGOING_OFF       501 "api.outgoing_webhook.disabled.app_error"   "Outgoing webhooks are switched off on this server.";
    COMMAND_NOT_FOUND  404 "store.sql_command.save.get.app_error"      "There is no such slash command.";
    COMMANDS_OFF       501 "api.command.disabled.app_error"            "Slash commands are switched off on this server.";
    APP_NOT_FOUND      404 "app.oauth.get_app.find.app_error"          "There is no such application.";
    APPS_ADMIN_ONLY    403 "api.command.admin_only.app_error"          "Only those who manage applications see them.";
    OAUTH_OFF          501 "api.oauth.allow_oauth.turn_off.app_error"  "This server does not log people in to applications.";
}
