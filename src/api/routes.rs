//! The route table: which function answers which method and path, and what is known of a route besides.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use actix_web::http::Method;

use super::call::{Answer, Call, FromCall, Handler, Proof, StatusOk};
use super::cookies::Jar;
use super::spec;
use super::v4::access_log::Act;
use crate::app::App;
use crate::auth::Actor;
use crate::model::Id;
use crate::model::errors::context;
use crate::model::json::without_nul;

/// One operation.
#[derive(Clone)]
pub struct Route {
    /// HTTP method.
    pub method: Method,
    /// Path below the host, places in braces.
    pub path: &'static str,
    /// Whether a session from a cookie needs no CSRF proof here (auth.md §3, "trust requester").
    pub trusted: bool,
    /// Whether the handler reads the body itself, within limits of its own.
    pub reads_body: bool,
    /// Whether it does what it is there for; otherwise it only refuses as the reference would.
    pub serves: bool,
    /// Whether it is refused while the server is busy (permissions-routes.tsv, "busy-503").
    pub sheds: bool,
    answer: Arc<dyn Fn(Call) -> Answer + Send + Sync>,
}

impl Route {
    fn new<Args>(method: Method, path: &'static str, handler: impl Handler<Args>) -> Route {
        let answer = Arc::new(move |call: Call| handler.clone().answer(call));
        Route { method, path, trusted: false, reads_body: false, serves: true, sheds: false, answer }
    }

    /// The same, asking no CSRF proof of cookies.
    pub fn trusted(self) -> Route {
        Route { trusted: true, ..self }
    }

    /// The same, with the body left unread.
    pub fn reads_body(self) -> Route {
        Route { reads_body: true, ..self }
    }

    /// The same, put on record under the name of whoever did it (`GET /users/{user_id}/audits`).
    pub fn on_record(self) -> Route {
        self.on_record_as(|_, _| vec![String::new()])
    }

    /// The same, with words of its own: what is said of the request of whoever has that id, an entry each.
    pub fn on_record_as(self, words: fn(&Call, Id) -> Vec<String>) -> Route {
        let inner = self.answer.clone();
        let answer = move |call: Call| -> Answer {
            let inner = inner.clone();
            Box::pin(async move {
                let (app, path, address) = (call.app.clone(), call.request.path().to_owned(), call.ip_address());
                let actor = Actor::from_call(&call).await.ok();
                let words = actor.as_ref().map(|actor| words(&call, actor.id()));
                let reply = inner(call).await?;
                let Some((actor, words)) = actor.zip(words) else { return Ok(reply) };
                if let Err(error) = app.put_on_record(&actor, &path, &address, words).await {
                    tracing::error!(%error, path, "something done was not put on record");
                }
                Ok(reply)
            })
        };
        Route { answer: Arc::new(answer), ..self }
    }

    /// The same, entered into the access log when it was done.
    pub fn in_access_log(self, act: &'static Act) -> Route {
        let inner = self.answer.clone();
        let answer = move |call: Call| -> Answer {
            let inner = inner.clone();
            Box::pin(async move {
                let (app, actor) = (call.app.clone(), Actor::from_call(&call).await.ok());
                let entry = act.begin(&call, actor.as_ref(), &call.origin());
                let reply = inner(call).await?;
                if let Some(entry) = entry {
                    app.enter(act.end(entry, &reply)).await;
                }
                Ok(reply)
            })
        };
        Route { answer: Arc::new(answer), ..self }
    }

    /// The same, counting as a use that lets the session last longer (auth.md §6).
    pub fn extends_session(self) -> Route {
        let inner = self.answer.clone();
        let answer = move |call: Call| -> Answer {
            let inner = inner.clone();
            Box::pin(async move {
                let (app, jar) = (call.app.clone(), Jar::of(&call));
                let actor = Actor::from_call(&call).await.ok();
                let reply = inner(call).await?;
                let Some(actor) = actor else { return Ok(reply) };
                match app.extend_session(&actor).await {
                    Ok(Some(session)) => Ok(jar.with_session(reply, &app, &session)),
                    Ok(None) => Ok(reply),
                    Err(error) => {
                        tracing::error!(%error, "a session in use was not extended");
                        Ok(reply)
                    }
                }
            })
        };
        Route { answer: Arc::new(answer), ..self }
    }

    /// The same, refused while the server is busy.
    pub fn sheds(self) -> Route {
        Route { sheds: true, ..self }
    }

