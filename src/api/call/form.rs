//! Multipart forms, as pictures and imports are sent.

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use super::Call;

/// The most fields of a form.
const MAX_FIELDS: usize = 100;

/// A form read whole. Only for routes that read their body themselves, after the proof of what the caller may do.
#[derive(Debug, Default)]
pub struct Form(Vec<Field>);

#[derive(Debug)]
struct Field {
    name: String,
    /// Files have one, other values not.
    file_name: Option<String>,
    content: Bytes,
}

/// Why a form could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadForm {
    /// It is no multipart form, or a broken one.
    Unreadable,
    /// It is larger than it may be.
    TooLarge,
}

impl Form {
    /// Reads the form of a request, at most `limit` bytes.
    pub async fn read(call: &Call, limit: i64) -> Result<Form, BadForm> {
        let limit = usize::try_from(limit).unwrap_or(0);
        let announced = call.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0_usize);
        if announced > limit {
            return Err(BadForm::TooLarge);
        }
        let payload = call.stream.borrow_mut().take().unwrap_or(Payload::None);
        fields(Multipart::new(call.headers(), payload), limit).await.map(Form)
    }

    /// Reads the form in a body that was read already.
    pub async fn in_body(call: &Call, body: Bytes) -> Result<Form, BadForm> {
        let limit = body.len();
        let once = futures_util::stream::once(async move { Ok::<Bytes, PayloadError>(body) });
        fields(Multipart::new(call.headers(), Box::pin(once)), limit).await.map(Form)
    }

    /// The names of its fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|field| field.name.as_str())
    }

    /// The content of a file in the field of that name.
    pub fn file(&self, name: &str) -> Option<Bytes> {
        self.0.iter().find(|field| field.name == name && field.file_name.is_some()).map(|field| field.content.clone())
    }

    /// The text in the field of that name.
    pub fn text(&self, name: &str) -> Option<String> {
        let field = self.0.iter().find(|field| field.name == name && field.file_name.is_none())?;
        Some(String::from_utf8_lossy(&field.content).into_owned())
    }
}

async fn fields(mut form: Multipart, limit: usize) -> Result<Vec<Field>, BadForm> {
    let (mut fields, mut total) = (Vec::new(), 0);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| BadForm::Unreadable)?;
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.content_disposition().and_then(|d| d.get_filename()).filter(|name| !name.is_empty());
        let file_name = file_name.map(str::to_owned);
        let mut content = BytesMut::new();
        while let Some(part) = field.next().await {
            let part = part.map_err(|_| BadForm::Unreadable)?;
            total += part.len();
            if total > limit {
                return Err(BadForm::TooLarge);
            }
            content.extend_from_slice(&part);
        }
        if fields.len() == MAX_FIELDS {
            return Err(BadForm::TooLarge);
        }
        fields.push(Field { name, file_name, content: content.freeze() });
    }
    Ok(fields)
}
