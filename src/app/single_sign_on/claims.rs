//! The claim that makes people staff.

use serde_json::{Map, Value};

use crate::config::Settings;
use crate::outbound::openid::Identity;

/// Whether the claim that makes somebody staff is among those of the provider; `None` if none is asked for.
pub(super) fn claim_holds(identity: &Identity, settings: &Settings) -> Option<bool> {
    let (name, wanted) = (settings.kollegium.staff_claim.trim(), &settings.kollegium.staff_claim_values);
    (!name.is_empty()).then(|| holds(&identity.claims, name, wanted))
}

/// A claim is a text, a truth, or a list of which one is enough. Its name may lead into others, as in
/// `realm_access.roles`.
fn holds(claims: &Map<String, Value>, name: &str, wanted: &str) -> bool {
    let wanted: Vec<&str> = wanted.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
    let is_wanted = |value: &Value| match value {
        Value::String(value) => wanted.contains(&value.as_str()),
        Value::Bool(value) => wanted.contains(&if *value { "true" } else { "false" }),
        _ => false,
    };
    match claims.get(name).or_else(|| within(claims, name)) {
        Some(Value::Array(values)) => values.iter().any(is_wanted),
        Some(value) => is_wanted(value),
        None => false,
    }
}

fn within<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let (first, rest) = name.split_once('.')?;
    rest.split('.').try_fold(claims.get(first)?, |value, part| value.get(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_staff(claims: Value, name: &str) -> bool {
        let Value::Object(claims) = claims else { unreachable!() };
        holds(&claims, name, "staff, /campus/employees")
    }

    #[test]
    fn one_of_the_values_is_enough() {
        assert!(is_staff(json!({"groups": ["chess", "staff"]}), "groups"));
        assert!(is_staff(json!({"groups": ["/campus/employees"]}), "groups"));
        assert!(is_staff(json!({"groups": "staff"}), "groups"));
        assert!(is_staff(json!({"realm_access": {"roles": ["staff"]}}), "realm_access.roles"));
        assert!(is_staff(json!({"https://campus.example/roles": ["staff"]}), "https://campus.example/roles"));
    }

    #[test]
    fn nothing_like_it_counts() {
        for claims in [
            json!({"groups": []}),
            json!({"groups": ["Staff", "staffers", "no staff", ""]}),
            json!({"groups": {"staff": true}}),
            json!({"groups": [["staff"]]}),
            json!({"group": ["staff"]}),
            json!({"realm_access": ["roles"]}),
        ] {
            assert!(!is_staff(claims.clone(), "groups") && !is_staff(claims.clone(), "realm_access.roles"), "{claims}");
        }
        assert!(!holds(&Map::new(), "groups", ""));
    }
}
