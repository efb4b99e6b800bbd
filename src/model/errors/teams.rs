//! Teams and their members.

codes! {
    // Fields.
    EMAIL                    400 "model.team.is_valid.email.app_error"                              "The mail address of the team is not one.";
    DISPLAY_NAME             400 "model.team.is_valid.name.app_error"                               "The name of a team has 1 to 64 characters.";
    URL                      400 "model.team.is_valid.url.app_error"                                "The address of a team has at most 64 characters.";
    DESCRIPTION              400 "model.team.is_valid.description.app_error"                        "The description of a team has at most 255 characters.";
    RESERVED                 400 "model.team.is_valid.reserved.app_error"                           "This address is kept for the server. Please choose another one.";
    CHARACTERS               400 "model.team.is_valid.characters.app_error"                         "The address of a team has at least two lower-case letters, digits or hyphens, with a letter or digit at both ends.";
    TYPE                     400 "model.team.is_valid.type.app_error"                               "The type of a team is O (open) or I (by invitation).";
    COMPANY                  400 "model.team.is_valid.company.app_error"                            "The name of the organisation has at most 64 characters.";
    DOMAINS                  400 "model.team.is_valid.domains.app_error"                            "The list of mail domains has at most 500 characters.";

    // Looking up.
    NOT_FOUND                404 "app.team.get.find.app_error"                                      "There is no such team.";
    NAME_NOT_FOUND           404 "app.team.get_by_name.missing.app_error"                           "There is no team of that name.";
    INVITE_NOT_FOUND         404 "app.team.get_by_invite_id.finding.app_error"                      "This invitation is not valid any more.";
    INVITE_NOT_OPEN          403 "api.team.get_invite_info.not_open_team"                           "This team takes people by personal invitation only.";
    INVITE_GROUP_CONSTRAINED 403 "app.team.invite_id.group_constrained.error"                       "The members of this team come from groups, so it has no invitation link.";
    LIST_FORBIDDEN           403 "api.team.get_all_teams.insufficient_permissions"                  "You may not see the list of teams.";
    SEARCH_PRIVATE_PAGES     501 "api.team.search_teams.pagination_not_implemented.private_team_search" "This search cannot be paged. Please leave out page and per_page.";
    SEARCH_PAGES             501 "api.team.search_teams.pagination_not_implemented.public_team_search" "This search cannot be paged. Please leave out page and per_page.";

    // Creating and changing.
    SAVE_EXISTING            400 "store.sql_team.save_team.existing.app_error"                      "There is a team with this address already. Please choose another one.";
    CREATION_DISABLED        403 "api.team.is_team_creation_allowed.disabled.app_error"             "You may not create teams on this server.";
    CREATION_DOMAIN          400 "api.team.is_team_creation_allowed.domain.app_error"               "Your own mail address is not of the domains that this team admits.";
    DOMAINS_MISMATCH         400 "api.team.update_restricted_domains.mismatch.app_error"            "The domain {} is not admitted on this server.";
    DELETE_OFF               401 "api.user.delete_team.not_enabled.app_error"                       "Teams cannot be erased on this server. Please ask an administrator.";
    DELETE_OFF_FOR_ADMIN     401 "api.user.delete_team.not_enabled.for_admin.app_error"             "Erasing teams is switched off (ServiceSettings.EnableAPITeamDeletion).";

    // Members.
    MEMBER_NOT_FOUND         404 "app.team.get_member.missing.app_error"                            "The user is not in this team.";
    USER_NOT_FOUND           404 "api.team.user.missing_account"                                    "There is no such user.";
    NOT_A_MEMBER             400 "api.team.remove_user_from_team.missing.app_error"                 "The user is not in this team.";
    ALLOWED_DOMAINS          400 "api.team.join_user_to_team.allowed_domains.app_error"             "People with a mail address of this domain are not admitted to this team.";
    OF_DOMAINS               400 "api.team.join_user_to_team.allowed_domains.app_error"             "This team is only for people with a mail address of: {}.";
    CLOSED_DOMAINS           400 "api.team.join_user_to_team.allowed_domains.app_error"             "This team is for people of certain mail domains, none of which is admitted at the moment.";
    UNPROVEN                 400 "api.team.join_user_to_team.allowed_domains.app_error"             "This team takes proven mail addresses only. Please open the link that was mailed to this address first.";
    SIGN_UP_OF_DOMAINS       403 "api.team.invite_members.invalid_email.app_error"                  "The invitation leads to a team that is only for people with a mail address of: {}.";
    FULL                     400 "app.team.join_user_to_team.max_accounts.app_error"                "This team is full. Please ask an administrator to raise the limit.";
    FULL_ON_SAVE             400 "app.team.join_user_to_team.save_member.max_accounts.app_error"    "This team is full. Please ask an administrator to raise the limit.";
    ADD_INVALID_BODY         400 "api.team.add_team_member.invalid_body.app_error"                  "The request body could not be read.";
    ADD_NO_PARAMETER         400 "api.team.add_user_to_team.missing_parameter.app_error"            "Joining takes a token or an invitation id.";
    GROUP_CONSTRAINED        400 "api.team.add_members.user_denied"                                 "The members of this team come from groups; people outside these groups cannot be added.";
    REMOVE_GROUP_CONSTRAINED 400 "api.team.remove_member.group_constrained.app_error"               "The members of this team come from groups; nobody can be removed from the team alone.";
    TOKEN_GROUP_CONSTRAINED  403 "app.team.invite_token.group_constrained.error"                    "The members of this team come from groups, so it takes no invitations.";
    INVITATION_TYPE          400 "api.user.create_user.invalid_invitation_type.app_error"           "This invitation is for another kind of account.";
    GUEST_BY_INVITE          403 "api.team.add_user_to_team_from_invite.guest.app_error"            "Guests cannot join by an invitation link.";

    // Roles of members.
    ROLES_UNSET_USER         400 "api.team.update_team_member_roles.unset_user_scheme.app_error"    "A member of a team always is a user or a guest.";
    ROLES_GUEST_AND_USER     400 "api.team.update_team_member_roles.guest_and_user.app_error"       "A member of a team is a guest or a user, not both.";
    ROLES_USER_AND_GUEST     400 "api.team.update_team_member_roles.user_and_guest.app_error"       "Nobody becomes a guest in a single team. An administrator can make the whole account a guest.";
    ROLES_CHANGING_GUEST     400 "api.channel.update_team_member_roles.changing_guest_role.app_error" "The guest role cannot be given or taken in a single team.";
    ROLES_OF_GUEST           400 "api.team.update_team_member_roles.guest.app_error"                "The roles of a guest cannot be changed in a single team.";
    ROLES_SCHEME_ROLE        400 "api.channel.update_team_member_roles.scheme_role.app_error"       "The role {} belongs to a scheme and cannot be given by name.";

    // Invitations by mail.
    INVITE_DISABLED          501 "api.team.invite_members.disabled.app_error"                       "Invitations by mail are switched off on this server.";
    INVITE_RATE              413 "app.email.rate_limit_exceeded.app_error"                          "You have mailed too many invitations: at most {} an hour. Please try again later.";
    SIGN_UP_DOMAIN           403 "api.team.invite_members.invalid_email.app_error"                  "These addresses are not of an admitted domain: {}";
    INVITE_DOMAIN            400 "api.team.invite_members.invalid_email.app_error"                  "These addresses are not of an admitted domain: {}";
    GUESTS_DISABLED          501 "api.team.invite_guests_to_channels.disabled.error"                 "Guest accounts are switched off on this server.";
    GUESTS_INVALID_BODY      400 "api.team.invite_guests_to_channels.invalid_body.app_error"         "The request body could not be read.";
    GUESTS_NO_EMAILS         400 "model.guest.is_valid.emails.app_error"                             "Please give at least one mail address.";
    GUESTS_EMAIL             400 "model.guest.is_valid.email.app_error"                              "One of the mail addresses is not one.";
    GUESTS_NO_CHANNELS       400 "model.guest.is_valid.channels.app_error"                           "Guests are invited into channels: please name at least one.";
    GUESTS_CHANNEL           400 "model.guest.is_valid.channel.app_error"                            "One of the channels is not one.";
    INVITE_INVALID_BODY      400 "api.team.invite_members_to_team_and_channels.invalid_body.app_error" "The request body could not be read.";

    // Import.
    IMPORT_PARSE             400 "api.team.import_team.parse.app_error"                             "The form with the import could not be read.";
    IMPORT_NO_SOURCE         400 "api.team.import_team.no_import_from.app_error"                    "The form lacks the field importFrom.";
    IMPORT_NO_SIZE           400 "api.team.import_team.unavailable.app_error"                       "The form lacks the field filesize.";
    IMPORT_SIZE              400 "api.team.import_team.integer.app_error"                           "The field filesize is not a whole number.";
    IMPORT_NO_FILE           400 "api.team.import_team.no_file.app_error"                           "The form has no file in the field file.";
    IMPORT_UNKNOWN_SOURCE    400 "api.team.import_team.unknown_import_from.app_error"               "Imports of this kind are not known.";
}
