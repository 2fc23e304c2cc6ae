//! One file of a journal, checked row by row.
//!
//! Columns go by their names. What a column means must be certain: text may be stored in any of
//! Arrow's text types, a required column may not be missing, and a row that cannot be trusted is
//! named and left out. Columns nobody here knows are left aside.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use event::{Action, COLUMNS, Entry, Event, Place, REQUIRED_COLUMNS, parse_time};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

#[cfg(test)]
mod tests;

/// What one file holds.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    pub entries: Vec<Arc<Entry>>,
    /// Rows in the file, good and bad.
    pub rows: usize,
    /// Bad rows: the row from 0, and why.
    pub bad_rows: Vec<(u64, String)>,
}

/// Reads a whole file. The error says what is wrong with it.
pub(crate) fn decode(name: &Arc<str>, bytes: Bytes) -> Result<Decoded, String> {
    if bytes.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|e| format!("not a readable Parquet file: {e}"))?;
    let mut decoded = Decoded::default();
    for batch in reader {
        let batch = batch.map_err(|e| format!("damaged from row {} on: {e}", decoded.rows))?;
        Columns::of(&batch)?.take(name, &mut decoded);
    }
    Ok(decoded)
}

/// The known columns of a batch, by type. A nullable column may be absent.
struct Columns {
    text: Vec<Option<Text>>,
    timestamp: Timestamps,
    recorded_at: Option<TimestampMicrosecondArray>,
    seq: Option<UInt64Array>,
    rows: usize,
}

/// Text, and which rows have any: a row that lost it on the way was not UTF-8.
struct Text {
    values: StringArray,
    nulls: Option<NullBuffer>,
}

impl Text {
    fn get(&self, name: &str, row: usize) -> Result<Option<&str>, String> {
        match (self.values.is_valid(row), self.nulls.as_ref().is_none_or(|n| n.is_valid(row))) {
            (true, _) => Ok(Some(self.values.value(row))),
            (false, true) => Err(format!("{name} is not UTF-8 text")),
            (false, false) => Ok(None),
        }
    }
}

enum Timestamps {
    Text(Text),
    Typed(TimestampMicrosecondArray),
}

impl Columns {
    fn of(batch: &RecordBatch) -> Result<Self, String> {
        let text = COLUMNS.iter().map(|name| match *name {
            "timestamp" | "recorded_at" | "seq" => Ok(None),
            name => find(batch, name)?.map(|column| text(name, column)).transpose(),
        });
        let timestamp = find(batch, "timestamp")?.ok_or("the column timestamp is missing")?;
        let timestamp = match timestamp.data_type() {
            DataType::Timestamp(_, _) => Timestamps::Typed(instants("timestamp", timestamp)?),
            _ => Timestamps::Text(self::text("timestamp", timestamp)?),
        };
        let recorded_at = find(batch, "recorded_at")?.map(|c| instants("recorded_at", c));
        let seq = find(batch, "seq")?.map(numbers);
        Ok(Self {
            text: text.collect::<Result<_, String>>()?,
            timestamp,
            recorded_at: recorded_at.transpose()?,
            seq: seq.transpose()?,
            rows: batch.num_rows(),
        })
    }

    fn take(&self, file: &Arc<str>, into: &mut Decoded) {
        for i in 0..self.rows {
            let row = into.rows as u64;
            into.rows += 1;
            let place = Place::File { file: Arc::clone(file), row };
            match self.event(i) {
                Ok(event) => into.entries.push(Arc::new(Entry { event, place })),
                Err(problem) => into.bad_rows.push((row, problem)),
            }
        }
    }

    fn event(&self, row: usize) -> Result<Event, String> {
        let optional = |name: &str| self.value(name, row);
        let required = |name: &str| optional(name)?.ok_or_else(|| format!("{name} is null"));
        let recorded_at = self.recorded_at.as_ref().filter(|column| column.is_valid(row));
        Ok(Event {
            event_id: required("event_id")?,
            timestamp: self.timestamp(row)?,
            entity_type: required("entity_type")?,
            entity_id: required("entity_id")?,
            field: required("field")?,
            action: Action::from(required("action")?),
            old_value: optional("old_value")?,
            new_value: optional("new_value")?,
            actor: required("actor")?,
            source: required("source")?,
            workspace_id: optional("workspace_id")?,
            recorded_at: recorded_at.map(|c| micros("recorded_at", c.value(row))).transpose()?,
            writer: optional("writer")?,
            seq: self.seq.as_ref().filter(|c| c.is_valid(row)).map(|c| c.value(row)),
            corrects: optional("corrects")?,
            reason: optional("reason")?,
            batch: optional("batch")?,
        })
    }

    fn value(&self, name: &str, row: usize) -> Result<Option<String>, String> {
        let index = COLUMNS.iter().position(|column| *column == name);
        match index.and_then(|index| self.text[index].as_ref()) {
            Some(column) => Ok(column.get(name, row)?.map(str::to_owned)),
            None => Ok(None),
        }
    }

    fn timestamp(&self, row: usize) -> Result<DateTime<Utc>, String> {
        let null = || "timestamp is null".to_owned();
        match &self.timestamp {
            Timestamps::Text(column) => {
                let text = column.get("timestamp", row)?.ok_or_else(null)?;
                parse_time(text).map_err(|e| format!("timestamp {e}"))
            }
            Timestamps::Typed(column) if column.is_null(row) => Err(null()),
            Timestamps::Typed(column) => micros("timestamp", column.value(row)),
        }
    }
}

fn find<'a>(batch: &'a RecordBatch, name: &str) -> Result<Option<&'a ArrayRef>, String> {
    let schema = batch.schema_ref();
    let mut found = (0..batch.num_columns()).filter(|&i| schema.field(i).name() == name);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(format!("there are two columns {name}")),
        (Some(index), None) => Ok(Some(batch.column(index))),
        (None, _) if REQUIRED_COLUMNS.contains(&name) => {
            Err(format!("the column {name} is missing"))
        }
        (None, _) => Ok(None),
    }
}

fn text(name: &str, column: &ArrayRef) -> Result<Text, String> {
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
    // What cannot be cast becomes null, and is then told from what was null.
    let values = typed(name, column, &DataType::Utf8, true)?;
    Ok(Text { values, nulls: column.logical_nulls() })
}

fn instants(name: &str, column: &ArrayRef) -> Result<TimestampMicrosecondArray, String> {
    match column.data_type() {
        // Without a zone nobody can say which instant is meant.
        DataType::Timestamp(_, Some(_)) => {
            let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
            typed(name, column, &utc, false)
        }
        kind => Err(format!("the column {name} is {kind} where an instant with a zone is needed")),
    }
}

fn numbers(column: &ArrayRef) -> Result<UInt64Array, String> {
    if !column.data_type().is_integer() {
        return Err(format!("the column seq is {} where a number is needed", column.data_type()));
    }
    typed("seq", column, &DataType::UInt64, false)
}

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

fn micros(name: &str, value: i64) -> Result<DateTime<Utc>, String> {
    DateTime::from_timestamp_micros(value)
        .filter(|time| time.timestamp_nanos_opt().is_some())
        .ok_or_else(|| format!("{name} lies outside the years 1677 to 2262"))
}
