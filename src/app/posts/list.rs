//! Reading what was said in a channel (posts-and-limits.md §3).

use std::collections::{HashMap, HashSet};

use super::add::show;
use super::channel_mentions::names_channels;
use super::embeds::previewed;
use super::emoji::add_emoji;
use crate::app::App;
use crate::app::users::privacy;
use crate::auth::channels::ReadPosts;
use crate::auth::{Actor, ChannelGrant};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::json::Written;
use crate::model::posts::{Post, PostList};
use crate::model::threads::{Thread, ThreadMembership};
use crate::model::users::{Audience, User};
use crate::store;
use crate::store::Pages;
use crate::store::conn::Conn;
use crate::store::posts::{Anchor, Pane, Window};

/// How a client wants threads in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// Of the threads, only the posts that started them.
    pub skip_threads: bool,
    /// Only posts that start threads, with what is known of their threads.
    pub collapsed: bool,
    /// Participants as full profiles.
    pub extended: bool,
    /// Deleted posts too.
    pub deleted: bool,
}

/// Which part of a channel is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// A page from the newest post, or from a given one: anchor, posts left out, posts.
    Page(Anchor, i64, i64),
    /// What changed after a time.
    Since(i64),
}

/// A list as read from the database, before it is fitted to its reader.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub pane: Pane,
    /// Posts that are not part of the list but of its threads.
    pub context: Vec<Post>,
    pub threads: HashMap<Id, Thread>,
    pub memberships: HashMap<Id, ThreadMembership>,
    pub participants: HashMap<Id, User>,
}

impl App {
    /// A part of a channel, as it is answered. The newest page is kept where it is the same for all readers.
    pub async fn list_posts(
        &self,
        grant: &ChannelGrant<ReadPosts>,
        part: Part,
        options: ListOptions,
    ) -> Result<Written> {
        let Some(key) = options.key(part) else {
            return Ok(Written::of(&self.read_posts(grant, part, options).await?.0));
        };
        let pages = self.store.pages(grant.channel().id);
        if let Some(page) = kept(&pages, key) {
            return Ok(page);
        }
        let (list, same_for_all) = self.read_posts(grant, part, options).await?;
        let page = Written::of(&list);
        if same_for_all {
            keep(&pages, key, page.clone());
        }
        Ok(page)
    }

    /// A part of a channel, and whether all who read the channel see the same.
    async fn read_posts(
        &self,
        grant: &ChannelGrant<ReadPosts>,
        part: Part,
        options: ListOptions,
    ) -> Result<(PostList, bool)> {
        let (channel, reader) = (grant.channel().id, grant.actor().id());
        let mut read = self
            .store
            .read(move |conn| {
                let mut read = Read { pane: pane(conn, channel, part, options)?, ..Read::default() };
                read.add_threads(conn, part, options, reader)?;
                read.fill(conn)?;
                Ok(read)
            })
            .await?;
        let same_for_all = read.threads.is_empty() && !read.posts_mut().any(|post| is_personal(post));
        self.fit_read(grant.actor(), &mut read).await?;
        Ok((self.assemble(read, options), same_for_all))
    }

    /// Puts a list together in the form that is answered.
    pub(super) fn assemble(&self, mut read: Read, options: ListOptions) -> PostList {
        let privacy = privacy(&self.config.snapshot().effective);
        for post in read.pane.posts.iter_mut().chain(&mut read.context).filter(|p| options.collapsed && p.is_root()) {
            let Some(thread) = read.threads.get(&post.id) else { continue };
            post.reply_count = thread.reply_count;
            post.last_reply_at = thread.last_reply_at;
            post.is_following = read.memberships.get(&post.id).map(|m| m.following);
            let view = |id: &Id| match read.participants.get(id) {
                Some(user) => user.view(Audience::Other(privacy)).to_raw(),
                None => User::stub(*id).view(Audience::Oneself).to_raw(),
            };
            post.participants = Some(thread.participants.iter().map(view).collect());
        }
        let Pane { posts, newer, older } = read.pane;
        let mut list = PostList { next_post_id: newer, prev_post_id: older, ..PostList::of(posts) };
        list.add_context(read.context);
        list
    }

    /// Fits what was read to its reader: the posts, and who took part in their threads.
    pub(super) async fn fit_read(&self, actor: &Actor, read: &mut Read) -> Result<()> {
        if actor.is_secluded() && !read.participants.is_empty() {
            let seen = self.auth.seen_of(actor, read.participants.keys().copied().collect()).await?;
            read.participants.retain(|id, _| seen.contains(id));
        }
        self.fit(actor, read.posts_mut().collect()).await
    }

    /// Fits posts to their reader: what is hidden from everybody, deleted, or of channels that they do not read.
    pub(super) async fn fit(&self, actor: &Actor, mut posts: Vec<&mut Post>) -> Result<()> {
        for post in &mut posts {
            if post.delete_at > 0 {
                post.message.clear();
                post.file_ids = Some(Vec::new());
            }
        }
        let (table, snapshot) = (self.store.emoji().await?, self.config.snapshot());
        for post in posts.iter_mut().filter(|post| post.delete_at == 0) {
            add_emoji(post, &table, &snapshot.effective);
        }
        self.embed(actor, &mut posts).await?;
        self.hide_channel_mentions(actor, &mut posts).await?;
        posts.into_iter().for_each(show);
        Ok(())
    }
}

