//! Who would go if groups decided who is in a team or channel.

use serde::Serialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::auth::SystemGrant;
use crate::auth::system::CompareGroups;
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::{Group, Syncable};
use crate::model::roles::SchemeRoles;
use crate::model::users::{Audience, Privacy};
use crate::store;
use crate::store::groups::Outsider;

/// Somebody who is in a team or channel but in none of some groups.
#[derive(Debug, Serialize)]
pub struct Candidate {
    /// The user as administrators see them.
    #[serde(flatten)]
    user: Value,
    /// The groups they are in.
    groups: Vec<Group>,
    /// What they are in the place.
    #[serde(flatten)]
    scheme: SchemeRoles,
}

impl App {
    /// Who is in a place but in none of these groups, a page by user name, and how many there are.
    pub async fn members_outside(
        &self,
        _: SystemGrant<CompareGroups>,
        place: Syncable,
        groups: Vec<Id>,
        page: (i64, i64),
    ) -> Result<(Vec<Candidate>, i64)> {
        let found = self.store.read(move |conn| store::groups::members_outside(conn, place, &groups, page));
        let (found, total) = found.await?;
        let all_shown = Audience::Other(Privacy { show_email: true, show_full_name: true });
        let candidate =
            |Outsider { user, scheme, groups }| Candidate { user: json!(user.view(all_shown)), groups, scheme };
        Ok((found.into_iter().map(candidate).collect(), total))
    }
}
