//! Acknowledgements of posts.

codes! {
    SAVE_ARCHIVED   403 "api.acknowledgement.save.archived_channel.app_error"   "The channel is archived.";
    DELETE_ARCHIVED 403 "api.acknowledgement.delete.archived_channel.app_error" "The channel is archived.";
    DELETE_DEADLINE 403 "api.acknowledgement.delete.deadline.app_error"         "An acknowledgement can be taken back for five minutes only.";
    NOT_FOUND       404 "app.acknowledgement.get.app_error"                     "The post is not acknowledged.";
}
