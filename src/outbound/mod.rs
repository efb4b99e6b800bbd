//! Everything we call: mail, other web servers, programs that people connected.

pub mod calls;
pub mod mail;
mod previews;
pub mod smtp;
pub mod web;
