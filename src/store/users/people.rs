//! Which people a list, a search or a count means.

use crate::model::Id;
use crate::model::roles::SYSTEM_USER;
use crate::model::users::Sight;

/// In which order people are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// The newest accounts first.
    Newest,
    /// The most recently active first; those without a sign of life are left out.
    Active,
    /// By presence: online, away, not to be disturbed, offline; then by name. For the members of a channel.
    Presence,
    /// A channel's administrators first, then by name.
    ChannelAdmin,
    /// By full name, or the name where there is none.
    FullName,
    /// By nickname, or full name, or name.
    Nickname,
}

/// Which texts a search looks at besides names and nicknames.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields {
    /// First and last names.
    pub full_names: bool,
    /// Mail addresses.
    pub emails: bool,
}

/// Whom to list. The default is everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Whom the asker sees at all.
    pub sight: Sight,
    /// Members of this team.
    pub in_team: Option<Id>,
    /// Not members of this team.
    pub not_in_team: Option<Id>,
    /// Members of this channel, which the asker may read.
    pub in_channel: Option<Id>,
    /// Not members of this channel.
    pub not_in_channel: Option<Id>,
    /// Members of this group.
    pub in_group: Option<Id>,
    /// Not members of this group.
    pub not_in_group: Option<Id>,
    /// In no team.
    pub without_team: bool,
    /// Active ones (true) or deactivated ones (false) only.
    pub active: Option<bool>,
    /// Bots as well.
    pub bots: bool,
    /// A system role they hold, if not empty.
    pub role: String,
    /// They hold one of these; nobody is left out if all three are empty.
    pub roles: Roles,
    /// Texts that must all be found, each somewhere.
    pub words: Vec<String>,
    /// Where words are looked for.
    pub fields: Fields,
    /// In which order.
    pub order: Order,
}

impl People {
    /// Of all places that a search names the first alone decides; the team counts beside the channel that one is not in.
    pub fn keep_first_place(&mut self) {
        let all = std::mem::take(self);
        let (without_team, in_channel) = (all.without_team, all.in_channel.filter(|_| !all.without_team));
        let mut open = !without_team && in_channel.is_none();
        let mut first = |place: Option<Id>| {
            let place = place.filter(|_| open);
            open &= place.is_none();
            place
        };
        let not_in_channel = first(all.not_in_channel);
        let not_in_team = first(all.not_in_team);
        let in_group = first(all.in_group);
        let not_in_group = first(all.not_in_group);
        let beside = not_in_channel.is_some();
        let in_team = first(all.in_team).or(all.in_team.filter(|_| beside));
        *self = People { in_team, not_in_team, in_channel, not_in_channel, in_group, not_in_group, ..all };
    }
}

/// Roles by where they are held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// In the system.
    pub system: Vec<String>,
    /// In the team that is listed.
    pub team: Vec<String>,
    /// In the channel that is listed.
    pub channel: Vec<String>,
}

impl Roles {
    /// `system_user` means those who are nothing more (golden users/list-team-roles).
    pub(super) fn plain(&self) -> Vec<&'static str> {
        if self.system.iter().any(|role| role == SYSTEM_USER) { vec![SYSTEM_USER] } else { Vec::new() }
    }
}

impl Default for People {
    fn default() -> Self {
        People {
            sight: Sight::All,
            in_team: None,
            not_in_team: None,
            in_channel: None,
            not_in_channel: None,
            in_group: None,
            not_in_group: None,
            without_team: false,
            active: None,
            bots: true,
            role: String::new(),
            roles: Roles::default(),
            words: Vec::new(),
            fields: Fields::default(),
            order: Order::default(),
        }
    }
}

impl People {
    /// Whether some of those who are meant may be out of the asker's sight: not where they are all in a team of the asker's,
    /// or in a channel that the asker may read.
    pub(super) fn must_be_seen(&self) -> bool {
        match &self.sight {
            Sight::All => false,
            Sight::Shared { teams, .. } => {
                self.in_channel.is_none() && !self.in_team.is_some_and(|team| teams.contains(&team))
            }
        }
    }
}
