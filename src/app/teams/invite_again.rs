//! Invitations that nobody took up are mailed once more when they have expired, as the reference does for those that were
//! sent with an answer for each address.

use std::collections::HashSet;

use super::invite_mail::MailInvitation;
use crate::app::App;
use crate::app::jobs::Run;
use crate::auth::TeamGrant;
use crate::auth::teams::InviteByMail;
use crate::model::Id;
use crate::model::channels::Channel;
use crate::model::errors::Result;
use crate::model::jobs::{Job, kinds};
use crate::model::json::string_map;
use crate::store;

// The keys are those of an existing database, so that what waits there is done here.
const EMAILS: &str = "emailList";
const TEAM: &str = "teamID";
const SENDER: &str = "senderID";
const CHANNELS: &str = "channelList";
const SINCE: &str = "scheduledAt";

/// The job that invites these addresses once more.
pub(super) fn job_of(team: Id, sender: Id, emails: &[String], channels: &[Channel]) -> Job {
    let list = |texts: Vec<&str>| serde_json::to_string(&texts).unwrap_or_default();
    let emails = list(emails.iter().map(String::as_str).collect());
    let channels = list(channels.iter().map(|channel| channel.id.as_str()).collect());
    let data = [(EMAILS, emails.as_str()), (TEAM, team.as_str()), (SENDER, sender.as_str()), (CHANNELS, &channels)];
    let mut job = Job::new(kinds::RESEND_INVITATIONS, string_map(&data));
    job.data.insert(SINCE.to_owned(), job.create_at.to_string());
    job
}

impl App {
    /// Invites those once more who have not come, if whoever invited them still may.
    pub async fn invite_again(&self, run: &mut Run) -> Result<()> {
        let list = |key: &str| serde_json::from_str::<Vec<String>>(run.data(key)).unwrap_or_default();
        let channels = list(CHANNELS).iter().filter_map(|id| Id::parse(id)).collect();
        let invitation = MailInvitation { emails: list(EMAILS), channels, is_reminder: true, ..Default::default() };
        let (team, sender) = (Id::parse(run.data(TEAM)), Id::parse(run.data(SENDER)));
        let (Some(team), Some(sender)) = (team, sender) else { return Ok(()) };
        let Some(actor) = self.auth.actor_for(sender).await? else {
            run.note("left_out", "whoever invited them is not here any more");
            return Ok(());
        };
        let grant: Result<TeamGrant<InviteByMail>> = self.auth.team(actor, team).await;
        let sent = match grant {
            Ok(grant) => self.invite_those_away(&grant, invitation).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(count) => run.note("sent", count),
            Err(error) if error.status < 500 => run.note("left_out", error.message),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn invite_those_away(&self, grant: &TeamGrant<InviteByMail>, invitation: MailInvitation) -> Result<usize> {
        let (mut emails, _) = self.sort_out(grant, &invitation).await?;
        let (team, asked) = (grant.team().id, emails.clone());
        let came = self.store.read(move |conn| store::teams::addresses_in(conn, team, &asked)).await?;
        let came: HashSet<String> = came.into_iter().collect();
        emails.retain(|email| !came.contains(email));
        let count = emails.len();
        self.send_invitations(grant, emails, &invitation, false).await?;
        Ok(count)
    }
}
