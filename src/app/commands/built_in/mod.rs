//! The commands that every server has.

mod channel;
mod people;
mod status;
mod words;

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::execute::Run;
use crate::app::App;
use crate::config::Settings;
use crate::model::Id;
use crate::model::commands::CommandResponse;
use crate::model::errors::Result;
use crate::model::integrations::Command;

/// The most posts of `/echo` that wait for their time.
const MOST_ECHOES: usize = 100;

/// Room for posts of `/echo` that wait for their time.
pub struct Echoes(Arc<Semaphore>);

impl Default for Echoes {
    fn default() -> Self {
        Echoes(Arc::new(Semaphore::new(MOST_ECHOES)))
    }
}

/// Declares the commands: name, hint, explanation.
macro_rules! built_in {
    ($($name:ident $trigger:literal $hint:literal $description:literal;)*) => {
        /// A command that every server has.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::app) enum BuiltIn { $($name),* }

        impl BuiltIn {
            const ALL: &[BuiltIn] = &[$(BuiltIn::$name),*];

            fn texts(self) -> (&'static str, &'static str, &'static str) {
                match self { $(BuiltIn::$name => ($trigger, $hint, $description)),* }
            }
        }
    };
}

built_in! {
    Away         "away"          ""                          "Set yourself away";
    Code         "code"          "[text]"                    "Show text as a block of code";
    Collapse     "collapse"      ""                          "Hide previews of pictures until they are asked for";
    Dnd          "dnd"           ""                          "Be disturbed by no notification";
    Echo         "echo"          "\"message\" [delay in seconds]" "Say something, perhaps later";
    Expand       "expand"        ""                          "Show previews of pictures";
    GroupMessage "groupmsg"      "@[one],@[another] 'message'" "Write to several people";
    Header       "header"        "[text]"                    "Change the header of the channel";
    Help         "help"          ""                          "Where help is found";
    Invite       "invite"        "@[username]... ~[channel]..." "Add people to a channel";
    InvitePeople "invite_people" "[name@domain.com ...]"     "Invite people to the team by mail";
    Join         "join"          "~[channel]"                "Join a channel";
    Kick         "kick"          "@[username]"               "Remove somebody from the channel";
    Leave        "leave"         ""                          "Leave the channel";
    Logout       "logout"        ""                          "Log out";
    Me           "me"            "[message]"                 "Do something";
    Message      "msg"           "@[username] 'message'"     "Write to somebody";
    Mute         "mute"          "~[channel]"                "Mute the channel, or another one, or hear it again";
    Offline      "offline"       ""                          "Set yourself offline";
    Online       "online"        ""                          "Set yourself online";
    Open         "open"          "~[channel]"                "Open a channel";
    Purpose      "purpose"       "[text]"                    "Change the purpose of the channel";
    Remove       "remove"        "@[username]"               "Remove somebody from the channel";
    Rename       "rename"        "[text]"                    "Change the title of the channel";
    Search       "search"        "[text]"                    "Search messages";
    Settings     "settings"      ""                          "Open your settings";
    Shortcuts    "shortcuts"     ""                          "Show the keyboard shortcuts";
    Shrug        "shrug"         "[message]"                 "Say something with a shrug";
    Status       "status"        "[:emoji:] [words] or clear" "Set or clear your custom status";
}

impl BuiltIn {
    /// The command of that name.
    pub fn parse(trigger: &str) -> Option<BuiltIn> {
        BuiltIn::ALL.iter().copied().find(|command| command.texts().0 == trigger)
    }

    /// Whether the settings let it do anything.
    pub fn exists(self, settings: &Settings) -> bool {
        self != BuiltIn::Status || settings.team.enable_custom_user_statuses
    }

    /// Whether it is offered to people who type a slash.
    fn offered(self, settings: &Settings) -> bool {
        let mailed = settings.email.send_email_notifications
            && settings.team.enable_user_creation
            && settings.service.enable_email_invitations;
        self.exists(settings) && (self != BuiltIn::InvitePeople || mailed)
    }

    /// The commands that are offered, as clients know them.
    pub fn all_offered(settings: &Settings) -> Vec<Command> {
        let command = |command: &BuiltIn| {
            let (trigger, hint, description) = command.texts();
            Command {
                id: Id::NONE,
                trigger: trigger.to_owned(),
                auto_complete: true,
                auto_complete_desc: description.to_owned(),
                auto_complete_hint: hint.to_owned(),
                display_name: trigger.to_owned(),
                ..Command::default()
            }
        };
        BuiltIn::ALL.iter().filter(|command| command.offered(settings)).map(command).collect()
    }
}

impl App {
    pub(super) async fn run_built_in(&self, command: BuiltIn, run: &Run<'_>) -> Result<CommandResponse> {
        match command {
            BuiltIn::Me => Ok(words::me(run.words)),
            BuiltIn::Shrug => Ok(words::shrug(run.words)),
            BuiltIn::Code => Ok(words::code(run.words)),
            BuiltIn::Echo => self.run_echo(run),
            BuiltIn::Help => Ok(words::help(&self.config.snapshot().effective)),
            BuiltIn::Search | BuiltIn::Settings | BuiltIn::Shortcuts => Ok(words::done_by_clients(run.trigger)),
            BuiltIn::Logout => Ok(CommandResponse::goes_to("/login".to_owned())),
            BuiltIn::Away | BuiltIn::Dnd | BuiltIn::Offline | BuiltIn::Online => self.run_presence(run).await,
            BuiltIn::Status => self.run_custom_status(run).await,
            BuiltIn::Collapse => self.run_collapse(run, true).await,
            BuiltIn::Expand => self.run_collapse(run, false).await,
            BuiltIn::Header => self.run_header(run).await,
            BuiltIn::Purpose => self.run_purpose(run).await,
            BuiltIn::Rename => self.run_rename(run).await,
            BuiltIn::Join | BuiltIn::Open => self.run_join(run).await,
            BuiltIn::Leave => self.run_leave(run).await,
            BuiltIn::Mute => self.run_mute(run).await,
            BuiltIn::Message => self.run_message(run, run.words).await,
            BuiltIn::GroupMessage => self.run_group_message(run).await,
            BuiltIn::Invite => self.run_invite(run).await,
            BuiltIn::InvitePeople => self.run_invite_people(run).await,
            BuiltIn::Kick | BuiltIn::Remove => self.run_kick(run).await,
        }
    }

    /// The address of a channel in the client.
    fn place_in_client(&self, run: &Run<'_>, channel: &str) -> String {
        let snapshot = self.config.snapshot();
        let site_url = snapshot.effective.service.site_url.trim_end_matches('/');
        format!("{site_url}/{}/channels/{channel}", run.team.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_given_once() {
        for command in BuiltIn::ALL {
            assert_eq!(BuiltIn::parse(command.texts().0), Some(*command));
        }
    }
}
