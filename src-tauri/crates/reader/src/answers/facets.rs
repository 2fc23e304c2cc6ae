//! Facets: how often each value of each dimension occurs, and a histogram over time.

use std::collections::HashMap;
use std::io;

use event::DIMENSIONS;
use query::{
    CancellationToken, Count, Facet, Facets, Filters, HistogramBin, LAG_LIMITS, LagBin, Zone,
    empty_bins, lag_bins,
};
use rayon::prelude::*;

use super::select::Selected;
use crate::Error;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Segment, lag_bin};
use crate::snapshot::Snapshot;

/// Rows whose codes are read at once.
const CHUNK_ROWS: usize = 1 << 16;

impl Snapshot {
    /// Facets of the events that filters let through, and how many these are.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be
    /// read.
    #[tracing::instrument(skip_all)]
    pub fn facets(
        &self,
        filters: &Filters,
        zone: Zone,
        token: &CancellationToken,
    ) -> Result<Facets, Error> {
        let segments = self.segments();
        let selected = self.select(filters, token)?;
        let facet = |at: usize| {
            let values = counts(&segments, &selected, at)?;
            Ok(Facet { column: DIMENSIONS[at], values })
        };
        let facets = (0..DIMENSIONS.len()).map(facet).collect::<Result<_, Error>>()?;
        let histogram = histogram(&segments, &selected, zone)?;
        let total = selected.iter().map(Selected::count).sum();
        let (lags, no_lag) = lags(&segments, &selected)?;
        Ok(Facets { total, facets, histogram, lags, no_lag })
    }
}

/// Counts of each value of one of [`DIMENSIONS`] in the selected rows, most frequent first. A value
/// that is missing counts as the empty text.
///
/// A loop over dictionary codes: Polars takes six times as long to count them.
pub(crate) fn counts(
    parts: &[&VisibleSegment],
    selected: &[Selected],
    dimension: usize,
) -> io::Result<Vec<Count>> {
    let both: Vec<_> = parts.iter().zip(selected).collect();
    let of_parts: Vec<Vec<u64>> = both
        .par_iter()
        .map(|(part, selected)| count_codes(&part.segment, selected, dimension))
        .collect::<io::Result<_>>()?;
    let mut all: HashMap<&str, u64> = HashMap::new();
    for (part, counts) in parts.iter().zip(of_parts) {
        for (value, count) in part.segment.dimension_values(dimension).iter().zip(counts) {
            *all.entry(value.as_deref().unwrap_or_default()).or_default() += count;
        }
    }
    let present = all.into_iter().filter(|(_, count)| *count > 0);
    let count = |(value, count): (&str, u64)| Count {
        value: value.to_owned(),
        count: usize::try_from(count).unwrap_or(usize::MAX),
    };
    let mut values: Vec<Count> = present.map(count).collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    Ok(values)
}

/// Counts of each dictionary code of a dimension in the selected rows.
fn count_codes(segment: &Segment, selected: &Selected, dimension: usize) -> io::Result<Vec<u64>> {
    if selected.bits.is_none() && selected.rows == (0..segment.len()) {
        return Ok(segment.dimension_counts(dimension).to_vec());
    }
    let mut counts = vec![0; segment.dimension_values(dimension).len()];
    if selected.count() == 0 {
        return Ok(counts);
    }
    let mut start = selected.rows.start;
    while start < selected.rows.end {
        let end = selected.rows.end.min(start + CHUNK_ROWS);
        let codes = segment.dimension_codes(dimension, start..end)?;
        selected.for_each_in(start..end, |row| counts[codes[row - start] as usize] += 1);
        start = end;
    }
    Ok(counts)
}

/// Lags of the selected rows in bins, and how many have none.
fn lags(parts: &[&VisibleSegment], selected: &[Selected]) -> io::Result<(Vec<LagBin>, usize)> {
    let both: Vec<_> = parts.iter().zip(selected).collect();
    let of_parts = both.par_iter().map(|(part, selected)| count_lags(&part.segment, selected));
    let (mut counts, mut known) = ([0; LAG_LIMITS.len() + 1], 0);
    for of_part in of_parts.collect::<io::Result<Vec<_>>>()? {
        for (count, more) in counts.iter_mut().zip(of_part) {
            let more = usize::try_from(more).unwrap_or(usize::MAX);
            *count += more;
            known += more;
        }
    }
    let total: usize = selected.iter().map(Selected::count).sum();
    Ok((lag_bins(counts), total - known))
}

/// A loop over two columns, as that over codes: one pass in place of one for each bin.
fn count_lags(segment: &Segment, selected: &Selected) -> io::Result<[u64; LAG_LIMITS.len() + 1]> {
    let of_all = segment.lag_counts();
    let is_all = selected.bits.is_none() && selected.rows == (0..segment.len());
    if is_all || of_all.iter().all(|count| *count == 0) {
        return Ok(of_all);
    }
    let mut counts = [0; LAG_LIMITS.len() + 1];
    let mut start = selected.rows.start;
    while start < selected.rows.end {
        let rows = start..selected.rows.end.min(start + CHUNK_ROWS);
        start = rows.end;
        if selected.count_in(rows.clone()) == 0 {
            continue;
        }
        if let Some(recorded_at) = segment.recorded_at(rows.clone())? {
            let (times, first) = (segment.times(rows.clone())?, rows.start);
            selected.for_each_in(rows, |row| {
                if let Some(bin) = lag_bin(times[row - first], recorded_at[row - first]) {
                    counts[bin] += 1;
                }
            });
        }
    }
    Ok(counts)
}

/// Histogram over the times of the selected rows; empty if there are none. See [`empty_bins`] for
/// the width of the bins.
fn histogram(
    parts: &[&VisibleSegment],
    selected: &[Selected],
    zone: Zone,
) -> io::Result<Vec<HistogramBin>> {
    let mut span: Option<(i64, i64)> = None;
    for (part, selected) in parts.iter().zip(selected) {
        let ends = [selected.first_from(0), selected.last_before(part.segment.len())];
        if let [Some(first), Some(last)] = ends {
            let times = (part.segment.time_at(first)?, part.segment.time_at(last)?);
            let (low, high) = span.unwrap_or(times);
            span = Some((low.min(times.0), high.max(times.1)));
        }
    }
    let Some((first, last)) = span else { return Ok(Vec::new()) };
    let mut bins = empty_bins(first, last, zone);
    for (part, selected) in parts.iter().zip(selected) {
        let mut from = 0;
        for bin in &mut bins {
            let end = bin.end.timestamp_nanos_opt().unwrap_or(i64::MAX);
            let to = part.segment.rank_of_time(end)?;
            bin.count += selected.count_in(from..to);
            from = to;
        }
    }
    Ok(bins)
}
