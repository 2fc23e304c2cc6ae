//! Bins of a histogram over time.

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveDateTime};

use crate::{HistogramBin, Zone};

/// Maximum number of bins in a histogram.
const MOST_BINS: i64 = 120;

/// Width of a bin: one or several units of the calendar, in a time zone.
#[derive(Debug, Clone, Copy)]
enum Width {
    /// At most an hour, so that every bin is as long as this.
    Seconds(i64),
    /// A part of a day, a day or a week, in seconds: one in which clocks are changed is longer or
    /// shorter.
    Wall(i64),
    Months(u32),
}

const WIDTHS: [Width; 14] = [
    Width::Seconds(1),
    Width::Seconds(10),
    Width::Seconds(60),
    Width::Seconds(10 * 60),
    Width::Seconds(60 * 60),
    Width::Wall(6 * 60 * 60),
    Width::Wall(24 * 60 * 60),
    Width::Wall(7 * 24 * 60 * 60),
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
/// The bins are whole units of the calendar in `zone`, as narrow as a limit of 120 bins allows.
pub fn empty_bins(first: i64, last: i64, zone: Zone) -> Vec<HistogramBin> {
    let (first, last) =
        (DateTime::from_timestamp_nanos(first), DateTime::from_timestamp_nanos(last));
    let walls = [first, last].map(|instant| zone.wall_of(instant));
    let fits = |width: &&Width| width.bins(walls) <= MOST_BINS;
    let width = *WIDTHS.iter().find(fits).unwrap_or(&Width::Months(100 * 12));
    let mut bins: Vec<HistogramBin> = Vec::new();
    let mut wall = width.start(walls[0]);
    let mut start = match width {
        // The hour that comes twice is told by how long before the first event it began.
        Width::Seconds(_) => first - (walls[0] - wall),
        _ => zone.instant_of(wall),
    };
    while start <= last {
        let Some(next) = width.next(wall) else { break };
        let end = match width {
            Width::Seconds(seconds) => start + Duration::seconds(seconds),
            _ => zone.instant_of(next),
        };
        // A day that a zone left out has no bin.
        if end > start {
            bins.push(HistogramBin { start, end, count: 0 });
        }
        (wall, start) = (next, end);
    }
    bins
}

impl Width {
    /// Number of bins of this width between two times of a clock on the wall.
    fn bins(self, [first, last]: [NaiveDateTime; 2]) -> i64 {
        match self {
            Self::Seconds(seconds) | Self::Wall(seconds) => {
                (last - self.start(first)).num_seconds() / seconds + 1
            }
            Self::Months(months) => {
                let month = |t: NaiveDateTime| i64::from(t.year()) * 12 + i64::from(t.month0());
                (month(last) - month(self.start(first))) / i64::from(months) + 1
            }
        }
    }

    /// Start of the bin that `wall` falls in. Weeks start on Monday.
    fn start(self, wall: NaiveDateTime) -> NaiveDateTime {
        match self {
            Self::Seconds(seconds) | Self::Wall(seconds) => {
                // 1970 began on a Thursday, four days before a Monday.
                let monday = 4 * 24 * 60 * 60;
                let time = wall.and_utc().timestamp();
                let into = (time - monday).rem_euclid(seconds);
                DateTime::from_timestamp(time - into, 0).map_or(wall, |start| start.naive_utc())
            }
            Self::Months(months) => {
                let months = i64::from(months);
                let month = i64::from(wall.year()) * 12 + i64::from(wall.month0());
                let month = month - month.rem_euclid(months);
                let year = i32::try_from(month.div_euclid(12)).unwrap_or(wall.year());
                let month0 = u32::try_from(month.rem_euclid(12)).unwrap_or_default();
                let day = NaiveDate::from_ymd_opt(year, month0 + 1, 1);
                day.map_or(wall, NaiveDateTime::from)
            }
        }
    }

    /// Start of the bin after the one that starts at `start`.
    fn next(self, start: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::Months(months) => start.checked_add_months(Months::new(months)),
            Self::Seconds(seconds) | Self::Wall(seconds) => {
                start.checked_add_signed(Duration::seconds(seconds))
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
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
            let found =
                empty_bins(nanos(first).unwrap_or(0), nanos(last).unwrap_or(0), Zone::default());
            assert_eq!(found.len(), count, "{start}");
            assert_eq!(event::format_time(found[0].start), start);
            assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start), "{start}");
            let end = found.last().map(|bin| bin.end);
            assert!(end > event::parse_time(last).ok(), "{start}");
        }
    }
    /// A zone, the first and the last event, and the borders of the first three bins.
    type Expected<'a> = (&'a str, [&'a str; 2], [&'a str; 4]);

    const IN_ZONES: [Expected<'_>; 6] = [
        // Days, west of Greenwich.
        (
            "America/New_York",
            ["2024-01-15T12:00:00Z", "2024-03-15T12:00:00Z"],
            [
                "2024-01-15T05:00:00Z",
                "2024-01-16T05:00:00Z",
                "2024-01-17T05:00:00Z",
                "2024-01-18T05:00:00Z",
            ],
        ),
        // Days, of which the second has 23 hours.
        (
            "Europe/Berlin",
            ["2024-03-30T12:00:00Z", "2024-05-30T12:00:00Z"],
            [
                "2024-03-29T23:00:00Z",
                "2024-03-30T23:00:00Z",
                "2024-03-31T22:00:00Z",
                "2024-04-01T22:00:00Z",
            ],
        ),
        // Quarters of a day, of which the first has seven hours.
        (
            "Europe/Berlin",
            ["2024-10-26T23:00:00Z", "2024-11-20T12:00:00Z"],
            [
                "2024-10-26T22:00:00Z",
                "2024-10-27T05:00:00Z",
                "2024-10-27T11:00:00Z",
                "2024-10-27T17:00:00Z",
            ],
        ),
        // Hours: the third is called as the second.
        (
            "Europe/Berlin",
            ["2024-10-26T23:30:00Z", "2024-10-29T12:00:00Z"],
            [
                "2024-10-26T23:00:00Z",
                "2024-10-27T00:00:00Z",
                "2024-10-27T01:00:00Z",
                "2024-10-27T02:00:00Z",
            ],
        ),
        // Days, one of which was left out.
        (
            "Pacific/Apia",
            ["2011-12-29T12:00:00Z", "2012-02-20T12:00:00Z"],
            [
                "2011-12-29T10:00:00Z",
                "2011-12-30T10:00:00Z",
                "2011-12-31T10:00:00Z",
                "2012-01-01T10:00:00Z",
            ],
        ),
        // Months.
        (
            "Asia/Kolkata",
            ["2020-01-31T20:00:00Z", "2024-03-15T12:00:00Z"],
            [
                "2020-01-31T18:30:00Z",
                "2020-02-29T18:30:00Z",
                "2020-03-31T18:30:00Z",
                "2020-04-30T18:30:00Z",
            ],
        ),
    ];

    #[test]
    fn bins_are_units_of_the_calendar_in_the_zone() {
        for (zone, span, borders) in IN_ZONES {
            let [first, last] = span.map(|t| event::parse_time(t).unwrap());
            let [from, to] = [first, last].map(|t| t.timestamp_nanos_opt().unwrap());
            let bins = empty_bins(from, to, zone.parse().unwrap());
            let found: Vec<_> = bins.iter().take(3).map(|bin| bin.start).collect();
            let expected = borders.map(|t| event::parse_time(t).unwrap());
            assert_eq!(found, expected[..3], "{zone} {span:?}");
            assert_eq!(bins[2].end, expected[3], "{zone} {span:?}");
            assert!(bins.windows(2).all(|pair| pair[0].end == pair[1].start), "{zone} {span:?}");
            assert!(bins[0].start <= first && bins[bins.len() - 1].end > last, "{zone} {span:?}");
            assert!(bins.len() <= 120, "{zone} {span:?}");
        }
    }
}
