//! Forgetting what has expired: sessions and mailed tokens.

use std::time::Duration;

use crate::app::App;

/// How often.
const EVERY: Duration = Duration::from_secs(3600);

/// Starts forgetting.
pub fn start(app: App) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = app.forget_expired().await {
                tracing::error!(%error, "expired sessions and tokens were not deleted");
            }
        }
    });
}
