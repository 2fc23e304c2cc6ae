//! The verbs. Each parses its arguments, makes one call into `session`, and prints.

mod amend;
mod index;
mod lines;
mod open;
mod read;
mod record;
mod record_views;

use std::env;
use std::sync::Arc;

use journal::Flushed;
use query::{CancellationToken, Engine};
use session::{Access, Home, JournalSession, Options, Settings};

use crate::Done;
use crate::answers::{FlushResult, JournalStats, forked};
use crate::args::{Cli, Verb};
use crate::error::CliError;
use crate::print::{Printer, say, warn_of_gaps};

#[tracing::instrument(skip_all)]
pub async fn perform(cli: Cli) -> Result<Done, CliError> {
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
        Verb::Index(args) => index::index(&args, printer).await,
        Verb::Open(args) => open::open(args.bucket.as_deref()),
    }
}

async fn flush(bucket: &str, printer: Printer) -> Result<Done, CliError> {
    let (session, _) = writable(bucket).await?;
    printer.print(&FlushResult::new(session.flush().await?))
}

/// Puts what was recorded into the bucket. It is safe on this device if that cannot be done now.
async fn close(session: &JournalSession, bucket: &str) {
    match session.flush().await {
        Ok(Flushed { fork: Some(file), .. }) => say(&forked(&file)),
        Ok(_) => {}
        Err(why) => {
            // What was recorded is safe, whether or not it can be counted just now.
            let waiting = session.pending().await.map_or(0, |waiting| waiting.events);
            let (events, them) = match waiting {
                0 => return,
                1 => ("1 event is kept".to_owned(), "it"),
                several => (format!("{several} events are kept"), "them"),
            };
            say(&format!(
                "{events} on this device, because {why}; `daybook flush {bucket}` tries again to \
                 put {them} into the bucket."
            ));
        }
    }
}

async fn stats(bucket: &str, printer: Printer) -> Result<Done, CliError> {
    let session = session(bucket, &Home::find()?, Access::Read).await?;
    let stats = session.stats().await?;
    let totals = session.refresh().await?.totals(&CancellationToken::new()).await?;
    printer.print(&JournalStats::new(stats, totals, session.catalog().await?))
}

async fn session(bucket: &str, home: &Home, access: Access) -> Result<JournalSession, CliError> {
    Ok(JournalSession::open(bucket, home, access, Options::default()).await?)
}

/// A journal to record in, and where this installation keeps its own data.
async fn writable(bucket: &str) -> Result<(JournalSession, Home), CliError> {
    let home = Home::find()?;
    let session = session(bucket, &home, Access::Write).await?;
    match session.read_only() {
        Some(why) => Err(session::Error::ReadOnly(why.to_owned()).into()),
        None => Ok((session, home)),
    }
}

/// What a bucket and this device hold now, to be read.
async fn read(bucket: &str) -> Result<Arc<dyn Engine>, CliError> {
    Ok(session(bucket, &Home::find()?, Access::Read).await?.refresh().await?)
}

/// That something is not there is said with what could not be read: it may be in that.
fn missing(error: session::Error, engine: &dyn Engine) -> CliError {
    if error.kind() == session::Kind::Missing {
        warn_of_gaps(&engine.coverage());
    }
    error.into()
}

/// Who records: who was named, or `DAYBOOK_ACTOR`, or the settings, or the user of this machine;
/// `None` if this machine names nobody.
fn actor(named: Option<String>, home: &Home) -> Result<Option<String>, CliError> {
    let from_environment = || env::var("DAYBOOK_ACTOR").ok().filter(|name| !name.trim().is_empty());
    match named.or_else(from_environment) {
        Some(name) => Ok(Some(name)),
        None => Ok(Some(Settings::load(home)?.actor()).filter(|name| !name.is_empty())),
    }
}
