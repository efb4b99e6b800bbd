//! Carrying jobs out. Each type has a loop of its own on every node; a run is a row of `jobs`, which one node takes.

use std::time::Duration;

use super::schedule::{TASKS, Task, When};
use crate::app::App;
use crate::app::jobs::{Run, Waiting};
use crate::model::errors::Result;
use crate::model::{TimeMs, now};

/// The longest time between two looks: what another node scheduled, or left when it died, is seen by then.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The pause before the next look when another node is at work.
const WHILE_OTHERS_WORK: Duration = Duration::from_secs(5);

/// The pause after a run: whatever stays due is not tried again and again at once.
const REST: Duration = Duration::from_secs(1);

/// Starts carrying jobs out.
pub fn start(app: &App) {
    for task in TASKS {
        tokio::spawn(keep_at(app.clone(), task));
    }
}

async fn keep_at(app: App, task: &'static Task) {
    let mut changes = app.schedule_changes();
    loop {
        changes.mark_unchanged();
        let pause = look(&app, task).await.unwrap_or_else(|error| {
            tracing::error!(%error, job = task.kind, "it could not be found out what is to be done");
            LOOK_EVERY
        });
        // Whether something was scheduled or time passed: there may be something to do.
        let _ = tokio::time::timeout(pause, changes.changed()).await;
    }
}

/// Does what is to be done now; answers when to look again.
async fn look(app: &App, task: &'static Task) -> Result<Duration> {
    if !app.runs_jobs() {
        return Ok(LOOK_EVERY);
    }
    let begun = match app.waiting(task.kind).await? {
        Waiting::UnderWay => return Ok(WHILE_OTHERS_WORK),
        Waiting::Ordered(at) if at > now() => return Ok(until(at)),
        Waiting::Ordered(_) => app.begin_ordered(task.kind).await?,
        Waiting::Nothing(last) => match due(app, task, last).await? {
            None => return Ok(LOOK_EVERY),
            Some(at) if at > now() => return Ok(until(at)),
            Some(_) => app.begin_scheduled(task.kind, none_since(task, last)).await?,
        },
    };
    let Some(run) = begun else { return Ok(WHILE_OTHERS_WORK) };
    carry_out(app, task, run).await
}

/// When the schedule wants the job done next; `last` is when it last began.
async fn due(app: &App, task: &Task, last: Option<TimeMs>) -> Result<Option<TimeMs>> {
    if !app.runs_schedule() {
        return Ok(None);
    }
    match &task.when {
        When::Ordered => Ok(None),
        When::Due(next) => next(app).await,
        When::Every(pause) => Ok(Some(after(last, *pause))),
        When::BySettings(pause) => Ok(pause(app).map(|pause| after(last, pause))),
    }
}

/// So long after the last run; at once if there was none.
fn after(last: Option<TimeMs>, pause: Duration) -> TimeMs {
    last.map_or(0, |last| last.saturating_add(pause.as_millis() as TimeMs))
}

/// A run that another node began meanwhile makes one at intervals superfluous.
fn none_since(task: &Task, last: Option<TimeMs>) -> Option<TimeMs> {
    matches!(task.when, When::Every(_) | When::BySettings(_)).then(|| last.unwrap_or(0))
}

async fn carry_out(app: &App, task: &'static Task, mut run: Run) -> Result<Duration> {
    let worker = app.clone();
    // In a task of its own, so that a panic ends the run alone.
    let done = tokio::spawn(async move {
        let result = (task.work)(&worker, &mut run).await;
        worker.close_run(run, result.as_ref().err().map(|error| error.message.to_string())).await?;
        result
    });
    match done.await {
        Ok(Ok(())) => Ok(REST),
        Ok(Err(error)) => {
            tracing::error!(%error, job = task.kind, "a job failed; it will be tried again");
            Ok(LOOK_EVERY)
        }
        Err(error) => {
            tracing::error!(%error, job = task.kind, "a job ended before its time; it will be taken up again");
            Ok(LOOK_EVERY)
        }
    }
}

/// How long it is until then, within the bounds of two looks.
fn until(at: TimeMs) -> Duration {
    let wait = Duration::from_millis(u64::try_from(at.saturating_sub(now())).unwrap_or(0));
    wait.clamp(Duration::from_millis(50), LOOK_EVERY)
}
