//! What a post did not do: the author alone is told whom it named in vain (posts-and-limits.md §7).

use serde_json::json;

use super::ephemeral::ephemeral;
use super::group_mentions::MOST_NAMES;
use crate::app::App;
use crate::events::Json;
use crate::model::channels::Channel;
use crate::model::errors::Result;
use crate::model::posts::Post;
use crate::model::users::{Sight, User};
use crate::model::{Id, Props, TimeMs};
use crate::store;

/// Whom a post did not reach.
pub(super) struct Unheard {
    /// Names after an `@` that no member of the channel has.
    pub names: Vec<String>,
    /// Everybody: the author may not mention all at once.
    pub broad: bool,
    /// Everybody, by so many words: there are too many.
    pub too_many: usize,
    /// Groups of which nobody is in the team.
    pub empty_groups: Vec<String>,
}

impl App {
    /// Tells an author whom their post named in vain. Members of the team who are not in the channel can be added by the
    /// client, of which the prop `add_channel_member` speaks.
    pub(super) async fn tell_unheard(
        &self,
        author: Id,
        channel: &Channel,
        root: Id,
        at: TimeMs,
        unheard: Unheard,
    ) -> Result<()> {
        let note = |by: Id, message: String| {
            let note = ephemeral(by, channel.id, message, Props::default());
            Post { create_at: at + 1, hashtags: String::new(), ..note }
        };
        for _ in 0..unheard.too_many {
            let message = "This channel has too many members to mention all at once; nobody was notified.";
            self.tell(author, note(Id::NONE, message.into()));
        }
        if unheard.broad {
            let message = "You may not mention everybody in this channel, so nobody was notified.";
            let props = [("mentionHighlightDisabled", true)].into_iter().collect();
            self.tell(author, Post { root_id: root, props, ..note(author, message.into()) });
        }
        for name in &unheard.empty_groups {
            let message = format!("Nobody heard of this through @{name}: the group has no members in this team.");
            self.tell(author, Post { root_id: root, ..note(author, message) });
        }
        if unheard.names.is_empty() || channel.is_conversation() {
            return Ok(());
        }
        let sight = self.auth.sight_of(author).await?;
        let (names, team) = (unheard.names.into_iter().take(MOST_NAMES).collect::<Vec<_>>(), channel.team_id);
        let (inside, outside) = self
            .store
            .read(move |conn| {
                let mut found = store::users::by_usernames(conn, &names)?;
                if sight != Sight::All {
                    let ids: Vec<Id> = found.iter().map(|user| user.id).collect();
                    let seen = store::users::visible(conn, &ids, &sight)?;
                    found.retain(|user| seen.contains(&user.id));
                }
                let ids: Vec<Id> = found.iter().map(|user| user.id).collect();
                let members = store::teams::members_among(conn, team, &ids)?;
                let in_team = |user: &User| members.contains(&user.id);
                Ok(found.into_iter().filter(|user| user.delete_at == 0 && !user.is_bot).partition(in_team))
            })
            .await
            .map(|both: (Vec<User>, Vec<User>)| both)?;
        if !inside.is_empty() {
            self.tell(author, to_be_added(channel, root, at, &inside));
        }
        if !outside.is_empty() {
            let names = at_names(&outside);
            let message = format!("{names} did not hear of this: not in the team.");
            self.tell(author, Post { root_id: root, ..note(Id::NONE, message) });
        }
        Ok(())
    }

    fn tell(&self, author: Id, note: Post) {
        self.show_ephemeral(author, note.channel_id, Json::of(&note));
    }
}

fn at_names(users: &[User]) -> String {
    users.iter().map(|user| format!("@{}", user.username)).collect::<Vec<_>>().join(", ")
}

/// The note by which a client offers to add people to the channel.
fn to_be_added(channel: &Channel, root: Id, at: TimeMs, users: &[User]) -> Post {
    let message = format!("{} did not hear of this: not in the channel.", at_names(users));
    let note = ephemeral(Id::NONE, channel.id, message, Props::default());
    let names: Vec<&str> = users.iter().map(|user| user.username.as_str()).collect();
    let ids: Vec<Id> = users.iter().map(|user| user.id).collect();
    let prop = json!({
        "post_id": note.id,
        "usernames": names,
        "user_ids": ids,
        "not_in_channel_usernames": names,
        "not_in_channel_user_ids": ids,
        "not_in_groups_usernames": [],
        "not_in_groups_user_ids": [],
    });
    let props = [("add_channel_member", prop)].into_iter().collect();
    Post { create_at: at + 1, root_id: root, props, ..note }
}
