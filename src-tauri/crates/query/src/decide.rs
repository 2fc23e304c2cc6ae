//! Decision of one event by filters: the definition for every engine that decides some events itself.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use event::{
    Column, Decimal, Entry, Event, FILTER_COLUMNS, fold_case, fold_loosely, members, search_texts,
    value_texts,
};
use regex::Regex;

use crate::{
    Filters, Limit, Missing, Pattern, Predicate, Step, Subject, Term, TimeText, Zone, hour_and_day,
    is_hour_within, regex,
};

/// Filters, ready to decide one event after the other.
///
/// ```
/// use event::{Entry, Event, Place};
/// use query::{Decision, EventFilter, QueryText};
/// use serde_json::json;
///
/// let event: Event = serde_json::from_value(json!({
///     "event_id": "evt-1", "timestamp": 0, "entity_type": "placement", "entity_id": "PLC-1",
///     "field": "rate", "action": "update", "new_value": "45.50", "actor": "Sarah", "source": "api",
/// }))?;
/// let entry = Entry::new(event, Place::Pending);
/// let decided = |text: &str| {
///     let filters = QueryText::parse(text).unwrap().filters(chrono::DateTime::UNIX_EPOCH);
///     EventFilter::new(&filters).decide(&entry)
/// };
/// assert_eq!(decided("new>=45.5 actor=Sarah"), Decision::Passes);
/// assert_eq!(decided("new>45.5"), Decision::Fails);
/// assert!(matches!(decided("lag>1d"), Decision::Undecided(_)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
pub struct EventFilter {
    filters: Filters,
    /// Folded text to find in a value.
    contains: Option<String>,
    /// Regular expressions of the predicates' patterns, in their order.
    expressions: Vec<Vec<Option<Regex>>>,
}

/// Decision of one event by filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Event passes.
    Passes,
    /// Event would pass if no-ops were not hidden.
    IsHiddenNoOp,
    /// Event does not pass.
    Fails,
    /// Nothing but predicates that do not decide it: the first of them says what is missing.
    Undecided(Missing),
}

impl EventFilter {
    /// Prepares filters. A regular expression that cannot be parsed matches nothing:
    /// [`Predicate::problem`] finds it.
    pub fn new(filters: &Filters) -> Self {
        let fold = |text: &String| {
            if filters.loosely { fold_loosely(text) } else { fold_case(text).into_owned() }
        };
        let expressions = filters.predicates.iter().map(expressions).collect();
        let contains = filters.contains.as_ref().map(fold);
        Self { filters: filters.clone(), contains, expressions }
    }

    /// Whether an event passes.
    pub fn passes(&self, entry: &Entry) -> bool {
        self.decide(entry) == Decision::Passes
    }

    /// Decides an event, whose [marks](Entry::marks) must be set.
    pub fn decide(&self, entry: &Entry) -> Decision {
        let event = &entry.event;
        let has_marks = || {
            let marks = &self.filters.marks;
            marks.iter().all(|(mark, has)| entry.marks.contains(mark) == *has)
        };
        if !self.base_holds(event) || !has_marks() {
            return Decision::Fails;
        }
        let mut missing = None;
        for (predicate, expressions) in self.filters.predicates.iter().zip(&self.expressions) {
            match decide(predicate, expressions, self.filters.zone, event) {
                Ok(true) => {}
                Ok(false) => return Decision::Fails,
                Err(what) => missing = missing.or(Some(what)),
            }
        }
        let is_hidden = self.filters.hide_no_ops && event.is_no_op();
        match missing {
            None if is_hidden => Decision::IsHiddenNoOp,
            None => Decision::Passes,
            Some(_) if is_hidden => Decision::Fails,
            Some(missing) => Decision::Undecided(missing),
        }
    }

    /// Whether all holds but marks and predicates.
    fn base_holds(&self, event: &Event) -> bool {
        let filters = &self.filters;
        FILTER_COLUMNS.into_iter().all(|column| {
            let value = text_of(event, column).unwrap_or_default();
            Term::hold(filters.of(column), value)
        }) && filters.since.is_none_or(|since| event.timestamp >= since)
            && filters.until.is_none_or(|until| event.timestamp < until)
            && self.contains.as_deref().is_none_or(|text| self.is_in_values(event, text))
    }

    fn is_in_values(&self, event: &Event, text: &str) -> bool {
        let values = [&event.old_value, &event.new_value].into_iter().flatten();
        if self.filters.loosely {
            let mut texts = values.flat_map(|value| search_texts(value));
            texts.any(|value| fold_loosely(&value).contains(text))
        } else {
            values.flat_map(|value| search_texts(value)).any(|value| value.contains(text))
        }
    }
}

/// Regular expressions of the patterns of a predicate, in their order.
fn expressions(predicate: &Predicate) -> Vec<Option<Regex>> {
    let Predicate::Text { patterns, .. } = predicate else { return Vec::new() };
    let expression = |pattern: &Pattern| match pattern {
        Pattern::Matches(text) => regex(text).ok(),
        _ => None,
    };
    patterns.iter().map(expression).collect()
}

