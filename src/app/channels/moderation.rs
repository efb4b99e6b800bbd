//! What members and guests may do in a single channel: by a scheme of the channel's own, which is there as long as
//! something differs from its team (permissions.md §5 "Channels").

use super::member_updated;
use super::update::updated;
use crate::app::App;
use crate::app::schemes;
use crate::auth::SystemGrant;
use crate::auth::system::{ReadModerations, WriteModerations};
use crate::events::channels::ChannelEvent;
use crate::events::system::{RoleScope, SystemEvent};
use crate::events::{Change, Event, Json};
use crate::model::channels::Channel;
use crate::model::errors::{Result, channels as codes, roles as role_codes, teams as team_codes};
use crate::model::roles::moderation::{
    Moderation, ModerationPatch, Under, exceeds, is_unmoderated, moderations, patched,
};
use crate::model::roles::schemes::{CHANNEL_SCOPE, Scheme, SchemeInput};
use crate::model::roles::{Role, RoleTable, SchemeRoleNames};
use crate::model::{Id, now};
use crate::store::conn::Conn;
use crate::store::{self, Tx};

/// A channel with the names of the roles in it, and of those it stands under.
struct Moderated {
    channel: Channel,
    table: RoleTable,
    own: SchemeRoleNames,
    higher: SchemeRoleNames,
}

impl App {
    /// What is moderated in a channel.
    pub async fn moderations(&self, _: SystemGrant<ReadModerations>, channel: Id) -> Result<Vec<Moderation>> {
        self.store.read(move |conn| Moderated::load(conn, channel)?.answer()).await
    }

    /// Moderates a channel. Its members are told what they are in it now.
    pub async fn moderate(
        &self,
        _: SystemGrant<WriteModerations>,
        channel: Id,
        patch: Vec<ModerationPatch>,
    ) -> Result<Vec<Moderation>> {
        self.store
            .write(move |tx| {
                let before = Moderated::load(tx.conn(), channel)?;
                let (members, guests) = (before.role(&before.higher.user)?, before.role(&before.higher.guest)?);
                if exceeds(&patch, members, guests, before.channel.r#type) {
                    return role_codes::MODERATION_EXCEEDS.err();
                }
                let mut events = apply(tx, &before, &patch)?;
                let after = Moderated::load(tx.conn(), channel)?;
                let (was, answer) = (before.answer()?, after.answer()?);
                if was == answer && events.is_empty() {
                    return Ok(Change::silent(answer, "all is as it was"));
                }
                events.extend(after.role_events(before.own.admin != after.own.admin)?);
                for member in store::channels::all_members(tx.conn(), channel)? {
                    events.push(member_updated(&member).into());
                }
                Ok(Change::silent(answer, "each change has its own events").and_all(events))
            })
            .await
    }
}

impl Moderated {
    fn load(conn: &mut Conn, id: Id) -> Result<Moderated> {
        let channel = store::channels::by_id(conn, id)?.ok_or_else(|| codes::NOT_FOUND.with(&[&id]))?;
        let team = store::teams::by_id(conn, channel.team_id)?.ok_or(team_codes::NOT_FOUND)?;
        let table = store::roles::table(conn)?;
        let higher = table.channel_names(team.scheme_id);
        let own = channel.scheme_id.and_then(|id| table.scheme(id)).map(Scheme::channel_names);
        Ok(Moderated { own: own.unwrap_or_else(|| higher.clone()), channel, table, higher })
    }

    fn role(&self, name: &str) -> Result<&Role> {
        self.table.get(name).ok_or_else(|| role_codes::NAME_NOT_FOUND.error())
    }

    fn answer(&self) -> Result<Vec<Moderation>> {
        let members = Under { role: self.role(&self.own.user)?, higher: self.role(&self.higher.user)? };
        let guests = Under { role: self.role(&self.own.guest)?, higher: self.role(&self.higher.guest)? };
        Ok(moderations(members, guests, self.channel.r#type))
    }

    /// `role_updated` of the channel's own roles; that of its administrators only when it is new.
    fn role_events(&self, with_admin: bool) -> Result<Vec<Event>> {
        if self.own == self.higher {
            return Ok(Vec::new());
        }
        let admin = with_admin.then_some(&self.own.admin);
        let names = admin.into_iter().chain([&self.own.user, &self.own.guest]);
        let told = |name: &str| {
            let scope = RoleScope::Channels(vec![self.channel.id]);
            Ok(SystemEvent::RoleUpdated { role: Json::of(self.role(name)?), scope }.into())
        };
        names.map(|name| told(name)).collect()
    }
}

/// Writes what a channel's own roles allow from now on: makes its scheme when it is needed, and ends it when it is not.
fn apply(tx: &mut Tx<'_>, before: &Moderated, patch: &[ModerationPatch]) -> Result<Vec<Event>> {
    let (members, guests) = (before.role(&before.own.user)?, before.role(&before.own.guest)?);
    let for_members = patched(members, patch, |roles| roles.members);
    let for_guests = patched(guests, patch, |roles| roles.guests);
    let unmoderated = is_unmoderated(&for_members, before.role(&before.higher.user)?)
        && is_unmoderated(&for_guests, before.role(&before.higher.guest)?);
    let scheme = match before.channel.scheme_id {
        Some(id) => store::schemes::by_id(tx.conn(), id)?,
        None => None,
    };
    let id = before.channel.id;
    // A scheme that other channels have too is theirs.
    let is_own = match &scheme {
        Some(scheme) => store::schemes::channels_of(tx.conn(), &[scheme.id])?.values().flatten().all(|of| *of == id),
        None => false,
    };
    match scheme {
        None if unmoderated => Ok(Vec::new()),
        Some(scheme) if unmoderated => {
            if is_own {
                schemes::erase(tx, scheme)?;
            }
            let changed = schemes::give(tx, before.channel.clone(), None)?;
            Ok(vec![updated(&changed).into(), ChannelEvent::SchemeUpdated { channel: id }.into()])
        }
        Some(scheme) if is_own => {
            hold(tx, &scheme, for_members, for_guests)?;
            Ok(Vec::new())
        }
        _ => {
            let input = SchemeInput {
                display_name: Id::random().to_string(),
                scope: CHANNEL_SCOPE.to_owned(),
                ..SchemeInput::default()
            };
            let scheme = schemes::make(tx, input)?;
            let changed = schemes::give(tx, before.channel.clone(), Some(scheme.id))?;
            hold(tx, &scheme, for_members, for_guests)?;
            Ok(vec![updated(&changed).into(), ChannelEvent::SchemeUpdated { channel: id }.into()])
        }
    }
}

/// Writes what the roles of a channel's scheme hold.
fn hold(tx: &mut Tx<'_>, scheme: &Scheme, members: Vec<String>, guests: Vec<String>) -> Result<()> {
    let names = scheme.channel_names();
    let roles = store::roles::all(tx.conn())?;
    for (name, permissions) in [(&names.user, members), (&names.guest, guests)] {
        if let Some(role) = roles.iter().find(|role| role.name == **name) {
            store::roles::save(tx, &Role { permissions, update_at: now(), ..role.clone() })?;
        }
    }
    Ok(())
}
