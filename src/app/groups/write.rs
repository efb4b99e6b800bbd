//! Making and changing groups.

use super::members::{check_people, joined, parsed};
use super::{Details, fill};
use crate::app::App;
use crate::auth::Actor;
use crate::auth::groups::{CreateGroup, DeleteGroup, EditGroup, GroupGrant, RestoreGroup, check_enabled};
use crate::events::groups::GroupEvent;
use crate::events::{Change, Json};
use crate::model::errors::{Result, groups as codes};
use crate::model::groups::{CUSTOM, Group, GroupInput, GroupPatch};
use crate::model::users::Sight;
use crate::model::{Id, now};
use crate::store::{self, Tx};

impl App {
    /// Makes a group; everybody is told.
    pub async fn create_group_of_people(&self, actor: Actor, input: GroupInput) -> Result<Group> {
        if input.source != CUSTOM {
            return codes::NOT_CUSTOM.err();
        }
        check_enabled(&self.config.snapshot().effective)?;
        let sight = actor.sight();
        self.auth.system::<CreateGroup>(actor)?;
        if !input.allow_reference {
            return codes::NOT_REFERENCEABLE.err();
        }
        if input.remote_id.as_deref().is_some_and(|id| !id.is_empty()) {
            return codes::REMOTE_ID.err();
        }
        if !input.id.is_empty() {
            return codes::ID.err();
        }
        let (group, people) = (Group::new(&input)?, parsed(&input.user_ids)?);
        self.store
            .write(move |tx| {
                check_free(tx, &group)?;
                check_people(tx, &people, &sight)?;
                store::groups::insert(tx, &group)?;
                let members = joined(group.id, &people);
                store::groups::add_members(tx, &members)?;
                told(tx, group)
            })
            .await
    }

    /// Changes the names of a group; everybody is told.
    pub async fn patch_group(&self, grant: GroupGrant<EditGroup>, patch: GroupPatch) -> Result<Group> {
        let old = grant.group().clone();
        if old.is_custom() && patch.allow_reference == Some(false) {
            return codes::NOT_REFERENCEABLE.err();
        }
        self.store
            .write(move |tx| {
                let group = old.patched(&patch);
                if let (Some(name), Some(true)) = (&patch.name, patch.allow_reference) {
                    check_mentionable(tx, &group, name)?;
                }
                check_free(tx, &group)?;
                group.validate()?;
                store::groups::save(tx, &group)?;
                told(tx, group)
            })
            .await
    }

    /// Deletes a group; everybody is told.
    pub async fn delete_group(&self, grant: GroupGrant<DeleteGroup>) -> Result<Group> {
        self.set_deleted(grant.group().id, true).await
    }

    /// Takes a group out of the archive; everybody is told.
    pub async fn restore_group(&self, grant: GroupGrant<RestoreGroup>) -> Result<Group> {
        self.set_deleted(grant.group().id, false).await
    }

    async fn set_deleted(&self, id: Id, deleted: bool) -> Result<Group> {
        self.store
            .write(move |tx| {
                let old = store::groups::by_id(tx.conn(), id)?.filter(|group| (group.delete_at == 0) == deleted);
                let at = now();
                let delete_at = if deleted { at } else { 0 };
                let group = Group { update_at: at, delete_at, ..old.ok_or(codes::NOT_FOUND)? };
                store::groups::save(tx, &group)?;
                told(tx, group)
            })
            .await
    }
}

/// `received_group`, with how many members the group has.
pub(in crate::app) fn told(tx: &mut Tx<'_>, group: Group) -> Result<Change<Group>> {
    let mut groups = vec![group];
    fill(tx.conn(), &mut groups, Details { member_count: true, ..Details::default() }, &Sight::All)?;
    let group = groups.pop().ok_or(codes::NOT_FOUND)?;
    let event = GroupEvent::Changed { group: Json::of(&group) };
    Ok(Change::emit(group, event))
}

/// Nobody may have the name of a group.
fn check_free(tx: &mut Tx<'_>, group: &Group) -> Result<()> {
    let Some(name) = group.name.as_deref().filter(|name| !name.is_empty()) else { return Ok(()) };
    match store::users::by_username(tx.conn(), name)? {
        Some(_) => Err(codes::USERNAME_CONFLICT.with(&[&name])),
        None => Ok(()),
    }
}

/// What a group is to be mentioned by must be nobody else's.
fn check_mentionable(tx: &mut Tx<'_>, group: &Group, name: &str) -> Result<()> {
    if ["all", "channel", "here"].contains(&name) {
        return codes::PATCH_RESERVED.err();
    }
    if store::users::by_username(tx.conn(), name)?.is_some() {
        return codes::PATCH_USERNAME.err();
    }
    let others = store::groups::by_names(tx.conn(), &[name.to_owned()])?;
    match others.iter().any(|other| other.id != group.id && other.allow_reference) {
        true => codes::PATCH_NAME.err(),
        false => Ok(()),
    }
}
