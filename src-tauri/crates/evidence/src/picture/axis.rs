//! Scales beside the bars: numbers of events, and days in the time zone.

use chrono::{Datelike, NaiveDateTime, Timelike};
use query::{HistogramBin, Zone};

/// Most lines across the bars above the one that they stand on.
const MOST_LINES: usize = 5;

/// Numbers of events at which lines are drawn, from 0 to the first that is not below `most`.
pub fn lines(most: usize) -> Vec<usize> {
    let most = most.max(1);
    let powers = (0..).map_while(|exponent| 10usize.checked_pow(exponent));
    let steps = powers.flat_map(|power| [1, 2, 5].map(|times| power.saturating_mul(times)));
    let step = steps.into_iter().find(|step| most.div_ceil(*step) <= MOST_LINES).unwrap_or(most);
    (0..=most.div_ceil(step)).map(|line| line * step).collect()
}

/// Width of the bins, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BinWidth {
    seconds: i64,
    months: i32,
}

impl BinWidth {
    /// Width of the first bin, by a clock on the wall: one in which clocks are changed counts as the others.
    pub fn of(bin: &HistogramBin, zone: Zone) -> Self {
        let [start, end] = [bin.start, bin.end].map(|instant| zone.wall_of(instant));
        let month = |wall: NaiveDateTime| wall.year() * 12 + wall.month().cast_signed();
        let is_first =
            |wall: NaiveDateTime| wall.day() == 1 && wall.num_seconds_from_midnight() == 0;
        let months = if is_first(start) && is_first(end) { month(end) - month(start) } else { 0 };
        Self { seconds: (end - start).num_seconds(), months }
    }

    /// What one bar counts, such as “Events per week”.
    pub fn name(self) -> String {
        const UNITS: [(i64, &str); 5] =
            [(604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
        let per = |number: i64, unit: &str| match number {
            1 => format!("Events per {unit}"),
            _ => format!("Events per {number} {unit}s"),
        };
        match self.months {
            0 => {
                let fits = |(length, _): &&(i64, _)| self.seconds % length == 0;
                UNITS
                    .iter()
                    .find(fits)
                    .map_or_else(String::new, |(length, unit)| per(self.seconds / length, unit))
            }
            months if months % 12 == 0 => per(i64::from(months / 12), "year"),
            months if months % 3 == 0 => per(i64::from(months / 3), "quarter"),
            months => per(i64::from(months), "month"),
        }
    }

    /// How the start of a bin is written: with no more than tells it from the next.
    pub fn format(self) -> &'static str {
        match (self.months, self.seconds) {
            (0, ..60) => "%Y-%m-%d %H:%M:%S",
            (0, ..86_400) => "%Y-%m-%d %H:%M",
            (0, _) => "%Y-%m-%d",
            (months, _) if months % 12 == 0 => "%Y",
            _ => "%Y-%m",
        }
    }

    /// The number of the bin that starts at `wall`, of all bins of this width from the first Monday of all.
    fn number_of(self, wall: NaiveDateTime) -> i64 {
        if self.months > 0 {
            return i64::from((wall.year() * 12 + wall.month0().cast_signed()) / self.months);
        }
        let seconds = i64::from(wall.num_days_from_ce() - 1) * 86_400;
        (seconds + i64::from(wall.num_seconds_from_midnight())) / self.seconds.max(1)
    }

    /// How many bins lie between two labels, if there is room for `most` labels.
    fn step(self, bins: usize, most: usize) -> usize {
        let needed = bins.div_ceil(most.max(1)).max(1);
        // Whole parts of a year, of a day or of an hour where the bins have them.
        let nice: &[usize] = match (self.months, self.seconds) {
            (1, _) => &[1, 2, 3, 6, 12, 24, 60, 120],
            (3, _) => &[1, 2, 4, 8, 20, 40],
            (12 | 120, _) => &[1, 2, 5, 10, 20, 50],
            (0, 86_400) => &[1, 2, 7, 14, 28],
            (0, 21_600) => &[1, 2, 4, 8, 28],
            (0, 3600) => &[1, 2, 3, 6, 12, 24, 48],
            (0, 60 | 1) => &[1, 2, 5, 10, 15, 30, 60],
            (0, 10 | 600) => &[1, 3, 6, 12, 18, 36],
            _ => &[],
        };
        nice.iter().copied().find(|step| *step >= needed).unwrap_or(needed)
    }
}

/// Labels below the bars: the index of a bin, and its start in the zone. There are about `most`.
pub fn labels(bins: &[HistogramBin], zone: Zone, most: usize) -> Vec<(usize, String)> {
    let Some(first) = bins.first() else { return Vec::new() };
    let width = BinWidth::of(first, zone);
    let step = i64::try_from(width.step(bins.len(), most)).unwrap_or(i64::MAX);
    let walls = bins.iter().map(|bin| zone.wall_of(bin.start)).enumerate();
    let labelled = walls.filter(|(_, wall)| width.number_of(*wall).rem_euclid(step) == 0);
    let mut labels: Vec<_> =
        labelled.map(|(index, wall)| (index, wall.format(width.format()).to_string())).collect();
    // An hour may come twice.
    labels.dedup_by(|one, before| one.1 == before.1);
    labels
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn lines_are_at_round_numbers() {
        let table: [(usize, &[usize]); 7] = [
            (0, &[0, 1]),
            (1, &[0, 1]),
            (5, &[0, 1, 2, 3, 4, 5]),
            (6, &[0, 2, 4, 6]),
            (99, &[0, 20, 40, 60, 80, 100]),
            (101, &[0, 50, 100, 150]),
            (12_345, &[0, 5000, 10_000, 15_000]),
        ];
        for (most, expected) in table {
            assert_eq!(lines(most), expected, "{most}");
        }
    }

    #[test]
    fn labels_are_days_of_the_zone_at_round_times() {
        let table = [
            (
                "2024-01-31T20:00:00Z",
                "2026-01-15T12:00:00Z",
                "Asia/Kolkata",
                "Events per week",
                "2024-03-25 2024-06-10",
            ),
            (
                "2020-01-31T20:00:00Z",
                "2024-03-15T12:00:00Z",
                "Asia/Kolkata",
                "Events per month",
                "2020-07 2021-01",
            ),
            (
                "2024-03-30T12:00:00Z",
                "2024-05-30T12:00:00Z",
                "Europe/Berlin",
                "Events per day",
                "2024-04-01 2024-04-08",
            ),
            (
                "2024-10-26T23:30:00Z",
                "2024-10-29T12:00:00Z",
                "Europe/Berlin",
                "Events per hour",
                "2024-10-27 12:00 2024-10-28 00:00",
            ),
            ("1900-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "UTC", "Events per year", "1900 1920"),
            (
                "2024-02-29T10:00:07Z",
                "2024-02-29T10:01:06Z",
                "UTC",
                "Events per second",
                "2024-02-29 10:00:10 2024-02-29 10:00:20",
            ),
        ];
        for (first, last, zone, name, expected) in table {
            let [from, to] = [first, last]
                .map(|text| event::parse_time(text).unwrap().timestamp_nanos_opt().unwrap());
            let zone = zone.parse().unwrap();
            let bins = query::empty_bins(from, to, zone);
            assert_eq!(BinWidth::of(&bins[0], zone).name(), name, "{first}");
            let labels = labels(&bins, zone, 10);
            let begin: Vec<&str> = labels.iter().take(2).map(|(_, text)| text.as_str()).collect();
            assert_eq!(begin.join(" "), expected, "{first}");
            assert!(labels.len() <= 11, "{first}: {labels:?}");
        }
    }
}
