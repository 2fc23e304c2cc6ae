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
