//! Mail domains: who may sign up, and who may be in which team, by every way into one.

use serde_json::{Value, json};

use crate::own::Own;
use crate::world::{Answer, PASSWORD, Person, unique};

/// The domain of the table.
const OWN: &str = "schule.example";
/// Another one of the table, which leads to another team.
const OTHER: &str = "andere.example";
/// Not of the table; the е is a Cyrillic one.
const ALIKE: &str = "schul\u{435}.example";

/// Somebody who has an account with an address.
struct Someone {
    what: &'static str,
    domain: &'static str,
    proven: bool,
    /// Whether the table lets them into the teams of [`OWN`].
    admitted: bool,
    /// Whether a list of a team that has [`OWN`] does, as the reference reads it.
    listed: bool,
}

const PEOPLE: &[Someone] = &[
    Someone { what: "allowed", domain: OWN, proven: true, admitted: true, listed: true },
    Someone { what: "upper case", domain: "SCHULE.Example", proven: true, admitted: true, listed: true },
    Someone { what: "foreign", domain: OTHER, proven: true, admitted: false, listed: false },
    Someone { what: "below", domain: "klasse.schule.example", proven: true, admitted: false, listed: false },
    Someone { what: "above", domain: "example", proven: true, admitted: false, listed: false },
    Someone { what: "longer", domain: "evilschule.example", proven: true, admitted: false, listed: false },
    Someone { what: "look-alike", domain: ALIKE, proven: true, admitted: false, listed: false },
    Someone { what: "unverified", domain: OWN, proven: false, admitted: false, listed: true },
];

/// A kind of team.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// An entry has its people join it at once.
    AtOnce,
    /// An entry lets its people join it.
    MayJoin,
    /// The same, by invitation only.
    Private,
    /// No entry names it, but it has a list of its own.
    Listed,
    /// Nothing is said of it.
    Free,
}

const KINDS: &[(Kind, &str)] = &[
    (Kind::AtOnce, "atonce"),
    (Kind::MayJoin, "mayjoin"),
    (Kind::Private, "private"),
    (Kind::Listed, "listed"),
    (Kind::Free, "free"),
];

impl Kind {
    fn admits(self, who: &Someone) -> bool {
        match self {
            Kind::AtOnce | Kind::MayJoin | Kind::Private => who.admitted,
            Kind::Listed => who.listed,
            Kind::Free => true,
        }
    }
}

/// A server with a table, and those who use it.
struct District {
    own: Own,
    admin: Person,
    head: Person,
    teams: Vec<Value>,
}

impl District {
    fn new(settings: &[(&str, &str)]) -> District {
        let on = ("MM_GUESTACCOUNTSSETTINGS_ENABLE", "true");
        let own = Own::start(&[&[on][..], settings].concat());
        let admin = own.admin();
        let head = own.person("head");
        let teams = KINDS.iter().map(|(kind, label)| {
            let shape = if *kind == Kind::Private { "I" } else { "O" };
            let body = json!({
                "name": unique(label), "display_name": label, "type": shape, "allow_open_invite": shape == "O",
            });
            admin.post("/teams", body).expect(201).json
        });
        let teams: Vec<Value> = teams.collect();
        let district = District { own, admin, head, teams };
        for (_, label) in KINDS {
            let team = district.team(label);
            district.admin.adds_to_team(&team, &district.head);
            let roles = json!({"scheme_admin": true, "scheme_user": true});
            district.admin.put(&format!("/teams/{team}/members/{}/schemeRoles", district.head.id), roles).expect(200);
        }
        let listed = district.team("listed");
        district.own.alter(&format!("UPDATE teams SET alloweddomains = '{OWN}' WHERE id = '{listed}'"));
        district.admin.post("/caches/invalidate", json!({})).expect(200);
        district
    }

    fn team(&self, label: &str) -> String {
        self.team_of(label)["id"].as_str().unwrap().to_owned()
    }

    fn team_of(&self, label: &str) -> &Value {
        &self.teams[KINDS.iter().position(|(_, known)| *known == label).unwrap()]
    }

    fn anonymous(&self) -> Person {
        self.admin.logged_out()
    }

