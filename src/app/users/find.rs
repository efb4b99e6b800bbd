//! Finding people by what they are called.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::App;
use crate::auth::users::SeeUser;
use crate::auth::{Actor, UserGrant};
use crate::events::hub::Memberships;
use crate::model::errors::{AppError, Code, Result, forbidden, invalid_url, users as codes};
use crate::model::json::Written;
use crate::model::users::{Audience, Sight, User, is_valid_email, normalize_email};
use crate::model::{Id, TimeMs};
use crate::store;
use crate::store::answers::{Of, Question};

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
        let user = found.ok_or_else(|| unknown_to(&actor, codes::NAME_NOT_FOUND))?;
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
        let user = found.ok_or_else(|| unknown_to(&actor, codes::NOT_FOUND))?;
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
        let visible = self.store.read(move |conn| store::users::visible(conn, &ids, &sight)).await?;
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
}

/// The refusal where nobody has a name or an address: whoever does not see everybody must not find out who has one.
fn unknown_to(actor: &Actor, refusal: Code) -> AppError {
    match actor.sight() {
        Sight::All => refusal.error(),
        Sight::Shared { .. } => forbidden(),
    }
}
