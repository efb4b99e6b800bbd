//! What clients send of channels.

use serde::Deserialize;

use super::BannerInfo;
use crate::model::time::TimeMs;

/// What a client sends to create or replace a channel.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Channel")]
pub struct ChannelInput {
    pub id: String,
    pub delete_at: TimeMs,
    /// As sent: an empty one and one that is no id are refused differently.
    pub team_id: String,
    pub r#type: String,
    pub display_name: String,
    pub name: String,
    pub header: String,
    pub purpose: String,
    pub group_constrained: Option<bool>,
    pub banner_info: Option<BannerInfo>,
}

/// What a client sends to change a channel; missing and `null` mean unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Channel")]
pub struct ChannelPatch {
    pub display_name: Option<String>,
    pub name: Option<String>,
    pub header: Option<String>,
    pub purpose: Option<String>,
    pub group_constrained: Option<bool>,
    pub autotranslation: Option<bool>,
    pub banner_info: Option<BannerInfo>,
}

impl ChannelPatch {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == ChannelPatch::default()
    }
}

/// What a client sends when it shows a channel (`POST /channels/members/{id}/view`).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChannelView {
    /// The channel shown now, none when the window lost the focus.
    pub channel_id: String,
    /// The one shown before.
    pub prev_channel_id: String,
    /// Whether threads are read on their own.
    pub collapsed_threads_supported: bool,
}
