//! Terms that state predicates, read and written.

use std::fmt::{Formatter, Result as Written, Write};
use std::str::FromStr;

use event::Decimal;

use super::lexer::{Piece, RawTerm};
use super::parser::{COLUMNS, only, time, wrong};
use super::printer::{quoted, value};
use super::{QueryTextError, TimeText};
use crate::predicate::percent_problem;
use crate::{
    Column, ComparisonOperator, Day, Lag, Limit, Pattern, Predicate, Step, Subject, regex,
};

/// Columns that predicates alone are about, by their names in a text.
const TEXTS: [(&str, Column); 6] = [
    ("event", Column::EventId),
    ("old", Column::OldValue),
    ("new", Column::NewValue),
    ("reason", Column::Reason),
    ("batch", Column::Batch),
    ("writer", Column::Writer),
];

/// The predicate that a term states; `None` if its name is that of no predicate.
pub(super) fn parse(
    name: &Piece,
    operator: &Piece,
    raw: &RawTerm,
) -> Option<Result<Predicate, QueryTextError>> {
    let (column, member) = match name.text.split_once('.') {
        Some((column, member)) => (column, Some(member)),
        None => (name.text.as_str(), None),
    };
    let columns = COLUMNS.iter().chain(&TEXTS);
    if let Some((_, column)) = columns.into_iter().find(|(known, _)| *known == column) {
        let has_members = matches!(column, Column::OldValue | Column::NewValue);
        if member.is_none_or(|member| has_members && !member.is_empty()) {
            let of = Subject { column: *column, member: member.map(str::to_owned) };
            return Some(of_text(of, operator, raw));
        }
    }
    match name.text.as_str() {
        "change" => Some(change(operator, raw)),
        "delta" => Some(delta(operator, raw)),
        "lag" => Some(lag(operator, raw)),
        "recorded" => Some(recorded_at(operator, raw)),
        "hour" => Some(hours(operator, raw)),
        "weekday" => Some(weekdays(operator, raw)),
        _ => None,
    }
}

fn of_text(of: Subject, operator: &Piece, raw: &RawTerm) -> Result<Predicate, QueryTextError> {
    let is_value = matches!(of.column, Column::OldValue | Column::NewValue);
    let comparison = of_sign(&operator.text);
    if let Some(comparison) = comparison {
        if !is_value {
            let message = "expected =, !=, ~, !~ or ^: only old and new values are more or less";
            return Err(wrong(operator, message.to_owned()));
        }
        return Ok(Predicate::Order { of, comparison, limit: limit(only(raw, "a limit")?)? });
    }
    let pattern = |piece: &Piece| match operator.text.as_str() {
        "=" | "!=" => Ok(Pattern::Equals(piece.text.clone())),
        "^" => Ok(Pattern::Begins(piece.text.clone())),
        _ => contained(piece),
    };
    let pieces = [&raw.first].into_iter().chain(&raw.others);
    let patterns = pieces.map(pattern).collect::<Result<_, _>>()?;
    Ok(Predicate::Text { of, patterns, exclude: operator.text.starts_with('!') })
}

fn of_sign(sign: &str) -> Option<ComparisonOperator> {
    ComparisonOperator::SIGNS
        .iter()
        .find(|(known, _)| *known == sign)
        .map(|(_, comparison)| *comparison)
}

/// The pattern behind `~`: a text within the other, or a regular expression between slashes.
fn contained(piece: &Piece) -> Result<Pattern, QueryTextError> {
    let text = piece.text.as_str();
    if let Some(rest) = text.strip_prefix('/') {
        let expression = rest.strip_suffix('/').ok_or_else(|| {
            let message = "expected / at the end of a regular expression, which is put in quotes if it \
                           holds a blank; a text that begins with / is written \\/";
            wrong(piece, message.to_owned())
        })?;
        regex(expression).map_err(|why| wrong(piece, why))?;
        return Ok(Pattern::Matches(expression.to_owned()));
    }
    let is_escaped = begins_with_a_slash(text) && text.starts_with('\\');
    Ok(Pattern::Contains(text[usize::from(is_escaped)..].to_owned()))
}

