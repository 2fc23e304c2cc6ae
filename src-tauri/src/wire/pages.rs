//! Pages of events, of broken chains, and the results of a search.

use std::sync::Arc;

use event::{Entry, format_time};
use query::{Count, Coverage, Covered, RecordSummary};
use serde::Serialize;
use ts_rs::TS;

use super::{EventRow, Value};

/// A page of events, newest first. `next` and `previous` are cursors to its neighbours.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventsPage {
    pub items: Vec<EventItem>,
    /// Matching events newer than the first item's.
    pub rank: usize,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub total: usize,
    /// Updates that changed nothing and were left out.
    pub hidden_no_ops: usize,
    pub coverage: Coverage,
}

/// An item of the list of events: an event, or the newest of a group.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventItem {
    pub event: EventRow,
    pub group: Option<Group>,
}

/// Events in a row by one actor through one source that are shown as one item.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Group {
    pub events: usize,
    /// When the oldest of them happened.
    pub oldest: String,
    pub oldest_address: String,
}

/// Updates whose old value is not the value before them, newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ChainsPage {
    pub breaks: Vec<ChainBreak>,
    pub next: Option<String>,
    pub total: usize,
    pub coverage: Coverage,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ChainBreak {
    pub event: EventRow,
    pub expected: Option<Value>,
}

/// What one text in the search box means.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct SearchResults {
    /// Events with this id.
    pub events: Vec<EventRow>,
    /// Records with this text in their id or their name.
    pub records: Vec<RecordSummary>,
    pub actors: Vec<Count>,
    pub fields: Vec<Count>,
    /// How many events have the text in a value.
    pub in_values: usize,
    /// The newest of them.
    pub hits: Vec<EventRow>,
    /// How far the search is; null once all was searched.
    pub searched: Option<Searched>,
    pub coverage: Coverage,
}

/// Parts of the journal that were searched, and of how many.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Searched {
    pub done: usize,
    pub of: usize,
}

impl From<Covered<query::EventsPage>> for EventsPage {
    fn from(answer: Covered<query::EventsPage>) -> Self {
        let page = answer.value;
        let group = |group: &query::Group| Group {
            events: group.events,
            oldest: format_time(group.oldest.event.timestamp),
            oldest_address: group.oldest.address().to_string(),
        };
        let item = |item: &query::EventItem| EventItem {
            event: EventRow::of(&item.entry),
            group: item.group.as_ref().map(group),
        };
        Self {
            items: page.items.iter().map(item).collect(),
            rank: page.rank,
            next: page.next.map(|position| position.to_string()),
            previous: page.previous.map(|position| position.to_string()),
            total: page.total,
            hidden_no_ops: page.hidden_no_ops,
            coverage: answer.coverage,
        }
    }
}

impl From<Covered<query::ChainsPage>> for ChainsPage {
    fn from(answer: Covered<query::ChainsPage>) -> Self {
        let chain = |found: &query::ChainBreak| ChainBreak {
            event: EventRow::of(&found.entry),
            expected: found.expected.as_deref().map(Value::short),
        };
        Self {
            breaks: answer.value.breaks.iter().map(chain).collect(),
            next: answer.value.next.map(|position| position.to_string()),
            total: answer.value.total,
            coverage: answer.coverage,
        }
    }
}

impl From<Covered<query::SearchResults>> for SearchResults {
    fn from(answer: Covered<query::SearchResults>) -> Self {
        let found = answer.value;
        let rows = |entries: &[Arc<Entry>]| entries.iter().map(|e| EventRow::of(e)).collect();
        Self {
            events: rows(&found.events),
            records: found.records,
            actors: found.actors,
            fields: found.fields,
            in_values: found.in_values,
            hits: rows(&found.hits),
            searched: found
                .searched
                .map(|query::SearchProgress { done, of }| Searched { done, of }),
            coverage: answer.coverage,
        }
    }
}
