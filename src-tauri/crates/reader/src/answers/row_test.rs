//! Tests of single rows: predicates, compiled once and decided over the cells of one row after the
//! other.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use decode::{HEAD_COLUMNS, RowHead, Values};
use event::{Column, Decimal, fold_case, members, search_texts, value_texts};
use memchr::memmem::Finder;
use query::{
    ComparisonOperator, Lag, Limit, Missing, Pattern, Predicate, Step, Subject, TimeText, Zone,
};
use regex::Regex;

use super::delta::order_of_delta;

/// Cells of a row, as far as tests look at them.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowCells<'a> {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Old and new value.
    pub values: Values<'a>,
    /// Head; `None` only where no test [needs](RowTest::needs_head) it.
    pub head: Option<&'a RowHead<'a>>,
}

/// Test of a row.
#[derive(Debug)]
pub(super) enum RowTest {
    Text { of: Subject, patterns: Vec<CompiledPattern>, exclude: bool },
    Number { of: Subject, comparison: ComparisonOperator, limit: String },
    Date { of: Subject, comparison: ComparisonOperator, limit: TimeText, zone: Zone },
    Change { steps: Vec<Step>, exclude: bool },
    Delta { comparison: ComparisonOperator, by: String, percent: bool },
    Lag { comparison: ComparisonOperator, limit: Lag },
    RecordedAt { comparison: ComparisonOperator, limit: TimeText, zone: Zone },
}

/// Pattern of a text, ready to be looked for.
#[derive(Debug)]
pub(super) enum CompiledPattern {
    Equals(String),
    /// Folded.
    Contains(Box<Finder<'static>>),
    /// Folded.
    Begins(String),
    Matches(Regex),
}

impl CompiledPattern {
    /// Compiles a pattern; `None` for a regular expression that is none, which nothing matches.
    pub fn of(pattern: &Pattern) -> Option<Self> {
        Some(match pattern {
            Pattern::Equals(text) => Self::Equals(text.clone()),
            Pattern::Contains(text) => {
                Self::Contains(Box::new(Finder::new(fold_case(text).as_bytes()).into_owned()))
            }
            Pattern::Begins(text) => Self::Begins(fold_case(text).into_owned()),
            Pattern::Matches(expression) => Self::Matches(query::regex(expression).ok()?),
        })
    }

    /// Whether a text has the pattern.
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Equals(same) => text == same,
            Self::Contains(finder) => {
                search_texts(text).any(|text| finder.find(text.as_bytes()).is_some())
            }
            Self::Begins(start) => fold_case(text).starts_with(start.as_str()),
            Self::Matches(regex) => value_texts(text).any(|text| regex.is_match(&text)),
        }
    }
}

impl RowTest {
    /// Compiles a predicate; `None` for one that is about columns by time: a dimension, the record or
    /// the hour.
    pub fn of(predicate: &Predicate, zone: Zone) -> Option<Self> {
        Some(match predicate.clone() {
            Predicate::Text { of, .. }
                if of.column == Column::EntityId || of.column.dimension().is_some() =>
            {
                return None;
            }
            Predicate::Text { of, patterns, exclude } => {
                let patterns = patterns.iter().filter_map(CompiledPattern::of).collect();
                Self::Text { of, patterns, exclude }
            }
            Predicate::Order { of, comparison, limit: Limit::Number(limit) } => {
                Self::Number { of, comparison, limit }
            }
            Predicate::Order { of, comparison, limit: Limit::Time(limit) } => {
                Self::Date { of, comparison, limit, zone }
            }
            Predicate::Change { steps, exclude } => Self::Change { steps, exclude },
            Predicate::Delta { comparison, by, percent } => Self::Delta { comparison, by, percent },
            Predicate::Lag { comparison, limit } => Self::Lag { comparison, limit },
            Predicate::RecordedAt { comparison, limit } => {
                Self::RecordedAt { comparison, limit, zone }
            }
            Predicate::Hours { .. } | Predicate::Weekdays { .. } => return None,
        })
    }

    /// Whether it looks at the head of a row.
    pub fn needs_head(&self) -> bool {
        match self {
            Self::Text { of, .. } => !is_value(of),
            Self::Lag { .. } | Self::RecordedAt { .. } => true,
            Self::Number { .. } | Self::Date { .. } | Self::Change { .. } | Self::Delta { .. } => {
                false
            }
        }
    }

    /// Ids of which an event must have one to pass; `None` for a test of something else.
    pub fn event_ids(&self) -> Option<Vec<&str>> {
        let Self::Text { of, patterns, exclude: false } = self else { return None };
        texts_to_equal(patterns).filter(|_| of.column == Column::EventId)
    }

    /// What the test is about, if it is one text of the event.
    pub fn subject(&self) -> Option<&Subject> {
        match self {
            Self::Text { of, .. } | Self::Number { of, .. } | Self::Date { of, .. } => Some(of),
            _ => None,
        }
    }

