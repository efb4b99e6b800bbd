//! The organisation's directory (LDAP, Active Directory): who somebody is there, and whether a password is theirs.
//!
//! Nothing is ever written to it, and no referral is followed: passwords and questions go to the servers that the settings
//! name and nowhere else. Whatever comes from people is escaped before it is part of a filter; the DN that a password is
//! tried with is always one that the directory itself gave.

mod connect;
mod groups;
mod people;
mod plan;
mod pool;
mod search;
mod survey;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

pub use groups::{Group, plain};
pub use people::{Found, Login, People, Person, Standing};
pub use plan::{Attributes, Filters, Plan, Security};
pub use survey::Survey;

use pool::Pool;

/// Why the directory has not answered a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It is not there, or too slow: another time it may answer.
    Away(String),
    /// It does not take what the settings say; somebody has to change them.
    Setup(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Away(why) => write!(f, "the directory does not answer: {why}"),
            Trouble::Setup(why) => write!(f, "the directory cannot be asked: {why}"),
        }
    }
}

impl std::error::Error for Trouble {}

/// What a directory answers at the end of an operation (RFC 4511, appendix A).
mod rc {
    pub const SUCCESS: u32 = 0;
    pub const SIZE_LIMIT: u32 = 4;
    pub const STRONGER_AUTH: u32 = 8;
    pub const REFERRAL: u32 = 10;
    pub const CONFIDENTIALITY: u32 = 13;
    pub const NO_SUCH_OBJECT: u32 = 32;

    /// Whether it may go another time: time limit, busy, unavailable, other.
    pub fn is_passing(code: u32) -> bool {
        matches!(code, 3 | 51 | 52 | 80)
    }
}

/// The directory. Connections are opened when something is asked, and kept for the next question.
#[derive(Default)]
pub struct Directory {
    pool: Mutex<Option<Arc<Pool>>>,
}

impl Directory {
    /// The connections for a plan; those for another one are closed once nobody uses them.
    fn pool(&self, plan: &Plan) -> Result<Arc<Pool>, Trouble> {
        let mut kept = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = kept.as_ref().filter(|pool| pool.plan() == plan) {
            return Ok(Arc::clone(pool));
        }
        let pool = Arc::new(Pool::new(plan.clone())?);
        *kept = Some(Arc::clone(&pool));
        Ok(pool)
    }

    /// Whether the password is that of the entry. A blank one never is: a directory would take it for nobody's and say yes.
    pub async fn check_password(&self, plan: &Plan, dn: &str, password: &str) -> Result<bool, Trouble> {
        if password.is_empty() || dn.is_empty() {
            return Ok(false);
        }
        let answer = self.pool(plan)?.bind(dn, password).await?;
        match answer.rc {
            rc::SUCCESS => Ok(true),
            rc::STRONGER_AUTH | rc::CONFIDENTIALITY => Err(Trouble::Setup(answer.to_string())),
            rc::REFERRAL => Err(Trouble::Setup("it refers to another server, which is not followed".into())),
            code if rc::is_passing(code) => Err(Trouble::Away(answer.to_string())),
            _ => Ok(false),
        }
    }

    /// Connects and binds, and sees whether the place where searches begin is there.
    pub async fn test(&self, plan: &Plan) -> Result<(), Trouble> {
        self.pool(plan)?.test().await
    }
}
