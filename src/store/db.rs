//! Threads that own connections, and the one asynchronous door to them.
//!
//! PostgreSQL: a pool of threads for reads and writes. The embedded database: a pool of readers and one writer that
//! commits what is queued in groups, so that many small writes share one commit (data-layer.md §3c).

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::result::Error;
use diesel::{ConnectionError, QueryResult};
use tokio::sync::oneshot;

use super::conn::{Conn, each};
use crate::model::errors::{self, AppError, Result};

type ReadJob = Box<dyn FnOnce(&mut Conn) + Send>;
/// Told whether the batch it was part of was committed.
type Finish = Box<dyn FnOnce(bool) + Send>;
type WriteJob = Box<dyn FnOnce(&mut Conn) -> Finish + Send>;

/// The most writes that share one commit.
const BATCH: usize = 64;
/// The most requests that wait for a connection; more are refused as busy.
const QUEUE: usize = 4096;

/// How to reach the database.
#[derive(Debug, Clone)]
pub enum Target {
    /// A file of the embedded database.
    Sqlite(String),
    /// A PostgreSQL connection string, and how many connections to keep.
    Postgres(String, usize),
}

impl Target {
    /// Opens one connection.
    pub fn connect(&self) -> Result<Conn, ConnectionError> {
        match self {
            Target::Sqlite(path) => Conn::sqlite(path),
            Target::Postgres(url, _) => Conn::postgres(url),
        }
    }
}

impl Target {
    /// Leaves the embedded database in its one file, without a log of changes beside it, for whoever copies it. Nothing
    /// is lost if that is not possible.
    pub fn leave(&self) {
        let left = match self {
            Target::Sqlite(path) => Conn::sqlite(path).and_then(|mut conn| {
                let checkpoint = conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)");
                checkpoint.map_err(|e| ConnectionError::BadConnection(e.to_string()))
            }),
            Target::Postgres(..) => Ok(()),
        };
        if let Err(error) = left {
            tracing::warn!(%error, "the log of changes beside the database was not put into it");
        }
    }
}

/// The door to the database. Cheap to clone; the threads end when the last clone is dropped.
#[derive(Clone)]
pub struct Db {
    read: Sender<ReadJob>,
    write: Writer,
    /// The embedded database, where threads may look things up themselves.
    here: Option<Arc<Target>>,
    renewals: Renewals,
    connections: usize,
}

/// How much a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Any number of statements, in a transaction.
    Transaction,
    /// On PostgreSQL a single statement, which needs no transaction around it: that would be two more round trips.
    Statement,
}

/// How often all connections were to be opened anew.
type Renewals = Arc<AtomicU64>;

/// A connection and what it takes to open it anew.
struct Line {
    conn: Conn,
    target: Target,
    renewals: Renewals,
    /// The number of renewals when it was opened.
    opened: u64,
}

thread_local! {
    /// The connection of a thread that looks things up itself.
    static HERE: RefCell<Option<Line>> = const { RefCell::new(None) };
}

#[derive(Clone)]
enum Writer {
    Pool(Sender<ReadJob>),
    Grouped(Sender<WriteJob>),
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        AppError::internal(format!("database: {error}"))
    }
}

impl Db {
    /// Opens the connections and starts their threads.
    pub fn open(target: &Target) -> Result<Db, ConnectionError> {
        let renewals = Renewals::default();
        match target {
            Target::Sqlite(_) => {
                let readers = thread::available_parallelism().map_or(2, |n| n.get() + 1).min(4);
                let read = pool("db-read", readers, target, &renewals)?;
                let (write, jobs) = bounded::<WriteJob>(QUEUE);
                let line = Line::open(target, &renewals)?;
                spawn("db-write", move || write_in_groups(line, &jobs))?;
                let here = Some(Arc::new(target.clone()));
                Ok(Db { read, write: Writer::Grouped(write), here, renewals, connections: readers + 1 })
            }
            Target::Postgres(_, size) => {
                let read = pool("db", *size, target, &renewals)?;
                Ok(Db { write: Writer::Pool(read.clone()), read, here: None, renewals, connections: *size })
            }
        }
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.connections
    }

    /// Has every thread open a new connection after what it is doing.
    pub fn renew(&self) {
        self.renewals.fetch_add(1, Ordering::AcqRel);
    }

    /// Work that only reads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job: ReadJob = Box::new(move |conn| {
            if !answer.is_closed() {
                let _ = answer.send(survive(|| work(conn)));
            }
        });
        enqueue(&self.read, job)?;
        answered.await.unwrap_or_else(|_| Err(AppError::internal("a database thread died")))
    }

    /// The same for what takes microseconds, such as a look-up by key. In the embedded database it runs right here, on
    /// a connection of this thread: handing it to another thread and back costs several times what it does.
    pub async fn look_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.here {
            None => self.read(work).await,
            Some(target) => HERE.with_borrow_mut(|line| {
                let line = Line::of_thread(line, target, &self.renewals).map_err(AppError::internal)?;
                line.mend();
                survive(|| work(&mut line.conn))
            }),
        }
    }

    /// Work that writes, all or nothing. `committed` runs on the database's thread right after the commit, in the order
    /// of commits, before the caller is answered; a caller that went away does not undo a write.
    pub async fn write<T: Send + 'static>(
        &self,
        extent: Extent,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        committed: impl FnOnce(&mut T) + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job: WriteJob = Box::new(move |conn| {
            let result = match (extent, &*conn) {
                (Extent::Statement, Conn::Pg(_)) => survive(|| work(conn)),
                _ => guarded(conn, work),
            };
            Box::new(move |kept| {
                let result = match result {
                    Ok(mut value) if kept => {
                        committed(&mut value);
                        Ok(value)
                    }
                    Ok(_) => Err(AppError::internal("the commit failed")),
                    refused => refused,
                };
                let _ = answer.send(result);
            })
        });
        match &self.write {
            Writer::Pool(jobs) => enqueue(jobs, Box::new(move |conn: &mut Conn| job(conn)(true)))?,
            Writer::Grouped(jobs) => enqueue(jobs, job)?,
        }
        answered.await.unwrap_or_else(|_| Err(AppError::internal("a database thread died")))
    }
}

