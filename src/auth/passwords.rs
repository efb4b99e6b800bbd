//! Hashing and checking passwords, in the reference's two formats and away from the request threads.
//!
//! A check costs a tenth of a second of a core on purpose, so it runs on a few threads of its own behind a bounded
//! queue: a storm of log-ins makes log-ins wait or be refused ([`SERVER_BUSY`]), never the chat.
//!
//! Formats (auth.md §4): PBKDF2 as `$pbkdf2$f=SHA256,w=<iterations>,l=<bytes>$<salt>$<hash>` with both values in
//! unpadded standard base64, written for every new password; and bcrypt (`$2a$10$…`), read only. A server of either
//! kind can thus take over the other's users.

use std::num::NonZeroU32;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use crossbeam_channel::{Receiver, Sender, TrySendError};
use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use tokio::sync::oneshot;

use crate::model::errors::context::SERVER_BUSY;
use crate::model::errors::{AppError, Result};

/// The longest password in bytes (auth.md §4); bcrypt would ignore the rest.
pub const MAX_BYTES: usize = 72;

/// PBKDF2 iterations of the reference.
pub const DEFAULT_WORK_FACTOR: u32 = 600_000;

/// More iterations than this in a stored hash are taken for damage: one check would block a thread for half a minute.
const MAX_WORK_FACTOR: u32 = 100_000_000;

/// Length of new salts, in bytes.
const SALT_BYTES: usize = 16;

/// Length of new hashes, in bytes.
const HASH_BYTES: usize = 32;

/// Checks that may wait per thread; at a tenth of a second each, the last one waits a few seconds.
const QUEUE_PER_THREAD: usize = 32;

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is another password, or nothing that can be checked is stored.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, and the stored hash is weaker than today's: store [`Passwords::hash`] of it.
    RightButOutdated,
}

type Job = Box<dyn FnOnce() + Send>;

/// The service that hashes and checks passwords. Its threads end when it is dropped.
pub struct Passwords {
    jobs: Sender<Job>,
    work_factor: NonZeroU32,
}

impl Passwords {
    /// Starts the threads: one per two cores, at least one. `work_factor` is the number of PBKDF2 iterations of new
    /// hashes ([`DEFAULT_WORK_FACTOR`] outside tests); stored hashes with fewer count as outdated.
    pub fn start(work_factor: NonZeroU32) -> Result<Passwords> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Passwords::with_threads(work_factor, (cores / 2).max(1), QUEUE_PER_THREAD)
    }

    fn with_threads(work_factor: NonZeroU32, threads: usize, queue_per_thread: usize) -> Result<Passwords> {
        let (jobs, waiting) = crossbeam_channel::bounded(threads * queue_per_thread);
        for _ in 0..threads {
            let waiting = waiting.clone();
            let named = thread::Builder::new().name("passwords".to_owned());
            named.spawn(move || work(&waiting)).map_err(AppError::internal)?;
        }
        Ok(Passwords { jobs, work_factor })
    }

    /// A new hash of the password, ready to be stored. Refused when the queue is full; a password over [`MAX_BYTES`]
    /// must have been refused before and is an internal error here.
    pub async fn hash(&self, password: &str) -> Result<String> {
        if password.len() > MAX_BYTES {
            return Err(AppError::internal("a password over 72 bytes reached the hash"));
        }
        let (password, work_factor) = (password.to_owned(), self.work_factor);
        self.run(move || new_hash(&password, work_factor)).await
    }

    /// Whether `given` is the password whose hash is stored. Refused when the queue is full.
    pub async fn verify(&self, stored: &str, given: &str) -> Result<Verdict> {
        if stored.is_empty() || given.len() > MAX_BYTES {
            return Ok(Verdict::Wrong);
        }
        let (stored, given, work_factor) = (stored.to_owned(), given.to_owned(), self.work_factor);
        self.run(move || check(&stored, &given, work_factor)).await
    }

    /// Takes as long as a check and finds nothing: for log-ins whose account does not exist, so that the time of the
    /// answer does not tell which addresses have one.
    pub async fn pretend(&self, given: &str) -> Result<()> {
        let (given, work_factor) = (given.to_owned(), self.work_factor);
        self.run(move || {
            std::hint::black_box(derive(work_factor, &[0; SALT_BYTES], given.as_bytes(), HASH_BYTES));
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move || {
            // A client that has gone away in the meantime costs nothing.
            if !answer.is_closed() {
                // The receiver may still go away during the work; then nobody misses the answer.
                drop(answer.send(job()));
            }
        });
        self.jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => SERVER_BUSY.error(),
            TrySendError::Disconnected(_) => AppError::internal("the password threads have ended"),
        })?;
        answered.await.map_err(|_| AppError::internal("a password thread dropped its work"))
    }
}

