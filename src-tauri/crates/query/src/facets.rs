//! How often each value occurs, and when events happened.

use chrono::{DateTime, Utc};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::{Column, instant};

/// Counts of the events that filters let through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Facets {
    pub total: usize,
    /// One for each of [`DIMENSIONS`](event::DIMENSIONS), in their order. Serialized, an
    /// object of the columns by name.
    #[serde(serialize_with = "by_name")]
    #[cfg_attr(feature = "typescript", ts(as = "std::collections::BTreeMap<String, Vec<Count>>"))]
    pub facets: Vec<Facet>,
    /// Without a gap from the first event to the last; empty if there are none.
    pub histogram: Vec<HistogramBin>,
}

/// The values of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    pub column: Column,
    /// Most frequent first, then by value.
    pub values: Vec<Count>,
}

/// A value and how many events have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Count {
    pub value: String,
    pub count: usize,
}

/// Events from `start` on and before `end`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct HistogramBin {
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub start: DateTime<Utc>,
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub end: DateTime<Utc>,
    pub count: usize,
}

fn by_name<S: Serializer>(facets: &[Facet], to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(facets.len()))?;
    for facet in facets {
        map.serialize_entry(facet.column.name(), &facet.values)?;
    }
    map.end()
}
