//! Verb `import`: records what a table of another system brings.

use std::sync::Arc;

use import::{Error, Mapping, Plan, Table};
use journal::RecordedTogether;
use query::{CancellationToken, Engine};
use session::Home;

use super::{actor, close, read, writable};
use crate::Outcome;
use crate::answers::{Imported, bad_row};
use crate::args::{Format, Import};
use crate::error::CliError;
use crate::print::{Printer, counted, write_message};

/// Most bad rows that the refusal of an import names.
const MOST_NAMED: usize = 10;

/// Records what differs between a table and the journal, or tells what that is.
pub async fn import(args: Import, printer: Printer) -> Result<Outcome, CliError> {
    // First what needs no journal: a mistake is told at once.
    let mapping = Mapping::read(&args.mapping).map_err(wrong)?;
    let table = Table::read(&args.file, &mapping).map_err(wrong)?;
    let home = Home::find()?;
    let actor = actor(args.actor, &home)?;
    let file = args.file.file_name().unwrap_or_default().to_string_lossy();
    let plan = async |engine: Arc<dyn Engine>| {
        let token = CancellationToken::new();
        let plan = Plan::make(&table, &mapping, &file, actor.as_deref(), &*engine, &token).await;
        plan.map_err(wrong)
    };
    if args.dry_run {
        // What is only read can be compared with too; a folder in which a journal would begin is not read.
        let (_session, engine) = match read(&args.bucket).await {
            Ok(opened) => opened,
            Err(error) => {
                let (session, _) = writable(&args.bucket, args.place).await.map_err(|_| error)?;
                let engine = session.refresh().await?;
                (session, engine)
            }
        };
        let Plan { drafts, summary } = plan(engine).await?;
        return print(printer, &Imported::dry(summary, &drafts));
    }
    let (session, _) = writable(&args.bucket, args.place).await?;
    let Plan { drafts, summary } = plan(session.refresh().await?).await?;
    let bad = &summary.bad;
    if bad.total > 0 && !args.leave_out_bad {
        for row in bad.first.iter().take(MOST_NAMED) {
            write_message(&bad_row(row));
        }
        let rows = if bad.total == 1 {
            "1 row cannot".to_owned()
        } else {
            format!("{} rows cannot", bad.total)
        };
        return Err(CliError::NotDone(format!(
            "{rows} be understood, so nothing is recorded; mend the file or the mapping, or leave these rows \
             out with --leave-out-bad"
        )));
    }
    let mut done = RecordedTogether::default();
    let recorded = session.record_together(drafts, |so_far| done = so_far.clone()).await;
    let closed = if done.events > 0 { close(&session, &args.bucket).await } else { Ok(()) };
    let recorded = recorded.map_err(|error| stopped(error, done.events));
    let printed =
        recorded.and_then(|recorded| print(printer, &Imported::recorded(summary, recorded)));
    closed.and(printed)
}

/// Prints what is told, and but for JSON, which has all of it, a message a line.
fn print(printer: Printer, imported: &Imported) -> Result<Outcome, CliError> {
    let outcome = printer.print(imported);
    if printer.format() != Format::Json {
        imported.messages().iter().for_each(|message| write_message(message));
    }
    outcome
}

/// The error of an import, as one of a verb.
fn wrong(error: Error) -> CliError {
    match error {
        Error::Query(error) => error.into(),
        error => CliError::Wrong(error.to_string()),
    }
}

/// The error that recording stopped after so many events.
fn stopped(error: session::Error, recorded: usize) -> CliError {
    match recorded {
        0 => error.into(),
        recorded => CliError::NotDone(format!(
            "{error}; {} were recorded before, and importing again goes on behind them",
            counted(recorded, "event")
        )),
    }
}
