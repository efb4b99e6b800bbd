//! Lists and counts of people.

use std::collections::BTreeSet;

use crate::app::App;
use crate::auth::channels::ReadChannel;
use crate::auth::system::{CountPeople, ListTeamless};
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, SystemGrant};
use crate::model::Id;
use crate::model::errors::{Result, forbidden, invalid_body, invalid_url};
use crate::model::json::Written;
use crate::model::permissions::Permission;
use crate::model::roles::is_valid_name;
use crate::model::users::{Audience, Sight, UserView};
use crate::store;
use crate::store::answers::{Of, Question};
use crate::store::users::{Order, People, Roles};

/// What `GET /users` and the counts ask for, as texts of the address; empty ones do not matter.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are the parameters of the address")]
pub struct Listing {
    pub in_team: String,
    pub not_in_team: String,
    pub in_channel: String,
    pub not_in_channel: String,
    pub in_group: String,
    pub not_in_group: String,
    pub without_team: bool,
    pub active: bool,
    pub inactive: bool,
    pub sort: String,
    pub role: String,
    pub roles: String,
    pub team_roles: String,
    pub channel_roles: String,
    pub offset: i64,
    pub limit: i64,
}

impl Listing {
    /// Whether clients keep the list and ask whether it still holds.
    pub fn is_kept_by_clients(&self) -> bool {
        let of_team = !self.in_team.is_empty() || !self.not_in_team.is_empty();
        of_team && !self.without_team && self.not_in_channel.is_empty() && self.sort.is_empty()
    }

    /// The roles that are asked for; those in a team or channel count only where one is named.
    pub fn named_roles(&self) -> Result<Roles> {
        let named = |names: &str, place: bool| -> Result<Vec<String>> {
            let names = names.split(',').map(str::trim).filter(|name| place && !name.is_empty());
            let names: BTreeSet<&str> = names.collect();
            match names.iter().all(|name| is_valid_name(name)) {
                true => Ok(names.into_iter().map(str::to_owned).collect()),
                false => Err(invalid_body("roles")),
            }
        };
        Ok(Roles {
            system: named(&self.roles, true)?,
            team: named(&self.team_roles, !self.in_team.is_empty())?,
            channel: named(&self.channel_roles, !self.in_channel.is_empty())?,
        })
    }
}

/// The place of that id; what is no id is nowhere.
fn place(id: &str) -> Option<Id> {
    (!id.is_empty()).then(|| Id::parse(id).unwrap_or(Id::NONE))
}

impl App {
    /// How many active people and bots the actor sees.
    pub async fn count_users(&self, actor: &Actor) -> Result<i64> {
        let people = People { sight: actor.sight(), active: Some(true), ..People::default() };
        self.store.read(move |conn| store::users::count(conn, &people)).await
    }

    /// How many people there are of a kind.
    pub async fn count_filtered(
        &self,
        _: SystemGrant<CountPeople>,
        listing: Listing,
        with_bots: bool,
        with_deleted: bool,
    ) -> Result<i64> {
        let roles = listing.named_roles()?;
        let people = People {
            in_team: place(&listing.in_team),
            in_channel: place(&listing.in_channel),
            bots: with_bots,
            active: (!with_deleted).then_some(true),
            roles,
            ..People::default()
        };
        self.store.read(move |conn| store::users::count(conn, &people)).await
    }

