//! The columns of a batch by their names and types.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Schema, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use event::{COLUMNS, REQUIRED_COLUMNS, parse_time};

use crate::rows::{Head, Rows, Values};

/// The columns of a batch, by type. A nullable column may be absent.
pub(super) struct Columns {
    event_id: Text,
    timestamp: Timestamps,
    /// In the order of [`crate::rows::TERMS`].
    terms: [Text; 6],
    entity_id: Text,
    old_value: Text,
    new_value: Text,
    recorded_at: Option<Instants>,
    writer: Text,
    seq: Option<UInt64Array>,
    corrects: Text,
    reason: Text,
    batch: Text,
    /// What nobody here knows.
    extra: Vec<(String, Extra)>,
    rows: usize,
}

/// Text, and which rows have any: a row that lost it on the way was not UTF-8.
struct Text {
    name: String,
    /// `None` if there is no such column.
    column: Option<(StringArray, Option<NullBuffer>)>,
}

impl Text {
    fn find(batch: &RecordBatch, name: &str) -> Result<Self, String> {
        let column = find(batch, name)?.map(|column| text(name, column)).transpose()?;
        Ok(Self { name: name.to_owned(), column })
    }

    fn get(&self, row: usize) -> Result<Option<&str>, String> {
        let Some((values, nulls)) = &self.column else { return Ok(None) };
        match (values.is_valid(row), nulls.as_ref().is_none_or(|n| n.is_valid(row))) {
            (true, _) => Ok(Some(values.value(row))),
            (false, true) => Err(format!("{} is not UTF-8 text", self.name)),
            (false, false) => Ok(None),
        }
    }

    fn required(&self, row: usize) -> Result<&str, String> {
        self.get(row)?.ok_or_else(|| format!("{} is null", self.name))
    }
}

enum Timestamps {
    Text(Text),
    Typed(Instants),
}

impl Timestamps {
    /// Nanoseconds since 1970.
    fn get(&self, row: usize) -> Result<i64, String> {
        match self {
            Self::Text(column) => {
                let time = parse_time(column.required(row)?);
                let time = time.map_err(|e| format!("timestamp {e}"))?;
                time.timestamp_nanos_opt().ok_or_else(|| out_of_range("timestamp"))
            }
            Self::Typed(column) => column.get(row)?.ok_or_else(|| "timestamp is null".to_owned()),
        }
    }
}

/// Instants in the unit in which they lie in the file: in another they might lose digits, or not
/// fit, which is a finding about their row only.
struct Instants {
    name: &'static str,
    values: Int64Array,
    /// Nanoseconds in one unit.
    unit: i64,
}

impl Instants {
    fn of(name: &'static str, column: &ArrayRef) -> Result<Self, String> {
        let unit = match column.data_type() {
            DataType::Timestamp(TimeUnit::Second, Some(_)) => 1_000_000_000,
            DataType::Timestamp(TimeUnit::Millisecond, Some(_)) => 1_000_000,
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => 1000,
            DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => 1,
            // Without a zone nobody can say which instant is meant.
            kind => {
                let needed = "where an instant with a zone is needed";
                return Err(format!("the column {name} is {kind} {needed}"));
            }
        };
        Ok(Self { name, values: typed(name, column, &DataType::Int64, false)?, unit })
    }

    /// Nanoseconds since 1970.
    fn get(&self, row: usize) -> Result<Option<i64>, String> {
        if self.values.is_null(row) {
            return Ok(None);
        }
        let nanos = self.values.value(row).checked_mul(self.unit);
        nanos.map(Some).ok_or_else(|| out_of_range(self.name))
    }
}

/// A column that nobody here knows.
enum Extra {
    Text(Text),
    /// And which of its rows say anything.
    Other(ArrayRef, Option<NullBuffer>),
}

impl Extra {
    fn of(name: &str, column: &ArrayRef, called: &Schema) -> Result<Self, String> {
        let called = called.field_with_name(name).map_or(&DataType::Null, |f| f.data_type());
        let called = if let DataType::Dictionary(_, values) = called { values } else { called };
        if matches!(called, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
            let column = Some(text(name, column)?);
            return Ok(Self::Text(Text { name: name.to_owned(), column }));
        }
        Ok(Self::Other(Arc::clone(column), column.logical_nulls()))
    }

    /// What is shown of a row.
    fn get(&self, name: &str, row: usize) -> Result<Option<String>, String> {
        match self {
            Self::Text(column) => Ok(column.get(row)?.map(str::to_owned)),
            Self::Other(_, Some(nulls)) if nulls.is_null(row) => Ok(None),
            Self::Other(column, _) => {
                let shown = ArrayFormatter::try_new(column.as_ref(), &FormatOptions::default());
                let shown = shown.and_then(|shown| shown.value(row).try_to_string());
                shown.map(Some).map_err(|e| format!("{name} cannot be shown: {e}"))
            }
        }
    }
}

