//! Servers of a test's own on either database, and what one does to them behind their back.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::{Person, Server, launch, unique};

/// A server with settings that the others would notice; `admin` is its first account. It ends when this is dropped.
pub struct Own {
    server: Server,
    database: Option<String>,
}

impl Own {
    /// Starts one with these `MM_…` variables.
    pub fn start(settings: &[(&str, &str)]) -> Own {
        Own::start_in(tempfile::tempdir().unwrap(), settings)
    }

    /// Starts one with that configuration file.
    pub fn configured(config: &serde_json::Value) -> Own {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("config.json"), config.to_string()).unwrap();
        Own::start_in(data, &[])
    }

    fn start_in(data: tempfile::TempDir, settings: &[(&str, &str)]) -> Own {
        let database = std::env::var("KOLLEGIUM_TEST_POSTGRES").ok().map(|url| own_database(&url));
        let mut settings: Vec<(&str, String)> = settings.iter().map(|(name, value)| (*name, (*value).into())).collect();
        settings.extend(database_settings(database.as_deref()));
        let server = launch(data, &settings);
        server.anonymous().signs_up("admin");
        Own { server, database }
    }

    /// Ends it and starts it anew, with these `MM_…` variables.
    pub fn again(self, settings: &[(&str, &str)]) -> Own {
        let mut settings: Vec<(&str, String)> = settings.iter().map(|(name, value)| (*name, (*value).into())).collect();
        settings.extend(database_settings(self.database.as_deref()));
        Own { server: self.server.again(&settings), database: self.database }
    }

    /// Logs in under a name.
    pub fn log_in(&self, username: &str) -> Person {
        self.server.log_in(username)
    }

    /// Its administrator.
    pub fn admin(&self) -> Person {
        self.server.log_in("admin")
    }

    /// Somebody who signs up there and logs in.
    pub fn person(&self, label: &str) -> Person {
        self.server.person(label)
    }

    /// Where it keeps its files.
    pub fn data_dir(&self) -> PathBuf {
        self.server.folder().join("data")
    }

    /// Changes its database behind its back: the past, for example.
    pub fn alter(&self, statement: &str) {
        use diesel::Connection;
        use diesel::connection::SimpleConnection;
        match &self.database {
            Some(url) => diesel::PgConnection::establish(url).unwrap().batch_execute(statement).unwrap(),
            None => {
                let path = self.data_dir().join("kollegium.db");
                let mut conn = diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                conn.batch_execute("PRAGMA busy_timeout=10000").unwrap();
                conn.batch_execute(statement).unwrap();
            }
        }
    }

    /// What `kollegium db verify` says.
    pub fn verifies(&self) -> String {
        self.runs(&["db", "verify"])
    }

    /// What the program says to a command.
    pub fn runs(&self, command: &[&str]) -> String {
        self.runs_in(&self.data_dir(), command)
    }

    /// The same where the data directory is another one.
    pub fn runs_in(&self, data_dir: &Path, args: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kollegium"));
        command.args(args).arg("--config").arg(self.server.folder().join("config.json"));
        command.arg("--data-dir").arg(data_dir).envs(database_settings(self.database.as_deref()));
        let output = command.output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }
}

fn database_settings(url: Option<&str>) -> Vec<(&'static str, String)> {
    let of_postgres = |url: &str| {
        [("MM_SQLSETTINGS_DRIVERNAME", "postgres".to_owned()), ("MM_SQLSETTINGS_DATASOURCE", url.to_owned())]
    };
    url.map(of_postgres).into_iter().flatten().collect()
}

/// Another database beside that one.
fn own_database(url: &str) -> String {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    let name = unique(&format!("own_{}", std::process::id())).replace('-', "_");
    diesel::PgConnection::establish(url).unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let mut other = url::Url::parse(url).unwrap();
    other.set_path(&name);
    other.into()
}

/// The files below a folder.
pub fn contents(folder: &Path) -> std::collections::BTreeSet<PathBuf> {
    let mut found = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(contents(&path)),
            path => drop(found.insert(path)),
        }
    }
    found
}
