//! Facets and histogram of events.

use chrono::{DateTime, Utc};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::{Column, Lag, instant};

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
    /// Lags of the events that have a time of recording, one bin for each of [`LAG_LIMITS`] and one for
    /// what is longer.
    pub lags: Vec<LagBin>,
    /// Number of events without a time of recording, whose lag cannot be known.
    pub no_lag: usize,
}

/// Ends of the bins of lags, the first of which are the events recorded before their timestamp.
pub const LAG_LIMITS: [Lag; 8] = [
    Lag { millis: 0 },
    Lag { millis: 1000 },
    Lag { millis: 60_000 },
    Lag { millis: 3_600_000 },
    Lag { millis: 86_400_000 },
    Lag { millis: 7 * 86_400_000 },
    Lag { millis: 30 * 86_400_000 },
    Lag { millis: 365 * 86_400_000 },
];

/// Bin of lags: from one to before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct LagBin {
    /// Start, inclusive; `None` for the first bin, which has none.
    pub from: Option<Lag>,
    /// End, exclusive; `None` for the last bin, which has none.
    pub until: Option<Lag>,
    /// Number of events.
    pub count: usize,
}

/// Bins of [`LAG_LIMITS`], with these counts.
pub fn lag_bins(counts: [usize; LAG_LIMITS.len() + 1]) -> Vec<LagBin> {
    let from = std::iter::once(None).chain(LAG_LIMITS.map(Some));
    let until = LAG_LIMITS.map(Some).into_iter().chain([None]);
    from.zip(until)
        .zip(counts)
        .map(|((from, until), count)| LagBin { from, until, count })
        .collect()
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
