//! The one way in which a post comes to be: rows, counters, and who is told.

use std::sync::Arc;

use super::mentions::{Concerned, Setting, concerned, title};
use crate::app::threads::{Replied, Reply, reply};
use crate::config::Settings;
use crate::events::posts::{PostEvent, Posted};
use crate::events::{Event, Hidden, Json, PostCopy};
use crate::model::Id;
use crate::model::Props;
use crate::model::channels::Channel;
use crate::model::errors::Result;
use crate::model::posts::{Post, Priority, attachments, is_countable, kinds};
use crate::model::users::User;
use crate::store::audiences::Audience;
use crate::store::posts::{Bump, MentionBump};
use crate::store::{self, Extent, Tx};

/// A post that is about to be written, complete and checked.
pub(in crate::app) struct Addition<'a> {
    /// Where it goes.
    pub channel: &'a Channel,
    /// The post.
    pub post: Post,
    /// Whose name stands over it: `@name`, a webhook's name, or "System".
    pub sender_name: String,
    /// Whether writing makes the author appear online.
    pub set_online: bool,
    /// Whom it concerns.
    pub concerned: Concerned,
    /// Who is in the channel.
    pub audience: Arc<Audience>,
    /// The parts of it that not every reader may see.
    pub hidden: Vec<Hidden>,
    /// The post it replies to, and the settings that say what follows from that.
    pub root: Option<(Post, &'a Settings)>,
    /// Whether its author has read the channel by posting.
    pub views: bool,
    /// Who counts as present for `@here`.
    pub is_online: &'a dyn Fn(Id) -> bool,
}

/// How much writing a post takes. `views` is whether its author has read the channel by posting.
pub(super) fn extent(post: &Post, concerned: &Concerned, views: bool) -> Extent {
    match is_plain(post, concerned, views)
        && concerned.mentioned.is_empty()
        && !store::posts::has_priority(post)
        && post.files().is_empty()
    {
        true => Extent::Statement,
        false => Extent::Transaction,
    }
}

/// Whether the author has read the channel whatever else follows from the post.
fn is_plain(post: &Post, concerned: &Concerned, views: bool) -> bool {
    views && post.is_root() && !concerned.mentioned.contains(&post.user_id)
}

/// A post as it was written.
pub(in crate::app) struct Added {
    /// The post as its author sees it.
    pub json: Json,
    /// What to tell.
    pub events: Vec<Event>,
    /// Whether the author has read the channel by it.
    pub viewed: bool,
    /// Who wants to be told of it by mail, if they are away.
    pub mailed: Vec<Id>,
}

/// Writes a post and moves its channel's, its thread's and its readers' counters.
pub(in crate::app) fn add(tx: &mut Tx<'_>, addition: Addition<'_>) -> Result<Added> {
    let is_plain = is_plain(&addition.post, &addition.concerned, addition.views);
    let Addition {
        channel,
        mut post,
        sender_name,
        set_online,
        mut concerned,
        audience,
        hidden,
        root,
        views,
        is_online,
    } = addition;
    if !post.files().is_empty() {
        store::files::attach_new(tx, &mut post)?;
    }
    let mut viewed = match is_plain {
        true => store::posts::insert_and_view(tx, &post, &bump(&post))?,
        false => store::posts::insert(tx, &post, &bump(&post)).map(|()| false)?,
    };
    let replied = match &root {
        Some((root, settings)) => {
            // In conversations everybody is mentioned by whatever is said.
            let named = if channel.is_conversation() { &concerned.mentioned } else { &concerned.named };
            let named = named.clone();
            let reply = Reply {
                channel,
                audience: &audience,
                root,
                post: &post,
                named: &named,
                broad: concerned.broad,
                reaches_all: concerned.may_reach_all,
                is_online,
                settings,
            };
            Some(count_reply(tx, &reply, &mut concerned)?)
        }
        None => None,
    };
    store::posts::count_mentions(tx, &concerned.mentioned, mention_bump(&post))?;
    if let Some(replied) = &replied {
        post.reply_count = replied.thread.reply_count;
    }
    show(&mut post);
    let json = Json::of(&post);
    let copy = PostCopy { json: json.clone(), hidden };
    // Whoever reads threads on their own has not read the channel by replying in one.
    if views && !is_plain && !replied.as_ref().is_some_and(|replied| replied.collapsed.is_on(post.user_id)) {
        viewed = store::posts::mark_viewed(tx, channel.id, post.user_id)?;
    }
    let mailed = mailed(&audience, &concerned.mentioned, replied.as_ref());
    let (followers, updates) = replied.map_or_else(Default::default, |replied| (replied.notified, replied.events));
    let posted = Posted {
        channel_display_name: title(channel, &audience, &sender_name),
        set_online,
        mentions: concerned.mentioned,
        eager: concerned.eager,
        followers,
        ..posted(channel, &post, copy, sender_name)
    };
    let mut events: Vec<Event> = Vec::new();
    if !channel.is_archived() {
        events.push(PostEvent::Posted(Box::new(posted)).into());
    }
    events.extend(updates);
    Ok(Added { json, events, viewed, mailed })
}

