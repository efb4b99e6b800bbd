//! Calls of everything that is served, with what is known of somebody.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use super::town::{NOBODY_ID, Things, Town};
use crate::world::Person;

/// A request.
#[derive(Debug, Clone)]
pub struct Call {
    method: String,
    /// The route in the OpenAPI document.
    route: String,
    path: String,
    body: Option<String>,
}

/// Its answer.
#[derive(Debug)]
pub struct Outcome {
    status: u16,
    reads: bool,
    text: String,
}

thread_local! {
    static CLIENT: ureq::Agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build(),
    );
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({} {})", self.method, self.route, self.path, self.body.as_deref().unwrap_or_default())
    }
}

impl Call {
    pub fn contains(&self, mark: &str) -> bool {
        self.path.contains(mark) || self.body.as_ref().is_some_and(|body| body.contains(mark))
    }

    pub fn by(&self, person: &Person) -> Outcome {
        let request = ureq::http::Request::builder().method(&*self.method);
        let mut request =
            request.uri(format!("{}{}", person.base(), self.path)).header("X-Requested-With", "XMLHttpRequest");
        if let Some(token) = &person.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let body = self.body.clone().unwrap_or_default().into_bytes();
        let answer = CLIENT.with(|client| client.run(request.body(body).unwrap()));
        let mut answer = answer.unwrap_or_else(|error| panic!("{self}: {error}"));
        let headers = format!("{:?}", answer.headers().values().collect::<Vec<_>>());
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_vec().unwrap_or_default();
        let text = format!("{} {headers}", String::from_utf8_lossy(&body));
        Outcome { status, reads: matches!(&*self.method, "GET" | "HEAD"), text }
    }

    /// The same call about somebody who is not there; `None` if it is not about Ben.
    pub fn of_nobody(&self, town: &Town) -> Option<Call> {
        let ([id, name], [no_id, no_name]) = (town.somebody(), town.nobody());
        if !self.contains(&id) && !self.contains(&name) {
            return None;
        }
        let changed = |text: &str| text.replace(&id, &no_id).replace(&name, &no_name);
        Some(Call { path: changed(&self.path), body: self.body.as_deref().map(changed), ..self.clone() })
    }

    /// Whether the answer may tell that a name is taken: names are unique on a server.
    pub fn claims_a_name(&self) -> bool {
        const CLAIMS: [&str; 7] = [
            "POST /api/v4/users",
            "PUT /api/v4/users/{user_id}",
            "PUT /api/v4/users/{user_id}/patch",
            "POST /api/v4/bots",
            "PUT /api/v4/bots/{bot_user_id}",
            "POST /api/v4/groups",
            "PUT /api/v4/groups/{group_id}/patch",
        ];
        CLAIMS.contains(&&*format!("{} {}", self.method, self.route))
    }
}

impl Outcome {
    pub fn shows(&self, mark: &str) -> bool {
        self.text.contains(mark)
    }

    pub fn text(&self) -> String {
        format!("{} {}", self.status, self.text.chars().take(600).collect::<String>())
    }

    /// What there is to compare, without these names: the answer of a call that only reads, and every refusal.
    pub fn without(&self, names: &[String; 2]) -> (u16, String) {
        let body = self.text.rsplit_once(" [").map_or(&*self.text, |(body, _)| body);
        let mut body = names.iter().fold(body.to_owned(), |text, name| text.replace(name, "somebody"));
        if self.status >= 300 {
            let error: Value = serde_json::from_str(&body).unwrap_or_default();
            body = format!("{} {}", error["id"], error["message"]);
        } else if !self.reads {
            body.clear();
        }
        (self.status, body)
    }
}

/// Routes that end what the search stands on, or are no answers.
const LEFT_OUT: [&str; 7] =
    ["/logout", "/sessions/revoke", "/websocket", "/client_perf", "/password", "/users/login", "/oauth/authorize"];

