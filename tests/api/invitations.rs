//! Invitations into a team: by link, by mail, and of guests (`/teams/{team_id}/invite/email`, `/invite-guests/email`).

use serde_json::{Value, json};

use crate::mailbox::Mailbox;
use crate::own::Own;
use crate::world::{PASSWORD, Person, eventually, unique};

const HOUR: i64 = 60 * 60 * 1000;

fn server(mailbox: &Mailbox) -> Own {
    let port = mailbox.port.to_string();
    Own::start(&[
        ("MM_EMAILSETTINGS_SMTPSERVER", "127.0.0.1"),
        ("MM_EMAILSETTINGS_SMTPPORT", port.as_str()),
        ("MM_SERVICESETTINGS_ENABLEEMAILINVITATIONS", "true"),
        ("MM_TEAMSETTINGS_ENABLEOPENSERVER", "true"),
        ("MM_GUESTACCOUNTSSETTINGS_ENABLE", "true"),
    ])
}

/// A private team of somebody's.
fn private_team(of: &Person) -> String {
    of.post("/teams", json!({"name": unique("crew"), "display_name": "Crew", "type": "I"})).expect(201).id()
}

/// The secret in the newest mail to an address, as soon as there are so many.
fn link(mailbox: &Mailbox, address: &str, mails: usize) -> String {
    let mail = eventually(|| Some(mailbox.at(address)).filter(|found| found.len() >= mails)).pop().unwrap();
    let at = mail.find("t=3D").or_else(|| mail.find("t=")).unwrap();
    let rest = mail[at..].trim_start_matches("t=").trim_start_matches("3D");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// Signs up with the secret of a mail.
fn signs_up(own: &Own, address: &str, token: &str) -> crate::world::Answer {
    let name = address.split('@').next().unwrap();
    let account = json!({"username": name, "email": address, "password": PASSWORD});
    own.admin().logged_out().post(&format!("/users?t={token}"), account)
}

#[test]
fn an_invitation_by_mail_leads_into_the_team_and_its_channels_once() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox);
    let (ann, address) = (own.person("ann"), format!("{}@example.com", unique("new")));
    let team = private_team(&ann);
    let room = ann.makes_channel(&team, "room", "P");
    let invitation = json!({"emails": [address.to_uppercase()], "channelIds": [room], "message": "Come!"});
    let told = ann.post(&format!("/teams/{team}/invite/email?graceful=true"), invitation).expect(200).json;
    assert_eq!(told, json!([{"email": address, "error": null}]));

    let token = link(&mailbox, &address, 1);
    signs_up(&own, &address, &token).expect(201);
    let new = ann.logged_out().logs_in(address.split('@').next().unwrap());
    new.get(&format!("/teams/{team}/members/me")).expect(200);
    new.get(&format!("/channels/{room}/members/me")).expect(200);
    assert_eq!(new.get("/users/me").expect(200).json["email_verified"], true);
    signs_up(&own, "another@example.com", &token).expect(404);
}

#[test]
fn an_invitation_is_good_for_two_days_for_its_address_and_until_it_is_revoked() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox);
    let (admin, ann) = (own.admin(), own.person("ann"));
    let team = private_team(&ann);
    let path = format!("/teams/{team}/invite/email");
    ann.post(&path, json!(["old@example.com", "new@example.com"])).expect(200);
    let (old, new) = (link(&mailbox, "old@example.com", 1), link(&mailbox, "new@example.com", 1));
    let foreign = signs_up(&own, "thief@example.com", &new);
    assert_eq!((foreign.status, foreign.error()), (400, "api.user.create_user.bad_token_email_data.app_error"));
    own.alter(&format!("UPDATE tokens SET createat = createat - {} WHERE token = '{old}'", 49 * HOUR));
    let late = signs_up(&own, "old@example.com", &old);
    assert_eq!((late.status, late.error()), (400, "api.user.create_user.signup_link_expired.app_error"));

    ann.delete("/teams/invites/email").expect(403);
    admin.delete("/teams/invites/email").expect(200);
    let revoked = signs_up(&own, "new@example.com", &new);
    assert_eq!((revoked.status, revoked.error()), (404, "api.user.create_user.signup_link_invalid.app_error"));
}

#[test]
fn whoever_does_not_come_is_invited_once_more() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox);
    let (admin, ann) = (own.admin(), own.person("ann"));
    let team = private_team(&ann);
    let path = format!("/teams/{team}/invite/email?graceful=true");
    ann.post(&path, json!(["quick@example.com", "slow@example.com"])).expect(200);
    signs_up(&own, "quick@example.com", &link(&mailbox, "quick@example.com", 1)).expect(201);
    let quick = mailbox.at("quick@example.com").len();
    let first = link(&mailbox, "slow@example.com", 1);
    own.alter(&format!("UPDATE jobs SET createat = createat - {} WHERE type = 'resend_invitation_email'", 49 * HOUR));
    // Whatever is ordered has those who carry jobs out look for work.
    admin.has_done("draft_cleanup");

    let second = link(&mailbox, "slow@example.com", 2);
    let mails = mailbox.at("slow@example.com");
    assert!(mails[1].contains("Reminder") && mails[1].contains("reminder_interval"), "{}", mails[1]);
    assert_ne!(first, second);
    signs_up(&own, "slow@example.com", &second).expect(201);
    let invited = mailbox.at("quick@example.com").iter().filter(|mail| mail.contains("Reminder")).count();
    assert_eq!((invited, quick >= 1), (0, true), "whoever came is not reminded");
}

