//! The inbox: the threads that somebody follows.

use super::view::{Profiles, views};
use crate::app::App;
use crate::app::posts::names_channels;
use crate::auth::posts::ReadThread;
use crate::auth::teams::ViewTeam;
use crate::auth::users::ActAs;
use crate::auth::{Actor, PostGrant, TeamGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::{Result, threads as codes};
use crate::model::json::Written;
use crate::model::permissions::Permission;
use crate::model::threads::{ThreadList, ThreadView};
use crate::model::users::{Privacy, Sight};
use crate::store;
use crate::store::answers::{Of, Question};
use crate::store::conn::Conn;
use crate::store::threads::{Reach, Wanted};

/// Which of the threads, and what of them.
#[derive(Debug, Clone, Default)]
pub struct ThreadQuery {
    /// Only those with unread replies.
    pub unread: bool,
    /// Deleted ones too.
    pub deleted: bool,
    /// Participants as full profiles.
    pub extended: bool,
    /// Only how many there are.
    pub totals_only: bool,
    /// Only the threads, not how many there are.
    pub threads_only: bool,
    /// Not those of conversations.
    pub exclude_direct: bool,
    /// Only those with news since then; 0 for all.
    pub since: i64,
    /// Only those with older news than this thread.
    pub before: Option<Id>,
    /// Only those with newer news than this thread.
    pub after: Option<Id>,
    /// How many.
    pub limit: i64,
}

impl App {
    /// The threads that a user follows in a team and in conversations.
    pub async fn list_threads(
        &self,
        of: &UserGrant<ActAs>,
        team: &TeamGrant<ViewTeam>,
        query: ThreadQuery,
    ) -> Result<Written> {
        if query.before.is_some() && query.after.is_some() {
            return codes::BAD_PARAMS.err();
        }
        if query.totals_only && query.threads_only {
            return codes::BAD_ONLY_PARAMS.err();
        }
        let wanted = Wanted {
            user: of.user().id,
            reach: self.reach_of(of, team),
            team: team.team().id,
            exclude_direct: query.exclude_direct,
            unread: query.unread,
            deleted: query.deleted,
            since: query.since,
            before: query.before,
            after: query.after,
            limit: query.limit,
        };
        let profiles = Profiles::new(self, of.actor(), query.extended);
        let question = Question::Threads { form: query.form(&profiles), wanted: wanted.clone() };
        let make = async {
            let (mut list, shown) = self.store.read(move |conn| read_threads(conn, &wanted, &query, &profiles)).await?;
            let threads = list.threads.as_deref_mut().unwrap_or_default();
            // Which channels may be named depends on more than threads.
            let keep = !threads.iter().any(|thread| names_channels(&thread.post));
            self.fit_threads(of.actor(), threads).await?;
            Ok((Written::of(&list), keep.then_some(shown)))
        };
        self.store.answer(question, make).await
    }

    /// In which channels somebody reads the threads that they follow there.
    fn reach_of(&self, of: &UserGrant<ActAs>, team: &TeamGrant<ViewTeam>) -> Reach {
        let (actor, team) = (of.actor(), team.team().id);
        let open = !self.config.snapshot().effective.compliance.enable && !of.user().is_guest();
        match of.user().id == actor.id() {
            true if actor.is_admin() => Reach::Everywhere,
            true if open && actor.may_in_team(team, Permission::read_public_channel) => Reach::Open,
            false if open => Reach::Open,
            _ => Reach::Joined,
        }
    }

    /// One thread as a follower sees it.
    pub async fn get_thread_of(
        &self,
        of: &UserGrant<ActAs>,
        post: &PostGrant<ReadThread>,
        extended: bool,
    ) -> Result<ThreadView> {
        let (user, thread) = (of.user().id, post.post().id);
        let profiles = Profiles::new(self, of.actor(), extended);
        let mut view = self.store.read(move |conn| thread_of(conn, user, thread, &profiles)).await?;
        self.fit_threads(of.actor(), std::slice::from_mut(&mut view)).await?;
        Ok(view)
    }

    /// Takes out of the threads' posts what the reader may not see.
    pub(super) async fn fit_threads(&self, actor: &Actor, threads: &mut [ThreadView]) -> Result<()> {
        self.hide_channel_mentions(actor, &mut threads.iter_mut().map(|thread| &mut thread.post).collect::<Vec<_>>())
            .await
    }
}

/// One thread as a follower sees it: refused to whoever never followed it, and to whoever does not any more.
pub(super) fn thread_of(conn: &mut Conn, user: Id, thread: Id, profiles: &Profiles) -> Result<ThreadView> {
    let member = store::threads::memberships(conn, user, &[thread])?.remove(&thread);
    let member = member.ok_or(codes::MEMBERSHIP_NOT_FOUND)?;
    let found = store::threads::by_ids(conn, &[thread])?.remove(&thread).filter(|_| member.following);
    let found = found.ok_or(codes::NOT_FOLLOWED)?;
    let unread = store::threads::unread_of(conn, user, &[thread], false)?.remove(&thread).unwrap_or_default();
    let views = views(conn, vec![(found, member, unread)], profiles)?;
    views.into_iter().next().ok_or_else(|| codes::NOT_FOLLOWED.error())
}

impl ThreadQuery {
    /// What of the form of the answer does not follow from which threads are wanted.
    fn form(&self, profiles: &Profiles) -> u8 {
        let Privacy { show_email, show_full_name } = profiles.privacy;
        let flags = [
            self.extended,
            self.totals_only,
            self.threads_only,
            show_email,
            show_full_name,
            profiles.sight == Sight::All,
        ];
        flags.into_iter().fold(0, |form, flag| form << 1 | u8::from(flag))
    }
}

/// The threads that are wanted, and what they show.
fn read_threads(
    conn: &mut Conn,
    wanted: &Wanted,
    query: &ThreadQuery,
    profiles: &Profiles,
) -> Result<(ThreadList, Vec<Of>)> {
    let mut of = vec![Of::Inbox(wanted.user), Of::ChannelsOf(wanted.user), Of::Channels];
    let mut list = if query.threads_only { ThreadList::default() } else { totals(conn, wanted)? };
    if !query.totals_only {
        let followed = store::threads::followed(conn, wanted)?;
        of.extend(followed.iter().map(|(thread, ..)| Of::Posts(thread.channel_id)));
        if query.extended {
            let people = followed.iter().flat_map(|(thread, ..)| &thread.participants);
            of.extend(people.flat_map(|user| [Of::Profile(*user), Of::TeamsOf(*user), Of::ChannelsOf(*user)]));
            of.extend([Of::Roles, Of::Profile(wanted.user), Of::TeamsOf(wanted.user)]);
        }
        list.threads = Some(views(conn, followed, profiles)?);
    }
    Ok((list, of))
}

/// How many threads there are, whatever part of them is asked for.
fn totals(conn: &mut Conn, wanted: &Wanted) -> Result<ThreadList> {
    let all = Wanted { since: 0, before: None, after: None, unread: false, ..wanted.clone() };
    let unread = Wanted { unread: true, ..all.clone() };
    let total_unread_threads = store::threads::count(conn, &unread)?;
    let total = if wanted.unread { total_unread_threads } else { store::threads::count(conn, &all)? };
    let (total_unread_mentions, total_unread_urgent_mentions) = store::threads::count_mentions(conn, &all)?;
    Ok(ThreadList { total, total_unread_threads, total_unread_mentions, total_unread_urgent_mentions, threads: None })
}
