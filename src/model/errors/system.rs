//! Configuration, tests of it, brand, licence, plugins, notices.

codes! {
    LICENSE_FORMAT         400 "api.license.client.old_format.app_error"               "Please ask with format=old.";
    MAIL_NO_SETTINGS       400 "api.file.test_connection_email_settings_nil.app_error" "Some settings for mail are missing.";
    MAIL_NO_SERVER         400 "api.admin.test_email.missing_server"                   "The name of the mail server is missing.";
    FILES_NO_SETTINGS      400 "api.file.test_connection_s3_settings_nil.app_error"    "Some settings for file storage are missing.";
    SITE_URL               400 "app.admin.test_site_url.failure"                       "The server cannot be reached at this address.";
    BRAND_NOT_FOUND        404 "api.admin.delete_brand_image.storage.not_found"        "There is no picture for the log-in page.";
    BRAND_NO_FILE          400 "api.admin.upload_brand_image.no_file.app_error"        "The form has no picture in the field image.";
    BRAND_PARSE            400 "api.admin.upload_brand_image.parse.app_error"          "The form with the picture could not be read.";
    BRAND_TOO_LARGE        400 "brand.save_brand_image.check_image_limits.app_error"   "The picture cannot be read or has too many pixels.";
    LOG_FILTER             400 "api.system.logs.invalidFilter"                         "The filter for the log could not be read.";
    ONBOARDING_BODY        400 "app.system.complete_onboarding_request.app_error"      "The request body could not be read.";
    ONBOARDING_FORBIDDEN   403 "app.system.complete_onboarding_request.no_first_user"  "Only system administrators set up the server.";
    PLUGINS_DISABLED       501 "app.plugin.disabled.app_error"                         "This server has no plugins.";
    PLUGIN_UPLOAD_DISABLED 501 "app.plugin.upload_disabled.app_error"                  "Plugins cannot be installed on this server.";
    PUSH_DISABLED          501 "api.push_notification.disabled.app_error"              "Push notifications are switched off on this server.";
    MAIL_PASSWORD          400 "api.admin.test_email.reenter_password"                 "The server, port or user name of the mail server was changed: please enter the password again.";
    MAIL_FAILED            500 "app.admin.test_email.failure"                          "The mail could not be sent: {}";
    FILES_FAILED           500 "api.file.test_connection.app_error"                    "The file store does not take files: {}";
    IMAGE_ADDRESS          400 "api.image.get.app_error"                               "This picture is not fetched: the address is wrong or leads to another server.";
    PUSH_ACK_PARSE         400 "api.push_notifications_ack.message.parse.app_error"    "The receipt could not be read.";
}
