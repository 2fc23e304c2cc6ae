//! Spans of time, as people type them.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use super::{TimeText, Zone};
use crate::instant;

/// Span of time, half-open: from one instant to before another.
///
/// ```
/// use query::{TimeSpan, Zone};
///
/// let now = event::parse_time("2024-05-15T12:00:00Z")?;
/// let span = TimeSpan::parse("last quarter", Zone::default(), now)?;
/// assert_eq!(span.since, Some(event::parse_time("2024-01-01T00:00:00Z")?));
/// assert_eq!(span.until, Some(event::parse_time("2024-04-01T00:00:00Z")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct TimeSpan {
    /// Start, inclusive; `None` for no start.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub since: Option<DateTime<Utc>>,
    /// End, exclusive; `None` for no end.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub until: Option<DateTime<Utc>>,
}

/// Error of a text that is not a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeSpanError {
    /// Text that is neither a time nor a span.
    #[error(
        "expected a span such as 2024-03, last quarter, last 7 days, from 3 March, before 2024 or \
         3 March to 5 March"
    )]
    NoSpan,
    /// End that is not after the start.
    #[error("this span ends before it begins")]
    Backwards,
}

impl TimeSpan {
    /// Parses a span, in any case, in a time zone. `now` is the present time.
    ///
    /// - A time by itself is the whole of it: `2024-03`, `3 March`, `yesterday`. Without a year it is the
    ///   latest that has begun.
    /// - `this week`, `last quarter`, `Q1 2024`, `last 7 days` (with today), `last 24 hours`.
    /// - `from 3 March` (or `since`), `after 3 March`, `before 3 March` (or `until`), and both ends as
    ///   `3 March to 5 March`, `2024-03..2024-05` or `2024-03 – 2024-05`, the last of which counts whole.
    ///
    /// # Errors
    ///
    /// Fails if the text is not a span, or if that ends before it begins.
    pub fn parse(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<Self, TimeSpanError> {
        let text = text.trim().to_lowercase();
        let reader = Reader { zone, now };
        let span =
            reader.half(&text).or_else(|| reader.both(&text)).or_else(|| reader.whole(&text));
        match span.ok_or(TimeSpanError::NoSpan)? {
            Self { since: Some(since), until: Some(until) } if since >= until => {
                Err(TimeSpanError::Backwards)
            }
            span => Ok(span),
        }
    }
}

/// Reader of spans in a zone, at an instant.
struct Reader {
    zone: Zone,
    now: DateTime<Utc>,
}

impl Reader {
    /// A span with one end.
    fn half(&self, text: &str) -> Option<TimeSpan> {
        let behind = |words: &[&str]| {
            words
                .iter()
                .find_map(|word| text.strip_prefix(word))
                .map(|rest| self.whole(rest.trim()))
        };
        let open = TimeSpan { since: None, until: None };
        if let Some(span) = behind(&["from ", "since "]) {
            return Some(TimeSpan { since: span?.since, ..open });
        }
        if let Some(span) = behind(&["after "]) {
            return Some(TimeSpan { since: span?.until, ..open });
        }
        if let Some(span) = behind(&["before ", "until "]) {
            return Some(TimeSpan { until: span?.since, ..open });
        }
        match text.strip_suffix("..") {
            Some(first) => Some(TimeSpan { since: self.whole(first)?.since, ..open }),
            None => Some(TimeSpan { until: self.whole(text.strip_prefix("..")?)?.until, ..open }),
        }
    }

    /// A span with both ends.
    fn both(&self, text: &str) -> Option<TimeSpan> {
        let ends = ["..", " to ", " – ", " - "].iter().find_map(|between| text.split_once(between));
        let (first, last) = ends?;
        let (first, last) = (self.whole(first.trim())?, self.whole(last.trim())?);
        Some(TimeSpan { since: first.since, until: last.until })
    }

