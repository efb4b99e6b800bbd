//! HTTP around a file's bytes: validators, 304, parts, encodings.

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, HttpDate,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE, VARY,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;

use crate::api::parts::{Part, date, part_of, text, whole_seconds};

/// The bytes that go out, and how they are packed.
pub(super) struct Content {
    pub bytes: Bytes,
    pub encoding: super::Encoding,
}

/// What is said about them.
pub(super) struct Head {
    pub cache_control: &'static str,
    pub content_type: String,
    pub modified: Option<SystemTime>,
    /// With its quotes.
    pub etag: String,
    /// Whether another client may get other bytes.
    pub varies: bool,
    pub more: Vec<(HeaderName, String)>,
}

impl Head {
    /// 304 if the client has these bytes already (RFC 9110 §13.2.2).
    pub fn unchanged(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let unchanged = match text(request, &IF_NONE_MATCH) {
            Some(known) => {
                known.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.etag)
            }
            None => self
                .modified
                .zip(date(request, &IF_MODIFIED_SINCE))
                .is_some_and(|(modified, known)| whole_seconds(modified) <= known),
        };
        unchanged.then(|| self.started(StatusCode::NOT_MODIFIED).finish())
    }

    /// The bytes, or the part of them that is asked for.
    pub fn answer(&self, request: &HttpRequest, content: &Content) -> HttpResponse {
        let length = content.bytes.len() as u64;
        match self.part(request, content) {
            Part::Whole => {
                let mut response = self.started(StatusCode::OK);
                response.insert_header((CONTENT_TYPE, self.content_type.clone()));
                match content.encoding.name() {
                    Some(name) => response.insert_header((CONTENT_ENCODING, name)),
                    None => response.insert_header((ACCEPT_RANGES, "bytes")),
                };
                response.body(content.bytes.clone())
            }
            Part::Of(range) => {
                let mut response = self.started(StatusCode::PARTIAL_CONTENT);
                response.insert_header((CONTENT_TYPE, self.content_type.clone()));
                response.insert_header((CONTENT_RANGE, format!("bytes {}-{}/{length}", range.start(), range.end())));
                response.body(content.bytes.slice(*range.start() as usize..=*range.end() as usize))
            }
            Part::None => self
                .started(StatusCode::RANGE_NOT_SATISFIABLE)
                .insert_header((CONTENT_RANGE, format!("bytes */{length}")))
                .finish(),
        }
    }

    fn part(&self, request: &HttpRequest, content: &Content) -> Part {
        let current = text(request, &IF_RANGE).is_none_or(|tag| tag == self.etag);
        match text(request, &RANGE) {
            Some(range) if current && content.encoding.name().is_none() => part_of(range, content.bytes.len() as u64),
            _ => Part::Whole,
        }
    }

    fn started(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(status);
        response.insert_header((CACHE_CONTROL, self.cache_control)).insert_header((ETAG, self.etag.clone()));
        if let Some(modified) = self.modified {
            response.insert_header((LAST_MODIFIED, HttpDate::from(modified)));
        }
        if self.varies {
            response.insert_header((VARY, "Accept-Encoding"));
        }
        for header in &self.more {
            response.insert_header((header.0.clone(), header.1.clone()));
        }
        response
    }
}

/// Whether only a part is asked for: players of sounds and films do, and some play nothing otherwise.
pub(super) fn wants_part(request: &HttpRequest) -> bool {
    request.headers().contains_key(RANGE)
}
