//! Cells of an answer, as text and as JSON.

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampNanosecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::DateTime;
use event::format_time;
use serde_json::{Number, Value};

use crate::SqlKind;

/// Text of a cell; `None` if it is null. An instant is RFC 3339 in UTC, a number as short as it can be.
pub fn text_cell(column: &dyn Array, row: usize) -> Option<String> {
    // A column of nulls alone has no bits that say so.
    if column.is_null(row) || column.data_type() == &DataType::Null {
        return None;
    }
    if let DataType::Timestamp(..) = column.data_type()
        && let Some(time) = instant(column, row)
    {
        return Some(time);
    }
    let formatter = ArrayFormatter::try_new(column, &FormatOptions::default());
    // A type that Arrow cannot format is told by its name; no function of ours returns one.
    Some(match formatter.and_then(|cells| cells.value(row).try_to_string()) {
        Ok(text) => text,
        Err(_) => column.data_type().to_string(),
    })
}

/// JSON of a cell: null, a number, a boolean, or text. A number that JSON does not have is text.
pub fn json_cell(column: &dyn Array, row: usize) -> Value {
    let Some(text) = text_cell(column, row) else { return Value::Null };
    match SqlKind::of(column.data_type()) {
        SqlKind::Boolean => Value::Bool(text == "true"),
        SqlKind::Number if !matches!(column.data_type(), DataType::Decimal128(..)) => {
            let number = text.parse::<i64>().map(Number::from).ok();
            let number = number.or_else(|| text.parse::<u64>().map(Number::from).ok());
            let number = number.or_else(|| Number::from_f64(text.parse().ok()?));
            number.map_or(Value::String(text), Value::Number)
        }
        _ => Value::String(text),
    }
}

/// An instant as RFC 3339; `None` if it is beyond what nanoseconds of 64 bits hold.
fn instant(column: &dyn Array, row: usize) -> Option<String> {
    let nanos = DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()));
    let cell = cast(&column.slice(row, 1), &nanos).ok()?;
    let cell = cell.as_primitive::<TimestampNanosecondType>();
    cell.is_valid(0).then(|| format_time(DateTime::from_timestamp_nanos(cell.value(0))))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, NullArray, StringViewArray,
        TimestampMillisecondArray, TimestampNanosecondArray, UInt64Array,
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_is_text_and_json() {
        let table: [(ArrayRef, Option<&str>, Value); 11] = [
            (Arc::new(StringViewArray::from(vec![Some("")])), Some(""), json!("")),
            (Arc::new(StringViewArray::from(vec![None::<&str>])), None, Value::Null),
            (Arc::new(NullArray::new(1)), None, Value::Null),
            (Arc::new(Int64Array::from(vec![-7])), Some("-7"), json!(-7)),
            (
                Arc::new(UInt64Array::from(vec![u64::MAX])),
                Some("18446744073709551615"),
                json!(u64::MAX),
            ),
            (Arc::new(Float64Array::from(vec![0.5])), Some("0.5"), json!(0.5)),
            (Arc::new(Float64Array::from(vec![f64::NAN])), Some("NaN"), json!("NaN")),
            (Arc::new(BooleanArray::from(vec![true])), Some("true"), json!(true)),
            (
                Arc::new(TimestampNanosecondArray::from(vec![1]).with_timezone("UTC")),
                Some("1970-01-01T00:00:00.000000001+00:00"),
                json!("1970-01-01T00:00:00.000000001+00:00"),
            ),
            (
                Arc::new(TimestampMillisecondArray::from(vec![1500])),
                Some("1970-01-01T00:00:01.500+00:00"),
                json!("1970-01-01T00:00:01.500+00:00"),
            ),
            (Arc::new(Date32Array::from(vec![1])), Some("1970-01-02"), json!("1970-01-02")),
        ];
        for (column, text, json) in table {
            assert_eq!(text_cell(&column, 0).as_deref(), text);
            assert_eq!(json_cell(&column, 0), json);
        }
    }
}