    /// The same, said to refuse whatever is asked.
    pub fn unserved(self) -> Route {
        Route { serves: false, ..self }
    }

    /// Has the handler answer.
    pub fn answer(&self, call: Call) -> Answer {
        (self.answer)(call)
    }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)*) => { $(
        $(#[$doc])*
        pub fn $name<Args>(path: &'static str, handler: impl Handler<Args>) -> Route {
            Route::new(Method::$method, path, handler)
        }
    )* };
}

methods! {
    /// A route that answers GET.
    get = GET;
    /// A route that answers HEAD: as GET, without the body.
    head = HEAD;
    /// A route that answers POST.
    post = POST;
    /// A route that answers PUT.
    put = PUT;
    /// A route that answers PATCH.
    patch = PATCH;
    /// A route that answers DELETE.
    delete = DELETE;
}

/// An operation that is not served, which only those may learn who have proven that they might use it. The reason is
/// that of the ledger.
pub fn refused<P: Proof + FromCall + 'static>(method: Method, path: &'static str) -> Route {
    let why = spec::why_not(&method, path);
    let handler = move |_: App, _: P| async move { Err::<StatusOk, _>(context::NOT_SERVED.with(&[&why])) };
    Route::new(method, path, handler).unserved()
}

/// What the table says of a request.
pub enum Found<'a> {
    /// This route, with what stands in its path's places.
    Route(&'a Route, Vec<(&'static str, String)>),
    /// The path is known, this method on it is not served.
    NotServed(&'a str),
    /// No such route.
    Nothing,
}

/// All routes, ready to be searched: a tree of paths for each method, since a path may mean one thing to GET and another
/// to POST (`/users/login`).
pub struct Table {
    methods: HashMap<Method, matchit::Router<Target>>,
}

enum Target {
    Served(Route, Vec<&'static str>),
    NotServed(&'static str),
}

impl Table {
    /// A table of these routes, and of operations that are known but not served, with the reason why.
    ///
    /// Fails with a sentence when two routes are in each other's way.
    pub fn new(routes: Vec<Route>, not_served: &[(Method, &'static str, &'static str)]) -> Result<Table, String> {
        let mut methods: HashMap<Method, matchit::Router<Target>> = HashMap::new();
        let known: HashSet<(Method, &str)> = routes.iter().map(|r| (r.method.clone(), r.path)).collect();
        let others = not_served.iter().filter(|(method, path, _)| !known.contains(&(method.clone(), *path)));
        let others = others.map(|(method, path, why)| (method.clone(), *path, Target::NotServed(why)));
        let served = routes.into_iter().map(|r| (r.method.clone(), r.path, Target::Served(r.clone(), places(r.path))));
        for (method, path, target) in served.chain(others) {
            let paths = methods.entry(method.clone()).or_default();
            paths.insert(path, target).map_err(|e| format!("{method} {path}: {e}"))?;
        }
        Ok(Table { methods })
    }

    /// The route for a request, by its path as it was sent (still percent-encoded).
    pub fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Some(found) = self.methods.get(method).and_then(|paths| paths.at(path).ok()) else { return Found::Nothing };
        match found.value {
            Target::Served(route, places) => match values(places, &found.params) {
                Some(values) => Found::Route(route, values),
                None => Found::Nothing,
            },
            Target::NotServed(why) => Found::NotServed(why),
        }
    }
}

/// The names of a path's places.
fn places(path: &'static str) -> Vec<&'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
}

/// What stands in the places, decoded; `None` if something stands there that cannot, which no route matches then.
fn values(places: &[&'static str], found: &matchit::Params<'_, '_>) -> Option<Vec<(&'static str, String)>> {
    let mut values = Vec::with_capacity(places.len());
    for place in places {
        let raw = found.get(place)?;
        if !raw.bytes().all(|byte| fits(place, byte)) {
            return None;
        }
        let decoded = percent_encoding::percent_decode_str(raw).decode_utf8_lossy().into_owned();
        values.push((*place, without_nul(decoded)));
    }
    Some(values)
}

/// Whether a byte may stand in a place: identifiers are letters and digits, names have their own alphabets.
fn fits(place: &str, byte: u8) -> bool {
    let letter = byte.is_ascii_alphanumeric();
    match place {
        "category" | "category_id" | "preference_name" => letter || byte == b'_',
        "username" => letter || b"_-.".contains(&byte),
        // The ids of plugins are names with dots.
        "plugin_id" => true,
        _ => !place.ends_with("_id") || letter,
    }
}
