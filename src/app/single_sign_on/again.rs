//! Asking a provider again about somebody who is here.

use super::claims::claim_holds;
use crate::app::App;
use crate::app::admission::{Asking, Evidence};
use crate::config::Settings;
use crate::events::Change;
use crate::model::errors::AppError;
use crate::model::users::{Service, User};
use crate::outbound::openid::{Provider, Trouble};
use crate::store;

impl App {
    /// What the provider of an account says of its person now, as far as it can be asked.
    pub(in crate::app) async fn asked_again(&self, user: &User, settings: &Settings) -> Result<Evidence, Trouble> {
        let provider = Service::parse(&user.auth_service).map(|service| Provider::of(service, settings));
        let Some(provider) = provider.filter(Provider::is_asked_again) else { return Ok(Evidence::ProviderNotAsked) };
        let Some(asking) = self.admissions.begin_asking(user.id) else { return Ok(Evidence::ProviderNotAsked) };
        let (app, user, settings) = (self.clone(), user.clone(), settings.clone());
        // To its end, also where nobody waits so long: the provider may have replaced what it was asked with.
        let asked = tokio::spawn(async move { app.ask_again(asking, &user, &provider, &settings).await });
        asked.await.unwrap_or_else(|error| Err(Trouble::Provider(error.to_string())))
    }

    async fn ask_again(
        &self,
        _asking: Asking,
        user: &User,
        provider: &Provider,
        settings: &Settings,
    ) -> Result<Evidence, Trouble> {
        let (id, service) = (user.id, provider.service.name());
        let kept = self.store.read(move |conn| store::provider_grants::of_user(conn, id, service)).await;
        let Some(token) = kept.map_err(unreadable)? else { return Ok(Evidence::ProviderNotAsked) };
        let named = match self.providers.identify_again(provider, &token).await {
            Ok(named) => named,
            Err(Trouble::Withdrawn) => return Ok(Evidence::Withdrawn),
            Err(trouble) => return Err(trouble),
        };
        if let Some(new) = named.refresh_token {
            let saved = self.store.write(move |tx| {
                store::provider_grants::save(tx, id, service, &new)?;
                Ok(Change::silent((), "nobody sees what the provider is asked with"))
            });
            saved.await.map_err(unreadable)?;
        }
        match user.auth_data.as_deref() == Some(named.identity.id.as_str()) {
            true => Ok(Evidence::Claims(claim_holds(&named.identity, settings))),
            false => Err(Trouble::Forged("the answer is about somebody else".into())),
        }
    }
}

fn unreadable(error: AppError) -> Trouble {
    Trouble::Provider(format!("what it gave could not be read or kept: {error}"))
}
