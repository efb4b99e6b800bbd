//! Dialogs: opened by programs, filled in by people.

use crate::app::App;
use crate::auth::channels::ReadPosts;
use crate::auth::teams::ViewTeam;
use crate::auth::{Actor, ChannelGrant, TeamGrant};
use crate::events::Json;
use crate::events::system::SystemEvent;
use crate::model::dialogs::{DialogAnswer, DialogChoices, OpenDialog, SubmitDialog, is_lookup_address};
use crate::model::errors::{Result, channels as channel_codes, forbidden, integrations as codes, invalid_body};
use crate::model::{Code, Id, json};

impl App {
    /// Opens a dialog for whoever did what the trigger id tells of. The program needs no session: the id is signed.
    pub async fn open_dialog(&self, wanted: OpenDialog) -> Result<()> {
        if wanted.url.is_empty() {
            return Err(invalid_body("url"));
        }
        let (id, user) = self.read_trigger(&wanted.trigger_id).await?;
        let dialog = Json::of(&OpenDialog { trigger_id: id.to_string(), ..wanted });
        self.hub.publish(vec![SystemEvent::DialogOpened { user, dialog }.into()]);
        Ok(())
    }

    /// Tells a program what somebody wrote into its dialog, or that they closed it.
    pub async fn submit_dialog(&self, actor: Actor, submitted: SubmitDialog) -> Result<DialogAnswer> {
        if submitted.url.is_empty() {
            return Err(invalid_body("url"));
        }
        let answer: DialogAnswer =
            self.tell_of_dialog(actor, submitted, "dialog_submission", codes::DIALOG_JSON).await?;
        answer.validate()?;
        Ok(answer)
    }

    /// What a program offers to choose from while somebody fills in its dialog.
    pub async fn look_up_for_dialog(&self, actor: Actor, submitted: SubmitDialog) -> Result<DialogChoices> {
        if !is_lookup_address(&submitted.url) {
            return Err(invalid_body("url"));
        }
        self.tell_of_dialog(actor, submitted, "dialog_lookup", codes::DIALOG_LOOKUP_JSON).await
    }

    async fn tell_of_dialog<T: serde::de::DeserializeOwned + Default>(
        &self,
        actor: Actor,
        submitted: SubmitDialog,
        kind: &str,
        unreadable: Code,
    ) -> Result<T> {
        let channel = Id::parse(&submitted.channel_id).ok_or(channel_codes::NOT_FOUND)?;
        let _: ChannelGrant<ReadPosts> = self.auth.channel(actor.clone(), channel).await?;
        let team = Id::parse(&submitted.team_id).ok_or_else(forbidden)?;
        let _: TeamGrant<ViewTeam> = self.auth.team(actor.clone(), team).await?;
        let url = submitted.url.clone();
        let body = self.ask_program(&url, &submitted.by(actor.id(), kind)).await?;
        if body.is_empty() {
            return Ok(T::default());
        }
        Ok(json::decode(&body).map_err(|_| unreadable)?)
    }
}
