//! The slips people make when they type: a letter or a digit in the wrong place, a day taken for a
//! month. `None` where the text gives no chance for one.

use crate::prng::Dice;

/// Two neighbouring letters of a name exchanged.
pub fn name(dice: &mut Dice, right: &str) -> Option<String> {
    swap(dice, right, |left, right| left.is_lowercase() && right.is_lowercase(), 0)
}

/// Two of a telephone number's last three digits exchanged: still a number kept for fiction.
pub fn phone(dice: &mut Dice, right: &str) -> Option<String> {
    let from = right.chars().count().checked_sub(3)?;
    swap(dice, right, |left, right| left.is_ascii_digit() && right.is_ascii_digit(), from)
}

/// Day and month exchanged where both could be either; otherwise the wrong year.
pub fn date(right: &str) -> Option<String> {
    let mut parts = right.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let wrong = match day.parse::<u32>().ok()? {
        1..=12 if day != month => format!("{year}-{day}-{month}"),
        _ => format!("{}-{month}-{day}", year.parse::<i32>().ok()? + 1),
    };
    Some(wrong)
}

fn swap(
    dice: &mut Dice,
    text: &str,
    fits: impl Fn(char, char) -> bool,
    from: usize,
) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    let pairs = from..letters.len().saturating_sub(1);
    let differ = |&i: &usize| letters[i] != letters[i + 1] && fits(letters[i], letters[i + 1]);
    let places: Vec<usize> = pairs.filter(differ).collect();
    if places.is_empty() {
        return None;
    }
    let place = dice.pick(&places);
    letters.swap(place, place + 1);
    Some(letters.into_iter().collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_slip_changes_the_text_and_keeps_its_letters() {
        let mut dice = Dice::new(3);
        let sorted = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            letters
        };
        for right in ["Siân O'Brien", "Mei Osei"] {
            let wrong = name(&mut dice, right).unwrap();
            assert_ne!(wrong, right);
            assert_eq!(sorted(&wrong), sorted(right));
        }
        let wrong = phone(&mut dice, "+44 7700 900123").unwrap();
        assert!(wrong.starts_with("+44 7700 900") && wrong != "+44 7700 900123");
        assert_eq!(phone(&mut dice, "+44 7700 900777"), None);
    }

    #[test]
    fn a_date_is_turned_round_or_a_year_off() {
        assert_eq!(date("2025-03-10").as_deref(), Some("2025-10-03"));
        assert_eq!(date("2025-03-28").as_deref(), Some("2026-03-28"));
        assert_eq!(date("2025-03-03").as_deref(), Some("2026-03-03"));
        assert_eq!(date("soon"), None);
    }
}
