//! The command line: each command says what it did, and a refused one says why and fails.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use diesel::{Connection, RunQueryDsl, SqliteConnection};
use tar::EntryType;

/// Runs a command in a folder of its own, without settings from the tester's environment.
fn kollegium(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kollegium"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MM_")) {
        command.env_remove(name);
    }
    command.env("MM_KOLLEGIUMSETTINGS_PASSWORDWORKFACTOR", "1000").current_dir(folder).args(args);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // One that asks for nothing may have ended before.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn done(folder: &Path, args: &[&str]) -> String {
    let output = kollegium(folder, args, "");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn refused(folder: &Path, args: &[&str]) -> String {
    let output = kollegium(folder, args, "");
    assert!(!output.status.success(), "{args:?} was not refused");
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn versions() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(done(folder.path(), &["version"]).starts_with("Kollegium "));
    assert!(done(folder.path(), &["--help"]).contains("config"));
}

#[test]
fn settings_are_checked_shown_and_set() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(done(folder, &["config", "check"]).contains("the defaults hold"));
    assert!(!folder.join("config.json").exists() && !folder.join("data").exists(), "nothing is written by looking");
    assert!(done(folder, &["config", "set", "TeamSettings.SiteName", "Campus"]).contains("\"Campus\""));
    assert_eq!(done(folder, &["config", "show", "TeamSettings.SiteName"]).trim(), "\"Campus\"");
    done(folder, &["config", "set", "TeamSettings.MaxUsersPerTeam", "77"]);
    assert_eq!(done(folder, &["config", "show", "TeamSettings.MaxUsersPerTeam"]).trim(), "77");
    done(folder, &["config", "set", "EmailSettings.SMTPPassword", "hush"]);
    assert!(!done(folder, &["config", "show"]).contains("hush"));
    assert!(
        refused(folder, &["config", "set", "TeamSettings.MaxUsersPerTeam", "many"])
            .contains("TeamSettings.MaxUsersPerTeam")
    );
    assert!(refused(folder, &["config", "set", "TeamSettings.Nonsense", "1"]).contains("no setting"));
    assert!(refused(folder, &["config", "show", "Nonsense"]).contains("no setting"));
    std::fs::write(folder.join("config.json"), "{").expect("written");
    assert!(refused(folder, &["config", "check"]).contains("config.json"));
    assert!(refused(folder, &["user", "password", "ann", "--password", "x"]).contains("config.json"));
}

#[test]
fn the_examples_are_right() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["campus", "campus-directory", "campus-single-sign-on", "school-district", "single-box"] {
        let file = format!("{}/config/{name}.json", env!("CARGO_MANIFEST_DIR"));
        assert!(done(folder.path(), &["config", "check", "--config", &file]).contains("is fine"));
        let example: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&file).expect("the example")).expect("JSON");
        for (section, keys) in example.as_object().expect("sections") {
            for key in keys.as_object().expect("keys").keys() {
                done(folder.path(), &["config", "show", &format!("{section}.{key}")]);
            }
        }
    }
}

#[test]
fn accounts_are_moved_to_a_provider_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    // The first account of a server administers it.
    for name in ["root", "ann", "ben"] {
        let email = format!("{name}@campus.example");
        let mut make = vec!["user", "create", name, "--email", &email, "--password", "Secret-pass-1!"];
        if name == "root" {
            make.push("--admin");
        }
        done(folder, &make);
    }
    let migrate = ["auth", "migrate", "--from", "email", "--to", "openid"];
    let with = |more: &[&'static str]| [&migrate[..], more].concat();
    let tried = done(folder, &with(&["--by", "mail", "--dry-run"]));
    assert!(tried.contains("@ann: whoever has that address there first") && tried.contains("@root stays"), "{tried}");
    assert!(tried.contains("2 accounts would move from email to openid; 1 stay."), "{tried}");
    std::fs::write(folder.join("map.csv"), "ann, sub-1\nben@campus.example,sub-1\nnobody,x\n").expect("written");
    let moved = done(folder, &with(&["--file", "map.csv"]));
    assert!(moved.contains("@ann: sub-1") && moved.contains("@nobody stays"), "{moved}");
    assert!(moved.contains("@ben stays: @ann has that id"), "{moved}");
    let again = done(folder, &with(&["--by", "mail"]));
    assert!(again.contains("1 accounts moved"), "{again}");
    let back = done(folder, &["auth", "migrate", "--from", "openid", "--to", "email", "--by", "mail"]);
    assert!(back.contains("2 accounts moved from openid to email; 0 stay."), "{back}");
    refused(folder, &migrate);
    refused(folder, &with(&["--by", "mail", "--file", "map.csv"]));
    refused(folder, &with(&["--file", "nowhere.csv"]));
    assert!(refused(folder, &["auth", "migrate", "--from", "email", "--to", "saml", "--by", "mail"]).contains("saml"));
}

