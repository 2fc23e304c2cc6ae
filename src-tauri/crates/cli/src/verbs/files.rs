//! Verb `files`: lists the files of the bucket, verifies them, and acknowledges changes.

use std::io::{self, IsTerminal};

use session::Home;

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
        let altered = session.verify(move |done, files| {
            if on_terminal {
                replace_message(&format!("{done} of {files} files"));
            }
        });
        let altered = altered.await?.len();
        if on_terminal {
            replace_message("");
        }
        write_message(&match altered {
            _ if !session.knows_ledger() => {
                "Every byte was read. What the files were before is not known here, so that no change \
                 can be told."
                    .to_owned()
            }
            0 => "Every byte was read again: each file is what it was when it was read.".to_owned(),
            _ => {
                format!("{} changed since, with the same size and time.", counted(altered, "file"))
            }
        });
        engine = session.refresh().await?;
    }
    if let (files, Some(reason)) = (args.acknowledge, args.reason)
        && !files.is_empty()
    {
        session.acknowledge(files, &reason).await?;
        engine = session.refresh().await?;
    }
    printer.print(&Answer::new(session.files().await?, engine.coverage()))
}
