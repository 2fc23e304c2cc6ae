//! Facets and histogram with pending events.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use event::{Column, Entry};

use super::Layers;
use crate::{
    CancellationToken, Count, Error, Facets, Filters, HistogramBin, LAG_LIMITS, Zone, empty_bins,
};

impl Layers {
    pub(super) async fn facets(
        &self,
        filters: &Filters,
        zone: Zone,
        token: &CancellationToken,
    ) -> Result<Facets, Error> {
        let mut facets = self.inner.facets(filters, zone, token).await?.value;
        let [before, after] = self.passing(filters);
        facets.total = facets.total + after.len() - before.len();
        for facet in &mut facets.facets {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for count in std::mem::take(&mut facet.values) {
                counts.insert(count.value, count.count);
            }
            let value = |entry: &Entry| text(entry, facet.column).to_owned();
            for entry in &after {
                *counts.entry(value(entry)).or_default() += 1;
            }
            for entry in &before {
                *counts.entry(value(entry)).or_insert(1) -= 1;
            }
            let counts = counts.into_iter().filter(|(_, count)| *count > 0);
            facet.values = counts.map(|(value, count)| Count { value, count }).collect();
            facet.values.sort_by_key(|count| Reverse(count.count));
        }
        for (entries, adds) in [(&after, true), (&before, false)] {
            let change = |number: &mut usize| if adds { *number += 1 } else { *number -= 1 };
            for entry in entries {
                match lag_bin(entry) {
                    Some(bin) => change(&mut facets.lags[bin].count),
                    None => change(&mut facets.no_lag),
                }
            }
        }
        let bins = std::mem::take(&mut facets.histogram);
        facets.histogram = self.histogram(filters, zone, bins, [before, after], token).await?;
        Ok(facets)
    }

    /// Histogram, given that of the engine within and the events of the changed records that pass.
    async fn histogram(
        &self,
        filters: &Filters,
        zone: Zone,
        inner: Vec<HistogramBin>,
        [before, after]: [Vec<&Entry>; 2],
        token: &CancellationToken,
    ) -> Result<Vec<HistogramBin>, Error> {
        if before.is_empty() && after.is_empty() {
            return Ok(inner);
        }
        let Some((first, last)) = self.ends(filters, token).await? else { return Ok(Vec::new()) };
        let nanos = |at: DateTime<Utc>| at.timestamp_nanos_opt().unwrap_or_default();
        let mut bins = empty_bins(nanos(first), nanos(last), zone);
        for bin in &mut bins {
            let is_within = |entry: &&&Entry| (bin.start..bin.end).contains(&entry.event.timestamp);
            let count = |entries: &[&Entry]| entries.iter().filter(is_within).count();
            let of_inner = match sum(&inner, bin) {
                Some(sum) => sum,
                None => self.count_within(filters, bin, token).await?,
            };
            bin.count = of_inner + count(&after) - count(&before);
        }
        Ok(bins)
    }

    /// Number of events of the engine within that match, in a bin.
    async fn count_within(
        &self,
        filters: &Filters,
        bin: &HistogramBin,
        token: &CancellationToken,
    ) -> Result<usize, Error> {
        let since = filters.since.map_or(bin.start, |since| since.max(bin.start));
        let until = filters.until.map_or(bin.end, |until| until.min(bin.end));
        let within = Filters { since: Some(since), until: Some(until), ..filters.clone() };
        Ok(self.inner.count(&within, token).await?.value)
    }
}

/// The sum of the bins that lie within another; `None` if one lies in part of it only.
fn sum(bins: &[HistogramBin], within: &HistogramBin) -> Option<usize> {
    let overlapping = || bins.iter().filter(|bin| bin.start < within.end && bin.end > within.start);
    let is_whole = |bin: &HistogramBin| bin.start >= within.start && bin.end <= within.end;
    overlapping().all(is_whole).then(|| overlapping().map(|bin| bin.count).sum())
}

/// Index of the bin of an event's lag; `None` if that cannot be known.
fn lag_bin(entry: &Entry) -> Option<usize> {
    let lag = entry.event.recorded_at? - entry.event.timestamp;
    Some(LAG_LIMITS.iter().filter(|limit| lag >= TimeDelta::milliseconds(limit.millis)).count())
}

/// Text of an event in a column. No workspace and the empty workspace are the same.
fn text(entry: &Entry, column: Column) -> &str {
    entry.event.cells()[column.index()].text().unwrap_or_default()
}
