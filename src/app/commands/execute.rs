//! Running a command.

use std::sync::Arc;

use super::built_in::BuiltIn;
use crate::app::App;
use crate::auth::actor::need;
use crate::auth::channels::RunCommand;
use crate::auth::{Actor, ChannelGrant};
use crate::model::Id;
use crate::model::commands::{CommandArgs, CommandResponse};
use crate::model::errors::{Result, integrations as codes, teams as team_codes};
use crate::model::integrations::Command;
use crate::model::permissions::Permission;
use crate::model::teams::Team;
use crate::model::text::cut_bytes;

/// As much of an unknown command's name as is said back.
const MOST_OF_NAME: usize = 512;

/// A command that is being run.
pub(in crate::app) struct Run<'a> {
    /// Who runs it, and where.
    pub grant: &'a ChannelGrant<RunCommand>,
    /// In which team.
    pub team: Arc<Team>,
    /// In which thread.
    pub root: Id,
    /// The command's name.
    pub trigger: &'a str,
    /// The words after it.
    pub words: &'a str,
}

impl App {
    /// Runs a command: one of the team's, else one that is built in.
    pub async fn execute_command(&self, actor: Actor, args: CommandArgs) -> Result<CommandResponse> {
        let channel = Id::parse(&args.channel_id).filter(|_| args.command.len() > 1 && args.command.starts_with('/'));
        let channel = channel.ok_or(codes::COMMAND_START)?;
        let grant: ChannelGrant<RunCommand> = self.auth.channel(actor, channel).await?;
        if grant.channel().is_archived() {
            return codes::COMMAND_ARCHIVED.err();
        }
        let team = self.team_of_command(&grant, &args.team_id).await?;
        if !self.has_commands() {
            return codes::COMMANDS_OFF.err();
        }
        let team = self.store.team(team).await?.ok_or(team_codes::NOT_FOUND)?;
        let (trigger, words) = args.split();
        let root = Id::parse(&args.root_id).unwrap_or_default();
        let run = Run { grant: &grant, team, root, trigger: &trigger, words };
        if let Some(command) = self.command_named(run.team.id, &trigger).await? {
            return self.run_custom(&run, command).await;
        }
        let built_in = BuiltIn::parse(&trigger).filter(|command| command.exists(&self.config.snapshot().effective));
        let Some(command) = built_in else {
            return Err(codes::COMMAND_UNKNOWN.with(&[&cut_bytes(&trigger, MOST_OF_NAME)]));
        };
        let answer = match self.run_built_in(command, &run).await {
            // What is refused is told to whoever ran the command, like everything that commands say.
            Err(refusal) if refusal.status < 500 => CommandResponse::ephemeral(refusal.message),
            answer => answer?,
        };
        self.say_answer(&run, &Command::default(), &answer, false).await?;
        Ok(answer)
    }

    /// The team of a command: that of its channel; in conversations the one the client names, if one may.
    async fn team_of_command(&self, grant: &ChannelGrant<RunCommand>, named: &str) -> Result<Id> {
        let (actor, channel) = (grant.actor(), grant.channel());
        if !channel.is_conversation() {
            return Ok(channel.team_id);
        }
        let settings = &self.config.snapshot().effective;
        self.check_restricted_direct(actor, channel, settings, codes::COMMAND_RESTRICTED).await?;
        let team = Id::parse(named).unwrap_or_default();
        need(actor.team_member(team).is_some() || actor.may(Permission::create_post))?;
        Ok(team)
    }
}
