//! Groups of the directory: which there are, which of them are here, and who is in these.

use std::collections::{HashMap, HashSet};

use super::sync::unanswered;
use crate::app::App;
use crate::app::groups::{note_moved, order_sync, set_members, told};
use crate::app::jobs::Run;
use crate::auth::SystemGrant;
use crate::auth::groups::{InspectGroups, LinkGroups};
use crate::config::Settings;
use crate::events::{Change, Event};
use crate::model::errors::{Result, groups as codes, users as user_codes};
use crate::model::groups::{DirectoryGroup, Group, LDAP};
use crate::model::{Id, now};
use crate::outbound::ldap::{self, Plan};
use crate::store;
use crate::store::groups::Scope;

/// By this an order says that those as well come back into teams and channels who went from them.
pub(super) const GONE_TOO: &str = "include_removed_members";

/// Which groups of the directory are wanted.
#[derive(Debug, Clone, Default)]
pub struct DirectoryGroupSearch {
    /// Part of the name.
    pub term: String,
    /// Only such as are linked, or only others.
    pub linked: Option<bool>,
    /// Only such as teams or channels take members from, or only others.
    pub configured: Option<bool>,
    /// How many to pass over.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

impl App {
    /// A page of the groups of the directory, by name, and how many fit.
    pub async fn directory_groups(
        &self,
        _: SystemGrant<InspectGroups>,
        search: DirectoryGroupSearch,
    ) -> Result<(Vec<DirectoryGroup>, usize)> {
        let there = self.groups_there().await?;
        let (linked, tied) = self
            .store
            .read(|conn| {
                let linked = store::groups::of_source(conn, LDAP)?;
                let living: HashMap<String, Id> = linked
                    .into_iter()
                    .filter(|group| group.delete_at == 0)
                    .filter_map(|group| Some((group.remote_id?, group.id)))
                    .collect();
                let ids: Vec<Id> = living.values().copied().collect();
                let tied = store::groups::tied(conn, &ids)?;
                Ok((living, tied))
            })
            .await?;
        let shown = |group: ldap::Group| {
            let id = linked.get(&group.id).copied();
            let has_syncables = id.map(|id| tied.contains(&id));
            DirectoryGroup { mattermost_group_id: id, name: group.name, primary_key: group.id, has_syncables }
        };
        let term = search.term.to_lowercase();
        let fits = |group: &DirectoryGroup| {
            let is_linked = group.mattermost_group_id.is_some();
            group.name.to_lowercase().contains(&term)
                && search.linked.is_none_or(|wanted| wanted == is_linked)
                && search.configured.is_none_or(|wanted| wanted == group.has_syncables.unwrap_or_default())
        };
        let mut found: Vec<DirectoryGroup> = there.into_iter().map(shown).filter(fits).collect();
        found.sort_by_cached_key(|group| group.name.to_lowercase());
        let total = found.len();
        Ok((found.into_iter().skip(search.offset).take(search.limit).collect(), total))
    }

    /// Brings a group of the directory here, or back; its members come with the next synchronisation. Says whether it is
    /// here for the first time.
    pub async fn link_directory_group(&self, _: SystemGrant<LinkGroups>, remote_id: &str) -> Result<(Group, bool)> {
        let there = self.groups_there().await?;
        let entry = there.into_iter().find(|group| group.id == remote_id).ok_or(codes::REMOTE_NOT_FOUND)?;
        self.store
            .write(move |tx| {
                let Some(known) = store::groups::by_remote_id(tx.conn(), LDAP, &entry.id)? else {
                    let group = Group::from_directory(&entry.id, &entry.name);
                    group.validate()?;
                    store::groups::insert(tx, &group)?;
                    return Ok(told(tx, group)?.map(|group| (group, true)));
                };
                if known.delete_at == 0 {
                    return Ok(Change::silent((known, false), "it is here already"));
                }
                let mut group = Group { delete_at: 0, update_at: now(), ..known };
                group.call(&entry.name);
                store::groups::save(tx, &group)?;
                order_sync(tx, None)?;
                Ok(told(tx, group)?.map(|group| (group, false)))
            })
            .await
    }

