//! Verb `record`: records events from standard input, one a line. The ids that are printed for an
//! event acknowledge that it is on disk.
//!
//! Submitting and acknowledging run concurrently, so that many events share one commit; a bounded
//! channel of receipts lies between them.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::pin::pin;

use event::{Event, ExportedEvent, Request};
use journal::{Batch, Receipt};
use serde_json::json;
use session::Recording;
use tokio::sync::mpsc;

use super::lines::{self, Chunk, Line, LineNumber};
use super::{actor, as_new, close, writable};
use crate::Outcome;
use crate::args::{Format, Record};
use crate::error::CliError;
use crate::print::{counted, write_message, write_out};

/// Most events that are submitted and not acknowledged. The journal limits how many bytes they
/// have.
pub(super) const MOST_SUBMITTED: usize = 4096;

/// Records the events on standard input. What was recorded before an error is flushed as well.
pub async fn record(args: Record, format: Format) -> Result<Outcome, CliError> {
    let (session, home) = writable(&args.bucket, args.place).await?;
    let actor = actor(args.actor, &home)?;
    if io::stdin().is_terminal() {
        write_message("One JSON object a line; end with Ctrl-D.");
    }
    if format == Format::Csv {
        write_out("event_id\r\n")?;
    }
    let input = Input { chunks: lines::standard_input()?, actor, as_new: args.as_new };
    let recording = session.recording();
    let (recorded, ended) = match (args.atomic, args.as_new) {
        (true, _) => record_batch(input, recording, format).await,
        (false, true) => as_new::record_each(input, recording, format).await,
        (false, false) => record_each(input, recording, format).await,
    };
    let closed = if recorded > 0 { close(&session, &args.bucket).await } else { Ok(()) };
    ended.and(closed)?;
    if recorded == 0 {
        write_message("Nothing is recorded: there was no event on standard input.");
    }
    Ok(Outcome::Clean)
}

/// Standard input, and what is needed to parse it.
pub(super) struct Input {
    pub chunks: mpsc::Receiver<Chunk>,
    /// The actor of lines that name none.
    actor: Option<String>,
    /// Whether lines are what was exported from a journal.
    as_new: bool,
}

impl Input {
    /// Parses a line; the error names it.
    fn request(&self, line: &Line) -> Result<Request, String> {
        let request = Request::parse(&line.text, self.actor.as_deref());
        request.map_err(|why| line.number.failed(&why))
    }

    /// Parses a line that was exported; the error names it.
    pub fn exported(&self, line: &Line) -> Result<ExportedEvent, String> {
        let exported = Request::parse_exported(&line.text, self.actor.as_deref());
        exported.map_err(|why| line.number.failed(&why))
    }
}

