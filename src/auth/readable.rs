//! Which of several channels somebody reads, for lists that show parts of them.

use std::collections::HashSet;

use super::Auth;
use super::actor::{Actor, Place};
use super::channels::may_read_content;
use crate::model::Id;
use crate::model::errors::Result;
use crate::store;

impl Auth {
    /// Those of the channels whose posts the actor reads, in one query, or from memory.
    pub async fn readable(&self, actor: &Actor, ids: Vec<Id>) -> Result<HashSet<Id>> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let user = actor.id();
        if let Some(found) = self.store.kept_places(&ids, user) {
            let settings = &self.config.snapshot().effective;
            let reads = found.iter().filter(|(channel, member)| {
                may_read_content(actor, Place { channel, member: member.as_deref() }, settings)
            });
            return Ok(reads.map(|(channel, _)| channel.id).collect());
        }
        let found = self.store.read(move |conn| store::channels::with_member(conn, &ids, user)).await?;
        let snapshot = self.config.snapshot();
        let reads = found.iter().filter(|(channel, member)| {
            may_read_content(actor, Place { channel, member: member.as_ref() }, &snapshot.effective)
        });
        Ok(reads.map(|(channel, _)| channel.id).collect())
    }
}
