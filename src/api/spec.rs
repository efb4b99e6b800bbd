//! What is served and what is not: the ledger `api-spec/served.tsv`, and the OpenAPI document made from the routes.

use std::collections::HashSet;

use actix_web::http::Method;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, PathsBuilder};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, Required, ResponseBuilder};

use super::routes::Route;

const LEDGER: &str = include_str!("../../api-spec/served.tsv");

/// A line of the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// HTTP method, or `ANY`.
    pub method: &'static str,
    /// Path with places in braces.
    pub path: &'static str,
    /// Tag of the public description.
    pub tag: &'static str,
    /// 1 (every client needs it) to 4 (nobody does).
    pub tier: &'static str,
    /// Whether it is served.
    pub served: bool,
    /// Why not.
    pub why: &'static str,
}

/// All lines of the ledger.
pub fn ledger() -> Vec<Line> {
    LEDGER.lines().filter(|l| !l.starts_with('#')).skip(1).filter_map(line).collect()
}

fn line(text: &'static str) -> Option<Line> {
    let mut columns = text.split('\t');
    Some(Line {
        method: columns.next()?,
        path: columns.next()?,
        tag: columns.next()?,
        tier: columns.next()?,
        served: columns.next()? == "yes",
        why: columns.next().unwrap_or_default(),
    })
}

/// The reason for operations that the reference serves on a socket of its own machine only: over the network there is
/// nothing at their addresses.
const LOCAL_ONLY: &str = "the reference serves it on a local socket only";

/// The operations of the protocol that are answered with 501 and a reason.
pub fn not_served() -> Vec<(Method, &'static str, &'static str)> {
    let known = |l: &Line| !l.served && l.why != LOCAL_ONLY && l.path.starts_with("/api/v4/");
    let lines = ledger().into_iter().filter(known);
    lines.filter_map(|l| Some((l.method.parse().ok()?, l.path, l.why))).collect()
}

/// Why an operation is not served; `""` if the ledger does not say.
pub fn why_not(method: &Method, path: &str) -> &'static str {
    let line = ledger().into_iter().find(|l| l.path == path && l.method == method.as_str());
    line.map_or("", |l| l.why)
}

/// The OpenAPI document of these routes.
pub fn openapi(routes: &[Route]) -> OpenApi {
    let lines = ledger();
    let mut paths = PathsBuilder::new();
    let mut sorted: Vec<&Route> = routes.iter().filter(|r| r.serves).collect();
    sorted.sort_by_key(|r| (r.path, r.method.to_string()));
    for route in sorted {
        let tag = lines
            .iter()
            .find(|l| l.path == route.path && l.method == route.method.as_str())
            .map_or("kollegium", |l| l.tag);
        if let Some(method) = http_method(&route.method) {
            paths = paths.path(route.path, PathItem::new(method, operation(route, tag)));
        }
    }
    let info = InfoBuilder::new().title("Kollegium").version(env!("CARGO_PKG_VERSION")).build();
    OpenApiBuilder::new().info(info).paths(paths.build()).build()
}

fn operation(route: &Route, tag: &str) -> OperationBuilder {
    let mut operation =
        OperationBuilder::new().tag(tag).response("default", ResponseBuilder::new().description("JSON").build());
    let places: HashSet<&str> = route.path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')).collect();
    let mut places: Vec<&str> = places.into_iter().collect();
    places.sort_unstable();
    for place in places {
        operation = operation.parameter(
            ParameterBuilder::new().name(place).parameter_in(ParameterIn::Path).required(Required::True).build(),
        );
    }
    operation
}

fn http_method(method: &Method) -> Option<HttpMethod> {
    Some(match *method {
        Method::GET => HttpMethod::Get,
        Method::HEAD => HttpMethod::Head,
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::v4;

    fn file(name: &str) -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("api-spec").join(name)
    }

    #[test]
    fn no_route_is_in_the_way_of_another() {
        assert_eq!(crate::api::Api::table().err(), None);
    }

    /// The ledger with its column `served` as the routes have it.
    fn ledger_of(routes: &[Route]) -> String {
        let is_served = |l: &Line| {
            routes.iter().any(|r| r.serves && r.path == l.path && (l.method == "ANY" || r.method.as_str() == l.method))
        };
        let head = LEDGER.lines().take(2).map(str::to_owned);
        let lines = ledger().into_iter().map(|l| {
            let outside = !l.path.starts_with("/api/v4/");
            let served = if outside && l.served || is_served(&l) { "yes" } else { "no" };
            let why = if served == "yes" {
                ""
            } else if l.why.is_empty() {
                "not yet built"
            } else {
                l.why
            };
            format!("{}\t{}\t{}\t{}\t{served}\t{why}", l.method, l.path, l.tag, l.tier)
        });
        head.chain(lines).collect::<Vec<_>>().join("\n") + "\n"
    }

    #[test]
    fn the_ledger_and_the_document_are_those_of_the_routes() {
        let routes = v4::routes();
        let (ledger, document) = (ledger_of(&routes), openapi(&routes).to_pretty_json().unwrap() + "\n");
        if std::env::var_os("KOLLEGIUM_WRITE_SPEC").is_some() {
            std::fs::write(file("served.tsv"), &ledger).unwrap();
            std::fs::write(file("openapi.json"), &document).unwrap();
            return;
        }
        let hint = "run KOLLEGIUM_WRITE_SPEC=1 cargo test spec";
        assert_eq!(std::fs::read_to_string(file("served.tsv")).unwrap(), ledger, "{hint}");
        assert_eq!(std::fs::read_to_string(file("openapi.json")).unwrap(), document, "{hint}");
    }
}
