//! What can be moderated in a single channel: a few permissions of its members and guests, together under five names
//! (permissions.md §5 "Channels").

use serde::{Deserialize, Serialize};

use super::Role;
use crate::model::channels::ChannelType;
use crate::model::permissions::Permission;

/// The names under which permissions are moderated, as they are answered.
pub const MODERATED: [&str; 5] = [POST, REACT, MANAGE_MEMBERS, MENTION_CHANNEL, MANAGE_BOOKMARKS];

const POST: &str = "create_post";
const REACT: &str = "create_reactions";
const MANAGE_MEMBERS: &str = "manage_members";
const MENTION_CHANNEL: &str = "use_channel_mentions";
const MANAGE_BOOKMARKS: &str = "manage_bookmarks";

/// The moderated permissions, each with its name.
const TABLE: [(Permission, &str); 14] = [
    (Permission::create_post, POST),
    (Permission::add_reaction, REACT),
    (Permission::remove_reaction, REACT),
    (Permission::manage_public_channel_members, MANAGE_MEMBERS),
    (Permission::manage_private_channel_members, MANAGE_MEMBERS),
    (Permission::use_channel_mentions, MENTION_CHANNEL),
    (Permission::add_bookmark_public_channel, MANAGE_BOOKMARKS),
    (Permission::edit_bookmark_public_channel, MANAGE_BOOKMARKS),
    (Permission::delete_bookmark_public_channel, MANAGE_BOOKMARKS),
    (Permission::order_bookmark_public_channel, MANAGE_BOOKMARKS),
    (Permission::add_bookmark_private_channel, MANAGE_BOOKMARKS),
    (Permission::edit_bookmark_private_channel, MANAGE_BOOKMARKS),
    (Permission::delete_bookmark_private_channel, MANAGE_BOOKMARKS),
    (Permission::order_bookmark_private_channel, MANAGE_BOOKMARKS),
];

/// The name under which a permission is moderated.
fn name_of(permission: &str) -> Option<&'static str> {
    TABLE.iter().find(|(moderated, _)| moderated.id() == permission).map(|(_, name)| *name)
}

/// Whether a permission can be moderated.
pub fn is_moderated(permission: &str) -> bool {
    name_of(permission).is_some()
}

/// Whether guests are never given it, so that nothing is said of them.
fn is_not_for_guests(name: &str) -> bool {
    [MANAGE_MEMBERS, MANAGE_BOOKMARKS].contains(&name)
}

/// What is moderated in a channel under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moderation {
    /// One of [`MODERATED`].
    pub name: &'static str,
    /// For whom.
    pub roles: ModeratedRoles,
}

/// For whom something is moderated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModeratedRoles {
    /// Guests; null where they never may.
    pub guests: Option<ModeratedRole>,
    /// Members.
    pub members: ModeratedRole,
}

/// Whether it is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ModeratedRole {
    /// In this channel.
    pub value: bool,
    /// Around it: what is not allowed there cannot be allowed here.
    pub enabled: bool,
}

/// What a client sends to moderate a channel.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ModerationPatch {
    /// One of [`MODERATED`]; others mean nothing.
    pub name: String,
    /// For whom it changes.
    pub roles: PatchedRoles,
}

/// Missing and `null` mean unchanged.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PatchedRoles {
    pub guests: Option<bool>,
    pub members: Option<bool>,
}

/// A role in a channel and the one around it that it stands under.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Under<'a> {
    pub role: &'a Role,
    pub higher: &'a Role,
}

/// Whether a role allows in a channel of that type what goes by that name.
fn allows(role: &Role, name: &str, kind: ChannelType) -> bool {
    let decisive = match (name, kind) {
        (POST, _) => Permission::create_post,
        (REACT, _) => Permission::add_reaction,
        (MANAGE_MEMBERS, ChannelType::Private) => Permission::manage_private_channel_members,
        (MANAGE_MEMBERS, _) => Permission::manage_public_channel_members,
        (MENTION_CHANNEL, _) => Permission::use_channel_mentions,
        (_, ChannelType::Private) => Permission::add_bookmark_private_channel,
        _ => Permission::add_bookmark_public_channel,
    };
    role.permissions.iter().any(|id| id == decisive.id())
}

