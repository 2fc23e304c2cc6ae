//! Order keys of values: 32 bits by which numbers and dates compare, exactly or not at all.
//!
//! A number is meant as a decimal and not as a float. Its key holds its sign, its magnitude and its
//! first seven digits, and whether more digits follow; a date's the minute, and whether more follows.
//! Two different keys compare as their values do; where two keys are the same and more follows, the
//! values themselves have to be looked at.

use std::ops::Range;

use chrono::{DateTime, NaiveDateTime, Utc};
use event::Decimal;
use query::TimeText;

/// Key of a missing value.
pub(crate) const NULL: u32 = 0;

/// Key of a value that is neither a number nor a date.
pub(crate) const OTHER: u32 = 1;

/// Keys of days and of times of a day, without a zone.
pub(crate) const WALLS: Range<u32> = 2..1 << 30;

/// Keys of instants.
pub(crate) const INSTANTS: Range<u32> = 1 << 30..1 << 31;

/// The least key of a number.
pub(crate) const NUMBERS: u32 = 1 << 31;

/// Digits of a number that its key holds.
const DIGITS: usize = 7;

/// Places of the first digit, before the point, that a key tells apart: above and below, one key is for
/// all.
const PLACES: Range<i64> = -15..17;

/// The first minute that has a key of its own: 1678-01-01, in minutes since 1970.
const FIRST_MINUTE: i64 = -153_576_000;

/// Key of a value.
pub(crate) fn order_key(value: Option<&str>) -> u32 {
    let Some(value) = value else { return NULL };
    let first = value.as_bytes().first();
    if !first.is_some_and(|one| one.is_ascii_digit() || matches!(one, b'-' | b'+')) {
        return OTHER;
    }
    if let Some(number) = Decimal::parse(value) {
        return number_key(number);
    }
    match TimeText::of_value(value) {
        Some(time) => match (time.instant(), time.wall()) {
            (Some(instant), _) => instant_key(instant),
            (_, Some(wall)) => wall_key(wall),
            _ => OTHER,
        },
        None => OTHER,
    }
}

/// Key of a number.
pub(crate) fn number_key(number: Decimal<'_>) -> u32 {
    const ZERO: u32 = NUMBERS + (1 << 30);
    let magnitude = magnitude(number);
    if number.is_negative() { ZERO - magnitude } else { ZERO + magnitude }
}

/// A number without its sign: 30 bits, 0 for zero.
fn magnitude(number: Decimal<'_>) -> u32 {
    if number.is_zero() {
        return 0;
    }
    let (whole, fraction) = (number.whole().as_bytes(), number.fraction().as_bytes());
    let zeros =
        if whole.is_empty() { fraction.iter().take_while(|d| **d == b'0').count() } else { 0 };
    let significant = || whole.iter().chain(fraction).skip(zeros);
    let place = i64::try_from(whole.len()).unwrap_or(i64::MAX) - i64::try_from(zeros).unwrap_or(0);
    let (place, digits, more) = if place < PLACES.start {
        (PLACES.start, 0, true)
    } else if place >= PLACES.end {
        (PLACES.end - 1, 10_u32.pow(7) - 1, true)
    } else {
        let first = significant().map(|digit| u32::from(digit - b'0')).chain(std::iter::repeat(0));
        let digits = first.take(DIGITS).fold(0, |all, digit| all * 10 + digit);
        (place, digits, significant().skip(DIGITS).any(|digit| *digit != b'0'))
    };
    let place = u32::try_from(place - PLACES.start).unwrap_or_default();
    (place << 25 | digits << 1 | u32::from(more)) + 1
}

/// Key of an instant.
pub(crate) fn instant_key(instant: DateTime<Utc>) -> u32 {
    INSTANTS.start + minutes(instant.naive_utc(), INSTANTS.end - INSTANTS.start - 1)
}

/// Key of a day, or of a time of a day, without a zone.
pub(crate) fn wall_key(wall: NaiveDateTime) -> u32 {
    WALLS.start + minutes(wall, WALLS.end - WALLS.start - 1)
}

/// Twice the minutes, and one if more follows; before the first minute one, after the last `most`, which
/// is odd.
fn minutes(wall: NaiveDateTime, most: u32) -> u32 {
    let wall = wall.and_utc();
    let minute = wall.timestamp().div_euclid(60);
    let more = wall.timestamp().rem_euclid(60) != 0 || wall.timestamp_subsec_nanos() != 0;
    match u32::try_from((minute - FIRST_MINUTE + 1).saturating_mul(2)) {
        Ok(twice @ 2..) if twice < most => twice + u32::from(more),
        _ if minute < FIRST_MINUTE => 1,
        _ => most,
    }
}

