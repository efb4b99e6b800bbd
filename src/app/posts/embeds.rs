//! Previews under posts: attachments, posts that are linked to (posts-and-limits.md §2, Metadata).

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::Value;

use super::add::show;
use crate::app::App;
use crate::auth::Actor;
use crate::events::{Hidden, HiddenPart};
use crate::model::Id;
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::Result;
use crate::model::posts::{Embed, Post, PostMetadata, attachments, links};
use crate::outbound::web::may_preview;
use crate::store;

/// The prop that names the post that is previewed.
const PREVIEWED: &str = "previewed_post";

/// A preview of a linked post on the wire.
#[derive(Serialize)]
struct Preview<'a> {
    post_id: Id,
    post: &'a Post,
    team_name: &'a str,
    channel_display_name: &'a str,
    channel_type: ChannelType,
    channel_id: Id,
}

/// A linked post and where it stands.
struct Linked {
    post: Post,
    channel: Channel,
    team_name: String,
}

impl App {
    /// Fills in what a new text brings along: the channels it names, the post it links to. Says which of its parts not
    /// every reader may see.
    pub(in crate::app) async fn prepare(&self, actor: &Actor, place: &Channel, post: &mut Post) -> Result<Vec<Hidden>> {
        let mut hidden = self.fill_channel_mentions(actor, place, post).await?;
        let snapshot = self.config.snapshot();
        let service = &snapshot.effective.service;
        post.props.remove(PREVIEWED);
        let link = links::first_link(&post.message, &|link| may_preview(&service.restrict_link_previews, link));
        let linked = link.and_then(|link| links::permalink(&link, &service.site_url));
        if let Some(id) = linked.filter(|_| service.enable_permalink_previews) {
            post.props.set(PREVIEWED, id.as_str());
        }
        let failed = self.look_at_links(post).await?;
        let shown = self.embed(actor, &mut [post]).await?;
        if let Some(metadata) = &mut post.metadata {
            metadata.embeds.retain(|embed| !failed.contains(&embed.url));
        }
        hidden.extend(shown.into_iter().map(|channel| Hidden {
            part: HiddenPart::Permalink,
            channel: channel.id,
            open_in: (channel.r#type == ChannelType::Open).then_some(channel.team_id),
        }));
        Ok(hidden)
    }

    /// Adds the previews that the actor may see; links to posts that they may not read are forgotten. Answers the
    /// channels of what is previewed.
    pub(super) async fn embed(&self, actor: &Actor, posts: &mut [&mut Post]) -> Result<Vec<Channel>> {
        let wanted: HashSet<Id> = posts.iter().filter_map(|post| previewed(post)).collect();
        let linked = self.linked(actor, wanted.into_iter().collect()).await?;
        self.add_previews(posts).await?;
        for post in posts.iter_mut().filter(|post| post.delete_at == 0) {
            if post.props.get(attachments::ATTACHMENTS).is_some() {
                continue;
            }
            let Some(id) = previewed(post) else { continue };
            match linked.get(&id) {
                Some(Some(found)) => add(post, "permalink", serde_json::to_value(found.preview()).ok()),
                Some(None) => {}
                None => _ = post.props.remove(PREVIEWED),
            }
        }
        Ok(linked.into_values().flatten().map(|found| found.channel).collect())
    }

    /// Adds the preview of one post to another that does not link to it.
    pub(in crate::app) async fn embed_linked(&self, actor: &Actor, post: &mut Post, shown: Id) -> Result<()> {
        if let Some(Some(found)) = self.linked(actor, vec![shown]).await?.get(&shown) {
            add(post, "permalink", serde_json::to_value(found.preview()).ok());
        }
        Ok(())
    }

    /// Linked posts by id: deleted ones are `None`, those that the actor may not read are left out.
    async fn linked(&self, actor: &Actor, ids: Vec<Id>) -> Result<HashMap<Id, Option<Linked>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut found = self
            .store
            .read(move |conn| {
                let mut posts = store::posts::by_ids(conn, &ids)?;
                store::posts::fill(conn, &mut posts.iter_mut().collect::<Vec<_>>())?;
                let channels: Vec<Id> = posts.iter().map(|post| post.channel_id).collect();
                let places = store::channels::with_team_names(conn, &channels)?;
                Ok(posts.into_iter().filter_map(|post| Some((places.get(&post.channel_id)?.clone(), post))).collect())
            })
            .await
            .map(|found: Vec<((Channel, String), Post)>| found)?;
        let readable = self.auth.readable(actor, found.iter().map(|((channel, _), _)| channel.id).collect()).await?;
        found.retain(|((channel, _), _)| readable.contains(&channel.id));
        let linked = found.into_iter().map(|((channel, team_name), mut post)| {
            show(&mut post);
            let id = post.id;
            (id, (post.delete_at == 0).then_some(Linked { post, channel, team_name }))
        });
        Ok(linked.collect())
    }
}

impl Linked {
    fn preview(&self) -> Preview<'_> {
        Preview {
            post_id: self.post.id,
            post: &self.post,
            team_name: &self.team_name,
            channel_display_name: &self.channel.display_name,
            channel_type: self.channel.r#type,
            channel_id: self.channel.id,
        }
    }
}

fn add(post: &mut Post, kind: &'static str, data: Option<Value>) {
    let metadata = post.metadata.get_or_insert_with(PostMetadata::default);
    metadata.embeds.push(Embed { r#type: kind, url: String::new(), data });
}

/// Whether a post shows another one, so that not everybody sees the same of it.
pub(super) fn previewed(post: &Post) -> Option<Id> {
    Id::parse(post.props.text(PREVIEWED))
}
