//! Incoming webhooks: managing them, and what a call of one posts (posts-and-limits.md §10, surprises.md "Integrations").

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::app::App;
use crate::app::channels::open_direct;
use crate::app::posts::Occasion;
use crate::auth::channels::PostByHook;
use crate::auth::integrations::{self as rules};
use crate::auth::{Actor, ChannelGrant};
use crate::config::Settings;
use crate::events::Change;
use crate::model::channels::Channel;
use crate::model::errors::{AppError, Result, channels as channel_codes, integrations as codes, users as user_codes};
use crate::model::errors::{invalid_body, posts as post_codes};
use crate::model::integrations::{HookCall, IncomingHook, IncomingHookInput, OutgoingHook};
use crate::model::posts::{Post, PostMetadata, attachments, hashtags, is_system, slack};
use crate::model::users::normalize_username;
use crate::model::{Id, Props, now};
use crate::store;

/// The name over a post whose webhook has none.
const DEFAULT_NAME: &str = "webhook";
/// Props of a post that are the server's to set.
const OWN_PROPS: [&str; 6] = [
    "from_webhook",
    "override_username",
    "override_icon_url",
    "override_icon_emoji",
    "webhook_display_name",
    attachments::ATTACHMENTS,
];

impl App {
    /// Makes an incoming webhook for a channel, for oneself or for somebody else.
    pub async fn create_incoming_hook(&self, actor: &Actor, input: IncomingHookInput) -> Result<IncomingHook> {
        let channel = self.hook_channel(&input.channel_id).await?;
        let managed = self.auth.manage_incoming(actor, &channel).await?;
        let owner = match input.user_id.as_str() {
            "" => actor.id(),
            other if other == actor.id().as_str() => actor.id(),
            other => {
                managed.need(rules::Whose::Everybodys)?;
                let user = match Id::parse(other) {
                    Some(id) => self.auth.known(actor, id).await?,
                    None => None,
                };
                user.ok_or(user_codes::NOT_FOUND)?.id
            }
        };
        self.need_incoming()?;
        if !input.id.is_empty() {
            return codes::INCOMING_EXISTING.err();
        }
        let at = now();
        let blank = IncomingHook {
            id: Id::random(),
            create_at: at,
            user_id: owner,
            team_id: channel.team_id,
            ..IncomingHook::default()
        };
        let hook = filled(blank, &channel, input, managed.may_leave, &self.config.snapshot().effective);
        hook.validate()?;
        self.store
            .write(move |tx| {
                store::integrations::insert_incoming(tx, &hook)?;
                Ok(Change::silent(hook, "webhooks are asked for, never told"))
            })
            .await
    }

    /// Changes an incoming webhook; whose it is stays.
    pub async fn update_incoming_hook(&self, actor: &Actor, id: Id, input: IncomingHookInput) -> Result<IncomingHook> {
        if input.id != id.as_str() {
            return Err(invalid_body("hook_id"));
        }
        let old = self.known_incoming(id).await?;
        if !input.team_id.is_empty() && input.team_id != old.team_id.as_str() {
            return codes::HOOK_TEAM.err();
        }
        let channel = self.hook_channel(&input.channel_id).await?;
        if channel.team_id != old.team_id {
            return Err(invalid_body("channel_id"));
        }
        let managed = self.auth.manage_incoming(actor, &channel).await?;
        managed.need(rules::Whose::Own(old.user_id))?;
        let hook = filled(old, &channel, input, managed.may_leave, &self.config.snapshot().effective);
        hook.validate()?;
        self.store
            .write(move |tx| {
                store::integrations::save_incoming(tx, &hook)?;
                Ok(Change::silent(hook, "webhooks are asked for, never told"))
            })
            .await
    }

