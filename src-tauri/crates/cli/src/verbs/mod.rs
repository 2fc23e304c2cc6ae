//! Verbs. Each takes its parsed arguments, makes one call into `session` or its engine, and prints
//! the answer.
//!
//! [`read`](mod@read) asks about the whole journal, [`record_views`] about one record; [`record`]
//! and [`amend`] record events, [`lines`] reads standard input for that, and
//! [`as_new`] records what was exported, [`import`](mod@import) what tables bring; [`index`] brings the
//! catalog up to date; [`export`](mod@export) writes events into a file; [`mod@sql`] asks in SQL;
//! [`files`](mod@files) lists files; [`open`] starts the window;
//! [`unknown`] names what nothing has. `flush` and
//! `stats` are here.

mod amend;
mod as_new;
mod export;
mod files;
mod import;
mod index;
mod lines;
mod open;
mod read;
mod record;
mod record_views;
mod sql;
mod unknown;

use std::env;
use std::sync::Arc;

use event::NameFields;
use journal::Flushed;
use query::{CancellationToken, Engine};
use session::{Access, Home, JournalSession, Options, Settings};

use crate::Outcome;
use crate::answers::{FlushResult, JournalStats, forked};
use crate::args::{Cli, EngineArgs, Flush, PlaceArgs, Stats, Verb};
use crate::error::CliError;
use crate::print::{Printer, report_findings, shell_word, write_message};

/// Performs the verb that was typed.
#[tracing::instrument(skip_all)]
pub async fn perform(cli: Cli) -> Result<Outcome, CliError> {
    let printer = Printer::new(cli.format, cli.bom);
    match cli.verb {
        Verb::Recent(args) => read::recent(args, printer).await,
        Verb::Search(args) => read::search(args, printer).await,
        Verb::Facets(args) => read::facets(args, printer).await,
        Verb::Records(args) => read::records(args, printer).await,
        Verb::Chains(args) => read::chains(args, printer).await,
        Verb::History(args) => record_views::history(args, printer).await,
        Verb::State(args) => record_views::state(args, printer).await,
        Verb::Blame(args) => record_views::blame(args, printer).await,
        Verb::Sql(args) => sql::sql(args, printer).await,
        Verb::Export(args) => export::export(args, cli.bom).await,
        Verb::Record(args) => record::record(args, printer.format()).await,
        Verb::Import(args) => import::import(args, printer).await,
        Verb::Correct(args) => amend::correct(args, printer).await,
        Verb::Void(args) => amend::void(args, printer).await,
        Verb::Note(args) => amend::note(args, printer).await,
        Verb::Flush(args) => flush(&args, printer).await,
        Verb::Stats(args) => stats(&args, printer).await,
        Verb::Files(args) => files::files(args, printer).await,
        Verb::Index(args) => index::index(&args, printer).await,
        Verb::Open(args) => open::open(args.bucket.as_deref()),
    }
}

/// Flushes the pending events.
async fn flush(args: &Flush, printer: Printer) -> Result<Outcome, CliError> {
    let (session, _) = writable(&args.bucket, args.place).await?;
    let flushed = session.flush().await?;
    session.read_flushed().await;
    printer.print(&FlushResult::new(flushed))
}

/// Flushes what was recorded. A failure is no error as long as the events are on this device: a
/// message says that they are pending, and why.
///
/// # Errors
/// [`journal::Error::OutboxReplaced`]: then they may be lost.
async fn close(session: &JournalSession, bucket: &str) -> Result<(), CliError> {
    match session.flush().await {
        Ok(Flushed { fork, .. }) => {
            if let Some(file) = fork {
                write_message(&forked(&file));
            }
            session.read_flushed().await;
        }
        Err(why @ session::Error::Journal(journal::Error::OutboxReplaced { .. })) => {
            return Err(why.into());
        }
        Err(why) => {
            let (events, them) = match session.pending().await.map(|pending| pending.events) {
                Ok(0) => return Ok(()),
                Ok(1) => ("1 event is pending".to_owned(), "it"),
                Ok(several) => (format!("{several} events are pending"), "them"),
                // They cannot be counted, and are on this device all the same.
                Err(_) => ("What was recorded is pending".to_owned(), "it"),
            };
            let bucket = shell_word(bucket);
            write_message(&format!(
                "{events} on this device, because {why}; `daybook flush {bucket}` tries again to \
                 put {them} into the bucket."
            ));
        }
    }
    Ok(())
}

