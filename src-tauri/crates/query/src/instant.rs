//! Instants in JSON: RFC 3339 in UTC, as the journal's files have them.

use chrono::{DateTime, Utc};
use event::format_time;
use serde::Serializer;

pub fn serialize<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format_time(*time))
}

/// An instant where there may be none.
pub mod optional {
    use chrono::{DateTime, Utc};
    use event::{format_time, parse_time};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "what a field is given to")]
    pub fn serialize<S: Serializer>(
        time: &Option<DateTime<Utc>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(format_time).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        text.as_deref().map(parse_time).transpose().map_err(D::Error::custom)
    }
}
