//! Predicates: conditions on one event that go beyond equal values of its dimensions.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use chrono::{Timelike, Weekday};
use event::{Column, Decimal};
use serde::{Deserialize, Serialize};

use crate::{TimeText, Zone};

/// Predicate: a condition on one event, its old and its new value above all.
///
/// Texts are compared as they are written, or in any case; numbers exactly, as decimals of any length;
/// dates by time. A value that is missing is in no pattern, and neither more nor less than anything.
///
/// An event is *undecided* if a number, a date or the time of recording that the predicate asks for is
/// not there: see [`Undecided`]. It is then left out, and counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Predicate {
    /// Text of the event that has one of some patterns, or none: `reason~typo`, `new!=placed`.
    Text {
        /// What the text is of.
        of: Subject,
        /// Patterns, at least one.
        patterns: Vec<Pattern>,
        /// Whether events with one of the patterns are excluded.
        exclude: bool,
    },
    /// Number or date within a limit: `new>=50000`, `old<2024-06-01`.
    Order {
        /// What the number or the date is of.
        of: Subject,
        /// How it compares with the limit.
        comparison: ComparisonOperator,
        /// Limit.
        limit: Limit,
    },
    /// Change from one value to another: `change=screening→placed`.
    Change {
        /// Steps, at least one.
        steps: Vec<Step>,
        /// Whether events with one of the steps are excluded.
        exclude: bool,
    },
    /// Difference of the new from the old value, both numbers: `delta>10%`.
    Delta {
        /// How it compares with the limit.
        comparison: ComparisonOperator,
        /// Limit: a number, as it is written.
        by: String,
        /// Whether the limit is in percent of the old value, whatever its sign.
        percent: bool,
    },
    /// Lag: the time from the timestamp to the recording, `lag>1d`.
    Lag {
        /// How it compares with the limit.
        comparison: ComparisonOperator,
        /// Limit.
        limit: Lag,
    },
    /// Time of recording within a limit: `recorded>=2024-03`.
    RecordedAt {
        /// How it compares with the limit.
        comparison: ComparisonOperator,
        /// Limit: see [`Limit::Time`].
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        limit: TimeText,
    },
    /// Hour of the day, from one to before another, over midnight if that is not later:
    /// `hour=22..6`.
    Hours {
        /// First hour, from 0 to 23.
        from: u8,
        /// Hour before which it ends, from 1 to 24.
        until: u8,
    },
    /// Days of the week: `weekday=sat,sun`.
    Weekdays {
        /// Days, at least one.
        days: Vec<Day>,
    },
}

/// Text of an event that predicates are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Subject {
    /// Column, one of [`SUBJECTS`].
    pub column: Column,
    /// Member of the value, which is a JSON object; `None` for the whole value. Only an old and a new
    /// value have members.
    #[serde(default)]
    pub member: Option<String>,
}

/// Columns whose text predicates can be about.
pub const SUBJECTS: [Column; 13] = [
    Column::EntityType,
    Column::EntityId,
    Column::EventId,
    Column::Field,
    Column::Action,
    Column::Actor,
    Column::Source,
    Column::WorkspaceId,
    Column::OldValue,
    Column::NewValue,
    Column::Reason,
    Column::Batch,
    Column::Writer,
];

/// Pattern of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "text", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Pattern {
    /// Text that is the same.
    Equals(String),
    /// Text within it, in any case, also where JSON writes it with escapes.
    Contains(String),
    /// Text at its beginning, in any case.
    Begins(String),
    /// Regular expression that matches a part of it, also with the escapes of JSON undone. It takes
    /// time in proportion to the text.
    Matches(String),
}

/// Limit of a number or a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Limit {
    /// Number, as it is written: see [`Decimal`].
    Number(String),
    /// Date or instant. A day, a month or a year is less than what begins after its end, and more than
    /// what is before its beginning.
    Time(#[cfg_attr(feature = "typescript", ts(type = "string"))] TimeText),
}

/// Step from an old to a new value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Step {
    /// Old value; `None` for a missing one.
    pub from: Option<String>,
    /// New value; `None` for a missing one.
    pub to: Option<String>,
}

