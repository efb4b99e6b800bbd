//! A large server to try things on: the same people, channels and texts each time.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::App;
use super::teams::add_standard_channels;
use crate::events::Change;
use crate::model::channels::{Channel, ChannelMember, ChannelType};
use crate::model::errors::{Result, teams as codes};
use crate::model::posts::{Post, hashtags};
use crate::model::roles::{SYSTEM_ADMIN, SYSTEM_USER, SchemeRoles};
use crate::model::teams::{Team, TeamInput, TeamMember};
use crate::model::threads::ThreadMembership;
use crate::model::users::User;
use crate::model::{Id, TimeMs, now};
use crate::store::posts::Bump;
use crate::store::{self, Tx};

/// How large it is to be.
#[derive(Debug, Clone)]
pub struct Plan {
    /// People in the team; the first makes everything and is in every channel.
    pub people: usize,
    /// Channels that the first is in besides.
    pub channels: usize,
    /// Posts in one of them.
    pub posts: usize,
    /// Replies in one thread.
    pub replies: usize,
    /// Everybody's password.
    pub password: String,
}

/// Name of the team, and how the names of people and channels begin.
pub const NAME: &str = "seed";
/// How many people are in a channel and write in it.
const IN_CHANNEL: usize = 20;
/// Posts in each of the many channels.
const IN_EACH: usize = 20;
/// Rows of one write.
const CHUNK: usize = 5_000;
/// Between one post and the next.
const STEP: TimeMs = 1_000;

const WORDS: [&str; 24] = [
    "the", "meeting", "is", "moved", "to", "room", "seven", "please", "bring", "your", "notes", "and", "tell",
    "others", "about", "lunch", "after", "review", "we", "have", "new", "samples", "today", "#lab",
];

/// What makes the same things each time.
struct Maker {
    random: StdRng,
    until: TimeMs,
}

impl Maker {
    fn id(&mut self) -> Id {
        Id::of(self.random.random())
    }

    fn text(&mut self) -> String {
        let words = self.random.random_range(3..25);
        (0..words).filter_map(|_| WORDS.choose(&mut self.random)).copied().collect::<Vec<_>>().join(" ")
    }

    fn person(&mut self, number: usize, password: &str, roles: &str) -> User {
        let name = format!("{NAME}-{number:05}");
        let mut user = User {
            id: self.id(),
            email: format!("{name}@example.org"),
            username: name,
            first_name: format!("First{number:05}"),
            last_name: format!("Last{number:05}"),
            email_verified: true,
            password: password.to_owned(),
            roles: roles.to_owned(),
            ..User::default()
        };
        user.begin();
        user.normalize();
        user
    }

    fn channel(&mut self, team: Id, creator: Id, label: &str) -> Channel {
        let at = self.until;
        Channel {
            id: self.id(),
            create_at: at,
            update_at: at,
            team_id: team,
            r#type: ChannelType::Open,
            name: format!("{NAME}-{label}"),
            display_name: format!("Seed {label}"),
            creator_id: creator,
            ..Channel::default()
        }
    }

    /// Posts that end now, one a second.
    fn posts(&mut self, channel: Id, root: Id, authors: &[Id], first: usize, count: usize, of: usize) -> Vec<Post> {
        let mut post = |number: usize| {
            let at = self.until - (of as TimeMs - number as TimeMs) * STEP;
            let message = self.text();
            Post {
                id: self.id(),
                create_at: at,
                update_at: at,
                user_id: authors.choose(&mut self.random).copied().unwrap_or_default(),
                channel_id: channel,
                root_id: root,
                hashtags: hashtags(&message),
                message,
                file_ids: Some(Vec::new()),
                remote_id: Some(String::new()),
                ..Post::default()
            }
        };
        (first..first + count).map(&mut post).collect()
    }
}

impl App {
    /// Fills the server. Refuses a second time: the team is there already.
    pub async fn seed(&self, plan: &Plan) -> Result<()> {
        if self.store.read(|conn| store::teams::by_name(conn, NAME)).await?.is_some() {
            return codes::SAVE_EXISTING.err();
        }
        let mut maker = Maker { random: StdRng::seed_from_u64(11), until: now() };
        let people = self.seed_people(&mut maker, plan).await?;
        let first = people.first().copied().unwrap_or_default();
        let team = self.seed_team(&people).await?;
        let circle: Vec<Id> = people.iter().take(IN_CHANNEL).copied().collect();
        for number in 0..plan.channels {
            let channel = maker.channel(team, first, &format!("room-{number:03}"));
            let circle: Vec<Id> = circle.iter().take(3).copied().collect();
            self.seed_channel(&mut maker, channel, &circle, IN_EACH).await?;
        }
        let channel = maker.channel(team, first, "many-posts");
        self.seed_channel(&mut maker, channel, &circle, plan.posts).await?;
        let channel = maker.channel(team, first, "long-thread");
        let place = channel.clone();
        // Its root is older than the replies, which end now.
        let until = std::mem::replace(&mut maker.until, now() - (plan.replies as TimeMs + 1) * STEP);
        self.seed_channel(&mut maker, channel, &circle, 1).await?;
        maker.until = until;
        self.seed_thread(&mut maker, &place, &circle, plan.replies).await
    }

