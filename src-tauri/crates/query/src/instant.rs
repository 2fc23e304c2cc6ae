//! Serde form of instants: RFC 3339 in UTC, as journal files hold them.

use chrono::{DateTime, Utc};
use event::format_time;
use serde::Serializer;

/// Serializes an instant as RFC 3339.
pub fn serialize<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format_time(*time))
}

/// Serde form of optional instants: RFC 3339, or null.
pub mod optional {
    use chrono::{DateTime, Utc};
    use event::{format_time, parse_time};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Serializes an instant as RFC 3339, or as null.
    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub fn serialize<S: Serializer>(
        time: &Option<DateTime<Utc>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(format_time).serialize(to)
    }

    /// Deserializes an instant from RFC 3339 with any offset, or from null.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        text.as_deref().map(parse_time).transpose().map_err(D::Error::custom)
    }
}
