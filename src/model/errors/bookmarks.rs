//! Bookmarks of channels.

codes! {
    // Fields.
    TYPE                400 "model.channel_bookmark.is_valid.type.app_error"                    "The type of a bookmark is link or file.";
    NAME                400 "model.channel_bookmark.is_valid.display_name.app_error"            "The name of a bookmark has 1 to 64 characters.";
    LINK                400 "model.channel_bookmark.is_valid.link_url.missing_or_invalid.app_error" "The address of a bookmark begins with http:// or https:// and has at most 1024 characters.";
    IMAGE               400 "model.channel_bookmark.is_valid.image_url.app_error"               "The picture's address begins with http:// or https:// and has at most 1024 characters.";
    FILE_ID             400 "model.channel_bookmark.is_valid.file_id.missing_or_invalid.app_error" "The bookmark of a file must name a file.";
    LINK_AND_FILE       400 "model.channel_bookmark.is_valid.link_file.app_error"               "A bookmark is an address or a file, not both.";

    NOT_FOUND           404 "app.channel.bookmark.get.app_error"                                "There is no such bookmark.";
    TOO_MANY            400 "app.channel.bookmark.save.app_error"                               "The channel has as many bookmarks as it may have. Please remove one first.";
    FILE_UNUSABLE       400 "app.channel.bookmark.save.app_error"                               "The file was not uploaded for a bookmark of this channel, or is one already.";
    PLACE               404 "app.channel.bookmark.update_sort.app_error"                        "There is no such bookmark, or no such place among the bookmarks.";

    // By whom, and where.
    CREATE_ARCHIVED     403 "api.channel.bookmark.create_channel_bookmark.deleted_channel.forbidden.app_error"            "The channel is archived.";
    CREATE_STRANGER     403 "api.channel.bookmark.create_channel_bookmark.direct_or_group_channels.forbidden.app_error"   "Only those who are in a conversation add bookmarks to it.";
    CREATE_GUEST        403 "api.channel.bookmark.create_channel_bookmark.direct_or_group_channels_by_guests.forbidden.app_error" "Guests cannot add bookmarks to a conversation.";
    UPDATE_ARCHIVED     403 "api.channel.bookmark.update_channel_bookmark.deleted_channel.forbidden.app_error"            "The channel is archived.";
    UPDATE_STRANGER     403 "api.channel.bookmark.update_channel_bookmark.direct_or_group_channels.forbidden.app_error"   "Only those who are in a conversation change its bookmarks.";
    UPDATE_GUEST        403 "api.channel.bookmark.update_channel_bookmark.direct_or_group_channels_by_guests.forbidden.app_error" "Guests cannot change the bookmarks of a conversation.";
    SORT_ARCHIVED       403 "api.channel.bookmark.update_channel_bookmark_sort_order.deleted_channel.forbidden.app_error" "The channel is archived.";
    SORT_STRANGER       403 "api.channel.bookmark.update_channel_bookmark_sort_order.direct_or_group_channels.forbidden.app_error" "Only those who are in a conversation order its bookmarks.";
    SORT_GUEST          403 "api.channel.bookmark.update_channel_bookmark_sort_order.direct_or_group_channels_by_guests.forbidden.app_error" "Guests cannot order the bookmarks of a conversation.";
    DELETE_ARCHIVED     403 "api.channel.bookmark.delete_channel_bookmark.deleted_channel.forbidden.app_error"            "The channel is archived.";
    DELETE_STRANGER     403 "api.channel.bookmark.delete_channel_bookmark.direct_or_group_channels.forbidden.app_error"   "Only those who are in a conversation remove its bookmarks.";
    DELETE_GUEST        403 "api.channel.bookmark.delete_channel_bookmark.direct_or_group_channels_by_guests.forbidden.app_error" "Guests cannot remove the bookmarks of a conversation.";
}
