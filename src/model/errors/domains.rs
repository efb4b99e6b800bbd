//! The table of mail domains; the reference knows nothing of it.

codes! {
    PATTERN   400 "kollegium.domains.pattern.app_error"    "{} is no mail domain. Please write it like schule.example, or like *.schule.example for all domains below it.";
    TEAM      400 "kollegium.domains.team.app_error"       "There is no team {}.";
    CHANNEL   400 "kollegium.domains.channel.app_error"    "{} is no channel of a team that this domain leads to.";
    NO_TEAM   400 "kollegium.domains.no_team.app_error"    "Channels are joined with their team. Please name the team too.";
    ROLE      400 "kollegium.domains.role.app_error"       "{} is no role that a domain gives; it gives member or team_admin.";
    ABSENT    404 "kollegium.domains.absent.app_error"     "The table has no entry for {}.";
}