/// Who wants to be told by mail: those who are mentioned, and those who follow the thread.
fn mailed(audience: &Audience, mentioned: &[Id], replied: Option<&Replied>) -> Vec<Id> {
    let wants = |id: &Id, of_threads: bool| {
        audience.members.get(id).is_some_and(|member| member.mails && (member.mails_threads || !of_threads))
    };
    let mut users: Vec<Id> = mentioned.iter().filter(|id| wants(id, false)).copied().collect();
    for user in replied.iter().flat_map(|replied| &replied.followers).filter(|id| wants(id, true)) {
        if !users.contains(user) {
            users.push(*user);
        }
    }
    users
}

/// Counts a reply in its thread; whom it concerns because of the thread is mentioned like the others.
fn count_reply(tx: &mut Tx<'_>, said: &Reply<'_>, concerned: &mut Concerned) -> Result<Replied> {
    let replied = reply(tx, said)?;
    for user in &replied.commented {
        if !concerned.mentioned.contains(user) {
            concerned.mentioned.push(*user);
        }
    }
    Ok(replied)
}

/// Takes out of a stored post what nobody is shown.
pub(in crate::app) fn show(post: &mut Post) {
    if !post.props.is_empty() {
        attachments::hide_integrations(&mut post.props);
        super::channel_mentions::hide_ids(&mut post.props);
    }
}

/// How far a post moves its channel's counters; posts about comings and goings are not counted (posts-and-limits.md §5).
fn bump(post: &Post) -> Bump {
    let (counts, root) = (i64::from(is_countable(&post.r#type)), post.root_id.is_none());
    Bump {
        channel: post.channel_id,
        at: post.create_at,
        messages: counts,
        roots: if root { counts } else { 0 },
        root_at: if root { post.create_at } else { 0 },
    }
}

fn mention_bump(post: &Post) -> MentionBump {
    let root = i64::from(post.is_root());
    let priority = post.metadata.as_ref().and_then(|m| m.priority.as_ref());
    let urgent = if priority.is_some_and(|p| p.priority == Priority::URGENT) { root } else { 0 };
    MentionBump { channel: post.channel_id, at: post.create_at, root, urgent }
}

/// Writes a post by which the server tells a channel what somebody did. Its sentence is for clients that know no better.
pub(in crate::app) fn system_post(
    tx: &mut Tx<'_>,
    channel: &Channel,
    kind: &str,
    by: &User,
    sentence: String,
    props: Props,
) -> Result<PostEvent> {
    let post = Post::system(kind, by.id, channel.id, sentence, props);
    let added = Id::parse(post.props.text("addedUserId"))
        .filter(|_| matches!(kind, kinds::ADD_TO_CHANNEL | kinds::ADD_GUEST_TO_CHANNEL));
    let concerned = Concerned { mentioned: added.into_iter().collect(), ..Concerned::default() };
    write_system_post(tx, channel, post, concerned)
}

/// Like [`system_post`], for posts that repeat what somebody wrote: it concerns whom it names, and in conversations
/// everybody.
pub(in crate::app) fn system_post_concerning(
    tx: &mut Tx<'_>,
    at: &Setting<'_>,
    kind: &str,
    by: &User,
    sentence: String,
    props: Props,
) -> Result<PostEvent> {
    let post = Post::system(kind, by.id, at.channel.id, sentence, props);
    let concerned = concerned(&post, at);
    write_system_post(tx, at.channel, post, concerned)
}

fn write_system_post(tx: &mut Tx<'_>, channel: &Channel, post: Post, concerned: Concerned) -> Result<PostEvent> {
    store::posts::insert(tx, &post, &bump(&post))?;
    store::posts::count_mentions(tx, &concerned.mentioned, mention_bump(&post))?;
    let (mentions, eager) = (concerned.mentioned, concerned.eager);
    let copy = Json::of(&post).into();
    let posted = Posted { mentions, eager, set_online: true, ..posted(channel, &post, copy, "System".into()) };
    Ok(PostEvent::Posted(Box::new(posted)))
}

/// `posted`, not yet concerning anybody.
fn posted(channel: &Channel, post: &Post, copy: PostCopy, sender_name: String) -> Posted {
    Posted {
        post: copy,
        author: post.user_id,
        channel: channel.id,
        team: channel.team_id,
        channel_type: channel.r#type.letter(),
        channel_display_name: channel.display_name.clone(),
        channel_name: channel.name.clone(),
        sender_name,
        set_online: false,
        has_files: !post.files().is_empty(),
        has_image: post.metadata.iter().flat_map(|m| &m.files).any(|file| file.mime_type.starts_with("image/")),
        mentions: Vec::new(),
        followers: Vec::new(),
        eager: Vec::new(),
    }
}