/// How something compares with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum ComparisonOperator {
    /// Less than the limit.
    #[serde(rename = "<")]
    Less,
    /// Less than the limit, or the same.
    #[serde(rename = "<=")]
    LessOrEqual,
    /// More than the limit, or the same.
    #[serde(rename = ">=")]
    GreaterOrEqual,
    /// More than the limit.
    #[serde(rename = ">")]
    Greater,
}

impl ComparisonOperator {
    /// Comparisons by their signs.
    pub const SIGNS: [(&'static str, Self); 4] = [
        ("<", Self::Less),
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        (">", Self::Greater),
    ];

    /// Sign of the comparison.
    pub fn sign(self) -> &'static str {
        Self::SIGNS.iter().find(|(_, one)| *one == self).map_or("", |(sign, _)| sign)
    }

    /// Whether it holds of something that is in this order with the limit.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Greater => order.is_gt(),
        }
    }
}

/// Day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// Days by their names in a text, Monday first.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("mon", Self::Mon),
        ("tue", Self::Tue),
        ("wed", Self::Wed),
        ("thu", Self::Thu),
        ("fri", Self::Fri),
        ("sat", Self::Sat),
        ("sun", Self::Sun),
    ];
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        Self::NAMES[day.num_days_from_monday() as usize].1
    }
}

/// Lag of an event: the time from its timestamp to its recording, negative if it was recorded before.
/// As text it is a whole number with a unit: `90m`, `1d`, `-2h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Lag {
    /// Length in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub millis: i64,
}

/// Units of a lag, the longest first.
const UNITS: [(&str, i64); 6] = [
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// Greatest length of a [`Lag`], in milliseconds: some 285 years, which a number of JavaScript holds.
const LONGEST_LAG: i64 = 9_000_000_000_000;

/// Error of a text that is not a lag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no time span")]
pub struct LagError;

impl FromStr for Lag {
    type Err = LagError;

    fn from_str(text: &str) -> Result<Self, LagError> {
        let digits = text.trim_end_matches(|one: char| one.is_ascii_lowercase());
        let unit = UNITS.iter().find(|(name, _)| *name == &text[digits.len()..]);
        let (_, unit) = unit.ok_or(LagError)?;
        let millis = digits.parse::<i64>().ok().and_then(|number| number.checked_mul(*unit));
        let millis = millis.filter(|millis| millis.abs() <= LONGEST_LAG);
        millis.map(|millis| Self { millis }).ok_or(LagError)
    }
}

impl Display for Lag {
    fn fmt(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        let fits = |(_, unit): &&(&str, i64)| self.millis % unit == 0 && self.millis != 0;
        let (name, unit) = UNITS.iter().find(fits).unwrap_or(&("s", 1000));
        write!(to, "{}{name}", self.millis / unit)
    }
}

/// Why predicates do not decide an event that every other filter lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Value that is no number.
    Number,
    /// Value that is no date.
    Date,
    /// Time of recording that the event does not have.
    RecordedAt,
}

/// Events that predicates do not decide and every other filter lets through. An event is counted once,
/// for the first of the predicates that does not decide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct Undecided {
    /// Events whose value is no number.
    pub no_numbers: usize,
    /// Events whose value is no date.
    pub no_dates: usize,
    /// Events whose time of recording is not known.
    pub no_recorded_at: usize,
}

impl Undecided {
    /// Number of events that are undecided for this reason.
    pub fn of(&mut self, missing: Missing) -> &mut usize {
        match missing {
            Missing::Number => &mut self.no_numbers,
            Missing::Date => &mut self.no_dates,
            Missing::RecordedAt => &mut self.no_recorded_at,
        }
    }
}

impl Predicate {
    /// Whether its meaning depends on a time zone.
    pub fn depends_on_zone(&self) -> bool {
        match self {
            Self::RecordedAt { .. } | Self::Hours { .. } | Self::Weekdays { .. } => true,
            Self::Order { limit, .. } => matches!(limit, Limit::Time(_)),
            Self::Text { .. } | Self::Change { .. } | Self::Delta { .. } | Self::Lag { .. } => {
                false
            }
        }
    }

