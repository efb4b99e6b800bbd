//! Links by which anybody reads a file.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{Copy, Opened};
use crate::app::App;
use crate::auth::Actor;
use crate::events::Change;
use crate::model::errors::{Result, files as codes};
use crate::model::{Id, id};
use crate::store;

/// Under this name the salt stands among the facts about the server while the settings have none.
const SALT: &str = "KollegiumPublicLinkSalt";

impl App {
    /// The address at which anybody may read a file that the actor reads.
    pub async fn public_link(&self, actor: Actor, id: Id) -> Result<String> {
        self.check_links()?;
        let file = self.file_info(actor, id).await?;
        if file.post_id.is_none() {
            return codes::LINK_NO_POST.err();
        }
        let hash = hash(id, &self.link_salt().await?);
        let site = self.config.snapshot().effective.service.site_url.clone();
        Ok(format!("{}/files/{id}/public?h={hash}", site.trim_end_matches('/')))
    }

    /// The file to which a public link leads.
    pub async fn open_public(&self, id: Id, given: &str) -> Result<Opened> {
        self.check_links()?;
        let file = self.store.look_up(move |conn| store::files::by_id(conn, id)).await?.ok_or(codes::NOT_FOUND)?;
        let wanted = hash(id, &self.link_salt().await?);
        if given.is_empty() || !bool::from(given.as_bytes().ct_eq(wanted.as_bytes())) {
            return codes::PUBLIC_BAD_HASH.err();
        }
        self.opened(file, Copy::Original).await
    }

    fn check_links(&self) -> Result<()> {
        let on = self.config.snapshot().effective.file.enable_public_link;
        if on { Ok(()) } else { codes::LINKS_OFF.err() }
    }

    /// The secret that makes links: the settings', or one that the server makes once.
    async fn link_salt(&self) -> Result<String> {
        let set = self.config.snapshot().effective.file.public_link_salt.clone();
        if !set.is_empty() {
            return Ok(set);
        }
        if let Some(known) = self.store.look_up(|conn| store::systems::get(conn, SALT)).await? {
            return Ok(known);
        }
        let work = |tx: &mut store::Tx<'_>| {
            let salt = store::systems::settle(tx, SALT, &id::long_token())?;
            Ok(Change::silent(salt, "nobody is told of a secret"))
        };
        self.store.write(work).await
    }
}

/// The same as the reference's, so that links that were given away stay valid.
fn hash(file: Id, salt: &str) -> String {
    let digest = Sha256::new().chain_update(salt).chain_update(file.as_str()).finalize();
    URL_SAFE_NO_PAD.encode(digest)
}
