//! Coming back from a provider.

use std::sync::Arc;

use subtle::ConstantTimeEq;

use super::begin::fingerprint;
use super::claims::claim_holds;
use super::{Journey, PROMISED, Purpose, promised, redirect_uri};
use crate::app::App;
use crate::app::admission::{Candidate, Decision, Evidence, Rules, come_back, decide};
use crate::app::sessions::{LoggedIn, Origin, refusal, start_session};
use crate::app::users::{Entry as Invited, Profile, bring_up_to_date, enter, make_account, with_free_name};
use crate::config::Settings;
use crate::events::Change;
use crate::model::access_log::{Entry, events};
use crate::model::errors::{AppError, Result, single_sign_on as codes, users as user_codes};
use crate::model::id::long_token;
use crate::model::now;
use crate::model::tokens::TokenKind;
use crate::model::users::{Privacy, User, normalize_email};
use crate::outbound::openid::{Identity, Named, Provider, Trouble};
use crate::store::{self, Tx};

/// Where a journey ends.
pub enum Arrival {
    /// In a browser, which gets the session.
    Browser(LoggedIn),
    /// In the mobile app, which gets the session.
    Mobile(LoggedIn),
    /// In the desktop app, which logs in with the second token if it knows the first.
    Desktop {
        /// The app's own.
        client_token: String,
        /// Ours, good for three minutes.
        server_token: String,
    },
    /// The account is switched; its owner logs in anew.
    Switched,
}

/// Somebody a provider has named, and what is known of them here.
struct Known {
    profile: Profile,
    account: Option<User>,
    decision: Decision,
    /// What the provider is asked with about them again.
    refresh_token: Option<String>,
}

impl App {
    /// The journey of somebody who comes back. It ends here, whatever comes of it.
    pub async fn journey(&self, service: &str, state: &str, cookie: &str) -> Result<Journey> {
        let state = state.to_owned();
        let ticket = self.store.write(move |tx| {
            let ticket = store::tokens::by_token(tx.conn(), &state)?;
            let ticket = ticket.filter(|ticket| ticket.kind == TokenKind::OAuthState.name());
            let ours = ticket.is_some() && store::tokens::consume(tx, &state)?;
            Ok(Change::silent(ticket.filter(|_| ours), "a journey ends"))
        });
        let ticket = ticket.await?.filter(|ticket| !ticket.is_expired(now())).ok_or(codes::INVALID_STATE)?;
        let journey: Journey = ticket.claim(TokenKind::OAuthState).ok_or(codes::INVALID_STATE)?;
        let same = bool::from(journey.cookie.as_bytes().ct_eq(fingerprint(cookie).as_bytes()));
        if same && journey.service == service { Ok(journey) } else { codes::INVALID_STATE.err() }
    }

    /// Lets in whom the provider names for that code, or does what else they went for.
    pub async fn arrive(&self, journey: &Journey, code: &str, origin: Origin) -> Result<Arrival> {
        let outcome = self.try_arrive(journey, code, origin.clone()).await;
        if let Err(refusal) = outcome.as_ref().map_err(|error| &*error.id) {
            let entry = Entry::new(events::LOGIN_REFUSED).via(&origin);
            self.enter(entry.with("how", journey.service.as_str()).with("reason", refusal)).await;
        }
        outcome
    }

