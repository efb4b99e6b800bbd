//! Pressing a button, choosing from a menu.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::cookie::{Cookie, RETAINED, cookie_of, retained};
use crate::app::App;
use crate::app::posts::ephemeral;
use crate::app::webhooks::patience;
use crate::auth::channels::ReadPosts;
use crate::auth::posts::PressAction;
use crate::auth::{Actor, ChannelGrant, PostGrant};
use crate::events::Json;
use crate::events::posts::PostEvent;
use crate::model::channels::Channel;
use crate::model::errors::{Result, channels as channel_codes, forbidden, integrations as codes, posts as post_codes};
use crate::model::posts::{Post, PostPatch, attachments, slack};
use crate::model::{Id, Props, json};
use crate::outbound::calls::ProgramCall;

/// What a client sends when somebody presses an action.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Press {
    /// What was chosen from a menu.
    pub selected_option: String,
    /// The action's cookie, where it has one.
    pub cookie: String,
}

/// What the program behind it is told.
#[derive(Debug, Serialize)]
struct Pressed<'a> {
    user_id: Id,
    user_name: &'a str,
    channel_id: Id,
    channel_name: &'a str,
    team_id: Id,
    team_domain: &'a str,
    post_id: Id,
    trigger_id: &'a str,
    r#type: &'a str,
    data_source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Map<String, Value>>,
}

/// What it answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reaction {
    update: Option<Update>,
    ephemeral_text: String,
    skip_slack_parsing: bool,
}

/// The post as it is to be.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Update {
    message: String,
    props: Option<Props>,
}

impl App {
    /// Presses an action; answers the id by which the client knows dialogs that are opened for it.
    pub async fn press_action(&self, actor: Actor, post: Id, action: &str, press: Press) -> Result<Id> {
        match press.cookie.is_empty() {
            true => self.press_stored(actor, post, action, press).await,
            false => self.press_shown(actor, post, action, press).await,
        }
    }

    /// An action of a post that is stored.
    async fn press_stored(&self, actor: Actor, post: Id, action: &str, press: Press) -> Result<Id> {
        let grant: PostGrant<PressAction> = self.auth.post(actor, post).await?;
        let post = grant.post();
        if post.delete_at != 0 {
            return post_codes::NOT_FOUND.err();
        }
        let blank = Cookie {
            post_id: post.id,
            root_id: post.thread_id(),
            channel_id: post.channel_id,
            retained: retained(post),
            ..Cookie::default()
        };
        let found = attachments::actions(&post.props).find(|known| known.get("id").is_some_and(|id| id == action));
        let what = found.and_then(|known| cookie_of(known, &blank)).ok_or(codes::ACTION_UNKNOWN)?;
        let (trigger, reaction) = self.call_action(grant.actor(), grant.channel(), &what, press).await?;
        self.tell_presser(grant.actor(), &what, &reaction).await?;
        if let Some(update) = reaction.update {
            self.update_by_action(grant.actor().clone(), &what, update).await?;
        }
        Ok(trigger)
    }

    /// An action of a post that was only shown.
    async fn press_shown(&self, actor: Actor, post: Id, action: &str, press: Press) -> Result<Id> {
        let what = self.read_cookie(&press.cookie, &actor).await?;
        let grant: ChannelGrant<ReadPosts> = self
            .auth
            .channel(actor, what.channel_id)
            .await
            .map_err(|error| if error.is(channel_codes::NOT_FOUND) { forbidden() } else { error })?;
        if what.post_id != post || what.action != action {
            return codes::ACTION_COOKIE.err();
        }
        let (trigger, reaction) = self.call_action(grant.actor(), grant.channel(), &what, press).await?;
        self.tell_presser(grant.actor(), &what, &reaction).await?;
        if let Some(update) = reaction.update {
            let props = kept_props(update.props.unwrap_or_default(), &what.retained);
            let shown = ephemeral(grant.actor().id(), what.channel_id, update.message, props);
            let root_id = if what.root_id == what.post_id { Id::NONE } else { what.root_id };
            let shown = self.shown_once(Post { id: what.post_id, root_id, ..shown }).await?;
            let (user, channel, post) = (grant.actor().id(), what.channel_id, Json::of(&shown));
            self.hub.publish(vec![PostEvent::EphemeralEdited { user, channel, post }.into()]);
        }
        Ok(trigger)
    }

