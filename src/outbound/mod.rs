//! Everything we call: mail.

pub mod mail;
pub mod smtp;
