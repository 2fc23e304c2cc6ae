//! The verbs. Each parses its arguments, makes one call into `book`, and prints.

mod amend;
mod open;
mod read;
mod record;
mod record_views;

use std::env;
use std::sync::Arc;

use book::{Book, Home, Settings};
use journal::Options;
use reader::Snapshot;

use crate::Done;
use crate::answers::{FlushResult, JournalStats};
use crate::args::{Cli, Verb};
use crate::print::{Printer, say, warn_of_gaps};
use crate::stop::Stop;

pub async fn perform(cli: Cli) -> Result<Done, Stop> {
    let printer = Printer::new(cli.format);
    match cli.verb {
        Verb::Recent(args) => read::recent(args, printer).await,
        Verb::Search(args) => read::search(args, printer).await,
        Verb::Facets(args) => read::facets(args, printer).await,
        Verb::Records(args) => read::records(args, printer).await,
        Verb::Chains(args) => read::chains(args, printer).await,
        Verb::History(args) => record_views::history(args, printer).await,
        Verb::State(args) => record_views::state(args, printer).await,
        Verb::Blame(args) => record_views::blame(args, printer).await,
        Verb::Record(args) => record::record(args, printer.format()).await,
        Verb::Correct(args) => amend::correct(args, printer).await,
        Verb::Void(args) => amend::void(args, printer).await,
        Verb::Note(args) => amend::note(args, printer).await,
        Verb::Flush(args) => flush(&args.bucket, printer).await,
        Verb::Stats(args) => stats(&args.bucket, printer).await,
        Verb::Open(args) => open::open(args.bucket.as_deref()),
    }
}

async fn flush(bucket: &str, printer: Printer) -> Result<Done, Stop> {
    let (book, _) = writable(bucket).await?;
    printer.print(&FlushResult::new(book.flush().await?))
}

async fn stats(bucket: &str, printer: Printer) -> Result<Done, Stop> {
    let book = book(bucket, &Home::find()?).await?;
    let stats = book.stats().await?;
    let snapshot = book.refresh().await?;
    printer.print(&JournalStats::new(stats, snapshot.totals(), snapshot.coverage().clone()))
}

async fn book(bucket: &str, home: &Home) -> Result<Book, Stop> {
    Ok(Book::open(bucket, home, Options::default()).await?)
}

/// A journal to record in, and where this installation keeps its own data.
async fn writable(bucket: &str) -> Result<(Book, Home), Stop> {
    let home = Home::find()?;
    let book = book(bucket, &home).await?;
    match book.read_only() {
        Some(why) => Err(book::Error::ReadOnly(why.to_owned()).into()),
        None => Ok((book, home)),
    }
}

/// What a bucket and this device hold now, to be read.
struct Reading {
    snapshot: Arc<Snapshot>,
    /// What waits on this device could be read too.
    whole: bool,
}

impl Reading {
    async fn start(bucket: &str) -> Result<Self, Stop> {
        let book = book(bucket, &Home::find()?).await?;
        if let Some(why) = book.read_only() {
            say(&format!("Incomplete: what waits on this device is not in the answer: {why}"));
        }
        Ok(Self { snapshot: book.refresh().await?, whole: book.read_only().is_none() })
    }

    /// Passes on what was found. That something is not there is said with what could not be read:
    /// it may be in that.
    fn found<T>(&self, found: Result<T, reader::Error>) -> Result<T, Stop> {
        found.map_err(|error| missing(error.into(), &self.snapshot))
    }

    fn ended(&self, done: Done) -> Done {
        if self.whole { done } else { Done::Findings }
    }
}

/// That something is not in a journal that could not be read whole is not certain.
fn missing(error: book::Error, snapshot: &Snapshot) -> Stop {
    if error.kind() == book::Kind::Missing {
        warn_of_gaps(snapshot.coverage());
    }
    error.into()
}

/// Who records: who was named, or `DAYBOOK_ACTOR`, or the settings, or the user of this machine;
/// `None` if this machine names nobody.
fn actor(named: Option<String>, home: &Home) -> Result<Option<String>, Stop> {
    let from_environment = || env::var("DAYBOOK_ACTOR").ok().filter(|name| !name.trim().is_empty());
    match named.or_else(from_environment) {
        Some(name) => Ok(Some(name)),
        None => Ok(Some(Settings::load(home)?.actor()).filter(|name| !name.is_empty())),
    }
}

/// Says what waits on this device, and how it gets into the bucket.
async fn tell_what_waits(book: &Book, bucket: &str) {
    // What was recorded is safe, whether or not it can be counted just now.
    let waiting = book.stats().await.map_or(0, |stats| stats.buffer_events);
    let (events, them) = match waiting {
        0 => return,
        1 => ("1 event waits".to_owned(), "it"),
        several => (format!("{several} events wait"), "them"),
    };
    say(&format!("{events} on this device; `daybook flush {bucket}` puts {them} into the bucket."));
}
