//! Typing errors: a letter or a digit in the wrong place, day and month exchanged. `None` where a
//! text allows none.

use crate::prng::Rng;

/// A name with two neighbouring letters exchanged.
pub fn name(rng: &mut Rng, right: &str) -> Option<String> {
    swap(rng, right, |left, right| left.is_lowercase() && right.is_lowercase(), 0)
}

/// A phone number with two of its last three digits exchanged: still one reserved for fiction.
pub fn phone(rng: &mut Rng, right: &str) -> Option<String> {
    let from = right.chars().count().checked_sub(3)?;
    swap(rng, right, |left, right| left.is_ascii_digit() && right.is_ascii_digit(), from)
}

/// A date with day and month exchanged where that is a date too, else with the wrong year.
pub fn date(right: &str) -> Option<String> {
    let mut parts = right.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let wrong = match day.parse::<u32>().ok()? {
        1..=12 if day != month => format!("{year}-{day}-{month}"),
        _ => format!("{}-{month}-{day}", year.parse::<i32>().ok()? + 1),
    };
    Some(wrong)
}

/// A text with two neighbouring, different characters exchanged, which fit and lie at `from` or
/// later.
fn swap(
    rng: &mut Rng,
    text: &str,
    fits: impl Fn(char, char) -> bool,
    from: usize,
) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    let pairs = from..letters.len().saturating_sub(1);
    let differ = |&i: &usize| letters[i] != letters[i + 1] && fits(letters[i], letters[i + 1]);
    let positions: Vec<usize> = pairs.filter(differ).collect();
    if positions.is_empty() {
        return None;
    }
    let position = rng.pick(&positions);
    letters.swap(position, position + 1);
    Some(letters.into_iter().collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_slip_changes_the_text_and_keeps_its_letters() {
        let mut rng = Rng::new(3);
        let sorted = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            letters
        };
        for right in ["Siân O'Brien", "Mei Osei"] {
            let wrong = name(&mut rng, right).unwrap();
            assert_ne!(wrong, right);
            assert_eq!(sorted(&wrong), sorted(right));
        }
        let wrong = phone(&mut rng, "+44 7700 900123").unwrap();
        assert!(wrong.starts_with("+44 7700 900") && wrong != "+44 7700 900123");
        assert_eq!(phone(&mut rng, "+44 7700 900777"), None);
    }

    #[test]
    fn a_date_is_turned_round_or_a_year_off() {
        assert_eq!(date("2025-03-10").as_deref(), Some("2025-10-03"));
        assert_eq!(date("2025-03-28").as_deref(), Some("2026-03-28"));
        assert_eq!(date("2025-03-03").as_deref(), Some("2026-03-03"));
        assert_eq!(date("soon"), None);
    }
}
