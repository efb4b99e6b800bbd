//! Outgoing webhooks: managing them (posts-and-limits.md §15, surprises.md "Integrations").

use crate::app::App;
use crate::auth::Actor;
use crate::auth::integrations::{self as rules, Whose};
use crate::events::Change;
use crate::model::channels::ChannelType;
use crate::model::errors::{Result, channels as channel_codes, forbidden, integrations as codes, invalid_body};
use crate::model::integrations::{OutgoingHook, OutgoingHookInput};
use crate::model::{Code, Id, now};
use crate::store::{self, Tx};

impl App {
    /// Makes an outgoing webhook, for oneself or for somebody else.
    pub async fn create_outgoing_hook(&self, actor: &Actor, input: OutgoingHookInput) -> Result<OutgoingHook> {
        let team = Id::parse(&input.team_id).unwrap_or_default();
        let whose = rules::manage_outgoing(actor, team)?;
        let creator = match input.creator_id.as_str() {
            "" => actor.id(),
            other => self.hook_creator(actor, whose, other).await?,
        };
        self.need_outgoing()?;
        let channel = self.heard_channel(&input, team, codes::OUTGOING_NOT_PUBLIC).await?;
        if !input.id.is_empty() {
            return codes::OUTGOING_EXISTING.err();
        }
        let at = now();
        let blank = OutgoingHook {
            id: Id::random(),
            token: Id::random().to_string(),
            create_at: at,
            creator_id: creator,
            team_id: team,
            ..OutgoingHook::default()
        };
        let hook = filled(blank, channel, input);
        self.store
            .write(move |tx| {
                check_overlaps(tx, &hook, codes::OUTGOING_OVERLAPS)?;
                if hook.callback_urls.as_ref().is_none_or(Vec::is_empty) {
                    return codes::OUTGOING_CALLBACK.err();
                }
                hook.validate()?;
                store::integrations::insert_outgoing(tx, &hook)?;
                Ok(Change::silent(hook, "webhooks are asked for, never told"))
            })
            .await
    }

    /// Changes an outgoing webhook; whose it is stays.
    pub async fn update_outgoing_hook(&self, actor: &Actor, id: Id, input: OutgoingHookInput) -> Result<OutgoingHook> {
        if input.id != id.as_str() {
            return Err(invalid_body("hook_id"));
        }
        self.need_outgoing()?;
        let old = self.store.read(move |conn| store::integrations::outgoing(conn, id)).await?;
        let old = old.ok_or(codes::OUTGOING_NOT_FOUND)?;
        if !input.team_id.is_empty() && input.team_id != old.team_id.as_str() {
            return codes::HOOK_TEAM.err();
        }
        rules::may_read_outgoing(actor, &old)?;
        let channel = self.heard_channel(&input, old.team_id, codes::OUTGOING_MADE_PRIVATE).await?;
        let token = Id::parse(&input.token).map_or_else(|| old.token.clone(), |token| token.to_string());
        let hook = filled(OutgoingHook { token, ..old }, channel, input);
        self.store
            .write(move |tx| {
                check_overlaps(tx, &hook, codes::OUTGOING_OVERLAPS_OTHER)?;
                hook.validate()?;
                store::integrations::save_outgoing(tx, &hook)?;
                Ok(Change::silent(hook, "webhooks are asked for, never told"))
            })
            .await
    }

    /// Gives an outgoing webhook another token: the program must learn it to know this server.
    pub async fn renew_outgoing_token(&self, actor: &Actor, id: Id) -> Result<OutgoingHook> {
        let old = self.outgoing_hook(actor, id).await?;
        let hook = OutgoingHook { token: Id::random().to_string(), update_at: now(), ..old };
        self.store
            .write(move |tx| {
                store::integrations::save_outgoing(tx, &hook)?;
                Ok(Change::silent(hook, "webhooks are asked for, never told"))
            })
            .await
    }

    /// Deletes an outgoing webhook: its programs hear nothing from then on.
    pub async fn delete_outgoing_hook(&self, actor: &Actor, id: Id) -> Result<()> {
        let hook = self.outgoing_hook(actor, id).await?;
        self.store
            .write(move |tx| {
                store::integrations::delete_outgoing(tx, &hook, now())?;
                Ok(Change::silent((), "webhooks are asked for, never told"))
            })
            .await
    }

    /// For whom a webhook is made: naming somebody, even oneself, takes the right to manage others' webhooks.
    async fn hook_creator(&self, actor: &Actor, whose: Whose, id: &str) -> Result<Id> {
        if whose != Whose::Everybodys {
            return Err(forbidden());
        }
        let user = match Id::parse(id) {
            Some(id) => self.auth.known(actor, id).await?,
            None => None,
        };
        Ok(user.ok_or(crate::model::errors::users::NOT_FOUND)?.id)
    }

    /// The channel that a webhook hears: a public one of its team, or none where words trigger it.
    async fn heard_channel(&self, input: &OutgoingHookInput, team: Id, not_public: Code) -> Result<Id> {
        if input.channel_id.is_empty() {
            let words = input.trigger_words.as_ref().is_some_and(|words| !words.is_empty());
            return if words { Ok(Id::NONE) } else { codes::OUTGOING_TRIGGERS.err() };
        }
        let channel = match Id::parse(&input.channel_id) {
            Some(id) => self.store.channel(id).await?,
            None => None,
        };
        let channel = channel.ok_or(channel_codes::NOT_FOUND)?;
        match () {
            () if channel.r#type != ChannelType::Open => not_public.err(),
            () if channel.team_id != team => codes::OUTGOING_ELSEWHERE.err(),
            () => Ok(channel.id),
        }
    }
}

fn filled(old: OutgoingHook, channel: Id, input: OutgoingHookInput) -> OutgoingHook {
    OutgoingHook {
        update_at: now(),
        channel_id: channel,
        trigger_words: input.trigger_words,
        // What is out of range stays so, to be refused.
        trigger_when: i32::try_from(input.trigger_when).unwrap_or(i32::MAX),
        callback_urls: input.callback_urls,
        display_name: input.display_name,
        description: input.description,
        content_type: input.content_type,
        username: input.username,
        icon_url: input.icon_url,
        ..old
    }
}

fn check_overlaps(tx: &mut Tx<'_>, hook: &OutgoingHook, refusal: Code) -> Result<()> {
    let others = store::integrations::outgoing_of_team(tx.conn(), hook.team_id)?;
    let overlaps = others.iter().any(|other| other.id != hook.id && hook.overlaps(other));
    if overlaps { refusal.err() } else { Ok(()) }
}