/// Whether a text begins with a slash, backslashes left aside: one of these is added when it is written.
fn begins_with_a_slash(text: &str) -> bool {
    text.trim_start_matches('\\').starts_with('/')
}

fn limit(piece: &Piece) -> Result<Limit, QueryTextError> {
    if Decimal::parse(&piece.text).is_some() {
        return Ok(Limit::Number(piece.text.clone()));
    }
    piece.text.parse::<TimeText>().map(Limit::Time).map_err(|_| {
        let message = "expected a number such as 50000 or a date such as 2024-06-01: text is neither \
                       more nor less";
        wrong(piece, message.to_owned())
    })
}

fn change(operator: &Piece, raw: &RawTerm) -> Result<Predicate, QueryTextError> {
    let exclude = match operator.text.as_str() {
        "=" => false,
        "!=" => true,
        _ => return Err(wrong(operator, "expected = or != behind change".to_owned())),
    };
    let text = |piece: &Option<Piece>| piece.as_ref().map(|piece| piece.text.clone());
    let steps = raw.steps.iter().map(|(from, to)| Step { from: text(from), to: text(to) });
    Ok(Predicate::Change { steps: steps.collect(), exclude })
}

fn delta(operator: &Piece, raw: &RawTerm) -> Result<Predicate, QueryTextError> {
    let comparison = comparison("delta", operator)?;
    let piece = only(raw, "delta")?;
    let (by, percent) = match piece.text.strip_suffix('%') {
        Some(by) => (by, true),
        None => (piece.text.as_str(), false),
    };
    if Decimal::parse(by).is_none() {
        return Err(wrong(piece, "expected a number such as 5000, -0.5 or 10%".to_owned()));
    }
    match percent.then(|| percent_problem(by)).flatten() {
        Some(why) => Err(wrong(piece, why)),
        None => Ok(Predicate::Delta { comparison, by: by.to_owned(), percent }),
    }
}

fn lag(operator: &Piece, raw: &RawTerm) -> Result<Predicate, QueryTextError> {
    let comparison = comparison("lag", operator)?;
    let piece = only(raw, "lag")?;
    let limit = Lag::from_str(&piece.text).map_err(|_| {
        let message = "expected a whole number of ms, s, m, h, d or w, such as 90m or 1d";
        wrong(piece, message.to_owned())
    })?;
    Ok(Predicate::Lag { comparison, limit })
}

fn recorded_at(operator: &Piece, raw: &RawTerm) -> Result<Predicate, QueryTextError> {
    let comparison = comparison("recorded", operator)?;
    Ok(Predicate::RecordedAt { comparison, limit: time(only(raw, "recorded")?)? })
}

fn comparison(name: &str, operator: &Piece) -> Result<ComparisonOperator, QueryTextError> {
    of_sign(&operator.text)
        .ok_or_else(|| wrong(operator, format!("expected <, <=, > or >= behind {name}")))
}

fn hours(operator: &Piece, raw: &RawTerm) -> Result<Predicate, QueryTextError> {
    expect_equal("hour", operator)?;
    let piece = only(raw, "hour")?;
    let hour = |text: &str| text.parse::<u8>().ok().filter(|hour| *hour <= 24);
    let range = match piece.text.split_once("..") {
        Some((from, until)) => hour(from).zip(hour(until)),
        None => hour(&piece.text).map(|hour| (hour, hour + 1)),
    };
    match range {
        Some((from @ 0..24, until)) => {
            Ok(Predicate::Hours { from, until: if until == 0 { 24 } else { until } })
        }
        _ => Err(wrong(piece, "expected hours such as 9, 9..17 or 22..6".to_owned())),
    }
}

fn weekdays(operator: &Piece, raw: &RawTerm) -> Result<Predicate, QueryTextError> {
    expect_equal("weekday", operator)?;
    let mut days = Vec::new();
    for piece in [&raw.first].into_iter().chain(&raw.others) {
        for part in piece.text.split(',') {
            let range = match part.split_once("..") {
                Some((first, last)) => day(first).zip(day(last)),
                None => day(part).map(|day| (day, day)),
            };
            let (first, last) = range.ok_or_else(|| {
                let message = "expected days such as sat,sun or mon..fri";
                wrong(piece, message.to_owned())
            })?;
            days.extend((0..7).map(|ahead| (first + ahead) % 7).take((7 + last - first) % 7 + 1));
        }
    }
    days.sort_unstable();
    days.dedup();
    Ok(Predicate::Weekdays { days: days.into_iter().map(|day| Day::NAMES[day].1).collect() })
}

