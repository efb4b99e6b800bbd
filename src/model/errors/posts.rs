//! Posts, reactions, drafts.

codes! {
    // Fields.
    MESSAGE_LENGTH            400 "model.post.is_valid.message_length.app_error"                     "The message is too long.";
    TYPE                      400 "model.post.is_valid.type.app_error"                               "A post of this type cannot be made.";
    HASHTAGS                  400 "model.post.is_valid.hashtags.app_error"                           "The message has too many hashtags.";
    FILENAMES                 400 "model.post.is_valid.filenames.app_error"                          "The list of file names is too long.";
    FILE_IDS                  400 "model.post.is_valid.file_ids.app_error"                           "A post has at most 10 files. Please use several posts.";
    PROPS                     400 "model.post.is_valid.props.app_error"                              "The properties of the post are too large.";

    // Looking up.
    NOT_FOUND                 404 "app.post.get.app_error"                                           "There is no such post.";
    IDS_LIMIT                 400 "api.post.posts_by_ids.invalid_body.request_error"                 "At most {} posts can be asked for at once.";
    SEARCH_INVALID_BODY       400 "api.post.search_posts.invalid_body.app_error"                     "The request body could not be read.";
    SEARCH_DISABLED           501 "store.sql_post.search.disabled"                                   "Search is switched off on this server.";

    // Creating.
    SAVE_EXISTING             400 "app.post.save.existing.app_error"                                 "A new post must not bring an id.";
    CHANNEL_DELETED           400 "api.post.create_post.can_not_post_to_deleted.error"               "The channel is archived.";
    RESTRICTED_DM             400 "api.post.create_post.can_not_post_in_restricted_dm.error"         "You can write only to people with whom you share a team.";
    ROOT_ID                   400 "api.post.create_post.root_id.app_error"                           "The post to reply to does not exist or is a reply itself.";
    ROOT_OTHER_CHANNEL        400 "api.post.create_post.channel_root_id.app_error"                   "The post to reply to is in another channel.";
    DUPLICATE_PENDING         409 "api.post.deduplicate_create_post.pending"                         "The same post is being made just now.";
    PRIORITY_DISABLED         403 "api.post.post_priority.priority_post_not_allowed_for_user.request_error" "Priorities of messages are switched off on this server.";
    PRIORITY_ROOT_ONLY        400 "api.post.post_priority.priority_post_only_allowed_for_root_post.request_error" "Only posts that start a thread have a priority.";
    PRIORITY_NOBODY           400 "api.post.post_priority.min_recipients_persistent_notification_post.request_error" "A post that is announced again and again has to name somebody who is there.";
    PRIORITY_TOO_MANY         400 "api.post.post_priority.max_recipients_persistent_notification_post.request_error" "A post that is announced again and again names at most {} people.";
    PRIORITY_URGENT_ONLY      400 "api.post.post_priority.urgent_persistent_notification_post.request_error" "Repeated notifications are for urgent posts that mention somebody.";
    SLOW_MODE                 429 "api.post.create_post.slow_mode.app_error"                         "This channel is in slow mode. You can write again in {} seconds.";
    MESSAGE_RATE              429 "api.post.create_post.rate_limit.app_error"                        "You are sending messages too quickly. Please wait {} seconds.";

    // Changing.
    UPDATE_DELETED_CHANNEL    400 "api.post.update_post.can_not_update_post_in_deleted.error"        "The channel is archived.";
    PATCH_DELETED_CHANNEL     400 "api.post.patch_post.can_not_update_post_in_deleted.error"         "The channel is archived.";
    UPDATE_RESTRICTED_DM      400 "api.post.update_post.can_not_update_post_in_restricted_dm.error"  "You can write only to people with whom you share a team.";
    PATCH_RESTRICTED_DM       400 "api.post.patch_post.can_not_update_post_in_restricted_dm.error"   "You can write only to people with whom you share a team.";
    DELETE_RESTRICTED_DM      400 "api.post.delete_post.can_not_delete_from_restricted_dm.error"     "You can write only to people with whom you share a team.";
    UPDATE_DELETED            400 "api.post.update_post.permissions_details.app_error"               "The post was deleted.";
    UPDATE_SYSTEM             400 "api.post.update_post.system_message.app_error"                    "Messages of the system cannot be changed.";
    UPDATE_TIME_LIMIT         400 "api.post.update_post.permissions_time_limit.app_error"            "Posts can be changed for {} seconds only.";
    DELETE_DELETED_CHANNEL    400 "api.post.delete_post.can_not_delete_post_in_deleted.error"        "The channel is archived.";
    DELETE_TIME_LIMIT         400 "api.post.delete_post.permissions_time_limit.app_error"            "Your posts can be deleted for {} seconds only. Please ask a moderator.";
    DELETE_OFF                501 "api.post.delete_post.not_enabled.app_error"                       "Erasing posts is switched off (ServiceSettings.EnableAPIPostDeletion).";
    RESTORE_NOT_HISTORY       400 "app.post.restore_post_version.not_an_history_item.app_error"      "This is not an earlier version of the post.";
    RESTORE_NOT_VALID_HISTORY 400 "app.post.restore_post_version.not_valid_post_history_item.app_error" "This is not an earlier version of the post.";
    RESTORE_FORBIDDEN         403 "app.post.restore_post_version.not_allowed.app_error"              "You may restore versions of your own posts only.";

    // Reactions.
    REACTION_INVALID          400 "api.reaction.save_reaction.invalid.app_error"                     "The reaction is incomplete or its emoji has no valid name.";
    REACTION_OTHER_USER       403 "api.reaction.save_reaction.user_id.app_error"                     "You may react under your own name only.";
    REACTION_SAVE_ARCHIVED    403 "api.reaction.save.archived_channel.app_error"                     "The channel is archived.";
    REACTION_DELETE_ARCHIVED  403 "api.reaction.delete.archived_channel.app_error"                   "The channel is archived.";
    REACTION_SAVE_RESTRICTED_DM   400 "api.reaction.save.restricted_dm.error"                        "You can write only to people with whom you share a team.";
    REACTION_DELETE_RESTRICTED_DM 400 "api.reaction.delete.restricted_dm.error"                      "You can write only to people with whom you share a team.";
    REACTION_LIMIT            400 "app.reaction.save.save.too_many_reactions"                        "This post has as many different reactions as it may have.";
    REACTION_BULK             400 "app.reaction.bulk_get_for_post_ids.app_error"                     "The reactions could not be read. Please give a list of post ids.";

    // Drafts.
    DRAFTS_DISABLED           501 "api.drafts.disabled.app_error"                                    "Drafts are not kept on this server.";
    DRAFT_DELETED_CHANNEL     400 "api.draft.create_draft.can_not_draft_to_deleted.error"            "The channel is archived.";
    DRAFT_RESTRICTED_DM       400 "api.draft.create_draft.can_not_draft_to_restricted_dm.error"      "You can write only to people with whom you share a team.";
    DRAFT_SAVE                400 "app.draft.save.app_error"                                         "The draft could not be kept. It may be too long.";
}
