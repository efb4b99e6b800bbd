//! Finding people: one, some, lists, searches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::app::App;
use crate::auth::channels::ReadChannel;
use crate::auth::system::{CountPeople, ListTeamless};
use crate::auth::teams::ViewTeam;
use crate::auth::users::SeeUser;
use crate::auth::{Actor, SystemGrant, UserGrant};
use crate::events::hub::Memberships;
use crate::model::errors::{Result, forbidden, invalid_body, invalid_url, users as codes};
use crate::model::json::Written;
use crate::model::permissions::Permission;
use crate::model::roles::is_valid_name;
use crate::model::users::{Audience, Sight, User, UserView, is_valid_email, normalize_email};
use crate::model::{Id, TimeMs};
use crate::store;
use crate::store::answers::{Of, Question};
use crate::store::users::{Fields, Order, People, Roles};

/// Names are searched in this many people at most.
pub const MAX_SEARCH: i64 = 1000;

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

/// What a search asks for.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of the body")]
pub struct SearchWish {
    pub term: String,
    pub team_id: String,
    pub not_in_team_id: String,
    pub in_channel_id: String,
    pub not_in_channel_id: String,
    pub in_group_id: String,
    pub not_in_group_id: String,
    pub allow_inactive: bool,
    pub without_team: bool,
    pub limit: i64,
    pub role: String,
    pub roles: Vec<String>,
    pub team_roles: Vec<String>,
    pub channel_roles: Vec<String>,
}

/// Who fits what was typed after "@".
#[derive(Debug, Clone, Default)]
pub struct Autocompleted {
    /// In the channel, or wherever was asked for.
    pub users: Vec<User>,
    /// In the team, not in the channel.
    pub out_of_channel: Vec<User>,
}

impl App {
    /// Where somebody belongs, for a new socket.
    pub async fn belongings_of(&self, user: Id) -> Result<Memberships> {
        let teams = self.store.teams_of(user).await?.iter().map(|member| member.team_id).collect();
        let channels = self.store.read(move |conn| store::channels::ids_of_user(conn, user)).await?;
        Ok(Memberships { channels, teams })
    }

    /// Oneself, as one sees oneself.
    pub async fn own_profile(&self, actor: &Actor) -> Result<Written> {
        let (user, seen) = (actor.id(), actor.user().clone());
        // What is kept must have been read after it was asked for.
        let make = async {
            let user = self.store.user(user).await?.unwrap_or(seen);
            Ok((Written::of(&user.view(Audience::Oneself)), Some(vec![Of::User(user.id)])))
        };
        self.store.answer(Question::Oneself { user }, make).await
    }

    /// As whom an actor sees people in lists, themself included.
    pub fn audience_in_lists(&self, actor: &Actor) -> Audience {
        if actor.sees_all() { Audience::Admin } else { Audience::Other(self.privacy()) }
    }

    /// As whom the actor of a grant sees its user.
    pub fn audience(&self, grant: &UserGrant<SeeUser>) -> Audience {
        grant.actor().audience_of(grant.user().id, self.privacy())
    }

    /// The user of a name, which is in lower case.
    pub async fn find_by_username(&self, actor: Actor, name: String) -> Result<UserGrant<SeeUser>> {
        let found = self.store.read(move |conn| store::users::by_username(conn, &name)).await?;
        let user = found.ok_or_else(|| codes::NAME_NOT_FOUND.error())?;
        self.auth.user(actor, user.id).await
    }

    /// The user of a mail address in any case, where addresses are shown.
    pub async fn find_by_email(&self, actor: Actor, address: &str) -> Result<Arc<User>> {
        let address = normalize_email(address);
        if !is_valid_email(&address) {
            return Err(invalid_url("email"));
        }
        if !actor.sees_all() && !self.privacy().show_email {
            return codes::EMAIL_HIDDEN.err();
        }
        let found = self.store.read(move |conn| store::users::by_email(conn, &address)).await?;
        let user = found.ok_or_else(|| codes::NOT_FOUND.error())?;
        Ok(self.auth.user::<SeeUser>(actor, user.id).await?.user().clone())
    }

