//! Commands about channels.

use std::sync::Arc;

use crate::app::App;
use crate::app::channels::AddInput;
use crate::app::commands::execute::Run;
use crate::auth::actor::Place;
use crate::auth::channels::{AddMembers, ManageChannel};
use crate::auth::users::ActAs;
use crate::auth::{ChannelGrant, UserGrant};
use crate::model::channels::{Channel, ChannelPatch, ChannelType, TOWN_SQUARE};
use crate::model::commands::CommandResponse;
use crate::model::errors::{Result, forbidden};
use crate::model::permissions::Permission;
use crate::model::{Id, StringMap};
use crate::store;
use crate::store::channels::Archived;

fn told(text: impl Into<String>) -> Result<CommandResponse> {
    Ok(CommandResponse::ephemeral(text))
}

/// The name of a channel, with or without its mark.
fn name(words: &str) -> &str {
    let first = words.split_whitespace().next().unwrap_or_default();
    first.strip_prefix('~').unwrap_or(first)
}

impl App {
    /// `/header`.
    pub(super) async fn run_header(&self, run: &Run<'_>) -> Result<CommandResponse> {
        if run.words.is_empty() {
            return told("What is the header to be? Write it after /header.");
        }
        self.change_channel(run, ChannelPatch { header: Some(run.words.to_owned()), ..ChannelPatch::default() }).await
    }

    /// `/purpose`.
    pub(super) async fn run_purpose(&self, run: &Run<'_>) -> Result<CommandResponse> {
        if run.words.is_empty() {
            return told("What is the purpose to be? Write it after /purpose.");
        }
        self.change_channel(run, ChannelPatch { purpose: Some(run.words.to_owned()), ..ChannelPatch::default() }).await
    }

    /// `/rename`.
    pub(super) async fn run_rename(&self, run: &Run<'_>) -> Result<CommandResponse> {
        if run.words.is_empty() {
            return told("What is the title to be? Write it after /rename.");
        }
        let patch = ChannelPatch { display_name: Some(run.words.to_owned()), ..ChannelPatch::default() };
        self.change_channel(run, patch).await
    }

    async fn change_channel(&self, run: &Run<'_>, patch: ChannelPatch) -> Result<CommandResponse> {
        let (actor, channel) = (run.grant.actor().clone(), run.grant.channel().clone());
        let grant: ChannelGrant<ManageChannel> = self.auth.in_channel(actor, channel).await?;
        self.patch_channel(grant, patch).await?;
        Ok(CommandResponse::default())
    }

    async fn channel_named(&self, run: &Run<'_>, name: &str) -> Result<Option<Arc<Channel>>> {
        let (team, name) = (run.team.id, name.to_owned());
        let found = self.store.read(move |conn| store::channels::by_name(conn, team, &name)).await?;
        Ok(found.map(Arc::new))
    }

    /// `/join` and `/open`.
    pub(super) async fn run_join(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let name = name(run.words);
        let found = self.channel_named(run, name).await?.filter(|channel| !channel.is_archived());
        let Some(channel) = found else { return told(format!("There is no channel ~{name} in this team.")) };
        let actor = run.grant.actor();
        let member = self.store.channel_member(channel.id, actor.id()).await?;
        let place = Place { channel: &channel, member: member.as_deref() };
        if member.is_none() && channel.r#type != ChannelType::Open && !actor.may_in(place, Permission::read_channel) {
            return told(format!("The channel ~{name} can't be joined; its members can add you."));
        }
        let location = self.place_in_client(run, &channel.name);
        if member.is_none() {
            let grant: ChannelGrant<AddMembers> = self.auth.in_channel(actor.clone(), channel).await?;
            self.add_members(grant, AddInput { users: vec![actor.id()], root: None, single: true }).await?;
        }
        Ok(CommandResponse::goes_to(location))
    }

    /// `/leave`.
    pub(super) async fn run_leave(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let (actor, channel) = (run.grant.actor(), run.grant.channel());
        self.remove_member(actor.clone(), channel.id, actor.id()).await?;
        let next = match actor.user().is_guest() {
            true => self.channel_of_guest(actor.id(), run.team.id).await?,
            false => Some(TOWN_SQUARE.to_owned()),
        };
        Ok(CommandResponse::goes_to(match next {
            Some(name) => self.place_in_client(run, &name),
            None => "/".to_owned(),
        }))
    }

    async fn channel_of_guest(&self, user: Id, team: Id) -> Result<Option<String>> {
        let work = move |conn: &mut store::Conn| store::channels::of_user_in_team(conn, user, team, Archived::No);
        let channels = self.store.read(work).await?;
        Ok(channels.into_iter().find(|channel| channel.team_id == team).map(|channel| channel.name))
    }

    /// `/mute`: mutes, or hears again.
    pub(super) async fn run_mute(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let name = name(run.words);
        let channel = match name {
            "" => Some(run.grant.channel().clone()),
            name => self.channel_named(run, name).await?,
        };
        let Some(channel) = channel else { return told(format!("There is no channel ~{name} in this team.")) };
        let actor = run.grant.actor();
        let Some(member) = self.store.channel_member(channel.id, actor.id()).await? else {
            return told(format!("You are not in the channel ~{name}."));
        };
        let muted = member.notify_props.get("mark_unread").is_some_and(|level| level == "mention");
        let level = if muted { "all" } else { "mention" };
        let props: StringMap = [("mark_unread".to_owned(), level.to_owned())].into_iter().collect();
        let grant: UserGrant<ActAs> = self.auth.user(actor.clone(), actor.id()).await?;
        self.set_channel_notify_props(grant, channel.id, props).await?;
        let place = if channel.is_conversation() { "this conversation" } else { channel.display_name.as_str() };
        told(match muted {
            true => format!("You hear of {place} again."),
            false => format!("You hear nothing of {place} any more, until you write /mute again."),
        })
    }

    /// `/kick` and `/remove`.
    pub(super) async fn run_kick(&self, run: &Run<'_>) -> Result<CommandResponse> {
        let (actor, channel) = (run.grant.actor(), run.grant.channel());
        let may = match channel.r#type {
            ChannelType::Open => actor.may_in(run.grant.place(), Permission::manage_public_channel_members),
            ChannelType::Private => actor.may_in(run.grant.place(), Permission::manage_private_channel_members),
            ChannelType::Direct | ChannelType::Group => return told("Nobody is removed from a conversation."),
        };
        if !may {
            return Err(forbidden());
        }
        let Some(word) = run.words.split_whitespace().next() else {
            return told(format!("Who is to be removed? Write the name after /{}.", run.trigger));
        };
        let Some(user) = self.person_named(actor, word).await? else {
            return told(format!("There is no {word} here."));
        };
        if self.store.channel_member(channel.id, user.id).await?.is_none() {
            return told(format!("@{} is not in this channel.", user.username));
        }
        self.remove_member(actor.clone(), channel.id, user.id).await?;
        Ok(CommandResponse::default())
    }
}
