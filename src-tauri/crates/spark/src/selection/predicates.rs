//! Predicates as SQL.

use chrono::DateTime;
use event::{Column, Decimal};
use query::{
    ComparisonOperator, Limit, Missing, Pattern, Predicate, Step, Subject, TimeText, Zone,
    is_hour_within,
};

use super::hours::{day_number, wall_seconds};
use super::texts::{begins, is_ascii, is_in};
use super::verdict::Verdict;
use crate::selection::nanos;
use crate::sql::{RECORDED, Statement, TIME, column};

/// Form of a number.
const NUMBER: &str = "^[+-]?[0-9]+([.][0-9]+)?$";

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Verdict of a predicate, for events within a span.
pub(super) fn verdict(
    predicate: &Predicate,
    zone: Zone,
    span: Option<(i64, i64)>,
    statement: &mut Statement,
) -> Verdict {
    match predicate {
        Predicate::Text { of, patterns, exclude } => {
            let verdicts = patterns.iter().map(|pattern| self::pattern(of, pattern, statement));
            let any = Verdict::any(verdicts.collect());
            if *exclude { any.not() } else { any }
        }
        Predicate::Order { of: Subject { member: Some(_), column: of }, .. } => {
            // Only what can be a JSON object has members.
            let brace = statement.text("{");
            Verdict::unsure(&format!("contains({}, {brace})", column(*of)))
        }
        Predicate::Order { of, comparison, limit } => {
            let value = column(of.column);
            match limit {
                Limit::Number(limit) => number(&value, *comparison, limit, statement),
                Limit::Time(_) => date(&value, statement),
            }
        }
        Predicate::Change { steps, exclude } => {
            let steps: Vec<String> = steps.iter().map(|step| self::step(step, statement)).collect();
            let any = Verdict::sure(&format!("({})", steps.join(" or ")));
            if *exclude { any.not() } else { any }
        }
        Predicate::Delta { .. } => {
            let [old, new] = [Column::OldValue, Column::NewValue].map(column);
            let both = format!("{old} is not null and {new} is not null");
            let numbers =
                format!("({} and {})", is_number(&old, statement), is_number(&new, statement));
            Verdict::unsure(&format!("{both} and {numbers}"))
                .missing(&format!("{both} and not {numbers}"), Missing::Number)
        }
        Predicate::Lag { comparison, limit } => {
            let number = |text: &str| format!("cast({text} as decimal(20,0))");
            let limit = statement.text(&(i128::from(limit.millis) * 1_000_000).to_string());
            let lag = format!("{} - {}", number(RECORDED), number(TIME));
            Verdict::sure(&format!("{lag} {} cast({limit} as decimal(22,0))", comparison.sign()))
                .missing(&format!("{RECORDED} is null"), Missing::RecordedAt)
        }
        Predicate::RecordedAt { comparison, limit } => {
            Verdict::sure(&time(RECORDED, *comparison, *limit, zone, statement))
                .missing(&format!("{RECORDED} is null"), Missing::RecordedAt)
        }
        Predicate::Hours { from, until } => {
            let hours = (0..24).filter(|hour| is_hour_within(*from, *until, *hour));
            let hours: Vec<String> = hours.map(|hour| hour.to_string()).collect();
            of_wall(zone, span, |seconds| {
                format!("(pmod({seconds}, {DAY}) div 3600) in ({})", hours.join(", "))
            })
        }
        Predicate::Weekdays { days } => {
            let days: Vec<String> = days.iter().map(|day| day_number(*day).to_string()).collect();
            // 1 January 1970 was a Thursday.
            of_wall(zone, span, |seconds| {
                format!(
                    "pmod((({seconds} - pmod({seconds}, {DAY})) div {DAY}) + 3, 7) in ({})",
                    days.join(", ")
                )
            })
        }
    }
}

/// Verdict of a condition on what the clock of a zone shows.
fn of_wall(zone: Zone, span: Option<(i64, i64)>, condition: impl Fn(&str) -> String) -> Verdict {
    match span.map(|span| wall_seconds(zone, span)) {
        None => Verdict::never(),
        Some(None) => Verdict::unsure("true"),
        Some(Some(seconds)) => Verdict::sure(&condition(&seconds)),
    }
}

/// Verdict of one pattern of a text.
fn pattern(of: &Subject, pattern: &Pattern, statement: &mut Statement) -> Verdict {
    let value = match of.column {
        // No workspace and the empty workspace are the same.
        Column::WorkspaceId => format!("coalesce({}, '')", column(of.column)),
        column => crate::sql::column(column),
    };
    if of.member.is_some() {
        let brace = statement.text("{");
        return Verdict::unsure(&format!("contains({value}, {brace})"));
    }
    match pattern {
        Pattern::Equals(text) => Verdict::sure(&format!("{value} = {}", statement.text(text))),
        Pattern::Contains(text) => is_in(&value, text, statement),
        Pattern::Begins(text) => begins(&value, text, statement),
        // The dialects of regular expressions differ.
        Pattern::Matches(_) => Verdict::unsure(&format!("{value} is not null")),
    }
}

