//! What the store keeps in memory, and what makes it stale.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Notify, watch};

use super::Store;
use super::answers::{Answers, Of};
use super::audiences::Audience;
use super::cache::Kept;
use super::conn::Conn;
use super::emoji::EmojiTable;
use super::roles::RoleTable;
use crate::model::Id;
use crate::model::channels::{Channel, ChannelMember};
use crate::model::errors::Result;
use crate::model::integrations::OutgoingHook;
use crate::model::json::Written;
use crate::model::posts::Post;
use crate::model::sessions::Session;
use crate::model::teams::{Team, TeamMember};
use crate::model::users::User;

/// Something that a write changed.
#[derive(Debug, Clone)]
pub enum Stale {
    /// The roles.
    Roles,
    /// Schemes, or who has which: what the flags of many memberships stand for.
    Schemes,
    /// The custom emoji.
    Emoji,
    /// A session, by its token.
    Session(String),
    /// All sessions.
    Sessions,
    /// A user's row.
    User(Id),
    /// Of a user's row only what nobody is notified by: log-ins, failures.
    UserActivity(Id),
    /// A team's row.
    Team(Id),
    /// A channel's row but for its counters, which are never kept.
    Channel(Id),
    /// The teams of a user.
    TeamsOf(Id),
    /// The membership of a user in a channel: (channel, user).
    ChannelMember(Id, Id),
    /// The posts of a channel.
    Posts(Id),
    /// A post, but for its reactions and the time of its last change.
    Post(Id),
    /// Who has read all of a channel.
    Viewers(Id),
    /// How far a user has read their channels, or is mentioned in them.
    Read(Id),
    /// The sidebar of a user.
    Sidebar(Id),
    /// The sidebars of many.
    Sidebars,
    /// The threads that a user follows, what there is new in them, or how far they have read them.
    Inbox(Id),
    /// The threads that many follow.
    Inboxes,
    /// The preferences of a user.
    Preferences(Id),
    /// The outgoing webhooks of a team.
    OutgoingHooks(Id),
    /// The outgoing webhooks of all teams.
    AllOutgoingHooks,
    /// What waits to be mailed.
    Outbox,
    /// What is to be done at its time.
    Schedule,
}

/// The kept values.
pub struct Keeps {
    pub(super) roles: Kept<(), Arc<RoleTable>>,
    pub(super) emoji: Kept<(), Arc<EmojiTable>>,
    pub(super) sessions: Kept<String, Arc<Session>>,
    pub(super) users: Kept<Id, Arc<User>>,
    pub(super) teams: Kept<Id, Arc<Team>>,
    pub(super) channels: Kept<Id, Arc<Channel>>,
    pub(super) teams_of: Kept<Id, Arc<[TeamMember]>>,
    pub(super) channel_members: Kept<(Id, Id), Option<Arc<ChannelMember>>>,
    pub(super) audiences: Kept<Id, Arc<Audience>>,
    pub(super) posts: Kept<Id, Arc<Post>>,
    pub(super) pages: Kept<Id, Arc<Pages>>,
    pub(super) viewers: Kept<Id, Arc<Viewers>>,
    pub(super) preferences: Kept<Id, Bytes>,
    pub(super) outgoing_hooks: Kept<Id, Arc<[OutgoingHook]>>,
    pub(super) answers: Answers,
    /// Raised when mail was added.
    pub(super) outbox: Notify,
    /// Counts up when something was scheduled.
    pub(super) schedule: watch::Sender<u64>,
}

/// The newest pages of a channel as they are answered to everybody who reads it, by posts a page and variant of the
/// request.
pub type Pages = std::sync::Mutex<Vec<((i64, u8), Written)>>;

/// Who has read everything in a channel, and until when they had: nothing is to be written when they look again.
pub type Viewers = std::sync::Mutex<HashMap<Id, i64>>;

impl Default for Keeps {
    fn default() -> Self {
        Keeps {
            roles: Kept::new(1),
            emoji: Kept::new(1),
            sessions: Kept::new(20_000),
            users: Kept::new(20_000),
            teams: Kept::new(1_000),
            channels: Kept::new(20_000),
            teams_of: Kept::new(20_000),
            channel_members: Kept::new(50_000),
            audiences: Kept::new(1_000),
            posts: Kept::new(1_000),
            pages: Kept::new(200),
            viewers: Kept::new(2_000),
            preferences: Kept::new(2_000),
            outgoing_hooks: Kept::new(1_000),
            answers: Answers::default(),
            outbox: Notify::new(),
            schedule: watch::Sender::new(0),
        }
    }
}

impl Keeps {
    pub(super) fn clear(&self) {
        // Taken apart, so that a new field cannot be forgotten here.
        let Keeps {
            roles,
            sessions,
            users,
            teams,
            channels,
            teams_of,
            channel_members,
            audiences,
            posts,
            pages,
            viewers,
            preferences,
            outgoing_hooks,
            emoji,
            answers,
            outbox: _,
            schedule: _,
        } = self;
        roles.clear();
        sessions.clear();
        users.clear();
        teams.clear();
        channels.clear();
        teams_of.clear();
        channel_members.clear();
        audiences.clear();
        posts.clear();
        pages.clear();
        viewers.clear();
        preferences.clear();
        outgoing_hooks.clear();
        emoji.clear();
        // After all from which they are made.
        answers.clear();
    }

