//! The hub from outside: order, audiences, silence, resuming.

use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;

use super::*;
use crate::events::access::AccessEvent;
use crate::events::channels::ChannelEvent;
use crate::events::posts::{PostEvent, Posted};
use crate::events::teams::TeamEvent;
use crate::events::users::UserEvent;
use crate::events::{Circle, Hidden, HiddenPart, Json, PostCopy};

/// A hub with two shards, and what most tests need of it.
struct Scene {
    hub: Hub,
    shards: Vec<Shard>,
    changes: UnboundedReceiver<PresenceChange>,
    team: Id,
    room: Id,
}

fn scene() -> Scene {
    let (hub, changes) = Hub::new();
    let shards = (0..2).map(|_| {
        let (shard, task) = hub.open_shard();
        tokio::spawn(task);
        shard
    });
    Scene { shards: shards.collect(), hub, changes, team: Id::random(), room: Id::random() }
}

fn session(user: Id) -> Session {
    Session {
        user_id: user,
        session_id: Id::random(),
        expires_at: 0,
        is_admin: false,
        is_guest: false,
        oversees: false,
    }
}

impl Scene {
    async fn open(&self, shard: usize, session: Session) -> Attached {
        let memberships = Memberships { channels: vec![self.room], teams: vec![self.team] };
        let attached = self.shards[shard].attach(self.hub.prepare(), session, memberships, Opening::default()).await;
        let attached = attached.unwrap();
        assert_eq!(heard(&attached), [("hello".to_owned(), 0)]);
        attached
    }

    async fn open_plain(&self, user: Id) -> Attached {
        self.open(0, session(user)).await
    }

    async fn resume(&self, id: Id, next: i64, user: Id) -> Option<Attached> {
        self.hub.resume(self.hub.prepare(), id, next, session(user), Opening::default()).await.unwrap()
    }

    async fn publish(&self, event: impl Into<Event>) {
        self.hub.publish(vec![event.into()]);
        settle().await;
    }

    fn edited(&self, message: &str) -> PostEvent {
        PostEvent::Edited { channel: self.room, post: Json::of(&serde_json::json!({"message": message})).into() }
    }
}

/// Lets the shards do what they have been told.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

fn frames(attached: &Attached) -> Vec<Value> {
    let mut out = Vec::new();
    let mut cx = Context::from_waker(Waker::noop());
    let mut take = |parts: &[&[u8]]| out.push(serde_json::from_slice(&parts.concat()).unwrap());
    while attached.poll_drain(&mut cx, &mut take) == Poll::Ready(Drained::Some) {}
    out
}

fn heard(attached: &Attached) -> Vec<(String, i64)> {
    let name = |frame: &Value| frame["event"].as_str().unwrap_or("reply").to_owned();
    frames(attached).iter().map(|frame| (name(frame), frame["seq"].as_i64().unwrap_or(-1))).collect()
}

fn names(attached: &Attached) -> Vec<String> {
    heard(attached).into_iter().map(|(name, _)| name).collect()
}

fn closing(attached: &Attached) -> Poll<Drained> {
    attached.poll_drain(&mut Context::from_waker(Waker::noop()), &mut |_| {})
}

fn posted(channel: Id, author: Id) -> Posted {
    Posted {
        post: Json::of(&serde_json::json!({"message": "hi"})).into(),
        author,
        channel,
        team: Id::NONE,
        channel_type: "O",
        channel_display_name: "Room".into(),
        channel_name: "room".into(),
        sender_name: "@ann".into(),
        set_online: true,
        has_files: false,
        has_image: false,
        mentions: Vec::new(),
        followers: Vec::new(),
        eager: Vec::new(),
    }
}

