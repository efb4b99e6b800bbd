//! A mail server for the tests.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::world::{Person, eventually};

/// A mail server that keeps what it gets.
#[derive(Clone)]
pub struct Mailbox {
    pub port: u16,
    mails: Arc<Mutex<Vec<String>>>,
}

impl Mailbox {
    pub fn open() -> Mailbox {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mailbox = Mailbox { port: listener.local_addr().unwrap().port(), mails: Arc::default() };
        let mails = mailbox.mails.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, mails) = (stream.unwrap(), mails.clone());
                std::thread::spawn(move || take(stream, &mails));
            }
        });
        mailbox
    }

    /// The mails to an address so far, without the line breaks of their encoding.
    pub fn to(&self, person: &Person) -> Vec<String> {
        let mut mails = self.at(&format!("{}@example.com", person.username));
        mails.retain(|mail| !mail.contains("Welcome"));
        mails
    }

    /// All mails to an address so far.
    pub fn at(&self, address: &str) -> Vec<String> {
        let address = format!("<{address}>");
        self.mails.lock().unwrap().iter().filter(|mail| mail.contains(&address)).cloned().collect()
    }

    /// The only mail to somebody, as soon as it comes.
    pub fn one_to(&self, person: &Person) -> String {
        let mails = eventually(|| Some(self.to(person)).filter(|mails| !mails.is_empty()));
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails[0].clone()
    }
}

fn take(stream: std::net::TcpStream, mails: &Mutex<Vec<String>>) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    write!(out, "220 here\r\n").ok()?;
    let mut mail = String::new();
    while let Some(Ok(line)) = lines.next() {
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "DATA" => {
                write!(out, "354 go on\r\n").ok()?;
                let body = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                mail.push_str(&body.collect::<Vec<_>>().join("\n").replace("=\n", ""));
                mails.lock().unwrap().push(std::mem::take(&mut mail));
                "250 ok"
            }
            "RCPT" => {
                mail.push_str(&line);
                mail.push('\n');
                "250 ok"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        write!(out, "{answer}\r\n").ok()?;
    }
    Some(())
}
