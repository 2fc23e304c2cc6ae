//! Times at which events arrive: by day, on working days, and evenly through the months.

/// A second in microseconds.
pub const SECOND: i64 = 1_000_000;
/// An hour in microseconds.
const HOUR: u128 = 3_600_000_000;

/// Midnight of Thursday, 1 January 2026, in microseconds since 1970.
pub const START: i64 = 1_767_225_600 * SECOND;

/// Span of the journal, in hours: 270 days.
const SPAN: usize = 270 * 24;

/// Weight of each hour of a working day.
const DAY: [u64; 24] =
    [1, 1, 1, 1, 1, 2, 4, 8, 16, 20, 20, 18, 14, 18, 20, 19, 16, 10, 6, 4, 3, 2, 2, 1];

/// Parts of a unit of weight: the resolution of times within an hour.
const PARTS: u128 = 1 << 40;

/// Distribution of arrivals over a week, again and again.
pub struct Rhythm {
    /// Running sums of the weights of the hours of a week, which begins on Thursday.
    ends: Vec<u64>,
    /// Sum of the weights of all hours of the span.
    span: u64,
}

impl Rhythm {
    /// The distribution.
    pub fn new() -> Self {
        let hours = (0..7 * 24).map(|hour| match hour / 24 {
            2 | 3 => 3 * DAY[hour % 24],
            _ => 20 * DAY[hour % 24],
        });
        let hours: Vec<u64> = hours.collect();
        let span = hours.iter().cycle().take(SPAN).sum();
        let ends = hours.iter().scan(0, |sum, hour| {
            *sum += hour;
            Some(*sum)
        });
        Self { ends: ends.collect(), span }
    }

    /// The instant at which `done` of `total` events have arrived, in microseconds since 1970,
    /// where `total` events arrive within the span. After the span it continues in the same way.
    pub fn at(&self, done: u64, total: u64) -> i64 {
        let done = u128::from(done) * u128::from(self.span) * PARTS / u128::from(total);
        let week = u128::from(self.ends.last().copied().unwrap_or(1)) * PARTS;
        let (weeks, rest) = (done / week, done % week);
        let hour = self.ends.partition_point(|end| u128::from(*end) * PARTS <= rest);
        let before = hour.checked_sub(1).map_or(0, |last| self.ends[last]);
        let weight = self.ends[hour] - before;
        let into = (rest - u128::from(before) * PARTS) * HOUR / (u128::from(weight) * PARTS);
        let hours = weeks * 7 * 24 + hour as u128;
        START.saturating_add(i64::try_from(hours * HOUR + into).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_rises_from_the_start_to_the_end_of_the_span_and_goes_on() {
        let rhythm = Rhythm::new();
        let times: Vec<i64> = (0..3000).map(|done| rhythm.at(done, 2000)).collect();
        assert!(times.is_sorted_by(|a, b| a < b));
        assert_eq!(times[0], START);
        assert_eq!(times[2000], START + 270 * 24 * 3600 * SECOND);
    }

    #[test]
    fn nights_and_weekends_are_quiet() {
        let rhythm = Rhythm::new();
        let hours = (0..10_000).map(|done| (rhythm.at(done, 10_000) - START) / (3600 * SECOND));
        let busy = |hour: &i64| (7..19).contains(&(hour % 24)) && !matches!(hour / 24 % 7, 2 | 3);
        let share = hours.filter(busy).count();
        assert!((7_500..9_500).contains(&share), "{share}");
    }
}
