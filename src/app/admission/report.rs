//! What administrators are told of those who leave.

use std::fmt::Write as _;

use crate::app::App;
use crate::app::channels::open_direct;
use crate::app::posts::{Words, say_directly};
use crate::events::Change;
use crate::model::Props;
use crate::model::bots::Bot;
use crate::model::errors::Result;
use crate::model::users::User;
use crate::store;
use crate::store::Conn;
use crate::store::bots::Wanted;

/// The most bots of one person that are named.
const NAMED: i64 = 50;

/// The bots that somebody owns and that are at work.
pub(in crate::app) fn bots_of(conn: &mut Conn, owner: &User) -> Result<Vec<Bot>> {
    let wanted = Wanted { owner: Some(owner.id), ..Wanted::default() };
    store::bots::list(conn, &wanted, 0, NAMED)
}

/// A line about somebody who left and had bots; `None` for those who had none.
pub(in crate::app) fn line_of_bots(owner: &User, bots: &[Bot], disabled: bool) -> Option<String> {
    let (first, others) = bots.split_first()?;
    let mut line = format!("@{} may not be here any more, and owns bots: @{}", owner.username, first.username);
    for bot in others {
        let _ = write!(line, ", @{}", bot.username);
    }
    line.push_str(match disabled {
        true => ". They were disabled; if they are needed, enable them and give them another owner.",
        false => ". They are still at work; please give them another owner, or disable them.",
    });
    Some(line)
}

impl App {
    /// Has the server's bot write to every administrator. What fails is in the log, which has the text in any case.
    pub(in crate::app) async fn tell_admins(&self, text: &str) {
        tracing::warn!(text, "administrators are told");
        if let Err(error) = self.write_to_admins(text).await {
            tracing::error!(%error, "administrators could not be told");
        }
    }

    async fn write_to_admins(&self, text: &str) -> Result<()> {
        let bot = self.system_bot().await?;
        let admins = self.store.read(store::users::administrators).await?;
        for admin in admins {
            let (bot, words) = (bot.clone(), Words::new("", &bot, text, Props::default()));
            self.store
                .write(move |tx| {
                    let (change, channel) =
                        Change::silent((), "the events follow").absorb(open_direct(tx, &bot, &admin)?);
                    let said = say_directly(tx, &channel, &bot, &admin, words)?;
                    Ok(change.and_all(said))
                })
                .await?;
        }
        Ok(())
    }
}
