//! What predicates mean, over one event.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use event::{Column, Decimal, Event, fold_case, members, search_texts, value_texts};
use query::{
    ComparisonOperator, Filters, Limit, Missing, Pattern, Predicate, Step, Subject, TimeText,
    hour_and_day, is_hour_within, regex,
};
use regex::Regex;

/// Whether an event passes a predicate, or what is missing to decide that.
pub(crate) fn decide(
    filters: &Filters,
    predicate: &Predicate,
    event: &Event,
) -> Result<bool, Missing> {
    let hour_and_day = || hour_and_day(filters.zone, event.timestamp);
    let (old, new) = (event.old_value.as_deref(), event.new_value.as_deref());
    match predicate {
        Predicate::Text { of, patterns, exclude } => {
            let found = text(event, of).is_some_and(|text| patterns.iter().any(|p| has(&text, p)));
            Ok(found != *exclude)
        }
        Predicate::Order { of, comparison, limit } => match (text(event, of), limit) {
            (None, _) => Ok(false),
            (Some(text), Limit::Number(limit)) => {
                let number = Decimal::parse(&text).ok_or(Missing::Number)?;
                Ok(Decimal::parse(limit).is_some_and(|l| comparison.holds(number.cmp(&l))))
            }
            (Some(text), Limit::Time(limit)) => {
                let time = TimeText::of_value(&text).ok_or(Missing::Date)?;
                let at = time.start(filters.zone, event.timestamp);
                Ok(is_within(at, *comparison, *limit, filters))
            }
        },
        Predicate::Change { steps, exclude } => {
            let is = |step: &Step| step.from.as_deref() == old && step.to.as_deref() == new;
            Ok(steps.iter().any(is) != *exclude)
        }
        Predicate::Delta { comparison, by, percent } => {
            let (Some(old), Some(new)) = (old, new) else { return Ok(false) };
            let number = |text| Decimal::parse(text).ok_or(Missing::Number);
            Ok(comparison.holds(delta(number(old)?, number(new)?, number(by)?, *percent)))
        }
        Predicate::Lag { comparison, limit } => {
            let recorded_at = event.recorded_at.ok_or(Missing::RecordedAt)?;
            let lag = recorded_at - event.timestamp;
            Ok(comparison.holds(lag.cmp(&TimeDelta::milliseconds(limit.millis))))
        }
        Predicate::RecordedAt { comparison, limit } => {
            let recorded_at = event.recorded_at.ok_or(Missing::RecordedAt)?;
            Ok(is_within(recorded_at, *comparison, *limit, filters))
        }
        Predicate::Hours { from, until } => Ok(is_hour_within(*from, *until, hour_and_day().0)),
        Predicate::Weekdays { days } => Ok(days.contains(&hour_and_day().1)),
    }
}

fn is_within(
    at: DateTime<Utc>,
    comparison: ComparisonOperator,
    limit: TimeText,
    filters: &Filters,
) -> bool {
    let first = limit.start(filters.zone, at);
    let last = limit.last(filters.zone, at);
    match comparison {
        ComparisonOperator::Less => at < first,
        ComparisonOperator::LessOrEqual => at <= last,
        ComparisonOperator::GreaterOrEqual => at >= first,
        ComparisonOperator::Greater => at > last,
    }
}

/// A difference beside a limit; of a percentage, whose digits are few, by integers.
fn delta(old: Decimal<'_>, new: Decimal<'_>, by: Decimal<'_>, percent: bool) -> std::cmp::Ordering {
    let zero = Decimal::compare_sum(&[]);
    match (percent, old.is_zero(), Decimal::compare_sum(&[(new, 1), (old, -1)])) {
        (false, _, _) => Decimal::compare_sum(&[(new, 1), (old, -1), (by, -1)]),
        (true, true, change) if change != zero => change,
        (true, true, _) => Decimal::compare_sum(&[(by, -1)]),
        (true, false, _) => {
            let power = 10_i128.pow(u32::try_from(by.fraction().len()).expect("few digits"));
            let digits: i128 =
                format!("{}{}", by.whole(), by.fraction()).parse().unwrap_or_default();
            let by = if by.is_negative() { -digits } else { digits };
            Decimal::compare_sum(&[(new, 100 * power), (old, -100 * power), (old.abs(), -by)])
        }
    }
}

fn has(text: &str, pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Equals(other) => text == other,
        Pattern::Contains(other) => {
            search_texts(text).any(|text| text.contains(&*fold_case(other)))
        }
        Pattern::Begins(other) => fold_case(text).starts_with(&*fold_case(other)),
        Pattern::Matches(expression) => {
            let regex = compiled(expression);
            regex.is_some_and(|regex| value_texts(text).any(|text| regex.is_match(&text)))
        }
    }
}

thread_local! {
    static LAST: RefCell<Option<(String, Rc<Regex>)>> = const { RefCell::new(None) };
}

/// A regular expression, compiled once for all events.
fn compiled(expression: &str) -> Option<Rc<Regex>> {
    LAST.with_borrow_mut(|last| {
        if let Some((known, regex)) = last
            && known == expression
        {
            return Some(Rc::clone(regex));
        }
        let regex = Rc::new(regex(expression).ok()?);
        *last = Some((expression.to_owned(), Rc::clone(&regex)));
        Some(regex)
    })
}

fn text<'a>(event: &'a Event, of: &Subject) -> Option<Cow<'a, str>> {
    let text = match of.column {
        Column::EventId => Some(event.event_id.as_str()),
        Column::OldValue => event.old_value.as_deref(),
        Column::NewValue => event.new_value.as_deref(),
        Column::Reason => event.reason.as_deref(),
        Column::Batch => event.batch.as_deref(),
        Column::Writer => event.writer.as_deref(),
        other => Some(crate::filters::text(event, other)),
    }?;
    match &of.member {
        None => Some(Cow::Borrowed(text)),
        Some(member) => Some(Cow::Owned(members(text)?.get(member)?.clone()?)),
    }
}
