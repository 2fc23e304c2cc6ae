//! Columns of instants.

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit};
use chrono::DateTime;
use event::format_time;

/// Instants in the unit in which they lie in the file: in another they might lose digits, or not
/// fit, which is a finding about their row only.
pub(super) struct InstantColumn {
    values: Int64Array,
    /// Nanoseconds in one unit.
    unit: i64,
}

impl InstantColumn {
    /// `None` for another type. Without a zone nobody can say which instant is meant.
    pub fn of(column: &ArrayRef) -> Option<Self> {
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
    pub fn get(&self, row: usize) -> Option<Result<i64, String>> {
        let value = self.values.is_valid(row).then(|| self.values.value(row))?;
        let nanos = value.checked_mul(self.unit);
        Some(nanos.ok_or_else(|| {
            let time = DateTime::from_timestamp(value / (1_000_000_000 / self.unit), 0);
            time.map_or_else(|| value.to_string(), format_time)
        }))
    }
}
