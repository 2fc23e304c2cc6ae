//! How often each value occurs, and when events happened.

use std::collections::HashMap;
use std::io;

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveTime, Utc};
use rayon::prelude::*;

use crate::catalog::Shown;
use crate::segment::Segment;
use crate::select::{Selected, select};
use crate::{Answer, Column, Error, Filters, Snapshot, Stop};

/// The columns that are counted: those that are kept as codes, in the same order.
pub const FACET_COLUMNS: [Column; decode::TERMS.len()] = [
    Column::EntityType,
    Column::Field,
    Column::Action,
    Column::Actor,
    Column::Source,
    Column::WorkspaceId,
];

/// Rows that are counted together.
const STRETCH: usize = 1 << 16;

/// A histogram has at most this many bars.
const MOST_BARS: i64 = 120;

/// Counts of the events that filters let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facets {
    pub total: usize,
    pub facets: Vec<Facet>,
    /// Without a gap from the first event to the last; empty if there are none.
    pub histogram: Vec<Bar>,
}

/// The values of one column, most frequent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    pub column: Column,
    pub values: Vec<Count>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub value: String,
    pub count: usize,
}

/// Events from `start` on and before `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub count: usize,
}

impl Snapshot {
    /// Counts of the events that `filters` let through, or [`Error::Stopped`] soon after `stop`
    /// was set.
    #[tracing::instrument(skip_all)]
    pub fn facets(&self, filters: &Filters, stop: &Stop) -> Result<Answer<Facets>, Error> {
        let parts = self.shown();
        let selected = self.watch(select(&parts, filters, stop))?;
        let facet = |at: usize| {
            let values = self.watch(counts(&parts, &selected, at))?;
            Ok(Facet { column: FACET_COLUMNS[at], values })
        };
        let facets = (0..FACET_COLUMNS.len()).map(facet).collect::<Result<_, Error>>()?;
        let histogram = self.watch(histogram(&parts, &selected))?;
        let total = selected.iter().map(Selected::count).sum();
        Ok(self.answer(Facets { total, facets, histogram }))
    }
}

/// How often each value of a column occurs in the rows selected, most frequent first.
///
/// Polars takes six times as long to count codes as a loop over them does.
pub(crate) fn counts(
    parts: &[&Shown],
    selected: &[Selected],
    column: usize,
) -> io::Result<Vec<Count>> {
    let both: Vec<_> = parts.iter().zip(selected).collect();
    let of_parts: Vec<Vec<u64>> = both
        .par_iter()
        .map(|(part, selected)| count_codes(&part.segment, selected, column))
        .collect::<io::Result<_>>()?;
    let mut all: HashMap<&str, u64> = HashMap::new();
    for (part, counts) in parts.iter().zip(of_parts) {
        for (word, count) in part.segment.words(column).iter().zip(counts) {
            *all.entry(word.as_deref().unwrap_or_default()).or_default() += count;
        }
    }
    let there = all.into_iter().filter(|(_, count)| *count > 0);
    let count = |(value, count): (&str, u64)| Count {
        value: value.to_owned(),
        count: usize::try_from(count).unwrap_or(usize::MAX),
    };
    let mut values: Vec<Count> = there.map(count).collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    Ok(values)
}

/// How often each code occurs in the rows selected.
fn count_codes(segment: &Segment, selected: &Selected, column: usize) -> io::Result<Vec<u64>> {
    if selected.bits.is_none() && selected.rows == (0..segment.len()) {
        return Ok(segment.counts(column).to_vec());
    }
    let mut counts = vec![0; segment.words(column).len()];
    if selected.count() == 0 {
        return Ok(counts);
    }
    let mut start = selected.rows.start;
    while start < selected.rows.end {
        let end = selected.rows.end.min(start + STRETCH);
        let codes = segment.codes(column, start..end)?;
        match &selected.bits {
            None => codes.iter().for_each(|&code| counts[code as usize] += 1),
            Some(bits) => {
                bits.iter_in(start..end).for_each(|row| counts[codes[row - start] as usize] += 1);
            }
        }
        start = end;
    }
    Ok(counts)
}

/// Bars over the rows selected, as narrow as the number of bars allows.
fn histogram(parts: &[&Shown], selected: &[Selected]) -> io::Result<Vec<Bar>> {
    let mut span: Option<(i64, i64)> = None;
    for (part, selected) in parts.iter().zip(selected) {
        let ends = [selected.first_from(0), selected.last_before(part.segment.len())];
        if let [Some(first), Some(last)] = ends {
            let times = (part.segment.time_of(first)?, part.segment.time_of(last)?);
            let (low, high) = span.unwrap_or(times);
            span = Some((low.min(times.0), high.max(times.1)));
        }
    }
    let Some((first, last)) = span else { return Ok(Vec::new()) };
    let mut bars = bars(first, last);
    for (part, selected) in parts.iter().zip(selected) {
        let mut from = 0;
        for bar in &mut bars {
            let end = bar.end.timestamp_nanos_opt().unwrap_or(i64::MAX);
            let to = part.segment.rank_of_time(end)?;
            bar.count += selected.count_in(from..to);
            from = to;
        }
    }
    Ok(bars)
}

