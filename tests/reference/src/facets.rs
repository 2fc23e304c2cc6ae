//! How often each value occurs, and when events happened.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::TimeDelta;
use event::DIMENSIONS;
use event::Entry;
use query::{
    Column, Count, Facet, Facets, HistogramBin, LAG_LIMITS, Lag, Zone, empty_bins, lag_bins,
};

use crate::filters::text;

/// Counts of some events, which are in the total order.
pub(crate) fn facets(entries: &[&Entry], zone: Zone) -> Facets {
    let facet = |column| Facet { column, values: counts(entries, column) };
    Facets {
        total: entries.len(),
        facets: DIMENSIONS.map(facet).to_vec(),
        histogram: histogram(entries, zone),
        lags: lag_bins(lag_counts(entries)),
        no_lag: entries.iter().filter(|entry| entry.event.recorded_at.is_none()).count(),
    }
}

fn lag_counts(entries: &[&Entry]) -> [usize; LAG_LIMITS.len() + 1] {
    let mut counts = [0; LAG_LIMITS.len() + 1];
    for event in entries.iter().map(|entry| &entry.event) {
        if let Some(recorded_at) = event.recorded_at {
            let lag = recorded_at - event.timestamp;
            let is_over = |limit: &&Lag| lag >= TimeDelta::milliseconds(limit.millis);
            counts[LAG_LIMITS.iter().filter(is_over).count()] += 1;
        }
    }
    counts
}

/// How often each value of a column occurs: most frequent first, then by value.
pub(crate) fn counts(entries: &[&Entry], column: Column) -> Vec<Count> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry(text(&entry.event, column)).or_default() += 1;
    }
    let count = |(value, count): (&str, usize)| Count { value: value.to_owned(), count };
    let mut counts: Vec<Count> = counts.into_iter().map(count).collect();
    counts.sort_by_key(|of_value| Reverse(of_value.count));
    counts
}

fn histogram(entries: &[&Entry], zone: Zone) -> Vec<HistogramBin> {
    let nanos = |entry: &&Entry| entry.event.timestamp.timestamp_nanos_opt();
    let Some((first, last)) = entries.first().and_then(nanos).zip(entries.last().and_then(nanos))
    else {
        return Vec::new();
    };
    let mut bins = empty_bins(first, last, zone);
    for bin in &mut bins {
        let is_within = |entry: &&&Entry| (bin.start..bin.end).contains(&entry.event.timestamp);
        bin.count = entries.iter().filter(is_within).count();
    }
    bins
}
