//! What events look like on the wire, against what was recorded (websocket.md §8).

use std::sync::Arc;

use serde_json::{Value, json};

use super::access::AccessEvent;
use super::bookmarks::{BookmarkChange, BookmarkEvent};
use super::channels::{Audience, ChannelEvent};
use super::delivery::{Body, Effect};
use super::drafts::{DraftChange, DraftEvent};
use super::groups::GroupEvent;
use super::posts::{PostEvent, UnreadCounts};
use super::preferences::PreferenceEvent;
use super::system::{RoleScope, SystemEvent};
use super::teams::TeamEvent;
use super::threads::{ThreadEvent, Unread};
use super::users::UserEvent;
use super::{Circle, Event, Json};
use crate::model::Id;

/// The deliveries of an event: name, data, and what of the broadcast is not empty.
fn wire(event: impl Into<Event>) -> Vec<(String, Value, Value)> {
    let step = event.into().into_step();
    let shown = step.deliveries.iter().map(|delivery| {
        let mut text = Vec::new();
        let Body::Same(frame) = &delivery.body else { panic!("a post with hidden parts") };
        frame.write(Default::default(), Id::NONE, 0, |parts| text = parts.concat());
        let mut event: Value = serde_json::from_slice(&text).unwrap();
        let broadcast = event["broadcast"].as_object_mut().unwrap();
        assert!(broadcast.len() >= 6);
        broadcast.retain(|_, value| *value != "" && *value != Value::Null);
        (event["event"].as_str().unwrap().to_owned(), event["data"].take(), event["broadcast"].take())
    });
    shown.collect()
}

/// An event with one delivery.
fn one(event: impl Into<Event>) -> (String, Value, Value) {
    let mut all = wire(event);
    assert_eq!(all.len(), 1);
    all.pop().unwrap()
}

