//! Webhooks: by which programs post, and by which they hear what is said.

mod deliver;
mod incoming;
mod outgoing;

pub(in crate::app) use deliver::patience;
