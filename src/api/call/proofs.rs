//! Proofs: the argument by which a handler says what its caller must be or may do.

use actix_web::http::Method;
use subtle::ConstantTimeEq;

use super::{Call, FromCall};
use crate::auth::acting::{ActingFor, KeeperOf};
use crate::auth::grants::{ChannelAction, PostAction, SystemAction, TeamAction, UserAction};
use crate::auth::{Actor, ChannelGrant, PostGrant, SystemGrant, TeamGrant, UserGrant};
use crate::model::Id;
use crate::model::errors::{Result, context, invalid_url};
use crate::model::sessions::props;

/// What may stand as the first argument after the application.
pub trait Proof {}

/// Says that an operation is open to the world.
pub struct Anonymous;

impl Proof for Anonymous {}

impl FromCall for Anonymous {
    async fn from_call(_: &Call) -> Result<Self> {
        Ok(Anonymous)
    }
}

/// Somebody with or without a session, where both are served; a bad token counts as none, a session without the proof
/// that its own client sent the request does not.
pub struct Visitor(pub Option<Actor>);

impl Proof for Visitor {}

impl FromCall for Visitor {
    async fn from_call(call: &Call) -> Result<Self> {
        let Some((place, token)) = token(call) else { return Ok(Visitor(None)) };
        match call.app.actor(&token, || call.origin()).await {
            Ok(actor) => admitted(call, place, actor).map(|actor| Visitor(Some(actor))),
            Err(error) if error.is(context::SESSION_EXPIRED) => Ok(Visitor(None)),
            Err(error) => Err(error),
        }
    }
}

impl Proof for Actor {}

impl FromCall for Actor {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = actor(call).await?;
        let path = call.request.path();
        // A base path may stand before it.
        let path = path.find("/api/v4/").and_then(|at| path.get(at..)).unwrap_or(path);
        call.app.check_mfa(&actor, path)?;
        if call.sheds {
            call.app.busy.check()?;
        }
        Ok(actor)
    }
}

/// Where a token was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Cookie,
    Header,
    Query,
}

async fn actor(call: &Call) -> Result<Actor> {
    let (place, token) = token(call).ok_or(context::SESSION_EXPIRED)?;
    let actor = call.app.actor(&token, || call.origin()).await?;
    admitted(call, place, actor)
}

/// The actor, unless the token may not stand where it was found.
fn admitted(call: &Call, place: Place, actor: Actor) -> Result<Actor> {
    if place == Place::Query && !actor.session().is_oauth_app() {
        return context::TOKEN_PROVIDED.err();
    }
    if place == Place::Cookie && !call.trusted && call.request.method() != Method::GET {
        check_csrf(call, &actor)?;
    }
    Ok(actor)
}

/// The token of a request; the first place that has one decides (auth.md §3).
fn token(call: &Call) -> Option<(Place, String)> {
    if let Some(cookie) = call.request.cookie("MMAUTHTOKEN") {
        return Some((Place::Cookie, cookie.value().to_owned()));
    }
    if let Some(token) = call.header("authorization").and_then(bearer) {
        return Some((Place::Header, token.to_owned()));
    }
    let token = call.query("access_token");
    (!token.is_empty()).then_some((Place::Query, token))
}

/// The token of an `Authorization` header, after `Bearer ` or `token ` in any case.
pub fn bearer(header: &str) -> Option<&str> {
    ["bearer ", "token "].iter().find_map(|word| {
        let (start, rest) = (header.get(..word.len())?, header.get(word.len()..)?);
        start.eq_ignore_ascii_case(word).then_some(rest)
    })
}

/// Cookies are sent by any page, so a change made by cookie must prove that the client's own script made it.
fn check_csrf(call: &Call, actor: &Actor) -> Result<()> {
    let given = call.header("x-csrf-token").unwrap_or_default().as_bytes();
    let expected = actor.session().prop(props::CSRF).as_bytes();
    if !expected.is_empty() && bool::from(given.ct_eq(expected)) {
        return Ok(());
    }
    let strict = call.app.config.snapshot().effective.service.experimental_strict_csrf_enforcement;
    if !strict && call.header("x-requested-with") == Some("XMLHttpRequest") {
        return Ok(());
    }
    context::SESSION_EXPIRED.err()
}

