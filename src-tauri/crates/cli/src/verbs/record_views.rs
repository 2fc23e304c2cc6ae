//! Questions about one record: history, state, blame.

use event::{RecordId, Timeline, View};
use query::{CancellationToken, Covered, Engine};

use super::{missing, read};
use crate::Done;
use crate::answers;
use crate::args::{Blame, History, RecordArgs, State};
use crate::error::CliError;
use crate::print::Printer;

pub async fn history(args: History, printer: Printer) -> Result<Done, CliError> {
    let (_, timeline) = timeline(&*read(&args.bucket).await?, &args.record).await?;
    printer.print(&answers::Events::all(timeline))
}

pub async fn state(args: State, printer: Printer) -> Result<Done, CliError> {
    let (record, timeline) = timeline(&*read(&args.bucket).await?, &args.record).await?;
    let view = View { at: args.at, reading: args.reading.into(), known_at: None };
    printer.print(&answers::StateOf::new(record, timeline, view))
}

pub async fn blame(args: Blame, printer: Printer) -> Result<Done, CliError> {
    let (record, timeline) = timeline(&*read(&args.bucket).await?, &args.record).await?;
    printer.print(&answers::Blame::new(record, timeline, args.reading.into()))
}

async fn timeline(
    engine: &dyn Engine,
    args: &RecordArgs,
) -> Result<(RecordId, Covered<Timeline>), CliError> {
    let token = CancellationToken::new();
    let missing = |error: query::Error| missing(error.into(), engine);
    let record = engine.record(&args.entity_id, args.entity_type.as_deref(), &token).await;
    let record = record.map_err(missing)?.value;
    let timeline = engine.timeline(&record, &token).await.map_err(missing)?;
    Ok((record, timeline))
}
