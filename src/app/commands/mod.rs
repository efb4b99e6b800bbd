//! Slash commands: those built in, and those of other programs.

mod answer;
mod built_in;
mod custom;
mod execute;
mod later;
mod manage;

pub(in crate::app) use built_in::BuiltIn;
pub use built_in::Echoes;