#[test]
fn a_database_is_migrated_and_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(done(folder, &["db", "migrate"]).contains("ran 0001_reference"));
    assert!(done(folder, &["db", "migrate"]).contains("up to date"));
    assert!(done(folder, &["db", "check"]).contains("up to date"));
}

#[test]
fn a_seeded_database_is_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let seed = ["dev", "seed", "--people", "30", "--channels", "3", "--posts", "200", "--replies", "20"];
    assert!(done(folder, &seed).contains("a channel of 200 posts"));
    assert!(refused(folder, &seed).contains("team"), "a second time it is there already");
    assert!(done(folder, &["db", "verify"]).contains("every counter is right"));
    let path = folder.join("data/kollegium.db");
    let mut database = SqliteConnection::establish(path.to_str().expect("text")).expect("the database");
    for statement in [
        "UPDATE channels SET totalmsgcount = totalmsgcount - 3 WHERE name = 'seed-many-posts'",
        "UPDATE threads SET replycount = 19",
        "UPDATE channelmembers SET mentioncount = 5 WHERE channelid = (SELECT id FROM channels WHERE name = 'seed-room-001')",
    ] {
        diesel::sql_query(statement).execute(&mut database).expect("a counter is changed");
    }
    let output = kollegium(folder, &["db", "verify"], "");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(!output.status.success());
    assert!(said.contains("totalmsgcount is 197, counted at least 200"), "{said}");
    assert!(said.contains("replycount is 19, counted 20") && said.contains("mentioncount is 5, counted 0"), "{said}");
}

#[test]
fn accounts_and_teams() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let made = kollegium(folder, &["user", "create", "ann", "--email", "ann@example.org"], "Secret-pass-1!\n");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(String::from_utf8_lossy(&made.stdout).contains("system_admin"), "the first one administers");
    let bob = ["user", "create", "bob", "--email", "bob@example.org", "--password", "Secret-pass-2!"];
    assert!(done(folder, &bob).contains("roles system_user"));
    assert!(refused(folder, &bob).starts_with("kollegium: "), "the name is taken");
    assert!(
        refused(folder, &["user", "create", "cid", "--email", "cid@example.org", "--password", "x"])
            .contains("kollegium: ")
    );
    assert!(
        done(folder, &["user", "password", "bob@example.org", "--password", "Other-pass-3!"]).contains("new password")
    );
    assert!(
        done(folder, &["user", "roles", "bob", "system_user", "system_admin"]).contains("system_user system_admin")
    );
    assert!(refused(folder, &["user", "roles", "bob", "emperor"]).contains("role"));
    assert!(done(folder, &["user", "activate", "bob", "--off"]).contains("closed"));
    assert!(done(folder, &["user", "activate", "bob"]).contains("open"));
    assert!(refused(folder, &["user", "activate", "nobody"]).contains("no such user"));
    assert!(
        done(folder, &["team", "create", "physics", "--owner", "ann", "--display-name", "Physics"]).contains("Physics")
    );
    assert!(refused(folder, &["team", "create", "physics", "--owner", "ann"]).starts_with("kollegium: "));
}

#[test]
fn the_table_of_mail_domains() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let create = |name: &str, email: &str| {
        done(folder, &["user", "create", name, "--email", email, "--password", "Secret-pass-1!"])
    };
    create("ann", "ann@schule.example");
    done(folder, &["team", "create", "school", "--owner", "ann"]);
    done(folder, &["team", "create", "town", "--owner", "ann"]);
    assert!(done(folder, &["domains", "list"]).contains("empty"));
    let set = ["domains", "set", "Lehrer.Schule.example", "--team", "school", "--may-join", "town"];
    let more = ["--channel", "school/town-square", "--role", "team-admin"];
    let said = done(folder, &[&set[..], &more].concat());
    assert!(said.contains("lehrer.schule.example; joins school; may join town; channels school/town-square; as team"));
    assert_eq!(done(folder, &["domains", "list"]).lines().count(), 1);
    for (wrong, why) in [
        (&["domains", "set", "*.de"][..], "no mail domain"),
        (&["domains", "set", "a.b", "--team", "nowhere"], "no team nowhere"),
        (&["domains", "set", "a.b", "--team", "town", "--channel", "school/off-topic"], "school/off-topic"),
        (&["domains", "set", "a.b", "--channel", "school/off-topic"], "name the team"),
        (&["domains", "set", "a.b", "--role", "emperor"], "emperor"),
        (&["domains", "remove", "a.b"], "no entry"),
        (&["user", "create", "eve", "--email", "eve@evil.example", "--password", "Secret-pass-1!"], "not admitted"),
    ] {
        let said = refused(folder, wrong);
        assert!(said.contains(why), "{wrong:?}: {said}");
    }
    create("ben", "ben@lehrer.schule.example");
    let said = done(folder, &["auth", "explain", "ben"]);
    assert!(said.contains("joins     team school: the address is of lehrer.schule.example"), "{said}");
    assert!(said.contains("may join  team town"), "{said}");
    let said = done(folder, &["auth", "explain", "ann"]);
    assert!(said.contains("refused   team school: it is only for people of lehrer.schule.example"), "{said}");
    let said = done(folder, &["domains", "check", "x@lehrer.schul\u{435}.example"]);
    assert!(said.contains("xn--") && said.contains("No account"), "{said}");
    assert!(done(folder, &["domains", "check", "a@b@lehrer.schule.example"]).contains("not clearly of one domain"));
    done(folder, &["domains", "set", "lehrer.schule.example", "--off"]);
    assert!(done(folder, &["domains", "list"]).contains("switched off"));
    done(folder, &["domains", "remove", "lehrer.schule.example"]);
    create("eve", "eve@evil.example");
}

