//! Parser: turns the terms of a text into conditions.

use event::Mark;

use super::lexer::{self, Piece, RawTerm};
use super::predicates;
use super::printer::{READINGS, YES_OR_NO};
use super::window::{CompareEnd, Pane, WindowView};
use super::{Condition, QueryText, QueryTextError, TextTerm, TimeText, WindowSetting, Zone};
use crate::Column;

/// Filter columns, by their names in a text.
pub const COLUMNS: [(&str, Column); 7] = [
    ("type", Column::EntityType),
    ("id", Column::EntityId),
    ("field", Column::Field),
    ("action", Column::Action),
    ("actor", Column::Actor),
    ("source", Column::Source),
    ("workspace", Column::WorkspaceId),
];

const EXPECTED_NAME: &str = "expected type, id, field, action, actor, source, workspace, event, old, \
     new, reason, batch, writer, change, delta, lag, recorded, hour, weekday, since, until, zone, as, known, like, \
     noops, corrected, voided or noted, or for the window view, record, pane, groups, at, from, from-as, \
     to or to-as; a text to search for that holds such a sign is put in quotes";

const EXPECTED_TIME: &str = "expected a time in the years 1678 to 2261: RFC 3339 such as \
     2024-03-03T09:00:00Z, a date with or without a time, a month, a year, today, yesterday or -7d";

/// Parses a query text.
pub fn parse(text: &str) -> Result<QueryText, QueryTextError> {
    let raw = lexer::terms(text)?;
    if let Some(error) = of_another_language(&raw) {
        return Err(error);
    }
    let terms = raw.iter().map(term).collect::<Result<Vec<_>, _>>()?;
    QueryText::from_terms(terms)
        .map_err(|conflict| wrong(&raw[conflict.index].source, conflict.message))
}

/// Words by which other languages join terms: here they would be texts to search for.
const JOINS: [&str; 5] = ["AND", "OR", "NOT", "&&", "||"];

/// Error of a word of another query language, or of a flag, among the terms.
fn of_another_language(terms: &[RawTerm]) -> Option<QueryTextError> {
    let is_query = terms.iter().any(|term| term.head.is_some());
    let bare = terms.iter().filter(|term| term.head.is_none());
    bare.into_iter().find_map(|term| {
        let word = term.source.text.as_str();
        if is_query && JOINS.contains(&word) {
            let message = format!(
                "all terms hold together, -name=… is off, name!=… excludes and | joins values: leave \
                 {word} out; as a text to search for it is put in quotes"
            );
            return Some(wrong(&term.source, message));
        }
        let name = word.strip_prefix("--").filter(|name| name.starts_with(char::is_alphabetic))?;
        let message = format!("expected a term such as {name}=…, and no flag");
        Some(wrong(&term.source, message))
    })
}

fn term(raw: &RawTerm) -> Result<TextTerm, QueryTextError> {
    let condition = match &raw.head {
        Some((name, operator)) => named(name, operator, raw)?,
        None => Condition::Contains(only(raw, "a text to search for")?.text.clone()),
    };
    Ok(TextTerm { condition, off: raw.off })
}

fn named(name: &Piece, operator: &Piece, raw: &RawTerm) -> Result<Condition, QueryTextError> {
    let column = COLUMNS.into_iter().find(|(column, _)| *column == name.text);
    match (column, operator.text.as_str()) {
        (Some((_, column)), "=" | "!=") => {
            let values = [&raw.first].into_iter().chain(&raw.others);
            let values = values.map(|value| value.text.clone()).collect();
            Ok(Condition::Values { column, values, exclude: operator.text == "!=" })
        }
        (None, "~") if name.text == "record" => {
            let text = only(raw, "a text in a record's id or name")?.text.clone();
            Ok(Condition::Window(WindowSetting::IdContains(text)))
        }
        _ => match predicates::parse(name, operator, raw) {
            Some(predicate) => Ok(Condition::Predicate(predicate?)),
            None => setting(name, operator, raw),
        },
    }
}