/// Whether an event passes a predicate.
///
/// # Errors
/// What is missing to decide that.
fn decide(
    predicate: &Predicate,
    expressions: &[Option<Regex>],
    zone: Zone,
    event: &Event,
) -> Result<bool, Missing> {
    Ok(match predicate {
        Predicate::Text { of, patterns, exclude } => {
            let has = |text: &str| {
                let mut all = patterns.iter().zip(expressions);
                all.any(|(pattern, expression)| is_in(pattern, expression.as_ref(), text))
            };
            subject(event, of).is_some_and(|text| has(&text)) != *exclude
        }
        Predicate::Order { of, comparison, limit } => {
            let Some(text) = subject(event, of) else { return Ok(false) };
            comparison.holds(order(&text, limit, zone)?)
        }
        Predicate::Change { steps, exclude } => {
            let is = |step: &Step| step.from == event.old_value && step.to == event.new_value;
            steps.iter().any(is) != *exclude
        }
        Predicate::Delta { comparison, by, percent } => {
            let (Some(old), Some(new)) = (&event.old_value, &event.new_value) else {
                return Ok(false);
            };
            let number = |text| Decimal::parse(text).ok_or(Missing::Number);
            comparison.holds(order_of_delta(number(old)?, number(new)?, number(by)?, *percent))
        }
        Predicate::Lag { comparison, limit } => {
            let recorded_at = event.recorded_at.ok_or(Missing::RecordedAt)?;
            let lag = recorded_at - event.timestamp;
            comparison.holds(lag.cmp(&TimeDelta::milliseconds(limit.millis)))
        }
        Predicate::RecordedAt { comparison, limit } => {
            let recorded_at = event.recorded_at.ok_or(Missing::RecordedAt)?;
            comparison.holds(order_of_times(recorded_at, *limit, zone))
        }
        Predicate::Hours { from, until } => {
            is_hour_within(*from, *until, hour_and_day(zone, event.timestamp).0)
        }
        Predicate::Weekdays { days } => days.contains(&hour_and_day(zone, event.timestamp).1),
    })
}

/// Whether a text has a pattern, whose expression is given if it has one.
fn is_in(pattern: &Pattern, expression: Option<&Regex>, text: &str) -> bool {
    match pattern {
        Pattern::Equals(same) => text == same,
        Pattern::Contains(part) => {
            let part = fold_case(part);
            search_texts(text).any(|text| text.contains(&*part))
        }
        Pattern::Begins(start) => fold_case(text).starts_with(&*fold_case(start)),
        Pattern::Matches(_) => expression
            .is_some_and(|expression| value_texts(text).any(|text| expression.is_match(&text))),
    }
}

/// Order of a value with a limit.
fn order(text: &str, limit: &Limit, zone: Zone) -> Result<Ordering, Missing> {
    match limit {
        Limit::Number(limit) => {
            let number = Decimal::parse(text).zip(Decimal::parse(limit));
            number.map(|(number, limit)| number.cmp(&limit)).ok_or(Missing::Number)
        }
        Limit::Time(limit) => {
            let time = TimeText::of_value(text).ok_or(Missing::Date)?;
            Ok(order_of_times(time.start(zone, DateTime::UNIX_EPOCH), *limit, zone))
        }
    }
}

/// Order of an instant with a limit, which a day, a month or a year is as a whole. Limits are not
/// relative.
fn order_of_times(instant: DateTime<Utc>, limit: TimeText, zone: Zone) -> Ordering {
    let now = DateTime::UNIX_EPOCH;
    if instant < limit.start(zone, now) {
        Ordering::Less
    } else if instant > limit.last(zone, now) {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

/// Order of the difference of two numbers with a limit, which is a percentage of the old one or a number.
fn order_of_delta(old: Decimal<'_>, new: Decimal<'_>, by: Decimal<'_>, percent: bool) -> Ordering {
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
    let limit = digits.parse::<i128>().unwrap_or_default();
    let limit = if by.is_negative() { -limit } else { limit };
    let hundred = 100 * scale;
    Decimal::compare_sum(&[(new, hundred), (old, -hundred), (old.abs(), -limit)])
}

/// Text that a predicate is about; `None` if the event has none.
fn subject<'a>(event: &'a Event, of: &Subject) -> Option<Cow<'a, str>> {
    let text = text_of(event, of.column);
    match &of.member {
        None => text.map(Cow::Borrowed),
        Some(member) => members(text?)?.remove(member).flatten().map(Cow::Owned),
    }
}

/// Text of an event in a column. No workspace and the empty workspace are the same.
fn text_of(event: &Event, column: Column) -> Option<&str> {
    let text = event.cells()[column.index()].text();
    if column == Column::WorkspaceId { Some(text.unwrap_or_default()) } else { text }
}