fn work(waiting: &Receiver<Job>) {
    for job in waiting {
        job();
    }
}

fn derive(work_factor: NonZeroU32, salt: &[u8], password: &[u8], length: usize) -> Vec<u8> {
    let mut hash = vec![0; length];
    // 62 ms for 600,000 iterations in a release build on the machine where AWS-LC took 145 ms.
    pbkdf2_hmac::<Sha256>(password, salt, work_factor.get(), &mut hash);
    hash
}

fn new_hash(password: &str, work_factor: NonZeroU32) -> String {
    let salt: [u8; SALT_BYTES] = rand::random();
    let hash = derive(work_factor, &salt, password.as_bytes(), HASH_BYTES);
    format!("$pbkdf2$f=SHA256,w={work_factor},l={HASH_BYTES}${}${}", BASE64.encode(salt), BASE64.encode(hash))
}

fn check(stored: &str, given: &str, work_factor: NonZeroU32) -> Verdict {
    if let Some(parsed) = Pbkdf2::parse(stored) {
        let hash = derive(parsed.work_factor, &parsed.salt, given.as_bytes(), parsed.hash.len());
        let right = bool::from(hash.ct_eq(&parsed.hash));
        let outdated = parsed.work_factor < work_factor || parsed.hash.len() < HASH_BYTES;
        return verdict(right, outdated);
    }
    // The crate compares in constant time and reads `$2a$`, `$2b$` and `$2y$`; anything else is an error.
    verdict(bcrypt::verify(given, stored).unwrap_or(false), true)
}

fn verdict(right: bool, outdated: bool) -> Verdict {
    match (right, outdated) {
        (false, _) => Verdict::Wrong,
        (true, false) => Verdict::Right,
        (true, true) => Verdict::RightButOutdated,
    }
}

