//! Acting for somebody by id, where even an id that nobody has is an answer to administrators (permissions.md §3,
//! "ToUser").

use std::sync::Arc;

use super::{Actor, Auth};
use crate::model::Id;
use crate::model::errors::{Result, forbidden, users as codes};
use crate::model::permissions::Permission;
use crate::model::users::User;
use crate::store;

/// Proof that the actor may act for whoever has an id.
pub struct ActingFor {
    actor: Actor,
    id: Id,
    user: Option<Arc<User>>,
}

/// Proof that the actor may act for whoever has an id, or manages the bot that has it.
pub struct KeeperOf(pub ActingFor);

impl ActingFor {
    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// For whom; there need not be such a user.
    pub fn id(&self) -> Id {
        self.id
    }

    /// The user, if there is one; otherwise the refusal.
    pub fn user(&self) -> Result<&Arc<User>> {
        self.user.as_ref().ok_or_else(|| codes::NOT_FOUND.error())
    }
}

impl Auth {
    /// Whether the actor may act for that id: their own, or others' as an administrator.
    pub async fn acting_for(&self, actor: Actor, id: Id) -> Result<ActingFor> {
        let user = if id == actor.id() { Some(actor.user().clone()) } else { self.store.user(id).await? };
        let may = user.as_ref().map_or(actor.is_admin(), |user| actor.may_act_for(user));
        if may { Ok(ActingFor { actor, id, user }) } else { Err(forbidden()) }
    }

    /// Whether the actor may act for that id, or manages the bot that has it ("user or bot").
    pub async fn acting_for_user_or_bot(&self, actor: Actor, id: Id) -> Result<ActingFor> {
        let bot = self.store.user(id).await?.filter(|user| user.is_bot);
        let Some(bot) = bot else { return self.acting_for(actor, id).await };
        let owner = self.store.read(move |conn| store::bots::owner(conn, id)).await?;
        let owns = owner.as_deref() == Some(actor.id().as_str());
        if (owns && actor.may(Permission::manage_bots)) || actor.may(Permission::manage_others_bots) {
            return Ok(ActingFor { actor, id, user: Some(bot) });
        }
        Err(forbidden())
    }
}
