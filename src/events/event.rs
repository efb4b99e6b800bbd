//! The list of everything that can happen.

use super::access::AccessEvent;
use super::bookmarks::BookmarkEvent;
use super::channels::ChannelEvent;
use super::delivery::Step;
use super::drafts::DraftEvent;
use super::groups::GroupEvent;
use super::posts::PostEvent;
use super::preferences::PreferenceEvent;
use super::system::SystemEvent;
use super::teams::TeamEvent;
use super::threads::ThreadEvent;
use super::users::UserEvent;

macro_rules! event {
    ($($(#[$doc:meta])* $variant:ident($kind:ident),)*) => {
        /// A fact of the chat, by the domain it belongs to. Made from the domain's own enum by `into()`.
        #[derive(Debug)]
        pub enum Event {
            $($(#[$doc])* $variant($kind),)*
        }

        $(impl From<$kind> for Event {
            fn from(event: $kind) -> Event {
                Event::$variant(event)
            }
        })*

        impl Event {
            /// What the event comes down to: its audience and text, and its effect on who is where.
            pub(super) fn into_step(self) -> Step {
                match self {
                    $(Event::$variant(event) => event.into_step(),)*
                }
            }
        }
    };
}

event! {
    /// Posts, reactions, acknowledgements.
    Post(PostEvent),
    /// Threads as their followers see them.
    Thread(ThreadEvent),
    /// Drafts and scheduled posts.
    Draft(DraftEvent),
    /// Channels and who is in them.
    Channel(ChannelEvent),
    /// Bookmarks of channels.
    Bookmark(BookmarkEvent),
    /// Teams and who is in them.
    Team(TeamEvent),
    /// People, their roles and statuses.
    User(UserEvent),
    /// Groups of people.
    Group(GroupEvent),
    /// Preferences and the sidebar.
    Preference(PreferenceEvent),
    /// The server as a whole.
    System(SystemEvent),
    /// Facts that only the server itself needs: sessions, roles, quiet changes of membership.
    Access(AccessEvent),
}
