//! How often each value occurs, and when events happened.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use event::DIMENSIONS;
use event::Entry;
use query::{Column, Count, Facet, Facets, HistogramBin, Zone, empty_bins};

use crate::filters::text;

/// Counts of some events, which are in the total order.
pub(crate) fn facets(entries: &[&Entry], zone: Zone) -> Facets {
    let facet = |column| Facet { column, values: counts(entries, column) };
    Facets {
        total: entries.len(),
        facets: DIMENSIONS.map(facet).to_vec(),
        histogram: histogram(entries, zone),
    }
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
