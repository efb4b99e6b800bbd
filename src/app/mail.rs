//! Letters to people. Each is written when its cause happens and stored in the same transaction; `jobs::mail` sends it.

use crate::app::App;
use crate::config::Settings;
use crate::model::errors::Result;
use crate::model::{Id, now};
use crate::outbound::mail::{Language, Letter, Letterhead, Mail};
use crate::store::mail::QueuedMail;
use crate::store::{self, Tx};

/// A mail with its address.
#[derive(Debug, Clone)]
pub struct Outgoing {
    recipient: String,
    mail: Mail,
}

impl App {
    /// A letter to an address, in the language for that locale; none where no mail server is configured.
    pub(in crate::app) fn letter(&self, to: &str, locale: &str, letter: &Letter<'_>) -> Option<Outgoing> {
        let snapshot = self.config.snapshot();
        let settings = &snapshot.effective;
        let is_wanted = !settings.email.smtp_server.is_empty() && !to.is_empty();
        is_wanted.then(|| Outgoing { recipient: to.to_owned(), mail: letterhead(settings, locale).write(letter) })
    }
}

/// Queues letters in the transaction of their cause.
pub(in crate::app) fn queue(tx: &mut Tx<'_>, letters: impl IntoIterator<Item = Outgoing>) -> Result<()> {
    for Outgoing { recipient, mail: Mail { subject, html, plain } } in letters {
        let at = now();
        let queued = QueuedMail {
            id: Id::random(),
            create_at: at,
            next_try_at: at,
            tries: 0,
            recipient,
            subject,
            html,
            plain,
            last_error: String::new(),
        };
        store::mail::insert(tx, &queued)?;
    }
    Ok(())
}

fn letterhead(settings: &Settings, locale: &str) -> Letterhead {
    let locale = if locale.is_empty() { &settings.localization.default_client_locale } else { locale };
    Letterhead {
        site_name: settings.team.site_name.clone(),
        site_url: site_url(settings),
        support_mail: settings.support.support_email.clone(),
        organization: settings.email.feedback_organization.clone(),
        language: Language::of(locale),
    }
}

/// Where people find this server. Never taken from a request: whoever asks for a mail must not choose where its link
/// leads.
fn site_url(settings: &Settings) -> String {
    let service = &settings.service;
    if !service.site_url.is_empty() {
        return service.site_url.clone();
    }
    let port = service.listen_address.rsplit_once(':').map_or("8065", |(_, port)| port);
    format!("http://localhost:{port}")
}