fn enqueue<J>(jobs: &Sender<J>, job: J) -> Result<()> {
    jobs.try_send(job).map_err(|e| match e {
        TrySendError::Full(_) => errors::context::SERVER_BUSY.error(),
        TrySendError::Disconnected(_) => AppError::internal("the database's threads are gone"),
    })
}

/// A panic in one job must not take its thread along.
fn survive<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(AppError::internal("a panic in database work")))
}

/// A transaction, or a savepoint of the running one. Also puts diesel's depth count right after a panic, which diesel's
/// own `transaction` leaves raised.
fn guarded<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let base = depth(conn);
    let result = survive(|| conn.transaction(work));
    while depth(conn) > base {
        each!(conn, c => AnsiTransactionManager::rollback_transaction(c))?;
    }
    result
}

fn depth(conn: &mut Conn) -> u32 {
    each!(conn, c => AnsiTransactionManager::transaction_manager_status_mut(c)
        .transaction_depth().ok().flatten().map_or(0, |d| d.get()))
}

fn broken(conn: &mut Conn) -> bool {
    each!(conn, c => AnsiTransactionManager::is_broken_transaction_manager(c))
}

impl Line {
    /// The connection of this thread to that database, opened now if there is none.
    fn of_thread<'a>(
        own: &'a mut Option<Line>,
        target: &Target,
        renewals: &Renewals,
    ) -> Result<&'a mut Line, ConnectionError> {
        let known = own.take_if(|line| Arc::ptr_eq(&line.renewals, renewals));
        Ok(own.insert(known.map_or_else(|| Line::open(target, renewals), Ok)?))
    }

    fn open(target: &Target, renewals: &Renewals) -> Result<Line, ConnectionError> {
        let opened = renewals.load(Ordering::Acquire);
        Ok(Line { conn: target.connect()?, target: target.clone(), renewals: renewals.clone(), opened })
    }

    /// Opens a new connection where the old one is beyond use (a lost server, a transaction that could not be ended) or
    /// is to be renewed.
    fn mend(&mut self) {
        let renewals = self.renewals.load(Ordering::Acquire);
        if !broken(&mut self.conn) && self.opened == renewals {
            return;
        }
        match self.target.connect() {
            Ok(fresh) => (self.conn, self.opened) = (fresh, renewals),
            Err(e) => tracing::error!("the database cannot be reached: {e}"),
        }
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), ConnectionError> {
    let started = thread::Builder::new().name(name.into()).spawn(body);
    started.map(drop).map_err(|e| ConnectionError::BadConnection(e.to_string()))
}

fn pool(name: &str, size: usize, target: &Target, renewals: &Renewals) -> Result<Sender<ReadJob>, ConnectionError> {
    let (sender, jobs) = bounded::<ReadJob>(QUEUE);
    for i in 0..size.max(1) {
        let (jobs, mut line) = (jobs.clone(), Line::open(target, renewals)?);
        spawn(&format!("{name}-{i}"), move || {
            for job in jobs {
                job(&mut line.conn);
                line.mend();
            }
        })?;
    }
    Ok(sender)
}

fn write_in_groups(mut line: Line, jobs: &Receiver<WriteJob>) {
    let mut finishes: Vec<Finish> = Vec::with_capacity(BATCH);
    for first in jobs {
        let committed = commit_group(&mut line.conn, first, jobs, &mut finishes);
        if let Err(e) = &committed {
            tracing::error!("a group of writes was not committed: {e}");
            while depth(&mut line.conn) > 0
                && each!(&mut line.conn, c => AnsiTransactionManager::rollback_transaction(c)).is_ok()
            {}
        }
        for finish in finishes.drain(..) {
            let _ = catch_unwind(AssertUnwindSafe(|| finish(committed.is_ok())));
        }
        line.mend();
    }
}

fn commit_group(
    conn: &mut Conn,
    first: WriteJob,
    jobs: &Receiver<WriteJob>,
    finishes: &mut Vec<Finish>,
) -> QueryResult<()> {
    begin(conn)?;
    finishes.push(first(conn));
    while finishes.len() < BATCH {
        match jobs.try_recv() {
            Ok(job) => finishes.push(job(conn)),
            Err(_) => break,
        }
    }
    each!(conn, c => AnsiTransactionManager::commit_transaction(c))
}

/// Begins by diesel's own count, so that each job nests as a savepoint.
fn begin(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Conn::Pg(c) => AnsiTransactionManager::begin_transaction(c),
    }
}
