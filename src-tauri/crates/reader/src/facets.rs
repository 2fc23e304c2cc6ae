//! How often each value occurs, and when events happened.

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveTime, Utc};
use polars::prelude::{DataFrame, IntoLazy, SortMultipleOptions, col, len};

use crate::events::shown;
use crate::{Answer, Column, Error, Filters, Snapshot};

/// The columns that are counted.
pub const FACET_COLUMNS: [Column; 6] = [
    Column::EntityType,
    Column::Field,
    Column::Action,
    Column::Actor,
    Column::Source,
    Column::WorkspaceId,
];

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
    /// Counts of the events that `filters` let through.
    pub fn facets(&self, filters: &Filters) -> Result<Answer<Facets>, Error> {
        let mut columns = FACET_COLUMNS.map(Column::name).to_vec();
        columns.push("timestamp");
        let found = self.select(shown(filters), &columns)?;
        let facet = |column| Ok(Facet { column, values: counts(&found, column)? });
        let facets = FACET_COLUMNS.into_iter().map(facet).collect::<Result<_, Error>>()?;
        let times = found.column("timestamp")?.i64()?.into_no_null_iter();
        let histogram = histogram(&times.collect::<Vec<_>>());
        Ok(self.answer(Facets { total: found.height(), facets, histogram }))
    }
}

/// How often each value of a column occurs, most frequent first.
pub(crate) fn counts(rows: &DataFrame, column: Column) -> Result<Vec<Count>, Error> {
    let by_count = SortMultipleOptions::default().with_order_descending_multi([true, false]);
    let counts = rows
        .clone()
        .lazy()
        .group_by([col(column.name())])
        .agg([len().alias("count")])
        .sort(["count", column.name()], by_count)
        .collect()?;
    let values = counts.column(column.name())?.str()?.iter().flatten();
    let counts = counts.column("count")?.u32()?.into_no_null_iter();
    let count =
        |(value, count): (&str, u32)| Count { value: value.to_owned(), count: count as usize };
    Ok(values.zip(counts).map(count).collect())
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

/// Bars over ascending times in nanoseconds, as narrow as the number of bars allows.
fn histogram(times: &[i64]) -> Vec<Bar> {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return Vec::new() };
    let (first, last) =
        (DateTime::from_timestamp_nanos(first), DateTime::from_timestamp_nanos(last));
    let fits = |width: &&Width| width.bars(first, last) <= MOST_BARS;
    let width = WIDTHS.iter().find(fits).unwrap_or(&Width::Months(100 * 12));
    let mut bars: Vec<Bar> = Vec::new();
    let mut start = width.start(first);
    let mut rest = times;
    while start <= last {
        let Some(end) = width.next(start) else { break };
        let limit = end.timestamp_nanos_opt().unwrap_or(i64::MAX);
        let count = rest.partition_point(|&time| time < limit);
        bars.push(Bar { start, end, count });
        rest = &rest[count..];
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
    fn bars_are_whole_units_of_the_calendar_and_hold_every_event_once() {
        let table = [
            (vec!["2024-02-29T10:00:00Z"], 1, "2024-02-29T10:00:00+00:00"),
            (vec!["2024-02-29T10:00:07Z", "2024-02-29T10:01:06Z"], 60, "2024-02-29T10:00:07+00:00"),
            (vec!["2024-01-03T00:00:00Z", "2024-12-31T23:00:00Z"], 53, "2024-01-01T00:00:00+00:00"),
            (vec!["2012-09-28T00:00:00Z", "2026-01-01T00:00:00Z"], 55, "2012-07-01T00:00:00+00:00"),
            (vec!["1700-01-01T00:00:00Z", "2026-01-01T00:00:00Z"], 66, "1700-01-01T00:00:00+00:00"),
        ];
        for (times, bars, start) in table {
            let nanos = |t: &&str| event::parse_time(t).ok()?.timestamp_nanos_opt();
            let times: Vec<i64> = times.iter().filter_map(nanos).collect();
            let found = histogram(&times);
            assert_eq!(found.len(), bars, "{start}");
            assert_eq!(event::format_time(found[0].start), start);
            assert_eq!(found.iter().map(|bar| bar.count).sum::<usize>(), times.len(), "{start}");
            assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start), "{start}");
        }
    }
}