    async fn try_arrive(&self, journey: &Journey, code: &str, origin: Origin) -> Result<Arrival> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let provider = self.provider(&journey.service, settings)?;
        let back = redirect_uri(&journey.service, settings);
        let named = self.providers.identify(&provider, &back, code, &journey.leg).await;
        let named = named.map_err(|trouble| unidentified(&trouble, journey))?;
        if named.identity.email_verified == Some(false) {
            return codes::EMAIL_NOT_VERIFIED.err();
        }
        if named.identity.id.starts_with(PROMISED) {
            return codes::INCOMPLETE.err();
        }
        let known = self.known(&provider, named, settings).await?;
        if !known.decision.is_admitted() {
            return self.turn_away_at_provider(&known, settings).await;
        }
        match journey.purpose {
            Purpose::EmailToSso => self.switch_to_provider(journey, known.profile).await,
            Purpose::Login | Purpose::Mobile => self.let_in(journey, known, origin).await,
        }
    }

    async fn known(&self, provider: &Provider, named: Named, settings: &Settings) -> Result<Known> {
        let Named { identity, refresh_token } = named;
        let account = self.account_named_by(provider, &identity).await?;
        let evidence = Evidence::Claims(claim_holds(&identity, settings));
        let username = account.as_ref().map_or(identity.username.as_str(), |user| &user.username);
        let candidate = Candidate { username, email: &identity.email, provider_id: &identity.id, evidence };
        let decision = decide(&Rules::of(settings), &candidate);
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        let profile = Profile {
            service: provider.service.name(),
            id: identity.id,
            // Names are people's own once they have an account (auth.md §10).
            username: said(identity.username).filter(|_| account.is_none()),
            email: said(identity.email),
            first_name: said(identity.first_name),
            last_name: said(identity.last_name),
            nickname: said(identity.nickname).filter(|_| account.is_none()),
            as_guest: decision.as_guest,
            as_admin: decision.as_admin,
            ..Profile::default()
        };
        Ok(Known { profile, account, decision, refresh_token })
    }

    /// The account of somebody whom the provider names: by their id there, or by their address if the account was moved to
    /// the provider by that ([`promised`]).
    async fn account_named_by(&self, provider: &Provider, identity: &Identity) -> Result<Option<User>> {
        let (service, id) = (provider.service.name(), identity.id.clone());
        let by_address = provider.vouches_for_address(identity).then(|| promised(&identity.email));
        let found = self.store.read(move |conn| match (store::users::by_auth(conn, service, &id)?, by_address) {
            (None, Some(promised)) => store::users::by_auth(conn, service, &promised),
            (found, _) => Ok(found),
        });
        found.await
    }

    async fn turn_away_at_provider(&self, known: &Known, settings: &Settings) -> Result<Arrival> {
        let reason = known.decision.reason();
        tracing::info!(service = known.profile.service, id = known.profile.id, reason, "somebody was turned away");
        if let Some(user) = known.account.as_ref().filter(|user| user.is_active()) {
            self.turn_out(user, reason).await?;
        }
        Err(refusal(settings))
    }

    async fn let_in(&self, journey: &Journey, mut known: Known, origin: Origin) -> Result<Arrival> {
        let (snapshot, privacy) = (self.config.snapshot(), self.privacy());
        let settings = &snapshot.effective;
        let invited = self.invitation(journey, &known, settings).await?;
        match &known.account {
            Some(user) => self.check_still_open(user).await?,
            None => {
                self.check_new(&known.profile, invited.is_for_guest(), settings).await?;
                known.profile.as_guest = invited.is_for_guest().then_some(true).or(known.profile.as_guest);
            }
        }
        let (purpose, client_token) = (journey.purpose, journey.desktop_token.clone());
        let arrival = self
            .store
            .write(move |tx| {
                let settings = &snapshot.effective;
                let start = Change::silent((), "the events follow");
                let (change, user) = start.absorb(account_for(tx, &known, settings, privacy)?);
                let change = change.and_all(enter(tx, &user, &invited, settings)?);
                store::credentials::begin_login(tx, user.id, now())?;
                if let Some(token) = &known.refresh_token {
                    store::provider_grants::save(tx, user.id, known.profile.service, token)?;
                }
                if !client_token.is_empty() {
                    let server_token = long_token();
                    store::desktop_tokens::insert(tx, &server_token, user.id, now())?;
                    let handed = Arrival::Desktop { client_token, server_token };
                    return Ok(change.map(|()| (user.id, handed)));
                }
                let (change, session) = change.absorb(start_session(tx, &user, "", &origin, settings)?);
                let id = user.id;
                let logged_in = LoggedIn { user: Arc::new(user), session };
                let arrival = match purpose {
                    Purpose::Mobile => Arrival::Mobile(logged_in),
                    _ => Arrival::Browser(logged_in),
                };
                Ok(change.map(|()| (id, arrival)))
            })
            .await;
        let (user, arrival) = arrival?;
        self.note_account()?;
        self.admissions.note(user);
        Ok(arrival)
    }

    /// Somebody whom the server itself has turned out may have become staff again.
    async fn check_still_open(&self, user: &User) -> Result<()> {
        let id = user.id;
        match user.is_active() || self.store.read(move |conn| store::departures::of_user(conn, id)).await?.is_some() {
            true => Ok(()),
            false => user_codes::INACTIVE.err(),
        }
    }

    async fn check_new(&self, profile: &Profile, as_guest: bool, settings: &Settings) -> Result<()> {
        let email = normalize_email(profile.email.as_deref().unwrap_or_default());
        if !settings.team.enable_user_creation {
            return codes::CREATION_OFF.err();
        }
        let listed = &settings.team.restrict_creation_to_domains;
        if !as_guest && !self.domain_table().await?.admits(&email, listed) {
            return user_codes::ACCEPTED_DOMAIN.err();
        }
        match self.store.read(move |conn| store::users::by_email(conn, &email)).await? {
            Some(_) => user_codes::ALREADY_ATTACHED.err(),
            None => Ok(()),
        }
    }

    /// Where the invitation leads that somebody came with. One that is void keeps nobody out who has an account.
    async fn invitation(&self, journey: &Journey, known: &Known, settings: &Settings) -> Result<Invited> {
        let email = &normalize_email(known.profile.email.as_deref().unwrap_or_default());
        let entry = match (journey.invite_token.as_str(), journey.invite_id.as_str()) {
            ("", "") => return Ok(Invited::default()),
            ("", id) => self.entry_by_invite_id(id.to_owned(), email).await,
            (token, _) => self.entry_by_token(token.to_owned(), email, settings).await,
        };
        match (entry, &known.account) {
            (Err(error), Some(_)) if error.status < 500 => Ok(Invited::default()),
            (entry, _) => entry,
        }
    }
}

