//! What one may see of webhooks, slash commands and applications (permissions.md §5 "Integrations").

use super::Auth;
use super::actor::{Actor, Place, need};
use super::grants::{SystemCase, actions};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::{Result, integrations as codes};
use crate::model::integrations::{Command, IncomingHook, OAuthApp, OutgoingHook};
use crate::model::permissions::Permission;

/// Whose things somebody manages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Their own.
    Own(Id),
    /// Everybody's.
    Everybodys,
}

impl Whose {
    /// The only one whose things are meant, if it is one.
    pub fn only(self) -> Option<Id> {
        match self {
            Whose::Own(user) => Some(user),
            Whose::Everybodys => None,
        }
    }

    /// Whether these are among them.
    pub fn has(self, creator: Id) -> bool {
        self.only().is_none_or(|user| user == creator)
    }
}

/// A permission for one's own things and one for those of others.
#[derive(Debug, Clone, Copy)]
struct Pair {
    own: Permission,
    others: Permission,
}

const INCOMING: Pair =
    Pair { own: Permission::manage_own_incoming_webhooks, others: Permission::manage_others_incoming_webhooks };
const OUTGOING: Pair =
    Pair { own: Permission::manage_own_outgoing_webhooks, others: Permission::manage_others_outgoing_webhooks };
const COMMANDS: Pair =
    Pair { own: Permission::manage_own_slash_commands, others: Permission::manage_others_slash_commands };

impl Pair {
    fn whose(self, actor: &Actor, may: impl Fn(Permission) -> bool) -> Option<Whose> {
        may(self.own).then(|| if may(self.others) { Whose::Everybodys } else { Whose::Own(actor.id()) })
    }

    /// In a team; everywhere where none is named, or none that can be.
    fn in_team(self, actor: &Actor, team: Option<Id>) -> Option<Whose> {
        self.whose(actor, |permission| match team {
            Some(team) => actor.may_in_team(team, permission),
            None => actor.may(permission),
        })
    }
}

actions! { SystemAction(c: SystemCase):
    /// Listing applications.
    ListApps => may_list_apps(c);
    /// Seeing an application with its secret.
    ReadApp  => c.actor.may(Permission::manage_oauth);
}

fn may_list_apps(c: &SystemCase<'_>) -> Result<()> {
    if c.actor.may(Permission::manage_oauth) { Ok(()) } else { codes::APPS_ADMIN_ONLY.err() }
}

/// Whose incoming webhooks the actor lists, in a team or everywhere.
pub fn incoming_hooks(actor: &Actor, team: Option<Id>) -> Result<Whose> {
    INCOMING.in_team(actor, team).ok_or_else(crate::model::errors::forbidden)
}

/// Whose outgoing webhooks the actor lists, in a team or everywhere.
pub fn outgoing_hooks(actor: &Actor, team: Option<Id>) -> Result<Whose> {
    OUTGOING.in_team(actor, team).ok_or_else(crate::model::errors::forbidden)
}

/// Whose outgoing webhooks the actor manages in a team; nobody's where the team is none.
pub fn manage_outgoing(actor: &Actor, team: Id) -> Result<Whose> {
    outgoing_hooks(actor, Some(team))
}

/// Whose slash commands the actor manages in a team.
pub fn commands(actor: &Actor, team: Id) -> Option<Whose> {
    COMMANDS.in_team(actor, Some(team))
}

/// Whether the actor sees an outgoing webhook.
pub fn may_read_outgoing(actor: &Actor, hook: &OutgoingHook) -> Result<()> {
    need(outgoing_hooks(actor, Some(hook.team_id))?.has(hook.creator_id))
}

/// Whether the actor sees a slash command; whoever does not is told that there is none.
pub fn may_read_command(actor: &Actor, command: &Command) -> Result<()> {
    let member = actor.may_in_team(command.team_id, Permission::view_team);
    let mine = commands(actor, command.team_id).is_some_and(|whose| whose.has(command.creator_id));
    if member && mine { Ok(()) } else { codes::COMMAND_NOT_FOUND.err() }
}

/// Whether the actor changes a slash command; whoever has none of their own there is told that there is none.
pub fn may_change_command(actor: &Actor, command: &Command) -> Result<()> {
    let whose = commands(actor, command.team_id).ok_or(codes::COMMAND_NOT_FOUND)?;
    need(whose.has(command.creator_id))
}

/// Whose applications the actor sees.
pub fn apps(actor: &Actor) -> Whose {
    if actor.may(Permission::manage_system_wide_oauth) { Whose::Everybodys } else { Whose::Own(actor.id()) }
}

/// Whether the actor sees an application with its secret.
pub fn may_read_app(actor: &Actor, app: &OAuthApp) -> Result<()> {
    need(apps(actor).has(app.creator_id))
}

/// Proof that the actor manages incoming webhooks of a channel.
#[derive(Debug, Clone, Copy)]
pub struct ManageIncoming {
    whose: Whose,
    /// Whether these may post elsewhere, too.
    pub may_leave: bool,
}

impl ManageIncoming {
    /// Refuses unless those are among the actor's.
    pub fn need(self, wanted: Whose) -> Result<()> {
        match (self.whose, wanted) {
            (Whose::Everybodys, _) => Ok(()),
            (own, wanted) => need(own == wanted),
        }
    }
}

impl Auth {
    /// Whether the actor may make webhooks for a channel: for one that is not public only who reads it.
    pub async fn manage_incoming(&self, actor: &Actor, channel: &Channel) -> Result<ManageIncoming> {
        let whose = incoming_hooks(actor, Some(channel.team_id))?;
        if channel.r#type != ChannelType::Open {
            let member = self.store.channel_member(channel.id, actor.id()).await?;
            let place = Place { channel, member: member.as_deref() };
            need(actor.may_in(place, Permission::read_channel))?;
        }
        let may_leave = actor.may_in_team(channel.team_id, Permission::bypass_incoming_webhook_channel_lock);
        Ok(ManageIncoming { whose, may_leave })
    }

    /// Whose outgoing webhooks of a channel the actor lists.
    pub async fn outgoing_hooks_of_channel(&self, actor: &Actor, channel: Id) -> Result<Whose> {
        let Some(channel) = self.store.channel(channel).await? else { return Err(crate::model::errors::forbidden()) };
        let member = self.store.channel_member(channel.id, actor.id()).await?;
        let place = Place { channel: &channel, member: member.as_deref() };
        let whose = OUTGOING.whose(actor, |permission| actor.may_in(place, permission));
        whose.ok_or_else(crate::model::errors::forbidden)
    }

    /// Whether the actor sees an incoming webhook: one of a private channel only who reads the channel.
    pub async fn may_read_incoming(&self, actor: &Actor, hook: &IncomingHook) -> Result<()> {
        let whose = incoming_hooks(actor, Some(hook.team_id))?;
        let Some(channel) = self.store.channel(hook.channel_id).await? else {
            return codes::INCOMING_NOT_FOUND.err();
        };
        if channel.r#type != ChannelType::Open {
            let member = self.store.channel_member(channel.id, actor.id()).await?;
            let place = Place { channel: &channel, member: member.as_deref() };
            need(actor.may_in(place, Permission::read_channel))?;
        }
        need(whose.has(hook.user_id))
    }
}
