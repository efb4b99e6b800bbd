//! `/channels`

use crate::world::Person;

#[test]
fn a_private_channel_is_for_its_members() {
    let (ann, ben, eve) = (Person::new("ann"), Person::new("ben"), Person::new("eve"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    ann.adds_to_team(&team, &eve);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    ben.get(&format!("/channels/{room}")).expect(200);
    eve.get(&format!("/channels/{room}")).expect(403);
    eve.get(&format!("/channels/{room}/posts")).expect(403);
}

#[test]
fn whoever_is_removed_hears_and_reads_nothing_from_then_on() {
    let (ann, ben) = (Person::new("ann"), Person::new("ben"));
    let team = ann.makes_team("crew");
    ann.adds_to_team(&team, &ben);
    let room = ann.makes_channel(&team, "room", "P");
    ann.adds_to_channel(&room, &ben);
    let mut socket = ben.listens();
    ann.says(&room, "before");
    assert!(socket.names().contains(&"posted".to_owned()));
    ann.delete(&format!("/channels/{room}/members/{}", ben.id)).expect(200);
    ann.says(&room, "after");
    // Other tests make people meanwhile, of whom everybody hears.
    let heard = socket.names().into_iter().filter(|name| name != "new_user");
    assert_eq!(heard.collect::<Vec<_>>(), ["user_removed"]);
    ben.get(&format!("/channels/{room}/posts")).expect(403);
}
