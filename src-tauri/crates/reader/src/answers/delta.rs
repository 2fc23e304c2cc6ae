//! Order of the difference of two values with a limit: of any two numbers, and quickly of two order keys.

use std::cmp::Ordering;

use event::Decimal;
use query::ComparisonOperator;

use super::told::{Verdict, of_bool};
use crate::catalog::segment::order_key::{NULL, NUMBERS, exact_number};

/// Order of a difference with a limit.
pub(super) fn order_of_delta(
    old: Decimal<'_>,
    new: Decimal<'_>,
    by: Decimal<'_>,
    percent: bool,
) -> Ordering {
    if !percent {
        return Decimal::compare_sum(&[(new, 1), (old, -1), (by, -1)]);
    }
    if old.is_zero() {
        // From zero every rise is more than any percentage, and every fall less.
        let change = Decimal::compare_sum(&[(new, 1)]);
        return change.then(Decimal::compare_sum(&[(by, -1)]));
    }
    // (new - old) / |old| with by / 100, multiplied so that there are whole factors and no division.
    let scale = 10_i128.pow(u32::try_from(by.fraction().len()).unwrap_or_default());
    let digits = format!("{}{}", by.whole(), by.fraction());
    let by_scaled = digits.parse::<i128>().unwrap_or_default();
    let by_scaled = if by.is_negative() { -by_scaled } else { by_scaled };
    let hundred = 100 * scale;
    Decimal::compare_sum(&[(new, hundred), (old, -hundred), (old.abs(), -by_scaled)])
}

/// Limit of a difference as a whole number, and the power of ten that it is multiplied by; `None` if it
/// has more digits than are compared so.
pub(super) fn exact_limit(by: &str) -> Option<(i128, i32)> {
    const MOST_DIGITS: usize = 15;
    let limit = Decimal::parse(by)?;
    let (whole, fraction) = (limit.whole(), limit.fraction());
    if whole.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    let digits: i128 = format!("0{whole}{fraction}").parse().ok()?;
    let power = -i32::try_from(fraction.len()).ok()?;
    Some((if limit.is_negative() { -digits } else { digits }, power))
}

/// What two order keys tell of the difference of their values.
pub(super) fn of_keys(
    old: u32,
    new: u32,
    comparison: ComparisonOperator,
    limit: Option<(i128, i32)>,
    percent: bool,
) -> Verdict {
    if old == NULL || new == NULL {
        return Verdict::No;
    }
    if old < NUMBERS || new < NUMBERS {
        return Verdict::Missing;
    }
    let numbers = exact_number(old).zip(exact_number(new)).zip(limit);
    let order =
        numbers.and_then(|((old, new), limit)| order_of_difference(old, new, limit, percent));
    order.map_or(Verdict::Unknown, |order| of_bool(comparison.holds(order)))
}

/// Order of a difference with a limit; `None` if whole numbers of 128 bits do not hold it. It is that of
/// [`order_of_delta`].
fn order_of_difference(
    old: (i128, i32),
    new: (i128, i32),
    limit: (i128, i32),
    percent: bool,
) -> Option<Ordering> {
    let scaled = |number: (i128, i32), to: i32| {
        number.0.checked_mul(10_i128.checked_pow(u32::try_from(number.1 - to).ok()?)?)
    };
    if !percent {
        let least = old.1.min(new.1).min(limit.1);
        let difference = scaled(new, least)?.checked_sub(scaled(old, least)?)?;
        return Some(difference.cmp(&scaled(limit, least)?));
    }
    let least = old.1.min(new.1);
    let (old, new) = (scaled(old, least)?, scaled(new, least)?);
    if old == 0 {
        return Some(new.cmp(&0).then(0.cmp(&limit.0)));
    }
    let difference = new.checked_sub(old)?.checked_mul(100)?;
    let hundredths = scaled((difference, -limit.1), 0)?;
    Some(hundredths.cmp(&limit.0.checked_mul(old.abs())?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::catalog::segment::order_key::order_key;

    fn number(text: &str) -> Decimal<'_> {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn a_percentage_is_of_the_old_value_whatever_its_sign() {
        let table = [
            ("100", "110", "10", Ordering::Equal),
            ("100", "110.01", "10", Ordering::Greater),
            ("-100", "-90", "10", Ordering::Equal),
            ("-100", "-120", "-10", Ordering::Less),
            ("0", "0.01", "1000000", Ordering::Greater),
            ("0", "-1", "-99", Ordering::Less),
            ("0", "0", "0", Ordering::Equal),
            ("0", "0", "5", Ordering::Less),
            ("3", "4", "33.3", Ordering::Greater),
            ("123456789012345678901", "246913578024691357802", "100", Ordering::Equal),
        ];
        for (old, new, by, expected) in table {
            let order = order_of_delta(number(old), number(new), number(by), true);
            assert_eq!(order, expected, "{old} to {new} by {by} %");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            cases: 2000,
            ..ProptestConfig::default()
        })]

        #[test]
        fn keys_tell_of_a_difference_what_the_numbers_do(
            old in "-?[0-9]{1,9}(\\.[0-9]{1,4})?",
            new in "-?[0-9]{1,9}(\\.[0-9]{1,4})?",
            by in "-?[0-9]{1,6}(\\.[0-9]{1,3})?",
            percent: bool,
        ) {
            let order = order_of_delta(number(&old), number(&new), number(&by), percent);
            let keys = [&old, &new].map(|text| order_key(Some(text)));
            for (_, comparison) in ComparisonOperator::SIGNS {
                let told = of_keys(keys[0], keys[1], comparison, exact_limit(&by), percent);
                if told != Verdict::Unknown {
                    prop_assert_eq!(told, of_bool(comparison.holds(order)), "{} {} {}", old, new, by);
                }
            }
        }
    }
}