    pub(super) fn drop_stale(&self, stale: &[Stale]) {
        for what in stale {
            match what {
                Stale::Roles => self.roles.stale(&()),
                Stale::Schemes => {
                    self.roles.stale(&());
                    self.teams.all_stale();
                    self.channels.all_stale();
                    self.teams_of.all_stale();
                    self.channel_members.all_stale();
                }
                Stale::Emoji => {
                    self.emoji.stale(&());
                    // Posts are answered with the emoji that they name.
                    self.pages.stale_where(|_| true);
                }
                Stale::Session(token) => self.sessions.stale(token),
                Stale::User(user) => {
                    self.users.stale(user);
                    self.audiences.stale_where(|audience| audience.knows(*user));
                }
                Stale::UserActivity(user) => self.users.stale(user),
                Stale::Sessions => self.sessions.all_stale(),
                Stale::Team(team) => self.teams.stale(team),
                Stale::Channel(channel) => {
                    self.channels.stale(channel);
                    // It may have been erased with its posts.
                    self.posts.stale_where(|post| post.channel_id == *channel);
                }
                Stale::TeamsOf(user) => self.teams_of.stale(user),
                Stale::ChannelMember(channel, user) => {
                    self.channel_members.stale(&(*channel, *user));
                    self.audiences.stale(channel);
                    self.viewers.stale(channel);
                }
                Stale::Post(post) => self.posts.stale(post),
                Stale::Posts(channel) => {
                    self.pages.stale(channel);
                    self.viewers.stale(channel);
                }
                Stale::Viewers(channel) => self.viewers.stale(channel),
                Stale::Preferences(user) => self.preferences.stale(user),
                Stale::OutgoingHooks(team) => self.outgoing_hooks.stale(team),
                Stale::AllOutgoingHooks => self.outgoing_hooks.all_stale(),
                Stale::Outbox => self.outbox.notify_one(),
                Stale::Schedule => self.schedule.send_modify(|count| *count = count.wrapping_add(1)),
                Stale::Read(_) | Stale::Sidebar(_) | Stale::Sidebars | Stale::Inbox(_) | Stale::Inboxes => {}
            }
        }
        // Answers are made of the values above, so these have to be gone before.
        stale.iter().for_each(|what| what.stamps(|of| self.answers.stamp(of)));
    }
}

impl Stale {
    /// Of what answers show it.
    fn stamps(&self, mut stamp: impl FnMut(Of)) {
        match self {
            Stale::Roles => stamp(Of::Roles),
            Stale::Schemes => stamp(Of::Everything),
            Stale::User(user) => [Of::Users, Of::User(*user), Of::Profile(*user)].into_iter().for_each(stamp),
            Stale::UserActivity(user) => stamp(Of::User(*user)),
            Stale::Team(_) => stamp(Of::Teams),
            Stale::Channel(_) => stamp(Of::Channels),
            Stale::TeamsOf(user) => stamp(Of::TeamsOf(*user)),
            Stale::ChannelMember(channel, user) => {
                [Of::MembersOf(*channel), Of::ChannelsOf(*user)].into_iter().for_each(stamp);
            }
            Stale::Posts(channel) => stamp(Of::Posts(*channel)),
            Stale::Read(user) => stamp(Of::Read(*user)),
            Stale::Sidebar(user) => stamp(Of::Sidebar(*user)),
            Stale::Sidebars => stamp(Of::Sidebars),
            Stale::Inbox(user) => stamp(Of::Inbox(*user)),
            Stale::Inboxes => stamp(Of::Inboxes),
            Stale::Emoji
            | Stale::Session(_)
            | Stale::Sessions
            | Stale::Viewers(_)
            | Stale::Post(_)
            | Stale::Preferences(_)
            | Stale::OutgoingHooks(_)
            | Stale::AllOutgoingHooks
            | Stale::Outbox
            | Stale::Schedule => {}
        }
    }
}

impl Store {
    /// Drops everything that is kept in memory; it is read anew when it is needed.
    pub fn forget(&self) {
        self.kept.clear();
    }

    /// The kept value of a key, or the row or few that `load` reads, which are then kept.
    pub(super) async fn kept_or<K, V>(
        &self,
        cache: impl Fn(&Keeps) -> &Kept<K, V>,
        key: K,
        load: impl FnOnce(&mut Conn, &K) -> Result<Option<V>> + Send + 'static,
    ) -> Result<Option<V>>
    where
        K: Eq + std::hash::Hash + Clone + Send + 'static,
        V: Clone + Send + 'static,
    {
        let wanted = key.clone();
        self.kept_or_make(cache, key, async { self.look_up(move |conn| load(conn, &wanted)).await }).await
    }

    /// The kept value of a key, or what `make` makes, which is then kept.
    pub(super) async fn kept_or_make<K, V>(
        &self,
        cache: impl Fn(&Keeps) -> &Kept<K, V>,
        key: K,
        make: impl Future<Output = Result<Option<V>>>,
    ) -> Result<Option<V>>
    where
        K: Eq + std::hash::Hash + Clone,
        V: Clone,
    {
        if let Some(value) = cache(&self.kept).get(&key) {
            return Ok(Some(value));
        }
        let since = cache(&self.kept).since(&key);
        let value = make.await?;
        if let Some(value) = &value {
            cache(&self.kept).keep(key, value.clone(), since);
        }
        Ok(value)
    }
}
