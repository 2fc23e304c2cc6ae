//! Answers in a form in which those of both sides can be compared.

use std::collections::BTreeMap;
use std::fmt::Debug;

use event::{Entry, Event};
use serde::Deserialize;

use crate::Failure;
use crate::question::{EngineAnswer, Question};

/// Event: the time in microseconds since 1970, and the other ten columns, the id first.
pub type Row = (i64, Vec<Option<String>>);

/// Answer to a question. The peer's is JSON of this form.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Events, newest first or those of a record.
    Events {
        rows: Vec<Row>,
        /// How many there are in all, if the question asks for it.
        total: Option<usize>,
    },
    /// Counts.
    Facets {
        /// Count of each value of each column.
        counts: BTreeMap<String, BTreeMap<String, usize>>,
        /// Count of each bin that has events, by its start in microseconds since 1970.
        #[serde(rename = "bars")]
        bins: BTreeMap<i64, usize>,
    },
    /// Value of each field, and the id of the event that set it.
    State(BTreeMap<String, (Option<String>, String)>),
}

impl Answer {
    /// The answer of Daybook.
    pub fn of(found: &EngineAnswer, question: &Question) -> Self {
        match found {
            EngineAnswer::Events(page) => {
                let counted = matches!(question, Question::Events { counted: true, .. });
                let rows = page.items.iter().map(|item| row(&item.entry));
                Self::Events { rows: rows.collect(), total: counted.then_some(page.total) }
            }
            EngineAnswer::Record(timeline) => {
                Self::Events { rows: timeline.entries().iter().map(row).collect(), total: None }
            }
            EngineAnswer::Excerpt(excerpt) => {
                let entries = excerpt.timeline.entries();
                let rows = excerpt.page.iter().map(|&index| row(&entries[index]));
                Self::Events { rows: rows.collect(), total: None }
            }
            EngineAnswer::Facets(facets) => {
                let counts = facets.facets.iter().map(|facet| {
                    let values = facet.values.iter().map(|v| (v.value.clone(), v.count));
                    (facet.column.name().to_owned(), values.collect())
                });
                let bins = facets.histogram.iter().filter(|bin| bin.count > 0);
                let bins = bins.map(|bin| (bin.start.timestamp_micros(), bin.count));
                Self::Facets { counts: counts.collect(), bins: bins.collect() }
            }
            EngineAnswer::State(timeline, state) => {
                let fields = state.fields.iter().map(|(field, cell)| {
                    let event = timeline.entries()[cell.event].event.event_id.clone();
                    (field.clone(), (cell.value.clone(), event))
                });
                Self::State(fields.collect())
            }
        }
    }

    /// Compares two answers; the error says where they differ. Events of one time may have any
    /// order, and a page may end after any of them.
    pub fn compare(self, other: Self, question: &Question) -> Result<(), Failure> {
        match (self, other) {
            (Self::Events { rows, total }, Self::Events { rows: others, total: other }) => {
                same("the total", &total, &other)?;
                same("the number of rows", &rows.len(), &others.len())?;
                let limit = match question {
                    Question::Events { limit, .. } | Question::TimelinePage { limit, .. } => *limit,
                    _ => usize::MAX,
                };
                let cut = rows.len() == limit;
                let both = normalized(rows, cut).into_iter().zip(normalized(others, cut));
                both.into_iter().try_for_each(|(one, other)| same("a row", &one, &other))
            }
            (one, other) => same("the answer", &one, &other),
        }
    }

    /// Whether nothing was found: such a question measures nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Events { rows, .. } => rows.is_empty(),
            Self::Facets { bins, .. } => bins.is_empty(),
            Self::State(fields) => fields.is_empty(),
        }
    }
}

/// Fails if two things differ.
fn same<T: PartialEq + Debug>(what: &str, one: &T, other: &T) -> Result<(), Failure> {
    if one == other {
        return Ok(());
    }
    Err(format!("{what} differs: {one:?} here, {other:?} at the peer").into())
}

/// Rows with those of one time sorted by their ids. Where the page is cut, those of the last time
/// lose all but their time.
fn normalized(mut rows: Vec<Row>, cut: bool) -> Vec<Row> {
    let last = rows.last().map(|(at, _)| *at);
    for same_time in rows.chunk_by_mut(|one, other| one.0 == other.0) {
        same_time.sort();
        if cut && same_time.first().map(|(at, _)| *at) == last {
            for (_, texts) in &mut *same_time {
                texts.clear();
            }
        }
    }
    rows
}

/// The row of an event.
fn row(entry: &Entry) -> Row {
    let event: &Event = &entry.event;
    let texts = [
        Some(event.event_id.as_str()),
        Some(event.entity_type.as_str()),
        Some(event.entity_id.as_str()),
        Some(event.field.as_str()),
        Some(event.action.as_str()),
        event.old_value.as_deref(),
        event.new_value.as_deref(),
        Some(event.actor.as_str()),
        Some(event.source.as_str()),
        event.workspace_id.as_deref(),
    ];
    let texts = texts.into_iter().map(|text| text.map(str::to_owned));
    (event.timestamp.timestamp_micros(), texts.collect())
}
