//! Export of the rows of a question in SQL.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema, SchemaRef};
use chrono::{DateTime, Utc};
use event::format_time;
use query::{CancellationToken, Coverage};
use serde_json::{Map, Value};
use sql::{SqlAnswer, SqlQuestion, distinct_names, json_cell, text_cell};

use crate::altered::{Alteration, Altered, What};
use crate::aside::{AsideFile, check_outside};
use crate::csv::{BYTE_ORDER_MARK, append_line};
use crate::parquet_file::GroupedWriter;
use crate::spreadsheet::is_too_long;
use crate::xlsx::Sheets;
use crate::{Error, Form, MOST_EVENTS_OF_A_SHEET};

/// What of an answer in SQL is exported, and whereto.
#[derive(Debug, Clone)]
pub struct RowsExport {
    /// Question that is answered.
    pub question: SqlQuestion,
    /// What the answer rests on.
    pub coverage: Coverage,
    /// Form of the export; an extract is none of rows.
    pub form: Form,
    /// Path of the file.
    pub out: PathBuf,
    /// See [`Export::plain_folder`](crate::Export::plain_folder).
    pub plain_folder: Option<PathBuf>,
    /// Whether a file that is there already is replaced.
    pub overwrite: bool,
}

/// What was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowsExported {
    /// Number of rows.
    pub rows: u64,
    /// Number of cells that got an apostrophe, because a spreadsheet would run them.
    pub apostrophes: usize,
    /// Number of cells that are longer than a sheet holds: in XLSX they were cut.
    pub too_long: usize,
}

impl RowsExport {
    /// Exports all rows of an answer that does not pause. `at` is the present time; `report` gets the
    /// number of rows so far. Blocks.
    ///
    /// # Errors
    ///
    /// As [`Error`] says, also if the token is cancelled. Nothing is left behind then.
    pub fn run(
        &self,
        answer: &mut SqlAnswer,
        at: DateTime<Utc>,
        token: &CancellationToken,
        mut report: impl FnMut(u64),
    ) -> Result<RowsExported, Error> {
        if let Some(folder) = &self.plain_folder {
            check_outside(&self.out, folder)?;
        }
        let mut altered = Altered::default();
        let file = AsideFile::begin(&self.out, self.overwrite)?;
        let mut output = Output::begin(self.form, file, answer, (at, token), &mut altered)?;
        let mut exported = RowsExported::default();
        while let Some(rows) = answer.rows()? {
            output.write(&rows, &mut altered)?;
            exported.rows += rows.num_rows() as u64;
            report(exported.rows);
            if token.is_cancelled() {
                return Err(query::Error::Cancelled.into());
            }
        }
        output.finish(self.about(at, exported.rows))?;
        (exported.apostrophes, exported.too_long) = (altered.apostrophes, altered.too_long);
        Ok(exported)
    }

    /// What is told about the rows beside them.
    fn about(&self, at: DateTime<Utc>, rows: u64) -> Vec<(String, String)> {
        let complete = if self.coverage.complete { "yes" } else { "no" };
        let asked = self.question.at.map_or_else(|| "now".to_owned(), format_time);
        let told = [
            ("question", self.question.text.clone()),
            ("exported_at", format_time(at)),
            ("state_at", asked),
            ("rows", rows.to_string()),
            ("files", self.coverage.files.to_string()),
            ("files_read", self.coverage.read.to_string()),
            ("complete", complete.to_owned()),
        ];
        told.map(|(name, text)| (name.to_owned(), text)).into()
    }
}

/// Writer of rows in one form.
enum Output {
    Csv(Csv),
    Xlsx(Box<Sheets>),
    Ndjson(AsideFile, Vec<String>),
    Parquet(Option<AsideFile>, Vec<String>, Option<Box<ParquetRows>>),
}

struct Csv {
    file: AsideFile,
    columns: Vec<String>,
    lines: u64,
}

/// Parquet file that was begun with the first rows, which tell the types.
struct ParquetRows {
    writer: GroupedWriter<AsideFile>,
    schema: SchemaRef,
}

impl Output {
    fn begin(
        form: Form,
        mut file: AsideFile,
        answer: &SqlAnswer,
        (at, token): (DateTime<Utc>, &CancellationToken),
        altered: &mut Altered,
    ) -> Result<Self, Error> {
        let columns = distinct_names(answer.columns());
        Ok(match form {
            Form::Csv { byte_order_mark } => {
                if byte_order_mark {
                    let written = file.write_all(BYTE_ORDER_MARK.as_bytes());
                    written.map_err(|error| file.failed(error))?;
                }
                let mut csv = Csv { file, columns, lines: 0 };
                let names = csv.columns.clone();
                csv.write_lines(std::iter::once(names.into_iter().map(Some).collect()), altered)?;
                Self::Csv(csv)
            }
            Form::Xlsx => {
                let token = token.clone();
                Self::Xlsx(Box::new(Sheets::begin(file, "Rows", columns, at, token, altered)?))
            }
            Form::Ndjson => Self::Ndjson(file, columns),
            Form::Parquet | Form::Extract => Self::Parquet(Some(file), columns, None),
        })
    }