/// Condition that an event is a step from one value to another.
fn step(step: &Step, statement: &mut Statement) -> String {
    let mut is = |of: Column, value: &Option<String>| match value {
        None => format!("{} is null", column(of)),
        Some(value) => format!("{} <=> {}", column(of), statement.text(value)),
    };
    let (old, new) = (is(Column::OldValue, &step.from), is(Column::NewValue, &step.to));
    format!("({old} and {new})")
}

/// Condition that a value, which is not null, is a number.
fn is_number(value: &str, statement: &mut Statement) -> String {
    let form = statement.text(NUMBER);
    // The end of a text is also before a line feed at its end.
    format!("({value} rlike {form} and ascii(right({value}, 1)) > 31)")
}

/// Verdict of a number in an order with a limit: the digits are compared as they are written, so that
/// none is lost.
fn number(
    value: &str,
    comparison: ComparisonOperator,
    limit: &str,
    statement: &mut Statement,
) -> Verdict {
    let Some(limit) = Decimal::parse(limit) else { return Verdict::never() };
    let is_number = is_number(value, statement);
    let mut pattern = |text: &str| statement.text(text);
    let (sign, zeros, end, point) =
        (pattern("^[+-]"), pattern("^0+"), pattern("0+$"), pattern("."));
    let digits = format!("regexp_replace({value}, {sign}, '')");
    let whole = format!("regexp_replace(split_part({digits}, {point}, 1), {zeros}, '')");
    let fraction = format!("regexp_replace(split_part({digits}, {point}, 2), {end}, '')");
    let (of_whole, of_fraction) = (statement.text(limit.whole()), statement.text(limit.fraction()));
    let length = i64::try_from(limit.whole().len()).unwrap_or(i64::MAX);
    let length = statement.number(length);
    let compared = |sign: &str| {
        format!(
            "(length({whole}) {sign} {length} or (length({whole}) = {length} and ({whole} {sign} \
             {of_whole} or ({whole} = {of_whole} and {fraction} {sign} {of_fraction}))))"
        )
    };
    let (smaller, larger) = (compared("<"), compared(">"));
    let same = format!("({whole} = {of_whole} and {fraction} = {of_fraction})");
    let minus = statement.text("-");
    let negative =
        format!("(startswith({value}, {minus}) and not ({whole} = '' and {fraction} = ''))");
    let (less, equal, more) = if limit.is_negative() {
        (
            format!("({negative} and {larger})"),
            format!("({negative} and {same})"),
            format!("(not {negative} or {smaller})"),
        )
    } else {
        (
            format!("({negative} or {smaller})"),
            format!("(not {negative} and {same})"),
            format!("(not {negative} and {larger})"),
        )
    };
    let holds = match comparison {
        ComparisonOperator::Less => less,
        ComparisonOperator::LessOrEqual => format!("({less} or {equal})"),
        ComparisonOperator::GreaterOrEqual => format!("({more} or {equal})"),
        ComparisonOperator::Greater => more,
    };
    Verdict::sure(&format!("{is_number} and {holds}"))
        .missing(&format!("{value} is not null and not {is_number}"), Missing::Number)
}

/// Verdict of a date in a value: what does not begin like a day is none.
fn date(value: &str, statement: &mut Statement) -> Verdict {
    let form = statement.text("^[0-9]...-..-..");
    let ascii = is_ascii(value);
    let begins = format!("({value} rlike {form})");
    Verdict::unsure(&format!("{value} is not null and (not {ascii} or {begins})"))
        .missing(&format!("{ascii} and not {begins}"), Missing::Date)
}

/// Condition that an instant is in an order with a limit, which is not relative.
fn time(
    instant: &str,
    comparison: ComparisonOperator,
    limit: TimeText,
    zone: Zone,
    statement: &mut Statement,
) -> String {
    let now = DateTime::UNIX_EPOCH;
    let (first, last) = (nanos(limit.start(zone, now)), nanos(limit.last(zone, now)));
    let limit = match comparison {
        ComparisonOperator::Less | ComparisonOperator::GreaterOrEqual => first,
        ComparisonOperator::LessOrEqual | ComparisonOperator::Greater => last,
    };
    format!("{instant} {} {}", comparison.sign(), statement.number(limit))
}
