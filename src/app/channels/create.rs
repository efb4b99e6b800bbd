//! Making a channel of a team.

use super::join::{enter, said_by_joining};
use crate::app::App;
use crate::auth::TeamGrant;
use crate::auth::actor::{Actor, need};
use crate::auth::teams::{CreatePrivateChannel, CreatePublicChannel};
use crate::events::Change;
use crate::events::channels::ChannelEvent;
use crate::model::channels::{Channel, ChannelInput, ChannelType};
use crate::model::errors::{Result, channels as codes, forbidden, invalid_body};
use crate::model::roles::SchemeRoles;
use crate::model::users::User;
use crate::model::{Id, posts::kinds};
use crate::store::{self, Tx};

impl App {
    /// Makes a public or private channel; whoever makes it is in it, as its administrator.
    pub async fn create_channel(&self, actor: Actor, input: ChannelInput) -> Result<Channel> {
        if input.team_id.is_empty() {
            return Err(invalid_body("team_id"));
        }
        if input.display_name.is_empty() {
            return Err(invalid_body("display_name"));
        }
        let team = Id::parse(&input.team_id).ok_or_else(forbidden)?;
        self.check_creator(&actor, team, &input.r#type).await?;
        let channel = Channel::new(input, actor.id())?;
        channel.validate()?;
        let most = self.config.snapshot().effective.team.max_channels_per_team;
        let maker = actor.user().clone();
        self.store
            .write(move |tx| {
                check_room(tx, team, most)?;
                insert_channel(tx, channel, &maker)
            })
            .await
    }

    async fn check_creator(&self, actor: &Actor, team: Id, kind: &str) -> Result<()> {
        match ChannelType::parse(kind) {
            Some(ChannelType::Private) => {
                let _: TeamGrant<CreatePrivateChannel> = self.auth.team(actor.clone(), team).await?;
            }
            Some(ChannelType::Open) => {
                let _: TeamGrant<CreatePublicChannel> = self.auth.team(actor.clone(), team).await?;
            }
            // Of other kinds there are none to be made here, which only members are told.
            _ => need(actor.team_member(team).is_some() || actor.is_admin())?,
        }
        Ok(())
    }
}

/// Refuses another channel in a team that has as many as it may have, archived ones too.
pub(super) fn check_room(tx: &mut Tx<'_>, team: Id, most: i64) -> Result<()> {
    store::locks::hold(tx, "channels of a team", team.as_str())?;
    match store::channels::count_in_team(tx.conn(), team)? < most {
        true => Ok(()),
        false => Err(codes::MAX_CHANNELS.with(&[&most])),
    }
}

fn insert_channel(tx: &mut Tx<'_>, channel: Channel, maker: &User) -> Result<Change<Channel>> {
    store::channels::insert(tx, &channel)?;
    let scheme =
        if maker.is_guest() { SchemeRoles { scheme_admin: true, ..SchemeRoles::GUEST } } else { SchemeRoles::ADMIN };
    enter(tx, &channel, maker, scheme)?;
    let created = ChannelEvent::Created { creator: maker.id, channel: channel.id, team: channel.team_id };
    let said = said_by_joining(tx, &channel, maker, kinds::JOIN_CHANNEL)?;
    Ok(Change::emit(channel, created).and(said))
}
