//! Questions in SQL: the one that was asked last, and exports of rows.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use event::format_time;
use evidence::{Form, RowsExport, form_of};
use query::{CancellationToken, Zone};
use sql::{SqlAnswer, SqlError, SqlQuestion, text_cell};

use super::{AppState, OpenJournal};
use crate::file_names::{in_a_name, name_of, with_suffix};
use crate::wire::{ApiError, ExportForm, SqlExported, SqlProgress, SqlReply, SqlRows, SqlText};

/// Kinds of the questions: a later one cancels an earlier one of its kind.
const KIND: &str = "sql";
const EXPORT: &str = "sql export";

/// Rows of a page.
const PAGE: usize = 1000;

/// Most bytes of the file of a question.
const LONGEST_TEXT: u64 = 1 << 20;

impl AppState {
    /// Asks a question, and reads its first rows.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn ask_sql(&self, question: SqlQuestion) -> Result<SqlReply, ApiError> {
        let token = self.0.questions.replace(KIND);
        let journal = self.journal()?;
        let asked_at = format_time(self.now());
        let asked = journal.session.ask_sql(journal.engine, &question, Some(PAGE), &token).await;
        let (engine, answer) = match asked {
            Err(session::Error::Sql(SqlError::Wrong { message, place })) => {
                return Ok(SqlReply::wrong(message, place));
            }
            other => other?,
        };
        let (answer, page) = page(answer).await;
        let SqlRows { rows, is_whole } = page?;
        let columns = answer.columns().to_vec();
        // What was asked last is what more is asked of.
        if !token.is_cancelled() {
            *self.0.sql.lock().await = Some(answer);
        }
        let coverage = Box::new(engine.coverage());
        Ok(SqlReply::Answer { columns, rows, is_whole, coverage, asked_at })
    }

    /// The next rows of the answer that was asked for last.
    pub(crate) async fn more_sql_rows(&self) -> Result<SqlRows, ApiError> {
        let mut kept = self.0.sql.lock().await;
        let mut answer = kept.take().ok_or_else(none)?;
        answer.go_on(PAGE);
        let (answer, page) = page(answer).await;
        *kept = Some(answer);
        page
    }

    /// How many rows the answer has that was asked for last.
    pub(crate) async fn count_sql_rows(&self) -> Result<u64, ApiError> {
        let mut kept = self.0.sql.lock().await;
        let mut answer = kept.take().ok_or_else(none)?;
        let count = move || {
            let total = answer.count();
            (answer, total)
        };
        let (answer, total) = blocking(count).await;
        *kept = Some(answer);
        Ok(total.map_err(session::Error::from)?)
    }

    /// Cancels the question that is being answered.
    pub(crate) fn cancel_sql(&self) {
        self.0.questions.cancel(KIND);
    }

    /// Prepares an export of rows. It cancels one that is under way.
    pub(crate) fn prepare_sql_export(
        &self,
        question: SqlQuestion,
        form: ExportForm,
    ) -> Result<PreparedRows, ApiError> {
        if form == ExportForm::Extract {
            return Err(ApiError::invalid(
                "an extract is of events, and these are rows".to_owned(),
            ));
        }
        let (journal, token) = (self.journal()?, self.0.questions.replace(EXPORT));
        Ok(PreparedRows { journal, token, at: self.now(), question, form })
    }

    /// Cancels the export of rows that is under way or is to be saved, if there is one.
    pub(crate) fn cancel_sql_export(&self) {
        self.0.questions.cancel(EXPORT);
    }

    /// Saves a text where a person said, who was asked whether what is there is replaced.
    pub(crate) async fn save_sql_text(
        &self,
        chosen: PathBuf,
        text: String,
    ) -> Result<String, ApiError> {
        let path = if chosen.extension().is_some() {
            chosen.clone()
        } else {
            with_suffix(&chosen, ".sql")
        };
        // Nobody was asked about a file with another name than the chosen one.
        let (name, overwrite) = (name_of(&path), path == chosen && path.exists());
        let plain_folder = self.session().ok().and_then(|session| session.plain_folder());
        let write = move || {
            evidence::write_file(&path, text.as_bytes(), overwrite, plain_folder.as_deref())
        };
        blocking(write).await?;
        Ok(name)
    }

    /// Opens the file of a question.
    pub(crate) async fn open_sql_text(&self, path: PathBuf) -> Result<SqlText, ApiError> {
        let name = name_of(&path);
        let text = blocking(move || session::read_text(&path, LONGEST_TEXT)).await?;
        Ok(SqlText { name, text })
    }
}

