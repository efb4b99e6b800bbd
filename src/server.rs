//! The composition root: builds the rooms from the bottom up, serves, and shuts down.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, HttpServer, web};

use crate::api::{Api, Limits, dispatch};
use crate::app::images::ImageWork;
use crate::app::logs::RecentLog;
use crate::app::maintenance::Busy;
use crate::app::statuses::Statuses;
use crate::app::{App, Parts};
use crate::auth::Auth;
use crate::auth::passwords::Passwords;
use crate::config::Config;
use crate::events::{Change, Hub};
use crate::filestore::FileStore;
use crate::jobs;
use crate::model::now;
use crate::outbound::web::Web;
use crate::store::{self, Store, Target, migrate};

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

/// Why the server did not start, or stopped: a sentence for whoever started it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Builds the application: configuration, database, and everything above.
pub async fn build(options: &Options) -> Result<App, Failure> {
    // Everything that speaks TLS here takes its cryptography from the process's one provider; a second call is harmless.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    std::fs::create_dir_all(&options.data_dir)
        .map_err(|e| format!("the data directory {} cannot be made: {e}", options.data_dir.display()))?;
    let config = Arc::new(Config::load(Some(options.config.clone()), std::env::vars())?);
    let target = database(&config, options)?;
    let mut conn = target.connect().map_err(|e| format!("the database cannot be opened: {e}"))?;
    let migrated = migrate::migrate(&mut conn)?;
    drop(conn);
    tracing::info!(steps = ?migrated, "the database is up to date");
    let (hub, presence) = Hub::new();
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
    let files = FileStore::local(&options.data_dir.join("files")).await?;
    let images = ImageWork::new(IMAGES_AT_ONCE);
    let app = App::new(Parts {
        images,
        web: Web::new(config.clone())?,
        busy: Busy::default(),
        logs: RecentLog::default(),
        statuses: Statuses::load(&store).await?,
        config,
        store,
        auth,
        hub,
        passwords,
        files,
        pending: Default::default(),
    });
    app.learn_facts().await?;
    tokio::spawn(app.clone().keep_statuses(presence));
    Ok(app)
}

/// Pictures that are worked on at once; each may need tens of megabytes.
const IMAGES_AT_ONCE: usize = 2;

fn work_factor(config: &Config) -> NonZeroU32 {
    let wanted = u32::try_from(config.snapshot().effective.kollegium.password_work_factor).unwrap_or(0);
    NonZeroU32::new(wanted).unwrap_or(NonZeroU32::MIN)
}

fn database(config: &Config, options: &Options) -> Result<Target, Failure> {
    let settings = &config.snapshot().effective.sql;
    match settings.driver_name.as_str() {
        "postgres" => Ok(Target::Postgres(settings.data_source.clone(), pool_size(settings.max_open_conns))),
        _ if settings.data_source.is_empty() => {
            Ok(Target::Sqlite(options.data_dir.join("kollegium.db").to_string_lossy().into_owned()))
        }
        _ => Ok(Target::Sqlite(settings.data_source.clone())),
    }
}

/// A few connections serve many requests (data-layer.md §3d); the setting is an upper limit.
fn pool_size(limit: i64) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    (4 * cores + 2).min(20).min(usize::try_from(limit).unwrap_or(20)).max(2)
}

/// Serves until a signal comes.
pub async fn run(options: Options) -> Result<(), Failure> {
    let app = build(&options).await?;
    let address = app.config.snapshot().effective.service.listen_address.clone();
    let address = if address.starts_with(':') { format!("0.0.0.0{address}") } else { address };
    jobs::start(&app);
    let hub = app.hub.clone();
    let table = Arc::new(Api::table()?);
    let limits = Arc::new(Limits::of(&app.config.snapshot().effective));
    let server = HttpServer::new(move || {
        let (shard, serve_shard) = app.hub.open_shard();
        actix_web::rt::spawn(serve_shard);
        let api = Api { app: app.clone(), table: table.clone(), limits: limits.clone(), shard };
        actix_web::App::new().app_data(web::Data::new(api)).default_service(web::to(entry))
    })
    .disable_signals()
    .shutdown_timeout(10)
    .bind(&address)
    .map_err(|e| format!("cannot listen on {address}: {e}"))?
    .run();
    println!("Kollegium {} listens on http://{address}", env!("CARGO_PKG_VERSION"));
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping");
        hub.close_all();
        handle.stop(true).await;
    });
    Ok(server.await?)
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

/// Every request comes in here.
async fn entry(api: web::Data<Api>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    if request.path().starts_with("/api/v4/") {
        return dispatch::dispatch(&api, request, payload.into_inner()).await;
    }
    HttpResponse::NotFound().finish()
}
