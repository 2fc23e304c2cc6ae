//! Instants as text: RFC 3339 in, RFC 3339 in UTC out.

use chrono::{DateTime, SecondsFormat, Utc};

/// Why a text is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("“{0}” is not an RFC 3339 time")]
    Malformed(String),
    /// Instants are kept in 64-bit nanoseconds since 1970.
    #[error("“{0}” lies outside the years 1677 to 2262")]
    OutOfRange(String),
}

/// Reads an RFC 3339 time with any offset, to the nanosecond. Never falls back to another time.
pub fn parse_time(text: &str) -> Result<DateTime<Utc>, TimeError> {
    let time = DateTime::parse_from_rfc3339(text)
        .map_err(|_| TimeError::Malformed(text.to_owned()))?
        .with_timezone(&Utc);
    match time.timestamp_nanos_opt() {
        Some(_) => Ok(time),
        None => Err(TimeError::OutOfRange(text.to_owned())),
    }
}

/// Writes an instant as the journal's files have it: UTC, `+00:00`, and 0, 3, 6 or 9 fractional
/// digits as needed.
pub fn format_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// An instant as nanoseconds since 1970; the first or last of them for one that lies beyond. No
/// event has one that does: see [`parse_time`].
pub(crate) fn clamped_nanos(time: DateTime<Utc>) -> i64 {
    time.timestamp_nanos_opt().unwrap_or(if time.timestamp() < 0 { i64::MIN } else { i64::MAX })
}

/// An instant in the JSON of an event: nanoseconds since 1970.
pub(crate) mod nanos {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer, ser::Error};

    pub(crate) fn serialize<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
        let nanos = time.timestamp_nanos_opt();
        to.serialize_i64(nanos.ok_or_else(|| S::Error::custom("an instant out of range"))?)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        i64::deserialize(from).map(DateTime::from_timestamp_nanos)
    }
}

/// An instant in the JSON of an event, where there may be none.
pub(crate) mod maybe_nanos {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "what a field is given to")]
    pub(crate) fn serialize<S: Serializer>(
        time: &Option<DateTime<Utc>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::nanos::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        Ok(Option::<i64>::deserialize(from)?.map(DateTime::from_timestamp_nanos))
    }
}
