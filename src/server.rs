//! The composition root: builds the rooms from the bottom up, serves, and shuts down.

mod cors;
mod encryption;
mod entry;
mod listen;
mod logs;
pub mod orders;
pub mod place;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{HttpServer, web};

use crate::api::Api;
use crate::api::client_files::{ClientFiles, ClientPage};
use crate::app::images::ImageWork;
use crate::app::logs::RecentLog;
use crate::app::maintenance::Busy;
use crate::app::statuses::Statuses;
use crate::app::{App, Parts};
use crate::auth::Auth;
use crate::auth::passwords::Passwords;
use crate::config::{Config, Settings};
use crate::events::{Change, Hub};
use crate::filestore::FileStore;
use crate::jobs;
use crate::model::now;
use crate::outbound::openid::Providers;
use crate::outbound::web::Web;
use crate::store::{self, Store, Target, migrate};

use encryption::{Certificate, Encryption};
use entry::Edge;
use logs::Volume;

pub use logs::start_for_command;

/// What the command line says.
#[derive(Debug, Clone)]
pub struct Options {
    /// The configuration file; it need not exist.
    pub config: PathBuf,
    /// Where the embedded database and files lie.
    pub data_dir: PathBuf,
    /// The official client's files.
    pub client_dir: Option<PathBuf>,
}

impl Options {
    /// Where the web client's files are looked for, and installed.
    pub fn client_place(&self, settings: &Settings) -> PathBuf {
        let setting = &settings.kollegium.client_directory;
        match &self.client_dir {
            Some(named) => named.clone(),
            None if !setting.is_empty() => setting.into(),
            None => self.data_dir.join("client"),
        }
    }

    /// The settings: file and environment.
    ///
    /// # Errors
    /// Everything that is wrong with them, a line each.
    pub fn settings(&self) -> Result<Config, Failure> {
        Ok(Config::load(Some(self.config.clone()), std::env::vars())?)
    }
}

/// Why the server did not start, or stopped: a sentence for whoever started it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Builds the application: configuration, database, and everything above.
pub async fn build(options: &Options) -> Result<App, Failure> {
    assemble(options, Arc::new(options.settings()?), RecentLog::default()).await
}

async fn assemble(options: &Options, config: Arc<Config>, logs: RecentLog) -> Result<App, Failure> {
    // Everything that speaks TLS here takes its cryptography from the process's one provider; a second call is harmless.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    place::make(&options.data_dir)?;
    let target = place::database(&config.snapshot().effective, &options.data_dir)?;
    bring_up_to_date(&target)?;
    let (hub, presence) = Hub::new();
    hub.hide_strangers(config.snapshot().effective.kollegium.hides_strangers());
    let publisher = hub.clone();
    let store = Store::open(&target, Arc::new(move |events| publisher.publish(events)))?;
    store
        .write(|tx| {
            store::roles::add_built_in(tx, now())?;
            Ok(Change::silent((), "nobody listens before the server is up"))
        })
        .await?;
    let auth = Auth::new(store.clone(), config.clone());
    let passwords = Passwords::start(work_factor(&config))?;
    let files = FileStore::local(&place::files(&config.snapshot().effective, &options.data_dir)?).await?;
    let calls = Web::new(config.clone())?;
    let app = App::new(Parts {
        images: ImageWork::new(IMAGES_AT_ONCE),
        providers: Providers::new(calls.clone()),
        web: calls,
        busy: Busy::default(),
        logs,
        statuses: Statuses::load(&store).await?,
        config,
        store,
        auth,
        hub,
        passwords,
        files,
        directory: Default::default(),
        admissions: Default::default(),
        guesses: Default::default(),
        pending: Default::default(),
        secret: Default::default(),
        echoes: Default::default(),
        paces: Default::default(),
        invitation_paces: Default::default(),
        registrations: Default::default(),
        uploads: Default::default(),
    });
    app.learn_facts().await?;
    tokio::spawn(app.clone().keep_statuses(presence));
    Ok(app)
}

