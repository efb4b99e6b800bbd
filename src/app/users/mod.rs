//! People: signing up, profiles, what others see of them.

mod account;
mod create;
mod edit;
mod find;
mod guests;
mod inactive;
mod list;
mod mfa;
mod pictures;
mod policy;
mod provider;
mod search;
mod typing;

use crate::app::App;
use crate::config::Settings;
use crate::events::users::UserEvent;
use crate::events::{Circle, Json};
use crate::model::Id;
use crate::model::errors::Result;
use crate::model::users::{Audience, PasswordRules, Privacy, User};
use crate::store::{self, Tx};

pub(in crate::app) use account::set_active;
pub use create::Door;
pub(in crate::app) use create::{Entry, enter};
pub use list::Listing;
pub use pictures::Picture;
pub(in crate::app) use provider::{Profile, bring_up_to_date, make_account, with_free_name};
pub use search::{Autocompleted, SearchWish};

/// What the settings let others see of a person.
pub fn privacy(settings: &Settings) -> Privacy {
    Privacy { show_email: settings.privacy.show_email_address, show_full_name: settings.privacy.show_full_name }
}

impl App {
    /// What the settings let others see of a person, now.
    pub fn privacy(&self) -> Privacy {
        privacy(&self.config.snapshot().effective)
    }
}

/// What the settings demand of a password.
pub fn password_rules(settings: &Settings) -> PasswordRules {
    let password = &settings.password;
    PasswordRules {
        minimum_length: usize::try_from(password.minimum_length).unwrap_or(0),
        lowercase: password.lowercase,
        uppercase: password.uppercase,
        number: password.number,
        symbol: password.symbol,
    }
}

/// `user_updated`, in the three copies that it goes out in, to those who know the person now.
pub(in crate::app) fn updated(tx: &mut Tx<'_>, user: &User, privacy: Privacy) -> Result<UserEvent> {
    Ok(UserEvent::Updated {
        user: user.id,
        for_self: Json::of(&user.view(Audience::Oneself)),
        for_admins: Json::of(&user.view(Audience::Admin)),
        for_others: Json::of(&user.view(Audience::Other(privacy))),
        circle: circle_of(tx, user.id)?,
    })
}

/// Where those are who know somebody.
fn circle_of(tx: &mut Tx<'_>, user: Id) -> Result<Circle> {
    let channels = store::channels::ids_of_user(tx.conn(), user)?;
    let teams = store::teams::members_of_user(tx.conn(), user)?.into_iter().map(|member| member.team_id).collect();
    Ok(Circle::of(user, channels, teams))
}