/// Prints statistics of the journal, of the pending events and of the catalog. Where the journal cannot be
/// read, a message says what is pending.
async fn stats(args: &Stats, printer: Printer) -> Result<Outcome, CliError> {
    let home = Home::find()?;
    let cluster = args.engine.cluster()?;
    let session = session(&args.bucket, &home).await?;
    let refreshed = match &cluster {
        Some(cluster) => session.ask_cluster(cluster).await,
        None => session.refresh().await,
    };
    let stats = session.stats().await;
    let refreshed = refreshed.inspect_err(|_| {
        if let Some(events @ 1..) = stats.buffer_events {
            let are = if events == 1 { "event is" } else { "events are" };
            write_message(&format!("{events} {are} pending on this device."));
        }
    });
    let totals = refreshed?.totals(&CancellationToken::new()).await?;
    let elsewhere = home.pending_elsewhere(Some(&session)).await;
    printer.print(&JournalStats::new(stats, totals, session.catalog().await, elsewhere))
}

/// Opens a journal to be read, and writes its notices.
async fn session(bucket: &str, home: &Home) -> Result<JournalSession, CliError> {
    let options = Options { names: name_fields(home), ..Options::default() };
    let session = JournalSession::open(bucket, home, Access::Read, options).await?;
    session.notices().iter().for_each(|notice| write_message(notice));
    Ok(session)
}

/// The fields that the window was told to name records by. Settings that say nothing meaningful tell none,
/// which a message says; where nothing can be read, another does.
fn name_fields(home: &Home) -> NameFields {
    let loaded = Settings::load(home);
    if let Err(why @ session::Error::Settings { .. }) = &loaded {
        write_message(&format!("Records are named by guess: {why}."));
    }
    loaded.map(|settings| settings.name_fields()).unwrap_or_default()
}

/// Opens a journal to record in; returns the folder of the application's own data too.
///
/// # Errors
/// [`session::Error::ReadOnly`] if nothing can be recorded.
async fn writable(bucket: &str, place: PlaceArgs) -> Result<(JournalSession, Home), CliError> {
    let home = Home::find()?;
    let journal = journal::Options { moved: place.moved, ..journal::Options::default() };
    let options = Options { journal, ..Options::default() };
    let session = JournalSession::open(bucket, &home, Access::Write, options).await?;
    session.notices().iter().for_each(|notice| write_message(notice));
    match session.read_only() {
        Some(why) if session.is_elsewhere() => {
            let why = format!("{why}; if this is the journal itself, say so once with --moved");
            Err(session::Error::ReadOnly(why).into())
        }
        Some(why) => Err(session::Error::ReadOnly(why.to_owned()).into()),
        None => Ok((session, home)),
    }
}

/// Opens a journal to be read, and refreshes it, unless the token is cancelled first.
async fn read_unless_cancelled(
    bucket: &str,
    engine: &EngineArgs,
    token: &CancellationToken,
) -> Result<(JournalSession, Arc<dyn Engine>), CliError> {
    tokio::select! {
        opened = read_by(bucket, engine) => opened,
        () = token.cancelled() => Err(query::Error::Cancelled.into()),
    }
}

/// Opens a journal to be read, and refreshes it. The engine may be asked while the session lasts.
async fn read(bucket: &str) -> Result<(JournalSession, Arc<dyn Engine>), CliError> {
    let session = session(bucket, &Home::find()?).await?;
    let engine = session.refresh().await?;
    Ok((session, engine))
}

/// [`read`], by the engine that was named.
async fn read_by(
    bucket: &str,
    engine: &EngineArgs,
) -> Result<(JournalSession, Arc<dyn Engine>), CliError> {
    let Some(cluster) = engine.cluster()? else { return read(bucket).await };
    let session = session(bucket, &Home::find()?).await?;
    let engine = session.ask_cluster(&cluster).await?;
    Ok((session, engine))
}

/// The error that something was not found, or another one. If it was not found, first reports what
/// the answer does not rest on: it may lie there.
fn missing(error: session::Error, engine: &dyn Engine) -> CliError {
    if error.kind() == session::Kind::Missing && !report_findings(&engine.coverage()) {
        return CliError::NotFoundInPart(error.to_string());
    }
    error.into()
}

/// The actor to record: the one named, else `DAYBOOK_ACTOR`, else that of the settings, else the
/// user of this machine; `None` if there is none of these.
fn actor(named: Option<String>, home: &Home) -> Result<Option<String>, CliError> {
    let from_environment = || env::var("DAYBOOK_ACTOR").ok().filter(|name| !name.trim().is_empty());
    match named.or_else(from_environment) {
        Some(name) => Ok(Some(name)),
        None => Ok(Some(Settings::load(home)?.actor()).filter(|name| !name.is_empty())),
    }
}
