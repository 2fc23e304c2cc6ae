//! Arguments of functions, as arrays of one type.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray, TimestampNanosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimeUnit, TimestampNanosecondType};
use chrono::{DateTime, Utc};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

/// Arguments of one call.
pub struct Arguments {
    arrays: Vec<ArrayRef>,
}

impl Arguments {
    /// The arguments of a call, all of one length.
    pub fn of(call: &ScalarFunctionArgs) -> Result<Self> {
        let rows = call.number_rows;
        let arrays = call.args.iter().map(|value| value.to_array(rows));
        Ok(Self { arrays: arrays.collect::<Result<_>>()? })
    }

    /// Argument as texts.
    pub fn texts(&self, nth: usize) -> Result<StringArray> {
        let array = self.get(nth, &DataType::Utf8)?;
        Ok(array.as_string::<i32>().clone())
    }

    /// Argument as instants.
    pub fn instants(&self, nth: usize) -> Result<TimestampNanosecondArray> {
        let array = self.get(nth, &DataType::Timestamp(TimeUnit::Nanosecond, None))?;
        Ok(array.as_primitive::<TimestampNanosecondType>().clone())
    }

    /// Argument as whole numbers.
    pub fn numbers(&self, nth: usize) -> Result<Int64Array> {
        Ok(self.get(nth, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
    }

    /// Whether an argument is an instant or a date.
    pub fn is_time(&self, nth: usize) -> bool {
        let kind = self.arrays.get(nth).map(|array| array.data_type());
        matches!(kind, Some(DataType::Timestamp(..) | DataType::Date32 | DataType::Date64))
    }

    fn get(&self, nth: usize, kind: &DataType) -> Result<ArrayRef> {
        let Some(array) = self.arrays.get(nth) else { return exec_err!("an argument is missing") };
        Ok(cast(array, kind)?)
    }
}

/// An instant of an array of instants.
pub fn instant(nanos: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos(nanos)
}

/// Texts as the result of a call.
pub fn texts(of: impl Iterator<Item = Result<Option<String>>>) -> Result<ColumnarValue> {
    let texts: StringArray = of.collect::<Result<_>>()?;
    Ok(ColumnarValue::Array(Arc::new(texts)))
}
