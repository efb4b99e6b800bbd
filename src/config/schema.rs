//! The shape of the configuration: which keys there are, what they hold, who may see and change them in the console.
//!
//! `section!` turns a table into a struct and into a list of [`Key`]s. Everything that treats all keys alike
//! (environment, masks, filters, merging) walks those lists over the JSON form of the settings.

use serde_json::{Map, Value};

use super::problem::Problem;

/// One key of a section.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As it is written in the file and on the wire.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Who may see and change it in the console.
    pub access: Access,
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// A list of texts.
    Texts,
    /// A list of objects.
    Objects,
    /// An object with keys of its own choosing.
    Object,
    /// Any JSON.
    Json,
    /// A section with known keys.
    Section(&'static [Key]),
}

/// Names of console sections, separated by spaces; each stands for the permissions `sysconsole_read_<name>` and
/// `sysconsole_write_<name>`. Empty: only for those who manage the whole system. `*`: readable by whoever may read any
/// section, writable by nobody. `!`: `ExperimentalSettings.RestrictSystemAdmin` makes it read-only for everybody. `-`: the
/// API neither shows nor changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access(pub &'static str);

impl Access {
    /// The names of the sections.
    pub fn sections(self) -> impl Iterator<Item = &'static str> {
        self.0.split(' ').filter(|part| !matches!(*part, "" | "*" | "!" | "-"))
    }

    /// Whether it carries that mark: `*`, `!` or `-`.
    pub fn has(self, mark: &str) -> bool {
        self.0.split(' ').any(|part| part == mark)
    }
}

/// A type that a key can hold.
pub trait Setting: Sized {
    /// How a default is written in the tables.
    type Written;
    /// What it is on the wire.
    const KIND: Kind;
    /// The default as a value.
    fn written(written: Self::Written) -> Self;
}

/// `type from how-it-is-written = kind, conversion;`
macro_rules! settings_are {
    ($($type:ty, $written:ty, $kind:ident, $from:expr;)*) => {
        $(impl Setting for $type {
            type Written = $written;
            const KIND: Kind = Kind::$kind;
            fn written(written: $written) -> $type {
                let from: fn($written) -> $type = $from;
                from(written)
            }
        })*
    };
}

settings_are! {
    bool,               bool,                     Flag,    |flag| flag;
    i64,                i64,                      Number,  |number| number;
    String,             &'static str,             Text,    String::from;
    Vec<String>,        &'static [&'static str],  Texts,   |texts| texts.iter().map(|text| (*text).to_owned()).collect();
    Vec<Value>,         (),                       Objects, |()| Vec::new();
    Map<String, Value>, (),                       Object,  |()| Map::new();
    Value,              (),                       Json,    |()| Value::Object(Map::new());
}

