//! Roles and settings of members.

use crate::app::App;
use crate::auth::channels::ChangeMemberRoles;
use crate::auth::users::ActAs;
use crate::auth::{ChannelGrant, UserGrant};
use crate::events::channels::ChannelEvent;
use crate::events::{Change, Json};
use crate::model::channels::{ChannelMember, merge_notify_props};
use crate::model::errors::{Result, channels as codes, invalid_body, roles as role_codes};
use crate::model::roles::{SchemeRoleNames, SchemeRoles, is_valid_name};
use crate::model::{Id, StringMap, now};
use crate::store::roles::RoleTable;
use crate::store::{self, Tx};

impl App {
    /// Sets the flags of a member.
    pub async fn set_scheme_roles(
        &self,
        grant: ChannelGrant<ChangeMemberRoles>,
        user: Id,
        scheme: SchemeRoles,
    ) -> Result<()> {
        if scheme.scheme_user && scheme.scheme_guest {
            return codes::ROLES_USER_AND_GUEST.err();
        }
        let channel = grant.channel().id;
        self.store
            .write(move |tx| {
                change_member(tx, channel, user, |member| {
                    if !(scheme.scheme_user || scheme.scheme_guest && member.scheme.scheme_guest) {
                        return codes::ROLES_UNSET_USER.err();
                    }
                    check_guest(member, scheme)?;
                    let explicit = member.explicit_roles.clone();
                    member.set_roles(scheme, &explicit);
                    Ok(())
                })
            })
            .await
    }

    /// Sets the roles of a member by their names.
    pub async fn set_roles_by_name(
        &self,
        grant: ChannelGrant<ChangeMemberRoles>,
        user: Id,
        names: String,
    ) -> Result<()> {
        if !names.split_whitespace().all(is_valid_name) {
            return Err(invalid_body("roles"));
        }
        let table = self.store.roles().await?;
        let channel = grant.channel().id;
        self.store
            .write(move |tx| {
                change_member(tx, channel, user, |member| {
                    let (scheme, explicit) = split_roles(&names, &table, member.role_names())?;
                    check_guest(member, scheme)?;
                    if !scheme.scheme_user && !scheme.scheme_guest {
                        return codes::ROLES_UNSET_USER.err();
                    }
                    member.set_roles(scheme, &explicit);
                    Ok(())
                })
            })
            .await
    }

    /// Writes a member's settings over those there are.
    pub async fn set_channel_notify_props(&self, grant: UserGrant<ActAs>, channel: Id, given: StringMap) -> Result<()> {
        let user = grant.user().id;
        self.store
            .write(move |tx| {
                change_member(tx, channel, user, |member| {
                    merge_notify_props(&mut member.notify_props, &given);
                    Ok(())
                })
            })
            .await
    }
}

/// Nobody becomes a guest, or ceases to be one, in a single channel.
fn check_guest(member: &ChannelMember, scheme: SchemeRoles) -> Result<()> {
    match (scheme.scheme_user, scheme.scheme_guest) {
        (true, true) => codes::ROLES_GUEST_AND_USER.err(),
        (_, guest) if guest != member.scheme.scheme_guest => codes::ROLES_CHANGING_GUEST.err(),
        _ => Ok(()),
    }
}

/// The flags and the other roles that these names mean.
fn split_roles(names: &str, table: &RoleTable, known: &SchemeRoleNames) -> Result<(SchemeRoles, String)> {
    let (scheme, others) = known.split(names);
    for name in &others {
        let role = table.get(name).ok_or(role_codes::NAME_UNKNOWN)?;
        if role.scheme_managed {
            return Err(codes::ROLES_SCHEME_ROLE.with(&[name]));
        }
    }
    Ok((scheme, others.join(" ")))
}

/// Changes a membership and tells its member.
fn change_member(
    tx: &mut Tx<'_>,
    channel: Id,
    user: Id,
    change: impl FnOnce(&mut ChannelMember) -> Result<()>,
) -> Result<Change<()>> {
    let mut member = store::channels::member(tx.conn(), channel, user)?.ok_or(codes::MEMBER_NOT_FOUND)?;
    change(&mut member)?;
    member.last_update_at = now();
    store::channels::save_member(tx, &member)?;
    Ok(Change::emit((), member_updated(&member)))
}

/// `channel_member_updated`.
pub(in crate::app) fn member_updated(member: &ChannelMember) -> ChannelEvent {
    ChannelEvent::MemberUpdated { user: member.user_id, member: Json::of(member) }
}