    fn write(&mut self, rows: &RecordBatch, altered: &mut Altered) -> Result<(), Error> {
        match self {
            Self::Csv(csv) => {
                csv.write_lines((0..rows.num_rows()).map(|row| texts(rows, row)), altered)
            }
            Self::Xlsx(sheets) => sheets.write_rows(|sheets| {
                (0..rows.num_rows()).try_for_each(|row| {
                    if sheets.is_full() {
                        return Err(Error::TooManyRows(MOST_EVENTS_OF_A_SHEET));
                    }
                    let cells = texts(rows, row);
                    sheets.write_row(cells.iter().map(Option::as_deref), altered)
                })
            }),
            Self::Ndjson(file, columns) => {
                let mut lines = Vec::new();
                for row in 0..rows.num_rows() {
                    let cells = rows.columns().iter().map(|column| json_cell(column, row));
                    let object: Map<String, Value> = columns.iter().cloned().zip(cells).collect();
                    let line = serde_json::to_writer(&mut lines, &object);
                    line.map_err(|error| file.failed(io::Error::from(error)))?;
                    lines.push(b'\n');
                }
                file.write_all(&lines).map_err(|error| file.failed(error))
            }
            Self::Parquet(file, columns, begun) => {
                if let Some(file) = file.take() {
                    *begun = Some(Box::new(ParquetRows::begin(file, columns, rows)?));
                }
                begun.as_mut().map_or(Ok(()), |begun| begun.write(rows))
            }
        }
    }

    fn finish(self, about: Vec<(String, String)>) -> Result<(), Error> {
        match self {
            Self::Csv(csv) => csv.file.finish(),
            Self::Xlsx(sheets) => sheets.finish(about),
            Self::Ndjson(file, _) => file.finish(),
            Self::Parquet(Some(file), columns, _) => {
                // No row tells a type.
                let kind = arrow::datatypes::DataType::Utf8;
                let fields = columns.iter().map(|name| Field::new(name, kind.clone(), true));
                let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
                GroupedWriter::begin_without_format(file, schema)?.finish()?.finish()
            }
            Self::Parquet(None, _, Some(begun)) => begun.writer.finish()?.finish(),
            Self::Parquet(None, _, None) => Ok(()),
        }
    }
}

impl Csv {
    fn write_lines(
        &mut self,
        lines: impl Iterator<Item = Vec<Option<String>>>,
        altered: &mut Altered,
    ) -> Result<(), Error> {
        let (mut text, mut found) = (String::new(), Vec::new());
        for cells in lines {
            self.lines += 1;
            let row = self.lines;
            append_line(
                cells.iter().map(|cell| cell.as_deref().map(Cow::Borrowed)),
                &mut text,
                |at| {
                    found.push((row, at, What::Apostrophe));
                },
            );
            let too_long = cells.iter().enumerate();
            let too_long = too_long.filter(|(_, cell)| cell.as_deref().is_some_and(is_too_long));
            found.extend(too_long.map(|(at, _)| (row, at, What::TooLong)));
        }
        for (row, at, what) in found {
            altered.add(Alteration { row, column: &self.columns[at], what })?;
        }
        self.file.write_all(text.as_bytes()).map_err(|error| self.file.failed(error))
    }
}

impl ParquetRows {
    fn begin(file: AsideFile, columns: &[String], rows: &RecordBatch) -> Result<Self, Error> {
        let schema = rows.schema();
        let fields = schema.fields().iter().zip(columns);
        let named =
            fields.map(|(field, name)| field.as_ref().clone().with_name(name).with_nullable(true));
        let schema = Arc::new(Schema::new(named.collect::<Vec<_>>()));
        let writer = GroupedWriter::begin_without_format(file, Arc::clone(&schema))?;
        Ok(Self { writer, schema })
    }

    fn write(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let rows = RecordBatch::try_new(Arc::clone(&self.schema), rows.columns().to_vec())?;
        Ok(self.writer.write(&rows)?)
    }
}

/// The cells of a row as text.
fn texts(rows: &RecordBatch, row: usize) -> Vec<Option<String>> {
    rows.columns().iter().map(|column| text_cell(column, row)).collect()
}
