//! Bins of a histogram over time.

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveTime, Utc};

use crate::HistogramBin;

/// Maximum number of bins in a histogram.
const MOST_BINS: i64 = 120;

/// Width of a bin: one or several units of the calendar, in UTC.
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

/// Empty bins of a histogram, without a gap, from the bin that `first` falls in to the one that
/// `last` falls in. Both are nanoseconds since 1970.
///
/// The bins are whole units of the calendar (UTC), as narrow as a limit of 120 bins allows.
pub fn empty_bins(first: i64, last: i64) -> Vec<HistogramBin> {
    let (first, last) =
        (DateTime::from_timestamp_nanos(first), DateTime::from_timestamp_nanos(last));
    let fits = |width: &&Width| width.bins(first, last) <= MOST_BINS;
    let width = WIDTHS.iter().find(fits).unwrap_or(&Width::Months(100 * 12));
    let mut bins: Vec<HistogramBin> = Vec::new();
    let mut start = width.start(first);
    while start <= last {
        let Some(end) = width.next(start) else { break };
        bins.push(HistogramBin { start, end, count: 0 });
        start = end;
    }
    bins
}

impl Width {
    /// Number of bins of this width from `first` to `last`.
    fn bins(self, first: DateTime<Utc>, last: DateTime<Utc>) -> i64 {
        match self {
            Self::Seconds(seconds) => (last - self.start(first)).num_seconds() / seconds + 1,
            Self::Months(months) => {
                let month = |t: DateTime<Utc>| i64::from(t.year()) * 12 + i64::from(t.month0());
                (month(last) - month(self.start(first))) / i64::from(months) + 1
            }
        }
    }

    /// Start of the bin that `time` falls in. Weeks start on Monday.
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

    /// Start of the bin after the one that starts at `start`.
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
    fn bins_are_whole_units_of_the_calendar_without_a_gap() {
        let table = [
            ("2024-02-29T10:00:00Z", "2024-02-29T10:00:00Z", 1, "2024-02-29T10:00:00+00:00"),
            ("2024-02-29T10:00:07Z", "2024-02-29T10:01:06Z", 60, "2024-02-29T10:00:07+00:00"),
            ("2024-01-03T00:00:00Z", "2024-12-31T23:00:00Z", 53, "2024-01-01T00:00:00+00:00"),
            ("2012-09-28T00:00:00Z", "2026-01-01T00:00:00Z", 55, "2012-07-01T00:00:00+00:00"),
            ("1700-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 66, "1700-01-01T00:00:00+00:00"),
        ];
        for (first, last, count, start) in table {
            let nanos = |t: &str| event::parse_time(t).ok()?.timestamp_nanos_opt();
            let found = empty_bins(nanos(first).unwrap_or(0), nanos(last).unwrap_or(0));
            assert_eq!(found.len(), count, "{start}");
            assert_eq!(event::format_time(found[0].start), start);
            assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start), "{start}");
            let end = found.last().map(|bin| bin.end);
            assert!(end > event::parse_time(last).ok(), "{start}");
        }
    }
}
