//! Finding posts (posts-and-limits.md §3, Search).

use std::collections::HashSet;

use super::list::{ListOptions, Read};
use crate::app::App;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, TeamGrant};
use crate::model::Id;
use crate::model::channels::{direct_name, group_name};
use crate::model::errors::{Result, posts as codes};
use crate::model::posts::search::{Flag, Search};
use crate::model::posts::{PostList, PostSearchResults};
use crate::model::time::now;
use crate::model::users::User;
use crate::store;
use crate::store::conn::Conn;
use crate::store::posts::Pane;
use crate::store::posts::search::{Scope, Sought};

/// The most people of a conversation that can be named after `in:`.
const MOST_NAMES: usize = 8;

/// A search for posts.
#[derive(Debug, Clone, Default)]
pub struct PostSearch {
    /// What was typed.
    pub text: String,
    /// Whether any of the words is enough.
    pub any: bool,
    /// In archived channels, too.
    pub with_archived: bool,
    /// How many seconds the searcher's clock is ahead of UTC.
    pub offset: i64,
    /// Whether more than the first page is asked for; there is none.
    pub further: bool,
}

impl App {
    /// Finds posts in a team's channels and in conversations.
    pub async fn search_posts_in_team(
        &self,
        grant: &TeamGrant<ViewTeam>,
        search: PostSearch,
    ) -> Result<PostSearchResults> {
        self.search_posts(grant.actor(), Some(grant.team().id), search).await
    }

    /// Finds posts in the channels that somebody is in and reads.
    pub async fn search_posts(&self, actor: &Actor, team: Option<Id>, search: PostSearch) -> Result<PostSearchResults> {
        if !self.config.snapshot().effective.service.enable_post_search {
            return codes::SEARCH_DISABLED.err();
        }
        if search.further {
            return Ok(PostSearchResults::default());
        }
        let reader = actor.id();
        let mut read = self.store.read(move |conn| find(conn, reader, team, &search)).await?;
        let channels: HashSet<Id> = read.pane.posts.iter().map(|post| post.channel_id).collect();
        let readable = self.auth.readable(actor, channels.into_iter().collect()).await?;
        read.pane.posts.retain(|post| readable.contains(&post.channel_id));
        self.fit_read(actor, &mut read).await?;
        let list: PostList = self.assemble(read, ListOptions::default());
        Ok(PostSearchResults { list, matches: None })
    }
}

/// What a search finds, with what comes with posts.
fn find(conn: &mut Conn, reader: Id, team: Option<Id>, wanted: &PostSearch) -> Result<Read> {
    let search = Search::parse(&wanted.text);
    let sought = sought(&search, wanted.any);
    if sought.is_empty() {
        return Ok(Read::default());
    }
    let scope = scope(conn, reader, team, wanted, &search)?;
    let mut found = Vec::new();
    for one in &sought {
        found.extend(store::posts::search::find(conn, &scope, one)?);
    }
    if sought.len() > 1 {
        let mut seen = HashSet::new();
        found.retain(|found| seen.insert(found.post.id));
        found.sort_by_key(|found| std::cmp::Reverse(found.post.create_at));
    }
    let with_more = found.iter().any(|found| found.with_more);
    let posts = found.into_iter().map(|found| found.post).collect();
    let mut read = Read { pane: Pane { posts, ..Pane::default() }, ..Read::default() };
    if with_more {
        read.fill(conn)?;
    }
    Ok(read)
}

/// What is looked for: words and hashtags apart, or whatever the flags leave.
fn sought(search: &Search, any: bool) -> Vec<Sought> {
    let words = search.words.clone().map(|words| Sought::Words(words, any));
    let hashtags = search.hashtags.clone().map(|words| Sought::Hashtags(words, any));
    let anything = words.is_none() && hashtags.is_none() && search.filters();
    words.into_iter().chain(hashtags).chain(anything.then_some(Sought::Anything)).collect()
}

/// Where is looked: names become ids. Whoever and whatever is not there is not found either.
pub(in crate::app) fn scope(
    conn: &mut Conn,
    reader: Id,
    team: Option<Id>,
    wanted: &PostSearch,
    search: &Search,
) -> Result<Scope> {
    let named = |conn: &mut Conn, names: &[String]| channels(conn, reader, team, names);
    let wants = |flag: &Flag| !flag.wanted.is_empty();
    let (of_channels, of_authors) = (&search.channels, &search.authors);
    Ok(Scope {
        reader,
        team,
        with_archived: wanted.with_archived,
        channels: if wants(of_channels) { Some(named(conn, &of_channels.wanted)?) } else { None },
        not_channels: named(conn, &of_channels.unwanted)?,
        authors: if wants(of_authors) { Some(people(conn, &of_authors.wanted)?) } else { None },
        not_authors: people(conn, &of_authors.unwanted)?,
        times: search.days.times(wanted.offset, now()),
    })
}

/// The people of these names; an id is taken for whom it names.
fn people(conn: &mut Conn, names: &[String]) -> Result<Vec<Id>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = names.iter().map(|name| name.trim_start_matches('@').to_lowercase()).collect();
    let users = store::users::by_usernames(conn, &names)?;
    let unknown = names.iter().filter(|name| !users.iter().any(|user| user.username == **name));
    let ids: Vec<Id> = unknown.filter_map(|name| Id::parse(name)).collect();
    Ok(users.iter().map(|user| user.id).chain(ids).collect())
}

/// The channels of these names: in the team, conversations by their members as `@name` and `@one,@two`, or by id.
fn channels(conn: &mut Conn, reader: Id, team: Option<Id>, names: &[String]) -> Result<Vec<Id>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<&str> = names.iter().map(|name| name.trim_start_matches('~')).collect();
    let members: Vec<Vec<String>> = names.iter().filter_map(|name| members(name)).collect();
    let users = store::users::by_usernames(conn, &members.concat())?;
    let conversations = members.iter().filter_map(|members| conversation(reader, members, &users));
    let plain = names.iter().filter(|name| !name.starts_with('@')).map(|name| (*name).to_owned());
    let all: Vec<String> = plain.chain(conversations).collect();
    let mut ids = store::channels::named(conn, team, &all)?;
    ids.extend(names.iter().filter_map(|name| Id::parse(name)));
    Ok(ids)
}

/// The people whose conversation a name stands for.
fn members(name: &str) -> Option<Vec<String>> {
    let names = name.strip_prefix('@')?.split(',').take(MOST_NAMES);
    Some(names.map(|name| name.trim_start_matches('@').to_lowercase()).collect())
}

/// The name of the conversation with one person, or of a group of which all are named.
fn conversation(reader: Id, members: &[String], users: &[User]) -> Option<String> {
    let ids: Vec<Id> = users.iter().filter(|user| members.contains(&user.username)).map(|user| user.id).collect();
    match (members, ids.as_slice()) {
        ([_], []) => None,
        ([_], [other, ..]) => Some(direct_name(reader, *other)),
        _ => Some(group_name(&ids)),
    }
}
