//! What is known of webhooks, slash commands and applications.

use crate::app::App;
use crate::app::commands::BuiltIn;
use crate::auth::integrations::{self as rules, ListApps, ReadApp, Whose};
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{Actor, SystemGrant, TeamGrant, UserGrant};
use crate::model::errors::{Result, integrations as codes};
use crate::model::integrations::{Command, IncomingHook, OAuthApp, OutgoingHook, Suggestion};
use crate::model::{Code, Id};
use crate::store;
use crate::store::integrations::Hooks;

/// A page: how many come before it, and how many it has at most.
pub type Slice = (i64, i64);

/// Where webhooks are looked for.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// Everywhere.
    All,
    /// In the team of that id; a text that is no id is no team.
    Team(Option<Id>),
    /// In a channel.
    Channel(Option<Id>),
}

impl App {
    /// A page of incoming webhooks, and how many there are.
    pub async fn incoming_hooks(&self, actor: &Actor, of: Of, slice: Slice) -> Result<(Vec<IncomingHook>, i64)> {
        let team = if let Of::Team(team) = of { team } else { None };
        let whose = rules::incoming_hooks(actor, team)?;
        self.need_incoming()?;
        let Some(wanted) = wanted(of, whose, slice) else { return Ok((Vec::new(), 0)) };
        let work = move |conn: &mut store::Conn| {
            let hooks = store::integrations::incoming_hooks(conn, &wanted)?;
            Ok((hooks, store::integrations::count_incoming(conn, &wanted)?))
        };
        self.store.read(work).await
    }

    /// An incoming webhook.
    pub async fn incoming_hook(&self, actor: &Actor, id: Id) -> Result<IncomingHook> {
        let hook = self.known_incoming(id).await?;
        self.auth.may_read_incoming(actor, &hook).await?;
        Ok(hook)
    }

    pub(super) fn need_incoming(&self) -> Result<()> {
        on(self.config.snapshot().effective.service.enable_incoming_webhooks, codes::INCOMING_OFF)
    }

    /// A page of outgoing webhooks.
    pub async fn outgoing_hooks(&self, actor: &Actor, of: Of, slice: Slice) -> Result<Vec<OutgoingHook>> {
        let whose = match of {
            Of::All => rules::outgoing_hooks(actor, None)?,
            Of::Team(team) => rules::outgoing_hooks(actor, team)?,
            Of::Channel(channel) => self.auth.outgoing_hooks_of_channel(actor, channel.unwrap_or_default()).await?,
        };
        self.need_outgoing()?;
        let Some(wanted) = wanted(of, whose, slice) else { return Ok(Vec::new()) };
        self.store.read(move |conn| store::integrations::outgoing_hooks(conn, &wanted)).await
    }

    /// An outgoing webhook, with the secret that it shares with the other program.
    pub async fn outgoing_hook(&self, actor: &Actor, id: Id) -> Result<OutgoingHook> {
        self.need_outgoing()?;
        let hook = self.store.read(move |conn| store::integrations::outgoing(conn, id)).await?;
        let hook = hook.ok_or(codes::OUTGOING_NOT_FOUND)?;
        rules::may_read_outgoing(actor, &hook)?;
        Ok(hook)
    }

    pub(super) fn need_outgoing(&self) -> Result<()> {
        on(self.config.snapshot().effective.service.enable_outgoing_webhooks, codes::OUTGOING_OFF)
    }

    /// The slash commands of a team that somebody manages, with all that belongs to them.
    pub async fn own_commands(&self, grant: &TeamGrant<ViewTeam>) -> Result<Vec<Command>> {
        let whose = rules::commands(grant.actor(), grant.team().id).ok_or_else(crate::model::errors::forbidden)?;
        on(self.has_commands(), codes::COMMANDS_OFF)?;
        let commands = self.commands_of_team(grant.team().id).await?;
        Ok(commands.into_iter().filter(|command| whose.has(command.creator_id)).collect())
    }

    /// The slash commands of a team that somebody may know of: those they manage, or those that are offered.
    pub async fn commands(&self, grant: &TeamGrant<ViewTeam>) -> Result<Vec<Command>> {
        let whose = rules::commands(grant.actor(), grant.team().id);
        let known = |command: &Command| match whose {
            Some(whose) => whose.has(command.creator_id),
            None => command.auto_complete,
        };
        let own = self.commands_of_team(grant.team().id).await?.into_iter().filter(known).map(Command::public);
        Ok(self.with_built_in(own.collect()))
    }

