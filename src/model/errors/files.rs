//! Files and images.

codes! {
    NOT_FOUND            404 "app.file_info.get.app_error"                  "There is no such file.";
    IMAGE_PROXY          400 "api.image.get.app_error"                      "The address of the picture cannot be read.";
    SEARCH_INVALID_BODY  400 "api.post.search_files.invalid_body.app_error" "The request body could not be read.";
}
