//! Verb `export`: writes the events that filters let through into a file.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use evidence::{About, Form, LONGEST_CELL, Progress, form_of, left_out};
use journal::{Clock, SystemClock};
use query::CancellationToken;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use sql::SqlError;

use super::read_unless_cancelled;
use super::unknown::name_unknown;
use crate::Outcome;
use crate::args::{Export, ExportForm, Question};
use crate::error::CliError;
use crate::print::{counted, replace_message, report_findings, write_message};

/// How often it is looked whether somebody wants the export stopped.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Exit status of a program that was told twice to stop.
const TOLD_TWICE: i32 = 130;

/// Exports events, with progress on a terminal, and sums up on standard error.
pub async fn export(args: Export, byte_order_mark: bool) -> Result<Outcome, CliError> {
    let form = form(args.form, &args.out, byte_order_mark)?;
    let now = SystemClock.now();
    let Question { filters, zone } = args.filters.into_question(args.contains, now)?;
    let token = CancellationToken::new();
    cancel_when_told(token.clone()).map_err(CliError::Runtime)?;
    let opened = read_unless_cancelled(&args.bucket, &args.engine, &token).await;
    let (session, engine) = opened.map_err(|error| stopped(error, &token))?;
    let export = evidence::Export {
        filters,
        zone,
        bucket: session.bucket_id().await,
        plain_folder: session.plain_folder(),
        form,
        out: args.out,
        about: args.about,
        overwrite: args.overwrite,
    };
    let (exported, export) = {
        let (engine, token) = (Arc::clone(&engine), token.clone());
        let run = move || (export.run(&*engine, now, &token, report()), export);
        let done = tokio::task::spawn_blocking(run).await;
        done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    };
    if io::stderr().is_terminal() {
        replace_message("");
    }
    let about = exported.map_err(|error| stopped(failed(error), &token))?;
    sum_up(&about, &export);
    let complete = report_findings(&about.coverage);
    if about.events == 0 {
        name_unknown(&*engine, &export.filters).await?;
    }
    Ok(if complete { Outcome::Clean } else { Outcome::Findings })
}

/// The form that the ending of the file names, or the one that was typed.
pub(super) fn form(
    typed: Option<ExportForm>,
    out: &Path,
    byte_order_mark: bool,
) -> Result<Form, CliError> {
    let wrong = |why: String| Err(CliError::Wrong(why));
    let named = form_of(out);
    let form = match (typed, named) {
        (None, None) => {
            return wrong(format!(
                "the ending of {} names no form: csv, xlsx, ndjson or parquet; name one with --as",
                out.display()
            ));
        }
        (None, Some(named)) => named,
        (Some(ExportForm::Parquet), None) => Form::Extract,
        (Some(typed), named) => {
            let typed = match typed {
                ExportForm::Csv => Form::Csv { byte_order_mark: false },
                ExportForm::Xlsx => Form::Xlsx,
                ExportForm::Ndjson => Form::Ndjson,
                ExportForm::Parquet => Form::Parquet,
            };
            if named.is_some_and(|named| named != typed) {
                let out = out.display();
                return wrong(format!(
                    "--as and the ending of {out} name two forms; leave one out"
                ));
            }
            typed
        }
    };
    match form {
        Form::Csv { .. } => Ok(Form::Csv { byte_order_mark }),
        _ if byte_order_mark => wrong("--bom is for CSV only; leave it out".to_owned()),
        form => Ok(form),
    }
}

/// Cancels the token when the program is told to stop. Told twice, it stops at once.
pub(super) fn cancel_when_told(token: CancellationToken) -> io::Result<()> {
    let told = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register_conditional_shutdown(signal, TOLD_TWICE, Arc::clone(&told))?;
        flag::register(signal, Arc::clone(&told))?;
    }
    tokio::spawn(async move {
        while !told.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        token.cancel();
    });
    Ok(())
}

/// Shows progress on a terminal, whenever a further per cent is done.
fn report() -> impl FnMut(Progress) {
    let on_terminal = io::stderr().is_terminal();
    let mut last_shown = None;
    move |Progress { done, total }| {
        let percent = done * 100 / total.max(1);
        if on_terminal && last_shown.replace(percent) != Some(percent) {
            replace_message(&format!("{done} of {}, {percent} %", counted(total, "event")));
        }
    }
}

/// The error of an export, as one of a verb.
pub(super) fn failed(error: evidence::Error) -> CliError {
    match error {
        evidence::Error::Query(error) => error.into(),
        evidence::Error::Sql(error) => session::Error::from(error).into(),
        wrong @ evidence::Error::SameFile(_) => CliError::Wrong(wrong.to_string()),
        other => CliError::NotDone(other.to_string()),
    }
}

/// The error, or that the export was stopped where that is the reason.
pub(super) fn stopped(error: CliError, token: &CancellationToken) -> CliError {
    match error {
        CliError::Session(
            session::Error::Question(query::Error::Cancelled)
            | session::Error::Sql(SqlError::Cancelled),
        ) if token.is_cancelled() => {
            CliError::NotDone("the export was stopped; nothing of it is left".to_owned())
        }
        other => other,
    }
}

/// Says on standard error what was exported, and what was altered.
fn sum_up(about: &About, export: &evidence::Export) {
    let out = export.out.display();
    let along = match export.form {
        Form::Extract => format!(" and {} of them", counted(about.amendments, "amendment")),
        _ => String::new(),
    };
    let are = if about.events == 1 && about.amendments == 0 { "is" } else { "are" };
    write_message(&format!("{}{along} {are} in {out}.", counted(about.events, "event")));
    for said in left_out(&about.undecided) {
        write_message(&said);
    }
    let listed = match (export.form, &export.about) {
        (Form::Xlsx, _) => "; the sheet Altered lists each".to_owned(),
        (_, Some(file)) => format!("; {} lists each", file.display()),
        (_, None) => "; --about lists each".to_owned(),
    };
    if about.apostrophes > 0 {
        let cells = counted(about.apostrophes, "cell");
        write_message(&format!(
            "{cells} that a spreadsheet would run got a leading apostrophe{listed}. NDJSON and \
             Parquet are exact."
        ));
    }
    if about.too_long > 0 {
        let cells = counted(about.too_long, "cell");
        let (is, what) = match (export.form, about.too_long) {
            (Form::Xlsx, 1) => ("is", "was cut"),
            (Form::Xlsx, _) => ("are", "were cut"),
            (_, 1) => ("is", "is whole here, and a spreadsheet would cut it"),
            (..) => ("are", "are whole here, and a spreadsheet would cut them"),
        };
        write_message(&format!(
            "{cells} {is} longer than {LONGEST_CELL} characters and {what}{listed}."
        ));
    }
}