impl Columns {
    /// Whether a file with these columns can be part of a journal.
    pub fn check(schema: &Schema, called: &Schema) -> Result<(), String> {
        Self::of(&RecordBatch::new_empty(schema.clone().into()), called).map(drop)
    }

    /// `called` is what the file says of its columns, where its texts are read as bytes.
    pub fn of(batch: &RecordBatch, called: &Schema) -> Result<Self, String> {
        let text = |name| Text::find(batch, name);
        let timestamp = find(batch, "timestamp")?.ok_or("the column timestamp is missing")?;
        let timestamp = match timestamp.data_type() {
            DataType::Timestamp(_, _) => Timestamps::Typed(Instants::of("timestamp", timestamp)?),
            _ => Timestamps::Text(text("timestamp")?),
        };
        let recorded_at = find(batch, "recorded_at")?.map(|c| Instants::of("recorded_at", c));
        let schema = batch.schema_ref();
        let names = schema.fields().iter().map(|field| field.name());
        let extra = names.filter(|name| !COLUMNS.contains(&name.as_str())).filter_map(|name| {
            let extra = find(batch, name).transpose()?;
            let extra = extra.and_then(|column| Extra::of(name, column, called));
            Some(extra.map(|extra| (name.clone(), extra)))
        });
        let extra = extra.collect::<Result<_, _>>()?;
        Ok(Self {
            event_id: text("event_id")?,
            timestamp,
            terms: [
                text("entity_type")?,
                text("field")?,
                text("action")?,
                text("actor")?,
                text("source")?,
                text("workspace_id")?,
            ],
            entity_id: text("entity_id")?,
            old_value: text("old_value")?,
            new_value: text("new_value")?,
            recorded_at: recorded_at.transpose()?,
            writer: text("writer")?,
            seq: find(batch, "seq")?.map(numbers).transpose()?,
            corrects: text("corrects")?,
            reason: text("reason")?,
            batch: text("batch")?,
            extra,
            rows: batch.num_rows(),
        })
    }

    pub fn take(&self, into: &mut Rows) {
        for row in 0..self.rows {
            let number = into.in_file;
            into.in_file += 1;
            if let Err(problem) = self.take_row(row, number, into) {
                into.bad.push((number, problem));
            }
        }
    }

    fn take_row(&self, row: usize, number: u64, into: &mut Rows) -> Result<(), String> {
        let recorded_at = self.recorded_at.as_ref().map(|column| column.get(row)).transpose()?;
        let extra = self.extra(row)?;
        let id = self.event_id.required(row)?;
        let time = self.timestamp.get(row)?;
        let mut terms = [None; 6];
        let (workspace, required) = (self.terms.len() - 1, self.terms.iter().enumerate());
        for (index, column) in required {
            let optional = index == workspace;
            terms[index] = if optional { column.get(row)? } else { Some(column.required(row)?) };
        }
        let entity_id = self.entity_id.required(row)?;
        let values = Values { old: self.old_value.get(row)?, new: self.new_value.get(row)? };
        let head = Head {
            id,
            recorded_at: recorded_at.flatten(),
            writer: self.writer.get(row)?,
            seq: self.seq.as_ref().filter(|c| c.is_valid(row)).map(|c| c.value(row)),
            corrects: self.corrects.get(row)?,
            reason: self.reason.get(row)?,
            batch: self.batch.get(row)?,
            extra: extra.as_deref(),
        };
        let number = u32::try_from(number).map_err(|_| "the file has too many rows")?;
        into.add(number, time, terms, entity_id, &head, values);
        Ok(())
    }

    /// What a row has in columns nobody here knows, as a JSON object of texts.
    fn extra(&self, row: usize) -> Result<Option<String>, String> {
        let mut found = BTreeMap::new();
        for (name, column) in &self.extra {
            if let Some(shown) = column.get(name, row)? {
                found.insert(name, shown);
            }
        }
        let object = (!found.is_empty()).then(|| serde_json::to_string(&found));
        object.transpose().map_err(|e| e.to_string())
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
    // What cannot be cast becomes null, and is then told from what was null.
    let values = typed(name, column, &DataType::Utf8, true)?;
    Ok((values, column.logical_nulls()))
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

fn out_of_range(name: &str) -> String {
    format!("{name} lies outside the years 1677 to 2262")
}