    /// Lets a group of the directory go. Where groups decide on members, those go who were there because of it.
    pub async fn unlink_directory_group(&self, _: SystemGrant<LinkGroups>, remote_id: &str) -> Result<()> {
        let remote_id = remote_id.to_owned();
        self.store
            .write(move |tx| {
                let group = store::groups::by_remote_id(tx.conn(), LDAP, &remote_id)?.ok_or(codes::NOT_FOUND)?;
                if group.delete_at != 0 {
                    return Ok(Change::silent((), "it is not here any more"));
                }
                let at = now();
                let group = Group { delete_at: at, update_at: at, ..group };
                store::groups::save(tx, &group)?;
                order_sync(tx, None)?;
                Ok(told(tx, group)?.map(drop))
            })
            .await
    }

    async fn groups_there(&self) -> Result<Vec<ldap::Group>> {
        let snapshot = self.config.snapshot();
        if !snapshot.effective.ldap.enable {
            return user_codes::LDAP_OFF.err();
        }
        self.directory.groups(&Plan::of(&snapshot.effective)).await.map_err(unanswered)
    }

    /// Has the groups that are here the members that the directory says, then teams and channels. `accounts` are those
    /// who are here, by their DNs.
    pub(super) async fn sync_groups(
        &self,
        accounts: &HashMap<String, Id>,
        settings: &Settings,
        run: &mut Run,
    ) -> Result<()> {
        let linked = self.store.read(|conn| store::groups::of_source(conn, LDAP)).await?;
        let linked: Vec<Group> = linked.into_iter().filter(|group| group.delete_at == 0).collect();
        if linked.is_empty() {
            return Ok(());
        }
        let plan = Plan::of(settings);
        let there = self.directory.groups(&plan).await.map_err(unanswered)?;
        let names = self.directory.group_names(&plan).await.map_err(unanswered)?;
        for group in linked {
            let Some(entry) = there.iter().find(|entry| Some(&entry.id) == group.remote_id.as_ref()) else {
                // A filter that was mistyped must not empty teams: whoever is in the group stays in it.
                tracing::warn!(group = %group.id, name = group.display_name, "the directory does not show this group");
                run.count("groups_missing", 1);
                continue;
            };
            let members = self.directory.members_of(&plan, entry, &names).await.map_err(unanswered)?;
            let members = members.iter().filter_map(|dn| accounts.get(dn).copied()).collect();
            self.take_over_group(group.id, entry.name.clone(), members, run).await?;
            if !self.keep_run(run, 0).await? {
                return Ok(());
            }
        }
        let gone_too = run.data(GONE_TOO) == "true";
        let moved = self.sync_places(Scope { gone_too, ..Scope::default() }).await?;
        note_moved(run, moved);
        Ok(())
    }

    async fn take_over_group(&self, id: Id, name: String, members: HashSet<Id>, run: &mut Run) -> Result<()> {
        let (came, went) = self
            .store
            .write(move |tx| {
                let Some(mut group) = store::groups::by_id(tx.conn(), id)? else {
                    return Ok(Change::silent((0, 0), "it is gone"));
                };
                let (moved, mut events) = set_members(tx, id, &members)?;
                let old = group.display_name.clone();
                group.call(&name);
                if group.display_name != old {
                    group.update_at = now();
                    store::groups::save(tx, &group)?;
                    events.extend::<Vec<Event>>(told(tx, group)?.into_parts().1);
                }
                Ok(Change::silent(moved, "the events follow").and_all(events))
            })
            .await?;
        run.count("group_members_added", came);
        run.count("group_members_removed", went);
        Ok(())
    }
}
