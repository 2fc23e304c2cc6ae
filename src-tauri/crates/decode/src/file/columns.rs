//! The columns of a batch by their names, types and meanings: [`text_column`] and
//! [`instant_column`] for those of the table, [`extra_column`] and [`nested_json`] for the others.

mod extra_column;
mod instant_column;
mod nested_json;
mod text_column;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Schema;
use event::{Cell, Column, EVENT_COLUMNS, Kind, parse_time};

use self::extra_column::{ExtraColumn, show, shown, unused};
pub(super) use self::instant_column::InstantColumn;
use self::text_column::TextColumn;
use super::meaning::{Leaves, Meanings};
use crate::Partitions;
use crate::rows::DecodedRows;

/// The longest value that a finding repeats, in characters.
const LONGEST_SHOWN: usize = 60;

/// The columns of a batch.
pub(super) struct Columns<'a> {
    /// In the order of [`EVENT_COLUMNS`].
    event: [CellSource<'a>; EVENT_COLUMNS.len()],
    /// Columns that are not in the table.
    extra: Vec<(String, ExtraColumn)>,
    /// Columns of the table that describe the row and are no part of the event.
    about_row: Vec<(String, ExtraColumn)>,
    rows: usize,
}

/// Where the cells of a column come from.
enum CellSource<'a> {
    /// There is no such column.
    Absent,
    /// The path of the file names one value for all its rows.
    Path(PathValue<'a>),
    /// Text, or what has one text. What the path says, if it says anything, must agree.
    Texts {
        column: TextColumn,
        path: Option<PathValue<'a>>,
    },
    Instants(InstantColumn),
    /// Values of this type have no one meaning in the column.
    Other(ArrayRef, Option<NullBuffer>, Leaves),
}

/// Value that the path of a file has for a column; `None` for null.
type PathValue<'a> = Option<&'a str>;

impl<'a> CellSource<'a> {
    fn find(
        batch: &RecordBatch,
        column: Column,
        meanings: &Meanings,
        partitions: &'a Partitions,
    ) -> Result<Self, String> {
        let path = partitions.of(column.name());
        let Some(array) = find(batch, column.name())? else {
            return match path {
                Some(value) => Ok(Self::Path(value)),
                None if column.since() == 0 => {
                    Err(format!("the column {} is missing", column.name()))
                }
                None => Ok(Self::Absent),
            };
        };
        if let (Kind::Instant, Some(instants)) = (column.kind(), InstantColumn::of(array)) {
            return Ok(Self::Instants(instants));
        }
        let meaning = meanings.of_column(column.name(), 0);
        Ok(match TextColumn::of(column.name(), column.kind(), array, &meaning)? {
            Some(column) => Self::Texts { column, path },
            None if matches!(column, Column::OldValue | Column::NewValue) => {
                Self::Texts { column: TextColumn::shown(array, meaning.leaves), path }
            }
            None => Self::Other(Arc::clone(array), array.logical_nulls(), meaning.leaves),
        })
    }

    /// The value of a row in the column; the error names column, value and reason.
    fn cell(&self, column: Column, row: usize) -> Result<Cell<'_>, String> {
        let name = column.name();
        let cell = match self {
            Self::Absent => Cell::Null,
            Self::Path(value) => value.map_or(Ok(Cell::Null), |text| typed_cell(column, text))?,
            Self::Texts { column: texts, path } => {
                let text = texts.get(row).map_err(|bytes| {
                    format!("{name} is {}, which is not UTF-8 text", shortened(&bytes))
                })?;
                if let Some(path) = path.filter(|path| *path != text) {
                    let said = |text: Option<&str>| {
                        text.map_or("null".to_owned(), |text| format!("“{}”", shortened(text)))
                    };
                    let (text, path) = (said(text), said(path));
                    return Err(format!("{name} is {text}, and the file's path says {path}"));
                }
                text.map_or(Ok(Cell::Null), |text| typed_cell(column, text))?
            }
            Self::Instants(instants) => match instants.get(row) {
                None => Cell::Null,
                Some(Ok(nanos)) => Cell::Instant(nanos),
                Some(Err(shown)) => return Err(out_of_range(name, &shown)),
            },
            Self::Other(_, Some(nulls), _) if nulls.is_null(row) => Cell::Null,
            Self::Other(array, _, leaves) => {
                let needed = match column.kind() {
                    Kind::Text => "text",
                    Kind::Instant => "an instant with a zone",
                    Kind::Number => "a whole number",
                };
                let (shown, kind) = (show(array, row, leaves), array.data_type());
                let shown = shortened(&shown);
                return Err(format!("{name} is {shown} of type {kind} where {needed} is needed"));
            }
        };
        if cell == Cell::Null && !column.is_nullable() {
            return Err(format!("{name} is null"));
        }
        Ok(cell)
    }
}

