//! Everything we call: mail, other web servers.

pub mod mail;
pub mod smtp;
pub mod web;
