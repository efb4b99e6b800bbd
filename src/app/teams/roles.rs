//! What members of a team are in it.

use crate::app::App;
use crate::auth::TeamGrant;
use crate::auth::teams::ManageRoles;
use crate::events::teams::TeamEvent;
use crate::events::{Change, Json};
use crate::model::Id;
use crate::model::errors::{Result, roles as role_codes, teams as codes};
use crate::model::roles::{SchemeRoleNames, SchemeRoles};
use crate::model::teams::TeamMember;
use crate::store;
use crate::store::roles::RoleTable;

impl App {
    /// Gives a member these roles and no others, by name.
    pub async fn set_team_roles(&self, grant: TeamGrant<ManageRoles>, user: Id, names: &str) -> Result<()> {
        let (roles, names) = (self.store.roles().await?, names.to_owned());
        self.change_team_member(grant.team().id, user, move |member| {
            let (scheme, explicit) = flags_of(&names, &roles, member.role_names())?;
            match (scheme.scheme_guest, scheme.scheme_user) {
                (true, true) => return codes::ROLES_GUEST_AND_USER.err(),
                (guest, _) if guest != member.scheme.scheme_guest => return codes::ROLES_CHANGING_GUEST.err(),
                (false, false) => return codes::ROLES_UNSET_USER.err(),
                _ => {}
            }
            member.set_roles(scheme, &explicit);
            Ok(())
        })
        .await
    }

    /// Makes a member an administrator of the team, or an ordinary member again. Nobody becomes a guest this way.
    pub async fn set_team_scheme_roles(
        &self,
        grant: TeamGrant<ManageRoles>,
        user: Id,
        scheme: SchemeRoles,
    ) -> Result<()> {
        self.change_team_member(grant.team().id, user, move |member| {
            match scheme {
                _ if member.scheme.scheme_guest => return codes::ROLES_OF_GUEST.err(),
                SchemeRoles { scheme_guest: true, .. } => return codes::ROLES_USER_AND_GUEST.err(),
                SchemeRoles { scheme_user: false, .. } => return codes::ROLES_UNSET_USER.err(),
                _ => {}
            }
            let explicit = member.explicit_roles.clone();
            member.set_roles(scheme, &explicit);
            Ok(())
        })
        .await
    }

    async fn change_team_member(
        &self,
        team: Id,
        user: Id,
        change: impl FnOnce(&mut TeamMember) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        self.store
            .write(move |tx| {
                let mut member = store::teams::member(tx.conn(), team, user)?.ok_or(codes::MEMBER_NOT_FOUND)?;
                change(&mut member)?;
                store::teams::save_member(tx, &member)?;
                Ok(Change::emit((), member_roles_updated(&member)))
            })
            .await
    }
}

/// The flags and the other roles that these names stand for. Of the roles that schemes may replace only a team's own
/// have a flag here; the others cannot be given by name.
fn flags_of(names: &str, roles: &RoleTable, known: &SchemeRoleNames) -> Result<(SchemeRoles, String)> {
    let (scheme, others) = known.split(names);
    for name in &others {
        let role = roles.get(name).ok_or(role_codes::NAME_UNKNOWN)?;
        if role.scheme_managed {
            return Err(codes::ROLES_SCHEME_ROLE.with(&[name]));
        }
    }
    Ok((scheme, others.join(" ")))
}

/// `memberrole_updated`.
pub(in crate::app) fn member_roles_updated(member: &TeamMember) -> TeamEvent {
    TeamEvent::MemberRolesUpdated { user: member.user_id, member: Json::of(member) }
}