fn setting(name: &Piece, operator: &Piece, raw: &RawTerm) -> Result<Condition, QueryTextError> {
    let read: fn(&Piece) -> Result<Condition, QueryTextError> = match name.text.as_str() {
        "since" => |value| time(value).map(Condition::Since),
        "until" => |value| time(value).map(Condition::Until),
        "known" => |value| time(value).map(Condition::Known),
        "zone" => |value| zone(value).map(Condition::Zone),
        "as" => |value| one_of(value, &READINGS).map(Condition::As),
        "like" => |value| Ok(Condition::Like(value.text.clone())),
        "noops" => |value| one_of(value, &[("hidden", Condition::NoOpsHidden)]),
        "view" => {
            |value| one_of(value, &WindowView::NAMES).map(WindowSetting::View).map(Condition::from)
        }
        "pane" => |value| one_of(value, &Pane::NAMES).map(WindowSetting::Pane).map(Condition::from),
        "groups" => |value| one_of(value, &[("off", WindowSetting::GroupsOff.into())]),
        "at" => |value| time(value).map(WindowSetting::At).map(Condition::from),
        "from" => |value| side(CompareEnd::From, value),
        "to" => |value| side(CompareEnd::To, value),
        "from-as" => |value| side_as(CompareEnd::From, value),
        "to-as" => |value| side_as(CompareEnd::To, value),
        other => match Mark::NAMES.into_iter().find(|(mark, _)| *mark == other) {
            Some((_, mark)) => {
                let has = one_of(value_of(name, operator, raw)?, &YES_OR_NO)?;
                return Ok(Condition::Marked(mark, has));
            }
            None => return Err(wrong(name, EXPECTED_NAME.to_owned())),
        },
    };
    read(value_of(name, operator, raw)?)
}

/// The value of a setting, behind `=`.
fn value_of<'a>(
    name: &Piece,
    operator: &Piece,
    raw: &'a RawTerm,
) -> Result<&'a Piece, QueryTextError> {
    if operator.text != "=" {
        return Err(wrong(operator, format!("expected = behind {}", name.text)));
    }
    only(raw, &name.text)
}

/// Only value of a term that takes no alternatives.
pub fn only<'a>(raw: &'a RawTerm, what: &str) -> Result<&'a Piece, QueryTextError> {
    match raw.others.first() {
        None => Ok(&raw.first),
        Some(second) => Err(wrong(second, format!("expected no alternatives of {what}"))),
    }
}

pub fn time(value: &Piece) -> Result<TimeText, QueryTextError> {
    value.text.parse().map_err(|_| wrong(value, EXPECTED_TIME.to_owned()))
}

fn zone(value: &Piece) -> Result<Zone, QueryTextError> {
    value.text.parse().map_err(|_| {
        wrong(value, "expected a time zone such as Europe/Berlin, UTC or +02:00".to_owned())
    })
}

fn side(end: CompareEnd, value: &Piece) -> Result<Condition, QueryTextError> {
    Ok(WindowSetting::Compare(end, time(value)?).into())
}

fn side_as(end: CompareEnd, value: &Piece) -> Result<Condition, QueryTextError> {
    Ok(WindowSetting::CompareAs(end, one_of(value, &READINGS)?).into())
}

fn one_of<T: Clone>(value: &Piece, names: &[(&str, T)]) -> Result<T, QueryTextError> {
    let found = names.iter().find(|(name, _)| *name == value.text);
    found.map(|(_, one)| one.clone()).ok_or_else(|| {
        let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let expected = match names.split_last() {
            Some((last, before)) if !before.is_empty() => {
                format!("expected {} or {last}", before.join(", "))
            }
            _ => format!("expected {}", names.concat()),
        };
        wrong(value, expected)
    })
}

pub fn wrong(piece: &Piece, message: String) -> QueryTextError {
    QueryTextError { position: piece.position, piece: piece.text.clone(), message }
}
