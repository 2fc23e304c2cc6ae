//! Earlier, URL-like form of saved views, such as `events?actor=Sarah`. It is read and never
//! written.

use chrono::{DateTime, Utc};
use event::{Reading, RecordId};
use percent_encoding::percent_decode_str;

use super::parser::COLUMNS;
use super::printer::READINGS;
use super::window::{CompareEnd, Pane, WindowView};
use super::{QueryTextError, WindowQuery};
use crate::{Filters, Term};

/// Whether a text is in the earlier form: a view with a record or a `?` behind it, and no blank,
/// which that form never has. The bare name of a list is a text to search for.
pub fn is_old_form(text: &str) -> bool {
    let path = text.split('?').next().unwrap_or(text);
    let has_more = |(_, record): (_, Option<_>)| record.is_some() || path.len() < text.len();
    !text.contains(char::is_whitespace) && view(path).is_ok_and(has_more)
}

/// Member behind the `?`, with its position in the text.
struct Member<'a> {
    position: usize,
    source: &'a str,
    name: String,
    value: String,
}

/// Parses the earlier form.
pub fn parse(text: &str) -> Result<WindowQuery, QueryTextError> {
    if let Some(position) = text.chars().position(char::is_whitespace) {
        let message = "expected no blank".to_owned();
        return Err(QueryTextError { position, piece: String::new(), message });
    }
    let (path, members) = text.split_once('?').unwrap_or((text, ""));
    let (view, record) = view(path)?;
    let mut query = WindowQuery { view, record, ..WindowQuery::default() };
    for member in parse_members(members, path.chars().count() + 1) {
        member.put_into(&mut query)?;
    }
    Ok(query)
}

fn view(path: &str) -> Result<(WindowView, Option<RecordId>), QueryTextError> {
    let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    let list = || WindowView::NAMES.into_iter().find(|(name, _)| *name == path);
    match (list(), &path.split('/').collect::<Vec<_>>()[..]) {
        (_, ["record", entity_type, entity_id]) => {
            let record =
                RecordId { entity_type: decoded(entity_type), entity_id: decoded(entity_id) };
            Ok((WindowView::Record, Some(record)))
        }
        (Some((_, view)), _) if view != WindowView::Record => Ok((view, None)),
        _ => Err(QueryTextError {
            position: 0,
            piece: path.to_owned(),
            message:
                "expected events, records, deleted, corrections, chains, sql or record/TYPE/ID"
                    .to_owned(),
        }),
    }
}

fn parse_members(text: &str, start: usize) -> Vec<Member<'_>> {
    let mut position = start;
    let mut members = Vec::new();
    for source in text.split('&') {
        let pairs = form_urlencoded::parse(source.as_bytes());
        members.extend(pairs.map(|(name, value)| Member {
            position,
            source,
            name: name.into_owned(),
            value: value.into_owned(),
        }));
        position += source.chars().count() + 1;
    }
    members
}

impl Member<'_> {
    fn put_into(self, query: &mut WindowQuery) -> Result<(), QueryTextError> {
        match self.name.as_str() {
            "since" => query.filters.since = Some(self.time()?),
            "until" => query.filters.until = Some(self.time()?),
            "contains" => query.filters.contains = Some(self.value),
            "hide-no-ops" => query.filters.hide_no_ops = self.value == "yes",
            "as" => query.reading = self.reading()?,
            "fold" => query.group = self.value != "no",
            "of" => add(&mut query.types, term(&self.value)),
            "id" => query.id_contains = self.value,
            "pane" => {
                let pane = Pane::NAMES.into_iter().find(|(name, _)| *name == self.value);
                query.pane = pane.map(|(_, pane)| pane).unwrap_or_default();
            }
            "only" => query.only = Some(self.value),
            "at" => query.at = self.time().ok(),
            "from" => query.compare.end(CompareEnd::From).at = self.time().ok(),
            "to" => query.compare.end(CompareEnd::To).at = self.time().ok(),
            "from-as" => query.compare.from.reading = self.reading()?,
            "to-as" => query.compare.to.reading = self.reading()?,
            _ => self.put_term(&mut query.filters),
        }
        Ok(())
    }

    /// Adds a term. Its column has the name that it has in a query text, except `entity` for `id`.
    fn put_term(&self, filters: &mut Filters) {
        let name = if self.name == "entity" { "id" } else { &self.name };
        if let Some((_, column)) = COLUMNS.into_iter().find(|(column, _)| *column == name) {
            add(filters.terms.entry(column).or_default(), term(&self.value));
        }
    }

    fn time(&self) -> Result<DateTime<Utc>, QueryTextError> {
        let time = event::parse_time(&self.value);
        time.map_err(|_| self.wrong("expected an RFC 3339 time, such as 2024-03-03T09:00:00Z"))
    }

    fn reading(&self) -> Result<Reading, QueryTextError> {
        let found = READINGS.into_iter().find(|(name, _)| *name == self.value);
        found
            .map(|(_, reading)| reading)
            .ok_or_else(|| self.wrong("expected recorded or corrected"))
    }

    fn wrong(&self, message: &str) -> QueryTextError {
        QueryTextError {
            position: self.position,
            piece: self.source.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// Term of a value: `!x` excludes `x`, and `\x` includes `x` whatever it begins with.
fn term(text: &str) -> Term {
    match text.strip_prefix('!') {
        Some(value) => Term::excluding(value),
        None => Term::including(text.strip_prefix('\\').unwrap_or(text)),
    }
}

/// Adds a term. Of several terms with one value the last one counts.
fn add(terms: &mut Vec<Term>, term: Term) {
    match terms.iter_mut().find(|other| other.value == term.value) {
        Some(other) => other.exclude = term.exclude,
        None => terms.push(term),
    }
}
