//! Webhooks and slash commands.

codes! {
    INCOMING_NOT_FOUND 404 "app.webhooks.get_incoming.app_error"  "There is no such incoming webhook.";
    COMMAND_NOT_FOUND  404 "store.sql_command.save.get.app_error" "There is no such slash command.";
}
