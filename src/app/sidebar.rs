//! The categories of the sidebar (posts-and-limits.md §9).

use bytes::Bytes;

use crate::app::{App, encoded};
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{TeamGrant, UserGrant};
use crate::events::Change;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::sidebar::{OrderedCategories, for_new_member};
use crate::store;

/// Whose sidebar, in which team.
pub type Whose = (UserGrant<ActAs>, TeamGrant<ViewTeam>);

impl App {
    /// All categories with their channels; the first ones are made when they are first asked for.
    pub async fn categories(&self, whose: Whose) -> Result<Bytes> {
        let (user, team) = (whose.0.user().id, whose.1.team().id);
        let found = self
            .store
            .read(move |conn| {
                let found = store::sidebar::categories(conn, user, team)?;
                if found.is_empty() { Ok(None) } else { encoded(&OrderedCategories::of(found)).map(Some) }
            })
            .await?;
        match found {
            Some(json) => Ok(json),
            None => self.first_categories(user, team).await,
        }
    }

    async fn first_categories(&self, user: Id, team: Id) -> Result<Bytes> {
        self.store
            .write(move |tx| {
                store::sidebar::insert(tx, &for_new_member(user, team))?;
                let all = OrderedCategories::of(store::sidebar::categories(tx.conn(), user, team)?);
                Ok(Change::silent(encoded(&all)?, "who asks first learns of them by the answer"))
            })
            .await
    }
}