/// What is moderated in a channel of that type.
pub fn moderations(members: Under<'_>, guests: Under<'_>, kind: ChannelType) -> Vec<Moderation> {
    let of = |under: Under<'_>, name| ModeratedRole {
        value: allows(under.role, name, kind),
        enabled: allows(under.higher, name, kind),
    };
    let moderation = |name| {
        let guests = (!is_not_for_guests(name)).then(|| of(guests, name));
        Moderation { name, roles: ModeratedRoles { guests, members: of(members, name) } }
    };
    MODERATED.into_iter().map(moderation).collect()
}

/// Whether a patch allows something that is not allowed around the channel.
pub fn exceeds(patch: &[ModerationPatch], members: &Role, guests: &Role, kind: ChannelType) -> bool {
    let over = |wish: Option<bool>, role: &Role, name: &str| wish == Some(true) && !allows(role, name, kind);
    patch
        .iter()
        .filter(|part| MODERATED.contains(&part.name.as_str()))
        .any(|part| over(part.roles.members, members, &part.name) || over(part.roles.guests, guests, &part.name))
}

/// What a role of a channel's scheme is to hold from now on, so that it allows what is wished.
pub fn patched(role: &Role, patch: &[ModerationPatch], wish: impl Fn(&PatchedRoles) -> Option<bool>) -> Vec<String> {
    let wished = |name: &str| patch.iter().rev().filter(|part| part.name == name).find_map(|part| wish(&part.roles));
    let has = |id: &str| role.permissions.iter().any(|held| held == id);
    let kept = TABLE.iter().filter(|(permission, name)| wished(name).unwrap_or_else(|| has(permission.id())));
    kept.map(|(permission, _)| permission.id().to_owned()).collect()
}

/// Whether these permissions moderate nothing: they have a part in the same names as those of the role around them.
pub fn is_unmoderated(permissions: &[String], higher: &Role) -> bool {
    let names = |ids: &[String]| MODERATED.map(|name| ids.iter().any(|id| name_of(id) == Some(name)));
    names(permissions) == names(&higher.permissions)
}

/// What a role of a channel's scheme allows under the role around it: of what is moderated, what both allow; of the
/// rest, what is allowed around it. An administrator's role is not moderated at all.
pub fn under(role: &[String], higher: &[String], of_admins: bool) -> Vec<String> {
    let both = |id: &String| of_admins || !is_moderated(id) || role.contains(id);
    higher.iter().filter(|id| both(id)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::{CHANNEL_GUEST, CHANNEL_USER, built_in};
    use super::*;

    fn role(name: &str) -> Role {
        built_in(name).unwrap().new_role(1)
    }

    fn patch(name: &str, members: Option<bool>, guests: Option<bool>) -> ModerationPatch {
        ModerationPatch { name: name.into(), roles: PatchedRoles { guests, members } }
    }

    #[test]
    fn an_unmoderated_channel() {
        let (user, guest) = (role(CHANNEL_USER), role(CHANNEL_GUEST));
        let all = moderations(
            Under { role: &user, higher: &user },
            Under { role: &guest, higher: &guest },
            ChannelType::Private,
        );
        let json = serde_json::to_value(&all).unwrap();
        assert_eq!(json[0]["name"], "create_post");
        assert_eq!(json[0]["roles"]["guests"]["value"], true);
        assert!(json[2]["roles"]["guests"].is_null() && json[2]["roles"]["members"]["enabled"] == true);
    }

    #[test]
    fn a_read_only_channel() {
        let user = role(CHANNEL_USER);
        let wish = [patch("create_post", Some(false), Some(false)), patch("nonsense", Some(true), None)];
        let held = patched(&user, &wish, |roles| roles.members);
        assert!(!held.contains(&"create_post".to_owned()) && held.contains(&"add_reaction".to_owned()));
        assert!(!is_unmoderated(&held, &user));
        let allowed = under(&held, &user.permissions, false);
        assert!(!allowed.contains(&"create_post".to_owned()) && allowed.contains(&"read_channel".to_owned()));
        assert!(under(&[], &user.permissions, true).contains(&"create_post".to_owned()));
        let back =
            patched(&Role { permissions: held, ..user.clone() }, &[patch("create_post", Some(true), None)], |r| {
                r.members
            });
        assert!(is_unmoderated(&back, &user));
    }

    #[test]
    fn nothing_is_allowed_that_is_not_allowed_around() {
        let (user, guest) = (role(CHANNEL_USER), role(CHANNEL_GUEST));
        let over = |wish| exceeds(&[wish], &user, &guest, ChannelType::Open);
        assert!(over(patch("manage_members", None, Some(true))));
        assert!(!over(patch("manage_members", Some(true), Some(false))));
    }
}
