//! Calls to providers. Hosts that an administrator has written into the section of the settings are called wherever they
//! are, as in the organisation's own network; others, which only the provider's document names, must be public, or among
//! `ServiceSettings.AllowedUntrustedInternalConnections`. Redirects are not followed.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use openidconnect::http::{self, HeaderMap, StatusCode};
use openidconnect::{HttpRequest, HttpResponse};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, Request, Url};
use serde::de::DeserializeOwned;

use super::{MOST_BYTES, Provider, Providers, TIMEOUT, Trouble};
use crate::outbound::web::WebError;

/// How much of an answer that is no JSON is put into the log, in characters.
const ON_RECORD: usize = 200;

/// The type of forms.
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// A call that is being made.
type Calling = BoxFuture<'static, Result<HttpResponse, WebError>>;

impl Providers {
    /// The JSON at an address, for the holder of a token if one is given.
    pub(super) async fn get_json<T: DeserializeOwned>(
        &self,
        provider: &Provider,
        address: &str,
        token: Option<&str>,
    ) -> Result<T, Trouble> {
        let mut request = request(Method::GET, address)?;
        if let Some(token) = token {
            let value = HeaderValue::try_from(format!("Bearer {token}"));
            let value = value.map_err(|_| Trouble::Provider("its token cannot stand in a header".into()))?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        self.json(provider, address, request).await
    }

    /// The JSON that answers a form.
    pub(super) async fn post_form<T: DeserializeOwned>(
        &self,
        provider: &Provider,
        address: &str,
        form: String,
    ) -> Result<T, Trouble> {
        let mut request = request(Method::POST, address)?;
        request.headers_mut().insert(CONTENT_TYPE, FORM);
        *request.body_mut() = Some(form.into());
        self.json(provider, address, request).await
    }

    async fn json<T: DeserializeOwned>(
        &self,
        provider: &Provider,
        address: &str,
        request: Request,
    ) -> Result<T, Trouble> {
        let failed = |why: String| Trouble::Provider(format!("{address}: {why}"));
        let (status, _, body) = self.send(provider, request).await.map_err(|error| failed(error.to_string()))?;
        if !status.is_success() {
            let text: String = String::from_utf8_lossy(&body).chars().take(ON_RECORD).collect();
            return Err(failed(format!("{status}: {text}")));
        }
        serde_json::from_slice(&body).map_err(|error| failed(error.to_string()))
    }

    /// What makes the calls of the library that knows the protocol.
    pub(super) fn caller(&self, provider: &Provider) -> impl Fn(HttpRequest) -> Calling + use<> {
        let (providers, provider) = (self.clone(), provider.clone());
        move |request| {
            let (providers, provider) = (providers.clone(), provider.clone());
            Box::pin(async move {
                let (status, headers, body) = providers.send(&provider, Request::try_from(request)?).await?;
                let mut answer = http::Response::new(body.to_vec());
                (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
                Ok(answer)
            })
        }
    }

    async fn send(
        &self,
        provider: &Provider,
        mut request: Request,
    ) -> Result<(StatusCode, HeaderMap, Bytes), WebError> {
        *request.timeout_mut() = Some(TIMEOUT);
        let mut answer = self.door(provider, request.url())?.execute(request).await?;
        let (status, headers, mut body) = (answer.status(), answer.headers().clone(), Vec::new());
        while let Some(chunk) = answer.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST_BYTES {
                return Err(WebError::Failed("the answer is too large".into()));
            }
        }
        Ok((status, headers, body.into()))
    }

    /// The door to an address; refused if it is internal and nobody but the provider has named it.
    fn door(&self, provider: &Provider, url: &Url) -> Result<&Client, WebError> {
        if provider.is_at(url) {
            return Ok(&self.web.direct);
        }
        self.web.judged(url.as_str())?;
        Ok(&self.web.guarded)
    }
}

fn request(method: Method, address: &str) -> Result<Request, Trouble> {
    let url = Url::parse(address).map_err(|_| Trouble::Settings("an endpoint is no address"))?;
    let mut request = Request::new(method, url);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(request)
}
