//! Making a team.

use super::join::join;
use crate::app::App;
use crate::app::channels::standard_names;
use crate::app::schemes::check_for_team;
use crate::auth::actor::need;
use crate::auth::system::CreateTeam;
use crate::auth::{Actor, SystemGrant};
use crate::config::Settings;
use crate::events::Change;
use crate::model::Id;
use crate::model::channels::{Channel, ChannelType, OFF_TOPIC, TOWN_SQUARE};
use crate::model::domains::domain_allowed;
use crate::model::errors::{Result, teams as codes};
use crate::model::now;
use crate::model::permissions::Permission;
use crate::model::roles::{TEAM_ADMIN, TEAM_USER};
use crate::model::teams::{Team, TeamInput, TeamSight};
use crate::store::{self, Tx};

impl App {
    /// Makes a team with its standard channels; whoever makes it is in it, as its administrator.
    pub async fn create_team(&self, grant: SystemGrant<CreateTeam>, input: TeamInput) -> Result<Team> {
        let (maker, given_id) = (grant.actor().user().clone(), !input.id.is_empty());
        let scheme = input.scheme_id.some();
        need(scheme.is_none() || grant.actor().may(Permission::sysconsole_write_user_management_permissions))?;
        let team = Team { email: maker.email.clone(), scheme_id: scheme, ..Team::new(input) };
        if !domain_allowed(&maker.email, &team.allowed_domains) {
            return codes::CREATION_DOMAIN.err();
        }
        if given_id {
            return codes::SAVE_EXISTING.err();
        }
        team.validate()?;
        let sight = TeamSight { email: true, invite_id: invites_by_default(grant.actor()) };
        let snapshot = self.config.snapshot();
        let team = self
            .store
            .write(move |tx| {
                let settings = &snapshot.effective;
                if let Some(id) = scheme {
                    check_for_team(tx, id)?;
                }
                store::teams::insert(tx, &team)?;
                add_standard_channels(tx, &team, settings)?;
                let (_, events) = join(tx, &team, &maker, settings)?.into_parts();
                Ok(Change::silent(team, "nobody but its maker can know of a new team").and_all(events))
            })
            .await?;
        Ok(team.seen(sight))
    }
}

/// Whether the maker of a team, as its administrator, may invite others.
fn invites_by_default(actor: &Actor) -> bool {
    let as_admin = actor.roles().allow([TEAM_USER, TEAM_ADMIN]);
    as_admin.contains(Permission::invite_user) || actor.may(Permission::invite_user)
}

/// What people read over a channel that every team has.
fn standard_display_name<'n>(name: &'n str, settings: &'n Settings) -> &'n str {
    let or = |chosen: &'n str, usual: &'n str| if chosen.is_empty() { usual } else { chosen };
    match name {
        TOWN_SQUARE => or(&settings.kollegium.town_square_name, "Town Square"),
        OFF_TOPIC => or(&settings.kollegium.off_topic_name, "Off-Topic"),
        other => other,
    }
}

/// Makes the channels that every team has. Answers them.
pub(in crate::app) fn add_standard_channels(tx: &mut Tx<'_>, team: &Team, settings: &Settings) -> Result<Vec<Id>> {
    let mut made = Vec::new();
    for name in standard_names(settings) {
        let at = now();
        let display_name = standard_display_name(&name, settings).to_owned();
        let channel = Channel {
            id: Id::random(),
            create_at: at,
            update_at: at,
            team_id: team.id,
            r#type: ChannelType::Open,
            display_name,
            name,
            ..Channel::default()
        };
        store::channels::insert(tx, &channel)?;
        made.push(channel.id);
    }
    Ok(made)
}
