//! What the command line does to accounts and teams, in the name of whoever runs the server on its machine.

use super::App;
use super::passwords::NewPassword;
use super::users::Door;
use crate::auth::system::ManageSystem;
use crate::auth::{Actor, SystemGrant};
use crate::model::errors::{Result, users as codes};
use crate::model::teams::{Team, TeamInput};
use crate::model::users::{User, UserInput, normalize_email, normalize_username};
use crate::store;

impl App {
    /// The account of that name or mail address.
    pub async fn account_named(&self, name: &str) -> Result<User> {
        let (username, email) = (normalize_username(name), normalize_email(name));
        let found = self.store.read(move |conn| match store::users::by_username(conn, &username)? {
            None => store::users::by_email(conn, &email),
            found => Ok(found),
        });
        found.await?.ok_or_else(|| codes::UNKNOWN.error())
    }

    /// Makes an account, with these system roles if any are given.
    pub async fn create_account(&self, input: UserInput, roles: Option<&str>) -> Result<User> {
        let operator: Actor = self.auth.operator(None).await?;
        let user = self.create_user(Door::Admin(operator), input).await?;
        match roles {
            Some(roles) => {
                self.give_roles(&user, roles).await?;
                self.account_named(&user.username).await
            }
            None => Ok(user),
        }
    }

    /// The right to everything that only administrators do, in nobody's name.
    pub async fn operator_grant(&self) -> Result<SystemGrant<ManageSystem>> {
        self.auth.system(self.auth.operator(None).await?)
    }

    /// Gives somebody a new password.
    pub async fn set_password(&self, user: &User, password: &str) -> Result<()> {
        let grant = self.auth.user(self.auth.operator(None).await?, user.id).await?;
        let given = NewPassword { new: password.to_owned(), ..NewPassword::default() };
        self.change_password(grant, given).await
    }

    /// Opens or closes an account. A closed one's sessions end.
    pub async fn open_account(&self, user: &User, open: bool) -> Result<()> {
        let grant = self.auth.user(self.auth.operator(None).await?, user.id).await?;
        self.activate(grant, open).await
    }

    /// Gives somebody other system roles, names separated by spaces.
    pub async fn give_roles(&self, user: &User, roles: &str) -> Result<()> {
        let grant = self.auth.user(self.auth.operator(None).await?, user.id).await?;
        self.change_roles(grant, roles).await
    }

    /// Makes a team, whose administrator the owner is.
    pub async fn create_team_for(&self, owner: &User, input: TeamInput) -> Result<Team> {
        let grant = self.auth.system(self.auth.operator(Some(owner)).await?)?;
        self.create_team(grant, input).await
    }
}
