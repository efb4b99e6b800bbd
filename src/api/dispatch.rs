//! From a request to its answer: find the route, read the body within its limit, let the handler answer, write the
//! common headers and errors. The one place where refusals become JSON.

use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use super::Api;
use super::call::{Call, Reply};
use super::compress;
use super::cookies::forgotten;
use super::routes::{Found, Route};
use crate::config::Snapshot;
use crate::model::Id;
use crate::model::errors::{AppError, Result, context};

/// Answers a request to the protocol's own paths; `path` is what stands below the server's base path.
pub async fn dispatch(api: &Api, request: HttpRequest, path: String, payload: Payload) -> HttpResponse {
    match api.table.find(request.method(), &path) {
        Found::Route(route, params) => serve(api, route, params, request, payload).await,
        Found::NotServed(why) => refuse(api, &request, &context::NOT_SERVED.with(&[&why])),
        Found::Nothing => nothing(),
    }
}

async fn serve(
    api: &Api,
    route: &Route,
    params: Vec<(&'static str, String)>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let (id, started) = (Id::random(), Instant::now());
    let before = api.app.queries();
    let reply = answer(api, route, params, &request, payload, id).await;
    let reply = reply.unwrap_or_else(|error| {
        log_failure(&error, route, id);
        let reply = refusal(&error, id);
        match error.is(context::SESSION_EXPIRED) {
            // Clients hold on to a dead cookie otherwise (auth.md §3).
            true => reply.header("set-cookie", &forgotten(&api.app.config.snapshot().effective.service.site_url)),
            false => reply,
        }
    });
    let response = finish(api, &request, id, count_queries(api, before, reply));
    let (status, micros) = (response.status().as_u16(), started.elapsed().as_micros());
    tracing::debug!(request_id = %id, method = %route.method, route = route.path, status, micros, "answered");
    response
}

/// The answer to a request that is refused without a look at it.
pub fn refuse(api: &Api, request: &HttpRequest, error: &AppError) -> HttpResponse {
    let id = Id::random();
    finish(api, request, id, refusal(error, id))
}

/// Tells developers how many statements the database was sent meanwhile, which on a quiet server is what this request
/// cost.
fn count_queries(api: &Api, before: u64, reply: Reply) -> Reply {
    match api.app.config.snapshot().effective.service.enable_developer {
        true => reply.header("x-database-queries", &(api.app.queries() - before).to_string()),
        false => reply,
    }
}

async fn answer(
    api: &Api,
    route: &Route,
    params: Vec<(&'static str, String)>,
    request: &HttpRequest,
    mut payload: Payload,
    id: Id,
) -> Result<Reply> {
    let snapshot = api.app.config.snapshot();
    let service = &snapshot.effective.service;
    let url = request.uri().path_and_query().map_or(0, |p| p.as_str().len());
    if url > service.maximum_url_length.max(0) as usize {
        return context::URL_TOO_LONG.err();
    }
    let patience = Duration::from_secs(service.read_timeout.max(0) as u64);
    let (body, stream) = if route.reads_body {
        // What is no upload is a socket, which keeps time by itself.
        let waits = route.method == Method::GET;
        (Bytes::new(), Some(if waits { payload } else { impatient(payload, patience) }))
    } else {
        let limit = service.maximum_payload_size_bytes.max(0) as usize;
        if announced(request) > limit as u64 {
            return context::BODY_TOO_LARGE.err();
        }
        let reading = read(&mut payload, limit);
        let body = tokio::time::timeout(patience, reading).await;
        (body.unwrap_or_else(|_| context::PAYLOAD_PARSE.err())?, None)
    };
    let (app, shard, request) = (api.app.clone(), api.shard.clone(), request.clone());
    route
        .answer(Call {
            app,
            shard,
            request,
            id,
            params,
            body,
            trusted: route.trusted,
            sheds: route.sheds,
            stream: stream.into(),
        })
        .await
}

/// A body that ends with an error when nothing of it comes for so long.
fn impatient(payload: Payload, patience: Duration) -> Payload {
    let parts = futures_util::stream::unfold(payload, move |mut payload| async move {
        let part = match tokio::time::timeout(patience, payload.next()).await {
            Ok(part) => part?,
            Err(_) => Err(PayloadError::Incomplete(Some(std::io::ErrorKind::TimedOut.into()))),
        };
        Some((part, payload))
    });
    // Forms are asked for more after their end.
    Payload::Stream { payload: Box::pin(parts.fuse()) }
}

/// The length of a body as its request says; 0 if it does not.
pub(super) fn announced(request: &HttpRequest) -> u64 {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(payload: &mut Payload, limit: usize) -> Result<Bytes> {
    let mut body = BytesMut::new();
    while let Some(part) = payload.next().await {
        let part = part.map_err(|_| context::PAYLOAD_PARSE.error())?;
        if body.len() + part.len() > limit {
            return context::BODY_TOO_LARGE.err();
        }
        body.extend_from_slice(&part);
    }
    Ok(body.freeze())
}

/// By the route's pattern: what stands in its places may be a secret, such as the id of an invitation.
fn log_failure(error: &AppError, route: &Route, id: Id) {
    let (method, route) = (&route.method, route.path);
    match &error.cause {
        Some(cause) if error.status >= 500 => {
            tracing::error!(request_id = %id, %method, route, %cause, "a request failed")
        }
        _ => tracing::debug!(request_id = %id, %method, route, error = %error.id, status = error.status, "refused"),
    }
}

/// An error as the wire shows it (auth.md §2).
pub fn refusal(error: &AppError, request_id: Id) -> Reply {
    #[derive(serde::Serialize)]
    struct Wire<'a> {
        id: &'a str,
        message: &'a str,
        detailed_error: &'static str,
        request_id: Id,
        status_code: u16,
    }
    let wire =
        Wire { id: &error.id, message: &error.message, detailed_error: "", request_id, status_code: error.status };
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Reply::json(status, &wire)
}

/// Gives an answer its common headers and its final form.
fn finish(api: &Api, request: &HttpRequest, id: Id, reply: Reply) -> HttpResponse {
    if let Some(whole) = reply.whole {
        let mut whole = *whole;
        if let Ok(value) = HeaderValue::from_str(id.as_str()) {
            whole.headers_mut().insert(header::HeaderName::from_static("x-request-id"), value);
        }
        return whole;
    }
    let snapshot = api.app.config.snapshot();
    let known = is_known(request, &reply);
    let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { reply.status });
    for header in common_headers(&snapshot, id) {
        response.insert_header(header);
    }
    if *request.method() == Method::GET {
        response.insert_header((header::EXPIRES, HeaderValue::from_static("0")));
    }
    if !known && !reply.content_type.is_empty() {
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type)));
    }
    for (name, value) in reply.headers {
        let replaces = name == header::EXPIRES || name == header::CONTENT_TYPE;
        if replaces {
            response.insert_header((name, value))
        } else {
            response.append_header((name, value))
        };
    }
    if known {
        return response.finish();
    }
    if let Some(stream) = reply.stream {
        return response.body(stream);
    }
    let compressible = snapshot.effective.service.webserver_mode == "gzip" && !reply.content_type.is_empty();
    match compressible.then(|| compress::gzip(request, &reply.body, reply.forms.as_deref())).flatten() {
        Some(packed) => response
            .insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("gzip")))
            .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding")))
            .body(packed),
        None => response.body(reply.body),
    }
}

