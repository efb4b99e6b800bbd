//! Channels that a post names as `~name` (posts-and-limits.md §2): the prop `channel_mentions`, and who may see it.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::auth::Actor;
use crate::events::{Hidden, HiddenPart};
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::Result;
use crate::model::posts::{Post, channel_mentions};
use crate::model::{Id, Props};
use crate::store;

/// The prop: for each name the channel's title, its team's name, and, stored only, its id.
const PROP: &str = "channel_mentions";

impl App {
    /// Fills the prop of a post with the named channels that its author reads, and says who may see each of them. In
    /// conversations the author's client says which team is meant.
    pub(super) async fn fill_channel_mentions(
        &self,
        actor: &Actor,
        place: &Channel,
        post: &mut Post,
    ) -> Result<Vec<Hidden>> {
        post.props.remove(PROP);
        let meant = Id::parse(post.props.text("current_team_id")).filter(|_| place.is_conversation());
        post.props.remove("current_team_id");
        let texts = post.texts();
        let names: Vec<String> = texts.iter().flat_map(|text| channel_mentions(text)).map(str::to_lowercase).collect();
        let team = place.team_id.some().or(meant);
        let Some(team) = team.filter(|_| !names.is_empty()) else { return Ok(Vec::new()) };
        let found = self.store.read(move |conn| store::channels::by_names(conn, team, &names)).await?;
        let readable = self.auth.readable(actor, found.iter().map(|c| c.id).collect()).await?;
        let named: Vec<Channel> = found.into_iter().filter(|c| readable.contains(&c.id)).collect();
        let Some(team) = self.store.team(team).await?.filter(|_| !named.is_empty()) else { return Ok(Vec::new()) };
        let entry = |c: &Channel| json!({"display_name": c.display_name, "team_name": team.name, "id": c.id});
        let entries: Map<String, Value> = named.iter().map(|c| (c.name.clone(), entry(c))).collect();
        post.props.set(PROP, entries);
        Ok(named.iter().map(hidden).collect())
    }

    /// Takes out of posts the channels that the reader may not read.
    pub(in crate::app) async fn hide_channel_mentions(&self, actor: &Actor, posts: &mut [&mut Post]) -> Result<()> {
        let named: HashSet<Id> = posts.iter().flat_map(|post| ids(&post.props)).collect();
        if !named.is_empty() {
            let readable = self.auth.readable(actor, named.into_iter().collect()).await?;
            for post in posts.iter_mut() {
                keep(&mut post.props, &readable);
            }
        }
        Ok(())
    }
}

/// Who may see that a channel is named.
fn hidden(channel: &Channel) -> Hidden {
    Hidden {
        part: HiddenPart::ChannelMention(channel.name.clone()),
        channel: channel.id,
        open_in: (channel.r#type == ChannelType::Open).then_some(channel.team_id),
    }
}

fn entries(props: &mut Props) -> Option<&mut Map<String, Value>> {
    props.0.get_mut(PROP)?.as_object_mut()
}

fn ids(props: &Props) -> Vec<Id> {
    let entries = props.get(PROP).and_then(Value::as_object);
    entries.into_iter().flat_map(Map::values).filter_map(id_of).collect()
}

fn id_of(entry: &Value) -> Option<Id> {
    entry.get("id").and_then(Value::as_str).and_then(Id::parse)
}

fn keep(props: &mut Props, readable: &HashSet<Id>) {
    let Some(found) = entries(props) else { return };
    found.retain(|_, entry| id_of(entry).is_some_and(|id| readable.contains(&id)));
    if found.is_empty() {
        props.remove(PROP);
    }
}

/// Whether a post names channels, so that not everybody sees the same of it.
pub(in crate::app) fn names_channels(post: &Post) -> bool {
    post.props.get(PROP).is_some()
}

/// Takes the ids out, which are for the server alone.
pub(super) fn hide_ids(props: &mut Props) {
    for entry in entries(props).into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        entry.remove("id");
    }
}
