//! Handing one mail to the organisation's mail server.
//!
//! Queueing and retrying are the job room's; this file only says whether a try worked and, if not, whether another
//! one can.

use std::fmt;
use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::mail::Mail;

/// How the connection to the mail server is protected (`EmailSettings.ConnectionSecurity`: `""`, `TLS`, `STARTTLS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all; for a mail server on the same machine.
    None,
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`; a server that does not offer it gets nothing.
    StartTls,
}

/// The mail server and the names mails are sent under: the part of `EmailSettings` that a try needs.
#[derive(Clone)]
pub struct SmtpServer {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Protection of the connection.
    pub security: Security,
    /// User name; `None` sends without logging in.
    pub username: Option<String>,
    /// Its password.
    pub password: String,
    /// Seconds that connecting may take; a whole try may take three times as long.
    pub timeout_s: u64,
    /// Accept any certificate.
    pub skip_verify: bool,
    /// Address mails come from.
    pub from: String,
    /// Name mails come from; may be empty.
    pub from_name: String,
    /// Address answers go to; empty for none.
    pub reply_to: String,
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpServer({}:{}, {:?})", self.host, self.port, self.security)
    }
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    /// Trying again is useless: an address is none, or the server said a final no.
    pub permanent: bool,
    /// What happened, for the log and for administrators.
    pub reason: String,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for SendError {}

impl SmtpServer {
    /// Sends the mail to one address and waits until the server has taken it.
    pub async fn send(&self, to: &str, mail: &Mail) -> Result<(), SendError> {
        let message = self.message(to, mail)?;
        let transport = self.transport()?;
        self.in_time(transport.send(message)).await?;
        Ok(())
    }

    /// Connects and logs in, without sending anything.
    pub async fn test(&self) -> Result<(), SendError> {
        let transport = self.transport()?;
        if self.in_time(transport.test_connection()).await? {
            Ok(())
        } else {
            Err(self.trouble("it does not answer as a mail server"))
        }
    }

    /// The transport's own time limit ends with the connection being made; a server that falls silent afterwards would
    /// keep us for ever.
    async fn in_time<T>(&self, attempt: impl Future<Output = Result<T, SmtpError>>) -> Result<T, SendError> {
        let limit = self.timeout() * 3;
        match tokio::time::timeout(limit, attempt).await {
            Ok(done) => done.map_err(|e| self.failed(&e)),
            Err(_) => Err(self.trouble(&format!("it did not take the mail within {} s", limit.as_secs()))),
        }
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s.max(1))
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, SendError> {
        let tls = match self.security {
            Security::None => Tls::None,
            Security::Tls => Tls::Wrapper(self.tls()?),
            Security::StartTls => Tls::Required(self.tls()?),
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .timeout(Some(self.timeout()))
            .tls(tls);
        Ok(match &self.username {
            Some(username) => builder.credentials(Credentials::new(username.clone(), self.password.clone())),
            None => builder,
        }
        .build())
    }

    fn tls(&self) -> Result<TlsParameters, SendError> {
        TlsParameters::builder(self.host.clone())
            .dangerous_accept_invalid_certs(self.skip_verify)
            .dangerous_accept_invalid_hostnames(self.skip_verify)
            .build()
            .map_err(|e| self.failed(&e))
    }

    fn message(&self, to: &str, mail: &Mail) -> Result<Message, SendError> {
        let from_name = Some(one_line(&self.from_name)).filter(|name| !name.is_empty());
        let mut builder = Message::builder()
            .from(Mailbox::new(from_name, address("sender", &self.from)?))
            .to(Mailbox::new(None, address("recipient", to)?))
            .subject(one_line(&mail.subject))
            .date_now()
            .message_id(None)
            // So that holiday answers and loops do not come back (RFC 3834).
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Precedence", "bulk"));
        if !self.reply_to.is_empty() {
            builder = builder.reply_to(Mailbox::new(None, address("reply", &self.reply_to)?));
        }
        let part = |kind: ContentType, text: &str| SinglePart::builder().header(kind).body(text.to_owned());
        let parts = MultiPart::alternative()
            .singlepart(part(ContentType::TEXT_PLAIN, &mail.plain))
            .singlepart(part(ContentType::TEXT_HTML, &mail.html));
        builder
            .multipart(parts)
            .map_err(|e| SendError { permanent: true, reason: format!("the mail could not be put together: {e}") })
    }

    fn failed(&self, error: &SmtpError) -> SendError {
        SendError { permanent: error.is_permanent() && !concerns_login(error), ..self.trouble(&error.to_string()) }
    }

    fn trouble(&self, what: &str) -> SendError {
        SendError { permanent: false, reason: format!("mail server {}:{}: {what}", self.host, self.port) }
    }
}

/// A refused log-in (RFC 4954 §6) is about our settings, not about the mail: it can be sent once they are right.
fn concerns_login(error: &SmtpError) -> bool {
    error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538))
}

fn address(whose: &str, text: &str) -> Result<Address, SendError> {
    text.trim().parse().map_err(|e: AddressError| SendError {
        permanent: true,
        reason: format!("the {whose} address {text:?} is none: {e}"),
    })
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Line breaks would begin a new header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;
    use tokio::task::JoinHandle;

    use super::*;

    fn mail() -> Mail {
        Mail {
            subject: "Grüße\r\nBcc: eve@example.com".to_owned(),
            html: "<p>ja &amp; nein</p>".to_owned(),
            plain: "ja & nein".to_owned(),
        }
    }

    fn server(port: u16) -> SmtpServer {
        SmtpServer {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::None,
            username: None,
            password: "secret-word".to_owned(),
            timeout_s: 1,
            skip_verify: false,
            from: "chat@example.org".to_owned(),
            from_name: "Schule \"Süd\"".to_owned(),
            reply_to: "help@example.org".to_owned(),
        }
    }

    /// A mail server for one connection; answers `RCPT` as told and returns what it heard.
    async fn listen(rcpt: &'static str, extra: &'static str) -> (u16, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (read, mut write) = stream.into_split();
            let (mut lines, mut heard, mut in_data) = (BufReader::new(read).lines(), String::new(), false);
            write.write_all(b"220 test\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                heard.push_str(&line);
                heard.push('\n');
                let answer = match line.split(' ').next().unwrap() {
                    "." if in_data => {
                        in_data = false;
                        "250 taken\r\n"
                    }
                    _ if in_data => continue,
                    "EHLO" => extra,
                    "RCPT" => rcpt,
                    "DATA" => {
                        in_data = true;
                        "354 go on\r\n"
                    }
                    "AUTH" => "235 yes\r\n",
                    "QUIT" => "221 bye\r\n",
                    _ => "250 fine\r\n",
                };
                write.write_all(answer.as_bytes()).await.unwrap();
            }
            heard
        });
        (port, heard)
    }

    #[tokio::test]
    async fn a_mail_arrives_whole_and_without_smuggled_headers() {
        let (port, heard) = listen("250 fine\r\n", "250 test\r\n").await;
        server(port).send("ann@example.com", &mail()).await.unwrap();
        let heard = heard.await.unwrap();
        for wanted in [
            "MAIL FROM:<chat@example.org>",
            "RCPT TO:<ann@example.com>",
            "To: ann@example.com",
            "Reply-To: help@example.org",
            "Auto-Submitted: auto-generated",
            "Message-ID: <",
            "multipart/alternative",
            "text/html; charset=utf-8",
            "ja & nein",
        ] {
            assert!(heard.contains(wanted), "{wanted} is missing in\n{heard}");
        }
        assert!(!heard.contains("\nBcc:"), "{heard}");
    }

    #[tokio::test]
    async fn logging_in_uses_the_password_and_nothing_shows_it() {
        let (port, heard) = listen("250 fine\r\n", "250-test\r\n250 AUTH PLAIN LOGIN\r\n").await;
        let server = SmtpServer { username: Some("chat".to_owned()), ..server(port) };
        assert!(!format!("{server:?}").contains("secret-word"));
        server.test().await.unwrap();
        drop(server);
        // "\0chat\0secret-word"
        assert!(heard.await.unwrap().contains("AUTH PLAIN AGNoYXQAc2VjcmV0LXdvcmQ="));
    }

    #[tokio::test]
    async fn a_final_no_is_permanent_and_a_later_no_is_not() {
        for (answer, permanent) in
            [("550 no such person\r\n", true), ("451 later\r\n", false), ("530 log in first\r\n", false)]
        {
            let (port, _heard) = listen(answer, "250 test\r\n").await;
            let error = server(port).send("ann@example.com", &mail()).await.unwrap_err();
            assert_eq!(error.permanent, permanent, "{error}");
        }
    }

    #[tokio::test]
    async fn unreachable_and_silent_servers_may_be_tried_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let silent = server(port).send("ann@example.com", &mail()).await.unwrap_err();
        assert!(!silent.permanent && silent.reason.contains("within 3 s"), "{silent}");
        drop(listener);
        let away = server(port).send("ann@example.com", &mail()).await.unwrap_err();
        assert!(!away.permanent && away.reason.contains("127.0.0.1:"), "{away}");
    }

    #[tokio::test]
    async fn a_server_without_starttls_gets_nothing() {
        let (port, heard) = listen("250 fine\r\n", "250 test\r\n").await;
        let server = SmtpServer { security: Security::StartTls, ..server(port) };
        assert!(server.send("ann@example.com", &mail()).await.is_err());
        assert!(!heard.await.unwrap().contains("MAIL FROM"));
    }

    #[tokio::test]
    async fn wrong_addresses_are_refused_before_connecting() {
        for wrong in ["", "nobody", "a@b@c", "a@example.com\r\nRCPT TO:<eve@example.com>"] {
            let error = server(9).send(wrong, &mail()).await.unwrap_err();
            assert!(error.permanent && error.reason.contains("recipient"), "{error}");
        }
    }
}