    /// A page of people.
    pub async fn list_users(&self, actor: Actor, listing: Listing) -> Result<Written> {
        let order = order_of(&listing)?;
        if listing.active && listing.inactive {
            return Err(invalid_url("inactive"));
        }
        let roles = known_roles(&actor, &listing)?;
        let mut people = self.place_of(&actor, &listing).await?;
        // Whoever may read a channel sees all who are in it, so that one list serves everybody.
        people.sight = if people.in_channel.is_some() { Sight::All } else { actor.sight() };
        people.order = if order == Order::Nickname { self.order_by_display_name(&actor).await? } else { order };
        people.roles = roles;
        people.role.clone_from(&listing.role);
        people.active = match (listing.active, listing.inactive) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ if people.in_group.is_some() || people.not_in_group.is_some() => Some(true),
            _ => None,
        };
        let (audience, offset, limit) = (self.audience_in_lists(&actor), listing.offset, listing.limit);
        let kept = listed_channel(&people, audience);
        let make = async {
            let found = self.store.list_users(people, offset, limit).await?;
            let mut views: Vec<UserView<'_>> = found.iter().map(|user| user.view(audience)).collect();
            if order == Order::Active {
                views.iter_mut().for_each(|view| view.last_activity_at = self.last_activity(view.id));
            }
            Ok((Written::of(&views), kept.map(|channel| vec![Of::MembersOf(channel), Of::Users])))
        };
        match kept {
            Some(channel) => self.store.answer(Question::People { channel, audience, offset, limit }, make).await,
            None => Ok(make.await?.0),
        }
    }

    /// The order of the names that somebody sees of people.
    async fn order_by_display_name(&self, actor: &Actor) -> Result<Order> {
        let snapshot = self.config.snapshot();
        if !snapshot.effective.privacy.show_full_name {
            return Ok(Order::Name);
        }
        let me = actor.id();
        let chosen = self.store.read(move |conn| store::preferences::one(conn, me, "display_settings", "name_format"));
        let chosen = chosen.await?.unwrap_or_else(|| snapshot.effective.team.teammate_name_display.clone());
        Ok(match chosen.as_str() {
            "nickname_full_name" => Order::Nickname,
            "full_name" => Order::FullName,
            _ => Order::Name,
        })
    }

    /// The first of the places that are named decides, and must be the actor's to look into (permissions.md §5).
    async fn place_of(&self, actor: &Actor, listing: &Listing) -> Result<People> {
        let mut people = People::default();
        if listing.without_team {
            self.auth.system::<ListTeamless>(actor.clone())?;
            people.without_team = true;
        } else if !listing.not_in_channel.is_empty() {
            people.not_in_channel = Some(self.channel_to_read(actor, &listing.not_in_channel).await?);
            people.in_team = place(&listing.in_team);
        } else if !listing.not_in_team.is_empty() {
            people.not_in_team = Some(self.team_to_view(actor, &listing.not_in_team).await?);
        } else if !listing.in_team.is_empty() {
            people.in_team = Some(self.team_to_view(actor, &listing.in_team).await?);
        } else if !listing.in_channel.is_empty() {
            people.in_channel = Some(self.channel_to_read(actor, &listing.in_channel).await?);
        } else if !listing.in_group.is_empty() {
            people.in_group = Some(self.group_to_read(actor, &listing.in_group).await?);
        } else if !listing.not_in_group.is_empty() {
            people.not_in_group = Some(self.group_to_read(actor, &listing.not_in_group).await?);
        }
        Ok(people)
    }

    /// A channel whose members the actor may see.
    pub(super) async fn channel_to_read(&self, actor: &Actor, channel: &str) -> Result<Id> {
        let channel = Id::parse(channel).ok_or_else(forbidden)?;
        Ok(self.auth.channel::<ReadChannel>(actor.clone(), channel).await?.channel().id)
    }

    /// A team whose members the actor may see. Administrators may ask for one that is not there.
    pub(super) async fn team_to_view(&self, actor: &Actor, team: &str) -> Result<Id> {
        let team = Id::parse(team).ok_or_else(forbidden)?;
        match self.auth.team::<ViewTeam>(actor.clone(), team).await {
            Ok(grant) => Ok(grant.team().id),
            Err(error) if error.status == 403 && actor.may(Permission::view_team) => Ok(team),
            Err(error) => Err(error),
        }
    }
}

/// The channel of which a list has all members, as everybody but administrators sees them: such lists are kept.
fn listed_channel(people: &People, audience: Audience) -> Option<Id> {
    let all = People { in_channel: people.in_channel, ..People::default() };
    people.in_channel.filter(|_| *people == all && matches!(audience, Audience::Other(_)))
}

/// The roles that are asked for; one that does not exist is refused.
fn known_roles(actor: &Actor, listing: &Listing) -> Result<Roles> {
    let roles = listing.named_roles()?;
    let names = roles.system.iter().chain(&roles.team).chain(&roles.channel);
    let all =
        names.chain(Some(&listing.role).filter(|role| !role.is_empty())).all(|name| actor.roles().get(name).is_some());
    if all { Ok(roles) } else { Err(invalid_body("roles")) }
}

fn order_of(listing: &Listing) -> Result<Order> {
    let refused = || Err(invalid_url("sort"));
    if !listing.not_in_channel.is_empty() && listing.in_team.is_empty() {
        return Err(invalid_url("team_id"));
    }
    let others = [&listing.not_in_team, &listing.in_channel, &listing.not_in_channel, &listing.in_group];
    let team_alone = !listing.in_team.is_empty() && !listing.without_team && others.iter().all(|text| text.is_empty());
    match listing.sort.as_str() {
        "" => Ok(Order::Name),
        "last_activity_at" if team_alone => Ok(Order::Active),
        "create_at" if team_alone => Ok(Order::Newest),
        "status" if !listing.in_channel.is_empty() => Ok(Order::Presence),
        "admin" if !listing.in_channel.is_empty() => Ok(Order::ChannelAdmin),
        // Which names the asker sees is their preference.
        "display_name" if !listing.in_group.is_empty() => Ok(Order::Nickname),
        _ => refused(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_need_their_place() {
        let of = |listing: Listing| order_of(&listing).ok();
        let team = Listing { in_team: "t".into(), sort: "create_at".into(), ..Listing::default() };
        assert_eq!(of(team.clone()), Some(Order::Newest));
        assert_eq!(of(Listing { in_channel: "c".into(), ..team.clone() }), None);
        assert_eq!(of(Listing { sort: "status".into(), ..team }), None);
        assert_eq!(of(Listing { not_in_channel: "c".into(), ..Listing::default() }), None);
    }
}
