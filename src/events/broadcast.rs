//! Whom an event is for: the `broadcast` object, which clients read and the hub obeys.

use std::sync::Arc;

use serde_json::json;

use crate::model::Id;

/// Which copy of an event this is, where administrators see more than others (websocket.md §7 rule 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Privilege {
    /// The same for everybody.
    #[default]
    Any,
    /// For those who do not hold `manage_system` (`contains_sanitized_data`).
    Others,
    /// For those who hold `manage_system` (`contains_sensitive_data`).
    Admins,
}

/// The addressing of one delivery. The first of user, channel and team that is set decides who hears it; the others are
/// only shown to clients (websocket.md §7 rules 6 to 10). With none set everybody hears it.
#[derive(Debug, Clone, Default)]
pub(super) struct Broadcast {
    /// Only this person.
    pub user: Id,
    /// The members of this channel.
    pub channel: Id,
    /// The members of this team.
    pub team: Id,
    /// Not this person.
    pub omit_user: Id,
    /// Not the connection of that id; any text that a client named (websocket.md §4).
    pub omit_connection: Option<Arc<str>>,
    /// Only the connection of that id.
    pub connection: Option<Arc<str>>,
    /// Which copy this is.
    pub privilege: Privilege,
    /// Those who do not see everybody hear it only if they know of it; `None` treats them like all others (rule 11).
    pub circle: Option<Arc<Circle>>,
}

/// What those who do not see everybody must share to hear of somebody or something.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Circle {
    /// The person it is about, who hears of themself.
    pub user: Id,
    /// Its channels: whoever is in one of them hears of it.
    pub channels: Vec<Id>,
    /// Its teams: of those who are in one of them all but guests hear of it.
    pub teams: Vec<Id>,
}

impl Circle {
    /// That of somebody who is in these channels and teams.
    pub fn of(user: Id, channels: Vec<Id>, teams: Vec<Id>) -> Circle {
        Circle { user, channels, teams }
    }
}

impl Broadcast {
    /// Every authenticated connection.
    pub(super) fn everyone() -> Broadcast {
        Broadcast::default()
    }

    /// All connections of one person.
    pub(super) fn user(user: Id) -> Broadcast {
        Broadcast { user, ..Broadcast::default() }
    }

    /// The members of a channel.
    pub(super) fn channel(channel: Id) -> Broadcast {
        Broadcast { channel, ..Broadcast::default() }
    }

    /// The members of a team.
    pub(super) fn team(team: Id) -> Broadcast {
        Broadcast { team, ..Broadcast::default() }
    }

    /// Names the channel that a person's event is about.
    pub(super) fn in_channel(self, channel: Id) -> Broadcast {
        Broadcast { channel, ..self }
    }

    /// Names the team that a person's event is about.
    pub(super) fn in_team(self, team: Id) -> Broadcast {
        Broadcast { team, ..self }
    }

    /// Leaves a person out.
    pub(super) fn without(self, omit_user: Id) -> Broadcast {
        Broadcast { omit_user, ..self }
    }

    /// Leaves a connection out, if one is named.
    pub(super) fn without_connection(self, connection: Option<&Arc<str>>) -> Broadcast {
        Broadcast { omit_connection: connection.cloned(), ..self }
    }

    /// Makes it the copy for some.
    pub(super) fn only_for(self, privilege: Privilege) -> Broadcast {
        Broadcast { privilege, ..self }
    }

    /// Of those who do not see everybody, lets only those hear it who are in the circle.
    pub(super) fn within(self, circle: Circle) -> Broadcast {
        Broadcast { circle: Some(Arc::new(circle)), ..self }
    }

    /// Lets no guest hear it who is not in the channel of the team that it is about.
    pub(super) fn for_guests_of(self, channel: Id) -> Broadcast {
        let teams = self.team.some().into_iter().collect();
        self.within(Circle::of(Id::NONE, vec![channel], teams))
    }

    /// The `broadcast` object: six keys always, two more when they are true (websocket.md §3).
    pub(super) fn to_json(&self) -> String {
        let omit_users = if self.omit_user.is_none() { json!(null) } else { json!({self.omit_user.as_str(): true}) };
        let mut object = json!({
            "omit_users": omit_users,
            "user_id": self.user,
            "channel_id": self.channel,
            "team_id": self.team,
            "connection_id": self.connection.as_deref().unwrap_or_default(),
            "omit_connection_id": self.omit_connection.as_deref().unwrap_or_default(),
        });
        let mark = match self.privilege {
            Privilege::Any => None,
            Privilege::Others => Some("contains_sanitized_data"),
            Privilege::Admins => Some("contains_sensitive_data"),
        };
        if let (Some(mark), Some(fields)) = (mark, object.as_object_mut()) {
            fields.insert(mark.to_owned(), json!(true));
        }
        object.to_string()
    }
}