/// Runs the migrations that are missing; answers their names.
pub fn bring_up_to_date(target: &Target) -> Result<Vec<&'static str>, Failure> {
    let mut conn = target.connect().map_err(|e| place::unopened(target, e))?;
    let steps = migrate::migrate(&mut conn)?;
    tracing::info!(?steps, "the database is up to date");
    Ok(steps)
}

/// The names of the migrations that are missing.
pub fn missing_steps(target: &Target) -> Result<Vec<&'static str>, Failure> {
    let mut conn = target.connect().map_err(|e| place::unopened(target, e))?;
    Ok(migrate::pending(&mut conn)?)
}

/// Pictures that are worked on at once; each may need tens of megabytes.
const IMAGES_AT_ONCE: usize = 2;

fn work_factor(config: &Config) -> NonZeroU32 {
    let wanted = u32::try_from(config.snapshot().effective.kollegium.password_work_factor).unwrap_or(0);
    NonZeroU32::new(wanted).unwrap_or(NonZeroU32::MIN)
}

/// Seconds that requests in work have at the end.
const GRACE: u64 = 10;

/// Serves until a signal comes.
pub fn run(options: &Options) -> Result<(), Failure> {
    let database = block_on(serve_until_signal(options))?;
    // Nothing works in the background any more.
    database.leave();
    Ok(())
}

/// Does what is to be done, with what the rooms need around it, and ends with it all that it left in work.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

/// The database that was worked on, once all is over.
async fn serve_until_signal(options: &Options) -> Result<Target, Failure> {
    allow_many_files();
    let config = Arc::new(options.settings()?);
    let settings = config.snapshot();
    place::make(&options.data_dir)?;
    let _held = place::Hold::wait(&options.data_dir)?;
    let _claimed = place::claim(&place::database(&settings.effective, &options.data_dir)?)?;
    let recent = RecentLog::default();
    let volume = logs::start(&settings.effective, &options.data_dir, &recent)?;
    let app = assemble(options, config, recent).await?;
    app.shut_out_guests().await?;
    jobs::start(&app);
    let edge = web::Data::new(edge(options, &settings.effective));
    let (server, certificate) = serve(&app, &edge)?;
    announce(options, &settings.effective, &edge);
    actix_web::rt::spawn(watch_settings(app.clone(), edge.clone(), volume, certificate));
    actix_web::rt::spawn(orders::take(app.clone(), options.clone()));
    let stop = stop_at_signal(app, edge, server.handle());
    tokio::select! {
        ended = server => ended?,
        () = stop => {}
    }
    tracing::info!("stopped");
    Ok(place::database(&settings.effective, &options.data_dir)?)
}

fn edge(options: &Options, settings: &Settings) -> Edge {
    let base = entry::base_path(&settings.service.site_url);
    let place = options.client_place(settings);
    let client = web::Data::new(ClientFiles::open(Some(&place), &base, page(settings)));
    Edge::new(client, base, settings)
}

fn page(settings: &Settings) -> ClientPage {
    ClientPage {
        site_name: settings.team.site_name.clone(),
        description: settings.team.custom_description_text.clone(),
        frame_ancestors: settings.service.frame_ancestors.clone(),
        version: crate::config::version::OWN.to_owned(),
        uncompressed: settings.service.webserver_mode != "gzip",
    }
}

