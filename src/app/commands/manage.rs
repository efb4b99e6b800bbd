//! Making and changing slash commands that other programs answer.

use super::built_in::BuiltIn;
use crate::app::App;
use crate::auth::Actor;
use crate::auth::actor::need;
use crate::auth::integrations::{self as rules, Whose};
use crate::events::Change;
use crate::model::commands::CommandInput;
use crate::model::errors::{Result, forbidden, integrations as codes, invalid_body, teams as team_codes, users};
use crate::model::integrations::Command;
use crate::model::{Id, now};
use crate::store::{self, Tx};

const SILENT: &str = "commands are asked for, never told";

impl App {
    /// Makes a slash command, for oneself or for somebody else.
    pub async fn create_command(&self, actor: &Actor, input: CommandInput) -> Result<Command> {
        let team = Id::parse(&input.team_id).unwrap_or_default();
        let whose = if team.is_none() { None } else { rules::commands(actor, team) };
        let whose = whose.ok_or_else(forbidden)?;
        let creator = self.command_creator(actor, whose, &input.creator_id).await?;
        if !self.has_commands() {
            return codes::COMMANDS_OFF.err();
        }
        let at = now();
        let blank = Command {
            id: Id::random(),
            token: Id::random().to_string(),
            create_at: at,
            update_at: at,
            creator_id: creator,
            team_id: team,
            ..Command::default()
        };
        let command = blank.filled(input);
        self.store
            .write(move |tx| {
                check_unique(tx, &command)?;
                command.validate()?;
                store::integrations::insert_command(tx, &command)?;
                Ok(Change::silent(command, SILENT))
            })
            .await
    }

    async fn command_creator(&self, actor: &Actor, whose: Whose, id: &str) -> Result<Id> {
        if id.is_empty() || id == actor.id().as_str() {
            return Ok(actor.id());
        }
        need(whose == Whose::Everybodys)?;
        let user = match Id::parse(id) {
            Some(id) => self.auth.known(actor, id).await?,
            None => None,
        };
        Ok(user.ok_or(users::NOT_FOUND)?.id)
    }

    /// Changes a slash command; whose it is stays.
    pub async fn update_command(&self, actor: &Actor, id: Id, input: CommandInput) -> Result<Command> {
        if input.id != id.as_str() {
            return Err(invalid_body("command"));
        }
        let old = self.known_command(id).await?;
        if input.team_id != old.team_id.as_str() {
            return codes::COMMAND_TEAM.err();
        }
        rules::may_change_command(actor, &old)?;
        let command = Command { update_at: now(), ..old }.filled(input);
        self.save_command(command).await
    }

    /// Brings a slash command into another team.
    pub async fn move_command(&self, actor: &Actor, id: Id, team: &str) -> Result<()> {
        let team = match Id::parse(team) {
            Some(team) => self.store.team(team).await?,
            None => None,
        };
        let team = team.ok_or(team_codes::NOT_FOUND)?;
        rules::commands(actor, team.id).ok_or_else(forbidden)?;
        let command = self.known_command(id).await?;
        rules::may_change_command(actor, &command)?;
        let creator = self.auth.stand_in_for(command.creator_id).await?;
        if creator.is_none_or(|creator| rules::commands(&creator, team.id).is_none()) {
            return codes::COMMAND_MOVE_CREATOR.err();
        }
        self.save_command(Command { team_id: team.id, update_at: now(), ..command }).await.map(drop)
    }

    /// Gives a slash command another token: the program must learn it to know this server.
    pub async fn renew_command_token(&self, actor: &Actor, id: Id) -> Result<Command> {
        let command = self.known_command(id).await?;
        rules::may_change_command(actor, &command)?;
        self.save_command(Command { token: Id::random().to_string(), update_at: now(), ..command }).await
    }

    /// Deletes a slash command.
    pub async fn delete_command(&self, actor: &Actor, id: Id) -> Result<()> {
        let command = self.known_command(id).await?;
        rules::may_change_command(actor, &command)?;
        self.store
            .write(move |tx| {
                store::integrations::delete_command(tx, command.id, now())?;
                Ok(Change::silent((), SILENT))
            })
            .await
    }

    async fn save_command(&self, command: Command) -> Result<Command> {
        self.store
            .write(move |tx| {
                check_unique(tx, &command)?;
                command.validate()?;
                store::integrations::save_command(tx, &command)?;
                Ok(Change::silent(command, SILENT))
            })
            .await
    }

    /// The slash command of that id; none where they are switched off.
    pub(in crate::app) async fn known_command(&self, id: Id) -> Result<Command> {
        if !self.has_commands() {
            return codes::COMMAND_NOT_FOUND.err();
        }
        let command = self.store.read(move |conn| store::integrations::command(conn, id)).await?;
        Ok(command.ok_or(codes::COMMAND_NOT_FOUND)?)
    }
}

/// Names are not given twice in a team, nor those of commands that are built in.
fn check_unique(tx: &mut Tx<'_>, command: &Command) -> Result<()> {
    let other = store::integrations::command_by_trigger(tx.conn(), command.team_id, &command.trigger)?;
    let taken = other.is_some_and(|other| other.id != command.id) || BuiltIn::parse(&command.trigger).is_some();
    if taken { codes::COMMAND_DUPLICATE.err() } else { Ok(()) }
}