/// Whether the client says that it has this very answer.
fn is_known(request: &HttpRequest, reply: &Reply) -> bool {
    let given = request.headers().get(header::IF_NONE_MATCH);
    let tag = reply.headers.iter().find(|(name, _)| *name == header::ETAG).map(|(_, value)| value);
    reply.status == StatusCode::OK && given.is_some() && given == tag
}

/// An answer that is not the API's, with what every answer says.
pub fn with_common_headers(mut response: HttpResponse, snapshot: &Snapshot) -> HttpResponse {
    for (name, value) in common_headers(snapshot, Id::random()) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn common_headers(snapshot: &Snapshot, id: Id) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let service = &snapshot.effective.service;
    let strict = service.tls_strict_transport.then(|| format!("max-age={}", service.tls_strict_transport_max_age));
    let headers = [
        ("x-request-id", HeaderValue::from_str(id.as_str()).ok()),
        ("x-version-id", HeaderValue::from_str(&snapshot.version_id).ok()),
        ("permissions-policy", Some(HeaderValue::from_static(""))),
        ("x-content-type-options", Some(HeaderValue::from_static("nosniff"))),
        ("referrer-policy", Some(HeaderValue::from_static("no-referrer"))),
        ("server", Some(HeaderValue::from_static(concat!("Kollegium/", env!("CARGO_PKG_VERSION"))))),
        ("strict-transport-security", strict.and_then(|strict| HeaderValue::from_str(&strict).ok())),
    ];
    headers.into_iter().filter_map(|(name, value)| Some((HeaderName::from_static(name), value?)))
}

/// An unknown path or method: without request id and version, as recorded.
fn nothing() -> HttpResponse {
    let error = context::NOT_FOUND.error();
    let reply = refusal(&error, Id::random());
    HttpResponse::build(reply.status)
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type)))
        .body(reply.body)
}

/// To another address of this server: a path, maybe with a query. Doubled slashes become one, so that none is taken for
/// the beginning of another host's name.
pub fn moved(address: &str, status: StatusCode) -> HttpResponse {
    let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
    let mut location = String::with_capacity(address.len());
    for c in path.chars() {
        if !(c == '/' && location.ends_with('/')) {
            location.push(c);
        }
    }
    if let Some(query) = query {
        location.push('?');
        location.push_str(query);
    }
    HttpResponse::build(status).insert_header((header::LOCATION, location)).finish()
}