    /// Puts the table into force.
    fn lists(&self) {
        let [at_once, may_join, private] = ["atonce", "mayjoin", "private"].map(|label| self.team(label));
        let body = json!({"teams": [at_once], "may_join": [may_join, private]});
        self.admin.put(&format!("/admission/domains/{OWN}"), body).expect(200);
        self.admin.put(&format!("/admission/domains/{OTHER}"), json!({})).expect(200);
    }

    /// An account, proven by the administrator's word or not at all.
    fn account(&self, domain: &str, proven: bool) -> Person {
        let name = unique("p");
        let body = json!({"username": name, "email": format!("{name}@{domain}"), "password": PASSWORD});
        let id = self.anonymous().post("/users", body).expect(201).id();
        if proven {
            self.admin.post(&format!("/users/{id}/email/verify/member"), json!({})).expect(200);
        }
        self.anonymous().logs_in(&name)
    }

    fn is_in(&self, team: &str, who: &Person) -> bool {
        let answer = self.admin.get(&format!("/teams/{team}/members/{}", who.id));
        answer.status == 200 && answer.json["delete_at"] == 0
    }

    fn teams_of(&self, who: &Person) -> Vec<String> {
        let teams = self.admin.get(&format!("/users/{}/teams", who.id)).expect(200).json;
        teams.as_array().unwrap().iter().map(|team| team["display_name"].as_str().unwrap().to_owned()).collect()
    }

    /// A mailed token, as if it had been mailed.
    fn token(&self, kind: &str, extra: &Value) -> String {
        let token = format!("{:0<64}", unique("token").replace('-', ""));
        self.own.alter(&format!(
            "INSERT INTO tokens (token, createat, type, extra) VALUES ('{token}', {}, '{kind}', '{extra}')",
            crate::world::seconds() * 1000
        ));
        token
    }

    fn invitation(&self, team: &str, email: &str) -> String {
        self.token(
            "team_invitation",
            &json!({"teamId": team, "email": email, "channels": "", "senderId": self.admin.id}),
        )
    }

    fn proves(&self, who: &Person, email: &str) {
        let token = self.token("verify_email", &json!({"UserId": who.id, "Email": email}));
        self.anonymous().post("/users/email/verify", json!({"token": token})).expect(200);
    }
}

/// A way into a team for somebody who has an account.
type Way = fn(&District, &Value, &Person) -> Answer;

fn added_by(who: &Person, team: &Value, other: &Person) -> Answer {
    let id = team["id"].as_str().unwrap();
    who.post(&format!("/teams/{id}/members"), json!({"team_id": id, "user_id": other.id}))
}

fn batch_by(who: &Person, team: &Value, other: &Person, query: &str) -> Answer {
    let id = team["id"].as_str().unwrap();
    who.post(&format!("/teams/{id}/members/batch{query}"), json!([{"team_id": id, "user_id": other.id}]))
}

const WAYS: &[(&str, Way)] = &[
    ("the open list", |_, team, who| added_by(who, team, who)),
    ("an administrator", |district, team, who| added_by(&district.admin, team, who)),
    ("a team administrator", |district, team, who| added_by(&district.head, team, who)),
    ("several at once", |district, team, who| batch_by(&district.admin, team, who, "")),
    ("several gracefully", |district, team, who| batch_by(&district.head, team, who, "?graceful=true")),
    ("an invitation link", |_, team, who| {
        who.post(&format!("/teams/members/invite?invite_id={}", team["invite_id"].as_str().unwrap()), json!({}))
    }),
    ("a mailed invitation", |district, team, who| {
        let token = district.invitation(team["id"].as_str().unwrap(), "whoever@schule.example");
        who.post(&format!("/teams/members/invite?token={token}"), json!({}))
    }),
];