impl ListOptions {
    /// Under what a part is kept: newest pages only, without what few may see.
    fn key(self, part: Part) -> Option<(i64, u8)> {
        let Part::Page(Anchor::Newest, 0, limit) = part else { return None };
        let variant = u8::from(self.skip_threads) | u8::from(self.collapsed) << 1 | u8::from(self.extended) << 2;
        (!self.deleted).then_some((limit, variant))
    }
}

/// Whether not every reader of its channel sees the same of a post.
fn is_personal(post: &Post) -> bool {
    names_channels(post) || previewed(post).is_some()
}

/// The most variants of a channel's newest page that are kept.
const MOST_VARIANTS: usize = 8;

fn kept(pages: &Pages, key: (i64, u8)) -> Option<Written> {
    let pages = pages.lock().ok()?;
    pages.iter().find(|(k, _)| *k == key).map(|(_, page)| page.clone())
}

fn keep(pages: &Pages, key: (i64, u8), page: Written) {
    if let Ok(mut pages) = pages.lock()
        && pages.len() < MOST_VARIANTS
        && pages.iter().all(|(k, _)| *k != key)
    {
        pages.push((key, page));
    }
}

fn pane(conn: &mut Conn, channel: Id, part: Part, options: ListOptions) -> Result<Pane> {
    match part {
        Part::Since(since) => {
            let posts = store::posts::changed_since(conn, channel, since, options.collapsed)?;
            Ok(Pane { posts, ..Pane::default() })
        }
        Part::Page(anchor, offset, limit) => {
            let (roots_only, deleted) = (options.collapsed, options.deleted);
            store::posts::window(conn, &Window { channel, anchor, offset, limit, roots_only, deleted })
        }
    }
}

impl Read {
    /// Every post of the list and around it.
    pub(super) fn posts_mut(&mut self) -> impl Iterator<Item = &mut Post> {
        self.pane.posts.iter_mut().chain(&mut self.context)
    }

    /// Loads what comes with the posts.
    pub(super) fn fill(&mut self, conn: &mut Conn) -> Result<()> {
        store::posts::fill(conn, &mut self.posts_mut().collect::<Vec<_>>())
    }

    /// Loads the threads that the list touches, as far as the client wants them.
    fn add_threads(&mut self, conn: &mut Conn, part: Part, options: ListOptions, reader: Id) -> Result<()> {
        if options.collapsed {
            return self.add_collapsed(conn, options, reader);
        }
        let around = matches!(part, Part::Page(Anchor::Before(_) | Anchor::After(_), ..));
        let whole = !options.skip_threads && !matches!(part, Part::Since(_));
        let posts = || self.pane.posts.iter();
        let mut roots: HashSet<Id> = posts().filter_map(|p| p.root_id.some()).collect();
        if around && whole {
            roots.extend(posts().filter(|p| p.is_root()).map(|p| p.id));
        }
        let roots: Vec<Id> = roots.into_iter().collect();
        let present: HashSet<Id> = posts().map(|p| p.id).collect();
        self.context = store::posts::of_threads(conn, &roots, whole)?;
        self.context.retain(|post| !present.contains(&post.id));
        // Counts in plain pages confuse clients that have the whole thread at hand (posts-and-limits.md §3).
        if around || options.skip_threads {
            self.count_replies(conn)?;
        }
        Ok(())
    }

    /// Loads the threads around an unread post: that post's whole thread, of the others whatever the client wants.
    pub(super) fn add_context(
        &mut self,
        conn: &mut Conn,
        first: Option<Id>,
        options: ListOptions,
        reader: Id,
    ) -> Result<()> {
        match first {
            Some(id) => self.add_threads(conn, Part::Page(Anchor::Before(id), 0, 0), options, reader),
            None => self.add_threads(conn, Part::Page(Anchor::Newest, 0, 0), options, reader),
        }
    }

    /// Says of every post how many replies its thread has.
    pub(super) fn count_replies(&mut self, conn: &mut Conn) -> Result<()> {
        let ids: HashSet<Id> = self.posts_mut().filter(|p| p.delete_at == 0).map(|p| p.thread_id()).collect();
        let threads = store::threads::by_ids(conn, &ids.into_iter().collect::<Vec<_>>())?;
        for post in self.posts_mut() {
            post.reply_count = threads.get(&post.thread_id()).map_or(0, |thread| thread.reply_count);
        }
        Ok(())
    }

    /// Loads what is shown of the threads that the posts started.
    pub(super) fn add_collapsed(&mut self, conn: &mut Conn, options: ListOptions, reader: Id) -> Result<()> {
        let ids: Vec<Id> = self.posts_mut().filter(|p| p.is_root() && p.delete_at == 0).map(|p| p.id).collect();
        self.threads = store::threads::by_ids(conn, &ids)?;
        let ids: Vec<Id> = self.threads.keys().copied().collect();
        self.memberships = store::threads::memberships(conn, reader, &ids)?;
        if options.extended {
            let people: HashSet<Id> = self.threads.values().flat_map(|t| t.participants.iter().copied()).collect();
            let people = store::users::by_ids(conn, &people.into_iter().collect::<Vec<_>>())?;
            self.participants = people.into_iter().map(|user| (user.id, user)).collect();
        }
        Ok(())
    }
}
