//! Calendar of the sample's two years: how busy each day is, and when in a day people work.
//!
//! Instants are nanoseconds since 1970, in UTC. There is no clock here: the two years are fixed.

use chrono::{DateTime, Datelike, Days, NaiveDate, Weekday};

use crate::prng::Rng;

/// A millisecond in nanoseconds, as the other units.
pub const MILLI: i64 = 1_000_000;
pub const SECOND: i64 = 1_000 * MILLI;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// Midnight of 1 September 2024, the start of day 0.
pub const START: i64 = 1_725_148_800 * SECOND;

/// Number of days. They are numbered from 0; the last one is 31 August 2026.
pub const DAYS: i64 = 730;

/// Public holidays on weekdays: year, month, day.
const HOLIDAYS: [(i32, u32, u32); 12] = [
    (2024, 12, 25),
    (2024, 12, 26),
    (2025, 1, 1),
    (2025, 4, 18),
    (2025, 4, 21),
    (2025, 5, 5),
    (2025, 8, 25),
    (2025, 12, 25),
    (2025, 12, 26),
    (2026, 1, 1),
    (2026, 4, 3),
    (2026, 5, 4),
];

/// The start of a day.
pub fn midnight(day: i64) -> i64 {
    START + day * DAY
}

/// The day of an instant.
pub fn day_of(at: i64) -> i64 {
    (at - START) / DAY
}

/// The date of a day.
pub fn date(day: i64) -> NaiveDate {
    DateTime::from_timestamp_nanos(midnight(day)).date_naive()
}

/// The date so many days after a day, as text in the form of the fields of a record.
pub fn date_after(day: i64, days: i64) -> String {
    let days = Days::new(days.unsigned_abs());
    date(day).checked_add_days(days).unwrap_or_else(|| date(day)).to_string()
}

/// Weight of a day: how many events it has in comparison to others.
fn weight(day: i64) -> i64 {
    let date = date(day);
    let off = HOLIDAYS.contains(&(date.year(), date.month(), date.day()));
    let base = match date.weekday() {
        _ if off => 2,
        Weekday::Sat => 5,
        Weekday::Sun => 3,
        Weekday::Fri => 85,
        _ => 100,
    };
    let season = match (date.month(), date.day()) {
        (12, 22..) | (1, 1..=2) => 20,
        (8, _) => 80,
        _ => 100,
    };
    // The firm grows: its last day is half as busy again as its first.
    base * season * (2 * DAYS + day)
}

/// For each day, how many of `total` events have happened by its end.
pub fn targets(total: usize) -> Vec<usize> {
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    let all: i64 = (0..DAYS).map(weight).sum();
    let share = |done: i64| usize::try_from(i128::from(total) * i128::from(done) / i128::from(all));
    (0..DAYS)
        .scan(0, |done, day| {
            *done += weight(day);
            Some(share(*done).unwrap_or(0))
        })
        .collect()
}

/// `count` random instants of a day, ascending: in the morning and in the afternoon, a few early
/// and late; on weekends all over the day.
pub fn moments(rng: &mut Rng, day: i64, count: usize) -> Vec<i64> {
    let weekend = matches!(date(day).weekday(), Weekday::Sat | Weekday::Sun);
    let minute = |rng: &mut Rng| match rng.below(100) {
        _ if weekend => rng.between(9 * 60, 20 * 60),
        0..50 => rng.between(8 * 60 + 40, 12 * 60 + 30),
        50..93 => rng.between(13 * 60 + 15, 17 * 60 + 40),
        _ => rng.between(7 * 60, 20 * 60),
    };
    let moment = |rng: &mut Rng| minute(rng) * MINUTE + rng.between(0, MINUTE - 1);
    let mut moments: Vec<i64> = (0..count).map(|_| midnight(day) + moment(rng)).collect();
    moments.sort_unstable();
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_years_are_the_fixed_ones() {
        assert_eq!(date(0).to_string(), "2024-09-01");
        assert_eq!(date(DAYS - 1).to_string(), "2026-08-31");
        assert_eq!(date_after(0, 30), "2024-10-01");
        assert_eq!(day_of(midnight(12) + HOUR), 12);
    }

    #[test]
    fn targets_rise_to_the_total_and_rest_on_sundays() {
        let targets = targets(50_000);
        assert_eq!(targets.last(), Some(&50_000));
        assert!(targets.is_sorted());
        // 1 September 2024 is a Sunday, the 3rd a Tuesday.
        assert!(targets[0] < 5);
        assert!(targets[2] - targets[1] > 40);
    }

    #[test]
    fn people_work_by_day() {
        let moments = moments(&mut Rng::new(1), 3, 500);
        assert!(moments.is_sorted());
        let hours = moments.iter().map(|at| (at - midnight(3)) / HOUR);
        assert!(hours.clone().all(|hour| (7..=20).contains(&hour)));
        assert!(hours.filter(|hour| (9..17).contains(hour)).count() > 400);
    }
}
