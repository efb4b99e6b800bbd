//! Finding files (posts-and-limits.md §3, Search).

use std::collections::{BTreeMap, HashSet};

use crate::app::App;
use crate::app::posts::{PostSearch, scope};
use crate::auth::Actor;
use crate::model::Id;
use crate::model::errors::{Result, files as codes};
use crate::model::files::{FileInfo, FileInfoList};
use crate::model::posts::search::Search;
use crate::store;
use crate::store::conn::Conn;
use crate::store::file_search::Wanted;

impl App {
    /// Finds attached files in the channels that somebody is in and reads, the newest first.
    pub async fn search_files(&self, actor: &Actor, team: Option<Id>, search: PostSearch) -> Result<FileInfoList> {
        if !self.config.snapshot().effective.service.enable_file_search {
            return codes::SEARCH_OFF.err();
        }
        if search.further {
            return Ok(FileInfoList::default());
        }
        let reader = actor.id();
        let mut found = self.store.read(move |conn| find(conn, reader, team, &search)).await?;
        let channels: HashSet<Id> = found.iter().map(|file| file.channel_id).collect();
        let readable = self.auth.readable(actor, channels.into_iter().collect()).await?;
        found.retain(|file| readable.contains(&file.channel_id));
        let order = found.iter().map(|file| file.id).collect();
        let file_infos: BTreeMap<Id, FileInfo> = found.into_iter().map(|file| (file.id, file)).collect();
        Ok(FileInfoList { order, file_infos, ..FileInfoList::default() })
    }
}

/// What a search finds. Hashtags are words like others in the names of files.
fn find(conn: &mut Conn, reader: Id, team: Option<Id>, typed: &PostSearch) -> Result<Vec<FileInfo>> {
    let search = Search::parse(&typed.text);
    let mut wanted = Wanted { any: typed.any, extensions: search.extensions.clone(), ..Wanted::default() };
    for words in search.words.iter().chain(&search.hashtags) {
        wanted.terms.extend(words.terms.iter().cloned());
        wanted.without.extend(words.without.iter().cloned());
    }
    let extensions = !(wanted.extensions.wanted.is_empty() && wanted.extensions.unwanted.is_empty());
    if wanted.terms.is_empty() && !search.filters() && !extensions {
        return Ok(Vec::new());
    }
    let scope = scope(conn, reader, team, typed, &search)?;
    store::file_search::find(conn, &scope, &wanted)
}
