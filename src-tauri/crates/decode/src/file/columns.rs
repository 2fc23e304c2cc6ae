//! The columns of a batch by their names, types and meanings.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, FixedSizeBinaryArray, Int64Array, RecordBatch, StringArray};
use arrow::buffer::NullBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Schema, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::DateTime;
use event::{Cell, Column, EVENT_COLUMNS, Kind, format_time, parse_time};

use super::meaning::Meanings;
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
    Other(ArrayRef, Option<NullBuffer>),
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
        Ok(match TextColumn::of(column.name(), column.kind(), array, meanings)? {
            Some(column) => Self::Texts { column, path },
            None => Self::Other(Arc::clone(array), array.logical_nulls()),
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
            Self::Other(_, Some(nulls)) if nulls.is_null(row) => Cell::Null,
            Self::Other(array, _) => {
                let needed = match column.kind() {
                    Kind::Text => "text",
                    Kind::Instant => "an instant with a zone",
                    Kind::Number => "a whole number",
                };
                let (shown, kind) = (show(array, row), array.data_type());
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

/// A column whose values are text, or have one text each.
struct TextColumn {
    values: StringArray,
    /// What was not UTF-8 is null in `values` and not null here.
    original: ArrayRef,
    nulls: Option<NullBuffer>,
}

impl TextColumn {
    /// `None` for a type of which a value can be written in several ways, or means several things.
    fn of(
        name: &str,
        kind: Kind,
        column: &ArrayRef,
        meanings: &Meanings,
    ) -> Result<Option<Self>, String> {
        let column = match column.data_type() {
            DataType::Dictionary(_, values) => &cast(name, column, values)?,
            _ => column,
        };
        let values = match column.data_type() {
            DataType::FixedSizeBinary(_) => fixed_size_texts(name, column, meanings),
            DataType::Timestamp(_, Some(_)) if kind == Kind::Text => instant_texts(column),
            one if has_one_text(one) || kind == Kind::Number && one.is_floating() => {
                Some(strings(name, column)?)
            }
            _ => None,
        };
        let (original, nulls) = (Arc::clone(column), column.logical_nulls());
        Ok(values.map(|values| Self { values, original, nulls }))
    }

    /// The error is the value as hexadecimal digits, where it is not UTF-8.
    fn get(&self, row: usize) -> Result<Option<&str>, String> {
        if self.values.is_valid(row) {
            Ok(Some(self.values.value(row)))
        } else if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            Ok(None)
        } else {
            Err(show(&self.original, row))
        }
    }
}

/// Whether each value of a type has exactly one text.
fn has_one_text(kind: &DataType) -> bool {
    kind.is_integer()
        || kind.is_decimal()
        || matches!(
            kind,
            DataType::Utf8
                | DataType::LargeUtf8
                | DataType::Utf8View
                | DataType::Binary
                | DataType::LargeBinary
                | DataType::BinaryView
                | DataType::Boolean
                | DataType::Date32
                | DataType::Null
        )
}

/// UUIDs in their usual form, and otherwise UTF-8 text as it stands.
fn fixed_size_texts(name: &str, column: &ArrayRef, meanings: &Meanings) -> Option<StringArray> {
    let column = column.as_any().downcast_ref::<FixedSizeBinaryArray>()?;
    let is_uuid = meanings.is_uuid(name);
    let text = |bytes: &[u8]| match <[u8; 16]>::try_from(bytes) {
        Ok(bytes) if is_uuid => Some(uuid(bytes)),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    };
    Some(column.iter().map(|bytes| bytes.and_then(text)).collect())
}

fn uuid(bytes: [u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    parts.join("-")
}

fn instant_texts(column: &ArrayRef) -> Option<StringArray> {
    let instants = InstantColumn::of(column)?;
    let text = |row| {
        let nanos = instants.get(row)?.ok()?;
        Some(format_time(DateTime::from_timestamp_nanos(nanos)))
    };
    Some((0..column.len()).map(text).collect())
}

/// Instants in the unit in which they lie in the file: in another they might lose digits, or not
/// fit, which is a finding about their row only.
struct InstantColumn {
    values: Int64Array,
    /// Nanoseconds in one unit.
    unit: i64,
}

impl InstantColumn {
    /// `None` for another type. Without a zone nobody can say which instant is meant.
    fn of(column: &ArrayRef) -> Option<Self> {
        let DataType::Timestamp(unit, Some(_)) = column.data_type() else { return None };
        let unit = match unit {
            TimeUnit::Second => 1_000_000_000,
            TimeUnit::Millisecond => 1_000_000,
            TimeUnit::Microsecond => 1000,
            TimeUnit::Nanosecond => 1,
        };
        let values = cast_with_options(column, &DataType::Int64, &CastOptions::default()).ok()?;
        let values = values.as_any().downcast_ref::<Int64Array>()?.clone();
        Some(Self { values, unit })
    }

    /// Nanoseconds since 1970; the error shows an instant that 64 bits of them cannot hold.
    fn get(&self, row: usize) -> Option<Result<i64, String>> {
        let value = self.values.is_valid(row).then(|| self.values.value(row))?;
        let nanos = value.checked_mul(self.unit);
        Some(nanos.ok_or_else(|| {
            let time = DateTime::from_timestamp(value / (1_000_000_000 / self.unit), 0);
            time.map_or_else(|| value.to_string(), format_time)
        }))
    }
}

/// A column that is not in the table. It never costs a row.
enum ExtraColumn {
    Text(TextColumn),
    Other(ArrayRef, Option<NullBuffer>),
    /// The same in every row.
    Same(String),
}

impl ExtraColumn {
    fn of(name: &str, column: &ArrayRef, meanings: &Meanings) -> Self {
        if (meanings.is_text(name) || meanings.is_uuid(name))
            && let Ok(Some(text)) = TextColumn::of(name, Kind::Text, column, meanings)
        {
            return Self::Text(text);
        }
        Self::Other(Arc::clone(column), column.logical_nulls())
    }

    /// What is shown of a row; `None` for null.
    fn get(&self, row: usize) -> Option<String> {
        match self {
            Self::Text(column) => match column.get(row) {
                Ok(text) => text.map(str::to_owned),
                Err(bytes) => Some(format!("{bytes}, which is not UTF-8 text")),
            },
            Self::Other(_, Some(nulls)) if nulls.is_null(row) => None,
            Self::Other(column, _) => Some(show(column, row)),
            Self::Same(text) => Some(text.clone()),
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
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let (name, column) = (field.name(), Column::named(field.name()));
            if column.is_some_and(|column| EVENT_COLUMNS.contains(&column)) {
                continue;
            }
            let list = if column.is_some() { &mut about_row } else { &mut extra };
            list.push((unused(name, list), ExtraColumn::of(name, array, meanings)));
        }
        let in_path = partitions.others().map(|(name, value)| (name, value.to_owned()));
        let unread = meanings.unread().map(|(name, why)| (name, format!("cannot be read: {why}")));
        for (name, text) in in_path.chain(unread) {
            extra.push((unused(name, &extra), ExtraColumn::Same(text)));
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

/// A name that no other column of the list has.
fn unused<T>(name: &str, others: &[(String, T)]) -> String {
    let is_used = |name: &str| others.iter().any(|(other, _)| other == name);
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_used(name)).unwrap_or_default()
}

/// The values of a row in some columns, as a JSON object of texts; `None` if all are null.
fn shown(columns: &[(String, ExtraColumn)], row: usize) -> Result<Option<String>, String> {
    let mut found = BTreeMap::new();
    for (name, column) in columns {
        if let Some(shown) = column.get(row) {
            found.insert(name, shown);
        }
    }
    let object = (!found.is_empty()).then(|| serde_json::to_string(&found));
    object.transpose().map_err(|e| e.to_string())
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

/// A value as people may read it.
fn show(column: &ArrayRef, row: usize) -> String {
    if let Some(Ok(nanos)) = InstantColumn::of(column).and_then(|instants| instants.get(row)) {
        return format_time(DateTime::from_timestamp_nanos(nanos));
    }
    let shown = ArrayFormatter::try_new(column.as_ref(), &FormatOptions::default());
    let shown = shown.and_then(|shown| shown.value(row).try_to_string());
    shown.unwrap_or_else(|_| {
        let number = cast_with_options(column, &DataType::Int64, &CastOptions::default());
        let number = number.ok().and_then(|all| {
            let all = all.as_any().downcast_ref::<Int64Array>()?;
            all.is_valid(row).then(|| all.value(row).to_string())
        });
        let number = number.map_or(String::new(), |number| format!("{number}: "));
        format!("{number}{} that cannot be shown", column.data_type())
    })
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn strings(name: &str, column: &ArrayRef) -> Result<StringArray, String> {
    let column = cast(name, column, &DataType::Utf8)?;
    let strings = column.as_any().downcast_ref::<StringArray>().cloned();
    strings.ok_or_else(|| format!("the column {name} is not text"))
}

/// What cannot be cast becomes null.
fn cast(name: &str, column: &ArrayRef, kind: &DataType) -> Result<ArrayRef, String> {
    let column = cast_with_options(column, kind, &CastOptions::default());
    column.map_err(|e| format!("the column {name}: {e}"))
}

fn out_of_range(name: &str, shown: &str) -> String {
    format!("{name} is {}, outside the years 1677 to 2262", shortened(shown))
}
