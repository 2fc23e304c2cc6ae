//! Verbs that ask about one record: history, state, blame.

use event::{RecordId, Timeline, View};
use journal::{Clock, SystemClock};
use query::{CancellationToken, Covered, Engine, ExcerptQuery, ExcerptStart};

use super::unknown::near_records;
use super::{missing, read_by};
use crate::Outcome;
use crate::answers;
use crate::args::{Blame, History, RecordArgs, State};
use crate::error::CliError;
use crate::print::{Printer, visible_text};

/// Lists all events of a record.
pub async fn history(args: History, printer: Printer) -> Result<Outcome, CliError> {
    let (_session, engine) = read_by(&args.bucket, &args.engine).await?;
    let (_, timeline) = timeline(&*engine, &args.record).await?;
    printer.print(&answers::Events::all(timeline))
}

/// Prints the fields of a record at an instant.
pub async fn state(args: State, printer: Printer) -> Result<Outcome, CliError> {
    let (_session, engine) = read_by(&args.bucket, &args.engine).await?;
    let view =
        View { at: args.at(SystemClock.now()), reading: args.reading.into(), known_at: None };
    let (record, timeline) = what_it_rests_on(&*engine, &args.record, view).await?;
    printer.print(&answers::StateOf::new(record, timeline, view))
}

/// Prints for each field of a record the event that set its value.
pub async fn blame(args: Blame, printer: Printer) -> Result<Outcome, CliError> {
    let (_session, engine) = read_by(&args.bucket, &args.engine).await?;
    let view = View { reading: args.reading.into(), ..View::NOW };
    let (record, timeline) = what_it_rests_on(&*engine, &args.record, view).await?;
    printer.print(&answers::Blame::new(record, timeline, view.reading))
}

/// Finds a record, and the events that its state in a view rests on, as a timeline.
async fn what_it_rests_on(
    engine: &dyn Engine,
    args: &RecordArgs,
    view: View,
) -> Result<(RecordId, Covered<Timeline>), CliError> {
    let record = find(engine, args).await?;
    let query = ExcerptQuery { view, only: None, start: ExcerptStart::Skip(0), limit: 0 };
    let excerpt = engine.excerpt(&record, &query, &CancellationToken::new()).await;
    let excerpt = excerpt.map_err(|error| missing(error.into(), engine))?;
    Ok((record, excerpt.map(|excerpt| excerpt.timeline)))
}

/// Finds a record, and its timeline.
async fn timeline(
    engine: &dyn Engine,
    args: &RecordArgs,
) -> Result<(RecordId, Covered<Timeline>), CliError> {
    let record = find(engine, args).await?;
    let timeline = engine.timeline(&record, &CancellationToken::new()).await;
    Ok((record, timeline.map_err(|error| missing(error.into(), engine))?))
}

/// Finds a record.
async fn find(engine: &dyn Engine, args: &RecordArgs) -> Result<RecordId, CliError> {
    let token = CancellationToken::new();
    let missing = |error: query::Error| missing(error.into(), engine);
    match engine.record(&args.entity_id, args.entity_type.as_deref(), &token).await {
        Ok(record) => Ok(record.value),
        Err(error @ query::Error::NoSuchRecord(_)) => {
            let near = near_records(engine, &args.entity_id).await?;
            if near.is_empty() || !engine.coverage().complete {
                return Err(missing(error));
            }
            let near: Vec<String> =
                near.iter().map(|near| visible_text(&near.to_string())).collect();
            Err(CliError::Wrong(format!("{error}; near: {}", near.join(", "))))
        }
        Err(error) => Err(missing(error)),
    }
}
