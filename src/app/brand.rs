//! The picture of the log-in page.

use bytes::Bytes;

use super::App;
use crate::auth::SystemGrant;
use crate::auth::system::EditBrand;
use crate::model::errors::{Result, system as codes};
use crate::model::now;

/// Where the picture lies, as in the reference's file store.
const PATH: &str = "brand/image.png";

impl App {
    /// The picture, a PNG.
    pub async fn brand_image(&self) -> Result<Option<Bytes>> {
        self.files.get(PATH).await
    }

    /// Puts a picture in the place of the one that was there, which is kept under the date.
    pub async fn set_brand_image(&self, _: &SystemGrant<EditBrand>, upload: Bytes) -> Result<()> {
        let max = u64::try_from(self.config.snapshot().effective.file.max_image_resolution).unwrap_or(0);
        let picture = self.images.whole(upload, codes::BRAND_TOO_LARGE, max).await?;
        if let Some(old) = self.files.get(PATH).await? {
            let date =
                jiff::Timestamp::from_millisecond(now()).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S").to_string();
            self.files.put(&format!("brand/{date}.png"), old).await?;
        }
        self.files.put(PATH, picture).await
    }

    /// Takes the picture away.
    pub async fn delete_brand_image(&self, _: &SystemGrant<EditBrand>) -> Result<()> {
        if self.files.delete(PATH).await? { Ok(()) } else { codes::BRAND_NOT_FOUND.err() }
    }
}
