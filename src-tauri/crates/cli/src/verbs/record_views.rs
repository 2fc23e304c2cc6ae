//! Questions about one record: history, state, blame.

use event::{RecordId, Timeline, View};
use reader::Answer;

use super::Reading;
use crate::Done;
use crate::answers;
use crate::args::{Blame, History, RecordArgs, State};
use crate::print::Printer;
use crate::stop::Stop;

pub async fn history(args: History, printer: Printer) -> Result<Done, Stop> {
    let reading = Reading::start(&args.bucket).await?;
    let (_, timeline) = timeline(&reading, &args.record)?;
    let Answer { value: timeline, coverage } = timeline;
    let all = answers::Events::all(timeline.entries(), coverage, &reading.snapshot);
    printer.print(&all)
}

pub async fn state(args: State, printer: Printer) -> Result<Done, Stop> {
    let reading = Reading::start(&args.bucket).await?;
    let (record, timeline) = timeline(&reading, &args.record)?;
    let view = View { at: args.at, reading: args.reading.into(), known_at: None };
    printer.print(&answers::StateOf::new(record, timeline, view))
}

pub async fn blame(args: Blame, printer: Printer) -> Result<Done, Stop> {
    let reading = Reading::start(&args.bucket).await?;
    let (record, timeline) = timeline(&reading, &args.record)?;
    let as_read = args.reading.into();
    let blame = answers::Blame::new(record, timeline, as_read, &reading.snapshot);
    printer.print(&blame)
}

fn timeline(reading: &Reading, args: &RecordArgs) -> Result<(RecordId, Answer<Timeline>), Stop> {
    let snapshot = &reading.snapshot;
    let record = snapshot.record(&args.entity_id, args.entity_type.as_deref());
    let record = reading.found(record)?;
    let timeline = reading.found(snapshot.timeline(&record))?;
    Ok((record, timeline))
}
