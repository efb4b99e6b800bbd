//! Sending queued mail: at once when some was added, and again with growing pauses while the mail server is away.
//!
//! A mail is a row until the mail server has taken it, so none is lost when either server stops. Several nodes share one
//! queue: each takes a mail for a while before it tries.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};

use crate::app::App;
use crate::app::mail::Delivery;

/// How many mails are under way at once.
const AT_ONCE: usize = 4;

/// How many mails are taken from the queue at a time.
const BATCH: i64 = 100;

/// The longest time between two looks at the queue: mails of a node that died are taken over by then.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Starts sending.
pub fn start(app: App) {
    tokio::spawn(async move {
        loop {
            while send_due(&app).await {}
            let pause = app.until_next_mail(LOOK_EVERY).await;
            // Whether mail was added or time passed: there may be something to do.
            let _ = tokio::time::timeout(pause, app.mail_added()).await;
        }
    });
}

/// Sends what is due, and says whether there may be more.
async fn send_due(app: &App) -> bool {
    let due: Vec<Delivery> = match app.take_due_mail(BATCH).await {
        Ok(due) => due,
        Err(error) => {
            tracing::error!(%error, "queued mail could not be read");
            return false;
        }
    };
    let more = !due.is_empty();
    stream::iter(due).for_each_concurrent(AT_ONCE, |delivery| app.deliver(delivery)).await;
    more
}
