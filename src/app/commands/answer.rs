//! Saying what a command has to say.

use super::execute::Run;
use crate::app::App;
use crate::app::posts::{Occasion, ephemeral};
use crate::auth::actor::need;
use crate::auth::channels::RunCommand;
use crate::auth::{Actor, ChannelGrant};
use crate::config::Settings;
use crate::model::commands::{CommandResponse, EPHEMERAL, IN_CHANNEL};
use crate::model::errors::{Result, context, integrations as codes};
use crate::model::integrations::Command;
use crate::model::posts::{Post, PostMetadata, attachments, hashtags, is_system, slack};
use crate::model::{Id, Props, TimeMs, now};

impl App {
    /// Says an answer and what else it says; `foreign` if it is another program's.
    ///
    /// # Errors
    /// When one of them could not be said; the others were.
    pub(super) async fn say_answer(
        &self,
        run: &Run<'_>,
        command: &Command,
        answer: &CommandResponse,
        foreign: bool,
    ) -> Result<()> {
        let mut failed = None;
        for said in std::iter::once(answer).chain(answer.extra_responses.iter().flatten()) {
            if let Err(error) = self.say_one(run, command, said, foreign).await {
                tracing::debug!(%error, trigger = run.trigger, "an answer of a command was not said");
                failed = Some(error);
            }
        }
        match failed {
            Some(error) if error.status >= 500 => Err(error),
            Some(_) => Err(codes::COMMAND_POST_FAILED.with(&[&run.trigger])),
            None => Ok(()),
        }
    }

    async fn say_one(&self, run: &Run<'_>, command: &Command, said: &CommandResponse, foreign: bool) -> Result<()> {
        let elsewhere = match said.channel_id.as_str() {
            "" => None,
            id => Some(self.place_of_answer(run, id).await?),
        };
        let grant = elsewhere.as_ref().unwrap_or(run.grant);
        if is_system(&said.r#type) {
            return Err(context::INVALID_PARAM.with(&[&"post.type"]));
        }
        let attached = said.attachments.is_some();
        let message = self.text_of_answer(grant.actor(), said).await?;
        let props = props_of(command, said, foreign, &self.config.snapshot().effective);
        match said.response_type.as_str() {
            IN_CHANNEL => self.say_in_channel(grant, run.root, message, props, said).await,
            "" | EPHEMERAL if attached || !said.text.is_empty() => {
                let post = ephemeral(grant.actor().id(), grant.channel().id, message, props);
                self.show_to(grant.actor().id(), Post { root_id: run.root, ..post }).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Another channel that an answer names: one of those that whoever ran the command is in.
    async fn place_of_answer(&self, run: &Run<'_>, id: &str) -> Result<ChannelGrant<RunCommand>> {
        let grant =
            self.auth.channel::<RunCommand>(run.grant.actor().clone(), Id::parse(id).unwrap_or_default()).await?;
        need(grant.member().is_some())?;
        Ok(grant)
    }

    async fn say_in_channel(
        &self,
        grant: &ChannelGrant<RunCommand>,
        root: Id,
        message: String,
        props: Props,
        said: &CommandResponse,
    ) -> Result<()> {
        let attached = said.attachments.as_ref().is_some_and(|list| !list.is_empty());
        let r#type = if attached { "slack_attachment".to_owned() } else { said.r#type.clone() };
        // A thread is of one channel.
        let root = if said.channel_id.is_empty() { root } else { Id::NONE };
        self.post_for(grant, words(grant, root, message, r#type, props), 0).await
    }

    /// Posts what somebody says by a command, as fast as they may say it without one.
    pub(super) async fn say<A>(&self, grant: &ChannelGrant<A>, post: Post) -> Result<()> {
        let occasion = Occasion::default();
        self.check_pace(grant.actor(), &occasion)?;
        let slow = self.slow_mode(grant, &occasion).await?;
        self.post_for(grant, post, slow).await
    }

    /// Posts in the name of whoever runs a command.
    async fn post_for<A>(&self, grant: &ChannelGrant<A>, post: Post, slow: TimeMs) -> Result<()> {
        let told = self.triggered(grant.actor().user(), grant.channel(), &post).await?;
        self.make_post(grant, post, Occasion { set_online: true, by_command: true, slow, scheduled: None }).await?;
        self.call_programs(grant.channel(), told);
        Ok(())
    }

    /// The text in Markdown, unless the answer is in Markdown already.
    async fn text_of_answer(&self, actor: &Actor, said: &CommandResponse) -> Result<String> {
        if said.skip_slack_parsing {
            return Ok(said.text.clone());
        }
        let names = self.names_known_to(actor, slack::people(&said.text)).await?;
        Ok(slack::to_markdown(&said.text, &|id| names.get(&id).cloned()))
    }
}

/// A post in somebody's own words.
pub(super) fn words<A>(grant: &ChannelGrant<A>, root: Id, message: String, r#type: String, mut props: Props) -> Post {
    let actor = grant.actor();
    if actor.session().is_oauth_app() {
        props.set("from_oauth_app", "true");
    }
    let at = now();
    Post {
        id: Id::random(),
        create_at: at,
        update_at: at,
        user_id: actor.id(),
        channel_id: grant.channel().id,
        root_id: root,
        hashtags: hashtags(&message),
        message,
        r#type,
        props,
        file_ids: Some(Vec::new()),
        metadata: Some(PostMetadata::default()),
        ..Post::default()
    }
}

/// Who seems to say it; the command's own name and picture win over those of the answer.
fn props_of(command: &Command, said: &CommandResponse, foreign: bool, settings: &Settings) -> Props {
    let mut props = Props(said.props.clone().unwrap_or_default());
    for key in ["add_channel_member", "force_notification"] {
        props.remove(key);
    }
    let first = |own: &str, other: &str| if own.is_empty() { other.to_owned() } else { own.to_owned() };
    let mut of_program = foreign;
    if settings.service.enable_post_username_override {
        let name = first(&command.username, &said.username);
        if !name.is_empty() {
            props.set("override_username", name);
            of_program = true;
        }
    }
    if settings.service.enable_post_icon_override {
        let icon = first(&command.icon_url, &said.icon_url);
        of_program |= !icon.is_empty();
        props.set("override_icon_url", icon);
    }
    if of_program {
        props.set("from_webhook", "true");
    }
    if let Some(list) = &said.attachments {
        props.set(attachments::ATTACHMENTS, list.clone());
        attachments::normalize(&mut props);
    }
    props
}
