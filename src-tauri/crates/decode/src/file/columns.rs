//! Columns of a record batch, found by name and read by type.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Schema, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use event::{Cell, Column, EVENT_COLUMNS, Kind, Storage, parse_time};

use crate::rows::DecodedRows;

/// The columns of a record batch.
pub(super) struct Columns {
    /// Columns of the event, in the order of [`EVENT_COLUMNS`].
    event: [CellSource; EVENT_COLUMNS.len()],
    /// Columns that are none of a journal's, by name.
    extra: Vec<(String, ExtraColumn)>,
    /// Columns of a journal that describe the row and not its event, by name.
    about_row: Vec<(String, ExtraColumn)>,
    /// Number of rows.
    rows: usize,
}

/// Source of the cells of one event column, by its type in the file.
enum CellSource {
    /// The file has no such column. All cells are null.
    Absent,
    Texts(TextColumn),
    /// Instants as RFC 3339 text.
    InstantTexts(TextColumn),
    Instants(InstantColumn),
    Numbers(UInt64Array),
}

impl CellSource {
    /// Finds a column in the batch. The error is a clause about a column that is missing, repeated
    /// or of an unfit type.
    fn find(batch: &RecordBatch, column: Column) -> Result<Self, String> {
        let Some(array) = find(batch, column.name())? else { return Ok(Self::Absent) };
        let is_typed = matches!(array.data_type(), DataType::Timestamp(_, _));
        Ok(match column.kind() {
            Kind::Text => Self::Texts(TextColumn::of(column.name(), array)?),
            Kind::Instant if column.storage() == Storage::Utf8 && !is_typed => {
                Self::InstantTexts(TextColumn::of(column.name(), array)?)
            }
            Kind::Instant => Self::Instants(InstantColumn::of(column.name(), array)?),
            Kind::Number => Self::Numbers(numbers(column.name(), array)?),
        })
    }

    /// The cell of a row. The error is a clause about the row.
    fn cell(&self, column: Column, row: usize) -> Result<Cell<'_>, String> {
        let cell = match self {
            Self::Absent => Cell::Null,
            Self::Texts(texts) => texts.get(row)?.into(),
            Self::InstantTexts(texts) => texts.instant(row)?.map_or(Cell::Null, Cell::Instant),
            Self::Instants(instants) => instants.get(row)?.map_or(Cell::Null, Cell::Instant),
            Self::Numbers(numbers) if numbers.is_null(row) => Cell::Null,
            Self::Numbers(numbers) => Cell::Number(numbers.value(row)),
        };
        if cell == Cell::Null && !column.is_nullable() {
            return Err(format!("{} is null", column.name()));
        }
        Ok(cell)
    }
}

/// A text column, after a cast to UTF-8 that turns invalid text into null.
struct TextColumn {
    name: String,
    values: StringArray,
    /// Nulls before the cast: a row that is null only after it was not UTF-8.
    nulls: Option<NullBuffer>,
}

impl TextColumn {
    fn of(name: &str, column: &ArrayRef) -> Result<Self, String> {
        let (values, nulls) = text(name, column)?;
        Ok(Self { name: name.to_owned(), values, nulls })
    }

    fn get(&self, row: usize) -> Result<Option<&str>, String> {
        if self.values.is_valid(row) {
            Ok(Some(self.values.value(row)))
        } else if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            Ok(None)
        } else {
            Err(format!("{} is not UTF-8 text", self.name))
        }
    }

    /// The instant that the text of a row spells, in nanoseconds since 1970.
    fn instant(&self, row: usize) -> Result<Option<i64>, String> {
        let Some(text) = self.get(row)? else { return Ok(None) };
        let time = parse_time(text).map_err(|e| format!("{} {e}", self.name))?;
        time.timestamp_nanos_opt().map(Some).ok_or_else(|| out_of_range(&self.name))
    }
}

/// A timestamp column in the unit of the file. A conversion of the whole column could lose digits
/// or overflow; row by row, an overflow is an error of its row only.
struct InstantColumn {
    name: &'static str,
    values: Int64Array,
    /// Nanoseconds in one unit.
    unit: i64,
}

impl InstantColumn {
    fn of(name: &'static str, column: &ArrayRef) -> Result<Self, String> {
        let unit = match column.data_type() {
            DataType::Timestamp(TimeUnit::Second, Some(_)) => 1_000_000_000,
            DataType::Timestamp(TimeUnit::Millisecond, Some(_)) => 1_000_000,
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => 1000,
            DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => 1,
            // A timestamp without a zone is not a certain instant.
            kind => {
                let needed = "where an instant with a zone is needed";
                return Err(format!("the column {name} is {kind} {needed}"));
            }
        };
        Ok(Self { name, values: typed(name, column, &DataType::Int64, false)?, unit })
    }

    /// The instant of a row, in nanoseconds since 1970.
    fn get(&self, row: usize) -> Result<Option<i64>, String> {
        if self.values.is_null(row) {
            return Ok(None);
        }
        let nanos = self.values.value(row).checked_mul(self.unit);
        nanos.map(Some).ok_or_else(|| out_of_range(self.name))
    }
}

/// A column that is not of the event, preserved as text.
enum ExtraColumn {
    Text(TextColumn),
    /// A column of another type, and its logical nulls.
    Other(ArrayRef, Option<NullBuffer>),
}

