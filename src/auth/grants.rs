//! Grants: proofs that an action's rule held, with what was loaded to find out.

use std::marker::PhantomData;
use std::sync::Arc;

use super::Auth;
use super::actor::{Actor, Place};
use crate::config::Settings;
use crate::model::Id;
use crate::model::channels::{Channel, ChannelMember};
use crate::model::errors::{
    Result, channels as channel_codes, forbidden, posts as post_codes, teams as team_codes, users as user_codes,
};
use crate::model::permissions::Permission;
use crate::model::posts::Post;
use crate::model::teams::Team;
use crate::model::users::User;

/// What the rule of a [`SystemAction`] looks at.
#[expect(missing_docs, reason = "the names say it")]
pub struct SystemCase<'a> {
    pub actor: &'a Actor,
    pub settings: &'a Settings,
}

/// What the rule of a [`UserAction`] looks at.
#[expect(missing_docs, reason = "the names say it")]
pub struct UserCase<'a> {
    pub actor: &'a Actor,
    pub user: &'a User,
    pub settings: &'a Settings,
}

/// What the rule of a [`TeamAction`] looks at.
#[expect(missing_docs, reason = "the names say it")]
pub struct TeamCase<'a> {
    pub actor: &'a Actor,
    pub team: &'a Team,
    pub settings: &'a Settings,
}

/// What the rule of a [`ChannelAction`] looks at.
#[expect(missing_docs, reason = "the names say it")]
pub struct ChannelCase<'a> {
    pub actor: &'a Actor,
    pub place: Place<'a>,
    pub settings: &'a Settings,
}

/// What the rule of a [`PostAction`] looks at.
#[expect(missing_docs, reason = "the names say it")]
pub struct PostCase<'a> {
    pub actor: &'a Actor,
    pub post: &'a Post,
    pub place: Place<'a>,
    pub settings: &'a Settings,
}

impl TeamCase<'_> {
    /// Whether the actor's roles in the team, or in the system, allow it.
    pub fn may(&self, permission: Permission) -> bool {
        self.actor.may_in_team(self.team.id, permission)
    }
}

impl ChannelCase<'_> {
    /// Whether the actor's roles in the channel or around it allow it.
    pub fn may(&self, permission: Permission) -> bool {
        self.actor.may_in(self.place, permission)
    }
}

impl PostCase<'_> {
    /// Whether the actor's roles in the channel or around it allow it.
    pub fn may(&self, permission: Permission) -> bool {
        self.actor.may_in(self.place, permission)
    }
}

/// Something one can do to the whole server.
pub trait SystemAction: 'static {
    /// Whether it is allowed.
    fn rule(case: &SystemCase<'_>) -> Result<()>;
}

/// Something one can do to, or as, a user.
pub trait UserAction: 'static {
    /// Whether it is allowed.
    fn rule(case: &UserCase<'_>) -> Result<()>;

    /// What is answered, to those who may do it at all, when there is no such user; `None` is the usual 403.
    const UNKNOWN: Option<crate::model::Code> = Some(user_codes::NOT_FOUND);

    /// Whether a user who is not there is treated as one of whom only the id is known.
    const EVEN_ABSENT: bool = false;

    /// Whether the actor must see the user: as somebody who sees all, or by a team or channel they share.
    const IN_SIGHT: bool = false;
}

/// Something one can do in a team.
pub trait TeamAction: 'static {
    /// Whether it is allowed.
    fn rule(case: &TeamCase<'_>) -> Result<()>;

    /// What everybody is answered when there is no such team. `None` where existence is nobody's business: the rule is
    /// asked all the same, and whoever may do it in any team gets a grant for an empty team with that id. Reads find
    /// nothing in it; writes load their team anew and say that it is not there.
    const UNKNOWN: Option<crate::model::Code> = Some(team_codes::NOT_FOUND);
}

/// Something one can do in a channel.
pub trait ChannelAction: 'static {
    /// Whether it is allowed.
    fn rule(case: &ChannelCase<'_>) -> Result<()>;

    /// What is answered when there is no such channel; `None` is the usual 403.
    const UNKNOWN: Option<crate::model::Code> = Some(channel_codes::NOT_FOUND);
}

