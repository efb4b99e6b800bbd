//! How somebody comes to be in a team no more.

use crate::app::App;
use crate::app::posts::system_post;
use crate::app::teams::edit::present;
use crate::auth::teams::{LeaveTeam, RemoveFromTeam};
use crate::auth::{Actor, TeamGrant};
use crate::config::Settings;
use crate::events::access::AccessEvent;
use crate::events::teams::TeamEvent;
use crate::events::{Change, Event};
use crate::model::channels::TOWN_SQUARE;
use crate::model::errors::{Result, teams as codes, users as user_codes};
use crate::model::posts::kinds;
use crate::model::users::User;
use crate::model::{Id, Props, now};
use crate::store::{self, Tx};

impl App {
    /// Ends a membership: one's own, or that of others where one may. One that has ended may be ended again.
    pub async fn remove_team_member(&self, actor: Actor, team: Id, user: Id) -> Result<()> {
        let leaves = actor.id() == user;
        if leaves {
            let _: TeamGrant<LeaveTeam> = self.auth.team(actor.clone(), team).await?;
        } else {
            let _: TeamGrant<RemoveFromTeam> = self.auth.team(actor.clone(), team).await?;
        }
        self.auth.known(&actor, user).await?.ok_or(user_codes::NOT_FOUND)?;
        let snapshot = self.config.snapshot();
        self.store
            .write(move |tx| {
                let team = present(tx, team)?;
                let user = store::users::by_id(tx.conn(), user)?.ok_or(user_codes::NOT_FOUND)?;
                if team.group_constrained == Some(true) && !leaves && !user.is_bot {
                    return codes::REMOVE_GROUP_CONSTRAINED.err();
                }
                let kind = if leaves { kinds::LEAVE_TEAM } else { kinds::REMOVE_FROM_TEAM };
                leave(tx, team.id, &user, kind, &snapshot.effective)
            })
            .await
    }
}

/// Takes somebody out of a team, its channels and their sidebar. Town Square says so.
pub(in crate::app) fn leave(
    tx: &mut Tx<'_>,
    team: Id,
    user: &User,
    kind: &str,
    settings: &Settings,
) -> Result<Change<()>> {
    let mut member = store::teams::member(tx.conn(), team, user.id)?.ok_or(codes::NOT_A_MEMBER)?;
    let at = now();
    let channels = store::teams::leave_channels(tx, team, user.id, at)?;
    let said = said(tx, team, user, kind, settings)?;
    // They are out of its channels before these hear of it.
    let out = channels.iter().map(|channel| AccessEvent::ChannelMembershipChanged {
        channel: *channel,
        user: user.id,
        is_member: false,
    });
    let out: Vec<Event> = out.map(Event::from).collect();
    member.set_roles(member.scheme, "");
    member.delete_at = at;
    store::teams::save_member(tx, &member)?;
    store::teams::forget_sidebar(tx, team, user.id)?;
    let removed = TeamEvent::MemberRemoved { team, user: user.id, channels };
    Ok(Change::silent((), "Town Square hears of it first").and_all(out).and_all(said).and(removed))
}

fn said(tx: &mut Tx<'_>, team: Id, user: &User, kind: &str, settings: &Settings) -> Result<Option<Event>> {
    if !settings.service.experimental_enable_default_channel_leave_join_messages {
        return Ok(None);
    }
    let Some(square) = store::channels::by_name(tx.conn(), team, TOWN_SQUARE)? else { return Ok(None) };
    let verb = if kind == kinds::LEAVE_TEAM { "left" } else { "removed from" };
    let props: Props = [("username", user.username.as_str())].into_iter().collect();
    let sentence = format!("{} {verb} the team.", user.username);
    Ok(Some(system_post(tx, &square, kind, user, sentence, props)?.into()))
}