impl ExtraColumn {
    fn of(name: &str, column: &ArrayRef, declared: &Schema) -> Result<Self, String> {
        let declared = declared.field_with_name(name).map_or(&DataType::Null, |f| f.data_type());
        let declared =
            if let DataType::Dictionary(_, values) = declared { values } else { declared };
        if matches!(declared, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
            return Ok(Self::Text(TextColumn::of(name, column)?));
        }
        Ok(Self::Other(Arc::clone(column), column.logical_nulls()))
    }

    /// The value of a row as text; `None` if it is null.
    fn get(&self, name: &str, row: usize) -> Result<Option<String>, String> {
        match self {
            Self::Text(column) => Ok(column.get(row)?.map(str::to_owned)),
            Self::Other(_, Some(nulls)) if nulls.is_null(row) => Ok(None),
            Self::Other(column, _) => {
                let text = ArrayFormatter::try_new(column.as_ref(), &FormatOptions::default());
                let text = text.and_then(|formatter| formatter.value(row).try_to_string());
                text.map(Some).map_err(|e| format!("{name} cannot be shown: {e}"))
            }
        }
    }
}

impl Columns {
    /// Checks whether a file with these columns can be part of a journal.
    pub fn check(schema: &Schema, declared: &Schema) -> Result<(), String> {
        Self::of(&RecordBatch::new_empty(schema.clone().into()), declared).map(drop)
    }

    /// Finds the columns of a batch. `declared` is the schema of the file, which differs from that
    /// of the batch where texts are read as bytes.
    pub fn of(batch: &RecordBatch, declared: &Schema) -> Result<Self, String> {
        let mut event = [const { CellSource::Absent }; EVENT_COLUMNS.len()];
        for (source, column) in event.iter_mut().zip(EVENT_COLUMNS) {
            *source = CellSource::find(batch, column)?;
        }
        let (mut extra, mut about_row) = (Vec::new(), Vec::new());
        for name in batch.schema_ref().fields().iter().map(|field| field.name()) {
            let column = Column::named(name);
            if column.is_some_and(|column| EVENT_COLUMNS.contains(&column)) {
                continue;
            }
            let list = if column.is_some() { &mut about_row } else { &mut extra };
            if let Some(array) = find(batch, name)? {
                list.push((name.clone(), ExtraColumn::of(name, array, declared)?));
            }
        }
        Ok(Self { event, extra, about_row, rows: batch.num_rows() })
    }

    /// Appends the batch's rows to `into`: good ones as rows, bad ones with their number and
    /// reason.
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
        let (extra, about_row) = (to_json(&self.extra, row)?, to_json(&self.about_row, row)?);
        let number = u32::try_from(number).map_err(|_| "the file has too many rows")?;
        into.add(number, &cells, extra.as_deref(), about_row.as_deref());
        Ok(())
    }
}

/// The values of a row in some columns, as a JSON object of texts; `None` if all are null.
fn to_json(columns: &[(String, ExtraColumn)], row: usize) -> Result<Option<String>, String> {
    let mut found = BTreeMap::new();
    for (name, column) in columns {
        if let Some(text) = column.get(name, row)? {
            found.insert(name, text);
        }
    }
    let object = (!found.is_empty()).then(|| serde_json::to_string(&found));
    object.transpose().map_err(|e| e.to_string())
}

/// The array of a column; `None` if the file lacks a column that may be null.
fn find<'a>(batch: &'a RecordBatch, name: &str) -> Result<Option<&'a ArrayRef>, String> {
    let schema = batch.schema_ref();
    let mut found = (0..batch.num_columns()).filter(|&i| schema.field(i).name() == name);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(format!("there are two columns {name}")),
        (Some(index), None) => Ok(Some(batch.column(index))),
        (None, _) if Column::named(name).is_some_and(|column| !column.is_nullable()) => {
            Err(format!("the column {name} is missing"))
        }
        (None, _) => Ok(None),
    }
}

/// A column as UTF-8 text, and its nulls before the cast.
fn text(name: &str, column: &ArrayRef) -> Result<(StringArray, Option<NullBuffer>), String> {
    let kind = match column.data_type() {
        DataType::Dictionary(_, values) => values,
        kind => kind,
    };
    let is_text = matches!(
        kind,
        DataType::Utf8
            | DataType::LargeUtf8
            | DataType::Utf8View
            | DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::Null
    );
    if !is_text {
        return Err(format!("the column {name} is {kind} where text is needed"));
    }
    // Bytes that are not UTF-8 become null in the cast; the nulls before it tell them apart.
    let values = typed(name, column, &DataType::Utf8, true)?;
    Ok((values, column.logical_nulls()))
}

/// A column of any integer type as unsigned 64-bit numbers.
fn numbers(name: &str, column: &ArrayRef) -> Result<UInt64Array, String> {
    if !column.data_type().is_integer() {
        let kind = column.data_type();
        return Err(format!("the column {name} is {kind} where a number is needed"));
    }
    typed(name, column, &DataType::UInt64, false)
}

/// A column cast to `kind`. With `safe`, values that cannot be cast become null; else they fail.
fn typed<T: Array + Clone + 'static>(
    name: &str,
    column: &ArrayRef,
    kind: &DataType,
    safe: bool,
) -> Result<T, String> {
    let options = CastOptions { safe, ..CastOptions::default() };
    let column = cast_with_options(column, kind, &options);
    let column = column.map_err(|e| format!("the column {name}: {e}"))?;
    let typed = column.as_any().downcast_ref::<T>().cloned();
    typed.ok_or_else(|| format!("the column {name} is not {kind}"))
}

fn out_of_range(name: &str) -> String {
    format!("{name} lies outside the years 1677 to 2262")
}
