//! What one may do to, or as, a user (permissions.md §5 "Users").

use std::sync::Arc;

use super::Auth;
use super::actor::Actor;
use super::grants::{UserAction, UserCase, actions};
use crate::model::Id;
use crate::model::errors::{Result, forbidden, images as image_codes, users as codes};
use crate::model::permissions::Permission;
use crate::model::users::{Sight, User};
use crate::store;

/// "User or bot": a bot is changed by its owner and by those who manage others' bots, anybody else as by
/// [`Actor::may_act_for`].
fn may_change(c: &UserCase<'_>) -> bool {
    let owns = c.user.bot_owner == c.actor.id().as_str() && c.actor.may(Permission::manage_bots);
    match c.user.is_bot {
        true => owns || c.actor.may(Permission::manage_others_bots),
        false => c.actor.may_act_for(c.user),
    }
}

/// Whether the actor may do it to somebody who administers the system: only such a one may.
fn may_touch(actor: &Actor, user: &User) -> bool {
    !user.is_system_admin() || actor.is_admin()
}

/// One's own account only where the settings allow it.
fn may_delete(c: &UserCase<'_>) -> Result<()> {
    let oneself = c.actor.id() == c.user.id && !c.actor.is_admin();
    match () {
        () if !may_change(c) || !may_touch(c.actor, c.user) => Err(forbidden()),
        () if oneself && !c.settings.team.enable_user_deactivation => codes::SELF_DEACTIVATION_OFF.err(),
        () => Ok(()),
    }
}

fn may_demote(c: &UserCase<'_>) -> Result<()> {
    if !c.settings.guest_accounts.enable {
        return codes::DEMOTE_DISABLED.err();
    }
    super::actor::need(c.actor.may(Permission::demote_to_guest) && may_touch(c.actor, c.user))
}

actions! { UserAction(c: UserCase):
    /// Reading and changing what is the user's own: preferences, sessions, drafts.
    ActAs       [None]                 => c.actor.may_act_for(c.user);
    /// Changing what is the user's own, where an unknown user is told of: statuses.
    EditOwn                            => c.actor.may_act_for(c.user);
    /// Replacing the profile.
    EditUser                           => may_change(c) && may_touch(c.actor, c.user);
    /// Changing parts of the profile.
    PatchUser [Some(codes::UNKNOWN_IN_BODY)] => may_change(c) && may_touch(c.actor, c.user);
    /// Setting the picture.
    SetPicture [Some(image_codes::PICTURE_UNKNOWN_USER)] => may_change(c);
    /// Going back to the generated picture.
    ResetPicture                       => may_change(c);
    /// Deactivating or erasing the account; one's own where the settings allow it.
    DeleteUser                         => may_delete(c);
    /// Activating and deactivating others, or activating oneself.
    Activate                           => match c.actor.may(Permission::sysconsole_write_user_management_users) {
        true if may_touch(c.actor, c.user) => Ok(()),
        true => Err(forbidden()),
        false => codes::ACTIVE_FORBIDDEN.err(),
    };
    /// Deactivating oneself.
    DeactivateOneself                  => match c.settings.team.enable_user_deactivation {
        true => Ok(()),
        false => codes::SELF_DEACTIVATION_OFF.err(),
    };
    /// Changing roles.
    ChangeRoles [Some(codes::UNKNOWN)] => c.actor.may(Permission::manage_roles);
    /// Binding the account to a log-in provider, or making it a bot; everybody is told that there is no such user.
    Administer                         => match c.user.create_at {
        0 => codes::NOT_FOUND.err(),
        _ => super::actor::need(c.actor.is_admin()),
    };
    /// Making a guest a full member.
    Promote                            => c.actor.may(Permission::promote_guest);
    /// Making a full member a guest, where there are guests.
    Demote                             => may_demote(c);
    /// Doing what only the person themself does: seeing one's uploads.
    BeOneself   [None]                 => c.actor.id() == c.user.id;
    /// Typing in the user's name.
    TypeAs                             => c.actor.id() == c.user.id || c.actor.is_admin();
}

/// Reading what is the user's own; whoever is not there has nothing.
pub struct ReadOwn;