/// An entry of an archive: its name as it is, what it is, what it leads to, and its content.
type Packed<'a> = (&'a str, EntryType, &'a str, &'a [u8]);

/// Packs an archive; names are written as they are, whatever the crate thinks of them.
fn pack(path: &Path, entries: &[Packed<'_>]) {
    let file = std::fs::File::create(path).expect("a file");
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(file, flate2::Compression::fast()));
    for (name, kind, leads_to, content) in entries {
        let mut header = tar::Header::new_gnu();
        let raw = header.as_old_mut();
        raw.name.iter_mut().zip(name.bytes()).for_each(|(to, from)| *to = from);
        raw.linkname.iter_mut().zip(leads_to.bytes()).for_each(|(to, from)| *to = from);
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_790_000_000);
        header.set_cksum();
        tar.append(&header, *content).expect("it is packed");
    }
    tar.into_inner().expect("packed").finish().expect("packed");
}

const DIR: EntryType = EntryType::Directory;
const FILE: EntryType = EntryType::Regular;

#[test]
fn a_release_is_installed_whichever_way_it_is_packed() {
    let script = "console.log('chat');\n".repeat(500);
    for top in ["mattermost/", "./mattermost/", "", "./"] {
        let folder = tempfile::tempdir().expect("a folder");
        let name = |rest: &str| format!("{top}{rest}");
        let [program, client, root, main, deep] =
            ["bin/mattermost", "client/", "client/root.html", "client/main.1.js", "client/css/deep/a.css"].map(name);
        pack(
            &folder.path().join("release.tar.gz"),
            &[
                (&program, FILE, "", b"program"),
                (&client, DIR, "", b""),
                (&root, FILE, "", b"<html><title>Mattermost</title></html>"),
                (&main, FILE, "", script.as_bytes()),
                (&deep, FILE, "", b"a{}"),
            ],
        );
        let said = done(folder.path(), &["client", "install", "release.tar.gz"]);
        assert!(
            said.contains("Installed the web client in data/client: 3 files") && said.contains("1 of them"),
            "{said}"
        );
        let client = folder.path().join("data/client");
        assert_eq!(std::fs::read_to_string(client.join("main.1.js")).expect("the script"), script);
        assert!(client.join("main.1.js.br").exists() && client.join("css/deep/a.css").exists());
        assert!(!folder.path().join("data/bin").exists() && !folder.path().join("bin").exists());
        assert!(done(folder.path(), &["client", "install", "release.tar.gz"]).contains("Replaced"));
        let elsewhere = done(folder.path(), &["client", "install", "release.tar.gz", "--client-dir", "elsewhere"]);
        assert!(elsewhere.contains("elsewhere") && folder.path().join("elsewhere/root.html").exists());
    }
}

