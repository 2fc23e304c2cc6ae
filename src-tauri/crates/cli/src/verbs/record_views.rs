//! Verbs that ask about one record: history, state, blame.

use event::{RecordId, Timeline, View};
use journal::{Clock, SystemClock};
use query::{CancellationToken, Covered, Engine};

use super::unknown::near_records;
use super::{missing, read};
use crate::Outcome;
use crate::answers;
use crate::args::{Blame, History, RecordArgs, State};
use crate::error::CliError;
use crate::print::{Printer, report_findings, visible_text};

/// Lists all events of a record.
pub async fn history(args: History, printer: Printer) -> Result<Outcome, CliError> {
    let (_session, engine) = read(&args.bucket).await?;
    let (_, timeline) = timeline(&*engine, &args.record).await?;
    printer.print(&answers::Events::all(timeline))
}

/// Prints the fields of a record at an instant.
pub async fn state(args: State, printer: Printer) -> Result<Outcome, CliError> {
    let (_session, engine) = read(&args.bucket).await?;
    let (record, timeline) = timeline(&*engine, &args.record).await?;
    let view =
        View { at: args.at(SystemClock.now()), reading: args.reading.into(), known_at: None };
    printer.print(&answers::StateOf::new(record, timeline, view))
}

/// Prints for each field of a record the event that set its value.
pub async fn blame(args: Blame, printer: Printer) -> Result<Outcome, CliError> {
    let (_session, engine) = read(&args.bucket).await?;
    let (record, timeline) = timeline(&*engine, &args.record).await?;
    printer.print(&answers::Blame::new(record, timeline, args.reading.into()))
}

/// Finds a record, and its timeline.
async fn timeline(
    engine: &dyn Engine,
    args: &RecordArgs,
) -> Result<(RecordId, Covered<Timeline>), CliError> {
    let token = CancellationToken::new();
    let missing = |error: query::Error| missing(error.into(), engine);
    let record = match engine.record(&args.entity_id, args.entity_type.as_deref(), &token).await {
        Ok(record) => record.value,
        Err(error @ query::Error::NoSuchRecord(_)) => {
            let near = near_records(engine, &args.entity_id).await?;
            if near.is_empty() {
                return Err(missing(error));
            }
            report_findings(&engine.coverage());
            let near: Vec<String> =
                near.iter().map(|near| visible_text(&near.to_string())).collect();
            return Err(CliError::Wrong(format!("{error}; near: {}", near.join(", "))));
        }
        Err(error) => return Err(missing(error)),
    };
    let timeline = engine.timeline(&record, &token).await.map_err(missing)?;
    Ok((record, timeline))
}