/// A payload, and the string it becomes where it is nested.
fn payload() -> (Json, &'static str) {
    (Json::of(&json!({"a": 1})), r#"{"a":1}"#)
}

fn ids() -> [Id; 4] {
    std::array::from_fn(|_| Id::random())
}

fn named(name: &str, data: Value, broadcast: Value) -> (String, Value, Value) {
    (name.to_owned(), data, broadcast)
}

#[test]
fn posts() {
    let [user, channel, team, post] = ids();
    let (value, text) = payload();
    let in_channel = json!({"channel_id": channel});
    let shown = PostEvent::EphemeralShown { user, channel, post: value.clone() };
    let to_one = json!({"user_id": user, "channel_id": channel});
    assert_eq!(one(shown), named("ephemeral_message", json!({"post": text}), to_one));
    let edited = PostEvent::Edited { channel, post: value.clone().into() };
    assert_eq!(one(edited), named("post_edited", json!({"post": text}), in_channel.clone()));
    let added = PostEvent::ReactionAdded { channel, reaction: value.clone() };
    assert_eq!(one(added), named("reaction_added", json!({"reaction": text}), in_channel));
    let deleted = wire(PostEvent::Deleted { channel, post: value, deleted_by: user });
    let plain = json!({"channel_id": channel, "contains_sanitized_data": true});
    let full = json!({"channel_id": channel, "contains_sensitive_data": true});
    assert_eq!(deleted[0], named("post_deleted", json!({"post": text}), plain));
    assert_eq!(deleted[1], named("post_deleted", json!({"post": text, "delete_by": user}), full));
    let unread = PostEvent::MarkedUnread { user, team, channel, post, counts: UnreadCounts::default() };
    let (_, data, broadcast) = one(unread);
    assert_eq!(data.as_object().unwrap().len(), 7);
    assert_eq!(broadcast, json!({"user_id": user, "channel_id": channel, "team_id": team}));
}

#[test]
fn threads() {
    let [user, channel, team, thread] = ids();
    let (value, text) = payload();
    let in_team = json!({"user_id": user, "team_id": team});
    let updated = |previous| one(ThreadEvent::Updated { user, team, thread: value.clone(), previous });
    assert_eq!(updated(None), named("thread_updated", json!({"thread": text}), in_team.clone()));
    let (_, data, _) = updated(Some(Unread { mentions: 1, replies: 2 }));
    assert_eq!(data, json!({"thread": text, "previous_unread_mentions": 1, "previous_unread_replies": 2}));
    let all = one(ThreadEvent::AllRead { user, team });
    assert_eq!(all, named("thread_read_changed", json!({}), in_team.clone()));
    let unread = Unread { mentions: 0, replies: 1 };
    let read = ThreadEvent::Read { user, team, thread, channel, timestamp: 5, unread, previous: unread };
    let data = json!({"thread_id": thread, "channel_id": channel, "timestamp": 5, "unread_mentions": 0,
        "unread_replies": 1, "previous_unread_mentions": 0, "previous_unread_replies": 1});
    assert_eq!(one(read), named("thread_read_changed", data, in_team));
    let (_, data, broadcast) = one(ThreadEvent::ChannelRead { user, channel, timestamp: 5 });
    assert_eq!((data, broadcast), (json!({"timestamp": 5}), json!({"user_id": user, "channel_id": channel})));
}

#[test]
fn channels() {
    let [user, other, channel, team] = ids();
    let (value, text) = payload();
    let (to_user, in_channel, in_team) =
        (json!({"user_id": user}), json!({"channel_id": channel}), json!({"team_id": team}));
    let created = one(ChannelEvent::Created { creator: user, channel, team });
    assert_eq!(created, named("channel_created", json!({"channel_id": channel, "team_id": team}), to_user.clone()));
    let member = one(ChannelEvent::MemberUpdated { user, member: value });
    assert_eq!(member, named("channel_member_updated", json!({"channelMember": text}), to_user.clone()));
    let archived = |audience| one(ChannelEvent::Archived { channel, audience, delete_at: 5 });
    let data = json!({"channel_id": channel, "delete_at": 5});
    assert_eq!(archived(Audience::Team(team)), named("channel_deleted", data.clone(), in_team));
    assert_eq!(archived(Audience::Members), named("channel_deleted", data, in_channel.clone()));
    let direct = one(ChannelEvent::DirectAdded { channel, creator: user, teammate: other });
    let data = json!({"creator_id": user, "teammate_id": other});
    assert_eq!(direct, named("direct_added", data, in_channel.clone()));
    let group = wire(ChannelEvent::GroupAdded { channel, members: vec![user, other] });
    let data = json!({"teammate_ids": format!("[\"{user}\",\"{other}\"]")});
    assert_eq!(group[1], named("group_added", data, json!({"user_id": other, "channel_id": channel})));
    let added = wire(ChannelEvent::MemberAdded { channel, team, user });
    let data = json!({"user_id": user, "team_id": team});
    let to_others = json!({"channel_id": channel, "omit_users": {user.as_str(): true}});
    assert_eq!(added[0], named("user_added", data.clone(), to_others));
    assert_eq!(added[1], named("user_added", data.clone(), json!({"user_id": user, "channel_id": channel})));
    let joined = one(ChannelEvent::JoinedByDefault { channel, team, user });
    assert_eq!(joined, named("user_added", data, in_channel.clone()));
    let removed = wire(ChannelEvent::MemberRemoved { channel, user, remover: other });
    assert_eq!(removed[0], named("user_removed", json!({"user_id": user, "remover_id": other}), in_channel));
    assert_eq!(removed[1], named("user_removed", json!({"channel_id": channel, "remover_id": other}), to_user.clone()));
    let viewed = one(ChannelEvent::Viewed { user, times: [(channel, 5)].into() });
    assert_eq!(viewed, named("multiple_channels_viewed", json!({"channel_times": {channel.as_str(): 5}}), to_user));
}

#[test]
fn teams_and_users() {
    let [user, team, channel, _] = ids();
    let (value, text) = payload();
    let to_user = json!({"user_id": user});
    let updated = one(TeamEvent::Updated { team, value: value.clone() });
    assert_eq!(updated, named("update_team", json!({"team": text}), json!({"team_id": team})));
    let data = json!({"team_id": team, "user_id": user});
    let added = one(TeamEvent::MemberAdded { team, user });
    assert_eq!(added, named("added_to_team", data.clone(), to_user.clone()));
    let left = wire(TeamEvent::MemberRemoved { team, user, channels: vec![channel] });
    let to_others = json!({"team_id": team, "omit_users": {user.as_str(): true}});
    assert_eq!(left[0], named("leave_team", data.clone(), to_others));
    assert_eq!(left[1], named("leave_team", data, to_user.clone()));
    let json_of = |name: &str| Json::of(&json!({"as": name}));
    let (for_self, for_admins, for_others) = (json_of("self"), json_of("admins"), json_of("others"));
    let updated = wire(UserEvent::Updated { user, for_self, for_admins, for_others, circle: Circle::default() });
    let omit = json!({user.as_str(): true});
    let copy = |name: &str| json!({"user": {"as": name}});
    let admins = json!({"omit_users": omit, "contains_sensitive_data": true});
    assert_eq!(updated[0], named("user_updated", copy("admins"), admins));
    let others = json!({"omit_users": omit, "contains_sanitized_data": true});
    assert_eq!(updated[1], named("user_updated", copy("others"), others));
    assert_eq!(updated[2], named("user_updated", copy("self"), to_user.clone()));
    let status = one(UserEvent::StatusChanged { user, status: "away" });
    assert_eq!(status, named("status_change", json!({"status": "away", "user_id": user}), to_user));
    assert_eq!(one(UserEvent::ActivationChanged), named("user_activation_status_change", json!({}), json!({})));
}

#[test]
fn preferences_drafts_and_bookmarks() {
    let [user, team, channel, _] = ids();
    let (value, text) = payload();
    let saved = wire(PreferenceEvent::Saved { user, preferences: value.clone() });
    assert_eq!(saved[0], named("sidebar_category_updated", json!({}), json!({"user_id": user})));
    assert_eq!(saved[1], named("preferences_changed", json!({"preferences": text}), json!({"user_id": user})));
    let order = one(PreferenceEvent::CategoriesOrdered { user, team, order: vec!["x".into()] });
    let in_team = json!({"user_id": user, "team_id": team});
    assert_eq!(order, named("sidebar_category_order_updated", json!({"order": ["x"]}), in_team));
    let by_connection: Option<Arc<str>> = Some("me".into());
    let draft =
        |kind| one(DraftEvent { kind, user, channel, value: value.clone(), by_connection: by_connection.clone() });
    let broadcast = json!({"user_id": user, "channel_id": channel, "omit_connection_id": "me"});
    assert_eq!(draft(DraftChange::Saved), named("draft_created", json!({"draft": text}), broadcast));
    let broadcast = json!({"user_id": user, "omit_connection_id": "me"});
    let scheduled = named("scheduled_post_created", json!({"scheduledPost": text}), broadcast);
    assert_eq!(draft(DraftChange::Scheduled), scheduled);
    let sorted = BookmarkEvent { kind: BookmarkChange::Sorted, channel, value: value.clone(), by_connection };
    let broadcast = json!({"channel_id": channel, "omit_connection_id": "me"});
    assert_eq!(one(sorted), named("channel_bookmark_sorted", json!({"bookmarks": text}), broadcast));
}

#[test]
fn system_and_groups() {
    let [user, team, other, group] = ids();
    let (value, text) = payload();
    let config = one(SystemEvent::ConfigChanged { config: value.clone() });
    assert_eq!(config, named("config_changed", json!({"config": {"a": 1}}), json!({})));
    let role = |scope| wire(SystemEvent::RoleUpdated { role: value.clone(), scope });
    assert_eq!(role(RoleScope::Everywhere), [named("role_updated", json!({"role": text}), json!({}))]);
    assert_eq!(role(RoleScope::Teams(vec![team, other]))[1].2, json!({"team_id": other}));
    let dialog = one(SystemEvent::DialogOpened { user, dialog: value });
    assert_eq!(dialog, named("open_dialog", json!({"dialog": text}), json!({"user_id": user})));
    let tied = one(GroupEvent::TeamTied { team, group, tied: false });
    let name = "received_group_not_associated_to_team";
    assert_eq!(tied, named(name, json!({"group_id": group}), json!({"team_id": team})));
}

#[test]
fn facts_of_access_are_not_told() {
    let [user, channel, session, _] = ids();
    let effect = |event: AccessEvent| {
        let step = Event::from(event).into_step();
        assert!(step.deliveries.is_empty());
        step.effect.unwrap()
    };
    assert_eq!(effect(AccessEvent::SessionRevoked { session }), Effect::EndSession { session });
    assert_eq!(effect(AccessEvent::UserDeactivated { user }), Effect::EndSessions { user, except: None });
    let joined = AccessEvent::ChannelMembershipChanged { channel, user, is_member: true };
    assert_eq!(effect(joined), Effect::JoinChannel { channel, users: vec![user] });
}
