//! Searching people, and completing names while they are typed.

use crate::app::App;
use crate::auth::Actor;
use crate::model::errors::{Result, invalid_body, users as codes};
use crate::model::users::User;
use crate::store;
use crate::store::users::{Fields, People, Roles};

/// Names are searched in this many people at most.
pub const MAX_SEARCH: i64 = 1000;

/// What a search asks for.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of the body")]
pub struct SearchWish {
    pub term: String,
    pub team_id: String,
    pub not_in_team_id: String,
    pub in_channel_id: String,
    pub not_in_channel_id: String,
    pub in_group_id: String,
    pub not_in_group_id: String,
    pub allow_inactive: bool,
    pub without_team: bool,
    pub limit: i64,
    pub role: String,
    pub roles: Vec<String>,
    pub team_roles: Vec<String>,
    pub channel_roles: Vec<String>,
}

/// Who fits what was typed after "@".
#[derive(Debug, Clone, Default)]
pub struct Autocompleted {
    /// In the channel, or wherever was asked for.
    pub users: Vec<User>,
    /// In the team, not in the channel.
    pub out_of_channel: Vec<User>,
}

impl App {
    /// Who fits a search.
    pub async fn search_users(&self, actor: Actor, wish: SearchWish) -> Result<Vec<User>> {
        check_search(&wish)?;
        let mut people = self.search_place(&actor, &wish).await?;
        people.sight = actor.sight();
        people.roles = Roles { system: wish.roles, team: wish.team_roles, channel: wish.channel_roles };
        people.role.clone_from(&wish.role);
        people.words = words(&wish.term);
        people.fields = self.searchable(&actor, true);
        people.active = (!wish.allow_inactive).then_some(true);
        let limit = if wish.limit == 0 { 100 } else { wish.limit };
        self.store.read(move |conn| store::users::list(conn, &people, 0, limit)).await
    }

    async fn search_place(&self, actor: &Actor, wish: &SearchWish) -> Result<People> {
        let mut people = People { without_team: wish.without_team, ..People::default() };
        if !wish.in_channel_id.is_empty() {
            people.in_channel = Some(self.channel_to_read(actor, &wish.in_channel_id).await?);
        }
        if !wish.not_in_channel_id.is_empty() {
            people.not_in_channel = Some(self.channel_to_read(actor, &wish.not_in_channel_id).await?);
        }
        if !wish.team_id.is_empty() {
            people.in_team = Some(self.team_to_view(actor, &wish.team_id).await?);
        }
        if !wish.not_in_team_id.is_empty() {
            people.not_in_team = Some(self.team_to_view(actor, &wish.not_in_team_id).await?);
        }
        if !wish.in_group_id.is_empty() {
            people.in_group = Some(self.group_to_read(actor, &wish.in_group_id).await?);
        }
        if !wish.not_in_group_id.is_empty() {
            people.not_in_group = Some(self.group_to_read(actor, &wish.not_in_group_id).await?);
        }
        people.keep_first_place();
        Ok(people)
    }

    /// Which texts the actor may search: hidden ones would be guessed by searching.
    fn searchable(&self, actor: &Actor, with_emails: bool) -> Fields {
        let privacy = self.privacy();
        let all = actor.sees_all();
        Fields { full_names: all || privacy.show_full_name, emails: with_emails && (all || privacy.show_email) }
    }

    /// Who fits what was typed after "@": in a channel members come apart from the rest of the team.
    pub async fn autocomplete_users(
        &self,
        actor: Actor,
        team: &str,
        channel: &str,
        name: &str,
        limit: i64,
    ) -> Result<Autocompleted> {
        let mut people = People {
            sight: actor.sight(),
            words: words(name),
            fields: self.searchable(&actor, false),
            active: Some(true),
            ..People::default()
        };
        let channel = if channel.is_empty() { None } else { Some(self.channel_to_read(&actor, channel).await?) };
        if !team.is_empty() {
            people.in_team = Some(self.team_to_view(&actor, team).await?);
        }
        if channel.is_some() && people.in_team.is_none() {
            return codes::AUTOCOMPLETE_NO_TEAM.err();
        }
        self.store
            .read(move |conn| {
                let outside = People { not_in_channel: channel, ..people.clone() };
                let inside = match channel {
                    Some(_) => People { in_channel: channel, in_team: None, ..people },
                    None => people,
                };
                let users = store::users::list(conn, &inside, 0, limit)?;
                let out_of_channel =
                    if channel.is_some() { store::users::list(conn, &outside, 0, limit)? } else { Vec::new() };
                Ok(Autocompleted { users, out_of_channel })
            })
            .await
    }
}

/// More words than these are not looked for: each makes the query longer.
const MAX_WORDS: usize = 20;

/// A search's words; the "@" before a name is not part of it.
fn words(term: &str) -> Vec<String> {
    let words = term.split_whitespace().map(|word| word.trim_start_matches('@'));
    words.filter(|word| !word.is_empty()).take(MAX_WORDS).map(str::to_owned).collect()
}

fn check_search(wish: &SearchWish) -> Result<()> {
    if wish.term.is_empty() {
        return Err(invalid_body("term"));
    }
    if wish.team_id.is_empty() && !wish.not_in_channel_id.is_empty() {
        return Err(invalid_body("team_id"));
    }
    if !(0..=MAX_SEARCH).contains(&wish.limit) {
        return Err(invalid_body("limit"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_their_at_sign() {
        assert_eq!(words(" @ann  Lee "), ["ann", "Lee"]);
        assert!(words("@").is_empty());
        assert_eq!(words(&"a ".repeat(3000)).len(), MAX_WORDS);
    }
}
