//! Who comes into a group, and who goes.

use std::collections::HashSet;

use crate::app::App;
use crate::auth::groups::{GroupGrant, ManageGroup};
use crate::events::groups::GroupEvent;
use crate::events::{Change, Event, Json};
use crate::model::errors::{Result, groups as codes, invalid_body};
use crate::model::groups::GroupMember;
use crate::model::users::Sight;
use crate::model::{Id, now};
use crate::store::{self, Tx};

impl App {
    /// Puts people into a group; each of them is told.
    pub async fn add_group_members(
        &self,
        grant: GroupGrant<ManageGroup>,
        people: &[String],
    ) -> Result<Vec<GroupMember>> {
        let (group, people, sight) = (grant.group().id, some_people(people)?, grant.actor().sight());
        self.store
            .write(move |tx| {
                check_people(tx, &people, &sight)?;
                let members = joined(group, &people);
                store::groups::add_members(tx, &members)?;
                let events: Vec<Event> = members.iter().map(told_added).collect();
                Ok(Change::silent(members, "each member has an event").and_all(events))
            })
            .await
    }

    /// Takes people out of a group; each of them is told.
    pub async fn remove_group_members(
        &self,
        grant: GroupGrant<ManageGroup>,
        people: &[String],
    ) -> Result<Vec<GroupMember>> {
        let (group, people, sight) = (grant.group().id, some_people(people)?, grant.actor().sight());
        self.store
            .write(move |tx| {
                let members = taken_out(tx, group, &people)?;
                // The transaction ends without a trace.
                let seen = store::users::visible(tx.conn(), &people, &sight)?;
                if members.len() < people.len() || seen.len() < people.len() {
                    return codes::NOT_MEMBERS.err();
                }
                let events: Vec<Event> = members.iter().map(told_gone).collect();
                Ok(Change::silent(members, "each member has an event").and_all(events))
            })
            .await
    }
}

/// Has exactly these people in a group: how many came and how many went, and what each of them is told.
pub(in crate::app) fn set_members(
    tx: &mut Tx<'_>,
    group: Id,
    wanted: &HashSet<Id>,
) -> Result<((usize, usize), Vec<Event>)> {
    let present: HashSet<Id> = store::groups::all_member_ids(tx.conn(), group)?.into_iter().collect();
    let coming = joined(group, &wanted.difference(&present).copied().collect::<Vec<Id>>());
    let going: Vec<Id> = present.difference(wanted).copied().collect();
    store::groups::add_members(tx, &coming)?;
    let gone = taken_out(tx, group, &going)?;
    let counts = (coming.len(), gone.len());
    Ok((counts, coming.iter().map(told_added).chain(gone.iter().map(told_gone)).collect()))
}

/// Takes people out of a group: the memberships that ended.
fn taken_out(tx: &mut Tx<'_>, group: Id, people: &[Id]) -> Result<Vec<GroupMember>> {
    let (mut members, at) = (store::groups::members_among(tx.conn(), group, people)?, now());
    store::groups::remove_members(tx, group, people, at)?;
    members.iter_mut().for_each(|member| member.delete_at = at);
    Ok(members)
}

fn told_added(member: &GroupMember) -> Event {
    GroupEvent::MemberAdded { user: member.user_id, member: Json::of(member) }.into()
}

fn told_gone(member: &GroupMember) -> Event {
    GroupEvent::MemberDeleted { user: member.user_id, member: Json::of(member) }.into()
}

pub(super) fn joined(group: Id, people: &[Id]) -> Vec<GroupMember> {
    let at = now();
    people.iter().map(|user| GroupMember { group_id: group, user_id: *user, create_at: at, delete_at: 0 }).collect()
}

/// Identifiers, each once.
pub(super) fn parsed(texts: &[String]) -> Result<Vec<Id>> {
    let ids: Option<Vec<Id>> = texts.iter().map(|text| Id::parse(text)).collect();
    let mut ids = ids.ok_or_else(|| invalid_body("user_ids"))?;
    ids.sort();
    ids.dedup();
    Ok(ids)
}

fn some_people(texts: &[String]) -> Result<Vec<Id>> {
    let ids = parsed(texts)?;
    if ids.is_empty() { Err(invalid_body("user_ids")) } else { Ok(ids) }
}

/// Only active people are put into groups, and only by those who see them.
pub(super) fn check_people(tx: &mut Tx<'_>, people: &[Id], sight: &Sight) -> Result<()> {
    let found = store::users::by_ids(tx.conn(), people)?;
    let seen = store::users::visible(tx.conn(), people, sight)?;
    let active = found.iter().filter(|user| user.is_active() && seen.contains(&user.id)).count();
    if active == people.len() { Ok(()) } else { codes::MEMBERS_UNKNOWN.err() }
}
