//! Groups of people that can be mentioned together.

mod members;
mod outside;
mod places;
mod read;
mod sync;
mod syncables;
mod write;

use crate::model::Id;
use crate::model::errors::Result;
use crate::model::groups::Group;
use crate::model::users::Sight;
use crate::store;
use crate::store::conn::Conn;

pub use crate::store::groups::{Archived, Wanted};
pub(in crate::app) use members::set_members;
pub use outside::Candidate;
pub use places::TiedSearch;
pub(in crate::app) use sync::note as note_moved;
pub(in crate::app) use syncables::order_sync;
pub(in crate::app) use write::told;

/// What is to be answered of groups besides themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Details {
    /// How many members they have.
    pub member_count: bool,
    /// Who these are.
    pub member_ids: bool,
    /// How many members of this channel are in them.
    pub in_channel: Option<Id>,
    /// In how many time zones these are.
    pub timezones: bool,
}

/// What `GET /groups` asks for.
#[derive(Debug, Clone, Default)]
pub struct GroupSearch {
    /// Which groups.
    pub wanted: Wanted,
    /// What of them.
    pub details: Details,
    /// Groups that the team of `wanted.not_of_channel` takes its members from, if it takes them from any.
    pub of_parent_team: bool,
}

/// Fills in what is wanted of groups, each in one query.
pub(super) fn fill(conn: &mut Conn, groups: &mut [Group], details: Details, sight: &Sight) -> Result<()> {
    if details.member_count {
        count_members(conn, groups.iter_mut().collect(), sight)?;
    }
    if details.member_ids {
        let ids: Vec<Id> = groups.iter().map(|group| group.id).collect();
        let mut members = store::groups::member_ids(conn, &ids, sight)?;
        for group in groups.iter_mut() {
            group.member_ids = members.remove(&group.id);
        }
    }
    if let Some(channel) = details.in_channel {
        let counts = store::groups::counts_in_channel(conn, channel, details.timezones)?;
        for group in groups.iter_mut() {
            let count = counts.iter().find(|count| count.group_id == group.id);
            group.channel_member_count = Some(count.map_or(0, |count| count.channel_member_count));
            let zones = count.map_or(0, |count| count.channel_member_timezones_count);
            group.channel_member_timezones_count = details.timezones.then_some(zones);
        }
    }
    Ok(())
}

pub(super) fn count_members(conn: &mut Conn, groups: Vec<&mut Group>, sight: &Sight) -> Result<()> {
    let ids: Vec<Id> = groups.iter().map(|group| group.id).collect();
    let counts = store::groups::member_counts(conn, &ids, sight)?;
    for group in groups {
        group.member_count = Some(counts.get(&group.id).copied().unwrap_or_default());
    }
    Ok(())
}