impl<A> Proof for SystemGrant<A> {}

impl<A: SystemAction> FromCall for SystemGrant<A> {
    async fn from_call(call: &Call) -> Result<Self> {
        call.app.auth.system(Actor::from_call(call).await?)
    }
}

impl<A> Proof for UserGrant<A> {}

impl<A: UserAction> FromCall for UserGrant<A> {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        let id = UserParam::from_call(call).await?.of(&actor);
        call.app.auth.user(actor, id).await
    }
}

/// The `{user_id}` of a path, for operations that judge their body before the caller's rights.
#[derive(Debug, Clone, Copy)]
pub struct UserParam(Option<Id>);

impl UserParam {
    /// Whose it is; `me` is the actor.
    pub fn of(self, actor: &Actor) -> Id {
        self.0.unwrap_or(actor.id())
    }
}

impl FromCall for UserParam {
    async fn from_call(call: &Call) -> Result<Self> {
        match call.param("user_id") {
            "me" => Ok(UserParam(None)),
            other => Id::parse(other).map(|id| UserParam(Some(id))).ok_or_else(|| invalid_url("user_id")),
        }
    }
}

/// The token of a WebSocket's request, whether or not it is somebody's. A living session's token may not stand in the
/// address (surprises.md, WebSocket).
pub async fn upgrade_token(call: &Call) -> Result<Option<String>> {
    let Some((place, token)) = token(call) else { return Ok(None) };
    if place == Place::Query {
        match call.app.actor(&token, || call.origin()).await {
            Ok(actor) if !actor.session().is_oauth_app() => return context::TOKEN_PROVIDED.err(),
            _ => {}
        }
    }
    Ok(Some(token))
}

impl Proof for ActingFor {}

impl FromCall for ActingFor {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        let id = UserParam::from_call(call).await?.of(&actor);
        call.app.auth.acting_for(actor, id).await
    }
}

impl Proof for KeeperOf {}

impl FromCall for KeeperOf {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        let id = UserParam::from_call(call).await?.of(&actor);
        call.app.auth.acting_for_user_or_bot(actor, id).await.map(KeeperOf)
    }
}

impl<A> Proof for TeamGrant<A> {}

impl<A: TeamAction> FromCall for TeamGrant<A> {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        call.app.auth.team(actor, call.id_param("team_id")?).await
    }
}

impl<A> Proof for ChannelGrant<A> {}

impl<A: ChannelAction> FromCall for ChannelGrant<A> {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        call.app.auth.channel(actor, call.id_param("channel_id")?).await
    }
}

impl<A> Proof for PostGrant<A> {}

impl<A: PostAction> FromCall for PostGrant<A> {
    async fn from_call(call: &Call) -> Result<Self> {
        let actor = Actor::from_call(call).await?;
        call.app.auth.post(actor, call.id_param("post_id")?).await
    }
}

/// What a request carries besides, judged before the caller's rights as the reference does where it reads the body first.
/// The session and the identifiers in the path come before both.
pub struct Judged<B, P>(pub B, pub P);

impl<B, P: Proof> Proof for Judged<B, P> {}

impl<B: FromCall, P: FromCall> FromCall for Judged<B, P> {
    async fn from_call(call: &Call) -> Result<Self> {
        Actor::from_call(call).await?;
        // What is no identifier of a bookmark is no bookmark, which is found out later.
        let ids = call.params.iter().filter(|(place, _)| place.ends_with("_id") && *place != "bookmark_id");
        for (place, _) in ids.filter(|(place, text)| *place != "user_id" || text != "me") {
            call.id_param(place)?;
        }
        Ok(Judged(B::from_call(call).await?, P::from_call(call).await?))
    }
}

/// A pair of proofs, where an operation concerns two things (a user in a channel).
impl<P: Proof, Q: Proof> Proof for (P, Q) {}

impl<P: FromCall, Q: FromCall> FromCall for (P, Q) {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok((P::from_call(call).await?, Q::from_call(call).await?))
    }
}
