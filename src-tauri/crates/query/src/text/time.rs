//! Times in a text.

use std::fmt::{Display, Formatter};
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

use super::Zone;

/// Time in a text: RFC 3339, a date, a month, a year, `today`, `yesterday`, or `-7d` for the day
/// seven days ago. All but the first are whole days, which begin and end by a time zone. Dates,
/// months and years lie in the years 1678 to 2261, and `-7d` counts to at most 99,999 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeText(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Instant(DateTime<Utc>),
    Day(NaiveDate),
    /// Month, by its first day.
    Month(NaiveDate),
    /// Year, by its first day.
    Year(NaiveDate),
    Today,
    Yesterday,
    DaysAgo(u64),
}

/// Years that lie wholly within the range of 64-bit nanoseconds since 1970.
const YEARS: RangeInclusive<i32> = 1678..=2261;

/// Maximum of `-7d` and its like, more than two centuries.
const MOST_DAYS_AGO: u64 = 99_999;

/// Error of a text that is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no time")]
pub struct TimeTextError;

impl TimeText {
    /// First instant of this time in a time zone. `now` is the present time, from which relative
    /// times are computed.
    pub fn start(self, zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
        match self.0 {
            Kind::Instant(instant) => instant,
            _ => zone.start_of(self.first_day(zone, now)),
        }
    }

    /// Last instant of this time in a time zone, to the nanosecond. `now` is as in
    /// [`TimeText::start`].
    pub fn last(self, zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
        let first = self.first_day(zone, now);
        let next = match self.0 {
            Kind::Instant(instant) => return instant,
            Kind::Month(_) => first.checked_add_months(Months::new(1)),
            Kind::Year(_) => first.checked_add_months(Months::new(12)),
            _ => first.checked_add_days(Days::new(1)),
        };
        zone.start_of(next.unwrap_or(first)) - TimeDelta::nanoseconds(1)
    }

    /// Time that starts at an instant: the day, if one begins then in the zone; else the instant.
    pub fn starting(instant: DateTime<Utc>, zone: Zone) -> Self {
        Self::day(zone.day_of(instant))
            .filter(|day| day.start(zone, instant) == instant)
            .unwrap_or_else(|| instant.into())
    }

    /// Time that ends with an instant: the day, if it is the last instant of one in the zone; else
    /// the instant.
    pub fn ending(instant: DateTime<Utc>, zone: Zone) -> Self {
        Self::day(zone.day_of(instant))
            .filter(|day| day.last(zone, instant) == instant)
            .unwrap_or_else(|| instant.into())
    }

    fn day(day: NaiveDate) -> Option<Self> {
        YEARS.contains(&day.year()).then_some(Self(Kind::Day(day)))
    }

    fn first_day(self, zone: Zone, now: DateTime<Utc>) -> NaiveDate {
        let ago = |days| {
            let today = zone.day_of(now);
            today.checked_sub_days(Days::new(days)).unwrap_or(today)
        };
        match self.0 {
            Kind::Instant(instant) => zone.day_of(instant),
            Kind::Day(first) | Kind::Month(first) | Kind::Year(first) => first,
            Kind::Today => ago(0),
            Kind::Yesterday => ago(1),
            Kind::DaysAgo(days) => ago(days),
        }
    }
}

/// Time of an instant, clamped to the range of 64-bit nanoseconds since 1970.
impl From<DateTime<Utc>> for TimeText {
    fn from(instant: DateTime<Utc>) -> Self {
        let [first, last] = [i64::MIN, i64::MAX].map(DateTime::from_timestamp_nanos);
        Self(Kind::Instant(instant.clamp(first, last)))
    }
}

impl FromStr for TimeText {
    type Err = TimeTextError;

    fn from_str(text: &str) -> Result<Self, TimeTextError> {
        let kind = match text {
            "today" => Some(Kind::Today),
            "yesterday" => Some(Kind::Yesterday),
            _ => days_ago(text).or_else(|| calendar(text)).or_else(|| instant(text)),
        };
        kind.map(Self).ok_or(TimeTextError)
    }
}

fn days_ago(text: &str) -> Option<Kind> {
    let days = text.strip_prefix('-')?.strip_suffix('d')?;
    number(days).filter(|days| *days <= MOST_DAYS_AGO).map(Kind::DaysAgo)
}

fn calendar(text: &str) -> Option<Kind> {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let kind: fn(NaiveDate) -> Kind = match lengths[..] {
        [4] => Kind::Year,
        [4, 2] => Kind::Month,
        [4, 2, 2] => Kind::Day,
        _ => return None,
    };
    let numbers = parts.into_iter().map(number).collect::<Option<Vec<u32>>>()?;
    let part = |index| numbers.get(index).copied().unwrap_or(1);
    let year = i32::try_from(part(0)).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, part(1), part(2)).map(kind)
}

fn instant(text: &str) -> Option<Kind> {
    event::parse_time(text).ok().map(Kind::Instant)
}

/// Parses a number of digits only, without a sign.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|one| one.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl Display for TimeText {
    fn fmt(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Kind::Instant(instant) => to.write_str(&event::format_time(instant)),
            Kind::Day(day) => write!(to, "{day}"),
            Kind::Month(first) => write!(to, "{:04}-{:02}", first.year(), first.month()),
            Kind::Year(first) => write!(to, "{:04}", first.year()),
            Kind::Today => to.write_str("today"),
            Kind::Yesterday => to.write_str("yesterday"),
            Kind::DaysAgo(days) => write!(to, "-{days}d"),
        }
    }
}
