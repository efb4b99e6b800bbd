//! Groups that a post mentions: their members in the channel hear of it as if they were named.

use super::mentions::{Concerned, add_once, takes_broad};
use crate::app::App;
use crate::auth::ChannelGrant;
use crate::config::Settings;
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::Result;
use crate::model::groups::Syncable;
use crate::model::permissions::Permission;
use crate::model::posts::Post;
use crate::store;
use crate::store::audiences::Audience;
use crate::store::groups::{Mentionable, MentionedGroup};

/// The most names that are looked up for one post.
pub(super) const MOST_NAMES: usize = 50;

impl App {
    /// Puts the members of mentioned groups among those whom a post concerns; those who are not in the channel are named
    /// in vain. Answers the groups of which nobody is in the team. The database is asked only where names stand after an
    /// `@` that no member has.
    pub(super) async fn concern_groups<A>(
        &self,
        grant: &ChannelGrant<A>,
        post: &Post,
        audience: &Audience,
        concerned: &mut Concerned,
        settings: &Settings,
    ) -> Result<Vec<String>> {
        let channel = grant.channel();
        let counts = channel.r#type != ChannelType::Direct
            && takes_broad(post)
            && !concerned.unknown.is_empty()
            && grant.actor().may_in(grant.place(), Permission::use_group_mentions);
        if !counts {
            return Ok(Vec::new());
        }
        let names: Vec<String> = concerned.unknown.iter().take(MOST_NAMES).cloned().collect();
        let team = channel.team_id.some();
        let which = Mentionable {
            team,
            tied_to: self.chosen_groups(channel).await?,
            custom: settings.service.enable_custom_groups,
        };
        let groups = self.store.read(move |conn| store::groups::mentioned(conn, &names, which)).await?;
        let nobody = groups.iter().filter(|group| team.is_some() && group.members.is_empty());
        let empty = nobody.map(|group| group.name.clone()).collect();
        groups.iter().for_each(|group| concern(group, post, audience, concerned));
        Ok(empty)
    }

    /// The channel, or else its team, if groups decide who is in it: only these groups of a directory are mentioned there.
    async fn chosen_groups(&self, channel: &Channel) -> Result<Option<Syncable>> {
        if channel.group_constrained == Some(true) {
            return Ok(Some(Syncable::Channel(channel.id)));
        }
        let team = self.store.team(channel.team_id).await?.filter(|team| team.group_constrained == Some(true));
        Ok(team.map(|team| Syncable::Team(team.id)))
    }
}

fn concern(group: &MentionedGroup, post: &Post, audience: &Audience, concerned: &mut Concerned) {
    concerned.unknown.retain(|name| *name != group.name);
    for (id, username) in group.members.iter().filter(|(id, _)| *id != post.user_id) {
        if audience.has(*id) {
            add_once(&mut concerned.named, *id);
            add_once(&mut concerned.mentioned, *id);
        } else if !concerned.unknown.contains(username) {
            concerned.unknown.push(username.clone());
        }
    }
}