/// The served routes: (method, path).
fn routes() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(include_str!("../../../api-spec/openapi.json")).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().keys();
        routes.extend(methods.map(|method| (method.to_uppercase(), path.clone())));
    }
    routes.retain(|(_, path)| !LEFT_OUT.iter().any(|part| path.contains(part)));
    routes
}

/// The path with its places filled: the user by that id, everything else by these things.
fn filled(route: &str, user: &str, things: &Things) -> String {
    let value = |place: &str| match place {
        "{user_id}" | "{preference_name}" => user.to_owned(),
        "{bot_user_id}" => things.bot.clone(),
        "{username}" => things.username.clone(),
        "{email}" => things.email.clone(),
        "{team_id}" => things.team.clone(),
        "{team_name}" | "{name}" => things.team_name.clone(),
        "{channel_id}" => things.channel.clone(),
        "{channel_name}" => things.channel_name.clone(),
        "{post_id}" | "{thread_id}" | "{restore_version_id}" => things.post.clone(),
        "{file_id}" => things.file.clone(),
        "{hook_id}" | "{id}" if route.contains("outgoing") => things.outgoing.clone(),
        "{hook_id}" => things.hook.clone(),
        "{command_id}" => things.command.clone(),
        "{emoji_id}" => things.emoji.clone(),
        "{emoji_name}" => things.emoji_name.clone(),
        "{app_id}" => things.app.clone(),
        "{group_id}" => things.group.clone(),
        "{bookmark_id}" => things.bookmark.clone(),
        "{scheduled_post_id}" => things.scheduled.clone(),
        "{upload_id}" => things.upload.clone(),
        "{token_id}" => things.token.clone(),
        "{category_id}" => things.category.clone(),
        "{category}" => "direct_channel_show".to_owned(),
        "{role_name}" => "system_user".to_owned(),
        "{type}" => "reminders".to_owned(),
        "{timestamp}" => "1".to_owned(),
        place if place.starts_with('{') => NOBODY_ID.to_owned(),
        fixed => fixed.to_owned(),
    };
    route.split('/').map(value).collect::<Vec<_>>().join("/")
}

/// The ways in which a route is filled: with all that is Ben's, with Ben in one's own places, and with oneself in his.
fn fillings(town: &Town, person: &Person, route: &str) -> Vec<String> {
    let me = if person.id.is_empty() { "me" } else { &person.id };
    let Town { here, there, .. } = town;
    let mut paths = vec![filled(route, &there.user, there), filled(route, &there.user, here), filled(route, me, there)];
    paths.dedup();
    paths
}

/// All that is read.
pub fn reading(town: &Town, person: &Person) -> Vec<Call> {
    let Town { here, there, .. } = town;
    let all = "per_page=200&perPage=200&include_total_count=true&include_deleted=true&collapsedThreads=true\
               &collapsedThreadsExtended=true&extended=true&include_member_count=true&include_member_ids=true";
    let queries = [
        String::new(),
        all.to_owned(),
        format!("{all}&in_team={}&team_id={}", there.team, there.team),
        format!("{all}&not_in_team={}", here.team),
        format!("{all}&in_channel={}&channel_id={}", there.channel, there.channel),
        format!("{all}&in_team={}&not_in_channel={}", here.team, here.channel),
        format!("{all}&in_group={}&filter_has_member={}&user_id={}", there.group, there.user, there.user),
        format!("{all}&filter_has_member={}", there.user),
        format!("name={0}&term={0}&q={0}", there.username),
        "name=zebrax&term=zebrax".to_owned(),
        format!("in_team={}&in_channel={}&name={}", here.team, here.channel, there.username),
        format!("in_team={}&name=zebrax", here.team),
        format!("in_team={}&name=", there.team),
        "without_team=true".to_owned(),
        "role=system_user&active=true&per_page=200".to_owned(),
    ];
    let mut calls = Vec::new();
    for (method, route) in routes().into_iter().filter(|(method, _)| matches!(&**method, "GET" | "HEAD")) {
        let queries = if route.contains('{') { &queries[..2] } else { &queries[..] };
        let me = if person.id.is_empty() { "me" } else { &person.id };
        let own = filled(&route, me, here);
        for path in fillings(town, person, &route).into_iter().chain([own]) {
            for query in queries {
                let path = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
                calls.push(Call { method: method.clone(), route: route.clone(), path, body: None });
            }
        }
    }
    calls
}

