//! Files and images.

codes! {
    NOT_FOUND            404 "app.file_info.get.app_error"                          "There is no such file.";
    GET_NOT_FOUND        404 "api.file.get_file_info.app_error"                     "There is no such file.";
    CONTENT_GONE         404 "api.file.get_file.app_error"                          "The content of the file is not in the file store.";
    ATTACHMENTS_OFF      403 "api.file.attachments.disabled.app_error"              "Attaching files is switched off on this server.";
    UPLOADS_OFF          501 "api.file.attachments.disabled.app_error"              "Attaching files is switched off on this server.";
    READ_REQUEST         400 "api.file.upload_file.read_request.app_error"          "The upload could not be read, or has no content.";
    TOO_MANY             400 "api.file.upload_file.read_request.app_error"          "At most {} files can be uploaded at once.";
    TOO_LARGE            413 "api.file.upload_file.too_large_detailed.app_error"    "{} is larger than the {} bytes that a file may have here.";
    RESTRICTED_DM        400 "api.file.upload_file.restricted_dm.error"             "You can write only to people with whom you share a team.";
    LARGE_IMAGE          400 "api.file.upload_file.large_image_detailed.app_error"  "{} has {} by {} pixels, which is more than a picture may have here.";
    NO_THUMBNAIL         400 "api.file.get_file_thumbnail.no_thumbnail.app_error"   "The file has no thumbnail.";
    NO_PREVIEW           400 "api.file.get_file_preview.no_preview.app_error"       "The file has no preview.";
    LINKS_OFF            403 "api.file.get_public_link.disabled.app_error"          "Public links are switched off on this server.";
    LINK_NO_POST         400 "api.file.get_public_link.no_post.app_error"           "Only a file that is attached to a message can have a public link.";
    PUBLIC_BAD_HASH      400 "api.file.get_file.public_invalid.app_error"           "The link to this file is not valid.";
    IMAGE_PROXY          400 "api.image.get.app_error"                              "The address of the picture cannot be read.";
    SEARCH_INVALID_BODY  400 "api.post.search_files.invalid_body.app_error"         "The request body could not be read.";
    SEARCH_OFF           501 "store.sql_file_info.search.disabled"                  "Searching files is switched off on this server.";
    UPLOAD_TOO_LARGE     413 "api.upload.create.upload_too_large.app_error"         "The file is larger than a file may be here.";
    UPLOAD_SIZE          400 "model.upload_session.is_valid.file_size.app_error"    "The size of a file is 1 byte or more.";
    UPLOAD_ARCHIVED      400 "app.upload.create.cannot_upload_to_deleted_channel.app_error" "The channel is archived.";
    UPLOAD_RESTRICTED_DM 400 "app.upload.create.cannot_upload_to_restricted_dm.error" "You can write only to people with whom you share a team.";
    UPLOAD_NOT_FOUND     404 "app.upload.get.app_error"                             "There is no such upload; it may have been completed.";
    UPLOAD_FORBIDDEN     403 "api.upload.get_upload.forbidden.app_error"            "This upload is somebody else's.";
    UPLOAD_LENGTH        400 "api.upload.upload_data.invalid_content_length"        "The length of this part is missing, or more than is left of the file.";
    UPLOAD_FIRST_PART    400 "app.upload.upload_data.first_part_too_small.app_error" "The first part has {} bytes at least, unless it is the whole file.";
    UPLOAD_CONCURRENT    400 "app.upload.upload_data.concurrent.app_error"          "Another part of this file is being uploaded at this moment.";
}