/// Something one can do to a post.
pub trait PostAction: 'static {
    /// Whether it is allowed.
    fn rule(case: &PostCase<'_>) -> Result<()>;

    /// What is answered when there is no such post; `None` is the usual 403.
    const UNKNOWN: Option<crate::model::Code> = Some(post_codes::NOT_FOUND);

    /// Whether it can be done to a deleted post, too.
    const DELETED: bool = false;

    /// Whether a post from memory will do, whose reactions and time of change are of a while ago
    /// ([`crate::store::Store::kept_post`]).
    const KEPT: bool = false;
}

/// Proof that the actor may do `A`.
pub struct SystemGrant<A> {
    actor: Actor,
    action: PhantomData<A>,
}

/// Proof that the actor may do `A` to, or as, the user it carries.
pub struct UserGrant<A> {
    actor: Actor,
    user: Arc<User>,
    action: PhantomData<A>,
}

/// Proof that the actor may do `A` in the team it carries.
pub struct TeamGrant<A> {
    actor: Actor,
    team: Arc<Team>,
    action: PhantomData<A>,
}

/// Proof that the actor may do `A` in the channel it carries.
pub struct ChannelGrant<A> {
    actor: Actor,
    channel: Arc<Channel>,
    member: Option<Arc<ChannelMember>>,
    action: PhantomData<A>,
}

/// Proof that the actor may do `A` to the post it carries.
pub struct PostGrant<A> {
    actor: Actor,
    post: Arc<Post>,
    channel: Arc<Channel>,
    member: Option<Arc<ChannelMember>>,
    action: PhantomData<A>,
}

/// Read access to what a grant carries.
macro_rules! carries {
    ($($grant:ident { $($field:ident: $type:ty),* })*) => { $(
        impl<A> $grant<A> {
            $(#[doc = concat!("The ", stringify!($field), " it was given for.")]
            pub fn $field(&self) -> &$type {
                &self.$field
            })*
        }
    )* };
}

carries! {
    SystemGrant { actor: Actor }
    UserGrant { actor: Actor, user: Arc<User> }
    TeamGrant { actor: Actor, team: Arc<Team> }
    ChannelGrant { actor: Actor, channel: Arc<Channel>, member: Option<Arc<ChannelMember>> }
    PostGrant { actor: Actor, post: Arc<Post>, channel: Arc<Channel>, member: Option<Arc<ChannelMember>> }
}

impl<A> ChannelGrant<A> {
    /// What the actor's further rights there are checked against.
    pub fn place(&self) -> Place<'_> {
        Place { channel: &self.channel, member: self.member.as_deref() }
    }
}

impl<A> PostGrant<A> {
    /// What the actor's further rights there are checked against.
    pub fn place(&self) -> Place<'_> {
        Place { channel: &self.channel, member: self.member.as_deref() }
    }
}

impl<A: SystemAction> SystemGrant<A> {
    pub(super) fn new(actor: Actor, settings: &Settings) -> Result<Self> {
        A::rule(&SystemCase { actor: &actor, settings })?;
        Ok(SystemGrant { actor, action: PhantomData })
    }
}

impl Auth {
    /// A grant to do `A` to the server.
    pub fn system<A: SystemAction>(&self, actor: Actor) -> Result<SystemGrant<A>> {
        SystemGrant::new(actor, &self.config.snapshot().effective)
    }

    /// A grant to do `A` to a user.
    pub async fn user<A: UserAction>(&self, actor: Actor, id: Id) -> Result<UserGrant<A>> {
        let user = if id == actor.id() { Some(actor.user().clone()) } else { self.store.user(id).await? };
        let seen = !(A::IN_SIGHT || actor.is_secluded()) || self.sees(&actor, id).await?;
        if A::IN_SIGHT && !seen {
            return Err(forbidden());
        }
        // Whoever is out of sight is nobody, so that no refusal tells that they are there.
        let user = user.filter(|_| seen);
        let known = user.is_some();
        let user = user.unwrap_or_else(|| Arc::new(User::stub(id)));
        A::rule(&UserCase { actor: &actor, user: &user, settings: &self.config.snapshot().effective })?;
        if !known && !A::EVEN_ABSENT {
            return Err(A::UNKNOWN.map_or_else(forbidden, |code| code.error()));
        }
        Ok(UserGrant { actor, user, action: PhantomData })
    }