    /// The slash commands of a team that are offered to people who type a slash.
    pub async fn offered_commands(&self, grant: &TeamGrant<ViewTeam>) -> Result<Vec<Command>> {
        let commands = self.commands_of_team(grant.team().id).await?;
        let offered = commands.into_iter().filter(|command| command.auto_complete).map(Command::public);
        Ok(self.with_built_in(offered.collect()))
    }

    /// These commands of a team, and those built in that they do not take the place of.
    fn with_built_in(&self, mut commands: Vec<Command>) -> Vec<Command> {
        let built_in = BuiltIn::all_offered(&self.config.snapshot().effective);
        let free: Vec<Command> =
            built_in.into_iter().filter(|known| commands.iter().all(|own| own.trigger != known.trigger)).collect();
        commands.extend(free);
        commands
    }

    /// How what somebody is typing may go on.
    pub async fn suggest_commands(&self, grant: &TeamGrant<ViewTeam>, typed: &str) -> Result<Vec<Suggestion>> {
        let typed = typed.strip_prefix('/').unwrap_or(typed);
        let offered = self.offered_commands(grant).await?;
        let mut found: Vec<Suggestion> = offered.iter().filter_map(|command| command.suggestion(typed)).collect();
        found.sort_by(|one, other| one.complete.cmp(&other.complete));
        Ok(found)
    }

    /// A slash command with all that belongs to it.
    pub async fn command(&self, actor: &Actor, id: Id) -> Result<Command> {
        on(self.has_commands(), codes::COMMAND_NOT_FOUND)?;
        let command = self.store.read(move |conn| store::integrations::command(conn, id)).await?;
        let command = command.ok_or(codes::COMMAND_NOT_FOUND)?;
        rules::may_read_command(actor, &command)?;
        Ok(command)
    }

    pub(super) fn has_commands(&self) -> bool {
        self.config.snapshot().effective.service.enable_commands
    }

    /// The slash commands of a team; none where they are switched off.
    async fn commands_of_team(&self, team: Id) -> Result<Vec<Command>> {
        if !self.has_commands() {
            return Ok(Vec::new());
        }
        self.store.read(move |conn| store::integrations::commands_of_team(conn, team)).await
    }

    /// A page of applications, with their secrets.
    pub async fn oauth_apps(&self, grant: &SystemGrant<ListApps>, (offset, limit): Slice) -> Result<Vec<OAuthApp>> {
        self.need_oauth()?;
        let by = rules::apps(grant.actor()).only();
        self.store.read(move |conn| store::oauth::apps(conn, by, offset, limit)).await
    }

    /// An application with its secret.
    pub async fn oauth_app(&self, grant: &SystemGrant<ReadApp>, id: Id) -> Result<OAuthApp> {
        let app = self.any_oauth_app(id).await?;
        rules::may_read_app(grant.actor(), &app)?;
        Ok(app)
    }

    /// What everybody with an account may know of an application.
    pub async fn oauth_app_info(&self, actor: &Actor, id: Id) -> Result<OAuthApp> {
        let app = self.any_oauth_app(id).await?.public();
        let hidden = actor.is_secluded() && !self.auth.sees(actor, app.creator_id).await?;
        Ok(OAuthApp { creator_id: if hidden { Id::NONE } else { app.creator_id }, ..app })
    }

    async fn any_oauth_app(&self, id: Id) -> Result<OAuthApp> {
        self.need_oauth()?;
        let app = self.store.read(move |conn| store::oauth::app(conn, id)).await?;
        Ok(app.ok_or(codes::APP_NOT_FOUND)?)
    }

    /// A page of the applications that somebody has logged in to.
    pub async fn authorized_apps(&self, grant: &UserGrant<ActAs>, (offset, limit): Slice) -> Result<Vec<OAuthApp>> {
        self.need_oauth()?;
        let user = grant.user().id;
        let apps = self.store.read(move |conn| store::oauth::authorized_apps(conn, user, offset, limit)).await?;
        Ok(apps.into_iter().map(OAuthApp::public).collect())
    }

    fn need_oauth(&self) -> Result<()> {
        on(self.config.snapshot().effective.service.enable_oauth_service_provider, codes::OAUTH_OFF)
    }
}

fn on(switch: bool, otherwise: Code) -> Result<()> {
    if switch { Ok(()) } else { otherwise.err() }
}

/// Which webhooks are loaded; none where what was named is no team and no channel.
fn wanted(of: Of, whose: Whose, (offset, limit): Slice) -> Option<Hooks> {
    let all = Hooks { by: whose.only(), offset, limit, ..Hooks::default() };
    match of {
        Of::All => Some(all),
        Of::Team(team) => team.map(|team| Hooks { team: Some(team), ..all }),
        Of::Channel(channel) => channel.map(|channel| Hooks { channel: Some(channel), ..all }),
    }
}
