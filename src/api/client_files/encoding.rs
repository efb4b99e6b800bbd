//! Content encodings: which one a client gets, and making them.

use std::io::{self, Write as _};

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_ENCODING;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Files under this size, in bytes, are sent as they are.
pub(super) const WORTH_PACKING: u64 = 1024;

/// How a file's bytes are packed on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Encoding {
    /// Not at all.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

impl Encoding {
    /// Value of `Content-Encoding`.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Encoding::Identity => None,
            Encoding::Gzip => Some("gzip"),
            Encoding::Brotli => Some("br"),
        }
    }

    /// End of the names of files that are stored packed; `""` for none.
    pub fn suffix(self) -> &'static str {
        match self {
            Encoding::Identity => "",
            Encoding::Gzip => ".gz",
            Encoding::Brotli => ".br",
        }
    }

    /// The best encoding that the request accepts.
    pub fn accepted(request: &HttpRequest) -> Encoding {
        let headers = request.headers().get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
        let accepted: Vec<(&str, bool)> = headers.flat_map(|value| value.split(',')).map(weighed).collect();
        let accepts = |name: &str| {
            let named =
                |name: &str| accepted.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, wanted)| *wanted);
            named(name).or_else(|| named("*")).unwrap_or(false)
        };
        if accepts("br") {
            Encoding::Brotli
        } else if accepts("gzip") {
            Encoding::Gzip
        } else {
            Encoding::Identity
        }
    }

    /// Packed while a client waits.
    pub fn compress_quickly(self, plain: &[u8]) -> io::Result<Bytes> {
        self.compress(plain, 5, Compression::new(6))
    }

    /// Packed once for all clients.
    pub fn compress_well(self, plain: &[u8]) -> io::Result<Bytes> {
        self.compress(plain, 9, Compression::best())
    }

    fn compress(self, plain: &[u8], brotli_quality: u32, gzip_level: Compression) -> io::Result<Bytes> {
        let mut packed = Vec::with_capacity(plain.len() / 3);
        match self {
            Encoding::Identity => packed.extend_from_slice(plain),
            Encoding::Gzip => {
                let mut encoder = GzEncoder::new(&mut packed, gzip_level);
                encoder.write_all(plain)?;
                encoder.finish()?;
            }
            Encoding::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(&mut packed, 1 << 16, brotli_quality, 22);
                encoder.write_all(plain)?;
                // Dropping the encoder ends its stream.
            }
        }
        Ok(packed.into())
    }
}

/// One element of `Accept-Encoding`: its name, and whether it is wanted at all (`q` above 0).
fn weighed(element: &str) -> (&str, bool) {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
    (name, weight.is_some_and(|weight| weight > 0.0))
}

/// Whether packing files with that name is worth it.
pub(super) fn compressible(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(
        extension,
        "js" | "css" | "html" | "svg" | "json" | "map" | "txt" | "xml" | "wasm" | "ttf" | "otf" | "eot" | "ico"
    )
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_best_accepted_encoding_is_taken() {
        for (header, wanted) in [
            ("gzip, deflate, br", Encoding::Brotli),
            ("gzip;q=1.0, br;q=0.5", Encoding::Brotli),
            ("br;q=0, GZIP", Encoding::Gzip),
            ("br; q=0.000 , gzip;q=0", Encoding::Identity),
            ("*", Encoding::Brotli),
            ("*;q=0, gzip", Encoding::Gzip),
            ("", Encoding::Identity),
            ("deflate, br;q=x", Encoding::Identity),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT_ENCODING, header)).to_http_request();
            assert_eq!(Encoding::accepted(&request), wanted, "{header}");
        }
        assert_eq!(Encoding::accepted(&TestRequest::default().to_http_request()), Encoding::Identity);
    }
}
