//! What the organisation's directory (LDAP) is for: accounts as it has them, at every log-in and by synchronisation. Who
//! may be here at all is decided in [`super::admission`]; logging in stands in [`super::sessions`].

mod account;
mod check;
mod diagnose;
mod groups;
mod sync;

pub(in crate::app) use account::profile;
pub use diagnose::{Diagnosis, Finding};
pub use groups::DirectoryGroupSearch;
