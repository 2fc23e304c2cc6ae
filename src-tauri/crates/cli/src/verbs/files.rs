//! Verb `files`: lists the files of the bucket, verifies them, and acknowledges changes.

use std::io::{self, IsTerminal};

use session::{Home, Verified};

use super::session;
use crate::Outcome;
use crate::answers::Files as Answer;
use crate::args::Files;
use crate::error::CliError;
use crate::print::{Printer, counted, replace_message, write_message};

/// Lists the files, after it has verified them or acknowledged what was asked.
pub async fn files(args: Files, printer: Printer) -> Result<Outcome, CliError> {
    let session = session(&args.bucket, &Home::find()?).await?;
    let mut engine = session.refresh().await?;
    if args.verify {
        let on_terminal = io::stderr().is_terminal();
        let verified = session.verify(move |done, files| {
            if on_terminal {
                replace_message(&format!("{done} of {}", counted(files, "file")));
            }
        });
        let verified = verified.await?;
        if on_terminal {
            replace_message("");
        }
        write_message(&outcome(&verified, session.knows_ledger()));
        engine = session.refresh().await?;
    }
    let mut acknowledged = 0;
    if let (files, Some(reason)) = (args.acknowledge, args.reason)
        && !files.is_empty()
    {
        acknowledged = files.len();
        session.acknowledge(files, &reason).await?;
        engine = session.refresh().await?;
    }
    let printed = printer.print(&Answer::new(session.files().await?, engine.coverage()));
    printed.map_err(|error| match acknowledged {
        0 => error,
        // What is acknowledged stays so, whoever reads of it.
        n => {
            let changes =
                if n == 1 { "1 change is".to_owned() } else { format!("{n} changes are") };
            CliError::Recorded(format!("{changes} acknowledged: {error}"))
        }
    })
}

/// What a verification found, in sentences. Files that could not be read are among the findings too.
fn outcome(Verified { same, altered, unread }: &Verified, knows_ledger: bool) -> String {
    let read = counted(same + altered.len(), "file");
    let what = match altered.len() {
        _ if !knows_ledger => {
            ". What the files were before is not known here, so that no change can be told."
                .to_owned()
        }
        0 => ": each is as it was read last.".to_owned(),
        n => format!(". {} changed since, with the same size and time.", counted(n, "file")),
    };
    let unread = match unread.len() {
        0 => String::new(),
        n => format!(" {} could not be read again.", counted(n, "file")),
    };
    format!("Every byte of {read} was read again{what}{unread}")
}
