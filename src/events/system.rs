//! The server as a whole: configuration, roles, emoji, dialogs (websocket.md §8 "System / misc").

use super::broadcast::Broadcast;
use super::data::{Data, Json};
use super::delivery::{Delivery, Step};
use crate::model::Id;

/// What happens to the server and its integrations.
#[derive(Debug)]
pub enum SystemEvent {
    /// The configuration was saved: `config_changed`, to everybody.
    ConfigChanged {
        /// The client configuration of people who are logged in; an object of strings.
        config: Json,
    },
    /// `license_changed`, to everybody.
    LicenseChanged {
        /// The licence as everybody sees it; an object of strings.
        license: Json,
    },
    /// Permissions of a role changed: `role_updated`.
    RoleUpdated {
        /// The role as it is now.
        role: Json,
        /// Where the role is in use.
        scope: RoleScope,
    },
    /// A custom emoji was added: `emoji_added`, to everybody.
    EmojiAdded {
        /// The emoji.
        emoji: Json,
    },
    /// An integration opens a dialog: `open_dialog`, to one person.
    DialogOpened {
        /// Who sees it.
        user: Id,
        /// `{trigger_id, url, dialog}`.
        dialog: Json,
    },
    /// A profile field was added: `custom_profile_attributes_field_created`, to everybody.
    ProfileFieldCreated {
        /// The field.
        field: Json,
    },
    /// A profile field changed: `custom_profile_attributes_field_updated`, to everybody.
    ProfileFieldUpdated {
        /// The field.
        field: Json,
        /// Whether everybody's values of it are void.
        delete_values: bool,
    },
    /// A profile field is gone: `custom_profile_attributes_field_deleted`, to everybody.
    ProfileFieldDeleted {
        /// The field.
        field: Id,
    },
    /// Somebody's profile fields were filled in: `custom_profile_attributes_values_updated`, to everybody.
    ProfileValuesUpdated {
        /// Whose.
        user: Id,
        /// A map from field to value.
        values: Json,
    },
}

/// Who hears of a role's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleScope {
    /// A built-in role, or one that no scheme uses: everybody.
    Everywhere,
    /// A role of a scheme for teams: these teams, one event each.
    Teams(Vec<Id>),
    /// A role of a scheme for channels: these channels, one event each.
    Channels(Vec<Id>),
}

impl SystemEvent {
    pub(super) fn into_step(self) -> Step {
        use SystemEvent::*;
        match self {
            ConfigChanged { config } => to_all("config_changed", &Data::new().object("config", &config)),
            LicenseChanged { license } => to_all("license_changed", &Data::new().object("license", &license)),
            RoleUpdated { role, scope } => {
                let data = Data::new().nested("role", &role);
                let deliver = |broadcast| Delivery::new(broadcast, "role_updated", &data);
                scope.broadcasts().into_iter().map(deliver).collect::<Vec<_>>().into()
            }
            EmojiAdded { emoji } => to_all("emoji_added", &Data::new().nested("emoji", &emoji)),
            DialogOpened { user, dialog } => {
                Delivery::new(Broadcast::user(user), "open_dialog", &Data::new().nested("dialog", &dialog)).into()
            }
            ProfileFieldCreated { field } => {
                to_all("custom_profile_attributes_field_created", &Data::new().object("field", &field))
            }
            ProfileFieldUpdated { field, delete_values } => {
                let data = Data::new().object("field", &field).value("delete_values", &delete_values);
                to_all("custom_profile_attributes_field_updated", &data)
            }
            ProfileFieldDeleted { field } => {
                to_all("custom_profile_attributes_field_deleted", &Data::new().id("field_id", field))
            }
            ProfileValuesUpdated { user, values } => {
                let data = Data::new().id("user_id", user).object("values", &values);
                to_all("custom_profile_attributes_values_updated", &data)
            }
        }
    }
}

impl RoleScope {
    fn broadcasts(self) -> Vec<Broadcast> {
        match self {
            RoleScope::Everywhere => vec![Broadcast::everyone()],
            RoleScope::Teams(teams) => teams.into_iter().map(Broadcast::team).collect(),
            RoleScope::Channels(channels) => channels.into_iter().map(Broadcast::channel).collect(),
        }
    }
}

fn to_all(name: &'static str, data: &Data) -> Step {
    Delivery::new(Broadcast::everyone(), name, data).into()
}
