//! A program of somebody's that the server calls.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::world::eventually;

/// What it was sent: `POST /path`, its headers in lower case, the body.
#[derive(Debug, Clone)]
pub struct Call {
    pub line: String,
    pub headers: String,
    pub body: String,
}

/// A listening program. It lives as long as the tests do.
pub struct Program {
    pub url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Program {
    /// One that answers every call with this.
    pub fn answering(status: u16, body: impl Into<String>) -> Program {
        Program::at("127.0.0.1", status, body.into(), Duration::ZERO)
    }

    /// One that takes its time.
    pub fn slow(delay: Duration) -> Program {
        Program::at("127.0.0.1", 200, String::new(), delay)
    }

    /// One that sends whoever calls it elsewhere.
    pub fn redirecting(to: &str) -> Program {
        Program::with("127.0.0.1", 307, format!("Location: {to}\r\n"), String::new(), Duration::ZERO)
    }

    /// One at an address of this machine.
    pub fn at(host: &str, status: u16, body: String, delay: Duration) -> Program {
        Program::with(host, status, String::new(), body, delay)
    }

    fn with(host: &str, status: u16, more: String, body: String, delay: Duration) -> Program {
        let listener = TcpListener::bind((host, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let heard = calls.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heard, more, body) = (heard.clone(), more.clone(), body.clone());
                std::thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    let (mut line, mut headers) = (String::new(), String::new());
                    reader.read_line(&mut line).unwrap_or(0);
                    while reader.read_line(&mut headers).unwrap_or(0) > 2 {}
                    let headers = headers.to_ascii_lowercase();
                    let length = headers.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok());
                    let mut content = vec![0; length.unwrap_or(0)];
                    if line.is_empty() || reader.read_exact(&mut content).is_err() {
                        return;
                    }
                    let line = line.trim().trim_end_matches(" HTTP/1.1").to_owned();
                    heard.lock().unwrap().push(Call { line, headers, body: String::from_utf8(content).unwrap() });
                    std::thread::sleep(delay);
                    let head = format!(
                        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    // Whoever called may not wait for all of it.
                    let _ = reader.get_mut().write_all(format!("{head}{body}").as_bytes());
                });
            }
        });
        Program { url, calls }
    }

    /// What it heard until now.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// Its first call, which may take a while to come.
    pub fn heard(&self) -> Call {
        eventually(|| self.calls().first().cloned())
    }
}
