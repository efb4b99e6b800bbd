//! Changing a channel: names, header, purpose, type.

use std::sync::Arc;

use crate::app::App;
use crate::app::groups::order_sync;
use crate::app::posts::{Setting, system_post, system_post_concerning};
use crate::auth::channels::{MakePrivate, MakePublic, ManageChannel};
use crate::auth::{Actor, ChannelGrant};
use crate::config::Settings;
use crate::events::channels::ChannelEvent;
use crate::events::{Change, Event, Json};
use crate::model::channels::{Channel, ChannelInput, ChannelPatch, ChannelType, TOWN_SQUARE};
use crate::model::errors::{Result, channels as codes};
use crate::model::groups::Syncable;
use crate::model::posts::kinds;
use crate::model::users::User;
use crate::model::{Id, Props, now};
use crate::store::audiences::Audience;
use crate::store::{self, Tx};

/// What of a channel is told of in posts when it changes.
#[derive(Clone, Copy)]
enum Told {
    DisplayName,
    Header,
    Purpose,
}

impl App {
    /// Replaces what can be replaced: header and purpose, also by nothing, and the names where they are given. Only a new
    /// display name is told of in a post.
    pub async fn replace_channel(&self, grant: ChannelGrant<ManageChannel>, input: ChannelInput) -> Result<Channel> {
        let given = |text: String| (!text.is_empty()).then_some(text);
        let kind = ChannelType::parse(&input.r#type);
        let patch = ChannelPatch {
            display_name: given(input.display_name),
            name: given(input.name),
            header: Some(input.header),
            purpose: Some(input.purpose),
            group_constrained: input.group_constrained,
            ..ChannelPatch::default()
        };
        let by = grant.actor().user().clone();
        let id = grant.channel().id;
        let (audience, snapshot) = (self.store.audience(id).await?, self.config.snapshot());
        self.store
            .write(move |tx| {
                let present = living(tx, id, codes::UPDATE_DELETED)?;
                if kind.is_some_and(|kind| kind != present.r#type) {
                    return codes::UPDATE_TYPE.err();
                }
                let refusal = codes::UPDATE_DIRECT;
                let by = (&*by, &*audience, &snapshot.effective);
                change(tx, &present, &patch, refusal, by, &[Told::DisplayName])
            })
            .await
    }

    /// Refuses a change that changes nothing, whoever asks for it.
    pub async fn refuse_empty_patch<T>(&self, channel: Id) -> Result<T> {
        match self.store.channel(channel).await? {
            Some(_) => codes::PATCH_NOTHING.err(),
            None => codes::NOT_FOUND.err(),
        }
    }

    /// Changes what is given; each change is told of in a post.
    pub async fn patch_channel(&self, grant: ChannelGrant<ManageChannel>, patch: ChannelPatch) -> Result<Channel> {
        let by = grant.actor().user().clone();
        let id = grant.channel().id;
        let (audience, snapshot) = (self.store.audience(id).await?, self.config.snapshot());
        let refusal = codes::PATCH_RESTRICTED_DM;
        self.check_restricted_direct(grant.actor(), grant.channel(), &snapshot.effective, refusal).await?;
        self.store
            .write(move |tx| {
                let present = living(tx, id, codes::UPDATE_BAD_ID)?;
                let told = [Told::DisplayName, Told::Header, Told::Purpose];
                let by = (&*by, &*audience, &snapshot.effective);
                change(tx, &present, &patch, codes::PATCH_DIRECT, by, &told)
            })
            .await
    }

    /// Makes a channel of a team public or private, whatever it is.
    pub async fn convert_channel(&self, actor: Actor, id: Id, to: ChannelType) -> Result<Channel> {
        let channel = match to {
            ChannelType::Open => self.auth.channel::<MakePublic>(actor.clone(), id).await?.channel().clone(),
            _ => self.auth.channel::<MakePrivate>(actor.clone(), id).await?.channel().clone(),
        };
        if to == ChannelType::Private && channel.name == TOWN_SQUARE {
            return codes::PRIVACY_DEFAULT.err();
        }
        if channel.is_conversation() {
            return codes::NAME_RESERVED.err();
        }
        let by: Arc<User> = actor.user().clone();
        self.store
            .write(move |tx| {
                let mut channel = living(tx, id, codes::UPDATE_BAD_ID)?;
                channel.r#type = to;
                channel.update_at = now();
                store::channels::save(tx, &channel)?;
                let sentence = match to {
                    ChannelType::Open => {
                        "This channel has been converted to a Public Channel and can be joined by any team member."
                    }
                    _ => "This channel has been converted to a Private Channel.",
                };
                let props = named(&by);
                let said = system_post(tx, &channel, kinds::CHANGE_CHANNEL_PRIVACY, &by, sentence.into(), props)?;
                let converted = ChannelEvent::Converted { channel: channel.id, team: channel.team_id };
                let updated = updated(&channel);
                Ok(Change::emit(channel, updated).and(said).and(converted))
            })
            .await
    }
}

/// The channel as it is now, or the refusal if it is archived.
pub(super) fn living(tx: &mut Tx<'_>, id: Id, archived: crate::model::Code) -> Result<Channel> {
    let channel = store::channels::by_id(tx.conn(), id)?.ok_or(codes::NOT_FOUND)?;
    if channel.is_archived() { archived.err() } else { Ok(channel) }
}

/// `channel_updated` with the channel as it is now.
pub(in crate::app) fn updated(channel: &Channel) -> ChannelEvent {
    ChannelEvent::Updated { channel: channel.id, value: Json::of(channel) }
}

/// The props of a post that names who did something.
pub(super) fn named(by: &User) -> Props {
    [("username", by.username.as_str())].into_iter().collect()
}

fn change(
    tx: &mut Tx<'_>,
    present: &Channel,
    patch: &ChannelPatch,
    refusal: crate::model::Code,
    by: (&User, &Audience, &Settings),
    told: &[Told],
) -> Result<Change<Channel>> {
    let differs = |new: &Option<String>, old: &str| new.as_deref().is_some_and(|new| new != old);
    let touches_fixed = differs(&patch.name, &present.name)
        || differs(&patch.display_name, &present.display_name)
        || differs(&patch.purpose, &present.purpose);
    if present.is_conversation() && touches_fixed {
        return refusal.err();
    }
    let mut channel = present.patched(patch);
    if present.name == TOWN_SQUARE && channel.name != present.name {
        return Err(codes::UPDATE_DEFAULT.with(&[&present.name]));
    }
    channel.validate()?;
    channel.update_at = now();
    store::channels::save(tx, &channel)?;
    if channel.group_constrained == Some(true) && present.group_constrained != Some(true) {
        order_sync(tx, Some(Syncable::Channel(channel.id)))?;
    }
    let events = told.iter().filter_map(|what| said_of_change(tx, present, &channel, by, *what).transpose());
    let events: Vec<Event> = events.collect::<Result<_>>()?;
    let updated = updated(&channel);
    Ok(Change::emit(channel, updated).and_all(events))
}

/// The post that tells of one change, if there was one.
fn said_of_change(
    tx: &mut Tx<'_>,
    old: &Channel,
    new: &Channel,
    (by, audience, settings): (&User, &Audience, &Settings),
    what: Told,
) -> Result<Option<Event>> {
    let (kind, key, name, before, after) = match what {
        Told::DisplayName => {
            (kinds::DISPLAYNAME_CHANGE, "displayname", "display name", &old.display_name, &new.display_name)
        }
        Told::Header => (kinds::HEADER_CHANGE, "header", "header", &old.header, &new.header),
        Told::Purpose => (kinds::PURPOSE_CHANGE, "purpose", "purpose", &old.purpose, &new.purpose),
    };
    if before == after {
        return Ok(None);
    }
    let who = &by.username;
    let sentence = match (before.as_str(), after.as_str()) {
        ("", after) => format!("{who} updated the channel {name} to: {after}"),
        (before, "") => format!("{who} removed the channel {name} (was: {before})"),
        (before, after) => format!("{who} updated the channel {name} from: {before} to: {after}"),
    };
    let mut props = named(by);
    props.set(&format!("old_{key}"), before.as_str());
    props.set(&format!("new_{key}"), after.as_str());
    let at = Setting { channel: new, audience, may_mention_all: false, is_online: &|_| false, settings };
    Ok(Some(system_post_concerning(tx, &at, kind, by, sentence, props)?.into()))
}
