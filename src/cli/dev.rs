//! `kollegium dev …`

use std::time::Instant;

use clap::{Args, Subcommand};
use kollegium::app::seed::{self, Plan};
use kollegium::server::place::{self, Hold};
use kollegium::server::{Failure, Options};

use super::say;

#[derive(Subcommand)]
pub enum Command {
    /// Fills a database with a large team, the same each time, to try things on.
    Seed(SeedArgs),
}

#[derive(Args)]
pub struct SeedArgs {
    /// People in the team.
    #[arg(long, default_value_t = 20_000)]
    people: usize,
    /// Channels that the first of them is in.
    #[arg(long, default_value_t = 500)]
    channels: usize,
    /// Posts in one channel.
    #[arg(long, default_value_t = 1_000_000)]
    posts: usize,
    /// Replies in one thread.
    #[arg(long, default_value_t = 5_000)]
    replies: usize,
    /// The password of all of them.
    #[arg(long, default_value = "Seed-password-1!")]
    password: String,
}

pub async fn run(options: &Options, command: Command) -> Result<(), Failure> {
    place::make(&options.data_dir)?;
    let _held = Hold::wait(&options.data_dir)?;
    let settings = options.settings()?.snapshot();
    let _claimed = place::claim(&place::database(&settings.effective, &options.data_dir)?)?;
    let app = super::open(options).await?;
    let Command::Seed(args) = command;
    let SeedArgs { people, channels, posts, replies, password } = args;
    let start = Instant::now();
    app.seed(&Plan { people, channels, posts, replies, password }).await?;
    say(&format!(
        "Team \"{name}\": {people} people ({name}-00001 is in every channel), {channels} channels, a channel of {posts} posts, \
         a thread of {replies} replies; {:.1} s.",
        start.elapsed().as_secs_f32(),
        name = seed::NAME
    ));
    Ok(())
}