/// The account of somebody who may come in, made or brought up to date.
fn account_for(tx: &mut Tx<'_>, known: &Known, settings: &Settings, privacy: Privacy) -> Result<Change<User>> {
    let profile = &known.profile;
    let Some(old) = &known.account else {
        let profile = with_free_name(tx.conn(), profile.clone())?;
        return make_account(tx, &profile, settings);
    };
    if old.auth_data.as_ref() != Some(&profile.id) {
        store::credentials::set_provider_id(tx, old.id, &profile.id, now())?;
    }
    let back = if old.is_active() { Vec::new() } else { come_back(tx, old.id, privacy)? };
    let old = store::users::by_id(tx.conn(), old.id)?.ok_or(user_codes::INACTIVE)?;
    let (change, user) = Change::silent((), "the events follow")
        .and_all(back)
        .absorb(bring_up_to_date(tx, &old, profile, settings, privacy)?);
    Ok(change.map(|()| user))
}

fn unidentified(trouble: &Trouble, journey: &Journey) -> AppError {
    tracing::warn!(%trouble, service = journey.service, "somebody who came back from the provider was not let in");
    match trouble {
        Trouble::Settings(_) | Trouble::Provider(_) => codes::UNREACHABLE.error(),
        Trouble::Forged(_) => codes::BAD_TOKEN.error(),
        Trouble::Incomplete(_) => codes::INCOMPLETE.error(),
        Trouble::Withdrawn => codes::NOT_GRANTED.error(),
    }
}
