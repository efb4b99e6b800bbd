//! Everything we call: the directory, mail, other web servers, programs that people connected.

pub mod calls;
pub mod ldap;
pub mod mail;
pub mod openid;
mod previews;
pub mod smtp;
pub mod web;
