//! Invitations into a team, by link and by mail.

use serde::Deserialize;
use serde_json::Value;

use crate::api::call::{Anonymous, Call, Created, FromCall, Json, Query, Reply, StatusOk};
use crate::api::routes::{Route, delete, get, post};
use crate::app::App;
use crate::app::teams::{Invites, MailInvitation};
use crate::auth::system::RevokeInvitations;
use crate::auth::teams::{InviteByMail, InviteGuests};
use crate::auth::{Actor, SystemGrant, TeamGrant};
use crate::model::errors::{Result, invalid_body, teams as codes};
use crate::model::teams::TeamMember;
use crate::model::users::is_valid_email;
use crate::model::{Id, json};

/// The most channels that an invitation names; each is looked at.
const MAX_CHANNELS: usize = 100;

/// The routes of invitations.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/teams/invite/{invite_id}", get_invited_team),
        post("/api/v4/teams/members/invite", join_by_invitation),
        post("/api/v4/teams/{team_id}/invite/email", invite_by_mail),
        post("/api/v4/teams/{team_id}/invite-guests/email", invite_guests),
        delete("/api/v4/teams/invites/email", revoke_invitations),
    ]
}

/// `{invite_id}` of a path: whatever it is, a wrong one is no team's.
struct InviteId(String);

impl FromCall for InviteId {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(InviteId(call.param("invite_id").to_owned()))
    }
}

/// Addresses alone, or with channels and a personal word.
struct Invited(MailInvitation);

/// The longer form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ToChannels {
    emails: Vec<String>,
    #[serde(rename = "channelIds")]
    channel_ids: Vec<String>,
    message: String,
}

impl FromCall for Invited {
    async fn from_call(call: &Call) -> Result<Self> {
        let invited = match json::decode(&call.body) {
            Ok(emails) => ToChannels { emails, ..ToChannels::default() },
            Err(_) => json::decode(&call.body).map_err(|_| codes::INVITE_INVALID_BODY)?,
        };
        if invited.emails.is_empty() {
            return Err(invalid_body("user_email"));
        }
        if invited.channel_ids.len() > MAX_CHANNELS {
            return Err(invalid_body("channel_ids"));
        }
        let channels = invited.channel_ids.iter().filter_map(|text| Id::parse(text)).collect();
        let ToChannels { emails, message, .. } = invited;
        Ok(Invited(MailInvitation { emails, channels, message, ..MailInvitation::default() }))
    }
}

/// Guests, who are always invited into channels.
struct InvitedGuests(MailInvitation);

/// Their form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Guests {
    emails: Vec<String>,
    channels: Vec<String>,
    message: String,
}

impl FromCall for InvitedGuests {
    async fn from_call(call: &Call) -> Result<Self> {
        let Guests { emails, channels, message } = json::decode(&call.body).map_err(|_| codes::GUESTS_INVALID_BODY)?;
        match () {
            () if emails.is_empty() => return codes::GUESTS_NO_EMAILS.err(),
            () if emails.iter().any(|email| !is_valid_email(email)) => return codes::GUESTS_EMAIL.err(),
            () if channels.is_empty() || channels.len() > MAX_CHANNELS => return codes::GUESTS_NO_CHANNELS.err(),
            () => {}
        }
        let channels: Option<Vec<Id>> = channels.iter().map(|text| Id::parse(text)).collect();
        let channels = channels.ok_or(codes::GUESTS_CHANNEL)?;
        Ok(InvitedGuests(MailInvitation { emails, channels, message, as_guests: true, is_reminder: false }))
    }
}

/// `GET /teams/invite/{invite_id}`
async fn get_invited_team(app: App, _: Anonymous, InviteId(id): InviteId) -> Result<Json<Value>> {
    let team = app.invited_team(id).await?;
    Ok(Json(serde_json::json!(team.invite_info())))
}

/// `POST /teams/members/invite`
async fn join_by_invitation(app: App, actor: Actor, query: Query) -> Result<Created<TeamMember>> {
    match (query.get("token"), query.get("invite_id")) {
        ("", "") => codes::ADD_NO_PARAMETER.err(),
        ("", invite_id) => app.join_by_link(actor, invite_id.to_owned()).await.map(Created),
        (token, _) => app.join_by_token(actor, token.to_owned()).await.map(Created),
    }
}

/// `POST /teams/{team_id}/invite/email`
async fn invite_by_mail(
    app: App,
    grant: TeamGrant<InviteByMail>,
    Invited(invitation): Invited,
    query: Query,
) -> Result<Reply> {
    invite(app, grant, invitation, query).await
}

/// `POST /teams/{team_id}/invite-guests/email`
async fn invite_guests(
    app: App,
    grant: TeamGrant<InviteGuests>,
    InvitedGuests(invitation): InvitedGuests,
    query: Query,
) -> Result<Reply> {
    invite(app, grant, invitation, query).await
}

/// With `graceful` each address gets its own answer.
async fn invite<A: Invites>(app: App, grant: TeamGrant<A>, invitation: MailInvitation, query: Query) -> Result<Reply> {
    if !query.get("graceful").is_empty() {
        return Ok(Json(app.invite_by_mail_gracefully(grant, invitation).await?).into());
    }
    app.invite_by_mail(grant, invitation).await?;
    Ok(StatusOk.into())
}

/// `DELETE /teams/invites/email`
async fn revoke_invitations(app: App, grant: SystemGrant<RevokeInvitations>) -> Result<StatusOk> {
    app.revoke_invitations(grant).await?;
    Ok(StatusOk)
}