    /// A whole time.
    fn whole(&self, text: &str) -> Option<TimeSpan> {
        if let Some(span) = self.named(text) {
            return Some(span);
        }
        let time = text.parse().ok().or_else(|| self.without_year(text))?;
        let first = time.start(self.zone, self.now);
        let last = time.last(self.zone, self.now);
        let until = if first == last { last } else { last + TimeDelta::nanoseconds(1) };
        Some(TimeSpan { since: Some(first), until: Some(until) })
    }

    /// A date or a month without a year: the latest that has begun.
    fn without_year(&self, text: &str) -> Option<TimeText> {
        if !text.contains(char::is_alphabetic) {
            return None;
        }
        let this_year = self.zone.day_of(self.now).year();
        let years = [this_year, this_year - 1].into_iter();
        let times = years.filter_map(|year| format!("{text} {year:04}").parse::<TimeText>().ok());
        times.into_iter().find(|time| time.start(self.zone, self.now) <= self.now)
    }

    /// A span that is named by words alone.
    fn named(&self, text: &str) -> Option<TimeSpan> {
        let words: Vec<&str> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
        let today = self.zone.day_of(self.now);
        match words[..] {
            [which @ ("this" | "last"), unit] => {
                let back = u32::from(which == "last");
                let (start, months, days) = match unit {
                    "day" => (today, 0, 1),
                    "week" => (monday(today)?, 0, 7),
                    "month" => (today.with_day(1)?, 1, 0),
                    "quarter" => (quarter(today.year(), today.month0() / 3)?, 3, 0),
                    "year" => (NaiveDate::from_ymd_opt(today.year(), 1, 1)?, 12, 0),
                    _ => return None,
                };
                let start = start.checked_sub_months(Months::new(months * back))?;
                let start = start.checked_sub_days(Days::new(u64::from(days * back)))?;
                let end = start.checked_add_months(Months::new(months))?;
                Some(self.days(start, Some(end.checked_add_days(Days::new(days.into()))?)))
            }
            ["last", number, unit] => {
                let number: u32 =
                    number.parse().ok().filter(|number| (1..100_000).contains(number))?;
                let day = |back: u64| today.checked_sub_days(Days::new(back));
                let months = |number| today.checked_sub_months(Months::new(number));
                Some(match unit.trim_end_matches('s') {
                    "minute" => self.ago(TimeDelta::minutes(number.into())),
                    "hour" => self.ago(TimeDelta::hours(number.into())),
                    "day" => self.days(day(u64::from(number) - 1)?, None),
                    "week" => self.days(day(u64::from(number) * 7 - 1)?, None),
                    "month" => self.days(months(number)?, None),
                    "year" => self.days(months(number * 12)?, None),
                    _ => return None,
                })
            }
            [name] => self.quarter(name, None),
            [one, other] => {
                let is_quarter = |word: &str| word.starts_with('q');
                let (name, year) = if is_quarter(one) { (one, other) } else { (other, one) };
                self.quarter(name, Some(year.parse().ok().filter(|_| year.len() == 4)?))
            }
            _ => None,
        }
    }

    /// A quarter by its name, `q1`; without a year the latest that has begun.
    fn quarter(&self, name: &str, year: Option<i32>) -> Option<TimeSpan> {
        let number: u32 = name.strip_prefix('q')?.parse().ok()?;
        let number = number.checked_sub(1).filter(|number| *number < 4)?;
        let today = self.zone.day_of(self.now);
        let this_year = quarter(today.year(), number)?;
        let start = match year {
            Some(year) => quarter(year, number)?,
            None if this_year <= today => this_year,
            None => quarter(today.year() - 1, number)?,
        };
        Some(self.days(start, start.checked_add_months(Months::new(3))))
    }

    fn days(&self, first: NaiveDate, end: Option<NaiveDate>) -> TimeSpan {
        let start = |day| self.zone.start_of(day);
        TimeSpan { since: Some(start(first)), until: end.map(start) }
    }

    fn ago(&self, length: TimeDelta) -> TimeSpan {
        TimeSpan { since: self.now.checked_sub_signed(length), until: None }
    }
}

fn monday(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))
}

/// The first day of a quarter, the first of which is 0.
fn quarter(year: i32, number: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, number * 3 + 1, 1)
}