fn serve(app: &App, edge: &web::Data<Edge>) -> Result<(actix_web::dev::Server, Option<Arc<Certificate>>), Failure> {
    let snapshot = app.config.snapshot();
    let service = &snapshot.effective.service;
    let encryption = encryption::encryption(&snapshot.effective)?;
    let (listener, plain) = (listen::listen(service)?, listen::listen_for_plain_requests(service)?);
    let seconds = |n: i64| Duration::from_secs(u64::try_from(n).unwrap_or(0));
    let (app, edge, table) = (app.clone(), edge.clone(), Arc::new(Api::table()?));
    let server = HttpServer::new(move || {
        let (shard, serve_shard) = app.hub.open_shard();
        actix_web::rt::spawn(serve_shard);
        let api = Api { app: app.clone(), table: table.clone(), shard };
        let app = actix_web::App::new().app_data(web::Data::new(api)).app_data(edge.clone());
        app.default_service(web::to(entry::entry))
    })
    .disable_signals()
    .shutdown_timeout(GRACE)
    .client_request_timeout(seconds(service.read_timeout))
    .keep_alive(seconds(service.idle_timeout));
    let Some(Encryption { rules, certificate }) = encryption else { return Ok((server.listen(listener)?.run(), None)) };
    let server = server.listen_rustls_0_23(listener, rules)?;
    let server = match plain {
        Some(plain) => server.listen(plain)?,
        None => server,
    };
    Ok((server.run(), Some(certificate)))
}

/// Tells whoever started the server where it is and what to do next.
fn announce(options: &Options, settings: &Settings, edge: &Edge) {
    let service = &settings.service;
    let scheme = if service.connection_security == "TLS" { "https" } else { "http" };
    let host = match service.listen_address.strip_prefix(':') {
        Some(port) => format!("localhost:{port}"),
        None => service.listen_address.clone(),
    };
    let local = format!("{scheme}://{host}{}", edge.base);
    let address = if service.site_url.is_empty() { &local } else { &service.site_url };
    let data = place::database(settings, &options.data_dir).map(|target| place::described(&target)).unwrap_or_default();
    let files = place::files(settings, &options.data_dir).unwrap_or_default();
    let there = |path: &Path| if path.exists() { "" } else { " (not there: the defaults hold)" };
    println!("Kollegium {} listens on {scheme}://{host}", crate::config::version::OWN);
    println!("  data      {data}, files in {}", files.display());
    println!("  settings  {}{}", options.config.display(), there(&options.config));
    if edge.client.installed() {
        println!("  next      open {address} in a browser; the first to sign up administers the server");
    } else {
        println!("  next      install the web client: kollegium client install <official release archive>");
        println!("            then open {address} in a browser; the first to sign up administers the server");
    }
}

/// How often changed settings are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// Brings changed settings, and changed certificate files, to what does not ask for them at every request.
async fn watch_settings(app: App, edge: web::Data<Edge>, volume: Volume, certificate: Option<Arc<Certificate>>) {
    let mut known = app.config.snapshot();
    let mut clock = tokio::time::interval(LOOK);
    loop {
        clock.tick().await;
        certificate.iter().for_each(|certificate| certificate.look());
        let snapshot = app.config.snapshot();
        if !Arc::ptr_eq(&known, &snapshot) {
            volume.adjust(&snapshot.effective);
            edge.adjust(&snapshot.effective);
            edge.client.set_page(page(&snapshot.effective));
            known = snapshot;
        }
    }
}

/// Stops in order: clients are told to look for another connection, what is in work is finished. Whoever asks twice is
/// not kept waiting.
async fn stop_at_signal(app: App, edge: web::Data<Edge>, server: ServerHandle) {
    wait_for_signal().await;
    tracing::info!("stopping");
    app.hub.close_all();
    tokio::select! {
        () = server.stop(true) => {}
        () = until_quiet(&edge) => {}
        () = wait_for_signal() => tracing::warn!("stopping at once"),
    }
}

/// Returns once nothing has been in work for a second: an encrypted connection that somebody keeps for later (HTTP/2)
/// would hold the server up for all of its time otherwise.
async fn until_quiet(edge: &Edge) {
    let mut quiet = 0;
    while quiet < 10 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        quiet = if edge.is_quiet() { quiet + 1 } else { 0 };
    }
}

/// Raises the number of files that may be open at once to what the system allows: each connection is one, and what
/// shells start with is about 1,000.
fn allow_many_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Without it the server still serves fewer.
    let _ = setrlimit(Resource::Nofile, limit);
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => _ = tokio::signal::ctrl_c().await,
    }
}
