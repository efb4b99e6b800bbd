//! `kollegium auth …`

use clap::Subcommand;
use kollegium::server::orders::Order;

#[derive(Subcommand)]
pub enum Command {
    /// Says whether somebody would get in, and why, rule by rule; their password is not needed.
    Explain {
        /// User name, mail address, or what they log in with.
        login: String,
    },
}

/// What such a command asks for.
pub fn order(command: Command) -> Order {
    let Command::Explain { login } = command;
    Order::ExplainAdmission { login }
}
