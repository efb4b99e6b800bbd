//! Message attachments (`props.attachments`, posts-and-limits.md §2): the form in which they are stored and shown.

use serde_json::{Map, Value, json};

use crate::model::id::Id;
use crate::model::json::Props;

/// The prop that holds them.
pub const ATTACHMENTS: &str = "attachments";

/// The texts that every attachment has, `""` where the client left them out.
const TEXTS: [&str; 12] = [
    "fallback",
    "color",
    "pretext",
    "author_name",
    "author_link",
    "author_icon",
    "title",
    "title_link",
    "text",
    "image_url",
    "thumb_url",
    "footer",
];

/// The keys of an action, in the form in which clients know them, and whether each is a text.
const ACTION_TEXTS: [&str; 8] = ["id", "type", "name", "tooltip", "style", "data_source", "default_option", "cookie"];

/// Brings the attachments of a post into their stored form: every key is there, what is no attachment is empty, `null`
/// is left out, actions get identifiers. What is no list becomes `null`.
pub fn normalize(props: &mut Props) {
    let Some(given) = props.0.get_mut(ATTACHMENTS) else { return };
    *given = match given.take() {
        Value::Array(items) => Value::Array(items.into_iter().filter(|item| !item.is_null()).map(attachment).collect()),
        _ => Value::Null,
    };
}

fn attachment(given: Value) -> Value {
    let mut given = into_map(given);
    let mut out = Map::new();
    out.insert("id".into(), given.get("id").filter(|id| id.is_i64()).cloned().unwrap_or_else(|| json!(0)));
    for key in TEXTS {
        out.insert(key.into(), text(given.remove(key)));
    }
    out.insert("footer_icon".into(), text(given.remove("footer_icon")));
    out.insert("ts".into(), given.remove("ts").unwrap_or_default());
    out.insert("fields".into(), list(given.remove("fields"), field).unwrap_or_default());
    if let Some(actions) = list(given.remove("actions"), action).filter(|a| a.as_array().is_some_and(|a| !a.is_empty()))
    {
        out.insert("actions".into(), actions);
    }
    Value::Object(out)
}

fn field(given: Value) -> Value {
    let mut given = into_map(given);
    let short = given.get("short").and_then(Value::as_bool).unwrap_or_default();
    json!({"title": text(given.remove("title")), "value": given.remove("value").unwrap_or_default(), "short": short})
}

fn action(given: Value) -> Value {
    let mut given = into_map(given);
    let mut out = Map::new();
    for key in ACTION_TEXTS {
        if let Some(value) = given.remove(key).filter(|v| v.as_str().is_some_and(|text| !text.is_empty())) {
            out.insert(key.into(), value);
        }
    }
    out.entry("id").or_insert_with(|| Id::random().as_str().into());
    if given.get("disabled") == Some(&Value::Bool(true)) {
        out.insert("disabled".into(), true.into());
    }
    for key in ["options", "integration"] {
        if let Some(value) = given.remove(key).filter(|v| v.is_array() || v.is_object()) {
            out.insert(key.into(), value);
        }
    }
    Value::Object(out)
}

/// The actions of attachments in their stored form.
pub fn actions(props: &Props) -> impl Iterator<Item = &Map<String, Value>> {
    let attachments = props.get(ATTACHMENTS).and_then(Value::as_array).into_iter().flatten();
    attachments.filter_map(|a| a.get("actions")?.as_array()).flatten().filter_map(Value::as_object)
}

/// The same, to be changed.
pub fn actions_mut(props: &mut Props) -> impl Iterator<Item = &mut Map<String, Value>> {
    let attachments = props.0.get_mut(ATTACHMENTS).and_then(Value::as_array_mut).into_iter().flatten();
    attachments.filter_map(|a| a.get_mut("actions")?.as_array_mut()).flatten().filter_map(Value::as_object_mut)
}

/// Makes texts of the values of fields, as programs are used to.
pub fn stringify(props: &mut Props) {
    let attachments = props.0.get_mut(ATTACHMENTS).and_then(Value::as_array_mut);
    let fields = attachments.into_iter().flatten().filter_map(|a| a.get_mut("fields")?.as_array_mut()).flatten();
    for value in fields.filter_map(|field| field.get_mut("value")) {
        if !value.is_string() && !value.is_null() {
            *value = value.to_string().into();
        }
    }
}

/// Takes out of the attachments what readers must not see: where their actions lead (posts-and-limits.md §2).
pub fn hide_integrations(props: &mut Props) {
    let attachments = props.0.get_mut(ATTACHMENTS).and_then(Value::as_array_mut);
    let actions = attachments.into_iter().flatten().filter_map(|a| a.get_mut("actions")?.as_array_mut()).flatten();
    for action in actions.filter_map(Value::as_object_mut) {
        action.remove("integration");
    }
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn text(value: Option<Value>) -> Value {
    value.filter(Value::is_string).unwrap_or_else(|| "".into())
}

fn list(value: Option<Value>, item: fn(Value) -> Value) -> Option<Value> {
    match value {
        Some(Value::Array(items)) => {
            Some(Value::Array(items.into_iter().filter(|item| !item.is_null()).map(item).collect()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(attachments: Value) -> Value {
        let mut props = Props([(ATTACHMENTS.to_owned(), attachments)].into_iter().collect());
        normalize(&mut props);
        props.get(ATTACHMENTS).cloned().unwrap()
    }

    #[test]
    fn what_is_no_attachment() {
        assert!(normal(json!("text")).is_null());
        let list = normal(json!([1, null, {"text": "ok"}]));
        assert_eq!(list.as_array().unwrap().len(), 2);
        assert_eq!(list[1]["text"], "ok");
        assert_eq!(list[0]["title"], "");
        assert!(list[0]["fields"].is_null() && list[0]["ts"].is_null() && list[0].get("actions").is_none());
    }

    #[test]
    fn actions_are_named_and_keep_their_secret() {
        let list = normal(json!([{"actions": [{"name": "Go", "integration": {"url": "http://x"}}]}]));
        let action = &list[0]["actions"][0];
        assert_eq!(action["id"].as_str().unwrap().len(), 26);
        assert_eq!(action["integration"]["url"], "http://x");
        let mut props = Props([(ATTACHMENTS.to_owned(), list)].into_iter().collect());
        hide_integrations(&mut props);
        assert_eq!(props.get(ATTACHMENTS).unwrap()[0]["actions"][0]["name"], "Go");
        assert!(props.get(ATTACHMENTS).unwrap()[0]["actions"][0].get("integration").is_none());
    }
}