    /// Deletes an incoming webhook: its address is nobody's from then on.
    pub async fn delete_incoming_hook(&self, actor: &Actor, id: Id) -> Result<()> {
        let hook = self.incoming_hook(actor, id).await?;
        self.store
            .write(move |tx| {
                store::integrations::delete_incoming(tx, hook.id, now())?;
                Ok(Change::silent((), "webhooks are asked for, never told"))
            })
            .await
    }

    /// Posts what a program said by a webhook.
    pub async fn call_incoming_hook(&self, id: &str, call: HookCall) -> Result<()> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        if !settings.service.enable_incoming_webhooks {
            return codes::CALL_OFF.err();
        }
        let hook = match Id::parse(id) {
            Some(id) => self.store.read(move |conn| store::integrations::incoming(conn, id)).await?,
            None => None,
        };
        let hook = hook.ok_or_else(|| refused("there is no such webhook."))?;
        let attached = call.attachments.as_ref().is_some_and(|list| !list.is_empty());
        if call.text.is_empty() && !attached {
            return Err(refused("it needs a text or attachments."));
        }
        let channel = self.called_channel(&hook, &call.channel).await?;
        if hook.channel_locked && channel.id != hook.channel_id {
            return codes::CALL_FORBIDDEN.err();
        }
        let owner = self.auth.stand_in_for(hook.user_id).await?.ok_or(codes::CALL_FORBIDDEN)?;
        let call = self.in_markdown(&owner, call).await?;
        let grant = self.auth.channel::<PostByHook>(owner, channel.id).await;
        let grant = grant.map_err(|_| codes::CALL_FORBIDDEN.error())?;
        if channel.is_archived() {
            return Err(refused(post_codes::CHANNEL_DELETED.text));
        }
        for post in posts_of(&Speaker::from(&hook), &channel, call, settings)? {
            self.post_by_hook(&grant, post).await?;
        }
        Ok(())
    }

    pub(super) async fn post_by_hook(&self, grant: &ChannelGrant<PostByHook>, post: Post) -> Result<()> {
        self.make_post(grant, post, Occasion::default()).await.map(drop).map_err(|error| match error.status {
            400..500 => refused(&error.message),
            _ => error,
        })
    }

    pub(in crate::app) async fn known_incoming(&self, id: Id) -> Result<IncomingHook> {
        self.need_incoming()?;
        let hook = self.store.read(move |conn| store::integrations::incoming(conn, id)).await?;
        Ok(hook.ok_or(codes::INCOMING_NOT_FOUND)?)
    }

    async fn hook_channel(&self, id: &str) -> Result<Arc<Channel>> {
        let Some(id) = Id::parse(id) else { return channel_codes::NOT_FOUND.err() };
        let unknown = || AppError {
            message: format!("There is no channel with the id {id}.").into(),
            ..channel_codes::NOT_FOUND.error()
        };
        self.store.channel(id).await?.ok_or_else(unknown)
    }

    /// The channel that a call means: the webhook's own unless it names another one, or a person.
    async fn called_channel(&self, hook: &IncomingHook, name: &str) -> Result<Channel> {
        if name.is_empty() {
            let channel = self.store.channel(hook.channel_id).await?.ok_or(codes::CALL_NOT_FOUND)?;
            return Ok(Channel::clone(&channel));
        }
        if let Some(username) = name.strip_prefix('@') {
            return self.called_person(hook, normalize_username(username)).await;
        }
        let (team, name) = (hook.team_id, name.strip_prefix('#').unwrap_or(name).to_owned());
        let found = self.store.read(move |conn| store::channels::by_name(conn, team, &name)).await?;
        Ok(found.filter(|channel| !channel.is_archived()).ok_or(codes::CALL_NOT_FOUND)?)
    }

    async fn called_person(&self, hook: &IncomingHook, username: String) -> Result<Channel> {
        let found = self.store.read(move |conn| store::users::by_username(conn, &username)).await?;
        let known = match self.auth.stand_in_for(hook.user_id).await? {
            Some(owner) => self.auth.known_among(&owner, found.into_iter().collect()).await?.pop(),
            None => found,
        };
        let other = known.ok_or_else(|| refused("there is nobody of that name."))?;
        if hook.channel_locked {
            return codes::CALL_FORBIDDEN.err();
        }
        let owner = self.store.user(hook.user_id).await?.ok_or(codes::CALL_FORBIDDEN)?;
        let other = Arc::new(other);
        self.check_restriction(&owner, &other).await.map_err(|_| codes::CALL_FORBIDDEN.error())?;
        self.store.write(move |tx| open_direct(tx, &owner, &other)).await
    }

    /// The names of those of these people whom somebody may know of.
    pub(in crate::app) async fn names_known_to(&self, actor: &Actor, ids: Vec<Id>) -> Result<HashMap<Id, String>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let people = self.store.read(move |conn| store::users::by_ids(conn, &ids)).await?;
        let known = self.auth.known_among(actor, people).await?;
        Ok(known.into_iter().map(|user| (user.id, user.username)).collect())
    }

    /// The texts of a call without Slack's marks, in the name of whoever set the program up.
    pub(in crate::app) async fn in_markdown(&self, owner: &Actor, mut call: HookCall) -> Result<HookCall> {
        let mut ids = slack::people(&call.text);
        for attachment in call.attachments.iter().flatten().flatten() {
            for text in ["text", "pretext"].iter().filter_map(|key| attachment.get(*key)?.as_str()) {
                ids.extend(slack::people(text));
            }
        }
        let names = self.names_known_to(owner, ids).await?;
        let markdown = |text: &str| slack::to_markdown(text, &|id| names.get(&id).cloned());
        for attachment in call.attachments.iter_mut().flatten().flatten() {
            rewrite(attachment, &markdown);
        }
        call.text = markdown(&call.text);
        Ok(call)
    }
}