/// The number of a day from Monday, by at least the first three letters of its name.
fn day(text: &str) -> Option<usize> {
    const NAMES: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let text = text.to_ascii_lowercase();
    NAMES.iter().position(|name| text.len() >= 3 && name.starts_with(&text))
}

fn expect_equal(name: &str, operator: &Piece) -> Result<(), QueryTextError> {
    match operator.text.as_str() {
        "=" => Ok(()),
        _ => Err(wrong(operator, format!("expected = behind {name}"))),
    }
}

/// Writes a predicate as a term.
pub(super) fn write(predicate: &Predicate, to: &mut Formatter<'_>) -> Written {
    match predicate {
        Predicate::Text { of, patterns, exclude } => text(of, patterns, *exclude, to),
        Predicate::Order { of, comparison, limit } => {
            subject(of, to)?;
            to.write_str(comparison.sign())?;
            match limit {
                Limit::Number(number) => value(number, to),
                Limit::Time(time) => value(&time.to_string(), to),
            }
        }
        Predicate::Change { steps, exclude } => {
            to.write_str(if *exclude { "change!=" } else { "change=" })?;
            for (index, step) in steps.iter().enumerate() {
                to.write_str(if index > 0 { "|" } else { "" })?;
                side(step.from.as_deref(), to)?;
                to.write_char('→')?;
                side(step.to.as_deref(), to)?;
            }
            Ok(())
        }
        Predicate::Delta { comparison, by, percent } => {
            let percent = if *percent { "%" } else { "" };
            write!(to, "delta{}{by}{percent}", comparison.sign())
        }
        Predicate::Lag { comparison, limit } => write!(to, "lag{}{limit}", comparison.sign()),
        Predicate::RecordedAt { comparison, limit } => {
            write!(to, "recorded{}{limit}", comparison.sign())
        }
        Predicate::Hours { from, until } if *until == from + 1 => write!(to, "hour={from}"),
        Predicate::Hours { from, until } => write!(to, "hour={from}..{until}"),
        Predicate::Weekdays { days } => {
            let name = |day: &Day| super::printer::name_of(day, &Day::NAMES);
            write!(to, "weekday={}", days.iter().map(name).collect::<Vec<_>>().join(","))
        }
    }
}

fn subject(of: &Subject, to: &mut Formatter<'_>) -> Written {
    let mut names = COLUMNS.iter().chain(&TEXTS);
    let name = names.find(|(_, column)| *column == of.column);
    to.write_str(name.map_or(of.column.name(), |(name, _)| name))?;
    match &of.member {
        Some(member) => write!(to, ".{member}"),
        None => Ok(()),
    }
}

fn text(of: &Subject, patterns: &[Pattern], exclude: bool, to: &mut Formatter<'_>) -> Written {
    subject(of, to)?;
    to.write_str(if exclude { "!" } else { "" })?;
    to.write_str(match patterns.first() {
        Some(Pattern::Equals(_)) | None => "=",
        Some(Pattern::Begins(_)) => "^",
        Some(Pattern::Contains(_) | Pattern::Matches(_)) => "~",
    })?;
    for (index, pattern) in patterns.iter().enumerate() {
        to.write_str(if index > 0 { "|" } else { "" })?;
        match pattern {
            Pattern::Contains(text) if begins_with_a_slash(text) => {
                value(&format!("\\{text}"), to)?;
            }
            Pattern::Equals(text) | Pattern::Begins(text) | Pattern::Contains(text) => {
                value(text, to)?;
            }
            Pattern::Matches(expression) => value(&format!("/{expression}/"), to)?,
        }
    }
    Ok(())
}

/// Writes one side of a change.
fn side(text: Option<&str>, to: &mut Formatter<'_>) -> Written {
    match text {
        None => Ok(()),
        Some(text) if text.contains('→') || text.contains("->") => quoted(text, to),
        Some(text) => value(text, to),
    }
}