/// Export of the rows of a question, which is to be saved somewhere.
pub(crate) struct PreparedRows {
    journal: OpenJournal,
    token: CancellationToken,
    at: DateTime<Utc>,
    question: SqlQuestion,
    form: ExportForm,
}

impl PreparedRows {
    /// Name that is proposed for it, such as `firm-rows-2026-11-28.csv`.
    pub fn proposed_name(&self) -> String {
        let journal = in_a_name(&self.journal.session.name());
        let ending = self.form.ending().unwrap_or_default();
        format!("{journal}-rows-{}.{ending}", Zone::default().day_of(self.at))
    }

    /// Saves it where a person chose, who was asked whether what is there is replaced.
    #[tracing::instrument(name = "export_sql", level = "info", skip_all)]
    pub async fn save(
        self,
        chosen: PathBuf,
        report: impl Fn(SqlProgress) + Send + 'static,
    ) -> Result<SqlExported, ApiError> {
        let Self { journal, token, at, question, form } = self;
        report(SqlProgress { rows: 0 });
        let out = with_ending(&chosen, form);
        // Nobody was asked about a file with another name than the chosen one.
        let (name, overwrite) = (name_of(&out), out == chosen && out.exists());
        let plain_folder = journal.session.plain_folder();
        let asked = journal.session.ask_sql(journal.engine, &question, None, &token).await;
        let (engine, mut answer) = asked?;
        let (coverage, form) = (engine.coverage(), Form::from(form));
        let complete = coverage.complete;
        let export = RowsExport { question, coverage, form, out, plain_folder, overwrite };
        let run = move || export.run(&mut answer, at, &token, |rows| report(SqlProgress { rows }));
        let evidence::RowsExported { rows, apostrophes, too_long } = blocking(run).await?;
        Ok(SqlExported { name, rows, apostrophes, too_long, complete })
    }
}

/// The path that a person chose, with the ending of the form where it names none or another one.
fn with_ending(chosen: &Path, form: ExportForm) -> PathBuf {
    let is_of =
        |named: Form| std::mem::discriminant(&named) == std::mem::discriminant(&Form::from(form));
    match form.ending() {
        Some(ending) if !form_of(chosen).is_some_and(is_of) => {
            with_suffix(chosen, &format!(".{ending}"))
        }
        _ => chosen.to_owned(),
    }
}

/// The rows up to the end of a page, and the answer that they are of.
async fn page(mut answer: SqlAnswer) -> (SqlAnswer, Result<SqlRows, ApiError>) {
    blocking(move || {
        let page = read_page(&mut answer).map_err(|error| session::Error::from(error).into());
        (answer, page)
    })
    .await
}

fn read_page(answer: &mut SqlAnswer) -> Result<SqlRows, SqlError> {
    let mut rows = Vec::new();
    while let Some(batch) = answer.rows()? {
        let texts = |row| batch.columns().iter().map(|column| text_cell(column, row)).collect();
        rows.extend((0..batch.num_rows()).map(texts));
    }
    Ok(SqlRows { rows, is_whole: answer.is_whole() })
}

fn none() -> ApiError {
    ApiError::missing("no question was answered; ask one first")
}

/// Runs what blocks on a thread that may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