/// A bar's width: one unit of the calendar (UTC), or several.
#[derive(Debug, Clone, Copy)]
enum Width {
    Seconds(i64),
    Months(u32),
}

const WIDTHS: [Width; 14] = [
    Width::Seconds(1),
    Width::Seconds(10),
    Width::Seconds(60),
    Width::Seconds(10 * 60),
    Width::Seconds(60 * 60),
    Width::Seconds(6 * 60 * 60),
    Width::Seconds(24 * 60 * 60),
    Width::Seconds(7 * 24 * 60 * 60),
    Width::Months(1),
    Width::Months(3),
    Width::Months(12),
    Width::Months(5 * 12),
    Width::Months(10 * 12),
    Width::Months(100 * 12),
];

/// Empty bars from the first time to the last, in nanoseconds since 1970, without a gap.
fn bars(first: i64, last: i64) -> Vec<Bar> {
    let (first, last) =
        (DateTime::from_timestamp_nanos(first), DateTime::from_timestamp_nanos(last));
    let fits = |width: &&Width| width.bars(first, last) <= MOST_BARS;
    let width = WIDTHS.iter().find(fits).unwrap_or(&Width::Months(100 * 12));
    let mut bars: Vec<Bar> = Vec::new();
    let mut start = width.start(first);
    while start <= last {
        let Some(end) = width.next(start) else { break };
        bars.push(Bar { start, end, count: 0 });
        start = end;
    }
    bars
}

impl Width {
    fn bars(self, first: DateTime<Utc>, last: DateTime<Utc>) -> i64 {
        match self {
            Self::Seconds(seconds) => (last - self.start(first)).num_seconds() / seconds + 1,
            Self::Months(months) => {
                let month = |t: DateTime<Utc>| i64::from(t.year()) * 12 + i64::from(t.month0());
                (month(last) - month(self.start(first))) / i64::from(months) + 1
            }
        }
    }

    /// The start of the bar that `time` falls in. Weeks start on Monday.
    fn start(self, time: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Seconds(seconds) => {
                // 1970 began on a Thursday, four days before a Monday.
                let monday = 4 * 24 * 60 * 60;
                let into = (time.timestamp() - monday).rem_euclid(seconds);
                DateTime::from_timestamp(time.timestamp() - into, 0).unwrap_or(time)
            }
            Self::Months(months) => {
                let months = i64::from(months);
                let month = i64::from(time.year()) * 12 + i64::from(time.month0());
                let month = month - month.rem_euclid(months);
                let year = i32::try_from(month.div_euclid(12)).unwrap_or(time.year());
                let month0 = u32::try_from(month.rem_euclid(12)).unwrap_or_default();
                let day = NaiveDate::from_ymd_opt(year, month0 + 1, 1);
                day.map_or(time, |day| day.and_time(NaiveTime::MIN).and_utc())
            }
        }
    }

    fn next(self, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Seconds(seconds) => start.checked_add_signed(Duration::seconds(seconds)),
            Self::Months(months) => start.checked_add_months(Months::new(months)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_the_order_in_which_they_are_kept() {
        assert_eq!(FACET_COLUMNS.map(Column::name), decode::TERMS);
    }

    #[test]
    fn bars_are_whole_units_of_the_calendar_without_a_gap() {
        let table = [
            ("2024-02-29T10:00:00Z", "2024-02-29T10:00:00Z", 1, "2024-02-29T10:00:00+00:00"),
            ("2024-02-29T10:00:07Z", "2024-02-29T10:01:06Z", 60, "2024-02-29T10:00:07+00:00"),
            ("2024-01-03T00:00:00Z", "2024-12-31T23:00:00Z", 53, "2024-01-01T00:00:00+00:00"),
            ("2012-09-28T00:00:00Z", "2026-01-01T00:00:00Z", 55, "2012-07-01T00:00:00+00:00"),
            ("1700-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 66, "1700-01-01T00:00:00+00:00"),
        ];
        for (first, last, count, start) in table {
            let nanos = |t: &str| event::parse_time(t).ok()?.timestamp_nanos_opt();
            let found = bars(nanos(first).unwrap_or(0), nanos(last).unwrap_or(0));
            assert_eq!(found.len(), count, "{start}");
            assert_eq!(event::format_time(found[0].start), start);
            assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start), "{start}");
            let end = found.last().map(|bar| bar.end);
            assert!(end > event::parse_time(last).ok(), "{start}");
        }
    }
}
