//! Instants as text: RFC 3339 in, RFC 3339 in UTC out.

use chrono::{DateTime, SecondsFormat, Utc};

/// Error of a text that is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Malformed: the text, which is not RFC 3339.
    #[error("“{0}” is not an RFC 3339 time")]
    Malformed(String),
    /// Out of range: the text, whose instant does not fit into signed 64-bit nanoseconds since
    /// 1970.
    #[error("“{0}” lies outside the years 1677 to 2262")]
    OutOfRange(String),
    /// Leap second: the text, whose second is numbered 60. Time as it is counted since 1970 has no
    /// such second: it would be the first one of the next minute, and mostly of another day.
    #[error("“{0}” has a second 60, which time as it is counted here does not have")]
    LeapSecond(String),
}

/// Parses an RFC 3339 time with any offset, to the nanosecond.
///
/// # Errors
///
/// Fails if the text is not RFC 3339, lies outside the range of 64-bit nanoseconds since 1970, or
/// names a leap second. No other time stands in for one that cannot be parsed.
pub fn parse_time(text: &str) -> Result<DateTime<Utc>, TimeError> {
    let time = DateTime::parse_from_rfc3339(text)
        .map_err(|_| TimeError::Malformed(text.to_owned()))?
        .with_timezone(&Utc);
    match time.timestamp_nanos_opt() {
        // This is how the library tells a leap second.
        Some(_) if time.timestamp_subsec_nanos() >= 1_000_000_000 => {
            Err(TimeError::LeapSecond(text.to_owned()))
        }
        Some(_) => Ok(time),
        None => Err(TimeError::OutOfRange(text.to_owned())),
    }
}

/// Formats an instant as RFC 3339, as journal files hold it: in UTC, with the offset `+00:00` and
/// 0, 3, 6 or 9 fractional digits as needed.
pub fn format_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// Nanoseconds since 1970, clamped to the range of 64 signed bits. [`parse_time`] and the decoder
/// admit no instant beyond it.
pub(crate) fn clamped_nanos(time: DateTime<Utc>) -> i64 {
    time.timestamp_nanos_opt().unwrap_or(if time.timestamp() < 0 { i64::MIN } else { i64::MAX })
}

/// Serde form of an instant: nanoseconds since 1970.
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

/// Serde form of an optional instant: nanoseconds since 1970, or null.
pub(crate) mod maybe_nanos {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
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
