//! Looking again at people who are connected to this node: whoever only listens asks for nothing by which they would be
//! looked at.

use std::time::Duration;

use crate::app::App;

/// The pause between two looks; who is due is decided by the settings.
const PAUSE: Duration = Duration::from_secs(60);

/// Starts looking.
pub fn start(app: App) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(PAUSE).await;
            if let Err(error) = app.look_at_the_connected().await {
                tracing::error!(%error, "it could not be seen whether those who are connected may still be here");
            }
        }
    });
}
