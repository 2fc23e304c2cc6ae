//! Columns of instants.

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit};
use chrono::DateTime;
use event::format_time;

const NANOS_IN_SECOND: i64 = 1_000_000_000;

/// Instants in the unit in which they lie in the file: in another they might lose digits, or not
/// fit, which is a finding about their row only.
pub(in crate::file) struct InstantColumn {
    values: Int64Array,
    /// Nanoseconds in one unit.
    unit: i64,
    unit_name: &'static str,
}

impl InstantColumn {
    /// `None` for another type. Without a zone nobody can say which instant is meant.
    pub fn of(column: &ArrayRef) -> Option<Self> {
        let DataType::Timestamp(unit, Some(_)) = column.data_type() else { return None };
        let (unit, unit_name) = match unit {
            TimeUnit::Second => (NANOS_IN_SECOND, "s"),
            TimeUnit::Millisecond => (1_000_000, "ms"),
            TimeUnit::Microsecond => (1000, "µs"),
            TimeUnit::Nanosecond => (1, "ns"),
        };
        let values = cast_with_options(column, &DataType::Int64, &CastOptions::default()).ok()?;
        let values = values.as_any().downcast_ref::<Int64Array>()?.clone();
        Some(Self { values, unit, unit_name })
    }

    /// Nanoseconds since 1970; the error shows an instant that 64 bits of them cannot hold.
    pub fn get(&self, row: usize) -> Option<Result<i64, String>> {
        let value = self.values.is_valid(row).then(|| self.values.value(row))?;
        Some(value.checked_mul(self.unit).ok_or_else(|| self.far_text(value)))
    }

    /// The text of an instant, in whatever year it is.
    pub fn text(&self, row: usize) -> Option<String> {
        let instant = self.get(row)?;
        let near = |nanos| format_time(DateTime::from_timestamp_nanos(nanos));
        Some(instant.map_or_else(|far| far, near))
    }

    /// The text of an instant in microseconds, to the nanosecond if 64 bits of these hold it. `nanos` and
    /// `seconds` have the same instants; those that are too far for a unit have wrapped around in it.
    pub fn exact_text(&self, row: usize, nanos: &Self, seconds: &Self) -> Option<String> {
        const MICROS_IN_SECOND: i64 = 1_000_000;
        let own = self.values.is_valid(row).then(|| self.values.value(row))?;
        if own.div_euclid(MICROS_IN_SECOND) != seconds.values.value(row) {
            return Some(seconds.far_text(seconds.values.value(row)));
        }
        let near = nanos.values.value(row);
        if near.div_euclid(1000) == own { nanos.text(row) } else { self.text(row) }
    }

    /// Whether 64 bits of nanoseconds hold every instant.
    pub fn all_fit(&self) -> bool {
        self.values.iter().flatten().all(|value| value.checked_mul(self.unit).is_some())
    }

    /// The text of an instant that 64 bits of nanoseconds do not hold; one that no calendar has, such
    /// as an infinity, is its number.
    fn far_text(&self, value: i64) -> String {
        let in_second = NANOS_IN_SECOND / self.unit;
        let nanos = u32::try_from(value.rem_euclid(in_second) * self.unit);
        let nanos = nanos.unwrap_or_default();
        let time = DateTime::from_timestamp(value.div_euclid(in_second), nanos);
        time.map_or_else(|| format!("{value} {} since 1970", self.unit_name), format_time)
    }
}