    /// A grant to do `A` in a team.
    pub async fn team<A: TeamAction>(&self, actor: Actor, id: Id) -> Result<TeamGrant<A>> {
        let team = match (self.store.team(id).await?, A::UNKNOWN) {
            (Some(team), _) => team,
            (None, Some(unknown)) => return unknown.err(),
            (None, None) => Arc::new(Team { id, ..Team::default() }),
        };
        A::rule(&TeamCase { actor: &actor, team: &team, settings: &self.config.snapshot().effective })?;
        Ok(TeamGrant { actor, team, action: PhantomData })
    }

    /// A grant to do `A` in a channel.
    pub async fn channel<A: ChannelAction>(&self, actor: Actor, id: Id) -> Result<ChannelGrant<A>> {
        let channel = self.store.channel(id).await?;
        let channel = channel.ok_or_else(|| A::UNKNOWN.map_or_else(forbidden, |code| code.with(&[&id])))?;
        self.in_channel(actor, channel).await
    }

    /// A grant to do `A` in a channel that was found by other means than its id.
    pub async fn in_channel<A: ChannelAction>(&self, actor: Actor, channel: Arc<Channel>) -> Result<ChannelGrant<A>> {
        let member = self.store.channel_member(channel.id, actor.id()).await?;
        let place = Place { channel: &channel, member: member.as_deref() };
        A::rule(&ChannelCase { actor: &actor, place, settings: &self.config.snapshot().effective })?;
        Ok(ChannelGrant { actor, channel, member, action: PhantomData })
    }

    /// A grant to do `A` to a post.
    pub async fn post<A: PostAction>(&self, actor: Actor, id: Id) -> Result<PostGrant<A>> {
        let unknown = || A::UNKNOWN.map_or_else(forbidden, |code| code.error());
        let post = match A::KEPT {
            true => self.store.kept_post(id).await?,
            false => self.store.any_post(id).await?.map(Arc::new),
        };
        let post = post.filter(|p| p.delete_at == 0 || (A::DELETED && p.original_id.is_none()));
        let post = post.ok_or_else(unknown)?;
        let channel = self.store.channel(post.channel_id).await?.ok_or_else(unknown)?;
        let member = self.store.channel_member(channel.id, actor.id()).await?;
        let place = Place { channel: &channel, member: member.as_deref() };
        A::rule(&PostCase { actor: &actor, post: &post, place, settings: &self.config.snapshot().effective })?;
        Ok(PostGrant { actor, post, channel, member, action: PhantomData })
    }
}

/// Declares actions with their rules, aligned like a table:
/// `actions! { ChannelAction(c: ChannelCase): ReadChannel [unknown] => c.may(Permission::read_channel); }`.
/// `+ deleted` after it: also where the post was deleted. A rule is true, false (the usual refusal), or a result; `[unknown]` is what is answered when the thing is not there.
macro_rules! actions {
    ($trait:ident($case:ident: $type:ident): $($(#[$doc:meta])* $name:ident $([$unknown:expr])? $(+ $deleted:ident)? => $rule:expr;)*) => { $(
        $(#[$doc])*
        pub struct $name;

        impl $crate::auth::grants::$trait for $name {
            fn rule($case: &$crate::auth::grants::$type<'_>) -> $crate::model::errors::Result<()> {
                let _ = $case;
                $crate::auth::grants::Verdict::of($rule)
            }
            $(const UNKNOWN: Option<$crate::model::Code> = $unknown;)?
            $(const DELETED: bool = stringify!($deleted).len() == "deleted".len();)?
        }
    )* };
}
pub(super) use actions;

/// What a rule may say.
pub trait Verdict {
    /// The rule's result.
    fn of(self) -> Result<()>;
}

impl Verdict for bool {
    fn of(self) -> Result<()> {
        super::actor::need(self)
    }
}

impl Verdict for Result<()> {
    fn of(self) -> Result<()> {
        self
    }
}
