//! Facets and histogram of events.

use chrono::{DateTime, Utc};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::{Column, instant};

/// Facets and histogram of the events that match filters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Facets {
    /// Number of these events.
    pub total: usize,
    /// Facets of the columns [`DIMENSIONS`](event::DIMENSIONS), in their order. Serialized, an
    /// object of the columns by name.
    #[serde(serialize_with = "by_name")]
    #[cfg_attr(feature = "typescript", ts(as = "std::collections::BTreeMap<String, Vec<Count>>"))]
    pub facets: Vec<Facet>,
    /// Histogram over time, without a gap from the first event to the last; empty if there are no
    /// events.
    pub histogram: Vec<HistogramBin>,
}

/// Facet of one column: its values with their counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Column of the values.
    pub column: Column,
    /// Values, most frequent first, then by value. A null workspace counts as the empty text.
    pub values: Vec<Count>,
}

/// Count of the events that have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Count {
    /// Value of the column.
    pub value: String,
    /// Number of events that have it.
    pub count: usize,
}

/// Bin of a histogram over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct HistogramBin {
    /// Start of the bin, inclusive.
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub start: DateTime<Utc>,
    /// End of the bin, exclusive.
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub end: DateTime<Utc>,
    /// Number of events with a timestamp in the bin.
    pub count: usize,
}

fn by_name<S: Serializer>(facets: &[Facet], to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(facets.len()))?;
    for facet in facets {
        map.serialize_entry(facet.column.name(), &facet.values)?;
    }
    map.end()
}
