//! Answers one question: its columns, its rows page by page, and how many there are.

use std::io::{self, Write};

use arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::{DataFrame, SessionContext};
use futures::StreamExt;
use reader::Tables;
use sql::messages::{Answer, Command, Failure, Request};
use sql::{SqlColumn, SqlKind};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{context, failure, guard};

/// Answers a question, and each command to its answer, until there are no more.
///
/// # Errors
/// That of a stream: whoever asked has gone.
pub async fn answer(
    request: &Request,
    handed_over: &[u8],
    commands: UnboundedReceiver<Command>,
    mut to: impl Write,
) -> io::Result<()> {
    match begin(request, handed_over).await {
        Ok((context, frame)) => Answers { request, context, commands, to }.send_all(frame).await,
        Err(failure) => Answer::Failure(failure).send(&mut to),
    }
}

/// Understands a question.
async fn begin(
    request: &Request,
    handed_over: &[u8],
) -> Result<(SessionContext, DataFrame), Failure> {
    let text = &request.question.text;
    guard::check(text)?;
    let tables = Tables::open(handed_over).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Changed,
        _ => Failure::Failed(error.to_string()),
    })?;
    let context = context::over(tables, request.question.view(), request.memory);
    let context = context.map_err(|error| failure::of(&error))?;
    let frame = ask(&context, text).await?;
    Ok((context, frame))
}

/// Plans a text, which has passed the guard.
async fn ask(context: &SessionContext, text: &str) -> Result<DataFrame, Failure> {
    let planned = context.sql_with_options(text, context::only_queries()).await;
    planned.map_err(|error| failure::of(&error))
}

/// Answers that are sent to whoever asked.
struct Answers<'a, W> {
    request: &'a Request,
    context: SessionContext,
    commands: UnboundedReceiver<Command>,
    to: W,
}

impl<W: Write> Answers<'_, W> {
    async fn send_all(&mut self, frame: DataFrame) -> io::Result<()> {
        let column = |field: &std::sync::Arc<arrow::datatypes::Field>| SqlColumn {
            name: field.name().clone(),
            kind: SqlKind::of(field.data_type()),
        };
        let columns = frame.schema().fields().iter().map(column).collect();
        let rows = match frame.execute_stream().await {
            Ok(rows) => rows,
            Err(error) => return self.fail(&error),
        };
        Answer::Columns(columns).send(&mut self.to)?;
        let mut pages = Pages { rows, rest: None };
        let mut page = self.request.page;
        loop {
            match self.send_page(&mut pages, page).await? {
                Sent::Failure => return Ok(()),
                Sent::Page => Answer::Paused.send(&mut self.to)?,
                Sent::End => Answer::End.send(&mut self.to)?,
            }
            page = match self.next_page().await? {
                Some(rows) => Some(rows),
                None => return Ok(()),
            };
        }
    }

    /// Sends up to so many rows; all of them if no number is given.
    async fn send_page(&mut self, pages: &mut Pages, page: Option<usize>) -> io::Result<Sent> {
        let mut left = page.unwrap_or(usize::MAX);
        while left > 0 {
            match pages.next(left).await {
                Ok(Some(rows)) => {
                    left -= rows.num_rows();
                    Answer::Rows(rows).send(&mut self.to)?;
                }
                Ok(None) => return Ok(Sent::End),
                Err(error) => {
                    self.fail(&error)?;
                    return Ok(Sent::Failure);
                }
            }
        }
        // A page that ends with the answer is its end.
        match pages.has_more().await {
            Ok(true) => Ok(Sent::Page),
            Ok(false) => Ok(Sent::End),
            Err(error) => {
                self.fail(&error)?;
                Ok(Sent::Failure)
            }
        }
    }

    /// Obeys commands until one wants another page; `None` at their end.
    async fn next_page(&mut self) -> io::Result<Option<usize>> {
        loop {
            match self.commands.recv().await {
                Some(Command::More(rows)) => return Ok(Some(rows)),
                Some(Command::Count) => match self.count().await {
                    Ok(total) => Answer::Total(total).send(&mut self.to)?,
                    Err(failure) => Answer::Failure(failure).send(&mut self.to)?,
                },
                None => return Ok(None),
            }
        }
    }

    /// Counts the rows of the answer, without what does not change their number.
    async fn count(&self) -> Result<u64, Failure> {
        let frame = ask(&self.context, &self.request.question.text).await?;
        let total = frame.count().await.map_err(|error| failure::of(&error))?;
        Ok(total as u64)
    }

    fn fail(&mut self, error: &DataFusionError) -> io::Result<()> {
        Answer::Failure(failure::of(error)).send(&mut self.to)
    }
}

/// How the sending of a page ended.
enum Sent {
    Page,
    End,
    Failure,
}

/// Rows of an answer, in pieces that are as small as is asked.
struct Pages {
    rows: SendableRecordBatchStream,
    /// What was read of a batch that was too large.
    rest: Option<RecordBatch>,
}

impl Pages {
    /// The next rows, at most so many; `None` at the end. There is at least one.
    async fn next(&mut self, most: usize) -> Result<Option<RecordBatch>, DataFusionError> {
        if !self.has_more().await? {
            return Ok(None);
        }
        let Some(batch) = self.rest.take() else { return Ok(None) };
        if batch.num_rows() > most {
            self.rest = Some(batch.slice(most, batch.num_rows() - most));
        }
        Ok(Some(batch.slice(0, most.min(batch.num_rows()))))
    }

    /// Whether there are more rows.
    async fn has_more(&mut self) -> Result<bool, DataFusionError> {
        while self.rest.is_none() {
            match self.rows.next().await {
                Some(batch) => self.rest = Some(batch?).filter(|batch| batch.num_rows() > 0),
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}
