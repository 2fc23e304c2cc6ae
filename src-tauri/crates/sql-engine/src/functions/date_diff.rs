//! `date_diff(part, from, to)`: how many limits of a part of time lie between two times.

use std::sync::Arc;

use arrow::array::{Array, Int64Array};
use arrow::datatypes::DataType;
use chrono::{DateTime, Datelike, Utc};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::arguments::{Arguments, instant};

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

/// `date_diff(part, from, to)`, in UTC: from 23:59 to 00:01 is one day.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct DateDiff {
    signature: Signature,
    aliases: Vec<String>,
}

impl DateDiff {
    pub fn new() -> Self {
        let signature = Signature::any(3, Volatility::Immutable);
        Self { signature, aliases: vec!["datediff".to_owned()] }
    }
}

impl ScalarUDFImpl for DateDiff {
    fn name(&self) -> &'static str {
        "date_diff"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arguments = Arguments::of(&call)?;
        let parts = arguments.texts(0)?;
        let (from, to) = (arguments.instants(1)?, arguments.instants(2)?);
        let difference = |row: usize| {
            if parts.is_null(row) || from.is_null(row) || to.is_null(row) {
                return Ok(None);
            }
            let part = parts.value(row).to_lowercase();
            let ordinal = |nanos: i64| ordinal(&part, nanos);
            let Some((from, to)) = ordinal(from.value(row)).zip(ordinal(to.value(row))) else {
                return exec_err!("date_diff: “{part}” is no part of a time, such as 'day'");
            };
            Ok(Some(to - from))
        };
        let differences: Int64Array = (0..parts.len()).map(difference).collect::<Result<_>>()?;
        Ok(ColumnarValue::Array(Arc::new(differences)))
    }
}

/// Number of the part of time in which an instant lies; `None` if there is no such part.
fn ordinal(part: &str, nanos: i64) -> Option<i64> {
    let time: DateTime<Utc> = instant(nanos);
    let months = i64::from(time.year()) * 12 + i64::from(time.month0());
    Some(match part.strip_suffix('s').unwrap_or(part) {
        "microsecond" => nanos.div_euclid(1_000),
        "millisecond" => nanos.div_euclid(1_000_000),
        "second" => nanos.div_euclid(SECOND),
        "minute" => nanos.div_euclid(60 * SECOND),
        "hour" => nanos.div_euclid(3_600 * SECOND),
        "day" => nanos.div_euclid(DAY),
        // The first of January 1970 was a Thursday.
        "week" => (nanos.div_euclid(DAY) + 3).div_euclid(7),
        "month" => months,
        "quarter" => months.div_euclid(3),
        "year" => time.year().into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_between_two_times_are_counted() {
        let table = [
            ("day", "2024-03-03T23:59:00Z", "2024-03-04T00:01:00Z", Some(1)),
            ("hours", "2024-03-03T23:59:00Z", "2024-03-04T00:01:00Z", Some(1)),
            ("minute", "2024-03-03T23:59:00Z", "2024-03-04T00:01:00Z", Some(2)),
            ("week", "2024-03-03T23:59:00Z", "2024-03-04T00:01:00Z", Some(1)),
            ("month", "2024-02-29T00:00:00Z", "2024-01-31T00:00:00Z", Some(-1)),
            ("quarter", "2023-12-31T00:00:00Z", "2024-04-01T00:00:00Z", Some(2)),
            ("year", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", Some(1)),
            ("second", "1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z", Some(1)),
            ("fortnight", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", None),
        ];
        for (part, from, to, expected) in table {
            let of = |text: &str| {
                let time = event::parse_time(text).expect("a time");
                ordinal(part, time.timestamp_nanos_opt().expect("a time of this age"))
            };
            let found = of(from).zip(of(to)).map(|(from, to)| to - from);
            assert_eq!(found, expected, "{part} from {from} to {to}");
        }
    }
}
