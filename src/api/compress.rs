//! Compression of answers, where it is worth its time.

use std::io::Write;

use actix_web::HttpRequest;
use actix_web::http::header;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::model::json::Forms;

/// Smaller answers fit the first flight of a new connection (ten segments), so packing them saves no time.
const WORTH: usize = 14_000;

/// The body packed by gzip, if the client takes that and the body is large; `kept` remembers it for the next client.
pub fn gzip(request: &HttpRequest, body: &Bytes, kept: Option<&Forms>) -> Option<Bytes> {
    if body.len() < WORTH || !accepts_gzip(request) {
        return None;
    }
    if let Some(packed) = kept.and_then(|forms| forms.packed.get()) {
        return Some(packed.clone());
    }
    let packed = pack(body)?;
    Some(kept.map_or_else(|| packed.clone(), |forms| forms.packed.get_or_init(|| packed.clone()).clone()))
}

fn pack(body: &Bytes) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

fn accepts_gzip(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|part| {
        let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
        coding.trim().eq_ignore_ascii_case("gzip") && weight.trim() != "q=0"
    })
}