/// Rewrites the texts of an attachment; the values of its fields become texts.
fn rewrite(attachment: &mut Map<String, Value>, markdown: &impl Fn(&str) -> String) {
    for key in ["text", "pretext", "title"] {
        if let Some(Value::String(text)) = attachment.get_mut(key) {
            *text = markdown(text);
        }
    }
    let fields = attachment.get_mut("fields").and_then(Value::as_array_mut);
    for value in fields.into_iter().flatten().filter_map(|field| field.get_mut("value")) {
        *value = match &value {
            Value::String(text) => markdown(text).into(),
            Value::Null => Value::Null,
            other => other.to_string().into(),
        };
    }
}

/// The webhook with what a client wants of it, as far as the settings and the client's rights let it.
fn filled(
    old: IncomingHook,
    channel: &Channel,
    input: IncomingHookInput,
    may_leave: bool,
    settings: &Settings,
) -> IncomingHook {
    let names = settings.service.enable_post_username_override;
    let icons = settings.service.enable_post_icon_override;
    IncomingHook {
        update_at: now(),
        channel_id: channel.id,
        display_name: input.display_name,
        description: input.description,
        username: if names { input.username } else { old.username },
        icon_url: if icons { input.icon_url } else { old.icon_url },
        channel_locked: input.channel_locked || !may_leave,
        ..old
    }
}

/// In whose name a webhook posts, and what its posts show.
pub(super) struct Speaker<'h> {
    user: Id,
    display_name: &'h str,
    username: &'h str,
    icon_url: &'h str,
}

impl<'h> From<&'h IncomingHook> for Speaker<'h> {
    fn from(hook: &'h IncomingHook) -> Self {
        let IncomingHook { display_name, username, icon_url, .. } = hook;
        Speaker { user: hook.user_id, display_name, username, icon_url }
    }
}

impl<'h> From<&'h OutgoingHook> for Speaker<'h> {
    fn from(hook: &'h OutgoingHook) -> Self {
        let OutgoingHook { display_name, username, icon_url, .. } = hook;
        Speaker { user: hook.creator_id, display_name, username, icon_url }
    }
}

