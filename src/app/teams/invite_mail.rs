//! Invitations by mail: a link that lets one person into a team, once.

use serde::Serialize;

use super::invite_again::job_of;
use crate::app::App;
use crate::app::channels::join_invited;
use crate::app::mail::{Outgoing, queue};
use crate::app::teams::join::{join, may_be_invited};
use crate::auth::channels::InviteInto;
use crate::auth::grants::TeamAction;
use crate::auth::system::RevokeInvitations;
use crate::auth::teams::{InviteByMail, InviteGuests};
use crate::auth::{Actor, ChannelGrant, SystemGrant, TeamGrant};
use crate::config::Settings;
use crate::events::Change;
use crate::model::channels::Channel;
use crate::model::errors::{AppError, Result, teams as codes, users as user_codes};
use crate::model::jobs::kinds;
use crate::model::teams::{Team, TeamMember};
use crate::model::tokens::{InvitationClaim, Token, TokenKind};
use crate::model::users::{User, is_valid_email, normalize_email};
use crate::model::{Id, now};
use crate::outbound::mail::{Invitation, Inviter, Letter};
use crate::store::{self, Tx};

/// Who is invited, and to what.
#[derive(Debug, Clone, Default)]
pub struct MailInvitation {
    /// Addresses.
    pub emails: Vec<String>,
    /// Channels of the team to join as well; those that the inviter may add nobody to are passed over.
    pub channels: Vec<Id>,
    /// A personal word.
    pub message: String,
    /// As guests, who are in these channels only.
    pub as_guests: bool,
    /// For the second time.
    pub is_reminder: bool,
}

/// What became of the invitation of one address.
#[derive(Debug, Serialize)]
pub struct InvitationResult {
    email: String,
    error: Option<AppError>,
}

/// The right to invite those whom an invitation is for.
pub trait Invites: TeamAction {}

impl Invites for InviteByMail {}
impl Invites for InviteGuests {}

impl App {
    /// Invites all, or nobody if one address is not admitted.
    pub async fn invite_by_mail<A: Invites>(&self, grant: TeamGrant<A>, invitation: MailInvitation) -> Result<()> {
        let (admitted, refused) = self.sort_out(&grant, &invitation).await?;
        if !refused.is_empty() {
            return Err(codes::INVITE_DOMAIN.with(&[&refused.join(", ")]));
        }
        self.check_invitations(grant.actor().id(), admitted.len())?;
        self.send_invitations(&grant, admitted, &invitation, false).await
    }

    /// Invites those whose address is admitted, and says of each what became of it. Members who do not come are invited
    /// once more later.
    pub async fn invite_by_mail_gracefully<A: Invites>(
        &self,
        grant: TeamGrant<A>,
        invitation: MailInvitation,
    ) -> Result<Vec<InvitationResult>> {
        let (admitted, refused) = self.sort_out(&grant, &invitation).await?;
        let emails = invitation.emails.iter().map(|email| normalize_email(email));
        let results = emails.map(|email| {
            let error = refused.contains(&email).then(|| codes::INVITE_DOMAIN.with(&[&email]));
            InvitationResult { email, error }
        });
        let results = results.collect();
        self.check_invitations(grant.actor().id(), admitted.len())?;
        self.send_invitations(&grant, admitted, &invitation, !invitation.as_guests).await?;
        Ok(results)
    }

    /// Makes all mailed invitations worthless, and those that would be mailed once more.
    pub async fn revoke_invitations(&self, _: SystemGrant<RevokeInvitations>) -> Result<()> {
        self.store
            .write(|tx| {
                store::tokens::delete_kinds(tx, &[TokenKind::TeamInvitation, TokenKind::GuestInvitation])?;
                store::jobs::cancel_waiting(tx, kinds::RESEND_INVITATIONS, now())?;
                Ok(Change::silent((), "who has such a link finds out by using it"))
            })
            .await
    }

    /// Joins the team of a mailed invitation, whoever it was mailed to. A refusal does not use the invitation up.
    pub async fn join_by_token(&self, actor: Actor, token: String) -> Result<TeamMember> {
        let (user, snapshot) = (actor.user().clone(), self.config.snapshot());
        self.store
            .write(move |tx| {
                let token = store::tokens::by_token(tx.conn(), &token)?.ok_or(user_codes::LINK_INVALID)?;
                let kind = if user.is_guest() { TokenKind::GuestInvitation } else { TokenKind::TeamInvitation };
                let claim = match TokenKind::parse(&token.kind) {
                    Some(TokenKind::TeamInvitation | TokenKind::GuestInvitation) => token.claim(kind),
                    _ => return user_codes::LINK_INVALID.err(),
                };
                if token.is_expired(now()) {
                    return user_codes::LINK_EXPIRED.err();
                }
                let claim: InvitationClaim = claim.ok_or(codes::INVITATION_TYPE)?;
                let team = store::teams::by_id(tx.conn(), claim.team_id)?.ok_or(codes::NOT_FOUND)?;
                if team.group_constrained == Some(true) {
                    return codes::TOKEN_GROUP_CONSTRAINED.err();
                }
                store::tokens::consume(tx, &token.token)?;
                join_invited_by(tx, &team, &claim, &user, &snapshot.effective)
            })
            .await
    }