/// A stored PBKDF2 hash, taken apart.
struct Pbkdf2 {
    work_factor: NonZeroU32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Pbkdf2 {
    fn parse(stored: &str) -> Option<Pbkdf2> {
        let mut parts = stored.strip_prefix("$pbkdf2$")?.split('$');
        let (parameters, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (mut function, mut work_factor, mut length) = (None, None, None);
        for parameter in parameters.split(',') {
            match parameter.split_once('=')? {
                ("f", value) => function = Some(value),
                ("w", value) => work_factor = value.parse::<NonZeroU32>().ok(),
                ("l", value) => length = value.parse::<usize>().ok(),
                _ => return None,
            }
        }
        let (work_factor, length) = (work_factor?, length?);
        let (salt, hash) = (BASE64.decode(salt).ok()?, BASE64.decode(hash).ok()?);
        let sound = function == Some("SHA256") && hash.len() == length && length > 0;
        (sound && work_factor.get() <= MAX_WORK_FACTOR).then_some(Pbkdf2 { work_factor, salt, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick() -> Passwords {
        Passwords::with_threads(NonZeroU32::new(10).unwrap(), 1, 8).unwrap()
    }

    #[tokio::test]
    async fn a_new_hash_verifies_and_has_the_reference_form() {
        let passwords = quick();
        let stored = passwords.hash("Grüße-1!").await.unwrap();
        assert!(stored.starts_with("$pbkdf2$f=SHA256,w=10,l=32$"), "{stored}");
        let lengths: Vec<usize> = stored.split('$').skip(3).map(str::len).collect();
        assert_eq!(lengths, [22, 43]);
        assert_ne!(stored, passwords.hash("Grüße-1!").await.unwrap());
        assert_eq!(passwords.verify(&stored, "Grüße-1!").await.unwrap(), Verdict::Right);
        assert_eq!(passwords.verify(&stored, "grüße-1!").await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_known_pbkdf2_value_verifies() {
        // RFC 7914 §11: PBKDF2-HMAC-SHA-256 of "passwd" and "salt", one iteration, first 32 bytes.
        let hash = data_encoding::HEXLOWER
            .decode(b"55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc")
            .unwrap();
        let stored = format!("$pbkdf2$f=SHA256,w=1,l=32${}${}", BASE64.encode("salt"), BASE64.encode(hash));
        assert_eq!(quick().verify(&stored, "passwd").await.unwrap(), Verdict::RightButOutdated);
    }

    #[tokio::test]
    async fn bcrypt_hashes_verify_and_are_outdated() {
        let stored = bcrypt::hash_with_salt("Secret-1!", 4, [7; 16]).unwrap().format_for_version(bcrypt::Version::TwoA);
        assert!(stored.starts_with("$2a$04$"));
        let passwords = quick();
        assert_eq!(passwords.verify(&stored, "Secret-1!").await.unwrap(), Verdict::RightButOutdated);
        assert_eq!(passwords.verify(&stored, "Secret-2!").await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn stronger_stored_hashes_are_kept() {
        let strong = Passwords::with_threads(NonZeroU32::new(20).unwrap(), 1, 8).unwrap();
        let stored = strong.hash("Secret-1!").await.unwrap();
        assert_eq!(quick().verify(&stored, "Secret-1!").await.unwrap(), Verdict::Right);
        let weak = quick().hash("Secret-1!").await.unwrap();
        assert_eq!(strong.verify(&weak, "Secret-1!").await.unwrap(), Verdict::RightButOutdated);
    }

    #[tokio::test]
    async fn damaged_or_absent_hashes_and_endless_passwords_are_wrong() {
        let passwords = quick();
        let salt = "c2FsdA";
        for stored in [
            "".to_owned(),
            "plain".to_owned(),
            "$2a$10$short".to_owned(),
            format!("$pbkdf2$f=SHA256,w=0,l=4${salt}$AAAAAA"),
            format!("$pbkdf2$f=SHA1,w=1,l=4${salt}$AAAAAA"),
            format!("$pbkdf2$f=SHA256,w=1,l=5${salt}$AAAAAA"),
            format!("$pbkdf2$f=SHA256,w=4000000000,l=4${salt}$AAAAAA"),
            format!("$pbkdf2$f=SHA256,w=1,l=0${salt}$"),
            format!("$pbkdf2$w=1,l=4${salt}$AAAAAA"),
            format!("$pbkdf2$f=SHA256,w=1,l=4${salt}$AAAAAA$more"),
        ] {
            assert_eq!(passwords.verify(&stored, "x").await.unwrap(), Verdict::Wrong, "{stored}");
        }
        let stored = passwords.hash(&"x".repeat(72)).await.unwrap();
        assert_eq!(passwords.verify(&stored, &"x".repeat(73)).await.unwrap(), Verdict::Wrong);
        assert!(passwords.hash(&"x".repeat(73)).await.is_err());
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let passwords = Passwords::with_threads(NonZeroU32::MIN, 1, 1).unwrap();
        let (release, hold) = std::sync::mpsc::channel::<()>();
        let (started, starting) = oneshot::channel();
        let blocking = passwords.run(move || {
            started.send(()).unwrap();
            hold.recv().unwrap();
        });
        let checking = async {
            starting.await.unwrap();
            let waiting = passwords.pretend("x");
            tokio::pin!(waiting);
            let queued =
                std::future::poll_fn(|cx| std::task::Poll::Ready(waiting.as_mut().poll(cx).is_pending())).await;
            assert!(queued);
            assert!(passwords.pretend("x").await.unwrap_err().is(SERVER_BUSY));
            release.send(()).unwrap();
            waiting.await.unwrap();
        };
        let (blocked, ()) = tokio::join!(blocking, checking);
        blocked.unwrap();
    }
}
