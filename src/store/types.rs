//! SQL types that the two databases spell differently, and how Rust values become them.

use std::io::Write;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, SqlType, Text};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::conn::MultiBackend;
use crate::model::Id;

type SqliteValue<'a, 'b, 'c> = diesel::sqlite::SqliteValue<'a, 'b, 'c>;
type MultiValue<'a> = <MultiBackend as diesel::backend::Backend>::RawValue<'a>;

/// `jsonb` on PostgreSQL, JSON text in the embedded database.
#[derive(SqlType, QueryId, Clone, Copy, Debug)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct JsonB;

/// A value kept as JSON in a column.
#[derive(Debug, Clone, Default, FromSqlRow, AsExpression)]
#[diesel(sql_type = JsonB)]
pub struct Json<T: std::fmt::Debug>(pub T);

/// JSON that is passed through without being read.
pub type RawJson = Json<Box<RawValue>>;

impl HasSqlType<JsonB> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<JsonB>(lookup)
    }
}

fn read_json<T: DeserializeOwned>(text: &str) -> deserialize::Result<T> {
    // Old rows of an adopted database may hold an empty text where an object is meant.
    Ok(serde_json::from_str(if text.is_empty() { "null" } else { text })?)
}

impl<T: DeserializeOwned + std::fmt::Debug> FromSql<JsonB, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [1, text @ ..] => Ok(Json(read_json(std::str::from_utf8(text)?)?)),
            _ => Err("unknown version of jsonb".into()),
        }
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<JsonB, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[1])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned + std::fmt::Debug> FromSql<JsonB, Sqlite> for Json<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Json(read_json(value.read_text())?))
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<JsonB, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned + std::fmt::Debug> FromSql<JsonB, MultiBackend> for Json<T> {
    fn from_sql(value: MultiValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Json<T>, JsonB>()
    }
}

impl<T: Serialize + std::fmt::Debug + Send + Sync + 'static> ToSql<JsonB, MultiBackend> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((JsonB, self));
        Ok(IsNull::No)
    }
}

/// Gives [`Id`], which knows nothing of databases, its place among diesel's types.
#[derive(FromSqlRow, AsExpression)]
#[diesel(foreign_derive)]
#[diesel(sql_type = Text)]
#[expect(dead_code, reason = "only its derives are wanted")]
struct IdProxy(Id);

impl FromSql<Text, Pg> for Id {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(std::str::from_utf8(value.as_bytes())?.parse()?)
    }
}

impl FromSql<Text, Sqlite> for Id {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(value.read_text().parse()?)
    }
}

impl FromSql<Text, MultiBackend> for Id {
    fn from_sql(value: MultiValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Id, Text>()
    }
}

impl ToSql<Text, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.as_str().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Text, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_str());
        Ok(IsNull::No)
    }
}

impl ToSql<Text, MultiBackend> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Text, self));
        Ok(IsNull::No)
    }
}

/// A PostgreSQL enum that is text in the embedded database and a `String` in Rust.
macro_rules! text_enums {
    ($($(#[$doc:meta])* $name:ident = $pg:literal;)*) => { $(
        $(#[$doc])*
        #[derive(SqlType, QueryId, Clone, Copy, Debug)]
        #[diesel(postgres_type(name = $pg))]
        #[diesel(sqlite_type(name = "Text"))]
        pub struct $name;

        impl HasSqlType<$name> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$name>(lookup)
            }
        }
        impl FromSql<$name, Pg> for EnumText {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(EnumText(std::str::from_utf8(value.as_bytes())?.to_owned()))
            }
        }
        impl FromSql<$name, Sqlite> for EnumText {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                Ok(EnumText(value.read_text().to_owned()))
            }
        }
        impl FromSql<$name, MultiBackend> for EnumText {
            fn from_sql(value: MultiValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<EnumText, $name>()
            }
        }
        impl ToSql<$name, Pg> for EnumText {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.0.as_bytes())?;
                Ok(IsNull::No)
            }
        }
        impl ToSql<$name, Sqlite> for EnumText {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.as_str());
                Ok(IsNull::No)
            }
        }
        impl ToSql<$name, MultiBackend> for EnumText {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($name, self));
                Ok(IsNull::No)
            }
        }
    )* };
}

/// The text of an enum column, such as `O` for a public channel.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow, AsExpression)]
#[diesel(sql_type = ChannelKind)]
#[diesel(sql_type = TeamKind)]
#[diesel(sql_type = ChannelBookmarkKind)]
#[diesel(sql_type = UploadSessionKind)]
#[diesel(sql_type = PropertyFieldKind)]
#[diesel(sql_type = OAuthGrantKind)]
pub struct EnumText(pub String);

text_enums! {
    /// `channels.type`: O, P, D, G.
    ChannelKind = "channel_type";
    /// `teams.type`: O, I.
    TeamKind = "team_type";
    /// `channelbookmarks.type`: link, file.
    ChannelBookmarkKind = "channel_bookmark_type";
    /// `uploadsessions.type`: attachment, import.
    UploadSessionKind = "upload_session_type";
    /// `propertyfields.type`.
    PropertyFieldKind = "property_field_type";
    /// `outgoingoauthconnections.granttype`.
    OAuthGrantKind = "outgoingoauthconnections_granttype";
}