    /// The addresses that may be invited, and those that may not.
    pub(super) async fn sort_out<A: Invites>(
        &self,
        grant: &TeamGrant<A>,
        invitation: &MailInvitation,
    ) -> Result<(Vec<String>, Vec<String>)> {
        let snapshot = self.config.snapshot();
        if grant.team().create_at == 0 {
            return codes::INVITE_NOT_FOUND.err();
        }
        if !snapshot.effective.service.enable_email_invitations {
            return codes::INVITE_DISABLED.err();
        }
        let as_guest = invitation.as_guests || grant.actor().user().is_guest();
        let table = self.domain_table().await?;
        let emails = invitation.emails.iter().map(|email| normalize_email(email));
        Ok(emails.partition(|email| may_be_invited(&table, grant.team(), email, as_guest, &snapshot.effective)))
    }

    /// Mails invitations to admitted addresses; `again` has those who do not come invited once more.
    pub(super) async fn send_invitations<A: Invites>(
        &self,
        grant: &TeamGrant<A>,
        mut emails: Vec<String>,
        invitation: &MailInvitation,
        again: bool,
    ) -> Result<()> {
        // Nothing can be mailed to what is no address; the reference does not complain of it either.
        emails.retain(|email| is_valid_email(email));
        let channels = self.channels_to_join(grant, &invitation.channels).await?;
        let inviter = self.inviter(grant.actor()).await?;
        let mails: Vec<(Token, Option<Outgoing>)> =
            emails.iter().map(|email| self.letter_of(grant, email, &channels, invitation, inviter)).collect();
        let again =
            (again && !emails.is_empty()).then(|| job_of(grant.team().id, grant.actor().id(), &emails, &channels));
        self.store
            .write(move |tx| {
                if let Some(job) = &again {
                    store::jobs::insert(tx, job)?;
                }
                for (token, letter) in mails {
                    store::tokens::insert(tx, &token)?;
                    queue(tx, letter)?;
                }
                Ok(Change::silent((), "invitations are told by mail"))
            })
            .await
    }

    /// The channels of the team that the inviter may add people to.
    async fn channels_to_join<A: Invites>(&self, grant: &TeamGrant<A>, ids: &[Id]) -> Result<Vec<Channel>> {
        let mut channels = Vec::new();
        for id in ids {
            let allowed: Result<ChannelGrant<InviteInto>> = self.auth.channel(grant.actor().clone(), *id).await;
            match allowed {
                Ok(channel) if channel.channel().team_id == grant.team().id => {
                    channels.push(Channel::clone(channel.channel()));
                }
                Err(failure) if failure.status >= 500 => return Err(failure),
                _ => {}
            }
        }
        Ok(channels)
    }

    async fn inviter(&self, actor: &Actor) -> Result<Inviter> {
        if !actor.user().is_system_admin() {
            return Ok(Inviter::Member);
        }
        let first = self.store.read(store::users::first_admin).await?;
        Ok(if first == Some(actor.id()) { Inviter::FirstAdmin } else { Inviter::SystemAdmin })
    }

    fn letter_of<A: Invites>(
        &self,
        grant: &TeamGrant<A>,
        email: &str,
        channels: &[Channel],
        invitation: &MailInvitation,
        inviter: Inviter,
    ) -> (Token, Option<Outgoing>) {
        let (sender, team): (&User, &Team) = (grant.actor().user(), grant.team());
        let ids: Vec<&str> = channels.iter().map(|channel| channel.id.as_str()).collect();
        let claim = InvitationClaim {
            team_id: team.id,
            email: email.to_owned(),
            channels: ids.join(" "),
            sender_id: sender.id,
            guest: if invitation.as_guests { "true".to_owned() } else { String::new() },
        };
        let kind = if invitation.as_guests { TokenKind::GuestInvitation } else { TokenKind::TeamInvitation };
        let token = Token::new(kind, &claim);
        let names: Vec<&str> = channels.iter().map(|channel| channel.display_name.as_str()).collect();
        let name_format = &self.config.snapshot().effective.team.teammate_name_display;
        let letter = Letter::Invitation(Invitation {
            sender: &sender.display_name(name_format),
            team_display_name: &team.display_name,
            team_name: &team.name,
            channels: &names,
            message: &invitation.message,
            address: email,
            token: &token.token,
            inviter,
            guest: invitation.as_guests,
            reminder: invitation.is_reminder,
        });
        let letter = self.letter(email, "", &letter);
        (token, letter)
    }
}

/// Takes somebody where their invitation leads: into the team, and its channels.
pub(in crate::app) fn join_invited_by(
    tx: &mut Tx<'_>,
    team: &Team,
    claim: &InvitationClaim,
    user: &User,
    settings: &Settings,
) -> Result<Change<TeamMember>> {
    let mut joined = join(tx, team, user, settings)?;
    for id in claim.channel_ids() {
        let channel = store::channels::by_id(tx.conn(), id)?;
        if let Some(channel) = channel.filter(|c| c.team_id == team.id && !c.is_archived()) {
            joined = joined.and_all(join_invited(tx, &channel, user)?);
        }
    }
    Ok(joined)
}
