//! Reading a bucket ahead.

use std::io::{self, IsTerminal};

use query::CancellationToken;
use reader::Progress;
use session::Access;

use super::session;
use crate::Done;
use crate::answers::JournalStats;
use crate::args::Index;
use crate::error::CliError;
use crate::print::{Printer, say_in_place};

/// The line that says how far it is, in characters.
const BAR: usize = 40;

pub async fn index(args: &Index, printer: Printer) -> Result<Done, CliError> {
    let session = session(&args.bucket, &session::Home::find()?, Access::Read).await?;
    if args.rebuild {
        session.forget().await?;
    }
    let watched = io::stderr().is_terminal();
    let mut shown = usize::MAX;
    session
        .refresh_with_progress(|progress| {
            let percent = progress.done * 100 / progress.files.max(1);
            if watched && percent != shown {
                shown = percent;
                say_in_place(&bar(&progress));
            }
        })
        .await?;
    if watched && shown != usize::MAX {
        say_in_place("");
    }
    session.compact().await?;
    let (stats, engine) = (session.stats().await?, session.refresh().await?);
    let totals = engine.totals(&CancellationToken::new()).await?;
    printer.print(&JournalStats::new(stats, totals, session.catalog().await?))
}

fn bar(progress: &Progress) -> String {
    let full = progress.done * BAR / progress.files.max(1);
    let (full, rest) = ("█".repeat(full), "░".repeat(BAR - full));
    format!("{full}{rest} {} of {} files", progress.done, progress.files)
}