    /// The users of these ids, of those whom the actor sees; `since` leaves out who did not change after it.
    pub async fn users_by_ids(&self, actor: &Actor, ids: Vec<Id>, since: TimeMs) -> Result<Vec<User>> {
        let found = self.store.read(move |conn| store::users::by_ids(conn, &ids)).await?;
        let found = found.into_iter().filter(|user| since == 0 || user.update_at > since).collect();
        self.seen(actor, found).await
    }

    /// The users of these names, of those whom the actor sees.
    pub async fn users_by_usernames(&self, actor: &Actor, names: Vec<String>) -> Result<Vec<User>> {
        let found = self.store.read(move |conn| store::users::by_usernames(conn, &names)).await?;
        self.seen(actor, found).await
    }

    /// Leaves out whom the actor does not see.
    async fn seen(&self, actor: &Actor, found: Vec<User>) -> Result<Vec<User>> {
        let sight = actor.sight();
        if sight == Sight::All {
            return Ok(found);
        }
        let ids: Vec<Id> = found.iter().map(|user| user.id).collect();
        let visible = self.store.read(move |conn| store::users::visible(conn, ids, sight)).await?;
        Ok(found.into_iter().filter(|user| visible.contains(&user.id)).collect())
    }

    /// Those who share a channel with the actor.
    pub async fn known_users(&self, actor: &Actor) -> Result<Vec<Id>> {
        let me = actor.id();
        self.store.read(move |conn| store::users::known_to(conn, me)).await
    }

