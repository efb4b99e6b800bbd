//! Commands about other people.

use std::collections::HashSet;
use std::sync::Arc;

use crate::app::App;
use crate::app::channels::{AddInput, open_direct};
use crate::app::commands::answer;
use crate::app::commands::execute::Run;
use crate::app::teams::MailInvitation;
use crate::auth::channels::{AddMembers, CreatePost, may_add};
use crate::auth::system::{CreateDirect, CreateGroup};
use crate::auth::teams::InviteByMail;
use crate::auth::{Actor, ChannelGrant, SystemGrant, TeamGrant};
use crate::model::channels::{Channel, GROUP_SIZE, direct_name};
use crate::model::commands::{CommandResponse, EPHEMERAL};
use crate::model::errors::{Result, channels as codes};
use crate::model::users::{User, normalize_username};
use crate::model::{Id, Props};
use crate::store;

/// The most people and channels that one command names.
const MOST_NAMES: usize = 50;

fn told(text: impl Into<String>) -> Result<CommandResponse> {
    Ok(CommandResponse::ephemeral(text))
}

/// The people that `/groupmsg` is to, and what it says: names separated by commas, then a blank and the message.
fn recipients(words: &str) -> (Vec<&str>, &str) {
    let (mut names, mut rest) = (Vec::new(), words.trim());
    loop {
        let end = rest.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !name.trim_start_matches('@').is_empty() {
            names.push(name.trim_start_matches('@'));
        }
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None => return (names, after),
        }
    }
}

impl App {
    /// The active person of that name, written with its mark or without, whom the actor may know of.
    pub(super) async fn person_named(&self, actor: &Actor, word: &str) -> Result<Option<User>> {
        let name = normalize_username(word.strip_prefix('@').unwrap_or(word));
        let found = self.store.read(move |conn| store::users::by_username(conn, &name)).await?;
        let active = found.into_iter().filter(|user| user.delete_at == 0).collect();
        Ok(self.auth.known_among(actor, active).await?.pop())
    }

    /// `/msg`.
    pub(super) async fn run_message(&self, run: &Run<'_>, words: &str) -> Result<CommandResponse> {
        let (word, message) = words.trim_start().split_once(' ').unwrap_or((words.trim(), ""));
        let actor = run.grant.actor();
        let other = match word {
            "" => None,
            word => self.person_named(actor, word).await?.filter(|user| user.id != actor.id()),
        };
        let Some(other) = other else { return told("There is nobody of that name to write to.") };
        if !self.auth.sees(actor, other.id).await? {
            return told("There is nobody of that name to write to.");
        }
        let other = Arc::new(other);
        self.check_restriction(actor.user(), &other).await?;
        let name = direct_name(actor.id(), other.id);
        let known = self.store.read(move |conn| store::channels::by_name(conn, Id::NONE, &name)).await?;
        let channel = match known {
            Some(channel) => channel,
            None => {
                let _: SystemGrant<CreateDirect> = self.auth.system(actor.clone())?;
                let me = actor.user().clone();
                self.store.write(move |tx| open_direct(tx, &me, &other)).await?
            }
        };
        self.write_to(run, channel, message.trim()).await
    }

    /// Says something in a conversation, if anything, and sends the client there.
    async fn write_to(&self, run: &Run<'_>, channel: Channel, message: &str) -> Result<CommandResponse> {
        let location = self.place_in_client(run, &channel.name);
        if !message.is_empty() {
            let actor = run.grant.actor().clone();
            let grant: ChannelGrant<CreatePost> = self.auth.in_channel(actor, Arc::new(channel)).await?;
            let post = answer::words(&grant, Id::NONE, message.to_owned(), String::new(), Props::default());
            self.say(&grant, post).await?;
        }
        Ok(CommandResponse { response_type: EPHEMERAL.to_owned(), ..CommandResponse::goes_to(location) })
    }

    /// `/groupmsg`.
    pub(super) async fn run_group_message(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let actor = run.grant.actor();
        let (names, message) = recipients(run.words);
        if names.len() >= *GROUP_SIZE.end() {
            return Err(codes::GROUP_BAD_SIZE.error());
        }
        let names: Vec<String> = names.into_iter().map(normalize_username).collect();
        let wanted = names.clone();
        let found = self.store.read(move |conn| store::users::by_usernames(conn, &wanted)).await?;
        let ids = found.iter().map(|user| user.id).collect();
        let visible = self.auth.seen_of(actor, ids).await?;
        let seen: Vec<User> =
            found.into_iter().filter(|user| user.delete_at == 0 && visible.contains(&user.id)).collect();
        let unknown: Vec<&String> = names.iter().filter(|name| !seen.iter().any(|u| u.username == **name)).collect();
        if let Some(name) = unknown.first() {
            return told(format!("There is nobody called @{name} to write to."));
        }
        let mut others: Vec<&User> = seen.iter().filter(|user| user.id != actor.id()).collect();
        others.dedup_by_key(|user| user.id);
        match others.as_slice() {
            [] => told("A group message is to two people at least. Write their names after /groupmsg, with commas."),
            [one] => self.run_message(run, &format!("{} {message}", one.username)).await,
            several => {
                let grant: SystemGrant<CreateGroup> = self.auth.system(actor.clone())?;
                let ids: Vec<String> = several.iter().map(|user| user.id.to_string()).collect();
                let channel = self.create_group(grant, &ids).await?;
                self.write_to(run, channel, message).await
            }
        }
    }

