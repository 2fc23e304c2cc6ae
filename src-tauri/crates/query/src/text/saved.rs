//! The form of saved views before the text form, like a URL: it is read for ever and written no
//! more.

use chrono::{DateTime, Utc};
use event::{Reading, RecordId};
use percent_encoding::percent_decode_str;

use super::{Condition, QueryText, QueryTextError, TextTerm};
use crate::{Column, Filters, Term};

/// A query in the form before: a view, filters, and what is the window's own.
///
/// ```
/// use query::{SavedQuery, SavedView};
///
/// let saved = SavedQuery::parse("events?actor=Sarah+K&actor=%21Tom&as=recorded&fold=no")?;
/// assert_eq!(saved.view, SavedView::Events);
/// assert_eq!(saved.text.to_string(), r#"actor="Sarah K" actor!=Tom as=recorded"#);
/// assert_eq!(saved.others, [("fold".to_owned(), "no".to_owned())]);
/// # Ok::<(), query::QueryTextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedQuery {
    /// What is listed or shown.
    pub view: SavedView,
    /// The filters and the reading.
    pub text: QueryText,
    /// All other members in their order, decoded: of the window alone, such as `fold` and `at`.
    pub others: Vec<(String, String)>,
}

/// What a saved query lists or shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedView {
    Events,
    Records,
    Deleted,
    Corrections,
    Chains,
    Record(RecordId),
}

/// The members that are terms of a column.
const COLUMNS: [(&str, Column); 7] = [
    ("type", Column::EntityType),
    ("entity", Column::EntityId),
    ("field", Column::Field),
    ("action", Column::Action),
    ("actor", Column::Actor),
    ("source", Column::Source),
    ("workspace", Column::WorkspaceId),
];

/// A member and where it stands.
struct Member<'a> {
    position: usize,
    source: &'a str,
    name: String,
    value: String,
}

impl SavedQuery {
    /// Reads a saved query.
    ///
    /// # Errors
    ///
    /// Where the view or a value is none that was ever written.
    pub fn parse(text: &str) -> Result<Self, QueryTextError> {
        let (path, members) = text.split_once('?').unwrap_or((text, ""));
        let view = view(path)?;
        let mut filters = Filters::default();
        let mut as_read = None;
        let mut others = Vec::new();
        for member in parse_members(members, path.chars().count() + 1) {
            match member.name.as_str() {
                "since" => filters.since = Some(member.time()?),
                "until" => filters.until = Some(member.time()?),
                "contains" => filters.contains = Some(member.value),
                "hide-no-ops" => filters.hide_no_ops = member.value == "yes",
                "as" => as_read = Some(member.reading()?),
                name => match COLUMNS.into_iter().find(|(column, _)| *column == name) {
                    Some((_, column)) => say(&mut filters, column, term(&member.value)),
                    None => others.push((member.name, member.value)),
                },
            }
        }
        Ok(Self { view, text: text_of(filters, as_read), others })
    }
}

fn text_of(filters: Filters, reading: Option<Reading>) -> QueryText {
    let mut text = QueryText::from(filters);
    text.terms.extend(reading.map(Condition::As).map(TextTerm::from));
    text.reading = reading;
    text
}

fn view(path: &str) -> Result<SavedView, QueryTextError> {
    let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    match path.split('/').collect::<Vec<_>>()[..] {
        ["events"] => Ok(SavedView::Events),
        ["records"] => Ok(SavedView::Records),
        ["deleted"] => Ok(SavedView::Deleted),
        ["corrections"] => Ok(SavedView::Corrections),
        ["chains"] => Ok(SavedView::Chains),
        ["record", entity_type, entity_id] => Ok(SavedView::Record(RecordId {
            entity_type: decoded(entity_type),
            entity_id: decoded(entity_id),
        })),
        _ => Err(QueryTextError {
            position: 0,
            piece: path.to_owned(),
            message: "expected events, records, deleted, corrections, chains or record/TYPE/ID"
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
    fn time(&self) -> Result<DateTime<Utc>, QueryTextError> {
        let time = event::parse_time(&self.value);
        time.map_err(|_| self.wrong("expected an RFC 3339 time, such as 2024-03-03T09:00:00Z"))
    }

    fn reading(&self) -> Result<Reading, QueryTextError> {
        match self.value.as_str() {
            "recorded" => Ok(Reading::Recorded),
            "corrected" => Ok(Reading::Corrected),
            _ => Err(self.wrong("expected recorded or corrected")),
        }
    }

    fn wrong(&self, message: &str) -> QueryTextError {
        QueryTextError {
            position: self.position,
            piece: self.source.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// `!x` excludes `x`; behind `\` a value stands as it is.
fn term(text: &str) -> Term {
    match text.strip_prefix('!') {
        Some(value) => Term::excluding(value),
        None => Term::including(text.strip_prefix('\\').unwrap_or(text)),
    }
}

/// A value stands once, as it was said last.
fn say(filters: &mut Filters, column: Column, term: Term) {
    let terms = filters.terms.entry(column).or_default();
    match terms.iter_mut().find(|said| said.value == term.value) {
        Some(said) => said.exclude = term.exclude,
        None => terms.push(term),
    }
}