/// What is said to a route that takes a body: objects first, which every route gets.
fn bodies(town: &Town, person: &Person) -> Vec<Value> {
    let Town { here, there, .. } = town;
    let about = |user: &str, places: &Things| {
        json!({
            "user_id": user, "user_ids": [user], "users": [user], "creator_id": user, "owner_id": user,
            "team_id": places.team, "channel_id": places.channel, "channel_ids": [places.channel],
            "post_id": places.post, "post_ids": [places.post], "root_id": "", "file_ids": [places.file],
            "message": "plain words", "display_name": "plain", "type": "O", "emoji_name": "tada", "text": "plain",
            "callback_urls": ["http://127.0.0.9/"], "trigger_words": ["plain"], "url": "http://127.0.0.9/", "method": "P",
            "source": "custom", "allow_reference": true, "in_team_id": places.team, "in_channel_id": places.channel,
        })
    };
    let named = json!({
        "term": there.username, "terms": format!("from:{}", there.username), "username": there.username,
        "email": there.email, "emails": [there.email], "names": [there.username], "login_id": there.username,
        "team_id": here.team, "channel_id": here.channel, "message": format!("hello @{}", there.username),
        "emoji": there.emoji_name, "is_or_search": false,
    });
    let me = &person.id;
    vec![
        about(&there.user, here),
        named,
        about(me, there),
        json!([there.user]),
        json!([{"user_id": there.user, "team_id": here.team}]),
        json!([there.username]),
        json!([me, there.user]),
        json!([me, there.user, town.guest.id]),
        json!([there.channel]),
        json!([there.post]),
        json!([there.team]),
        json!([there.emoji_name]),
        json!({"term": "zebrax", "terms": "zebrax", "limit": 100}),
        json!({"term": "zebrax", "team_id": there.team, "in_channel_id": there.channel}),
        json!({"term": "zebrax", "in_group_id": there.group}),
        json!({"term": "zebrax", "not_in_team_id": here.team, "allow_inactive": true}),
        json!({"terms": "zebraxsaid in:zebraxroom", "include_deleted_channels": true}),
        json!({"user_id": me, "post_id": there.post, "emoji_name": "tada"}),
    ]
}

/// What people do by words that name Ben.
fn commands(town: &Town) -> Vec<Value> {
    let (here, name) = (&town.here, &town.there.username);
    let words =
        ["msg @{} hi", "groupmsg @{},@{} hi", "invite @{}", "kick @{}", "remove @{}", "invite_people {}@example.com"];
    let command = |words: &str| json!({"channel_id": here.channel, "team_id": here.team, "command": format!("/{}", words.replace("{}", name))});
    words.into_iter().map(command).collect()
}

/// All that changes something, and what is asked with a body. One's own account, team and channels are not done away with.
pub fn changing(town: &Town, person: &Person) -> Vec<Call> {
    let mut calls = Vec::new();
    for (method, route) in routes().into_iter().filter(|(method, _)| !matches!(&**method, "GET" | "HEAD")) {
        let bodies = match &*route {
            "/api/v4/commands/execute" => commands(town),
            route if route.contains('{') => bodies(town, person).into_iter().take(5).collect(),
            _ => bodies(town, person),
        };
        let paths = fillings(town, person, &route).into_iter();
        let paths =
            paths.filter(|path| method != "DELETE" || !path.contains(&town.here.team) || route.contains("{user_id}"));
        for path in paths {
            let call = Call { method: method.clone(), route: route.clone(), path, body: None };
            match &*method {
                "DELETE" => calls.push(call),
                _ => calls.extend(bodies.iter().map(|body| Call { body: Some(body.to_string()), ..call.clone() })),
            }
        }
    }
    calls
}