/// Whether a key stands for one number, or one time, alone.
pub(crate) fn is_exact(key: u32) -> bool {
    let of_region = match key {
        NULL | OTHER => return true,
        _ if key >= NUMBERS => match key.abs_diff(NUMBERS + (1 << 30)) {
            0 => return true,
            magnitude => magnitude - 1,
        },
        _ if INSTANTS.contains(&key) => key - INSTANTS.start,
        _ => key - WALLS.start,
    };
    of_region & 1 == 0
}

/// The number that an exact key stands for, as digits and the power of ten that they are multiplied by;
/// `None` for any other key.
pub(crate) fn exact_number(key: u32) -> Option<(i128, i32)> {
    if key < NUMBERS || !is_exact(key) {
        return None;
    }
    let distance = key.abs_diff(NUMBERS + (1 << 30));
    let Some(magnitude) = distance.checked_sub(1) else { return Some((0, 0)) };
    let digits = i128::from(magnitude >> 1 & 0xff_ffff);
    let place = i64::from(magnitude >> 25) + PLACES.start;
    let power = i32::try_from(place).unwrap_or_default() - 7;
    Some((if key > NUMBERS + (1 << 30) { digits } else { -digits }, power))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn compare(a: u32, b: u32) -> Option<Ordering> {
        match a.cmp(&b) {
            Ordering::Equal if !is_exact(a) => None,
            order => Some(order),
        }
    }

    #[test]
    fn a_value_has_a_key_by_what_it_is() {
        let table: [(Option<&str>, Range<u32>); 12] = [
            (None, 0..1),
            (Some(""), 1..2),
            (Some("placed"), 1..2),
            (Some("+49 30 123"), 1..2),
            (Some("1e5"), 1..2),
            (Some("2024"), NUMBERS..u32::MAX),
            (Some("-0012.50"), NUMBERS..u32::MAX),
            (Some("2024-06-01"), WALLS),
            (Some("2024-06-01 12:30:01"), WALLS),
            (Some("2024-06-01T12:30:01.5+02:00"), INSTANTS),
            (Some("9999-06-01T12:30:01Z"), 1..2),
            (Some("2024-06-31"), 1..2),
        ];
        for (value, expected) in table {
            assert!(expected.contains(&order_key(value)), "{value:?}");
        }
        let exact = ["0", "1234567", "-0.0012", "2024-06-01", "2024-06-01 12:30"];
        assert!(exact.iter().all(|value| is_exact(order_key(Some(value)))));
        let inexact = ["12345678", "2024-06-01 12:30:01", "1000000000000000000"];
        assert!(inexact.iter().all(|value| !is_exact(order_key(Some(value)))));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            cases: 2000,
            ..ProptestConfig::default()
        })]

        #[test]
        fn keys_compare_as_their_numbers_or_not_at_all(
            a in "[+-]?(0{0,2}[0-9]{1,20}|0)(\\.0{0,17}[0-9]{1,4})?",
            b in "[+-]?[0-9]{1,3}(\\.[0-9]{1,2})?",
            change in -2_i64..3,
        ) {
            let near = a.split('.').next().and_then(|whole| whole.parse::<i64>().ok());
            let near = near.map_or(b.clone(), |number| number.saturating_add(change).to_string());
            for other in [&b, &near, &a] {
                let keys = [order_key(Some(&a)), order_key(Some(other))];
                let numbers = [Decimal::parse(&a).unwrap(), Decimal::parse(other).unwrap()];
                if let Some(order) = compare(keys[0], keys[1]) {
                    prop_assert_eq!(order, numbers[0].cmp(&numbers[1]), "{} {}", a, other);
                }
            }
            if let Some((digits, power)) = exact_number(order_key(Some(&a))) {
                let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
                let exact = format!("{digits}{}", zeros(power));
                let same = Decimal::parse(&exact).unwrap();
                let factor = 10_i128.pow(u32::try_from(-power).unwrap_or_default());
                let difference = [(Decimal::parse(&a).unwrap(), factor), (same, -1)];
                prop_assert_eq!(Decimal::compare_sum(&difference), Ordering::Equal, "{}", a);
            }
        }

        #[test]
        fn keys_compare_as_their_instants_or_not_at_all(a: i64, shift in -200_000_000_000_i64..200_000_000_000) {
            let times = [a, a.saturating_add(shift)].map(DateTime::from_timestamp_nanos);
            let keys = times.map(instant_key);
            if let Some(order) = compare(keys[0], keys[1]) {
                prop_assert_eq!(order, times[0].cmp(&times[1]));
            }
        }
    }
}
