//! The secret that proves that something shown to people comes from this server.

use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::app::App;
use crate::events::Change;
use crate::model::errors::{AppError, Result};
use crate::store;

/// Its name in the reference's table of facts.
const NAME: &str = "PostActionCookieSecret";

/// The secret, once it was needed.
#[derive(Default)]
pub struct Secret(OnceCell<[u8; 32]>);

/// Its form in that table.
#[derive(Serialize, Deserialize)]
struct Stored {
    key: String,
}

impl App {
    /// The secret: the one that the database has, or one that is made now.
    pub(super) async fn secret(&self) -> Result<&[u8; 32]> {
        self.secret.0.get_or_try_init(|| self.settle_secret()).await
    }

    async fn settle_secret(&self) -> Result<[u8; 32]> {
        let mut fresh = [0; 32];
        rand::fill(&mut fresh).map_err(AppError::internal)?;
        let fresh = serde_json::to_string(&Stored { key: STANDARD.encode(fresh) }).map_err(AppError::internal)?;
        let work = move |tx: &mut store::Tx<'_>| {
            Ok(Change::silent(store::systems::settle(tx, NAME, &fresh)?, "nobody is told of a secret"))
        };
        let stored = self.store.write(work).await?;
        let bad = || AppError::internal(format!("the value of {NAME} in the table systems is no secret"));
        let stored: Stored = serde_json::from_str(&stored).map_err(|_| bad())?;
        let key = STANDARD.decode(stored.key).map_err(|_| bad())?;
        key.try_into().map_err(|_| bad())
    }

    /// What signs for a purpose.
    pub(super) async fn signing_key(&self, purpose: &str) -> Result<hmac::Key> {
        let base = hmac::Key::new(hmac::HMAC_SHA256, self.secret().await?);
        Ok(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&base, purpose.as_bytes()).as_ref()))
    }
}
