//! Everything we call: mail, other web servers.

pub mod calls;
pub mod mail;
mod previews;
pub mod smtp;
pub mod web;
