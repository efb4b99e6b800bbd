//! A real directory: OpenLDAP's slapd in a folder of its own, on loopback ports of its own, with the people of
//! `compat-tests/ldap/people.ldif`.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ldap3::{LdapConnAsync, Mod};

pub const BASE: &str = "dc=campus,dc=example";
const ADMIN: &str = "cn=admin,dc=campus,dc=example";
const SLAPD: &str = "/usr/sbin/slapd";
const SLAPADD: &str = "/usr/sbin/slapadd";

/// A running directory; it ends when this is dropped, or when the test process ends in whatever way.
pub struct Slapd {
    folder: tempfile::TempDir,
    pub port: u16,
    pub tls_port: u16,
    shell: Option<Child>,
}

const SHELL: &str = r#"log="$1"; shift; "$@" < /dev/null 2> "$log" & slapd=$!; cat > /dev/null; kill -9 $slapd"#;

/// Whether there is a slapd. Where there is none the tests say so and do nothing; with `CI=true` that is a failure.
pub fn is_there() -> bool {
    let there = Path::new(SLAPD).exists();
    assert!(there || std::env::var("CI").as_deref() != Ok("true"), "slapd must be installed: apt-get install slapd");
    if !there {
        eprintln!("SKIPPED: slapd is not installed (Debian: apt-get install slapd)");
    }
    there
}

impl Slapd {
    /// Starts one with the people of the file.
    pub fn start() -> Slapd {
        Slapd::start_with("")
    }

    /// Starts one with more people besides, as LDIF.
    pub fn start_with(more: &str) -> Slapd {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_path_buf();
        certificates(&place);
        fs::create_dir(place.join("db")).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("compat-tests/ldap");
        let text = fs::read_to_string(source.join("slapd.conf")).unwrap();
        let text = text.replace("{folder}", place.to_str().unwrap()).replace("{schema}", "/etc/ldap/schema");
        fs::write(place.join("slapd.conf"), text.replace("{modules}", "/usr/lib/ldap")).unwrap();
        let people = fs::read_to_string(source.join("people.ldif")).unwrap();
        fs::write(place.join("all.ldif"), format!("{people}\n{more}")).unwrap();
        let mut slapadd = Command::new(SLAPADD);
        slapadd.arg("-q").arg("-f").arg(place.join("slapd.conf")).arg("-l").arg(place.join("all.ldif"));
        let output = slapadd.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut slapd = Slapd { folder, port: free_port(), tls_port: free_port(), shell: None };
        slapd.up();
        slapd
    }

    /// Starts it again after [`Slapd::down`].
    pub fn up(&mut self) {
        let place = self.folder.path();
        let urls = format!("ldap://127.0.0.1:{}/ ldaps://127.0.0.1:{}/", self.port, self.tls_port);
        let mut command = Command::new("sh");
        // "stats" writes a line for every operation.
        command.args(["-c", SHELL, "sh"]).arg(place.join("log")).args([SLAPD, "-d", "stats", "-h", &urls, "-f"]);
        self.shell = Some(command.arg(place.join("slapd.conf")).stdin(Stdio::piped()).spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "slapd did not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it; the entries stay.
    pub fn down(&mut self) {
        if let Some(mut shell) = self.shell.take() {
            drop(shell.stdin.take());
            shell.wait().unwrap();
        }
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            assert!(Instant::now() < deadline, "slapd did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The certificate authority behind its certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// How many searches and binds it has seen.
    pub fn operations(&self) -> (usize, usize) {
        let log = self.log();
        let of = |what: &str| log.lines().filter(|line| line.contains(what)).count();
        (of(" SRCH base="), of(" BIND dn=\"") - of("mech=SIMPLE"))
    }

    /// Replaces the values of an attribute.
    pub fn replace(&self, uid: &str, attribute: &str, value: &str) {
        let values = std::collections::HashSet::from([value.to_owned()]);
        self.modify(&person(uid), vec![Mod::Replace(attribute.to_owned(), values)]);
    }

    /// Replaces the values of an attribute by one that is no text.
    pub fn modify_bytes(&self, uid: &str, attribute: &str, value: Vec<u8>) {
        let change = Mod::Replace(attribute.as_bytes().to_vec(), std::collections::HashSet::from([value]));
        self.as_admin(async |ldap| ldap.modify(&person(uid), vec![change]).await.unwrap().success().unwrap());
    }

    /// Changes an entry.
    pub fn modify(&self, dn: &str, changes: Vec<Mod<String>>) {
        self.as_admin(async |ldap| ldap.modify(dn, changes).await.unwrap().success().unwrap());
    }

    /// Removes an entry.
    pub fn delete(&self, dn: &str) {
        self.as_admin(async |ldap| ldap.delete(dn).await.unwrap().success().unwrap());
    }

    fn as_admin<T>(&self, work: impl AsyncFnOnce(&mut ldap3::Ldap) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (connection, mut ldap) = LdapConnAsync::new(&format!("ldap://127.0.0.1:{}", self.port)).await.unwrap();
            tokio::spawn(async move { connection.drive().await });
            ldap.simple_bind(ADMIN, "admin-secret").await.unwrap().success().unwrap();
            work(&mut ldap).await
        })
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        self.down();
    }
}

/// The DN of somebody.
pub fn person(uid: &str) -> String {
    format!("uid={uid},ou=people,{BASE}")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An authority, and a certificate of 127.0.0.1 that it vouches for.
fn certificates(place: &Path) {
    let openssl = |arguments: &str| {
        let output = Command::new("openssl").args(arguments.split(' ')).current_dir(place).output().unwrap();
        assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!("req -x509 {key} -keyout authority.key -out authority.pem -days 2 -subj /CN=authority"));
    openssl(&format!("req {key} -keyout server.key -out server.csr -subj /CN=directory"));
    fs::write(place.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    openssl(
        "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile names -out server.pem",
    );
}
