//! Trigger ids: who did something that lets a program open a dialog for them, proven by a signature.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::app::App;
use crate::app::webhooks::patience;
use crate::model::errors::{Result, integrations as codes};
use crate::model::{Id, TimeMs, now};

const PURPOSE: &str = "trigger id";

/// A trigger id in its two forms.
#[derive(Debug)]
pub(in crate::app) struct Trigger {
    /// By which the client knows it.
    pub id: Id,
    /// As a program gets it.
    pub signed: String,
}

impl App {
    /// A trigger id for what somebody does now.
    pub(in crate::app) async fn issue_trigger(&self, user: Id) -> Result<Trigger> {
        let id = Id::random();
        let said = format!("{id}:{user}:{}", now());
        let signature = hmac::sign(&self.signing_key(PURPOSE).await?, said.as_bytes());
        let signed = STANDARD.encode(format!("{said}:{}", URL_SAFE_NO_PAD.encode(signature)));
        Ok(Trigger { id, signed })
    }

    /// Who did it, and the client's form of the id.
    pub(super) async fn read_trigger(&self, signed: &str) -> Result<(Id, Id)> {
        let key = self.signing_key(PURPOSE).await?;
        let patience = patience(&self.config.snapshot().effective);
        read(signed, &key, now(), TimeMs::try_from(patience.as_millis()).unwrap_or(TimeMs::MAX))
    }
}

fn read(signed: &str, key: &hmac::Key, at: TimeMs, lasts: TimeMs) -> Result<(Id, Id)> {
    let text = STANDARD.decode(signed).map_err(|_| codes::TRIGGER_BASE64)?;
    let text = String::from_utf8(text).map_err(|_| codes::TRIGGER_MISSING)?;
    let (said, signature) = text.rsplit_once(':').ok_or(codes::TRIGGER_MISSING)?;
    let [id, user, made] = said.split(':').collect::<Vec<_>>()[..] else { return codes::TRIGGER_MISSING.err() };
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| codes::TRIGGER_SIGNATURE)?;
    hmac::verify(key, said.as_bytes(), &signature).map_err(|_| codes::TRIGGER_SIGNATURE)?;
    let ids = Id::parse(id).zip(Id::parse(user)).ok_or(codes::TRIGGER_MISSING)?;
    let made: TimeMs = made.parse().map_err(|_| codes::TRIGGER_MISSING)?;
    if at - made > lasts { Err(codes::TRIGGER_EXPIRED.with(&[&(lasts / 1000)])) } else { Ok(ids) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_just_now_is_believed() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        let (id, user) = (Id::random(), Id::random());
        let sign = |key: &hmac::Key, user: Id| {
            let said = format!("{id}:{user}:1000");
            let signature = URL_SAFE_NO_PAD.encode(hmac::sign(key, said.as_bytes()));
            STANDARD.encode(format!("{said}:{signature}"))
        };
        let signed = sign(&key, user);
        assert_eq!(read(&signed, &key, 4000, 3000).unwrap(), (id, user));
        assert!(read(&signed, &key, 4001, 3000).unwrap_err().is(codes::TRIGGER_EXPIRED));
        let foreign = hmac::Key::new(hmac::HMAC_SHA256, &[8; 32]);
        assert!(read(&sign(&foreign, user), &key, 1000, 3000).unwrap_err().is(codes::TRIGGER_SIGNATURE));
        for nothing in ["", "nope", "bm9wZQ=="] {
            assert!(read(nothing, &key, 1000, 3000).unwrap_err().is(codes::TRIGGER_MISSING), "{nothing}");
        }
    }
}
