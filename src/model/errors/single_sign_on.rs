//! Single sign-on: to a provider and back.

codes! {
    UNSUPPORTED         501 "api.user.authorize_oauth_user.unsupported.app_error"    "Signing in by {} is switched off on this server.";
    INVALID_REDIRECT    400 "api.invalid_redirect_url"                               "The address to go to after the log-in is not one of this server.";
    INVALID_SCHEME      400 "api.invalid_custom_url_scheme"                          "The app that asks for this log-in is not known to this server.";
    INVALID_STATE       400 "api.user.authorize_oauth_user.invalid_state.app_error"  "This log-in was not begun here, took too long, or is over already. Please begin again.";
    UNREACHABLE         502 "api.user.authorize_oauth_user.token_failed.app_error"   "The log-in provider cannot be reached, or does not answer as it should. Please try again later or ask an administrator.";
    BAD_TOKEN           400 "api.user.authorize_oauth_user.bad_token.app_error"      "The answer of the log-in provider does not hold. Please begin again.";
    INCOMPLETE          400 "api.user.create_oauth_user.parse.app_error"             "The log-in provider does not tell your mail address or who you are. Please ask an administrator.";
    NOT_GRANTED         403 "api.oauth.allow_oauth.redirect_callback.app_error"      "The log-in provider did not let you in.";
    EMAIL_NOT_VERIFIED  403 "api.user.login.not_verified.app_error"                  "The log-in provider has not verified your mail address. Please do that there first.";
    EMAIL_TO_SSO_OFF    403 "api.user.email_to_oauth.not_available.app_error"        "On this server accounts are not switched from a password to a provider by their owners. Please ask an administrator.";
    SSO_TO_EMAIL_OFF    403 "api.user.oauth_to_email.not_available.app_error"        "On this server accounts are not switched from a provider to a password by their owners. Please ask an administrator.";
    EMAIL_TO_LDAP_OFF   403 "api.user.email_to_ldap.not_available.app_error"         "On this server accounts are not switched from a password to the directory by their owners. Please ask an administrator.";
    LDAP_TO_EMAIL_OFF   403 "api.user.ldap_to_email.not_available.app_error"         "Who logs in by the directory stays there, since it says who may be here. Please ask an administrator.";
    MIGRATION_WAYS      400 "api.user.migrate_auth.ways.app_error"                   "Accounts are moved from one of {} to another of them, but not to saml.";
    MIGRATION_BY_NAME   400 "api.user.migrate_auth.by_name.app_error"                "By user name accounts are moved only to ldap.";
    MIGRATION_INCOMPLETE 400 "api.user.migrate_auth.incomplete.app_error"            "Nothing was done, because {} accounts would stay:\n{}";
    CREATION_OFF        501 "api.user.create_user.disabled.app_error"                "No new accounts are made on this server. Please ask an administrator.";
}
