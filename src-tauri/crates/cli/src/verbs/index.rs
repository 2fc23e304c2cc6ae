//! Verb `index`: brings the catalog up to date, and compacts it.

use std::io::{self, IsTerminal};

use query::CancellationToken;
use reader::Progress;
use session::Home;

use super::session;
use crate::Outcome;
use crate::answers::JournalStats;
use crate::args::Index;
use crate::error::CliError;
use crate::print::{Printer, counted, replace_message};

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
    let mut shown_percent = usize::MAX;
    session
        .refresh_with_progress(|progress| {
            let percent = progress.done * 100 / progress.files.max(1);
            if on_terminal && percent != shown_percent {
                shown_percent = percent;
                replace_message(&bar(&progress));
            }
        })
        .await?;
    if on_terminal && shown_percent != usize::MAX {
        replace_message("");
    }
    session.compact().await?;
    let (stats, engine) = (session.stats().await?, session.refresh().await?);
    let totals = engine.totals(&CancellationToken::new()).await?;
    let elsewhere = home.pending_elsewhere(Some(&session)).await;
    printer.print(&JournalStats::new(stats, totals, session.catalog().await, elsewhere))
}

/// The progress bar of a refresh.
fn bar(progress: &Progress) -> String {
    let full = progress.done * BAR / progress.files.max(1);
    let (full, rest) = ("█".repeat(full), "░".repeat(BAR - full));
    format!("{full}{rest} {} of {}", progress.done, counted(progress.files, "file"))
}
