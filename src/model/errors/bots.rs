//! Bots.

codes! {
    NOT_FOUND       404 "store.sql_bot.get.missing.app_error"      "There is no such bot.";
    CREATE_DISABLED 403 "api.bot.create_disabled"                  "Making bots is switched off on this server.";
    CREATE_FAILED   400 "app.bot.createbot.internal_error"         "The bot could not be made. Its name may be taken.";
    USER_ID         400 "model.bot.is_valid.user_id.app_error"     "The bot has no valid account.";
    USERNAME        400 "model.bot.is_valid.username.app_error"    "The name of a bot has 1 to 64 lower-case letters, digits, dots, hyphens or underscores and does not end in a dot.";
    DESCRIPTION     400 "model.bot.is_valid.description.app_error" "The description of a bot has at most 1024 characters.";
    OWNER_ID        400 "model.bot.is_valid.creator_id.app_error"  "The bot has no valid owner.";
}
