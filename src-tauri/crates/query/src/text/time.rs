//! Times in a text.

use std::fmt::{Display, Formatter};
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Month, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use serde::{Deserialize, Serialize};

use super::Zone;

/// Time in a text: RFC 3339, also without seconds, a date with a time such as `2024-03-03 14:05`, a
/// date, a month, a year, `today`, `yesterday`, or `-7d` for the day seven days ago. A date may be
/// written as `3 March 2024` or `March 3, 2024`, and a month as `March 2024`. The first two are
/// instants, the second by a time zone; all others are whole days, which begin and end by a time zone.
/// Dates, months and years lie in the years 1678 to 2261, and `-7d` counts to at most 99,999 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TimeText(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Instant(DateTime<Utc>),
    /// What a clock on the wall shows.
    Wall(NaiveDateTime),
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
            Kind::Wall(wall) => zone.instant_of(wall),
            _ => zone.start_of(self.first_day(zone, now)),
        }
    }

    /// Last instant of this time in a time zone, to the nanosecond. `now` is as in
    /// [`TimeText::start`].
    pub fn last(self, zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
        let first = self.first_day(zone, now);
        let next = match self.0 {
            Kind::Instant(_) | Kind::Wall(_) => return self.start(zone, now),
            Kind::Month(_) => first.checked_add_months(Months::new(1)),
            Kind::Year(_) => first.checked_add_months(Months::new(12)),
            _ => first.checked_add_days(Days::new(1)),
        };
        zone.start_of(next.unwrap_or(first)) - TimeDelta::nanoseconds(1)
    }

    /// Time that a value is: a day such as `2024-06-01`, such a day with a time, or an instant in RFC
    /// 3339. `None` for any other text, also for a month, a year and a date in words.
    ///
    /// ```
    /// use query::{TimeText, Zone};
    ///
    /// let now = event::parse_time("2024-06-01T12:00:00Z")?;
    /// let start = |text| TimeText::of_value(text).map(|time| time.start(Zone::default(), now));
    /// assert_eq!(start("2024-06-01"), Some(event::parse_time("2024-06-01T00:00:00Z")?));
    /// assert_eq!(start("2024-06-01 12:30"), Some(event::parse_time("2024-06-01T12:30:00Z")?));
    /// for text in ["2024-06", "2024", "today", "1 June 2024", "2024-06-31", " 2024-06-01"] {
    ///     assert_eq!(start(text), None, "{text}");
    /// }
    /// # Ok::<(), event::TimeError>(())
    /// ```
    pub fn of_value(text: &str) -> Option<Self> {
        let begins_like_a_day = matches!(
            text.as_bytes(),
            [a, _, _, _, b'-', _, _, b'-', _, _, ..] if a.is_ascii_digit()
        );
        if !begins_like_a_day {
            return None;
        }
        let kind = match text.len() {
            10 => calendar(text),
            _ => instant(text).or_else(|| wall(text)),
        };
        kind.map(Self)
    }

    /// The instant that it is; `None` if it depends on a zone.
    pub fn instant(self) -> Option<DateTime<Utc>> {
        match self.0 {
            Kind::Instant(instant) => Some(instant),
            _ => None,
        }
    }

    /// What a clock on the wall shows at its beginning, if it is a day or a date with a time.
    pub fn wall(self) -> Option<NaiveDateTime> {
        match self.0 {
            Kind::Wall(wall) => Some(wall),
            Kind::Day(day) => Some(day.and_time(chrono::NaiveTime::MIN)),
            _ => None,
        }
    }

    /// This time, if it is relative as the day that it means in a zone at `now`.
    #[must_use]
    pub fn absolute(self, zone: Zone, now: DateTime<Utc>) -> Self {
        match self.0 {
            Kind::Today | Kind::Yesterday | Kind::DaysAgo(_) => {
                Self(Kind::Day(self.first_day(zone, now)))
            }
            _ => self,
        }
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
            Kind::Wall(wall) => wall.date(),
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
        let text = text.trim();
        let kind = match text.to_ascii_lowercase().as_str() {
            "today" => Some(Kind::Today),
            "yesterday" => Some(Kind::Yesterday),
            lower => days_ago(lower)
                .or_else(|| calendar(lower))
                .or_else(|| in_words(lower))
                .or_else(|| instant(text))
                .or_else(|| wall(text)),
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
    date(part(0), part(1), part(2)).map(kind)
}

/// A date or a month with the name of the month, in lower case.
fn in_words(text: &str) -> Option<Kind> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let month = |word: &str| word.parse().ok().map(|month: Month| month.number_from_month());
    let year = |word: &str| number(word).filter(|_| word.len() == 4);
    match words[..] {
        [name, last] => date(year(last)?, month(name)?, 1).map(Kind::Month),
        [first, second, last] => {
            let (day, name) =
                if month(second).is_some() { (first, second) } else { (second, first) };
            date(year(last)?, month(name)?, number(day)?).map(Kind::Day)
        }
        _ => None,
    }
}

/// A date with a time of day, to the nanosecond, and without a zone.
fn wall(text: &str) -> Option<Kind> {
    let (day, time) = text.split_once(['T', 't', ' '])?;
    let Kind::Day(day) = calendar(day)? else { return None };
    let time = time.trim_start();
    // Digits beyond the ninth would be left out.
    if time.len() > "00:00:00.123456789".len() {
        return None;
    }
    let time = ["%H:%M", "%H:%M:%S%.f"]
        .iter()
        .find_map(|form| chrono::NaiveTime::parse_from_str(time, form).ok())?;
    // A second 60 is told as this: it belongs to no instant.
    let is_instant = chrono::Timelike::nanosecond(&time) < 1_000_000_000;
    is_instant.then(|| Kind::Wall(day.and_time(time)))
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

fn instant(text: &str) -> Option<Kind> {
    let without_seconds = || {
        let (minute, offset) = text.split_at_checked("2024-03-03T14:05".len())?;
        event::parse_time(&format!("{minute}:00{offset}")).ok()
    };
    event::parse_time(text).ok().or_else(without_seconds).map(Kind::Instant)
}

/// Parses a number of digits only, without a sign.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|one| one.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl TryFrom<String> for TimeText {
    type Error = TimeTextError;

    fn try_from(text: String) -> Result<Self, TimeTextError> {
        text.parse()
    }
}

impl From<TimeText> for String {
    fn from(time: TimeText) -> Self {
        time.to_string()
    }
}

impl Display for TimeText {
    fn fmt(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Kind::Instant(instant) => to.write_str(&event::format_time(instant)),
            Kind::Wall(wall) => write!(to, "{}", wall.format("%Y-%m-%dT%H:%M:%S%.f")),
            Kind::Day(day) => write!(to, "{day}"),
            Kind::Month(first) => write!(to, "{:04}-{:02}", first.year(), first.month()),
            Kind::Year(first) => write!(to, "{:04}", first.year()),
            Kind::Today => to.write_str("today"),
            Kind::Yesterday => to.write_str("yesterday"),
            Kind::DaysAgo(days) => write!(to, "-{days}d"),
        }
    }
}
