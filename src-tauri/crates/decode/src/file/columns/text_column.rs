//! Columns whose values are text, or have one text each.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray, StringArray};
use arrow::buffer::NullBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use arrow::temporal_conversions::date32_to_datetime;
use event::Kind;

use super::extra_column::show;
use super::instant_column::InstantColumn;
use super::nested_json::nested_json;
use crate::file::meaning::{LeafMeaning, Leaves, Meaning};

/// A column whose values are text, or have one text each.
pub(super) struct TextColumn {
    values: StringArray,
    /// What was not UTF-8 is null in `values` and not null here.
    original: ArrayRef,
    nulls: Option<NullBuffer>,
    leaves: Leaves,
}

impl TextColumn {
    /// `None` for a type of which a value can be written in several ways, or means several things.
    pub fn of(
        name: &str,
        kind: Kind,
        column: &ArrayRef,
        meaning: &Meaning,
    ) -> Result<Option<Self>, String> {
        let column = match column.data_type() {
            DataType::Dictionary(_, values) => &cast(name, column, values)?,
            _ => column,
        };
        let values = match column.data_type() {
            DataType::FixedSizeBinary(_) => fixed_size_texts(column, meaning),
            DataType::Date32 => Some(date_texts(column)),
            DataType::Timestamp(_, Some(_)) if kind == Kind::Text => instant_texts(column),
            DataType::Int64 if kind == Kind::Text && meaning.unit.is_some() => {
                meaning.unit.map(|unit| duration_texts(column, unit))
            }
            one if has_one_text(one) || kind == Kind::Number && one.is_floating() => {
                Some(strings(name, column)?)
            }
            _ => None,
        };
        let (original, nulls) = (Arc::clone(column), column.logical_nulls());
        let leaves = Leaves::default();
        Ok(values.map(|values| Self { values, original, nulls, leaves }))
    }

    /// Values of a type that is no text, as further columns show them: a number, a time of day or a
    /// nested value in the place of an old or new value means what it shows.
    pub fn shown(column: &ArrayRef, leaves: Leaves) -> Self {
        let (original, nulls) = (Arc::clone(column), column.logical_nulls());
        let is_null = |row| nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
        let text = |row| match nested_json(column, row, &leaves) {
            _ if is_null(row) => None,
            Some(json) => json.is_whole.then_some(json.text),
            None => Some(show(column, row, &leaves)),
        };
        let values = (0..column.len()).map(text).collect();
        Self { values, original, nulls, leaves }
    }

    /// The error is the value as hexadecimal digits, where it is not UTF-8.
    pub fn get(&self, row: usize) -> Result<Option<&str>, String> {
        if self.values.is_valid(row) {
            Ok(Some(self.values.value(row)))
        } else if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            Ok(None)
        } else {
            Err(show(&self.original, row, &self.leaves))
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
                | DataType::Null
        )
}

/// UUIDs and intervals by their parts, and otherwise UTF-8 text without control characters as it stands.
fn fixed_size_texts(column: &ArrayRef, meaning: &Meaning) -> Option<StringArray> {
    let column = column.as_any().downcast_ref::<FixedSizeBinaryArray>()?;
    let text = |bytes: &[u8]| match (meaning.values, <[u8; 16]>::try_from(bytes), bytes.as_chunks())
    {
        (Some(LeafMeaning::Uuid), Ok(bytes), _) => Some(uuid(bytes)),
        (Some(LeafMeaning::Interval), _, ([months, days, millis], [])) => {
            Some(interval([*months, *days, *millis]))
        }
        // Numbers of sixteen bytes happen to be UTF-8, and have characters that no text has.
        _ => {
            let text = std::str::from_utf8(bytes).ok();
            text.filter(|text| !text.contains(char::is_control)).map(str::to_owned)
        }
    };
    Some(column.iter().map(|bytes| bytes.and_then(text)).collect())
}

pub(super) fn uuid(bytes: [u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    parts.join("-")
}

/// Months, days and milliseconds, each with its name, since none has a fixed number of another.
pub(super) fn interval(parts: [[u8; 4]; 3]) -> String {
    let named = parts.map(u32::from_le_bytes).into_iter();
    let named = named.zip(["month", "day", "ms"]).filter(|(number, _)| *number > 0);
    let named = named.map(|(number, name)| {
        let plural = if number > 1 && name != "ms" { "s" } else { "" };
        format!("{number} {name}{plural}")
    });
    let text = named.collect::<Vec<_>>().join(" ");
    if text.is_empty() { "0 ms".to_owned() } else { text }
}

fn instant_texts(column: &ArrayRef) -> Option<StringArray> {
    let instants = InstantColumn::of(column)?;
    Some((0..column.len()).map(|row| instants.text(row)).collect())
}

/// Dates, and of one that no calendar has, such as an infinity, its number.
pub(super) fn date_texts(column: &ArrayRef) -> StringArray {
    let text = |days: i32| {
        let date = date32_to_datetime(days).map(|time| time.date().to_string());
        date.unwrap_or_else(|| format!("{days} days since 1970"))
    };
    column.as_primitive::<Date32Type>().iter().map(|days| days.map(text)).collect()
}

fn duration_texts(column: &ArrayRef, unit: &str) -> StringArray {
    let text = |number: i64| format!("{number} {unit}");
    column.as_primitive::<Int64Type>().iter().map(|number| number.map(text)).collect()
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
