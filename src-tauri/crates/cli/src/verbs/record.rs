//! Recording events from standard input, one a line. What is printed for an event is the
//! acknowledgement that it is on disk.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::pin::pin;

use event::{Event, Request};
use journal::{Batch, Receipt};
use serde_json::json;
use session::Recording;
use tokio::sync::mpsc;

use super::lines::{self, Chunk, Line, LineNumber};
use super::{actor, close, writable};
use crate::Done;
use crate::args::{Format, Record};
use crate::error::CliError;
use crate::print::{counted, put, say};

/// How many events may be on their way to the disk. How large they are the journal bounds.
const ON_THE_WAY: usize = 4096;

pub async fn record(args: Record, format: Format) -> Result<Done, CliError> {
    let (session, home) = writable(&args.bucket).await?;
    let actor = actor(args.actor, &home)?;
    if io::stdin().is_terminal() {
        say("One JSON object a line; end with Ctrl-D.");
    }
    if format == Format::Csv {
        put("event_id\r\n")?;
    }
    let input = Input { chunks: lines::standard_input()?, actor };
    let recording = session.recording();
    let (recorded, ended) = if args.atomic {
        whole(input, recording, format).await
    } else {
        each(input, recording, format).await
    };
    if recorded > 0 {
        close(&session, &args.bucket).await;
    }
    ended?;
    if recorded == 0 {
        say("Nothing is recorded: there was no event on standard input.");
    }
    Ok(Done::Clean)
}

struct Input {
    chunks: mpsc::Receiver<Chunk>,
    /// Who is recorded where a line names no actor.
    actor: Option<String>,
}

impl Input {
    fn request(&self, line: &Line) -> Result<Request, String> {
        let request = Request::parse(&line.text, self.actor.as_deref());
        request.map_err(|why| line.number.failed(&why))
    }
}

/// Records each line as it comes, up to the first that cannot be. Returns how many were.
async fn each(
    mut input: Input,
    mut recording: Recording<'_>,
    format: Format,
) -> (usize, Result<(), CliError>) {
    let (receipts, waiting) = mpsc::channel(ON_THE_WAY);
    let acknowledging = tokio::spawn(Acknowledging { format, recorded: 0 }.run(waiting));
    let ended = hand_over(&mut input, &mut recording, &receipts).await;
    drop(receipts);
    match acknowledging.await {
        Ok((recorded, Ok(()))) => (recorded, ended.map_err(|why| stopped(&why, recorded))),
        Ok((recorded, Err(stop))) => (recorded, Err(stop)),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// Ends at the end of the input, at what is wrong with it, or when nothing more is acknowledged.
async fn hand_over(
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
            // First the place for its receipt: nothing is recorded of which nobody will know.
            let Ok(place) = receipts.reserve().await else { return Ok(()) };
            let receipt = recording.submit(request).await;
            place.send((line.number, receipt.map_err(|why| line.number.failed(&why))?));
        }
    }
}

/// Prints what is on disk, in the order in which it was handed over.
struct Acknowledging {
    format: Format,
    recorded: usize,
}

impl Acknowledging {
    /// Returns how many events were recorded, and what stopped it.
    async fn run(
        mut self,
        mut receipts: mpsc::Receiver<(LineNumber, Receipt)>,
    ) -> (usize, Result<(), CliError>) {
        let ended = self.acknowledge(&mut receipts).await;
        receipts.close();
        // What was handed over before it was known that nobody listens.
        while let Some((_, receipt)) = receipts.recv().await {
            self.recorded += receipt.acknowledged().await.map_or(0, |events| events.len());
        }
        let ended = ended.map_err(|ended| match ended {
            Ended::Refused(why) => stopped(&why, self.recorded),
            Ended::Unheard(stop) => unheard(&stop, self.recorded),
        });
        (self.recorded, ended)
    }

    async fn acknowledge(
        &mut self,
        receipts: &mut mpsc::Receiver<(LineNumber, Receipt)>,
    ) -> Result<(), Ended> {
        let mut printed = String::new();
        while let Some((line, receipt)) = next(receipts, &mut printed).await? {
            let mut acknowledged = pin!(receipt.acknowledged());
            // Nothing that is on disk waits to be printed for something that is not.
            let (heard, events) = tokio::select! {
                biased;
                events = &mut acknowledged => (Ok(()), events),
                () = std::future::ready(()) => (print(&mut printed), acknowledged.await),
            };
            self.recorded += events.as_ref().map_or(0, Vec::len);
            heard?;
            let events = events.map_err(|why| Ended::Refused(line.failed(&why)))?;
            printed += &acknowledgement(&events, self.format);
        }
        print(&mut printed)
    }
}

/// Why no more is acknowledged.
enum Ended {
    Refused(String),
    Unheard(CliError),
}

async fn next(
    receipts: &mut mpsc::Receiver<(LineNumber, Receipt)>,
    printed: &mut String,
) -> Result<Option<(LineNumber, Receipt)>, Ended> {
    if receipts.is_empty() {
        print(printed)?;
    }
    Ok(receipts.recv().await)
}

fn print(text: &mut String) -> Result<(), Ended> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    text.clear();
    written.map_err(|why| Ended::Unheard(why.into()))
}

/// Records all lines together, or nothing. Returns how many were.
async fn whole(
    mut input: Input,
    mut recording: Recording<'_>,
    format: Format,
) -> (usize, Result<(), CliError>) {
    let batch = match gather(&mut input, &mut recording).await {
        Ok(batch) if batch.is_empty() => return (0, Ok(())),
        Ok(batch) => batch,
        Err(problem) => return (0, Err(stopped(&problem, 0))),
    };
    match recording.record_whole(batch).await {
        Ok(events) => {
            let heard = put(&acknowledgement(&events, format));
            (events.len(), heard.map_err(|stop| unheard(&stop, events.len())))
        }
        Err(error) => (0, Err(CliError::Session(error))),
    }
}

async fn gather(input: &mut Input, recording: &mut Recording<'_>) -> Result<Batch, String> {
    let mut batch = Batch::default();
    while let Some(chunk) = input.chunks.recv().await {
        for line in chunk? {
            let added = recording.add(input.request(&line)?, &mut batch).await;
            added.map_err(|error| match error {
                session::Error::Journal(journal::Error::BatchEvent { rejection, .. }) => {
                    line.number.failed(&rejection)
                }
                error => line.number.failed(&error),
            })?;
        }
    }
    Ok(batch)
}

fn acknowledgement(events: &[Event], format: Format) -> String {
    let ids: Vec<&str> = events.iter().map(|event| event.event_id.as_str()).collect();
    match format {
        Format::Json | Format::Ndjson => format!("{}\n", json!({ "ids": ids })),
        Format::Csv => ids.join("\r\n") + "\r\n",
        Format::Table => ids.join("\n") + "\n",
    }
}

fn stopped(problem: &dyn Display, recorded: usize) -> CliError {
    let before = match recorded {
        0 => "nothing is recorded".to_owned(),
        1 => "the event before it is recorded, nothing from it on".to_owned(),
        n => format!("the {n} events before it are recorded, nothing from it on"),
    };
    CliError::NotDone(format!("{problem}; {before}"))
}

/// Without a reader of the acknowledgements nothing more is recorded, and that is not quiet.
fn unheard(error: &CliError, recorded: usize) -> CliError {
    let recorded = counted(recorded, "event");
    CliError::NotDone(format!("{error}: {recorded} recorded, and no more were taken"))
}