/// The posts that a call makes: one, or several where the text is too long for one, attachments with the last.
pub(super) fn posts_of(
    hook: &Speaker<'_>,
    channel: &Channel,
    call: HookCall,
    settings: &Settings,
) -> Result<Vec<Post>> {
    if is_system(&call.r#type) {
        return Err(refused("posts of this type are the server's to make."));
    }
    let attached = call.attachments.as_ref().is_some_and(|list| !list.is_empty());
    let kind = if attached { "slack_attachment".to_owned() } else { call.r#type.clone() };
    let props = props_of(hook, &call, settings);
    let post = |(number, message): (usize, String)| Post {
        id: Id::random(),
        create_at: now() + number as i64,
        update_at: now() + number as i64,
        user_id: hook.user,
        channel_id: channel.id,
        hashtags: hashtags(&message),
        message,
        r#type: kind.clone(),
        props: props.clone(),
        file_ids: Some(Vec::new()),
        metadata: Some(PostMetadata { priority: call.priority.clone(), ..PostMetadata::default() }),
        ..Post::default()
    };
    let mut posts: Vec<Post> =
        split(&call.text, settings.kollegium.longest_message()).into_iter().enumerate().map(post).collect();
    if let (Some(last), Some(list)) = (posts.last_mut(), call.attachments.filter(|_| attached)) {
        let list: Vec<Value> = list.into_iter().flatten().map(Value::Object).collect();
        last.props.set(attachments::ATTACHMENTS, list);
        attachments::normalize(&mut last.props);
    }
    if let Some(priority) = &call.priority
        && (priority.priority.is_empty()
            || priority.persistent_notifications == Some(true)
            || !settings.service.post_priority)
    {
        return Err(refused("there is no such priority."));
    }
    Ok(posts)
}

/// What stands with the text: who seems to say it, and what the program adds.
fn props_of(hook: &Speaker<'_>, call: &HookCall, settings: &Settings) -> Props {
    let mut props = Props::default();
    for (key, value) in call.props.iter().flatten().filter(|(key, _)| !OWN_PROPS.contains(&key.as_str())) {
        props.set(key, value.clone());
    }
    props.set("from_webhook", "true");
    props.set("webhook_display_name", hook.display_name);
    let first = |own: &str, other: &str| if own.is_empty() { other.to_owned() } else { own.to_owned() };
    if settings.service.enable_post_username_override {
        let name = first(&call.username, hook.username);
        props.set("override_username", first(&name, DEFAULT_NAME));
    }
    if settings.service.enable_post_icon_override {
        let icon = first(&call.icon_url, hook.icon_url);
        if !icon.is_empty() {
            props.set("override_icon_url", icon);
        }
        if !call.icon_emoji.is_empty() {
            props.set("override_icon_emoji", call.icon_emoji.as_str());
            if let Some(picture) = picture_of(call.icon_emoji.trim_matches(':')) {
                props.set("override_icon_url", picture);
            }
        }
    }
    props
}

/// Where the clients' files have the picture of an emoji.
fn picture_of(name: &str) -> Option<String> {
    let emoji = emojis::get_by_shortcode(name)?;
    let code: Vec<String> = emoji.as_str().chars().map(|c| format!("{:04x}", u32::from(c))).collect();
    Some(format!("/static/emoji/{}.png", code.join("-")))
}

/// A text in pieces that each fit a message of so many code points.
fn split(text: &str, longest: usize) -> Vec<String> {
    let runes: Vec<char> = text.chars().collect();
    match runes.is_empty() {
        true => vec![String::new()],
        false => runes.chunks(longest.max(1)).map(|piece| piece.iter().collect()).collect(),
    }
}

fn refused(why: &str) -> AppError {
    codes::CALL_REFUSED.with(&[&why])
}
