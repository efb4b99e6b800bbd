//! Letters to people. Each is written when its cause happens and stored in the same transaction; `jobs::mail` has them
//! sent.

use std::time::Duration;

use crate::app::App;
use crate::config::Settings;
use crate::events::Change;
use crate::model::errors::Result;
use crate::model::{Id, TimeMs, now};
use crate::outbound::mail::{Language, Letter, Letterhead, Mail};
use crate::outbound::smtp::{Security, SendError, SmtpServer};
use crate::store::mail::QueuedMail;
use crate::store::{self, Tx};

/// For how long a node takes a mail before it tries to send it, in milliseconds; much longer than a try may take.
const TAKEN_FOR: TimeMs = 5 * 60 * 1000;

/// The pauses after the first, second … failed try, in minutes; the last one is kept.
const PAUSES_MIN: [TimeMs; 7] = [1, 2, 5, 15, 30, 60, 120];

/// After how long a mail is given up, in milliseconds: what is in it has expired by then.
const GIVEN_UP_AFTER: TimeMs = 3 * 24 * 60 * 60 * 1000;

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

/// A mail that this node has taken from the queue.
pub struct Delivery(QueuedMail);

impl App {
    /// Waits until mail was queued since the last call.
    pub async fn mail_added(&self) {
        self.store.mail_added().await;
    }

    /// How long it is until the next mail is due, at most `at_most`.
    pub async fn until_next_mail(&self, at_most: Duration) -> Duration {
        let next = self.store.read(store::mail::next_due).await.unwrap_or_default();
        let until = next.and_then(|at| u64::try_from(at - now()).ok()).map(Duration::from_millis);
        until.map_or(at_most, |until| until.clamp(Duration::from_millis(100), at_most))
    }

    /// Takes the mails that are due, so that no other node sends them too.
    pub async fn take_due_mail(&self, limit: i64) -> Result<Vec<Delivery>> {
        let due = self.store.read(move |conn| store::mail::due(conn, now(), limit)).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        self.store
            .write(move |tx| {
                let mut taken = Vec::with_capacity(due.len());
                for mail in due {
                    if store::mail::claim(tx, &mail, now() + TAKEN_FOR)? {
                        taken.push(Delivery(mail));
                    }
                }
                Ok(Change::silent(taken, "mail is told by mail"))
            })
            .await
    }

    /// Sends a mail, or puts it off, or gives it up with the reason in the log.
    pub async fn deliver(&self, Delivery(queued): Delivery) {
        let server = smtp_server(&self.config.snapshot().effective);
        let mail = Mail { subject: queued.subject, html: queued.html, plain: queued.plain };
        let (id, to, tries) = (queued.id, queued.recipient, queued.tries);
        let sent = server.send(&to, &mail).await;
        let is_old = now() - queued.create_at > GIVEN_UP_AFTER;
        let noted = self.store.write(move |tx| {
            match &sent {
                Ok(()) => store::mail::delete(tx, id)?,
                Err(error) if error.permanent || is_old => {
                    tracing::error!(to, subject = mail.subject, reason = %error, "a mail was given up");
                    store::mail::delete(tx, id)?;
                }
                Err(error) => put_off(tx, id, tries, error)?,
            }
            Ok(Change::silent((), "mail is told by mail"))
        });
        if let Err(error) = noted.await {
            tracing::error!(%error, "it was not noted what became of a mail; it will be sent again");
        }
    }
}

fn put_off(tx: &mut Tx<'_>, id: Id, tries: i32, error: &SendError) -> Result<()> {
    let tried = usize::try_from(tries).unwrap_or(0);
    let pause = PAUSES_MIN.get(tried).or(PAUSES_MIN.last()).copied().unwrap_or(1);
    tracing::warn!(tries = tries + 1, pause_min = pause, reason = %error, "a mail was not sent; it will be tried again");
    store::mail::put_off(tx, id, now() + pause * 60_000, &error.reason)
}

/// The mail server that the settings name.
pub(in crate::app) fn smtp_server(settings: &Settings) -> SmtpServer {
    let email = &settings.email;
    SmtpServer {
        host: email.smtp_server.clone(),
        port: email.smtp_port.parse().unwrap_or(25),
        security: match email.connection_security.as_str() {
            "TLS" => Security::Tls,
            "STARTTLS" => Security::StartTls,
            _ => Security::None,
        },
        username: email.enable_smtp_auth.then(|| email.smtp_username.clone()),
        password: email.smtp_password.clone(),
        timeout_s: u64::try_from(email.smtp_server_timeout).unwrap_or(10),
        skip_verify: email.skip_server_certificate_verification,
        from: email.feedback_email.clone(),
        from_name: email.feedback_name.clone(),
        reply_to: email.reply_to_address.clone(),
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
