//! `/jobs`, and what happens by itself.

use kollegium::app::jobs::Waiting;
use kollegium::model::jobs::kinds;
use kollegium::server::{Options, build};
use serde_json::{Value, json};

use crate::world::{Person, eventually, seconds};

#[test]
fn jobs_that_are_ordered_are_carried_out_or_refused() {
    let admin = Person::admin();
    for kind in ["data_retention", "import_process", "export_process", "migrations", "active_users"] {
        let refused = admin.post("/jobs", json!({"type": kind})).expect(501);
        assert_eq!(refused.error(), "api.context.not_served.app_error");
        assert!(refused.json["message"].as_str().unwrap().contains(kind));
    }
    let job = admin.has_done("extract_content");
    assert_eq!((&job["status"], &job["progress"]), (&json!("success"), &json!(100)));
    assert!(job["start_at"].as_i64() >= job["create_at"].as_i64());
    let listed = admin.get("/jobs/type/extract_content").expect(200);
    assert!(listed.json.as_array().unwrap().iter().any(|other| other["id"] == job["id"]));
    assert_eq!(admin.post(&format!("/jobs/{}/cancel", job["id"].as_str().unwrap()), json!({})).status, 400);
    Person::new("ann").post("/jobs", json!({"type": "extract_content"})).expect(403);
}

#[test]
fn a_job_that_is_cancelled_in_time_is_not_begun() {
    let admin = Person::admin();
    let id = admin.post("/jobs", json!({"type": "draft_cleanup"})).expect(201).id();
    admin.post(&format!("/jobs/{id}/cancel"), json!({})).expect(200);
    std::thread::sleep(std::time::Duration::from_secs(4));
    let job = admin.get(&format!("/jobs/{id}")).expect(200).json;
    assert_eq!((&job["status"], &job["start_at"]), (&json!("canceled"), &json!(0)));
}

#[test]
fn of_several_nodes_one_begins_a_run() {
    let place = tempfile::tempdir().unwrap();
    let options =
        Options { config: place.path().join("config.json"), data_dir: place.path().join("data"), client_dir: None };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        // Nodes that only look at the database: nobody has started their own schedule.
        let (one, other) = (build(&options).await.unwrap(), build(&options).await.unwrap());
        let kind = kinds::DRAFT_CLEANUP;
        let (first, second) = tokio::join!(one.begin_scheduled(kind, None), other.begin_scheduled(kind, None));
        let mut begun: Vec<_> = [first.unwrap(), second.unwrap()].into_iter().flatten().collect();
        assert_eq!(begun.len(), 1);
        assert_eq!(other.waiting(kind).await.unwrap(), Waiting::UnderWay);
        one.close_run(begun.remove(0), None).await.unwrap();
        let Waiting::Nothing(Some(last)) = other.waiting(kind).await.unwrap() else { unreachable!("it is over") };
        assert!(other.begin_scheduled(kind, Some(last - 1)).await.unwrap().is_none(), "it was done just now");
        assert!(other.begin_scheduled(kind, Some(last)).await.unwrap().is_some());
    });
}

#[test]
fn do_not_disturb_ends_in_time() {
    let ann = Person::new("ann");
    let mut socket = ann.listens();
    let path = format!("/users/{}/status", ann.id);
    let status = || ann.get(&path).expect(200).json;
    eventually(|| Some(status()).filter(|status| status["status"] == "online"));
    socket.heard();
    // Ends are full minutes: this one has passed already, so that it may be over before the answer is written.
    let wish = json!({"user_id": ann.id, "status": "dnd", "dnd_end_time": seconds()});
    ann.put(&path, wish).expect(200);
    let mut heard = socket.heard();
    let after = eventually(|| Some(status()).filter(|status| status["status"] != "dnd"));
    assert_eq!(
        (&after["status"], &after["manual"], &after["dnd_end_time"]),
        (&json!("online"), &json!(false), &json!(0))
    );
    let told = |heard: &[Value], wanted: &str| {
        heard.iter().rposition(|e| e["event"] == "status_change" && e["data"]["status"] == wanted)
    };
    eventually(|| {
        heard.extend(socket.heard());
        told(&heard, "dnd").zip(told(&heard, "online")).filter(|(dnd, online)| dnd < online)
    });
}

#[test]
fn a_custom_status_is_gone_when_its_time_is_over() {
    let (ann, admin) = (Person::new("ann"), Person::admin());
    let until = |after: i64| {
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs((seconds() + after) as u64);
        humantime(at)
    };
    let wish = |at: String| json!({"text": "lunch", "emoji": "", "duration": "date_and_time", "expires_at": at});
    ann.put("/users/me/status/custom", wish(until(2))).expect(200);
    let ben = Person::new("ben");
    ben.put("/users/me/status/custom", wish(until(3600))).expect(200);
    let mut socket = ann.listens();
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(admin.has_done("custom_status_expiry")["status"], "success");
    let props = |person: &Person| person.get("/users/me").expect(200).json["props"]["customStatus"].clone();
    assert_eq!(props(&ann), "");
    assert!(props(&ben).as_str().unwrap().contains("lunch"));
    assert!(socket.names().contains(&"user_updated".to_owned()));
}

/// RFC 3339.
fn humantime(at: std::time::SystemTime) -> String {
    let days = at.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    let (day, second) = (days.div_euclid(86_400), days.rem_euclid(86_400));
    // Days to a date, by the usual shift of the year's begin to March.
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let y = yoe + era * 400 + i64::from(m <= 2);
    format!("{y:04}-{m:02}-{d:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

#[test]
fn drafts_that_nobody_can_send_are_removed() {
    let (ann, admin) = (Person::new("ann"), Person::admin());
    let team = ann.makes_team("crew");
    let room = ann.makes_channel(&team, "room", "O");
    let draft = |root: &str| json!({"user_id": ann.id, "channel_id": room, "root_id": root, "message": "half a"});
    ann.post("/drafts", draft("")).expect(201);
    ann.post("/drafts", draft("aaaaaaaaaaaaaaaaaaaaaaaaaa")).expect(201);
    assert_eq!(admin.has_done("draft_cleanup")["status"], "success");
    let left = ann.get(&format!("/users/me/teams/{team}/drafts")).expect(200).json;
    let roots: Vec<&str> = left.as_array().unwrap().iter().map(|d| d["root_id"].as_str().unwrap()).collect();
    assert_eq!(roots, [""]);
}
