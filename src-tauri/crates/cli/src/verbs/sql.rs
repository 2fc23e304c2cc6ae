//! Verb `sql`: asks in SQL, and prints the rows or writes them into a file.

use std::io::{self, IsTerminal, Read};
use std::sync::Arc;

use evidence::{LONGEST_CELL, RowsExport};
use journal::{Clock, SystemClock};
use query::CancellationToken;
use session::{Access, Home, JournalSession, Options};
use sql::{SqlAnswer, SqlProcess, SqlQuestion};

use super::export::{cancel_when_told, failed, form, stopped};
use super::name_fields;
use crate::Outcome;
use crate::answers;
use crate::args::Sql;
use crate::error::CliError;
use crate::print::{Printer, counted, replace_message, report_findings, write_message};

/// Most bytes of a question.
const LONGEST: u64 = 1 << 20;

/// Asks a question in SQL.
pub async fn sql(args: Sql, printer: Printer) -> Result<Outcome, CliError> {
    let (at, reading) = (args.at(SystemClock.now()), args.reading.into());
    let question = SqlQuestion { text: text(&args)?, at, reading };
    let home = Home::find()?;
    let process = SqlProcess::beside_this_program().map_err(session::Error::from)?;
    let sql = Some(process.with_memory(args.memory()));
    let options = Options { names: name_fields(&home), sql, ..Options::default() };
    let session = JournalSession::open(&args.bucket, &home, Access::Read, options).await?;
    session.notices().iter().for_each(|notice| write_message(notice));
    let (engine, token) = (session.refresh().await?, CancellationToken::new());
    if let Some(out) = args.out {
        let form = form(args.form, &out, printer.byte_order_mark())?;
        cancel_when_told(token.clone()).map_err(CliError::Runtime)?;
        let plain_folder = session.plain_folder();
        let asked = session.ask_sql(engine, &question, None, &token).await;
        let (engine, answer) = asked.map_err(|error| stopped(error.into(), &token))?;
        let coverage = engine.coverage();
        let export =
            RowsExport { question, coverage, form, out, plain_folder, overwrite: args.overwrite };
        return write_rows(export, answer, token).await;
    }
    let page = Some(args.limit);
    let (engine, mut answer) =
        session.ask_sql(Arc::clone(&engine), &question, page, &token).await?;
    let mut batches = Vec::new();
    while let Some(rows) = answer.rows().map_err(session::Error::from)? {
        batches.push(rows);
    }
    let printed: usize = batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
    let total = if answer.is_whole() {
        printed as u64
    } else {
        answer.count().map_err(session::Error::from)?
    };
    let columns = answer.columns().to_vec();
    printer.print(&answers::SqlRows::new(columns, &batches, total, engine.coverage()))
}

/// Writes all rows of an answer into a file, with progress on a terminal, and sums up on standard error.
async fn write_rows(
    export: RowsExport,
    mut answer: SqlAnswer,
    token: CancellationToken,
) -> Result<Outcome, CliError> {
    let on_terminal = io::stderr().is_terminal();
    let report = move |rows: u64| {
        if on_terminal {
            replace_message(&counted(rows, "row"));
        }
    };
    let (out, coverage, asked) = (export.out.clone(), export.coverage.clone(), token.clone());
    let run = move || export.run(&mut answer, SystemClock.now(), &asked, report);
    let done = tokio::task::spawn_blocking(run).await;
    let done = done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    if on_terminal {
        replace_message("");
    }
    let exported = done.map_err(|error| stopped(failed(error), &token))?;
    let are = if exported.rows == 1 { "is" } else { "are" };
    write_message(&format!("{} {are} in {}.", counted(exported.rows, "row"), out.display()));
    if exported.apostrophes > 0 {
        let cells = counted(exported.apostrophes, "cell");
        write_message(&format!(
            "{cells} that a spreadsheet would run got a leading apostrophe. NDJSON and Parquet are exact."
        ));
    }
    if exported.too_long > 0 {
        let cells = counted(exported.too_long, "cell");
        write_message(&format!(
            "{cells} longer than {LONGEST_CELL} characters: a sheet cuts the end off."
        ));
    }
    Ok(if report_findings(&coverage) { Outcome::Clean } else { Outcome::Findings })
}

/// The text of the question: as it was typed, from a file, or from standard input.
fn text(args: &Sql) -> Result<String, CliError> {
    if let Some(query) = &args.query {
        return Ok(query.clone());
    }
    if let Some(file) = &args.file {
        return Ok(session::read_text(file, LONGEST)?);
    }
    if io::stdin().is_terminal() {
        let message = "what is asked? Write the question behind the bucket, or name a --file";
        return Err(CliError::Wrong(message.to_owned()));
    }
    let mut text = String::new();
    let read = io::stdin().read_to_string(&mut text);
    read.map_err(|error| CliError::Wrong(format!("standard input cannot be read: {error}")))?;
    Ok(text)
}