impl UserAction for ReadOwn {
    fn rule(c: &UserCase<'_>) -> Result<()> {
        super::actor::need(c.actor.may_act_for(c.user))
    }

    const EVEN_ABSENT: bool = true;
}

/// Asking for a status: of anybody whom one sees, also of people who are not there.
pub struct SeeStatus;

impl UserAction for SeeStatus {
    fn rule(_: &UserCase<'_>) -> Result<()> {
        Ok(())
    }

    const IN_SIGHT: bool = true;
    const EVEN_ABSENT: bool = true;
}

/// Seeing somebody's profile and picture.
pub struct SeeUser;

impl UserAction for SeeUser {
    fn rule(_: &UserCase<'_>) -> Result<()> {
        Ok(())
    }

    const IN_SIGHT: bool = true;
}

impl Actor {
    /// Whom the actor sees: everybody, unless they are a guest, roles were taken away (permissions.md §3), or the server
    /// lets people know only of those with whom they share something.
    pub fn sight(&self) -> Sight {
        let secluded = self.is_secluded();
        if !secluded && self.may(Permission::view_members) {
            return Sight::All;
        }
        let teams = self.teams().iter().map(|member| member.team_id);
        let teams = teams.filter(|team| self.may_in_team(*team, Permission::view_members)).collect();
        Sight::Shared { teams, user: self.id(), bots: secluded && !self.user().is_guest() }
    }
}

impl Auth {
    /// Those of these people whom the actor sees.
    pub async fn seen_of(&self, actor: &Actor, users: Vec<Id>) -> Result<Vec<Id>> {
        self.among_seen(actor.id(), actor.sight(), users).await
    }

    /// Whom somebody sees who has no actor at hand: whoever is gone sees nobody.
    pub async fn sight_of(&self, viewer: Id) -> Result<Sight> {
        let nobody = Sight::Shared { teams: Vec::new(), user: viewer, bots: false };
        Ok(self.actor_for(viewer).await?.map_or(nobody, |actor| actor.sight()))
    }

    /// Those of these people whom somebody sees who has no actor at hand.
    pub async fn seen_by(&self, viewer: Id, users: Vec<Id>) -> Result<Vec<Id>> {
        let sight = self.sight_of(viewer).await?;
        self.among_seen(viewer, sight, users).await
    }

    async fn among_seen(&self, viewer: Id, sight: Sight, users: Vec<Id>) -> Result<Vec<Id>> {
        if sight == Sight::All || users.is_empty() {
            return Ok(users);
        }
        let asked = users.clone();
        let visible = self.store.read(move |conn| store::users::visible(conn, &asked, &sight)).await?;
        Ok(users.into_iter().filter(|user| visible.contains(user) || *user == viewer).collect())
    }

    /// Whether the actor sees that user.
    pub async fn sees(&self, actor: &Actor, user: Id) -> Result<bool> {
        let sight = match actor.sight() {
            _ if user == actor.id() => return Ok(true),
            Sight::All => return Ok(true),
            sight => sight,
        };
        // Most of those who are asked for are in a team of the actor's, which is known without a query.
        if let Sight::Shared { teams, .. } = &sight
            && !teams.is_empty()
            && self.store.teams_of(user).await?.iter().any(|member| teams.contains(&member.team_id))
        {
            return Ok(true);
        }
        let visible = self.store.read(move |conn| store::users::visible(conn, &[user], &sight)).await?;
        Ok(visible.contains(&user))
    }

    /// Somebody who is named by their id, if there is such a user and the actor may know of them.
    pub async fn known(&self, actor: &Actor, user: Id) -> Result<Option<Arc<User>>> {
        let found = self.store.user(user).await?;
        let hidden = actor.is_secluded() && !self.sees(actor, user).await?;
        Ok(found.filter(|_| !hidden))
    }

    /// Those of these users whom the actor may know of.
    pub async fn known_among(&self, actor: &Actor, users: Vec<User>) -> Result<Vec<User>> {
        if !actor.is_secluded() || users.is_empty() {
            return Ok(users);
        }
        let seen = self.seen_of(actor, users.iter().map(|user| user.id).collect()).await?;
        Ok(users.into_iter().filter(|user| seen.contains(&user.id)).collect())
    }
}
