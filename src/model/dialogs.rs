//! Dialogs that programs open and people fill in (posts-and-limits.md §15).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::errors::integrations as codes;
use super::text::runes;
use super::{Id, Result};

/// What a program sends to open a dialog, and what the client gets.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OpenDialog {
    pub trigger_id: String,
    /// Where the answers go.
    pub url: String,
    pub dialog: Dialog,
}

/// A form.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Dialog {
    pub callback_id: String,
    pub title: String,
    pub introduction_text: String,
    pub icon_url: String,
    pub elements: Option<Vec<Element>>,
    pub submit_label: String,
    pub notify_on_cancel: bool,
    pub state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source_url: String,
}

/// A field of a form.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Element {
    pub display_name: String,
    pub name: String,
    pub r#type: String,
    pub subtype: String,
    pub default: String,
    pub placeholder: String,
    pub help_text: String,
    pub optional: bool,
    pub min_length: i64,
    pub max_length: i64,
    pub data_source: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub data_source_url: String,
    pub options: Option<Vec<Choice>>,
    pub multiselect: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub refresh: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub min_date: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub max_date: String,
    #[serde(skip_serializing_if = "is_zero")]
    pub time_interval: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(value: &i64) -> bool {
    *value == 0
}

/// Something to choose.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Choice {
    pub text: String,
    pub value: String,
}

/// What a client sends when somebody filled a form in, or looks something up for it; the program gets the same.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SubmitDialog {
    pub r#type: String,
    #[serde(skip_serializing)]
    pub url: String,
    pub callback_id: String,
    pub state: String,
    pub user_id: String,
    pub channel_id: String,
    pub team_id: String,
    pub submission: Option<Map<String, Value>>,
    pub cancelled: bool,
}

/// What a program says of a form that was filled in.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct DialogAnswer {
    /// What is wrong with it as a whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// What is wrong with its fields.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub errors: Map<String, Value>,
    /// `ok`, `form` (another form follows) or `navigate`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub r#type: String,
    /// The form that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Dialog>,
}

impl DialogAnswer {
    /// Refuses what clients would not understand.
    pub fn validate(&self) -> Result<()> {
        let told = !self.error.is_empty() || !self.errors.is_empty();
        let texts = self.errors.values().all(Value::is_string);
        let fits = match (self.r#type.as_str(), &self.form) {
            ("" | "ok" | "navigate", None) => true,
            ("form", Some(form)) => (1..=24).contains(&runes(&form.title)),
            _ => false,
        };
        if texts && (told || fits) { Ok(()) } else { codes::DIALOG_ANSWER.err() }
    }
}

/// What a program offers to choose from.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct DialogChoices {
    /// The choices.
    pub items: Option<Vec<Choice>>,
}

/// Whether choices may be looked up there.
pub fn is_lookup_address(url: &str) -> bool {
    super::integrations::is_web_address(url) || (url.starts_with("/plugins/") && !url.contains(".."))
}

impl SubmitDialog {
    /// In the name of whoever filled it in.
    pub fn by(self, user: Id, kind: &str) -> SubmitDialog {
        SubmitDialog { r#type: kind.to_owned(), user_id: user.to_string(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_clients_understand() {
        let valid = |text: &str| serde_json::from_str::<DialogAnswer>(text).unwrap().validate().is_ok();
        for good in [
            "{}",
            r#"{"type": "ok"}"#,
            r#"{"error": "no", "type": "odd"}"#,
            r#"{"type": "form", "form": {"title": "T"}}"#,
        ] {
            assert!(valid(good), "{good}");
        }
        for bad in [
            r#"{"type": "form"}"#,
            r#"{"type": "odd"}"#,
            r#"{"form": {"title": "T"}}"#,
            r#"{"type": "form", "form": {}}"#,
        ] {
            assert!(!valid(bad), "{bad}");
        }
        assert!(
            is_lookup_address("/plugins/a/b") && !is_lookup_address("/plugins/../b") && !is_lookup_address("ftp://x")
        );
    }
}
