//! Telling programs what was said, and posting what they answer.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::auth::ChannelGrant;
use crate::auth::channels::PostByHook;
use crate::config::Settings;
use crate::model::channels::{Channel, ChannelType};
use crate::model::errors::{Result, integrations as codes};
use crate::model::integrations::{OutgoingAnswer, OutgoingHook, OutgoingPayload};
use crate::model::posts::Post;
use crate::model::users::User;
use crate::model::{Id, json};
use crate::outbound::calls::ProgramCall;

use super::incoming::{Speaker, posts_of};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// What a program is told about a post, and what to do with its answer.
pub(in crate::app) struct Delivery {
    hook: OutgoingHook,
    payload: OutgoingPayload,
}

impl App {
    /// What programs are to be told about something that is being said; nothing outside public channels.
    pub(in crate::app) async fn triggered(
        &self,
        author: &User,
        channel: &Channel,
        post: &Post,
    ) -> Result<Vec<Delivery>> {
        let on = self.config.snapshot().effective.service.enable_outgoing_webhooks;
        if !on || channel.r#type != ChannelType::Open {
            return Ok(Vec::new());
        }
        let hooks = self.store.outgoing_hooks(channel.team_id).await?;
        let first_word = post.message.split_whitespace().next().unwrap_or_default();
        let fired: Vec<(&OutgoingHook, &str)> =
            hooks.iter().filter_map(|hook| Some((hook, hook.trigger(channel.id, first_word)?))).collect();
        if fired.is_empty() {
            return Ok(Vec::new());
        }
        let team = self.store.team(channel.team_id).await?;
        let team = team.map(|team| team.name.clone()).unwrap_or_default();
        let told = |(hook, word): (&OutgoingHook, &str)| Delivery {
            hook: hook.clone(),
            payload: payload(hook, word, &team, author, channel, post),
        };
        Ok(fired.into_iter().map(told).collect())
    }

    /// Calls the programs, each by itself and once, while whoever posted goes on.
    pub(in crate::app) fn call_programs(&self, channel: &Arc<Channel>, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            let urls = delivery.hook.callback_urls.clone().unwrap_or_default();
            let delivery = Arc::new(delivery);
            for url in urls {
                let (app, delivery, channel) = (self.clone(), delivery.clone(), channel.clone());
                tokio::spawn(async move {
                    if let Err(error) = app.call_program(&delivery, url, channel).await {
                        let (hook, post) = (delivery.hook.id, delivery.payload.post_id);
                        tracing::warn!(%hook, %post, error, "a program was not told of a post, or its answer not posted");
                    }
                });
            }
        }
    }

    /// # Errors
    /// Why nothing was told, or nothing came of the answer.
    async fn call_program(&self, delivery: &Delivery, url: String, channel: Arc<Channel>) -> Result<(), String> {
        let call = call(delivery, url, &self.config.snapshot().effective);
        let answer = self.web.call(call).await.map_err(|error| error.to_string())?;
        if answer.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let answer: OutgoingAnswer = json::decode(&answer.body).map_err(|error| error.to_string())?;
        self.post_answer(delivery, answer, channel).await.map_err(|error| error.to_string())
    }

    async fn post_answer(&self, delivery: &Delivery, answer: OutgoingAnswer, channel: Arc<Channel>) -> Result<()> {
        let Delivery { hook, payload } = delivery;
        let root = if answer.response_type == "comment" { payload.post_id } else { Id::NONE };
        let Some(said) = answer.into_call() else { return Ok(()) };
        let creator = self.auth.stand_in_for(hook.creator_id).await?.ok_or(codes::CALL_FORBIDDEN)?;
        let said = self.in_markdown(&creator, said).await?;
        let grant: ChannelGrant<PostByHook> = self.auth.in_channel(creator, channel).await?;
        let settings = &self.config.snapshot().effective;
        for post in posts_of(&Speaker::from(hook), grant.channel(), said, settings)? {
            self.post_by_hook(&grant, Post { root_id: root, ..post }).await?;
        }
        Ok(())
    }
}

fn payload(
    hook: &OutgoingHook,
    word: &str,
    team: &str,
    author: &User,
    channel: &Channel,
    post: &Post,
) -> OutgoingPayload {
    let files: Vec<&str> = post.files().iter().map(Id::as_str).collect();
    OutgoingPayload {
        token: hook.token.clone(),
        team_id: hook.team_id,
        team_domain: team.to_owned(),
        channel_id: channel.id,
        channel_name: channel.name.clone(),
        timestamp: post.create_at,
        user_id: post.user_id,
        user_name: author.username.clone(),
        post_id: post.id,
        text: post.message.clone(),
        trigger_word: word.to_owned(),
        file_ids: files.join(","),
    }
}

fn call(delivery: &Delivery, url: String, settings: &Settings) -> ProgramCall {
    let Delivery { hook, payload } = delivery;
    let (content_type, body) = match hook.content_type == JSON {
        true => (JSON, serde_json::to_string(payload).unwrap_or_default()),
        false => (FORM, form(payload)),
    };
    ProgramCall { url, by_get: false, content_type, body: body.into(), token: None, timeout: patience(settings) }
}

fn form(payload: &OutgoingPayload) -> String {
    let seconds = (payload.timestamp / 1000).to_string();
    form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &payload.token)
        .append_pair("team_id", payload.team_id.as_str())
        .append_pair("team_domain", &payload.team_domain)
        .append_pair("channel_id", payload.channel_id.as_str())
        .append_pair("channel_name", &payload.channel_name)
        .append_pair("timestamp", &seconds)
        .append_pair("user_id", payload.user_id.as_str())
        .append_pair("user_name", &payload.user_name)
        .append_pair("post_id", payload.post_id.as_str())
        .append_pair("text", &payload.text)
        .append_pair("trigger_word", &payload.trigger_word)
        .append_pair("file_ids", &payload.file_ids)
        .finish()
}

/// How long programs may take to answer: `ServiceSettings.OutgoingIntegrationRequestsTimeout`.
pub(in crate::app) fn patience(settings: &Settings) -> Duration {
    let seconds = u64::try_from(settings.service.outgoing_integration_requests_timeout).unwrap_or(0);
    Duration::from_secs(seconds.max(1))
}
