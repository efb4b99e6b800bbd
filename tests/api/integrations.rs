//! `/hooks`, `/commands`, `/oauth/apps`: reading them.

use serde_json::json;

use crate::world::Person;

#[test]
fn what_clients_tell_and_ask_by_themselves_is_answered() {
    let ann = Person::new("ann");
    let report = json!({"version": "0.1.0", "start": 1, "end": 2, "labels": {}, "counters": [], "histograms": []});
    ann.post("/client_perf", report.clone()).expect(200);
    Person::anonymous().post("/client_perf", report).expect(401);
    assert!(matches!(Person::anonymous().get("/plugins/webapp").status, 200 | 501));
}

#[test]
fn there_are_lists_for_those_who_manage_them() {
    let (admin, ann) = (Person::admin(), Person::new("ann"));
    let team = ann.makes_team("crew");
    let unknown = "x".repeat(26);
    for (who, path, status, error) in [
        (&admin, format!("/hooks/incoming?team_id={team}"), 200, ""),
        (&admin, "/hooks/incoming?team_id=nonsense".into(), 200, ""),
        (&ann, format!("/hooks/outgoing?team_id={team}"), 200, ""),
        (&ann, "/hooks/outgoing".into(), 403, "api.context.permissions.app_error"),
        (&ann, format!("/hooks/outgoing?channel_id={unknown}"), 403, "api.context.permissions.app_error"),
        (&ann, format!("/hooks/incoming/{unknown}"), 404, "app.webhooks.get_incoming.app_error"),
        (&ann, format!("/hooks/outgoing/{unknown}"), 404, "app.webhooks.get_outgoing.app_error"),
        (&ann, format!("/commands?team_id={team}&custom_only=true"), 200, ""),
        (&ann, format!("/commands/{unknown}"), 404, "store.sql_command.save.get.app_error"),
        (&ann, "/commands".into(), 400, "api.context.invalid_body_param.app_error"),
        (&ann, format!("/teams/{team}/commands/autocomplete_suggestions?user_input=/nothing"), 200, ""),
        (&ann, "/oauth/apps".into(), 403, "api.command.admin_only.app_error"),
        (&admin, format!("/oauth/apps/{unknown}"), 404, "app.oauth.get_app.find.app_error"),
        (&ann, format!("/oauth/apps/{unknown}/info"), 404, "app.oauth.get_app.find.app_error"),
        (&ann, "/users/me/oauth/apps/authorized".into(), 200, ""),
    ] {
        let answer = who.get(&path).expect(status);
        assert_eq!(answer.error(), error, "{path}");
        assert!(status != 200 || answer.json == json!([]), "{path}: {}", answer.json);
    }
    // The commands that are built in belong to nobody.
    let offered = ann.get(&format!("/teams/{team}/commands/autocomplete")).expect(200);
    let offered = offered.json.as_array().unwrap().clone();
    assert!(offered.iter().any(|c| c["trigger"] == "away") && offered.iter().all(|c| c["creator_id"] == ""));
    let total = admin.get(&format!("/hooks/incoming?team_id={team}&include_total_count=true")).expect(200);
    assert_eq!(total.json, json!({"incoming_webhooks": [], "total_count": 0}));
}
