//! People: names, addresses, passwords, log-in, sign-up, deactivation, verification.

codes! {
    // Fields.
    USERNAME                     400 "model.user.is_valid.username.app_error"                           "A username has 1 to 64 lower-case letters, digits, dots, hyphens or underscores and is not a reserved word.";
    EMAIL                        400 "model.user.is_valid.email.app_error"                              "Please give one mail address of at most 128 characters, like name@example.org.";
    NICKNAME                     400 "model.user.is_valid.nickname.app_error"                           "A nickname has at most 64 characters.";
    FIRST_NAME                   400 "model.user.is_valid.first_name.app_error"                         "A first name has at most 64 characters.";
    LAST_NAME                    400 "model.user.is_valid.last_name.app_error"                          "A last name has at most 64 characters.";
    POSITION                     400 "model.user.is_valid.position.app_error"                           "A position has at most 128 characters.";
    LOCALE                       400 "model.user.is_valid.locale.app_error"                             "The language must be a code such as en or de.";
    TIMEZONE_LIMIT               400 "model.user.is_valid.timezone_limit.app_error"                     "The time zone settings are too long.";
    ROLES_LIMIT                  400 "model.user.is_valid.roles_limit.app_error"                        "The list of roles is longer than 256 characters.";
    INVALID_PROPERTY             400 "model.user.is_valid.invalidProperty.app_error"                    "The custom status among the user's properties cannot be read.";
    AUTH_DATA                    400 "model.user.is_valid.auth_data.app_error"                          "The identity at the login provider is longer than 128 characters.";
    AUTH_DATA_TYPE               400 "model.user.is_valid.auth_data_type.app_error"                     "An identity at a login provider needs the name of the provider.";
    AUTH_DATA_PASSWORD           400 "model.user.is_valid.auth_data_pwd.app_error"                      "An account has either a password or a login provider, not both.";
    PASSWORD_MIN_LENGTH          400 "model.user.is_valid.pwd_min_length.app_error"                     "A password has at least {} characters.";
    PASSWORD_MAX_LENGTH          400 "model.user.is_valid.pwd_max_length.app_error"                     "A password has at most {} bytes.";

    // Looking up.
    NOT_FOUND                    404 "app.user.missing_account.const"                                   "There is no such user.";
    UNKNOWN                      400 "app.user.missing_account.const"                                   "There is no such user.";
    UNKNOWN_IN_BODY              400 "api.context.invalid_body_param.app_error"                         "There is no such user.";
    GROUP_NAME_CONFLICT          400 "app.user.group_name_conflict"                                     "There is a group of the name {} already.";
    NAME_NOT_FOUND               404 "app.user.get_by_username.app_error"                               "There is no user of that name.";
    EMAIL_HIDDEN                 403 "api.user.get_user_by_email.permissions.app_error"                 "Mail addresses are hidden on this server, so people cannot be looked up by them.";
    AUTOCOMPLETE_NO_TEAM         400 "api.user.autocomplete_users.missing_team_id.app_error"            "To complete names in a channel, please give its team as well.";
    UPLOADS_FORBIDDEN            403 "api.user.get_uploads_for_user.forbidden.app_error"                "One sees only one's own uploads.";

    // Sign-up.
    EXISTING                     400 "app.user.save.existing.app_error"                                 "A new account must not bring an id.";
    EMAIL_EXISTS                 400 "app.user.save.email_exists.app_error"                             "There is an account with this mail address already.";
    USERNAME_EXISTS              400 "app.user.save.username_exists.app_error"                          "There is an account with this username already.";
    SIGN_UP_DISABLED             501 "api.user.create_user.signup_email_disabled.app_error"             "Signing up by mail address is switched off on this server.";
    NO_OPEN_SERVER               403 "api.user.create_user.no_open_server"                              "This server takes new people by invitation only. Please ask an administrator for one.";
    ACCEPTED_DOMAIN              400 "api.user.create_user.accepted_domain.app_error"                   "Mail addresses of this domain are not admitted here. Please use one of your organisation.";
    LINK_INVALID                 400 "api.user.create_user.signup_link_invalid.app_error"               "This sign-up link is not valid, or was used before.";
    LINK_NOT_FOUND               404 "api.user.create_user.signup_link_invalid.app_error"               "This sign-up link is not valid, or was used before.";
    LINK_EXPIRED                 400 "api.user.create_user.signup_link_expired.app_error"               "This sign-up link has expired. Please ask for a new one.";
    LINK_OTHER_EMAIL             400 "api.user.create_user.bad_token_email_data.app_error"              "This sign-up link was made for another mail address.";
    GUESTS_DISABLED              400 "api.user.create_user.guest_accounts.disabled.app_error"           "Guest accounts are switched off on this server.";
    SSO_CREATION_DISABLED        501 "api.user.create_user.disabled.app_error"                          "New accounts are switched off on this server.";
    ALREADY_ATTACHED             400 "api.user.create_oauth_user.already_attached.app_error"            "There is an account with this mail address that logs in another way. Please log in that way.";

    // Log-in.
    BLANK_PASSWORD               400 "api.user.login.blank_pwd.app_error"                               "Please give your password.";
    INVALID_CREDENTIALS          401 "api.user.login.invalid_credentials_email_username"                "The name, the mail address or the password is wrong.";
    INVALID_CREDENTIALS_EMAIL    401 "api.user.login.invalid_credentials_email"                         "The mail address or the password is wrong.";
    INVALID_CREDENTIALS_USERNAME 401 "api.user.login.invalid_credentials_username"                      "The username or the password is wrong.";
    INVALID_CREDENTIALS_SSO      401 "api.user.login.invalid_credentials_sso"                           "The name or the password is wrong. If you usually log in through your organisation, please use that button.";
    INACTIVE                     401 "api.user.login.inactive.app_error"                                "This account is deactivated. Please ask an administrator.";
    BOT_LOGIN                    401 "api.user.login.bot_login_forbidden.app_error"                     "Bots use tokens; they cannot log in.";
    NOT_VERIFIED                 401 "api.user.login.not_verified.app_error"                            "Please confirm your mail address first, with the link that was sent to you.";
    LOCKED_OUT                   401 "api.user.check_user_login_attempts.too_many.app_error"            "The account is locked after too many failed log-ins. Please reset the password or ask an administrator.";
    LOCKED_OUT_ADDRESS           429 "api.user.check_user_login_attempts.too_many.app_error"            "Too many wrong passwords came from your network. Please try again in an hour, or from where you have logged in before.";
    LOCKED_OUT_LDAP              401 "api.user.check_user_login_attempts.too_many_ldap.app_error"       "The account is locked after too many failed log-ins. Please ask an administrator.";
    LDAP_OFF                     501 "ent.ldap.disabled.app_error"                                      "Log-in by the directory is switched off on this server.";
    LDAP_UNREACHABLE             400 "ent.ldap.do_login.unable_to_connect.app_error"                    "The directory could not be asked: {}.";
    LDAP_REENTER_PASSWORD        400 "api.ldap.test.reenter_password"                                   "To try another server, or another account there, please give the password of that account.";
    LDAP_TEST_TYPE               400 "api.ldap.invalid_test_type.app_error"                             "What is tried is one of filters, attributes and group_attributes.";
    LDAP_SYNC_STOPPED            500 "ent.ldap.syncronize.search_failure.app_error"                     "The synchronisation was stopped: {}";
    TURNED_AWAY                  401 "ent.ldap.do_login.user_filtered.app_error"                        "Your name and password are right, but this server is not open to you. If you think it should be, please ask your administrator.";
    WRONG_PASSWORD               401 "api.user.check_user_password.invalid.app_error"                   "The password is wrong.";
    USE_PROVIDER                 401 "api.user.login.use_auth_service.app_error"                        "This account logs in through {}.";
    CODE_EXCHANGE_GONE           410 "api.user.login_sso_code_exchange.deprecated.app_error"            "This way of logging in is switched off. Please update your app.";
    DESKTOP_TOKEN_INVALID        401 "app.desktop_token.validate.invalid"                               "The log-in of the desktop app has expired. Please start it again.";
    DESKTOP_TOKEN_NOT_SSO        401 "api.user.login_with_desktop_token.not_oauth_or_saml_user.app_error" "This account does not log in through a provider.";

    // Codes.
    MFA_CODE_MISSING             401 "mfa.validate_token.authenticate.app_error"                        "Please give the code of your authenticator app.";
    MFA_BAD_CODE                 401 "api.user.check_user_mfa.bad_code.app_error"                       "The code is wrong or was used before. Please wait for the next one.";
    MFA_BAD_ACTIVATION           401 "mfa.activate.bad_token.app_error"                                 "The code does not fit. Please check the clock of your device and try the next one.";
    MFA_MALFORMED_CODE           400 "mfa.activate.app_error"                                           "The code of an authenticator app has six digits.";
    MFA_DISABLED                 501 "mfa.mfa_disabled.app_error"                                       "Multi-factor authentication is switched off on this server.";
    MFA_NOT_FOR_PROVIDER         400 "api.user.activate_mfa.email_and_ldap_only.app_error"              "Multi-factor authentication is for accounts that log in with a password here.";

    // Password.
    PASSWORD_OF_OTHERS           403 "api.user.update_password.context.app_error"                       "You may change your own password only.";
    PASSWORD_INCORRECT           400 "api.user.update_password.incorrect.app_error"                     "The current password is wrong.";
    PASSWORD_AT_PROVIDER         400 "api.user.update_password.oauth.app_error"                         "This account logs in through a provider. Please change the password there.";
    PASSWORD_HASHED              401 "api.user.update_password.user_and_hashed.app_error"               "Only administrators may hand over a password hash.";
    RESET_LINK_INVALID           400 "api.user.reset_password.invalid_link.app_error"                   "This link is not valid. Please ask for a new one.";
    RESET_LINK_EXPIRED           400 "api.user.reset_password.link_expired.app_error"                   "This link has expired. Please ask for a new one.";
    RESET_BROKEN_TOKEN           400 "api.user.reset_password.broken_token.app_error"                   "This link is not one for a new password.";
    RESET_AT_PROVIDER            400 "api.user.send_password_reset.sso.app_error"                       "This account logs in through a provider. Please reset the password there.";
    RESET_ATTEMPTS_FORBIDDEN     403 "api.user.reset_password_failed_attempts.permissions.app_error"    "You may not unlock accounts.";
    VERIFY_BAD_LINK              400 "api.user.verify_email.bad_link.app_error"                         "This link is not valid or has expired. Please ask for a new one.";

    // Changing.
    UPDATE_DOMAIN                400 "api.user.update_user.accepted_domain.app_error"                   "Mail addresses of this domain are not admitted here. Please use one of your organisation.";
    UPDATE_GUEST_DOMAIN          400 "api.user.update_user.accepted_guest_domain.app_error"             "Guests with a mail address of this domain are not admitted here.";

    // What an organisation wants of names and addresses (our own settings).
    USERNAME_RULE                400 "kollegium.user.username_rule.app_error"                           "User names have the form {} here. Yours would be {}, with a number after it if somebody else has it.";
    FULL_NAME                    400 "kollegium.user.full_name.app_error"                               "Please give your first and your last name.";
    NO_NICKNAMES                 400 "kollegium.user.nickname.app_error"                                "Nicknames are not used here. Please leave the field empty.";
    FIXED_EMAIL                  403 "kollegium.user.fixed_email.app_error"                             "Mail addresses are changed by administrators here. Please ask one.";
    UPDATE_PROVIDER_FIELD        409 "api.user.update_user.login_provider_attribute_set.app_error"      "{} comes from the login provider. Please change it there.";
    PATCH_PROVIDER_FIELD         409 "api.user.patch_user.login_provider_attribute_set.app_error"       "{} comes from the login provider. Please change it there.";
    AUTH_INCOMPLETE              400 "api.user.update_user_auth.invalid_request"                        "Please give both the login provider and the identity there.";
    AUTH_DATA_EXISTS             400 "app.user.update_auth_data.email_exists.app_error"                 "Another account has this identity at the login provider.";
    ALREADY_A_GUEST              501 "api.user.demote_user_to_guest.already_guest.app_error"            "This user is a guest already.";
    DEMOTE_DISABLED              501 "api.team.demote_user_to_guest.disabled.error"                     "Guest accounts are switched off on this server.";
    LAST_ADMIN                   400 "app.user.update.lastAdmin.app_error"                              "This is the last system administrator. Please make somebody else one first.";
    NOT_A_GUEST                  501 "api.user.promote_guest_to_user.no_guest.app_error"                "This user is not a guest.";

    // Deactivating.
    SELF_DEACTIVATION_OFF        401 "api.user.update_active.not_enable.app_error"                      "You cannot deactivate your own account on this server. Please ask an administrator.";
    GUEST_ACTIVATION_OFF         401 "api.user.update_active.cannot_enable_guest_when_guest_feature_is_disabled.app_error" "Guest accounts are switched off on this server, so this guest stays deactivated.";
    GUEST_LOGIN_OFF              401 "api.user.login.guest_accounts.disabled.error"                     "Guest accounts are switched off on this server.";
    ACTIVE_FORBIDDEN             403 "api.user.update_active.permissions.app_error"                     "You may not activate or deactivate this account.";
    DELETE_OFF                   401 "api.user.delete_user.not_enabled.app_error"                       "Accounts cannot be erased on this server. Please ask an administrator.";
    DELETE_OFF_FOR_ADMIN         401 "api.user.delete_user.not_enabled.for_admin.app_error"             "Erasing accounts is switched off (ServiceSettings.EnableAPIUserDeletion).";

    // Terms of service.
    TERMS_NOT_FOUND              404 "app.terms_of_service.get.no_rows.app_error"                       "This server has no terms of service.";
    TERMS_EMPTY                  400 "api.create_terms_of_service.empty_text.app_error"                 "Terms of service need a text.";
    TERMS_NOT_ACCEPTED           404 "app.user_terms_of_service.get_by_user.no_rows.app_error"          "The user has not accepted terms of service.";
}
