//! The chat itself: every decision and every write. One file a domain; a function takes a grant (or says in its name
//! that it needs none), decides, writes in one transaction and returns what is to be answered.

use std::ops::Deref;
use std::sync::Arc;

use crate::auth::Auth;
use crate::auth::passwords::Passwords;
use crate::config::Config;
use crate::events::Hub;
use crate::filestore::FileStore;
use crate::model::errors::{AppError, Result};
use crate::outbound::ldap::Directory;
use crate::outbound::openid::Providers;
use crate::outbound::web::Web;
use crate::store::Store;

pub mod access_log;
pub mod access_tokens;
pub mod acknowledgements;
pub mod actions;
pub mod admission;
pub mod analytics;
pub mod audits;
pub mod bookmarks;
pub mod bots;
pub mod brand;
pub mod channels;
pub mod commands;
pub mod config;
pub mod domains;
pub mod drafts;
pub mod emoji;
pub mod files;
pub mod groups;
pub mod images;
pub mod integrations;
pub mod jobs;
pub mod ldap;
pub mod logs;
pub mod mail;
pub mod maintenance;
pub mod notices;
pub mod oauth;
pub mod operator;
pub mod passwords;
pub mod posts;
pub mod preferences;
pub mod reactions;
pub mod reminders;
pub mod roles;
pub mod scheduled_posts;
pub mod schemes;
pub mod seed;
pub mod sessions;
pub mod sidebar;
pub mod single_sign_on;
pub mod statuses;
pub mod system;
pub mod teams;
pub mod terms;
pub mod threads;
pub mod users;
pub mod verification;
pub mod verify;
pub mod webhooks;

use admission::Admissions;
use logs::RecentLog;
use maintenance::Busy;

/// The parts the chat is made of.
pub struct Parts {
    /// Settings, as they are now.
    pub config: Arc<Config>,
    /// The database.
    pub(crate) store: Store,
    /// Who may do what.
    pub auth: Auth,
    /// Open WebSockets.
    pub hub: Hub,
    /// Password hashing.
    pub passwords: Passwords,
    /// Pictures and attachments.
    pub files: FileStore,
    /// Work on pictures.
    pub images: images::ImageWork,
    /// Providers of single sign-on.
    pub(crate) providers: Providers,
    /// The organisation's directory.
    pub(crate) directory: Directory,
    /// When people were last found to be admitted.
    pub(crate) admissions: Admissions,
    /// What was guessed at log-in lately.
    pub(crate) guesses: sessions::Guesses,
    /// Posts that are being made.
    pub pending: posts::Pending,
    /// How fast people write.
    pub paces: posts::Paces,
    /// How many invitations people mail.
    pub invitation_paces: teams::InvitationPaces,
    /// Uploads of which a part is coming.
    pub uploads: files::Uploads,
    /// Calls to other servers.
    pub(crate) web: Web,
    /// What proves that something shown to people comes from this server.
    pub secret: actions::Secret,
    /// Posts of `/echo` that wait for their time.
    pub echoes: commands::Echoes,
    /// How often applications have registered themselves lately.
    pub registrations: oauth::Registrations,
    /// Until when searches and the like are refused.
    pub busy: Busy,
    /// The latest lines of the log.
    pub logs: RecentLog,
    /// Who is online.
    pub statuses: statuses::Statuses,
}

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

impl App {
    /// An application of these parts.
    pub fn new(parts: Parts) -> App {
        App(Arc::new(parts))
    }

    /// How many statements the database has been sent since the start.
    pub fn queries(&self) -> u64 {
        crate::store::queries()
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A value as JSON, to be called where it was read, so that the threads that answer requests need not write it.
pub(in crate::app) fn encoded(value: &impl serde::Serialize) -> Result<bytes::Bytes> {
    serde_json::to_vec(value).map(bytes::Bytes::from).map_err(AppError::internal)
}