    /// `/invite`.
    pub(super) async fn run_invite(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let (mut names, mut places) = (Vec::new(), Vec::new());
        for (at, word) in run.words.split_whitespace().enumerate().take(MOST_NAMES) {
            match word.strip_prefix('~') {
                None if at == 0 || word.starts_with('@') => {
                    names.push(normalize_username(word.trim_start_matches('@')))
                }
                place => places.push(place.unwrap_or(word).to_owned()),
            }
        }
        if names.is_empty() {
            return told("Who is to be added, and where? Write it after /invite: @name ~channel.");
        }
        let (team, here) = (run.team.id, run.grant.channel().clone());
        let (wanted, named) = (names.clone(), places.clone());
        let (people, channels) = self
            .store
            .read(move |conn| {
                let people = store::users::by_usernames(conn, &wanted)?;
                Ok((people, store::channels::by_names(conn, team, &named)?))
            })
            .await?;
        let people: Vec<User> = people.into_iter().filter(|user| user.delete_at == 0).collect();
        let people = self.auth.known_among(run.grant.actor(), people).await?;
        let channels: Vec<Arc<Channel>> =
            channels.into_iter().filter(|channel| !channel.is_archived()).map(Arc::new).collect();
        let nobody = names.iter().filter(|name| !people.iter().any(|user| user.username == **name));
        let mut said: Vec<String> = nobody.map(|name| format!("There is nobody called @{name} here.")).collect();
        let nowhere = places.iter().filter(|name| !channels.iter().any(|channel| channel.name == **name));
        said.extend(nowhere.map(|name| format!("There is no channel ~{name} in this team.")));
        let channels = match channels.is_empty() {
            true if places.is_empty() => vec![here.clone()],
            _ => channels,
        };
        for channel in channels {
            let elsewhere = channel.id != here.id;
            said.extend(self.invite_into(run, channel, &people, elsewhere).await?);
        }
        told(said.join("\n"))
    }

    /// Adds people to a channel; answers what there is to say of it.
    async fn invite_into(
        &self,
        run: &Run<'_>,
        channel: Arc<Channel>,
        people: &[User],
        elsewhere: bool,
    ) -> Result<Vec<String>> {
        let grant = self.auth.in_channel::<AddMembers>(run.grant.actor().clone(), channel.clone()).await;
        let Some(grant) = grant.ok().filter(|grant| may_add(grant.actor(), grant.place())) else {
            return Ok(vec![format!("You may not add anybody to ~{}.", channel.name)]);
        };
        let (channel_id, team, ids) = (channel.id, channel.team_id, people.iter().map(|u| u.id).collect::<Vec<_>>());
        let (inside, in_team) = self
            .store
            .read(move |conn| {
                let inside = store::channels::members_among(conn, channel_id, &ids)?;
                Ok((inside, store::teams::members_among(conn, team, &ids)?))
            })
            .await?;
        let inside: HashSet<Id> = inside.into_iter().map(|member| member.user_id).collect();
        let (mut said, mut added) = (Vec::new(), Vec::new());
        for user in people {
            match (inside.contains(&user.id), in_team.contains(&user.id)) {
                (true, _) => said.push(format!("@{} is in ~{} already.", user.username, channel.name)),
                (false, false) => said.push(format!("@{} has to join the team first.", user.username)),
                (false, true) => added.push(user),
            }
        }
        if !added.is_empty() {
            let users = added.iter().map(|user| user.id).collect();
            self.add_members(grant, AddInput { users, root: None, single: false }).await?;
            let tells = added.iter().filter(|_| elsewhere);
            said.extend(tells.map(|user| format!("@{} was added to ~{}.", user.username, channel.name)));
        }
        Ok(said)
    }

    /// `/invite_people`.
    pub(super) async fn run_invite_people(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let grant: TeamGrant<InviteByMail> = self.auth.team(run.grant.actor().clone(), run.team.id).await?;
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        if !settings.email.send_email_notifications || !settings.service.enable_email_invitations {
            return told("This server sends no invitations.");
        }
        if !settings.team.enable_user_creation {
            return told("Nobody can sign up on this server at present.");
        }
        let words = run.words.split_whitespace().map(|word| word.trim_matches(','));
        let emails: Vec<String> = words.filter(|word| word.contains('@')).map(str::to_owned).collect();
        if emails.is_empty() {
            return told("Who is to be invited? Write their mail addresses after /invite_people.");
        }
        self.invite_by_mail(grant, MailInvitation { emails, ..MailInvitation::default() }).await?;
        told("The invitations are on their way.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_group_message_is_to() {
        assert_eq!(recipients("@ann,ben hello, all"), (vec!["ann", "ben"], "hello, all"));
        assert_eq!(recipients("@ann, @ben , cid hi"), (vec!["ann", "ben", "cid"], "hi"));
        assert_eq!(recipients("@ann"), (vec!["ann"], ""));
        assert_eq!(recipients(""), (vec![], ""));
    }
}
