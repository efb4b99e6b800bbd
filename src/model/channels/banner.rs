//! The banner of a channel.

use serde::{Deserialize, Serialize};

use super::ChannelType;
use crate::model::errors::channels as codes;
use crate::model::text::is_hex_colour;
use crate::model::{Code, Result};

/// The banner of a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BannerInfo {
    /// Whether it is shown.
    pub enabled: Option<bool>,
    /// Its Markdown, at most 1024 bytes.
    pub text: Option<String>,
    /// `#rgb` or `#rrggbb`.
    pub background_color: Option<String>,
}

impl BannerInfo {
    /// Checks a banner for a channel of that kind.
    pub(super) fn validate(&self, kind: ChannelType) -> Result<()> {
        if self.enabled != Some(true) {
            return Ok(());
        }
        let text = self.text.as_deref().unwrap_or_default();
        let colour = self.background_color.as_deref().unwrap_or_default();
        let checks: [(bool, Code); 5] = [
            (!kind.is_conversation(), codes::BANNER_TYPE),
            (!text.is_empty(), codes::BANNER_TEXT_EMPTY),
            (text.len() <= 1024, codes::BANNER_TEXT_LONG),
            (!colour.is_empty(), codes::BANNER_COLOUR_EMPTY),
            (is_hex_colour(colour), codes::BANNER_COLOUR),
        ];
        let broken = checks.into_iter().find(|(holds, _)| !holds);
        broken.map_or(Ok(()), |(_, code)| code.err())
    }
}