/// A section: `field: type "Key" = default; "console sections"`, one line a key.
macro_rules! section {
    (
        $(#[$doc:meta])*
        pub struct $section:ident {
            $($(#[$key_doc:meta])* $field:ident: $type:ty, $key:literal = $default:expr; $access:literal)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $section {
            $(
                #[doc = concat!("`", $key, "`, by default `", stringify!($default), "`.")]
                #[doc = ""]
                $(#[$key_doc])*
                #[serde(rename = $key)]
                pub $field: $type,
            )*
            /// Keys that Kollegium does not know: kept and written back.
            #[serde(flatten)]
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl Default for $section {
            fn default() -> $section {
                use $crate::config::schema::Setting;
                $section { $($field: <$type as Setting>::written($default),)* extra: serde_json::Map::new() }
            }
        }

        impl $crate::config::schema::Setting for $section {
            type Written = fn() -> $section;
            const KIND: $crate::config::schema::Kind = $crate::config::schema::Kind::Section(&[
                $($crate::config::schema::Key {
                    name: $key,
                    kind: <$type as $crate::config::schema::Setting>::KIND,
                    access: $crate::config::schema::Access($access),
                },)*
            ]);
            fn written(written: fn() -> $section) -> $section {
                written()
            }
        }
    };
}

impl Kind {
    /// The keys of a section; none for anything else.
    pub fn keys(self) -> &'static [Key] {
        match self {
            Kind::Section(keys) => keys,
            _ => &[],
        }
    }

    /// What is right, for a person.
    pub fn expected(self) -> &'static str {
        match self {
            Kind::Flag => "true or false",
            Kind::Number => "a whole number",
            Kind::Text => "text",
            Kind::Texts => "a list of texts",
            Kind::Objects => "a list of objects",
            Kind::Object | Kind::Section(_) => "an object",
            Kind::Json => "JSON",
        }
    }

    /// Whether the value is of this kind, not looking into sections.
    pub fn admits(self, value: &Value) -> bool {
        match self {
            Kind::Flag => value.is_boolean(),
            Kind::Number => value.as_i64().is_some(),
            Kind::Text => value.is_string(),
            Kind::Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            Kind::Objects => value.as_array().is_some_and(|list| list.iter().all(Value::is_object)),
            Kind::Object | Kind::Section(_) => value.is_object(),
            Kind::Json => true,
        }
    }
}

/// `Section.Key` from its parts.
pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The value at a dotted path.
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

/// The value at a dotted path, to be changed.
pub fn at_mut<'v>(value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    path.split('.').try_fold(value, |value, name| value.get_mut(name))
}

/// Finds every known key whose value is of the wrong kind. `null` counts as absent.
pub fn check(keys: &[Key], value: &Value, path: &str, problems: &mut Vec<Problem>) {
    for key in keys {
        let Some(given) = value.get(key.name).filter(|given| !given.is_null()) else { continue };
        let path = join(path, key.name);
        if !key.kind.admits(given) {
            problems.push(Problem::kind(path, key.kind, given));
        } else if let Kind::Section(keys) = key.kind {
            check(keys, given, &path, problems);
        }
    }
}

/// Lays the given values over the base. Known sections are merged key by key, everything else is replaced; `null` leaves
/// the base as it is. Keys that are not known are taken over too.
pub fn overlay(keys: &[Key], base: &mut Value, given: &Value) {
    let (Some(base), Some(given)) = (base.as_object_mut(), given.as_object()) else { return };
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let inner = keys.iter().find(|key| key.name == name).map_or(&[][..], |key| key.kind.keys());
        match base.get_mut(name) {
            Some(section) if !inner.is_empty() => overlay(inner, section, value),
            _ => drop(base.insert(name.clone(), value.clone())),
        }
    }
}

/// The paths of the known keys that have different values.
pub fn differing(keys: &[Key], one: &Value, other: &Value) -> Vec<String> {
    let paths = |key: &Key| match (one.get(key.name), other.get(key.name)) {
        (one, other) if one == other => Vec::new(),
        (Some(one), Some(other)) if !key.kind.keys().is_empty() => {
            let inner = differing(key.kind.keys(), one, other).into_iter();
            inner.map(|path| join(key.name, &path)).collect()
        }
        _ => vec![key.name.to_owned()],
    };
    keys.iter().flat_map(paths).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KEYS: &[Key] = &[
        Key { name: "Limit", kind: Kind::Number, access: Access("site_posts !") },
        Key {
            name: "Inner",
            kind: Kind::Section(&[Key { name: "Names", kind: Kind::Texts, access: Access("") }]),
            access: Access(""),
        },
    ];

    #[test]
    fn every_wrong_kind_is_found_with_its_path() {
        let mut problems = Vec::new();
        check(KEYS, &json!({"Limit": 1.5, "Inner": {"Names": ["a", 1]}, "Other": 3}), "", &mut problems);
        let found: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(found, ["Limit", "Inner.Names"]);
        assert_eq!(problems[0].to_string(), "Limit must be a whole number, but is 1.5");
    }

    #[test]
    fn null_and_sections_in_an_overlay() {
        let mut base = json!({"Limit": 1, "Inner": {"Names": ["a"], "Kept": 1}});
        overlay(KEYS, &mut base, &json!({"Limit": null, "Inner": {"Names": []}, "Unknown": {"x": 1}}));
        assert_eq!(base, json!({"Limit": 1, "Inner": {"Names": [], "Kept": 1}, "Unknown": {"x": 1}}));
    }

    #[test]
    fn what_differs_is_named() {
        let one = json!({"Limit": 1, "Inner": {"Names": ["a"]}});
        assert_eq!(differing(KEYS, &one, &json!({"Limit": 1, "Inner": {"Names": []}})), ["Inner.Names"]);
        assert_eq!(differing(KEYS, &one, &one), Vec::<String>::new());
    }

    #[test]
    fn access_names_sections_and_marks() {
        let access = Access("environment_smtp site_posts !");
        assert_eq!(access.sections().collect::<Vec<_>>(), ["environment_smtp", "site_posts"]);
        assert!(access.has("!") && !access.has("*"));
    }
}
