//! Verb `sql`: asks in SQL, and prints the rows or writes them into a file.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::sync::Arc;

use journal::{Clock, SystemClock};
use query::CancellationToken;
use session::{Access, Home, JournalSession, Options};
use sql::{SqlProcess, SqlQuestion};

use super::name_fields;
use crate::Outcome;
use crate::answers;
use crate::args::Sql;
use crate::error::CliError;
use crate::print::{Printer, write_message};

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
    let page = Some(args.limit);
    let (engine, mut answer) = session.ask_sql(Arc::clone(&engine), &question, page, &token).await?;
    let mut batches = Vec::new();
    while let Some(rows) = answer.rows().map_err(session::Error::from)? {
        batches.push(rows);
    }
    let printed: usize = batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
    let total = match answer.is_whole() {
        true => printed as u64,
        false => answer.count().map_err(session::Error::from)?,
    };
    let columns = answer.columns().to_vec();
    printer.print(&answers::SqlRows::new(columns, &batches, total, engine.coverage()))
}

/// The text of the question: as it was typed, from a file, or from standard input.
fn text(args: &Sql) -> Result<String, CliError> {
    if let Some(query) = &args.query {
        return Ok(query.clone());
    }
    if let Some(file) = &args.file {
        return fs::read_to_string(file).map_err(|error| {
            CliError::Wrong(format!("{} cannot be read: {error}", file.display()))
        });
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
