//! Posts that are sent later.

codes! {
    DISABLED         400 "api.scheduled_posts.feature_disabled"                             "Posts cannot be scheduled on this server (ServiceSettings.ScheduledPosts).";
    ROOT_ID          400 "model.draft.is_valid.root_id.app_error"                           "The post to reply to is not named by an id.";
    MESSAGE_LENGTH   400 "model.draft.is_valid.message_length.app_error"                    "The message is too long.";
    EMPTY            400 "model.scheduled_post.is_valid.empty_post.app_error"               "There is nothing to send: the message is empty.";
    TOO_EARLY        400 "model.scheduled_post.is_valid.scheduled_at.app_error"             "The time to send the message at has passed already.";
    RESTRICTED_DM    400 "app.save_scheduled_post.restricted_dm.error"                      "You can write only to people with whom you share a team.";
    CHANNEL_DELETED  400 "app.save_scheduled_post.channel_deleted.app_error"                "The channel is archived.";

    UPDATE_NOT_FOUND 404 "app.update_scheduled_post.existing_scheduled_post.not_exist"      "There is no such scheduled message. It may have been sent already.";
    UPDATE_FORBIDDEN 403 "app.update_scheduled_post.update_permission.error"                "You may change your own scheduled messages only.";
    DELETE_NOT_FOUND 404 "app.delete_scheduled_post.existing_scheduled_post.not_exist"      "There is no such scheduled message. It may have been sent already.";
    DELETE_FORBIDDEN 403 "app.delete_scheduled_post.delete_permission.error"                "You may remove your own scheduled messages only.";
}
