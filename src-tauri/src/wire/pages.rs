//! Pages of events, of broken chains, and the results of a search.

use std::sync::Arc;

use event::{Entry, format_time};
use query::{Count, Coverage, Covered, FoldProgress, RecordSummary, ScanProgress, Undecided};
use serde::Serialize;
use ts_rs::TS;

use super::{EventRow, Value};

/// A page of events, newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventsPage {
    /// Items of the page.
    pub items: Vec<EventItem>,
    /// Number of matching events that are newer than those of the first item.
    pub rank: usize,
    /// Cursor after which the next page begins; null on the last page.
    pub next: Option<String>,
    /// Cursor before which the previous page ends; null on the first page.
    pub previous: Option<String>,
    /// Number of matching events on all pages.
    pub total: usize,
    /// Number of updates that changed nothing and were left out because the filters say so.
    pub hidden_no_ops: usize,
    /// Events that the filters do not decide, and which are left out.
    pub undecided: Undecided,
    /// How far events were looked at; null once all were. Until then this is what was found so far, and is
    /// asked for again.
    pub scanning: Option<ScanProgress>,
    /// Coverage of the answer.
    pub coverage: Coverage,
}

/// An item of the list of events: an event, or the newest of a group.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventItem {
    /// The event, or the newest of the group.
    pub event: EventRow,
    /// Group that the item stands for; null for a single event.
    pub group: Option<Group>,
}

/// A group: consecutive events by one actor through one source, shown as one item.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Group {
    /// Number of events.
    pub events: usize,
    /// Timestamp of the oldest event.
    pub oldest: String,
    /// Address of the oldest event.
    pub oldest_address: String,
}

/// A page of broken value chains: updates whose old value is not the value before them, newest
/// first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ChainsPage {
    /// Breaks on this page.
    pub breaks: Vec<ChainBreak>,
    /// Cursor after which the next page begins; null on the last page.
    pub next: Option<String>,
    /// Number of breaks on all pages.
    pub total: usize,
    /// Progress of folding the records, if the page has what is found so far; null on a whole one.
    pub folding: Option<FoldProgress>,
    /// Coverage of the answer.
    pub coverage: Coverage,
}

/// A broken value chain.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ChainBreak {
    /// Update whose old value is not the value before it.
    pub event: EventRow,
    /// Value before it; null if that was null, or there was none.
    pub expected: Option<Value>,
}

/// Results of a search for one text. Each list names the first few.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct SearchResults {
    /// Events with exactly this id or address.
    pub events: Vec<EventRow>,
    /// Records with the text in their id or their name.
    pub records: Vec<RecordSummary>,
    /// Actors with the text in their name, by the number of their events.
    pub actors: Vec<Count>,
    /// Fields with the text in their name, by the number of their events.
    pub fields: Vec<Count>,
    /// Number of events with the text in their old or new value.
    pub in_values: usize,
    /// Newest of those events.
    pub hits: Vec<EventRow>,
    /// Whether nothing has the text as it is, and records, actors and fields have it without
    /// accents, blanks, punctuation and leading zeros.
    pub loosely: bool,
    /// Progress of the search; null once everything was searched.
    pub searched: Option<Searched>,
    /// Coverage of the answer.
    pub coverage: Coverage,
}

/// Progress of a search, in parts of the journal.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Searched {
    /// Number of parts that were searched.
    pub done: usize,
    /// Number of parts in all.
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
            undecided: page.undecided,
            scanning: page.scanning,
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
            folding: answer.value.folding,
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
            loosely: found.loosely,
            searched: found
                .searched
                .map(|query::SearchProgress { done, of }| Searched { done, of }),
            coverage: answer.coverage,
        }
    }
}