#[test]
fn hostile_archives_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let root: Packed<'_> = ("mattermost/client/root.html", FILE, "", b"new");
    pack(&folder.join("good.tar.gz"), &[("mattermost/client/root.html", FILE, "", b"old")]);
    done(folder, &["client", "install", "good.tar.gz"]);
    let zeros = vec![0; 1 << 20];
    let many: Vec<String> = (0..50_001).map(|n| format!("mattermost/client/{n}")).collect();
    let many: Vec<Packed<'_>> = many.iter().map(|name| (name.as_str(), FILE, "", &b""[..])).collect();
    for (what, entries) in [
        ("a way out", vec![root, ("mattermost/client/../../evil", FILE, "", b"x")]),
        ("a way far out", vec![root, ("mattermost/client/../../../../../../tmp/kollegium-evil", FILE, "", b"x")]),
        ("a link out", vec![root, ("mattermost/client/link", EntryType::Symlink, "/etc", b"")]),
        (
            "a link for a folder",
            vec![
                root,
                ("mattermost/client/a", EntryType::Symlink, "/tmp", b""),
                ("mattermost/client/a/evil", FILE, "", b"x"),
            ],
        ),
        ("the client is a link", vec![("mattermost/client", EntryType::Symlink, "/tmp", b""), root]),
        ("a hard link", vec![root, ("mattermost/client/hard", EntryType::Link, "/etc/passwd", b"")]),
        ("a device", vec![root, ("mattermost/client/null", EntryType::Char, "", b"")]),
        ("a pipe", vec![root, ("mattermost/client/pipe", EntryType::Fifo, "", b"")]),
        ("no client", vec![("mattermost/bin/mattermost", FILE, "", b"x")]),
        ("absolute names", vec![("/mattermost/client/root.html", FILE, "", b"new")]),
        ("too many files", [vec![root], many].concat()),
        ("a file in place of a folder", vec![root, ("mattermost/client/root.html/x", FILE, "", b"x")]),
    ] {
        pack(&folder.join("bad.tar.gz"), &entries);
        let said = refused(folder, &["client", "install", "bad.tar.gz"]);
        assert!(said.starts_with("kollegium: "), "{what}: {said}");
        assert_eq!(std::fs::read(folder.join("data/client/root.html")).expect("the client"), b"old", "{what}");
        let left: Vec<_> =
            std::fs::read_dir(folder.join("data")).expect("data").flatten().map(|e| e.file_name()).collect();
        assert_eq!(left, ["client"], "{what} leaves something behind");
    }
    assert!(!Path::new("/tmp/kollegium-evil").exists() && !folder.join("evil").exists());
    // A small archive that becomes a large file is told by what it says of itself.
    let file = std::fs::File::create(folder.join("bomb.tar.gz")).expect("a file");
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let mut header = tar::Header::new_gnu();
    header.set_path("mattermost/client/root.html").expect("a name");
    header.set_size(1 << 40);
    header.set_cksum();
    packed.write_all(header.as_bytes()).expect("written");
    (0..64).for_each(|_| packed.write_all(&zeros).expect("written"));
    packed.finish().expect("written");
    assert!(refused(folder, &["client", "install", "bomb.tar.gz"]).contains("larger than any real one"));
    std::fs::write(folder.join("cut.tar.gz"), &std::fs::read(folder.join("good.tar.gz")).expect("good")[..40])
        .expect("cut");
    assert!(refused(folder, &["client", "install", "cut.tar.gz"]).starts_with("kollegium: "));
    assert_eq!(std::fs::read(folder.join("data/client/root.html")).expect("the client"), b"old");
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(refused(folder, &["nonsense"]).contains("nonsense"));
    assert!(refused(folder, &["user", "create", "ann"]).contains("--email"));
    assert!(
        refused(folder, &["user", "create", "ann", "--email", "a@example.org"]).contains("no password"),
        "an empty input"
    );
    assert!(refused(folder, &["client", "install", "missing.tar.gz"]).contains("missing.tar.gz"));
    assert!(refused(folder, &["db", "check"]).starts_with("kollegium: "));
    assert!(
        refused(folder, &["config", "set", "ServiceSettings.ListenAddress", "8065"])
            .contains("ServiceSettings.ListenAddress")
    );
    assert!(!folder.join("config.json").exists(), "what is refused is not written");
    std::fs::write(folder.join("file"), "").expect("written");
    assert!(refused(folder, &["db", "migrate", "--data-dir", "file"]).contains("file"));
    assert!(refused(folder, &["serve", "--data-dir", "file/data"]).contains("file/data"));
    let postgres = ["db", "check", "--config", "postgres.json"];
    let source = "postgres://chat:hush-hush@127.0.0.1:1/chat";
    let settings = format!("{{\"SqlSettings\":{{\"DriverName\":\"postgres\",\"DataSource\":\"{source}\"}}}}");
    std::fs::write(folder.join("postgres.json"), settings).expect("written");
    let said = refused(folder, &postgres);
    assert!(said.contains("127.0.0.1:1") && !said.contains("hush-hush"), "{said}");
    let shown = done(folder, &["config", "show", "SqlSettings", "--config", "postgres.json"]);
    assert!(!shown.contains("hush-hush"), "{shown}");
}

#[test]
fn a_client_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("x.tar.gz"), "no archive").expect("written");
    assert!(refused(folder.path(), &["client", "install", "x.tar.gz"]).starts_with("kollegium: "));
    assert!(!folder.path().join("data/client").exists());
}