    async fn call_action(
        &self,
        actor: &Actor,
        channel: &Channel,
        what: &Cookie,
        press: Press,
    ) -> Result<(Id, Reaction)> {
        let trigger = self.issue_trigger(actor.id()).await?;
        let team = match channel.team_id.some() {
            Some(team) => self.store.team(team).await?,
            None => None,
        };
        let chosen = what.r#type == "select" && !press.selected_option.is_empty();
        let mut context = what.context.clone().filter(|context| !context.is_empty());
        if chosen {
            let option = press.selected_option.into();
            context.get_or_insert_default().insert("selected_option".to_owned(), option);
        }
        let pressed = Pressed {
            user_id: actor.id(),
            user_name: &actor.user().username,
            channel_id: channel.id,
            channel_name: &channel.name,
            team_id: channel.team_id,
            team_domain: team.as_ref().map_or("", |team| team.name.as_str()),
            post_id: what.post_id,
            trigger_id: &trigger.signed,
            r#type: &what.r#type,
            data_source: if chosen { &what.data_source } else { "" },
            context,
        };
        let body = self.ask_program(&what.url, &pressed).await?;
        let unreadable = |_| codes::ACTION_FAILED.with(&[&"its answer can't be read"]);
        let reaction = if body.is_empty() { Ok(Reaction::default()) } else { json::decode(&body).map_err(unreadable) };
        Ok((trigger.id, reaction?))
    }

    /// Sends a program JSON and answers what it says; only the status 200 counts.
    pub(super) async fn ask_program(&self, url: &str, told: &impl Serialize) -> Result<bytes::Bytes> {
        let call = ProgramCall {
            url: url.to_owned(),
            by_get: false,
            content_type: "application/json",
            body: crate::app::encoded(told)?,
            token: None,
            timeout: patience(&self.config.snapshot().effective),
        };
        let answer = self.web.call(call).await.map_err(|why| codes::ACTION_FAILED.with(&[&why.in_public()]))?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(codes::ACTION_FAILED.with(&[&format_args!("its status was {status}")])),
        }
    }

    async fn tell_presser(&self, actor: &Actor, what: &Cookie, reaction: &Reaction) -> Result<()> {
        if reaction.ephemeral_text.is_empty() {
            return Ok(());
        }
        let message = match reaction.skip_slack_parsing {
            true => reaction.ephemeral_text.clone(),
            false => slack::to_markdown(&reaction.ephemeral_text, &|_| None),
        };
        let post = ephemeral(actor.id(), what.channel_id, message, Props(what.retained.clone()));
        self.show_to(actor.id(), Post { root_id: what.root_id, ..post }).await.map(drop)
    }

    /// Changes the post as it is now: its program may have taken long to answer.
    async fn update_by_action(&self, actor: Actor, what: &Cookie, update: Update) -> Result<()> {
        let grant: PostGrant<PressAction> = self.auth.post(actor, what.post_id).await?;
        if grant.post().delete_at != 0 {
            return post_codes::NOT_FOUND.err();
        }
        let patch = PostPatch {
            message: Some(update.message),
            props: update.props.map(|props| kept_props(props, &what.retained)),
            ..PostPatch::default()
        };
        self.update_by_program(grant, patch).await
    }
}

/// New props of a post, but for those that say who seems to have written it: they stay as they were.
fn kept_props(mut new: Props, retained: &Map<String, Value>) -> Props {
    for key in RETAINED {
        match retained.get(key) {
            Some(value) => new.set(key, value.clone()),
            None => {
                new.remove(key);
            }
        }
    }
    attachments::normalize(&mut new);
    new
}
