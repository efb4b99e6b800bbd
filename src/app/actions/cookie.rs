//! Actions of posts that are shown and not stored: where they lead travels with the post, encrypted.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::App;
use crate::app::posts::show;
use crate::auth::Actor;
use crate::events::Json;
use crate::model::Id;
use crate::model::errors::{AppError, Result, integrations as codes};
use crate::model::posts::{Embed, Post, PostMetadata, attachments};

/// What an action is and does, as far as the server must know it when somebody presses it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Cookie {
    pub action: String,
    pub r#type: String,
    pub data_source: String,
    pub url: String,
    pub context: Option<Map<String, Value>>,
    pub post_id: Id,
    pub root_id: Id,
    pub channel_id: Id,
    /// Props that say who seems to have written the post.
    pub retained: Map<String, Value>,
}

/// Props of a post that an update by its program leaves alone.
pub(super) const RETAINED: [&str; 3] = ["from_webhook", "override_username", "override_icon_url"];

/// Those props of a post.
pub(super) fn retained(post: &Post) -> Map<String, Value> {
    let known = |key: &&str| Some(((*key).to_owned(), post.props.get(key)?.clone()));
    RETAINED.iter().filter_map(known).collect()
}

fn encrypt(key: &[u8; 32], cookie: &Cookie) -> Result<String> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(AppError::internal)?;
    let mut text = serde_json::to_vec(cookie).map_err(AppError::internal)?;
    let nonce = key.seal_in_place_append_tag(Aad::empty(), &mut text).map_err(AppError::internal)?;
    Ok(STANDARD.encode([nonce.as_ref().as_slice(), text.as_slice()].concat()))
}

fn decrypt(key: &[u8; 32], cookie: &str) -> Option<Cookie> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let sealed = STANDARD.decode(cookie).ok()?;
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
    let mut text = text.to_vec();
    let plain = key.open_in_place(Nonce::try_assume_unique_for_key(nonce).ok()?, Aad::empty(), &mut text).ok()?;
    serde_json::from_slice(plain).ok()
}

impl App {
    /// Shows somebody a post that is not stored; its actions work for those who read the channel.
    pub(in crate::app) async fn show_to(&self, user: Id, post: Post) -> Result<Json> {
        let post = self.shown_once(post).await?;
        let json = Json::of(&post);
        self.show_ephemeral(user, post.channel_id, json.clone());
        Ok(json)
    }

    /// A post that is not stored, in the form in which it is shown, with cookies in place of what its actions do.
    pub(super) async fn shown_once(&self, mut post: Post) -> Result<Post> {
        if post.props.get(attachments::ATTACHMENTS).is_some() {
            self.add_cookies(&mut post).await?;
            let embeds = vec![Embed::of("message_attachment", "", None)];
            post.metadata = Some(PostMetadata { embeds, ..PostMetadata::default() });
        }
        show(&mut post);
        Ok(post)
    }

    async fn add_cookies(&self, post: &mut Post) -> Result<()> {
        let secret = *self.secret().await?;
        let blank = Cookie {
            post_id: post.id,
            root_id: post.root_id.some().unwrap_or(post.id),
            channel_id: post.channel_id,
            retained: retained(post),
            ..Cookie::default()
        };
        for action in attachments::actions_mut(&mut post.props) {
            let Some(cookie) = cookie_of(action, &blank) else { continue };
            action.insert("cookie".to_owned(), encrypt(&secret, &cookie)?.into());
        }
        Ok(())
    }

    /// What stands in the cookie of a post's action.
    pub(super) async fn read_cookie(&self, cookie: &str, actor: &Actor) -> Result<Cookie> {
        let found = decrypt(self.secret().await?, cookie);
        if found.is_none() {
            tracing::debug!(user = %actor.id(), "a cookie that is none of ours");
        }
        Ok(found.ok_or(codes::ACTION_COOKIE)?)
    }
}

/// What pressing an action does; nothing if it leads nowhere.
pub(super) fn cookie_of(action: &Map<String, Value>, blank: &Cookie) -> Option<Cookie> {
    let text = |key: &str| action.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let integration = action.get("integration")?.as_object()?;
    Some(Cookie {
        action: text("id"),
        r#type: text("type"),
        data_source: text("data_source"),
        url: integration.get("url").and_then(Value::as_str).unwrap_or_default().to_owned(),
        context: integration.get("context").and_then(Value::as_object).cloned(),
        ..blank.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_servers_own_cookies_are_read() {
        let cookie = Cookie { url: "http://x".into(), post_id: Id::random(), ..Cookie::default() };
        let sealed = encrypt(&[1; 32], &cookie).unwrap();
        let read = decrypt(&[1; 32], &sealed).unwrap();
        assert_eq!((read.url, read.post_id), (cookie.url.clone(), cookie.post_id));
        assert!(decrypt(&[2; 32], &sealed).is_none());
        let end = sealed.len() - 8;
        for changed in [format!("{}AAAAAAA=", &sealed[..end]), "not a cookie".into(), String::new()] {
            assert!(decrypt(&[1; 32], &changed).is_none(), "{changed}");
        }
        assert_ne!(encrypt(&[1; 32], &cookie).unwrap(), sealed);
    }
}