/// A text as a cell of the column.
fn typed_cell(column: Column, text: &str) -> Result<Cell<'_>, String> {
    let name = column.name();
    match column.kind() {
        Kind::Text => Ok(Cell::Text(text)),
        Kind::Instant => {
            let time = parse_time(text).map_err(|e| format!("{name} {e}"))?;
            let nanos = time.timestamp_nanos_opt();
            nanos.map(Cell::Instant).ok_or_else(|| out_of_range(name, text))
        }
        Kind::Number => {
            // A decimal or floating-point column writes a whole number with a fraction of zeros.
            let whole = text.split_once('.').filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0'));
            let digits = whole.map_or(text, |(whole, _)| whole);
            let is_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| is_digits);
            number.map(Cell::Number).ok_or_else(|| {
                let text = shortened(text);
                format!("{name} is “{text}” where a whole number from 0 on is needed")
            })
        }
    }
}

impl<'a> Columns<'a> {
    /// Whether a file with these columns can be part of a journal.
    pub fn check(
        schema: &Schema,
        meanings: &Meanings,
        partitions: &'a Partitions,
    ) -> Result<(), String> {
        Self::of(&RecordBatch::new_empty(schema.clone().into()), meanings, partitions).map(drop)
    }

    pub fn of(
        batch: &RecordBatch,
        meanings: &Meanings,
        partitions: &'a Partitions,
    ) -> Result<Self, String> {
        let mut event = [const { CellSource::Absent }; EVENT_COLUMNS.len()];
        for (source, column) in event.iter_mut().zip(EVENT_COLUMNS) {
            *source = CellSource::find(batch, column, meanings, partitions)?;
        }
        let (mut extra, mut about_row) = (Vec::new(), Vec::new());
        let mut of_name: HashMap<&str, usize> = HashMap::new();
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let (name, column) = (field.name(), Column::named(field.name()));
            if column.is_some_and(|column| EVENT_COLUMNS.contains(&column)) {
                continue;
            }
            let list = if column.is_some() { &mut about_row } else { &mut extra };
            let before = of_name.entry(name).or_default();
            let meaning = meanings.of_column(name, *before);
            *before += 1;
            list.push((unused(name, list), ExtraColumn::of(name, array, meaning)));
        }
        for (name, why) in meanings.unread() {
            let same = ExtraColumn::Same(format!("cannot be read: {why}"));
            extra.push((unused(name, &extra), same));
        }
        // Where a file lies is no part of its events: a copy in another folder holds the same ones.
        for (name, value) in partitions.others() {
            let in_file = extra.iter().find(|(other, _)| other == name).map(|(_, column)| column);
            let says_the_same = |column: &ExtraColumn| {
                (0..batch.num_rows()).all(|row| column.get(row).as_deref() == Some(value))
            };
            if in_file.is_some_and(says_the_same) {
                continue;
            }
            let name =
                if in_file.is_some() { format!("{name} (of its path)") } else { name.into() };
            let name = unused(&unused(&name, &extra), &about_row);
            about_row.push((name, ExtraColumn::Same(value.to_owned())));
        }
        Ok(Self { event, extra, about_row, rows: batch.num_rows() })
    }

    pub fn append_to(&self, into: &mut DecodedRows) {
        for row in 0..self.rows {
            let number = into.in_file;
            into.in_file += 1;
            if let Err(problem) = self.append_row(row, number, into) {
                into.bad.push((number, problem));
            }
        }
    }

    fn append_row(&self, row: usize, number: u64, into: &mut DecodedRows) -> Result<(), String> {
        let mut cells = [Cell::Null; EVENT_COLUMNS.len()];
        for ((cell, source), column) in cells.iter_mut().zip(&self.event).zip(EVENT_COLUMNS) {
            *cell = source.cell(column, row)?;
        }
        let (extra, about_row) = (shown(&self.extra, row)?, shown(&self.about_row, row)?);
        let number = u32::try_from(number).map_err(|_| "the file has too many rows")?;
        into.add(number, &cells, extra.as_deref(), about_row.as_deref());
        Ok(())
    }
}

/// The column of that name; two columns of the table with one name have no one meaning.
fn find<'b>(batch: &'b RecordBatch, name: &str) -> Result<Option<&'b ArrayRef>, String> {
    let named = batch.schema_ref().fields().iter().zip(batch.columns());
    let mut found = named.filter(|(field, _)| field.name() == name).map(|(_, column)| column);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(format!("there are two columns {name}")),
        (column, _) => Ok(column),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn out_of_range(name: &str, shown: &str) -> String {
    format!("{name} is {}, outside the years 1677 to 2262", shortened(shown))
}
