//! Numbers in values, as decimals of any length.

use std::cmp::Ordering;

/// Number that a value is: a sign, digits, and digits behind a point; nothing else, so no exponent, no
/// blank and no thousands separator. It has as many digits as the text and is never rounded.
///
/// ```
/// use event::Decimal;
///
/// let number = |text| Decimal::parse(text).expect("a number");
/// assert!(number("9007199254740993") > number("9007199254740992.999"));
/// assert_eq!(number("-0050.10"), number("-50.1"));
/// assert_eq!(number("-0"), number("+0.00"));
/// for text in ["", "1e5", "1,204", ".5", "5.", " 5", "0x10", "NaN", "--5"] {
///     assert_eq!(Decimal::parse(text), None, "{text}");
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal<'a> {
    negative: bool,
    /// Digits before the point, without zeros in front.
    whole: &'a str,
    /// Digits behind the point, without zeros at the end.
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    /// Parses a value; `None` if it is not a number.
    pub fn parse(text: &'a str) -> Option<Self> {
        let negative = text.starts_with('-');
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (digits, ""),
        };
        let are_digits = |text: &str| text.bytes().all(|one| one.is_ascii_digit());
        if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let parsed = Self { negative, whole, fraction };
        Some(Self { negative: negative && !parsed.is_zero(), ..parsed })
    }

    /// Whether it is less than zero.
    pub fn is_negative(self) -> bool {
        self.negative
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    /// Digits before the point, without zeros in front.
    pub fn whole(self) -> &'a str {
        self.whole
    }

    /// Digits behind the point, without zeros at the end.
    pub fn fraction(self) -> &'a str {
        self.fraction
    }

    /// Its absolute value.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { negative: false, ..self }
    }

    /// Compares the sum of some decimals, each multiplied by a factor, with zero. The factors must be
    /// less than 10^24 and the terms fewer than a million.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// use event::Decimal;
    ///
    /// let number = |text| Decimal::parse(text).expect("a number");
    /// let sum = [(number("0.1"), 3), (number("0.30"), -1)];
    /// assert_eq!(Decimal::compare_sum(&sum), Ordering::Equal);
    /// ```
    pub fn compare_sum(terms: &[(Self, i128)]) -> Ordering {
        let longest = |length: fn(&Self) -> usize| terms.iter().map(|(d, _)| length(d)).max();
        let behind = longest(|decimal| decimal.fraction.len()).unwrap_or_default();
        let before = longest(|decimal| decimal.whole.len()).unwrap_or_default();
        let (mut carry, mut is_zero) = (0_i128, true);
        for place in 0..behind + before {
            let digits = terms.iter().map(|(decimal, factor)| {
                let digit = i128::from(decimal.digit(place, behind));
                if decimal.negative { -digit * factor } else { digit * factor }
            });
            let sum = carry + digits.sum::<i128>();
            is_zero &= sum.rem_euclid(10) == 0;
            carry = sum.div_euclid(10);
        }
        // Every digit of the sum is positive but for the carry, which therefore decides.
        match carry.cmp(&0) {
            Ordering::Equal if !is_zero => Ordering::Greater,
            order => order,
        }
    }

    /// The digit at a place, counted from the last of `behind` digits behind the point.
    fn digit(self, place: usize, behind: usize) -> u8 {
        let digits = if place < behind { self.fraction } else { self.whole }.as_bytes();
        let at = if place < behind {
            Some(behind - place - 1)
        } else {
            digits.len().checked_sub(place - behind + 1)
        };
        let digit = at.and_then(|at| digits.get(at));
        digit.map_or(0, |digit| digit - b'0')
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = |this: &Self| (this.whole.len(), this.whole, this.fraction);
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => magnitude(self).cmp(&magnitude(other)),
            (true, true) => magnitude(other).cmp(&magnitude(self)),
        }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    #[test]
    fn numbers_of_any_length_are_in_order() {
        let ascending = [
            "-123456789012345678901234567890.5",
            "-123456789012345678901234567890",
            "-10",
            "-9.99",
            "-9",
            "-0.1",
            "-0.09",
            "0",
            "0.009",
            "0.01",
            "9",
            "10",
            "10.0000000000000000000000000000001",
            "123456789012345678901234567890",
            "123456789012345678901234567890.01",
        ];
        let numbers: Vec<Decimal<'_>> =
            ascending.iter().filter_map(|text| Decimal::parse(text)).collect();
        assert_eq!(numbers.len(), ascending.len());
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn decimals_compare_and_add_as_integers_of_their_hundredths(
            parts in prop::collection::vec((-99_999_i128..99_999, -300_i128..300), 1..5),
        ) {
            let text = |hundredths: i128| {
                let sign = if hundredths < 0 { "-" } else { "" };
                let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
                format!("{sign}{whole}.{rest:02}")
            };
            let texts: Vec<String> = parts.iter().map(|(number, _)| text(*number)).collect();
            let terms: Vec<(Decimal<'_>, i128)> = texts
                .iter()
                .zip(&parts)
                .filter_map(|(text, (_, factor))| Some((Decimal::parse(text)?, *factor)))
                .collect();
            prop_assert_eq!(terms.len(), parts.len());
            let sum: i128 = parts.iter().map(|(number, factor)| number * factor).sum();
            prop_assert_eq!(Decimal::compare_sum(&terms), sum.cmp(&0), "{:?}", texts);
            prop_assert_eq!(terms[0].0.cmp(&terms[terms.len() - 1].0),
                parts[0].0.cmp(&parts[parts.len() - 1].0), "{:?}", texts);
        }
    }
}
