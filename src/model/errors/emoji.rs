//! Custom emoji.

codes! {
    DISABLED            501 "api.emoji.disabled.app_error"                            "Custom emoji are switched off on this server.";
    SEARCH_DISABLED     403 "api.emoji.disabled.app_error"                            "Custom emoji are switched off on this server.";
    NOT_FOUND           404 "app.emoji.get.no_result"                                 "There is no such emoji.";
    NAME_NOT_FOUND      404 "app.emoji.get_by_name.no_result"                         "There is no emoji of that name.";
    IMAGE_MISSING       404 "api.emoji.get_image.read.app_error"                      "The picture of this emoji is missing.";
    FORM                400 "api.emoji.create.parse.app_error"                        "The upload could not be read: send it as multipart/form-data.";
    TOO_LARGE           413 "api.emoji.create.too_large.app_error"                    "The picture is larger than the 512 KiB that an emoji may have.";
    OTHER_USER          403 "api.emoji.create.other_user.app_error"                   "You can make emoji in your own name only.";
    DUPLICATE           400 "api.emoji.create.duplicate.app_error"                    "There is an emoji of that name already. Please choose another name.";
    NAME                400 "model.emoji.name.app_error"                              "The name of an emoji has 1 to 64 letters, digits, hyphens, plus signs or underscores.";
    SYSTEM_NAME         400 "model.emoji.system_emoji_name.app_error"                 "Every client has an emoji of that name. Please choose another name.";
    NO_IMAGE            400 "api.emoji.upload.image.app_error"                        "This is no picture that can be read. Use a PNG, JPEG or GIF file.";
    TOO_MANY_PIXELS     400 "api.emoji.upload.large_image.too_large.app_error"        "The picture is too large. Its width and height may have up to 1028 pixels each.";
    DAMAGED             400 "api.emoji.upload.large_image.decode_error"               "The picture is damaged and could not be read. Save it anew or choose another one.";
    ANIMATION           400 "api.emoji.upload.large_image.gif_decode_error"           "The animation is damaged or too long. Use one with fewer pictures.";
    TOO_MANY_NAMES      400 "api.emoji.get_multiple_by_name_too_many.request_error"   "At most 200 names can be asked for at once.";
}