#[test]
fn revoked_invitations_are_not_sent_again() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox);
    let (admin, ann) = (own.admin(), own.person("ann"));
    let team = private_team(&ann);
    ann.post(&format!("/teams/{team}/invite/email?graceful=true"), json!(["x@example.com"])).expect(200);
    admin.delete("/teams/invites/email").expect(200);
    let jobs = admin.get("/jobs/type/resend_invitation_email").expect(200).json;
    assert_eq!((jobs.as_array().unwrap().len(), &jobs[0]["status"]), (1, &json!("canceled")));
}

#[test]
fn a_person_mails_so_many_invitations_an_hour() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox);
    let (ann, ben) = (own.person("ann"), own.person("ben"));
    let team = private_team(&ann);
    ann.adds_to_team(&team, &ben);
    let path = format!("/teams/{team}/invite/email");
    let many = |n: usize| -> Value { (0..n).map(|i| format!("p{i}@example.com")).collect() };
    for path in [path.clone(), format!("{path}?graceful=true")] {
        let refused = ann.post(&path, many(22)).expect(413);
        assert_eq!(refused.error(), "app.email.rate_limit_exceeded.app_error");
    }
    ann.post(&path, many(21)).expect(200);
    ann.post(&path, many(1)).expect(413);
    ben.post(&path, many(1)).expect(200);
}

#[test]
fn only_who_may_invites() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox);
    let (admin, ann, eve) = (own.admin(), own.person("ann"), own.person("eve"));
    let team = private_team(&ann);
    let path = format!("/teams/{team}/invite/email");
    eve.post(&path, json!(["x@example.com"])).expect(403);
    ann.adds_to_team(&team, &eve);
    eve.post(&path, json!(["x@example.com"])).expect(200);
    let role = admin.get("/roles/name/team_user").expect(200).json;
    let without: Value =
        role["permissions"].as_array().unwrap().iter().filter(|p| **p != "invite_user").cloned().collect();
    admin.put(&format!("/roles/{}/patch", role["id"].as_str().unwrap()), json!({"permissions": without})).expect(200);
    eve.post(&path, json!(["x@example.com"])).expect(403);
    admin.post(&path, json!(["x@example.com"])).expect(200);
}

#[test]
fn a_guest_comes_into_the_channels_of_the_invitation_only() {
    let mailbox = Mailbox::open();
    let own = server(&mailbox);
    let admin = own.admin();
    let team = private_team(&admin);
    let (room, other) = (admin.makes_channel(&team, "room", "O"), admin.makes_channel(&team, "other", "O"));
    let path = format!("/teams/{team}/invite-guests/email");
    admin.post(&path, json!({"emails": ["visitor@example.com"], "channels": []})).expect(400);
    admin.post(&path, json!({"emails": ["visitor@example.com"], "channels": [room]})).expect(200);
    signs_up(&own, "visitor@example.com", &link(&mailbox, "visitor@example.com", 1)).expect(201);
    let visitor = admin.logged_out().logs_in("visitor");
    assert_eq!(visitor.get("/users/me").expect(200).json["roles"], "system_guest");
    visitor.get(&format!("/channels/{room}")).expect(200);
    visitor.get(&format!("/channels/{other}")).expect(403);
}

#[test]
fn a_link_works_until_another_is_made() {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let team = ann.makes_team("crew");
    let link = |team: &Value| team["invite_id"].as_str().unwrap().to_owned();
    let first = link(&ann.get(&format!("/teams/{team}")).expect(200).json);
    let shown = Person::anonymous().get(&format!("/teams/invite/{first}")).expect(200).json;
    assert_eq!((&shown["id"], shown.get("invite_id")), (&json!(team), None));
    ben.post(&format!("/teams/members/invite?invite_id={first}"), json!({})).expect(201);

    ben.post(&format!("/teams/{team}/regenerate_invite_id"), json!({})).expect(403);
    let second = link(&ann.post(&format!("/teams/{team}/regenerate_invite_id"), json!({})).expect(200).json);
    eve.post(&format!("/teams/members/invite?invite_id={first}"), json!({})).expect(404);
    Person::anonymous().get(&format!("/teams/invite/{first}")).expect(404);
    eve.post(&format!("/teams/members/invite?invite_id={second}"), json!({})).expect(201);
}

#[test]
fn a_private_team_is_found_and_joined_by_invitation_only() {
    let (ann, eve) = (Person::new("ann"), Person::new("eve"));
    let team = private_team(&ann);
    eve.get(&format!("/teams/{team}")).expect(403);
    eve.post(&format!("/teams/{team}/members"), json!({"team_id": team, "user_id": eve.id})).expect(403);
    let listed = eve.get("/teams?per_page=200").expect(200).json;
    assert!(listed.as_array().unwrap().iter().all(|other| other["id"] != json!(team)));
    ann.adds_to_team(&team, &eve);
    eve.get(&format!("/teams/{team}")).expect(200);
}