/// Records each line as it comes, up to the first that cannot be recorded. Returns how many events
/// were recorded.
async fn record_each(
    mut input: Input,
    mut recording: Recording<'_>,
    format: Format,
) -> (usize, Result<(), CliError>) {
    let (receipts, receiver) = mpsc::channel(MOST_SUBMITTED);
    let acknowledging = tokio::spawn(Acknowledger { format, recorded: 0 }.run(receiver));
    let ended = submit_all(&mut input, &mut recording, &receipts).await;
    drop(receipts);
    match acknowledging.await {
        Ok((recorded, Ok(()))) => (recorded, ended.map_err(|why| stopped_at(&why, recorded))),
        Ok((recorded, Err(error))) => (recorded, Err(error)),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// Submits all lines, and sends their receipts. Ends at the end of the input, at the first line
/// that is wrong, or when nothing more is acknowledged.
async fn submit_all(
    input: &mut Input,
    recording: &mut Recording<'_>,
    receipts: &mpsc::Sender<(LineNumber, Receipt)>,
) -> Result<(), String> {
    loop {
        let chunk = tokio::select! {
            chunk = input.chunks.recv() => chunk,
            () = receipts.closed() => return Ok(()),
        };
        let Some(chunk) = chunk else { return Ok(()) };
        for line in chunk? {
            let request = input.request(&line)?;
            // First room for its receipt: nothing is recorded that will not be acknowledged.
            let Ok(permit) = receipts.reserve().await else { return Ok(()) };
            let receipt = recording.submit(request).await;
            permit.send((line.number, receipt.map_err(|why| line.number.failed(&why))?));
        }
    }
}

/// Acknowledger: prints the ids of events that are on disk, in the order in which they were
/// submitted.
struct Acknowledger {
    format: Format,
    /// How many events are on disk.
    recorded: usize,
}

impl Acknowledger {
    /// Acknowledges all receipts. Returns how many events were recorded, and why it stopped before
    /// the end, if it did.
    async fn run(
        mut self,
        mut receipts: mpsc::Receiver<(LineNumber, Receipt)>,
    ) -> (usize, Result<(), CliError>) {
        let ended = self.acknowledge(&mut receipts).await;
        receipts.close();
        // Events that were submitted before this stopped are recorded too, and count.
        while let Some((_, receipt)) = receipts.recv().await {
            self.recorded += receipt.acknowledged().await.map_or(0, |events| events.len());
        }
        let ended = ended.map_err(|ended| match ended {
            StopReason::Refused(why) => stopped_at(&why, self.recorded),
            StopReason::OutputFailed(error) => output_failed(&error, self.recorded),
        });
        (self.recorded, ended)
    }

    /// Acknowledges receipts until there are none left or something fails.
    async fn acknowledge(
        &mut self,
        receipts: &mut mpsc::Receiver<(LineNumber, Receipt)>,
    ) -> Result<(), StopReason> {
        let mut printed = String::new();
        while let Some((line, receipt)) = next(receipts, &mut printed).await? {
            let mut acknowledged = pin!(receipt.acknowledged());
            // While this event is not on disk yet, print those that are.
            let (written, events) = tokio::select! {
                biased;
                events = &mut acknowledged => (Ok(()), events),
                () = std::future::ready(()) => (print(&mut printed), acknowledged.await),
            };
            self.recorded += events.as_ref().map_or(0, Vec::len);
            written?;
            let events = events.map_err(|why| StopReason::Refused(line.failed(&why)))?;
            printed += &acknowledgement(&events, self.format);
        }
        print(&mut printed)
    }
}

/// Reason why no more is acknowledged.
enum StopReason {
    /// The journal refused an event; the text names its line.
    Refused(String),
    /// Standard output cannot be written to.
    OutputFailed(CliError),
}

/// The next receipt. Before it waits for one, it prints what was acknowledged.
async fn next(
    receipts: &mut mpsc::Receiver<(LineNumber, Receipt)>,
    printed: &mut String,
) -> Result<Option<(LineNumber, Receipt)>, StopReason> {
    if receipts.is_empty() {
        print(printed)?;
    }
    Ok(receipts.recv().await)
}

/// Writes a text to standard output, and clears it.
fn print(text: &mut String) -> Result<(), StopReason> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    text.clear();
    written.map_err(|why| StopReason::OutputFailed(why.into()))
}

/// Records all lines as one batch, or none. Returns how many events were recorded.
async fn record_batch(
    mut input: Input,
    mut recording: Recording<'_>,
    format: Format,
) -> (usize, Result<(), CliError>) {
    let batch = match collect_batch(&mut input, &mut recording).await {
        Ok(batch) if batch.is_empty() => return (0, Ok(())),
        Ok(batch) => batch,
        Err(problem) => return (0, Err(stopped_at(&problem, 0))),
    };
    match recording.record_whole(batch).await {
        Ok(events) => {
            let written = write_out(&acknowledgement(&events, format));
            (events.len(), written.map_err(|error| output_failed(&error, events.len())))
        }
        Err(error) => (0, Err(CliError::Session(error))),
    }
}

/// Collects all lines into a batch; the error names the line that cannot be recorded.
async fn collect_batch(input: &mut Input, recording: &mut Recording<'_>) -> Result<Batch, String> {
    let mut batch = Batch::default();
    let (mut addresses, mut left_out) = (HashSet::new(), 0);
    while let Some(chunk) = input.chunks.recv().await {
        for line in chunk? {
            if input.as_new {
                let added = as_new::add(input, &line, &mut addresses, recording, &mut batch).await;
                left_out += usize::from(added?);
                continue;
            }
            let added = recording.add(input.request(&line)?, &mut batch).await;
            added.map_err(|error| match error {
                session::Error::Journal(journal::Error::BatchEvent { rejection, .. }) => {
                    line.number.failed(&rejection)
                }
                error => line.number.failed(&error),
            })?;
        }
    }
    as_new::tell_left_out(left_out);
    Ok(batch)
}

/// The ids of events that are on disk, in a form.
pub(super) fn acknowledgement(events: &[Event], format: Format) -> String {
    let ids: Vec<&str> = events.iter().map(|event| event.event_id.as_str()).collect();
    match format {
        Format::Json | Format::Ndjson => format!("{}\n", json!({ "ids": ids })),
        Format::Csv => ids.join("\r\n") + "\r\n",
        Format::Table => ids.join("\n") + "\n",
    }
}

/// The error that recording stopped at a line, and how much was recorded before it.
pub(super) fn stopped_at(problem: &dyn Display, recorded: usize) -> CliError {
    let before = match recorded {
        0 => "nothing is recorded".to_owned(),
        1 => "the event before it was recorded, nothing from it on".to_owned(),
        n => format!("the {n} events before it were recorded, nothing from it on"),
    };
    CliError::NotDone(format!("{problem}; {before}"))
}

/// The error that acknowledgements cannot be written, so that nothing more is recorded. Unlike a
/// closed pipe elsewhere it is a failure.
pub(super) fn output_failed(error: &CliError, recorded: usize) -> CliError {
    let sentence =
        format!("{error}: {} recorded, and no more were taken", counted(recorded, "event"));
    if recorded == 0 { CliError::NotDone(sentence) } else { CliError::Recorded(sentence) }
}