    /// The other members of group messages that the actor is in, by channel.
    pub async fn members_of_groups(&self, actor: &Actor, groups: Vec<Id>) -> Result<BTreeMap<Id, Vec<User>>> {
        let me = actor.id();
        let members = self.store.read(move |conn| store::users::in_group_messages(conn, me, &groups)).await?;
        let mut by_group: BTreeMap<Id, Vec<User>> = BTreeMap::new();
        for (group, user) in members {
            by_group.entry(group).or_default().push(user);
        }
        Ok(by_group)
    }

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
        people.sight = actor.sight();
        people.order = order;
        people.roles = roles;
        people.role.clone_from(&listing.role);
        people.active = match (listing.active, listing.inactive) {
            (true, _) => Some(true),
            (_, true) => Some(false),
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
    async fn channel_to_read(&self, actor: &Actor, channel: &str) -> Result<Id> {
        let channel = Id::parse(channel).ok_or_else(forbidden)?;
        Ok(self.auth.channel::<ReadChannel>(actor.clone(), channel).await?.channel().id)
    }

    /// A team whose members the actor may see. Administrators may ask for one that is not there.
    async fn team_to_view(&self, actor: &Actor, team: &str) -> Result<Id> {
        let team = Id::parse(team).ok_or_else(forbidden)?;
        match self.auth.team::<ViewTeam>(actor.clone(), team).await {
            Ok(grant) => Ok(grant.team().id),
            Err(error) if error.status == 403 && actor.may(Permission::view_team) => Ok(team),
            Err(error) => Err(error),
        }
    }

    /// Who fits a search.
    pub async fn search_users(&self, actor: Actor, wish: SearchWish) -> Result<Vec<User>> {
        check_search(&wish)?;
        let mut people = self.search_place(&actor, &wish).await?;
        people.sight = actor.sight();
        people.roles = Roles { system: wish.roles, team: wish.team_roles, channel: wish.channel_roles };
        people.role.clone_from(&wish.role);
        people.words = words(&wish.term);
        people.fields = self.searchable(&actor, true);
        people.active = (!wish.allow_inactive).then_some(true);
        let limit = if wish.limit == 0 { 100 } else { wish.limit };
        self.store.read(move |conn| store::users::list(conn, &people, 0, limit)).await
    }

    async fn search_place(&self, actor: &Actor, wish: &SearchWish) -> Result<People> {
        let mut people = People { without_team: wish.without_team, ..People::default() };
        if !wish.in_channel_id.is_empty() {
            people.in_channel = Some(self.channel_to_read(actor, &wish.in_channel_id).await?);
        }
        if !wish.not_in_channel_id.is_empty() {
            people.not_in_channel = Some(self.channel_to_read(actor, &wish.not_in_channel_id).await?);
        }
        if !wish.team_id.is_empty() {
            people.in_team = Some(self.team_to_view(actor, &wish.team_id).await?);
        }
        if !wish.not_in_team_id.is_empty() {
            people.not_in_team = Some(self.team_to_view(actor, &wish.not_in_team_id).await?);
        }
        // Every place must be the actor's to look into, but the first decides.
        match &people {
            People { without_team: true, .. } => {
                (people.in_team, people.in_channel, people.not_in_channel, people.not_in_team) =
                    (None, None, None, None);
            }
            People { in_channel: Some(_), .. } => {
                (people.in_team, people.not_in_channel, people.not_in_team) = (None, None, None);
            }
            People { not_in_channel: Some(_), .. } => people.not_in_team = None,
            People { not_in_team: Some(_), .. } => people.in_team = None,
            _ => {}
        }
        if !wish.in_group_id.is_empty() {
            people.in_group = Some(self.group_to_read(actor, &wish.in_group_id).await?);
        }
        if !wish.not_in_group_id.is_empty() {
            people.not_in_group = Some(self.group_to_read(actor, &wish.not_in_group_id).await?);
        }
        Ok(people)
    }

    /// Which texts the actor may search: hidden ones would be guessed by searching.
    fn searchable(&self, actor: &Actor, with_emails: bool) -> Fields {
        let privacy = self.privacy();
        let all = actor.sees_all();
        Fields { full_names: all || privacy.show_full_name, emails: with_emails && (all || privacy.show_email) }
    }

    /// Who fits what was typed after "@": in a channel members come apart from the rest of the team.
    pub async fn autocomplete_users(
        &self,
        actor: Actor,
        team: &str,
        channel: &str,
        name: &str,
        limit: i64,
    ) -> Result<Autocompleted> {
        let mut people = People {
            sight: actor.sight(),
            words: words(name),
            fields: self.searchable(&actor, false),
            active: Some(true),
            ..People::default()
        };
        let channel = if channel.is_empty() { None } else { Some(self.channel_to_read(&actor, channel).await?) };
        if !team.is_empty() {
            people.in_team = Some(self.team_to_view(&actor, team).await?);
        }
        if channel.is_some() && people.in_team.is_none() {
            return codes::AUTOCOMPLETE_NO_TEAM.err();
        }
        self.store
            .read(move |conn| {
                let outside = People { not_in_channel: channel, ..people.clone() };
                let inside = match channel {
                    Some(_) => People { in_channel: channel, in_team: None, ..people },
                    None => people,
                };
                let users = store::users::list(conn, &inside, 0, limit)?;
                let out_of_channel =
                    if channel.is_some() { store::users::list(conn, &outside, 0, limit)? } else { Vec::new() };
                Ok(Autocompleted { users, out_of_channel })
            })
            .await
    }
}

/// The channel of which a list has all members, as everybody but administrators sees them: such lists are kept.
fn listed_channel(people: &People, audience: Audience) -> Option<Id> {
    let all = People { in_channel: people.in_channel, ..People::default() };
    people.in_channel.filter(|_| *people == all && matches!(audience, Audience::Other(_)))
}

/// More words than these are not looked for: each makes the query longer.
const MAX_WORDS: usize = 20;

/// A search's words; the "@" before a name is not part of it.
fn words(term: &str) -> Vec<String> {
    let words = term.split_whitespace().map(|word| word.trim_start_matches('@'));
    words.filter(|word| !word.is_empty()).take(MAX_WORDS).map(str::to_owned).collect()
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
        "display_name" if !listing.in_group.is_empty() => Ok(Order::Name),
        _ => refused(),
    }
}

fn check_search(wish: &SearchWish) -> Result<()> {
    if wish.term.is_empty() {
        return Err(invalid_body("term"));
    }
    if wish.team_id.is_empty() && !wish.not_in_channel_id.is_empty() {
        return Err(invalid_body("team_id"));
    }
    if !(0..=MAX_SEARCH).contains(&wish.limit) {
        return Err(invalid_body("limit"));
    }
    Ok(())
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

    #[test]
    fn words_lose_their_at_sign() {
        assert_eq!(words(" @ann  Lee "), ["ann", "Lee"]);
        assert!(words("@").is_empty());
        assert_eq!(words(&"a ".repeat(3000)).len(), MAX_WORDS);
    }
}