    /// Whether a row passes.
    ///
    /// # Errors
    /// What is missing to decide that.
    pub fn decide(&self, row: RowCells<'_>) -> Result<bool, Missing> {
        Ok(match self {
            Self::Text { of, .. } | Self::Number { of, .. } | Self::Date { of, .. } => {
                self.decide_text(text_of(of.column, row))?
            }
            Self::Change { steps, exclude } => {
                let Values { old, new } = row.values;
                let is = |step: &Step| step.from.as_deref() == old && step.to.as_deref() == new;
                steps.iter().any(is) != *exclude
            }
            Self::Delta { comparison, by, percent } => {
                let (Some(old), Some(new)) = (row.values.old, row.values.new) else {
                    return Ok(false);
                };
                let numbers = Decimal::parse(old).zip(Decimal::parse(new)).zip(Decimal::parse(by));
                let ((old, new), by) = numbers.ok_or(Missing::Number)?;
                comparison.holds(order_of_delta(old, new, by, *percent))
            }
            Self::Lag { comparison, limit } => {
                let recorded_at = row.head.and_then(recorded_at).ok_or(Missing::RecordedAt)?;
                let lag = i128::from(recorded_at) - i128::from(row.time);
                comparison.holds(lag.cmp(&(i128::from(limit.millis) * 1_000_000)))
            }
            Self::RecordedAt { comparison, limit, zone } => {
                let recorded_at = row.head.and_then(recorded_at).ok_or(Missing::RecordedAt)?;
                let instant = DateTime::from_timestamp_nanos(recorded_at);
                comparison.holds(order_of_dates(instant, *limit, *zone))
            }
        })
    }

    /// Whether a row passes that has this text in the column of the [subject](Self::subject).
    ///
    /// # Errors
    /// What is missing to decide that.
    pub fn decide_text(&self, text: Option<&str>) -> Result<bool, Missing> {
        let part = |of: &Subject| match (&of.member, text) {
            (None, text) => text.map(Cow::Borrowed),
            (Some(member), text) => members(text?)?.remove(member).flatten().map(Cow::Owned),
        };
        Ok(match self {
            Self::Text { of, patterns, exclude } => {
                let found = part(of).is_some_and(|text| patterns.iter().any(|p| p.is_in(&text)));
                found != *exclude
            }
            Self::Number { of, comparison, limit } => {
                let Some(text) = part(of) else { return Ok(false) };
                let number = Decimal::parse(&text).ok_or(Missing::Number)?;
                let limit = Decimal::parse(limit).ok_or(Missing::Number)?;
                comparison.holds(number.cmp(&limit))
            }
            Self::Date { of, comparison, limit, zone } => {
                let Some(text) = part(of) else { return Ok(false) };
                let time = TimeText::of_value(&text).ok_or(Missing::Date)?;
                let instant = time.start(*zone, DateTime::UNIX_EPOCH);
                comparison.holds(order_of_dates(instant, *limit, *zone))
            }
            _ => false,
        })
    }

    /// What is missing where the test is not decided.
    pub fn missing(&self) -> Missing {
        match self {
            Self::Text { .. } | Self::Change { .. } | Self::Number { .. } | Self::Delta { .. } => {
                Missing::Number
            }
            Self::Date { .. } => Missing::Date,
            Self::Lag { .. } | Self::RecordedAt { .. } => Missing::RecordedAt,
        }
    }
}

/// The texts of patterns that a text has to equal; `None` if one of them is another pattern.
pub(super) fn texts_to_equal(patterns: &[CompiledPattern]) -> Option<Vec<&str>> {
    let mut texts = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        let CompiledPattern::Equals(text) = pattern else { return None };
        texts.push(text.as_str());
    }
    Some(texts)
}

/// Whether a text is that of an old or a new value.
fn is_value(of: &Subject) -> bool {
    matches!(of.column, Column::OldValue | Column::NewValue)
}

fn text_of(column: Column, row: RowCells<'_>) -> Option<&str> {
    match column {
        Column::OldValue => row.values.old,
        Column::NewValue => row.values.new,
        Column::EventId => row.head.map(|head| head.id),
        column => {
            let at = HEAD_COLUMNS.iter().position(|one| *one == column);
            at.zip(row.head).and_then(|(at, head)| head.cells[at].text())
        }
    }
}

/// When the event was recorded, in nanoseconds since 1970.
fn recorded_at(head: &RowHead<'_>) -> Option<i64> {
    let at = HEAD_COLUMNS.iter().position(|one| *one == Column::RecordedAt)?;
    match head.cells[at] {
        event::Cell::Instant(nanos) => Some(nanos),
        _ => None,
    }
}

/// Order of an instant with a limit, which a day, a month or a year is as a whole.
fn order_of_dates(instant: DateTime<Utc>, limit: TimeText, zone: Zone) -> Ordering {
    // It is not relative.
    let now = DateTime::UNIX_EPOCH;
    if instant < limit.start(zone, now) {
        Ordering::Less
    } else if instant > limit.last(zone, now) {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}
