//! What the program of a command says later, at the address that it was given.

use super::execute::Run;
use crate::app::App;
use crate::auth::ChannelGrant;
use crate::auth::channels::RunCommand;
use crate::events::Change;
use crate::model::commands::CommandResponse;
use crate::model::errors::{AppError, Result, integrations as codes};
use crate::model::{Id, now};
use crate::store;

impl App {
    /// Says what a program answers later.
    pub async fn answer_later(&self, id: &str, answer: CommandResponse) -> Result<()> {
        let Some(id) = Id::parse(id) else { return codes::LATER_UNKNOWN.err() };
        let later = self.store.read(move |conn| store::integrations::awaited(conn, id, now())).await?;
        let later = later.ok_or(codes::LATER_UNKNOWN)?;
        let used = move |tx: &mut store::Tx<'_>| {
            Ok(Change::silent(store::integrations::use_awaited(tx, id)?, "only the program uses the address"))
        };
        if !self.store.write(used).await? {
            return Err(refused("all answers that are awaited there have come."));
        }
        let command = self.known_command(later.command_id).await.map_err(in_words)?;
        let actor = self.auth.actor_for(later.user_id).await?;
        let actor = actor.ok_or_else(|| refused("whoever ran the command is gone."))?;
        let grant: ChannelGrant<RunCommand> = self.auth.channel(actor, later.channel_id).await.map_err(in_words)?;
        if grant.channel().is_archived() {
            return Err(refused(codes::COMMAND_ARCHIVED.text));
        }
        let team = self.store.team(command.team_id).await?.ok_or_else(|| refused("the team is gone."))?;
        let run = Run { grant: &grant, team, root: later.root_id, trigger: &command.trigger, words: "" };
        self.say_answer(&run, &command, &answer, true).await.map_err(in_words)
    }
}

fn refused(why: &str) -> AppError {
    codes::LATER_REFUSED.with(&[&why])
}

fn in_words(error: AppError) -> AppError {
    if error.status < 500 { refused(&error.message) } else { error }
}