    /// The first to be on the server is its administrator.
    async fn seed_people(&self, maker: &mut Maker, plan: &Plan) -> Result<Vec<Id>> {
        let empty = !self.store.read(store::users::any).await?;
        let password = self.passwords.hash(&plan.password).await?;
        let mut ids = Vec::with_capacity(plan.people);
        for start in (0..plan.people).step_by(CHUNK) {
            let numbers = start..plan.people.min(start + CHUNK);
            let role = |number| {
                if empty && number == 0 { format!("{SYSTEM_ADMIN} {SYSTEM_USER}") } else { SYSTEM_USER.into() }
            };
            let people: Vec<User> = numbers.map(|n| maker.person(n + 1, &password, &role(n))).collect();
            ids.extend(people.iter().map(|user| user.id));
            self.store
                .write(move |tx| {
                    for user in &people {
                        store::users::insert(tx, user)?;
                    }
                    Ok(Change::silent((), SILENCE))
                })
                .await?;
        }
        Ok(ids)
    }

    async fn seed_team(&self, people: &[Id]) -> Result<Id> {
        let input = TeamInput {
            name: NAME.into(),
            display_name: "Seed".into(),
            r#type: "O".into(),
            allow_open_invite: true,
            ..TeamInput::default()
        };
        let team = Team::new(input);
        let (id, snapshot) = (team.id, self.config.snapshot());
        let channels = self
            .store
            .write(move |tx| {
                store::teams::insert(tx, &team)?;
                Ok(Change::silent(add_standard_channels(tx, &team, &snapshot.effective)?, SILENCE))
            })
            .await?;
        for (at, chunk) in people.chunks(CHUNK).enumerate() {
            let (chunk, channels) = (chunk.to_vec(), channels.clone());
            self.store
                .write(move |tx| {
                    for (number, user) in chunk.iter().enumerate() {
                        let scheme = if at + number == 0 { SchemeRoles::ADMIN } else { SchemeRoles::USER };
                        store::teams::save_member(tx, &TeamMember::new(id, *user, scheme))?;
                        for channel in &channels {
                            join(tx, *channel, *user, scheme, 0, now())?;
                        }
                    }
                    Ok(Change::silent((), SILENCE))
                })
                .await?;
        }
        Ok(id)
    }

    /// A channel whose members have read everything in it.
    async fn seed_channel(&self, maker: &mut Maker, channel: Channel, circle: &[Id], posts: usize) -> Result<()> {
        let (id, until, members) = (channel.id, maker.until, circle.to_vec());
        self.store
            .write(move |tx| {
                store::channels::insert(tx, &channel)?;
                for (number, user) in members.iter().enumerate() {
                    let scheme = if number == 0 { SchemeRoles::ADMIN } else { SchemeRoles::USER };
                    join(tx, id, *user, scheme, posts as i64, until)?;
                }
                Ok(Change::silent((), SILENCE))
            })
            .await?;
        for start in (0..posts).step_by(CHUNK) {
            let chunk = maker.posts(id, Id::NONE, circle, start, CHUNK.min(posts - start), posts);
            let bump = Bump {
                channel: id,
                at: chunk.last().map_or(0, |post| post.create_at),
                messages: chunk.len() as i64,
                roots: chunk.len() as i64,
                root_at: chunk.last().map_or(0, |post| post.create_at),
            };
            self.store
                .write(move |tx| {
                    store::posts::insert_many(tx, &chunk, &bump)?;
                    Ok(Change::silent((), SILENCE))
                })
                .await?;
        }
        Ok(())
    }

    /// A thread under the only post of a channel, which everybody in it follows and has read.
    async fn seed_thread(&self, maker: &mut Maker, channel: &Channel, circle: &[Id], replies: usize) -> Result<()> {
        let (id, team, until) = (channel.id, channel.team_id, maker.until);
        let window = store::posts::Window {
            channel: id,
            anchor: store::posts::Anchor::Newest,
            offset: 0,
            limit: 1,
            roots_only: true,
            deleted: false,
        };
        let pane = self.store.read(move |conn| store::posts::window(conn, &window)).await?;
        let Some(root) = pane.posts.into_iter().next() else { return Ok(()) };
        let posts = maker.posts(id, root.id, circle, 0, replies, replies);
        let members: Vec<ThreadMembership> = circle
            .iter()
            .map(|user| ThreadMembership {
                post_id: root.id,
                user_id: *user,
                following: true,
                last_viewed: until,
                last_updated: until,
                ..ThreadMembership::default()
            })
            .collect();
        self.store
            .write(move |tx| {
                let at = posts.last().map_or(0, |post| post.create_at);
                let bump = Bump { channel: id, at, messages: posts.len() as i64, roots: 0, root_at: 0 };
                store::posts::insert_many(tx, &posts, &bump)?;
                for reply in &posts {
                    store::threads::add_reply(tx, &root, reply, team)?;
                }
                store::threads::save_members(tx, &members)?;
                for member in &members {
                    store::posts::mark_viewed(tx, id, member.user_id)?;
                }
                Ok(Change::silent((), SILENCE))
            })
            .await
    }
}

/// Seeding is done from the command line, beside no running server.
const SILENCE: &str = "nobody is connected to a server that is being seeded";

fn join(tx: &mut Tx<'_>, channel: Id, user: Id, scheme: SchemeRoles, read: i64, at: TimeMs) -> Result<()> {
    let member = ChannelMember {
        msg_count: read,
        msg_count_root: read,
        last_viewed_at: at,
        ..ChannelMember::new(channel, user, scheme)
    };
    store::channels::insert_member(tx, &member)?;
    store::channels::note_joined(tx, channel, user, at)
}