#[tokio::test]
async fn events_arrive_in_order_without_gaps_on_every_shard() {
    let scene = scene();
    let (ann, bob) = (scene.open_plain(Id::random()).await, scene.open(1, session(Id::random())).await);
    for i in 0..100 {
        scene.hub.publish(vec![scene.edited(&i.to_string()).into(), UserEvent::ActivationChanged.into()]);
    }
    settle().await;
    for one in [&ann, &bob] {
        let frames = frames(one);
        let seqs: Vec<_> = frames.iter().map(|frame| frame["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=200).collect::<Vec<_>>());
        let posts = frames.iter().filter(|frame| frame["event"] == "post_edited");
        let messages: Vec<String> = posts.map(|frame| frame["data"]["post"].as_str().unwrap().to_owned()).collect();
        assert_eq!(messages, (0..100).map(|i| format!("{{\"message\":\"{i}\"}}")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_answer_comes_after_the_events_of_its_action() {
    let scene = scene();
    let ann = scene.open_plain(Id::random()).await;
    scene.hub.publish(vec![UserEvent::StatusChanged { user: ann.user_id(), status: "away" }.into()]);
    ann.reply(Bytes::from_static(b"{\"seq_reply\":1}"));
    settle().await;
    assert_eq!(names(&ann), ["status_change", "reply"]);
}

#[tokio::test]
async fn membership_counts_from_the_instant_of_the_event() {
    let scene = scene();
    let (ann, bob) = (scene.open_plain(Id::random()).await, scene.open_plain(Id::random()).await);
    let other = Id::random();
    let typing = || ChannelEvent::Typing { channel: other, user: Id::random(), parent: String::new() };
    scene.publish(typing()).await;
    scene.hub.publish(vec![
        ChannelEvent::MemberAdded { channel: other, team: scene.team, user: bob.user_id() }.into(),
        ChannelEvent::MemberAdded { channel: other, team: scene.team, user: ann.user_id() }.into(),
        typing().into(),
        ChannelEvent::MemberRemoved { channel: other, user: ann.user_id(), remover: bob.user_id() }.into(),
        typing().into(),
    ]);
    settle().await;
    assert_eq!(names(&ann), ["user_added", "typing", "user_removed"]);
    assert_eq!(names(&bob), ["user_added", "user_added", "typing", "user_removed", "typing"]);
}

#[tokio::test]
async fn leaving_a_team_ends_its_channels() {
    let scene = scene();
    let (ann, bob) = (scene.open_plain(Id::random()).await, scene.open_plain(Id::random()).await);
    let gone = TeamEvent::MemberRemoved { team: scene.team, user: bob.user_id(), channels: vec![scene.room] };
    scene.publish(gone).await;
    scene.publish(scene.edited("later")).await;
    scene.publish(TeamEvent::Updated { team: scene.team, value: Json::of(&()) }).await;
    assert_eq!(names(&ann), ["leave_team", "post_edited", "update_team"]);
    assert_eq!(names(&bob), ["leave_team"]);
}

#[tokio::test]
async fn administrators_and_others_get_their_own_copies() {
    let scene = scene();
    let (ann, admin, guest) = (session(Id::random()), session(Id::random()), session(Id::random()));
    let (admin, guest) = (Session { is_admin: true, ..admin }, Session { is_guest: true, ..guest });
    let ann = scene.open(0, ann).await;
    let (admin, guest) = (scene.open(0, admin).await, scene.open(1, guest).await);
    let update = |channels| UserEvent::Updated {
        user: ann.user_id(),
        for_self: Json::of("self"),
        for_admins: Json::of("admins"),
        for_others: Json::of("others"),
        circle: Circle::of(ann.user_id(), channels, Vec::new()),
    };
    scene.publish(update(Vec::new())).await;
    let shown = |one: &Attached| frames(one).iter().map(|frame| frame["data"]["user"].clone()).collect::<Vec<_>>();
    assert_eq!((shown(&ann), shown(&admin), shown(&guest)), (vec!["self".into()], vec!["admins".into()], vec![]));
    let demoted = AccessEvent::SystemRolesChanged { user: admin.user_id(), is_admin: false, is_guest: false };
    scene.publish(demoted).await;
    scene.publish(update(vec![scene.room])).await;
    assert_eq!((shown(&admin), shown(&guest)), (vec![Value::from("others")], vec![Value::from("others")]));
}

#[tokio::test]
async fn strangers_are_not_heard_of_where_they_are_hidden() {
    let scene = scene();
    let overseer = Session { oversees: true, ..session(Id::random()) };
    let (ann, overseer) = (scene.open_plain(Id::random()).await, scene.open(1, overseer).await);
    let changed = |channels, teams| {
        let user = Id::random();
        UserEvent::PictureUpdated { value: Json::of("x"), circle: Circle::of(user, channels, teams) }
    };
    let hears = async |event: UserEvent| {
        scene.publish(event).await;
        (names(&ann).len(), names(&overseer).len())
    };
    assert_eq!(hears(changed(Vec::new(), Vec::new())).await, (1, 1));
    scene.hub.hide_strangers(true);
    assert_eq!(hears(changed(vec![Id::random()], vec![Id::random()])).await, (0, 1));
    assert_eq!(hears(UserEvent::Created { user: Id::random() }).await, (0, 1));
    assert_eq!(hears(changed(vec![scene.room], Vec::new())).await, (1, 1));
    assert_eq!(hears(changed(Vec::new(), vec![scene.team])).await, (1, 1));
    scene.hub.hide_strangers(false);
    assert_eq!(hears(changed(Vec::new(), Vec::new())).await, (1, 1));
}

#[tokio::test]
async fn a_post_concerns_each_receiver_differently() {
    let scene = scene();
    let (ann, bob, cid) = (Id::random(), Id::random(), Id::random());
    let memberships = || Memberships { channels: vec![scene.room], teams: vec![] };
    let opening = Opening { posted_ack: true, ..Opening::default() };
    let mut sockets = Vec::new();
    for user in [ann, bob, cid] {
        let ticket = scene.hub.prepare();
        sockets.push(scene.shards[0].attach(ticket, session(user), memberships(), opening.clone()).await.unwrap());
    }
    scene.publish(PostEvent::Posted(Box::new(Posted { mentions: vec![ann, bob], ..posted(scene.room, ann) }))).await;
    let told = |one: &Attached| {
        let frame = frames(one).pop().unwrap();
        (frame["data"]["mentions"].clone(), frame["data"]["should_ack"].clone())
    };
    assert_eq!(told(&sockets[0]), (format!("[\"{ann}\"]").into(), Value::Null));
    assert_eq!(told(&sockets[1]), (format!("[\"{bob}\"]").into(), true.into()));
    assert_eq!(told(&sockets[2]), (Value::Null, Value::Null));
    scene.publish(PostEvent::Posted(Box::new(Posted { channel_type: "D", ..posted(scene.room, ann) }))).await;
    assert_eq!(told(&sockets[2]), (Value::Null, true.into()));
}

#[tokio::test]
async fn previews_are_for_those_who_may_read_them() {
    let scene = scene();
    let (ann, bob) = (scene.open_plain(Id::random()).await, scene.open_plain(Id::random()).await);
    let secret = Id::random();
    scene
        .publish(AccessEvent::ChannelMembershipChanged { channel: secret, user: ann.user_id(), is_member: true })
        .await;
    let json = Json::of(&serde_json::json!({"props": {"previewed_post": "x"}}));
    let hidden = vec![Hidden { part: HiddenPart::Permalink, channel: secret, open_in: None }];
    scene.publish(PostEvent::Edited { channel: scene.room, post: PostCopy { json, hidden } }).await;
    let post = |one: &Attached| frames(one).pop().unwrap()["data"]["post"].as_str().unwrap().to_owned();
    assert_eq!(post(&ann), r#"{"props":{"previewed_post":"x"}}"#);
    assert_eq!(post(&bob), r#"{"props":{}}"#);
}

#[tokio::test]
async fn a_session_that_ends_falls_silent_but_is_answered() {
    let scene = scene();
    let user = Id::random();
    let (one, two, three) =
        (scene.open_plain(user).await, scene.open_plain(user).await, scene.open(1, session(user)).await);
    scene.publish(AccessEvent::SessionRevoked { session: one.session_id() }).await;
    scene.publish(scene.edited("a")).await;
    assert_eq!((names(&one).len(), names(&two).len(), names(&three).len()), (0, 1, 1));
    assert!(!one.is_authenticated() && two.is_authenticated());
    scene.publish(AccessEvent::SessionsRevoked { user, except: Some(three.session_id()) }).await;
    scene.publish(scene.edited("b")).await;
    assert_eq!((names(&two).len(), names(&three).len()), (0, 1));
    one.reply(Bytes::from_static(b"{}"));
    settle().await;
    assert_eq!(names(&one), ["reply"]);
    let id = one.connection_id();
    drop(one);
    assert!(scene.resume(id, 1, user).await.is_none(), "an ended session's connection cannot be taken over");
}

#[tokio::test]
async fn an_expired_session_hears_nothing_until_it_is_extended() {
    let scene = scene();
    let session = Session { expires_at: now() - 1, ..session(Id::random()) };
    let ann = scene.open(0, session.clone()).await;
    scene.publish(scene.edited("a")).await;
    assert!(names(&ann).is_empty() && !ann.is_authenticated());
    scene.publish(AccessEvent::SessionExtended { session: session.session_id, expires_at: now() + 60_000 }).await;
    scene.publish(scene.edited("b")).await;
    assert_eq!(heard(&ann), [("post_edited".to_owned(), 1)]);
}

#[tokio::test]
async fn passing_events_are_dropped_for_a_lagging_connection_and_a_full_one_is_closed() {
    let scene = scene();
    let ann = scene.open_plain(Id::random()).await;
    let typing = || ChannelEvent::Typing { channel: scene.room, user: Id::random(), parent: String::new() };
    for i in 0..130 {
        scene.publish(typing()).await;
        assert!(i < 128 || scene.hub.connection_count() == 1);
    }
    for _ in 0..128 {
        scene.publish(scene.edited("x")).await;
    }
    let kept = heard(&ann);
    assert_eq!(kept.len(), 256);
    assert_eq!(kept.iter().filter(|(name, _)| name == "typing").count(), 128);
    assert_eq!(kept.last().unwrap().1, 256);
    for _ in 0..256 {
        scene.publish(scene.edited("x")).await;
    }
    assert!(closing(&ann).is_ready());
    for _ in 0..257 {
        scene.publish(scene.edited("x")).await;
    }
    assert_eq!(closing(&ann), Poll::Ready(Drained::Closed(Closing::Lagging)));
    let id = ann.connection_id();
    drop(ann);
    assert!(scene.resume(id, 1, Id::random()).await.is_none());
}

#[tokio::test]
async fn a_connection_collects_without_a_socket_and_another_worker_and_session_may_take_it() {
    let scene = scene();
    let user = Id::random();
    let first = scene.open_plain(user).await;
    let id = first.connection_id();
    assert!(scene.resume(id, 1, user).await.is_none(), "still active");
    drop(first);
    scene.publish(scene.edited("missed")).await;
    assert!(scene.resume(id, 1, Id::random()).await.is_none(), "somebody else's");
    assert!(scene.resume(Id::random(), 1, user).await.is_none(), "unknown");
    let back = scene.resume(id, 1, user).await.unwrap();
    assert_eq!(heard(&back), [("post_edited".to_owned(), 1)]);
    assert_eq!(back.connection_id(), id);
    scene.publish(scene.edited("more")).await;
    assert_eq!(heard(&back), [("post_edited".to_owned(), 2)]);
    scene.publish(AccessEvent::SessionRevoked { session: back.session_id() }).await;
    scene.publish(scene.edited("silent")).await;
    assert!(names(&back).is_empty(), "it belongs to the session that took it over");
}

#[tokio::test]
async fn a_gap_gives_a_new_id_and_hello_before_what_waited() {
    let scene = scene();
    let user = Id::random();
    let first = scene.open_plain(user).await;
    let id = first.connection_id();
    drop(first);
    scene.publish(scene.edited("waited")).await;
    let back = scene.resume(id, 50, user).await.unwrap();
    assert_ne!(back.connection_id(), id);
    let frames = frames(&back);
    assert_eq!(frames[0]["data"]["connection_id"], back.connection_id().as_str());
    assert_eq!((&frames[0]["seq"], &frames[1]["seq"], frames.len()), (&0.into(), &1.into(), 2));
    let new_id = back.connection_id();
    drop(back);
    assert!(scene.resume(id, 1, user).await.is_none());
    assert!(scene.resume(new_id, 2, user).await.is_some());
}

#[tokio::test]
async fn facts_overtaken_by_an_event_are_stale() {
    let scene = scene();
    let user = Id::random();
    let open = |ticket| scene.shards[0].attach(ticket, session(user), Memberships::default(), Opening::default());
    let ticket = scene.hub.prepare();
    scene.publish(ChannelEvent::MemberAdded { channel: scene.room, team: scene.team, user: Id::random() }).await;
    assert!(open(ticket).await.is_ok());
    scene.hub.publish(vec![ChannelEvent::MemberAdded { channel: scene.room, team: scene.team, user }.into()]);
    assert_eq!(open(ticket).await.err(), Some(Stale));
    assert!(open(scene.hub.prepare()).await.is_ok());
}

#[tokio::test]
async fn connections_can_be_addressed_and_left_out() {
    let scene = scene();
    let user = Id::random();
    let (one, two) = (scene.open_plain(user).await, scene.open(1, session(user)).await);
    let event = |by: &str| crate::events::drafts::DraftEvent {
        kind: crate::events::drafts::DraftChange::Saved,
        user,
        channel: scene.room,
        value: Json::of(&()),
        by_connection: Some(by.into()),
    };
    scene.publish(event(one.connection_id().as_str())).await;
    assert_eq!((names(&one).len(), names(&two).len()), (0, 1));
    scene.publish(event("nonsense")).await;
    assert_eq!(frames(&one)[0]["broadcast"]["omit_connection_id"], "nonsense");
}

#[tokio::test]
async fn what_is_on_screen_filters_typing_only() {
    let scene = scene();
    let ann = scene.open_plain(Id::random()).await;
    let happen = || async {
        scene.publish(ChannelEvent::Typing { channel: scene.room, user: Id::random(), parent: String::new() }).await;
        scene.publish(scene.edited("x")).await;
        names(&ann).len()
    };
    let elsewhere = Id::random();
    assert_eq!(happen().await, 2);
    for (pane, channel, expected) in [
        (Pane::Channel, elsewhere, 2),
        (Pane::SideThread, elsewhere, 2),
        (Pane::ThreadView, elsewhere, 1),
        (Pane::Channel, scene.room, 2),
        (Pane::Channel, Id::NONE, 1),
        (Pane::SideThread, scene.room, 2),
    ] {
        ann.show(pane, channel);
        assert_eq!(happen().await, expected, "{pane:?}");
    }
}

#[tokio::test]
async fn presence_is_told_and_counted() {
    let mut scene = scene();
    let user = Id::random();
    let one = scene.open_plain(user).await;
    let two = scene.open(1, session(user)).await;
    assert_eq!((scene.hub.connections_of(user), scene.hub.connection_count()), (2, 2));
    drop(one);
    drop(two);
    assert!(!scene.hub.is_connected(user) && scene.hub.connected_users().is_empty());
    let changes: Vec<_> = std::iter::from_fn(|| scene.changes.try_recv().ok()).collect();
    assert_eq!(changes[0], PresenceChange::Connected { user, connections: 1 });
    assert_eq!(changes[1], PresenceChange::Connected { user, connections: 2 });
    assert!(matches!(changes[2], PresenceChange::Disconnected { remaining: 1, last_activity_at: 1.., .. }));
    assert_eq!(changes[3], PresenceChange::Disconnected { user, remaining: 0, last_activity_at: 0 });
}

#[tokio::test]
async fn shutting_down_closes_all_and_what_comes_later() {
    let scene = scene();
    let one = scene.open_plain(Id::random()).await;
    scene.hub.close_all();
    assert_eq!(closing(&one), Poll::Ready(Drained::Closed(Closing::Shutdown)));
    let late = session(Id::random());
    let late =
        scene.shards[1].attach(scene.hub.prepare(), late, Memberships::default(), Opening::default()).await.unwrap();
    assert_eq!(closing(&late), Poll::Ready(Drained::Closed(Closing::Shutdown)));
}