    /// The predicate with relative times, such as `today`, as the days that they mean.
    pub(crate) fn absolute(&self, zone: Zone, now: chrono::DateTime<chrono::Utc>) -> Self {
        let mut predicate = self.clone();
        if let Self::Order { limit: Limit::Time(time), .. } | Self::RecordedAt { limit: time, .. } =
            &mut predicate
        {
            *time = time.absolute(zone, now);
        }
        predicate
    }

    /// What is wrong with it; `None` for one that can be asked for. What a text can be is checked when
    /// that is parsed: this is for a predicate from elsewhere.
    pub fn problem(&self) -> Option<String> {
        let of_subject = |of: &Subject| {
            let has_members = matches!(of.column, Column::OldValue | Column::NewValue);
            if !SUBJECTS.contains(&of.column) || (of.member.is_some() && !has_members) {
                return Some(format!("{} is no text to filter by", of.column.name()));
            }
            None
        };
        match self {
            Self::Text { of, patterns, .. } => {
                let wrong = patterns.iter().find_map(|pattern| match pattern {
                    Pattern::Matches(expression) => regex(expression).err(),
                    _ => None,
                });
                let none = patterns.is_empty().then(|| "a text needs a pattern".to_owned());
                of_subject(of).or(none).or(wrong)
            }
            Self::Order { of, limit, .. } => of_subject(of).or_else(|| match limit {
                Limit::Number(number) => no_number(number),
                Limit::Time(_) => None,
            }),
            Self::Change { steps, .. } => {
                steps.is_empty().then(|| "a change needs a step".to_owned())
            }
            Self::Delta { by, percent, .. } => {
                no_number(by).or_else(|| percent.then(|| percent_problem(by)).flatten())
            }
            Self::Lag { .. } | Self::RecordedAt { .. } => None,
            Self::Hours { from, until } => {
                let are_hours = *from < 24 && (1..=24).contains(until);
                (!are_hours).then(|| "hours are from 0 to 24".to_owned())
            }
            Self::Weekdays { days } => days.is_empty().then(|| "weekdays need a day".to_owned()),
        }
    }
}

fn no_number(text: &str) -> Option<String> {
    Decimal::parse(text).is_none().then(|| format!("{text} is no number"))
}

/// Most digits of a limit in percent.
const MOST_PERCENT_DIGITS: usize = 15;

/// What is wrong with a number as a limit in percent.
pub(crate) fn percent_problem(text: &str) -> Option<String> {
    let digits = |number: Decimal<'_>| number.whole().len() + number.fraction().len();
    let long = Decimal::parse(text).is_some_and(|number| digits(number) > MOST_PERCENT_DIGITS);
    long.then(|| format!("a limit in percent has at most {MOST_PERCENT_DIGITS} digits"))
}

/// Parses a regular expression.
///
/// # Errors
///
/// Fails with what is wrong, in one line.
pub fn regex(expression: &str) -> Result<regex::Regex, String> {
    regex::RegexBuilder::new(expression).size_limit(LARGEST_REGEX).build().map_err(
        |why| match why {
            regex::Error::CompiledTooBig(_) => "this regular expression is too large".to_owned(),
            // The last line says what is wrong; those before it draw where.
            other => {
                let text = other.to_string();
                let last = text.lines().last().unwrap_or_default();
                let what = last.strip_prefix("error: ").unwrap_or(last);
                format!("this is no regular expression: {what}")
            }
        },
    )
}

/// Bytes of a compiled regular expression, at most.
const LARGEST_REGEX: usize = 2 << 20;

/// Whether an hour lies in a range of hours, which goes over midnight if `until` is not after `from`.
pub fn is_hour_within(from: u8, until: u8, hour: u32) -> bool {
    let (from, until) = (u32::from(from), u32::from(until));
    if from < until { (from..until).contains(&hour) } else { hour >= from || hour < until }
}

/// Hour and day of the week of an instant in a zone.
pub fn hour_and_day(zone: Zone, instant: chrono::DateTime<chrono::Utc>) -> (u32, Day) {
    let wall = zone.wall_of(instant);
    (wall.hour(), Day::from(chrono::Datelike::weekday(&wall)))
}
