//! Verb `index`: brings the catalog up to date, and compacts it.

use std::io::{self, IsTerminal};

use chrono::TimeDelta;
use query::CancellationToken;
use reader::Progress;
use session::Home;

use super::session;
use crate::Outcome;
use crate::answers::JournalStats;
use crate::args::Index;
use crate::error::CliError;
use crate::print::{Printer, byte_size, counted, replace_message};

/// What the progress bar shows before there is one: no percentage.
const NOTHING: (usize, bool) = (usize::MAX, false);

/// Width of the progress bar, in characters.
const BAR: usize = 40;

/// Indexes the bucket, with a progress bar on a terminal, and prints statistics.
pub async fn index(args: &Index, printer: Printer) -> Result<Outcome, CliError> {
    let home = Home::find()?;
    let session = session(&args.bucket, &home).await?;
    if args.rebuild {
        session.forget().await?;
    }
    let on_terminal = io::stderr().is_terminal();
    let mut last_shown = NOTHING;
    session
        .refresh_with_progress(|progress| {
            let percent = progress.done * 100 / progress.files.max(1);
            let shown = (percent, progress.held_back);
            if on_terminal && shown != last_shown {
                last_shown = shown;
                replace_message(&bar(&progress));
            }
        })
        .await?;
    if last_shown != NOTHING {
        replace_message("");
    }
    session.compact().await?;
    let (stats, engine) = (session.stats().await, session.refresh().await?);
    let totals = engine.totals(&CancellationToken::new()).await?;
    let elsewhere = home.pending_elsewhere(Some(&session)).await;
    printer.print(&JournalStats::new(stats, totals, session.catalog().await, elsewhere))
}

/// The progress bar of a refresh.
fn bar(progress: &Progress) -> String {
    let full = progress.done * BAR / progress.files.max(1);
    let (full, rest) = ("█".repeat(full), "░".repeat(BAR - full));
    let (files, bytes) = (counted(progress.files, "file"), byte_size(progress.bytes));
    let (done, bytes_done) = (progress.done, byte_size(progress.bytes_done));
    let left = progress.left.filter(|left| left.num_seconds() > 0);
    let left = left.map(|left| format!(", {} left", duration(left))).unwrap_or_default();
    let waits = if progress.held_back { ", the store asks to wait" } else { left.as_str() };
    format!("{full}{rest} {done} of {files}, {bytes_done} of {bytes}{waits}")
}

/// A time in its largest unit, and the next smaller one where that matters.
fn duration(time: TimeDelta) -> String {
    match (time.num_hours(), time.num_minutes(), time.num_seconds()) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) if minutes < 10 => format!("{minutes} min {} s", seconds % 60),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, minutes, _) => format!("{hours} h {} min", minutes % 60),
    }
}
