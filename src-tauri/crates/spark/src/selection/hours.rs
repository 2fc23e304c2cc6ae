//! Hours and weekdays in a zone: its offsets from UTC over a span of time, as SQL.

use chrono::DateTime;
use query::{Day, Zone};

use crate::sql::TIME;

/// Offsets of a zone change so far apart at least, in seconds.
const STEP: i64 = 6 * 3600;

/// Most changes of offsets that are written into a statement.
const MOST_CHANGES: usize = 1000;

const NANOS: i64 = 1_000_000_000;

/// Offset of a zone at a second since 1970, in seconds.
fn offset(zone: Zone, second: i64) -> Option<i64> {
    let instant = DateTime::from_timestamp(second, 0)?;
    Some(zone.wall_of(instant).and_utc().timestamp() - second)
}

/// The seconds since 1970 of an event on the clock of a zone, as SQL, for events within a span; `None` if
/// that is too much for a statement.
pub(super) fn wall_seconds(zone: Zone, (first, last): (i64, i64)) -> Option<String> {
    let (first, last) = (first.div_euclid(NANOS), last.div_euclid(NANOS));
    let mut offsets = vec![(first, offset(zone, first)?)];
    let mut at = first;
    while at < last {
        let next = (at + STEP).min(last);
        let (before, after) = (offset(zone, at)?, offset(zone, next)?);
        if before != after {
            offsets.push((change(zone, at, next, before)?, after));
        }
        if offsets.len() > MOST_CHANGES {
            return None;
        }
        at = next;
    }
    // Rounded down, also before 1970.
    let exact = format!("(({TIME} - pmod({TIME}, {NANOS})) div {NANOS})");
    let cases = offsets.iter().skip(1).rev();
    let cases = cases.map(|(since, offset)| format!(" when {exact} >= {since} then {offset}"));
    let cases = cases.collect::<String>();
    let first = offsets[0].1;
    let text =
        if cases.is_empty() { first.to_string() } else { format!("case{cases} else {first} end") };
    Some(format!("({exact} + {text})"))
}

/// First second of another offset than `before`, between two seconds.
fn change(zone: Zone, mut at: i64, mut next: i64, before: i64) -> Option<i64> {
    while next - at > 1 {
        let middle = at + (next - at) / 2;
        if offset(zone, middle)? == before {
            at = middle;
        } else {
            next = middle;
        }
    }
    Some(next)
}

/// Number of a day of the week, from 0 for Monday.
pub(super) fn day_number(day: Day) -> i64 {
    let at = Day::NAMES.iter().position(|(_, one)| *one == day);
    at.and_then(|at| i64::try_from(at).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use query::hour_and_day;

    /// An offset changes at the second that the zone's rules say.
    #[test]
    fn clocks_change_at_their_second() {
        let zone: Zone = "Europe/Berlin".parse().unwrap_or_default();
        let span = [1_704_067_200, 1_735_689_600].map(|second| second * NANOS);
        let text = wall_seconds(zone, (span[0], span[1])).unwrap_or_default();
        // 31 March and 27 October 2024, 01:00 UTC.
        assert!(text.contains(">= 1711846800 then 7200"), "{text}");
        assert!(text.contains(">= 1729990800 then 3600"), "{text}");
        let (hour, _) = hour_and_day(zone, DateTime::from_timestamp_nanos(1_711_846_800 * NANOS));
        assert_eq!(hour, 3);
    }
}