#[test]
fn every_way_into_every_kind_of_team() {
    let district = District::new(&[]);
    let people: Vec<Person> = PEOPLE.iter().map(|who| district.account(who.domain, who.proven)).collect();
    district.lists();
    let mut wrong = Vec::new();
    for (who, person) in PEOPLE.iter().zip(&people) {
        for (kind, label) in KINDS {
            let team = district.team_of(label);
            let id = district.team(label);
            for (way, goes) in WAYS {
                let answer = goes(&district, team, person);
                // Nobody joins a private team by themself.
                let open = !(*kind == Kind::Private && *way == "the open list");
                let wanted = open && kind.admits(who);
                let graceful_error = &answer.json[0]["error"];
                let refused = answer.status >= 400 || graceful_error.is_object();
                if district.is_in(&id, person) != wanted || refused == wanted {
                    wrong.push(format!("{} into {label} by {way}: {} {}", who.what, answer.status, answer.json));
                }
                let said = graceful_error["message"].as_str().or(answer.json["message"].as_str()).unwrap_or_default();
                if open && !wanted && !(said.ends_with('.') && said.contains("mail address")) {
                    wrong.push(format!("{} into {label} by {way} reads {said:?}", who.what));
                }
                district.admin.delete(&format!("/teams/{id}/members/{}", person.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_way_of_signing_up_with_an_invitation() {
    let district = District::new(&[]);
    district.lists();
    let mut wrong = Vec::new();
    for (what, domain, listed, admitted) in [
        ("allowed", OWN, true, true),
        ("upper case", "Schule.EXAMPLE", true, true),
        ("foreign", OTHER, true, false),
        ("unknown", "example.org", false, false),
        ("below", "klasse.schule.example", false, false),
        ("look-alike", ALIKE, false, false),
        ("trailing dot", "schule.example.", false, false),
        ("two at", "evil.org@schule.example", false, false),
        ("full-width", "ｓchule.example", false, false),
    ] {
        for (kind, label) in KINDS {
            let (team, id) = (district.team_of(label), district.team(label));
            let link = team["invite_id"].as_str().unwrap();
            for way in ["link", "token", "administrator", "nothing"] {
                let name = unique("p");
                let email = format!("{name}@{domain}").to_lowercase();
                let body = json!({"username": name, "email": email, "password": PASSWORD, "email_verified": true});
                let answer = match way {
                    "link" => district.anonymous().post(&format!("/users?iid={link}"), body),
                    "token" => {
                        let token = district.invitation(&id, &email);
                        district.anonymous().post(&format!("/users?t={token}"), body)
                    }
                    "administrator" => district.admin.post("/users", body),
                    _ => district.anonymous().post("/users", body),
                };
                let invited = matches!(way, "link" | "token");
                let may_join = match kind {
                    Kind::AtOnce | Kind::MayJoin | Kind::Private => admitted,
                    Kind::Listed => domain.to_lowercase() == OWN,
                    Kind::Free => true,
                };
                let gets_account = listed && (!invited || may_join);
                let case = format!("{what} for {label} by {way}: {} {}", answer.status, answer.json);
                if (answer.status == 201) != gets_account {
                    wrong.push(case);
                    continue;
                }
                if !gets_account {
                    continue;
                }
                let person = district.anonymous().logs_in(&name);
                let proven = way == "token" || way == "administrator";
                let gated = matches!(kind, Kind::AtOnce | Kind::MayJoin | Kind::Private);
                if district.is_in(&id, &person) != (proven || !gated) && invited {
                    wrong.push(format!("{case}, and then in it: {}", district.is_in(&id, &person)));
                }
                district.proves(&person, &email);
                let at_once = *kind == Kind::AtOnce && admitted;
                if district.is_in(&id, &person) != (invited || at_once) {
                    wrong.push(format!("{case}, and once proven in it: {}", district.is_in(&id, &person)));
                }
                if district.teams_of(&person).contains(&"atonce".to_owned()) != admitted {
                    wrong.push(format!("{case}, and once proven in {:?}", district.teams_of(&person)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn invitations_go_to_admitted_addresses_only() {
    let district = District::new(&[("MM_SERVICESETTINGS_ENABLEEMAILINVITATIONS", "true")]);
    district.lists();
    let town = |team: &str| district.admin.get(&format!("/teams/{team}/channels/name/town-square")).expect(200).id();
    for (address, admitted) in [
        ("new@schule.example", true),
        ("New+x@SCHULE.example", true),
        ("new@andere.example", false),
        ("new@schul\u{435}.example", false),
        ("new@evil.org@schule.example", false),
    ] {
        for label in ["atonce", "mayjoin", "private"] {
            let team = district.team(label);
            let status = if admitted { 200 } else { 400 };
            district.head.post(&format!("/teams/{team}/invite/email"), json!([address])).expect(status);
            let graceful = district.head.post(&format!("/teams/{team}/invite/email?graceful=true"), json!([address]));
            assert_eq!(graceful.expect(200).json[0]["error"].is_null(), admitted, "{address} {label}");
            let body = json!({"emails": [address], "channels": [town(&team)]});
            let guests = district.admin.post(&format!("/teams/{team}/invite-guests/email?graceful=true"), body);
            assert!(guests.status == 400 || guests.json[0]["error"].is_null() == admitted, "{address} {}", guests.json);
        }
    }
    // A team that no entry names takes guests of any domain.
    let free = district.team("free");
    let body = json!({"emails": ["aunt@home.example"], "channels": [town(&free)]});
    district.admin.post(&format!("/teams/{free}/invite-guests/email"), body).expect(200);
    district.head.post(&format!("/teams/{free}/invite/email"), json!(["aunt@home.example"])).expect(400);
}

#[test]
fn a_changed_address_is_proven_anew_and_judged_anew() {
    let district = District::new(&[]);
    district.lists();
    let person = district.account(OWN, true);
    assert_eq!(district.teams_of(&person), ["atonce"]);
    let free = district.team("free");
    district.admin.adds_to_team(&free, &person);
    let old = person.get("/users/me").expect(200).json["email"].clone();
    let new = format!("{}@{OTHER}", person.username);
    let change = json!({"email": new, "password": PASSWORD});
    let answer = person.put("/users/me/patch", change).expect(200).json;
    assert_eq!(answer["email"], old, "the old address stays until the new one is proven");
    assert_eq!(district.teams_of(&person), ["atonce", "free"]);
    let mut socket = person.listens();
    district.proves(&person, &new);
    assert_eq!(person.get("/users/me").expect(200).json["email"], new.as_str());
    assert_eq!(district.teams_of(&person), ["free"]);
    let left = std::iter::from_fn(|| socket.next()).find(|event| event["event"] == "leave_team");
    assert_eq!(left.unwrap()["data"]["team_id"], district.team("atonce").as_str());
    let log = district.admin.get(&format!("/access_log?user_id={}&event=team_left", person.id)).expect(200).json;
    assert_eq!(log[0]["detail"]["team_id"], district.team("atonce").as_str(), "{log}");
    let unlisted = json!({"email": format!("{}@example.org", person.username), "password": PASSWORD});
    person.put("/users/me/patch", unlisted).expect(400);
    // And back again.
    district.proves(&person, old.as_str().unwrap());
    assert_eq!(district.teams_of(&person), ["atonce", "free"]);
}

#[test]
fn the_table_is_kept_by_administrators() {
    let district = District::new(&[]);
    let path = "/admission/domains/lehrer.schule.example";
    let at_once = district.team("atonce");
    let room = district.admin.makes_channel(&at_once, "staff", "P");
    let name = district.team_of("mayjoin")["name"].clone();
    let body = json!({"teams": [at_once], "may_join": [name], "channels": [room], "role": "team_admin"});
    for somebody in [&district.head, &district.anonymous()] {
        let status = if somebody.token.is_some() { 403 } else { 401 };
        somebody.put(path, body.clone()).expect(status);
        somebody.delete(path).expect(status);
        somebody.get("/admission/domains").expect(status);
        somebody.get("/admission/domains/check?address=a@b.c").expect(status);
    }
    let made = district.admin.put(path, body).expect(200).json;
    assert_eq!(made["may_join"], json!([district.team("mayjoin")]));
    assert_eq!(district.admin.get("/admission/domains").expect(200).json, json!([made]));
    let teacher = district.account("lehrer.schule.example", true);
    let member = district.admin.get(&format!("/teams/{at_once}/members/{}", teacher.id)).expect(200).json;
    assert_eq!(member["scheme_admin"], true);
    teacher.get(&format!("/channels/{room}/members/me")).expect(200);
    let checked = district.admin.get("/admission/domains/check?address=X@LEHRER.schule.example").expect(200).json;
    assert_eq!((&checked["may_sign_up"], &checked["teams"][0]["admitted"]), (&json!(true), &json!(true)), "{checked}");
    for (domain, wrong) in [
        ("*.de", json!({})),
        ("a%20b", json!({})),
        ("x.example", json!({"teams": ["nothing"]})),
        ("x.example", json!({"channels": [room]})),
        ("x.example", json!({"teams": [at_once], "channels": ["x/y"]})),
        ("x.example", json!({"role": "emperor"})),
    ] {
        district.admin.put(&format!("/admission/domains/{domain}"), wrong.clone()).expect(400);
    }
    let off = json!({"teams": [at_once], "enabled": false});
    district.admin.put(path, off).expect(200);
    let name = unique("p");
    let late = json!({"username": name, "email": format!("{name}@lehrer.schule.example"), "password": PASSWORD});
    district.anonymous().post("/users", late.clone()).expect(400);
    district.admin.delete(path).expect(200);
    district.admin.delete(path).expect(404);
    district.anonymous().post("/users", late).expect(201);
    let log = district.admin.get("/access_log?event=domain_set").expect(200).json;
    assert_eq!((log.as_array().unwrap().len(), &log[1]["detail"]["role"]), (2, &json!("team_admin")), "{log}");
}

#[test]
fn a_guest_becomes_a_member_of_their_domain() {
    let district = District::new(&[]);
    district.lists();
    let guest = district.account(OWN, false);
    district.admin.post(&format!("/users/{}/demote", guest.id), json!({})).expect(200);
    district.proves(&guest, &format!("{}@{OWN}", guest.username));
    assert!(district.teams_of(&guest).is_empty(), "guests are where they were invited to");
    district.admin.post(&format!("/users/{}/promote", guest.id), json!({})).expect(200);
    assert_eq!(district.teams_of(&guest), ["atonce"]);
}

#[test]
fn nobody_unproven_logs_in_where_proof_is_asked_for() {
    let district = District::new(&[]);
    district.lists();
    let name = unique("p");
    let email = format!("{name}@{OWN}");
    let body = json!({"username": name, "email": email, "password": PASSWORD});
    district.anonymous().post("/users", body).expect(201);
    let settings = json!({"EmailSettings": {"RequireEmailVerification": true}});
    district.admin.put("/config/patch", settings).expect(200);
    let login = json!({"login_id": name, "password": PASSWORD});
    let refused = district.anonymous().post("/users/login", login.clone()).expect(401);
    assert_eq!(refused.error(), "api.user.login.not_verified.app_error");
    let said = district.admin.get(&format!("/admission/explain?login={name}")).expect(200).json;
    assert_eq!((&said["admitted"], &said["teams"][0]["admitted"]), (&json!(false), &json!(false)), "{said}");
    assert!(said["teams"][0]["why"].as_str().unwrap().contains("not proven"), "{said}");
    let id = district.admin.get(&format!("/users/username/{name}")).expect(200).id();
    let mut person = district.anonymous();
    person.id = id;
    district.proves(&person, &email);
    district.anonymous().post("/users/login", login).expect(200);
    let said = district.admin.get(&format!("/admission/explain?login={name}")).expect(200).json;
    let joins: Vec<bool> =
        said["teams"].as_array().unwrap().iter().map(|team| team["admitted"].as_bool().unwrap()).collect();
    assert_eq!((&said["admitted"], joins), (&json!(true), vec![true; 3]), "{said}");
}

#[test]
fn commands_are_heard_by_a_running_server() {
    let district = District::new(&[]);
    let team = district.team_of("atonce")["name"].as_str().unwrap().to_owned();
    let said = district.own.runs(&["domains", "set", "*.SCHÜLE.example", "--team", &team]);
    assert!(said.contains("*.xn--schle-mva.example (*.schüle.example); joins"), "{said}");
    let pupil = district.account("klasse.schüle.example", true);
    assert_eq!(district.teams_of(&pupil), ["atonce"]);
    let said = district.own.runs(&["auth", "explain", &pupil.username]);
    assert!(said.contains(&format!("joins     team {team}: the address is of *.schüle.example")), "{said}");
    let said = district.own.runs(&["domains", "check", "x@schüle.example"]);
    assert!(said.contains("refused") && said.contains("No account"), "{said}");
    assert!(district.own.runs(&["domains", "remove", "*.schüle.example"]).contains("Removed"));
    assert!(district.own.runs(&["domains", "list"]).contains("empty"));
    let log = district.admin.get("/access_log?event=domain_removed").expect(200).json;
    assert_eq!(log[0]["detail"]["by"], "command line", "{log}");
}
