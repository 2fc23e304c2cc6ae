//! List of records, latest change first, page by page.

use chrono::{DateTime, Utc};
use event::{Entry, NameFields, Position, RecordId, Timeline, View, fold_case, fold_loosely};
use serde::Serialize;

use crate::{EventFilter, Filters, FoldProgress, Term, instant};

/// Query for a page of the list of records, latest change first. All conditions hold together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordsQuery {
    /// Types of the records, under the rule of [`Filters::terms`](crate::Filters::terms); empty for
    /// all types.
    pub types: Vec<Term>,
    /// Text in the id or the name of the records, in any case; `None` for all records.
    pub contains: Option<String>,
    /// Whether that text is compared by [`fold_loosely`](event::fold_loosely).
    pub loosely: bool,
    /// Whether only deleted records are listed.
    pub deleted: bool,
    /// Filters of events: only records are listed that some of these events are about, and their
    /// numbers, times and actors are those of these events. The default lets all events through.
    pub events: Filters,
    /// Cursor: the `next` of an earlier page; `None` for the first page.
    pub after: Option<Position>,
    /// Maximum number of records on the page.
    pub limit: usize,
    /// Whether to answer with what is found so far while records are being folded, and not to wait.
    pub so_far: bool,
}

/// Page of the list of records, latest change first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct RecordsPage {
    /// Records on this page.
    pub records: Vec<RecordSummary>,
    /// Cursor of the next page; `None` on the last one. Serialized, it is text.
    #[serde(serialize_with = "crate::chains::cursor")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub next: Option<Position>,
    /// Total number of records on all pages.
    pub total: usize,
    /// Whether the text of the query was compared by [`fold_loosely`](event::fold_loosely).
    pub loosely: bool,
    /// Progress of folding the records, if the page has what is found so far; `None` on a whole one.
    pub folding: Option<FoldProgress>,
}

/// Summary of a record, given all its events and corrections. Its number of events, its times and its
/// last actor are those of the events that [`RecordsQuery::events`] lets through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct RecordSummary {
    /// Type and id of the record.
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub record: RecordId,
    /// Display name, from the fields of the record; `None` if they have none.
    pub name: Option<String>,
    /// Number of events about the record, amendments among them.
    pub events: usize,
    /// Timestamp of its first event.
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub first: DateTime<Utc>,
    /// Timestamp of its last event.
    #[serde(serialize_with = "instant::serialize")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub last: DateTime<Utc>,
    /// Actor of its last event.
    pub last_actor: String,
    /// Whether the record is deleted now, as corrected.
    pub deleted: bool,
    /// Position of its last event: the cursor of a page that ends with this record.
    #[serde(skip)]
    pub position: Position,
}

impl RecordsQuery {
    /// Whether the list has a record with this summary, which some of its events are about.
    pub fn is_about(&self, summary: &RecordSummary) -> bool {
        let is_called = |text: &str| {
            has_in_name(&summary.record.entity_id, text, self.loosely)
                || summary.name.as_deref().is_some_and(|name| has_in_name(name, text, self.loosely))
        };
        Term::hold(&self.types, &summary.record.entity_type)
            && self.contains.as_deref().is_none_or(is_called)
            && (!self.deleted || summary.deleted)
    }
}

impl RecordSummary {
    /// Summary of a record by those of its events that pass a filter; `None` if none does.
    pub fn of(timeline: &Timeline, filter: &EventFilter, names: &NameFields) -> Option<Self> {
        let passing: Vec<&Entry> =
            timeline.entries().iter().filter(|entry| filter.passes(entry)).collect();
        let (first, last) = (passing.first()?, passing.last()?);
        let state = timeline.state(View::NOW);
        Some(Self {
            record: last.event.record(),
            name: names.name(&last.event.entity_type, &state),
            events: passing.len(),
            first: first.event.timestamp,
            last: last.event.timestamp,
            last_actor: last.event.actor.clone(),
            deleted: state.deleted,
            position: last.position(),
        })
    }
}

/// Whether a name has a text within it, in any case or [loosely](event::fold_loosely).
pub(crate) fn has_in_name(name: &str, text: &str, loosely: bool) -> bool {
    if loosely {
        fold_loosely(name).contains(&fold_loosely(text))
    } else {
        fold_case(name).contains(&*fold_case(text))
    }
}
