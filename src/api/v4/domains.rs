//! The table of mail domains: Kollegium's own operations, for system administrators.

use serde::Deserialize;

use crate::api::call::{Body, Call, FromCall, Input, Json, Query, StatusOk};
use crate::api::routes::{Route, delete, get, put};
use crate::app::App;
use crate::app::domains::{AddressCheck, DomainInput};
use crate::auth::SystemGrant;
use crate::auth::system::ManageSystem;
use crate::model::domains::DomainRule;
use crate::model::errors::{Result, invalid_url};

/// The routes of this tag.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v4/admission/domains", list),
        get("/api/v4/admission/domains/check", check),
        put("/api/v4/admission/domains/{domain}", set),
        delete("/api/v4/admission/domains/{domain}", remove),
    ]
}

/// `GET /admission/domains`: all entries, by their domains.
async fn list(app: App, grant: SystemGrant<ManageSystem>) -> Result<Json<Vec<DomainRule>>> {
    Ok(Json(app.domain_rules(&grant).await?))
}

/// `GET /admission/domains/check?address=`: what the address would be given once it is proven, and why not more.
async fn check(app: App, grant: SystemGrant<ManageSystem>, query: Query) -> Result<Json<AddressCheck>> {
    match query.get("address") {
        "" => Err(invalid_url("address")),
        address => Ok(Json(app.check_address(&grant, address).await?)),
    }
}

/// `{domain}`: a domain, or `*.` and one.
struct DomainParam(String);

impl FromCall for DomainParam {
    async fn from_call(call: &Call) -> Result<Self> {
        Ok(DomainParam(call.param("domain").to_owned()))
    }
}

/// The body of [`set`]: teams by id or name, channels by id or `team/channel`. What is missing is empty; an entry is on
/// unless it says otherwise.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RuleBody {
    teams: Vec<String>,
    may_join: Vec<String>,
    channels: Vec<String>,
    role: String,
    enabled: Option<bool>,
}

impl Input for RuleBody {
    const NAME: &'static str = "domain";
}

/// `PUT /admission/domains/{domain}`: writes the entry, new or in place of another.
async fn set(
    app: App,
    grant: SystemGrant<ManageSystem>,
    domain: DomainParam,
    Body(body): Body<RuleBody>,
) -> Result<Json<DomainRule>> {
    let RuleBody { teams, may_join, channels, role, enabled } = body;
    let input = DomainInput { teams, may_join, channels, role, enabled: enabled.unwrap_or(true) };
    Ok(Json(app.set_domain_rule(&grant, &domain.0, input).await?))
}

/// `DELETE /admission/domains/{domain}`
async fn remove(app: App, grant: SystemGrant<ManageSystem>, domain: DomainParam) -> Result<StatusOk> {
    app.remove_domain_rule(&grant, &domain.0).await?;
    Ok(StatusOk)
}
