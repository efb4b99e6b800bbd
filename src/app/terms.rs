//! Terms of service that people accept.

use crate::app::App;
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant};
use crate::events::Change;
use crate::model::errors::{Result, invalid_body, users as codes};
use crate::model::system::TermsOfService;
use crate::model::text::runes;
use crate::model::{Id, TimeMs, now};
use crate::store;

/// The longest text, in code points (as a post).
const TEXT_MAX: usize = 16_383;

impl App {
    /// The terms in force.
    pub async fn terms_of_service(&self, _: &Actor) -> Result<TermsOfService> {
        self.store.read(store::terms::latest).await?.ok_or_else(|| codes::TERMS_NOT_FOUND.error())
    }

    /// Puts new terms into force; the same text again changes nothing.
    pub async fn create_terms_of_service(
        &self,
        grant: SystemGrant<ManageSystem>,
        text: String,
    ) -> Result<TermsOfService> {
        if text.is_empty() {
            return codes::TERMS_EMPTY.err();
        }
        if runes(&text) > TEXT_MAX {
            return Err(invalid_body("text"));
        }
        let user_id = grant.actor().id();
        let terms = self
            .store
            .write(move |tx| {
                let latest = store::terms::latest(tx.conn())?.filter(|terms| terms.text == text);
                if let Some(same) = latest {
                    return Ok(Change::silent(same, "nothing was changed"));
                }
                let made = TermsOfService { id: Id::random(), create_at: now(), user_id, text };
                store::terms::insert(tx, &made)?;
                Ok(Change::silent(made, "clients are told of new settings"))
            })
            .await?;
        let id = terms.id.to_string();
        let change = self.config.set_facts(|facts| facts.terms_of_service_id = Some(id))?;
        // Whoever has accepted other terms is asked to accept these, at once.
        self.tell_config(&change);
        Ok(terms)
    }

    /// Which terms the actor accepted, and when.
    pub async fn accepted_terms(&self, actor: &Actor) -> Result<(Id, TimeMs)> {
        let user = actor.id();
        let accepted = self.store.read(move |conn| store::terms::accepted_by(conn, user)).await?;
        accepted.ok_or_else(|| codes::TERMS_NOT_ACCEPTED.error())
    }

    /// Notes whether the actor accepts the terms of that id.
    pub async fn answer_terms(&self, actor: &Actor, version: Id, accepts: bool) -> Result<()> {
        let user = actor.id();
        self.store
            .write(move |tx| {
                if store::terms::by_id(tx.conn(), version)?.is_none() {
                    return codes::TERMS_NOT_FOUND.err();
                }
                match accepts {
                    true => store::terms::accept(tx, user, version, now())?,
                    false => store::terms::decline(tx, user, version)?,
                }
                Ok(Change::silent((), "the client that asked knows"))
            })
            .await
    }
}
