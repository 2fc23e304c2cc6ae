//! What was answered, in a form in which both sides' answers can be compared.

use std::collections::BTreeMap;
use std::fmt::Debug;

use event::{Entry, Event};
use serde::Deserialize;

use crate::Failure;
use crate::question::{Found, Question};

/// The time in microseconds since 1970, and the other ten columns, the event's id first.
pub type Row = (i64, Vec<Option<String>>);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    Events {
        rows: Vec<Row>,
        total: Option<usize>,
    },
    Facets {
        /// How often each value of each column occurs.
        counts: BTreeMap<String, BTreeMap<String, usize>>,
        /// Events of each bar that has any, by where it begins in microseconds since 1970.
        bars: BTreeMap<i64, usize>,
    },
    /// Each field's value, and the event that it rests on.
    State(BTreeMap<String, (Option<String>, String)>),
}

impl Answer {
    pub fn of(found: &Found, question: &Question) -> Self {
        match found {
            Found::Events(page) => {
                let counted = matches!(question, Question::Events { counted: true, .. });
                let rows = page.items.iter().map(|item| row(&item.entry));
                Self::Events { rows: rows.collect(), total: counted.then_some(page.total) }
            }
            Found::Record(timeline) => {
                Self::Events { rows: timeline.entries().iter().map(row).collect(), total: None }
            }
            Found::Facets(facets) => {
                let counts = facets.facets.iter().map(|facet| {
                    let values = facet.values.iter().map(|v| (v.value.clone(), v.count));
                    (facet.column.name().to_owned(), values.collect())
                });
                let bars = facets.histogram.iter().filter(|bar| bar.count > 0);
                let bars = bars.map(|bar| (bar.start.timestamp_micros(), bar.count));
                Self::Facets { counts: counts.collect(), bars: bars.collect() }
            }
            Found::State(timeline, state) => {
                let fields = state.fields.iter().map(|(field, cell)| {
                    let event = timeline.entries()[cell.event].event.event_id.clone();
                    (field.clone(), (cell.value.clone(), event))
                });
                Self::State(fields.collect())
            }
        }
    }

    /// Says where two answers differ. Events of one time may come in any order, and a page may end
    /// after any of them.
    pub fn compare(self, other: Self, question: &Question) -> Result<(), Failure> {
        match (self, other) {
            (Self::Events { rows, total }, Self::Events { rows: others, total: other }) => {
                same("the total", &total, &other)?;
                same("the number of rows", &rows.len(), &others.len())?;
                let limit = match question {
                    Question::Events { limit, .. } => *limit,
                    _ => usize::MAX,
                };
                let cut = rows.len() == limit;
                let both = settled(rows, cut).into_iter().zip(settled(others, cut));
                both.into_iter().try_for_each(|(one, other)| same("a row", &one, &other))
            }
            (one, other) => same("the answer", &one, &other),
        }
    }

    /// Nothing was found: then nothing was measured.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Events { rows, .. } => rows.is_empty(),
            Self::Facets { bars, .. } => bars.is_empty(),
            Self::State(fields) => fields.is_empty(),
        }
    }
}

fn same<T: PartialEq + Debug>(what: &str, one: &T, other: &T) -> Result<(), Failure> {
    if one == other {
        return Ok(());
    }
    Err(format!("{what} differs: {one:?} here, {other:?} at the peer").into())
}

/// Rows with those of one time in the order of their ids; where the page is cut, the last time's
/// are known by their time alone.
fn settled(mut rows: Vec<Row>, cut: bool) -> Vec<Row> {
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
