//! Events: one, a page of them, the broken chains.

use chrono::{DateTime, Utc};
use event::{COLUMNS, Draft, Entry, Event, Position, Timeline, format_time};
use query::{ChainBreak, ChainsPage, Coverage, Covered, EventsPage};
use serde::Serialize;
use serde_json::Value;

use super::{none_of, short_time};
use crate::print::{Answer, Column, Sheet, Table, clean, counted, shown};

/// An event by its columns. A column that the journal has yet to fill is null.
#[derive(Debug, Serialize)]
pub struct EventRow {
    event_id: Option<String>,
    timestamp: Option<String>,
    entity_type: String,
    entity_id: String,
    field: String,
    action: String,
    old_value: Option<String>,
    new_value: Option<String>,
    actor: String,
    source: String,
    workspace_id: Option<String>,
    recorded_at: Option<String>,
    writer: Option<String>,
    /// As text, because JSON's readers lose digits of large numbers.
    seq: Option<String>,
    corrects: Option<String>,
    reason: Option<String>,
    batch: Option<String>,
    /// What names this event, where its id alone does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip)]
    time: Option<DateTime<Utc>>,
}

impl EventRow {
    pub fn of_entry(entry: &Entry) -> Self {
        let address = entry.id_is_repeated.then(|| entry.address().to_string());
        Self { address, ..Self::of_event(&entry.event) }
    }

    pub fn of_event(event: &Event) -> Self {
        let event = event.clone();
        Self {
            event_id: Some(event.event_id),
            timestamp: Some(format_time(event.timestamp)),
            entity_type: event.entity_type,
            entity_id: event.entity_id,
            field: event.field,
            action: event.action.into(),
            old_value: event.old_value,
            new_value: event.new_value,
            actor: event.actor,
            source: event.source,
            workspace_id: event.workspace_id,
            recorded_at: event.recorded_at.map(format_time),
            writer: event.writer,
            seq: event.seq.map(|seq| seq.to_string()),
            corrects: event.corrects,
            reason: event.reason,
            batch: event.batch,
            address: None,
            time: Some(event.timestamp),
        }
    }

    pub fn of_draft(draft: Draft) -> Self {
        Self {
            event_id: None,
            timestamp: draft.timestamp.map(format_time),
            entity_type: draft.entity_type,
            entity_id: draft.entity_id,
            field: draft.field,
            action: draft.action.into(),
            old_value: draft.old_value,
            new_value: draft.new_value,
            actor: draft.actor,
            source: draft.source,
            workspace_id: draft.workspace_id,
            recorded_at: None,
            writer: None,
            seq: None,
            corrects: draft.corrects,
            reason: draft.reason,
            batch: None,
            address: None,
            time: draft.timestamp,
        }
    }

    /// The columns' values in the order of [`COLUMNS`], and the address.
    fn cells(&self) -> Vec<Option<String>> {
        let some = |text: &str| Some(text.to_owned());
        vec![
            self.event_id.clone(),
            self.timestamp.clone(),
            some(&self.entity_type),
            some(&self.entity_id),
            some(&self.field),
            some(&self.action),
            self.old_value.clone(),
            self.new_value.clone(),
            some(&self.actor),
            some(&self.source),
            self.workspace_id.clone(),
            self.recorded_at.clone(),
            self.writer.clone(),
            self.seq.clone(),
            self.corrects.clone(),
            self.reason.clone(),
            self.batch.clone(),
            self.address.clone(),
        ]
    }

    /// What people see of it, under [`SEEN`].
    fn seen(&self) -> Vec<String> {
        vec![
            self.time.map(short_time).unwrap_or_default(),
            clean(&format!("{}/{}", self.entity_type, self.entity_id)),
            clean(&self.field),
            clean(&self.action),
            shown(self.old_value.as_deref()),
            shown(self.new_value.as_deref()),
            self.rest(),
        ]
    }

    /// What names the event, and what is said with it.
    fn rest(&self) -> String {
        let name = self.address.as_ref().or(self.event_id.as_ref()).cloned();
        let who = Some(format!("by {} via {}", self.actor, self.source));
        let about = self.corrects.as_ref().map(|other| format!("about {other}"));
        let reason = self.reason.as_ref().map(|reason| format!("because: {reason}"));
        let all: Vec<String> = [name, who, about, reason].into_iter().flatten().collect();
        clean(&all.join("  "))
    }
}

/// What people see of a list of events.
const SEEN: [Column; 7] = [
    Column::Whole("time, UTC"),
    Column::Name("record"),
    Column::Text("field"),
    Column::Whole("action"),
    Column::Text("old value"),
    Column::Text("new value"),
    Column::Below("event"),
];
/// Which of them is the record.
const RECORD: usize = 1;
/// Which of them is the action.
const ACTION: usize = 3;

/// The columns of events in CSV.
fn sheet_columns() -> Vec<&'static str> {
    COLUMNS.into_iter().chain(["address"]).collect()
}

/// A page of events, or all events of one record.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the JSON's")]
pub struct Events {
    events: Vec<EventRow>,
    next: Option<String>,
    total: usize,
    coverage: Coverage,
    #[serde(skip)]
    hidden_no_ops: usize,
    #[serde(skip)]
    of_one_record: bool,
}

impl Events {
    pub fn page(page: Covered<EventsPage>) -> Self {
        let Covered { value: page, coverage } = page;
        Self {
            events: page.items.iter().map(|item| EventRow::of_entry(&item.entry)).collect(),
            next: page.next.map(|next: Position| next.to_string()),
            total: page.total,
            coverage,
            hidden_no_ops: page.hidden_no_ops,
            of_one_record: false,
        }
    }

    /// All of one record, so there is no next page.
    pub fn all(timeline: Covered<Timeline>) -> Self {
        let Covered { value: timeline, coverage } = timeline;
        let entries = timeline.entries();
        Self {
            events: entries.iter().map(EventRow::of_entry).collect(),
            next: None,
            total: entries.len(),
            coverage,
            hidden_no_ops: 0,
            of_one_record: true,
        }
    }
}

impl Answer for Events {
    fn lines(&self) -> serde_json::Result<Vec<Value>> {
        self.events.iter().map(serde_json::to_value).collect()
    }

    fn sheet(&self) -> Sheet {
        let rows = self.events.iter().map(EventRow::cells).collect();
        Sheet { columns: sheet_columns(), rows }
    }

    fn tables(&self) -> Vec<Table> {
        let mut columns = SEEN.to_vec();
        let mut rows: Vec<_> = self.events.iter().map(EventRow::seen).collect();
        if self.of_one_record {
            columns.remove(RECORD);
            for row in &mut rows {
                row.remove(RECORD);
            }
        }
        vec![Table { title: None, columns, rows }]
    }

    fn words(&self) -> Vec<String> {
        let hidden = (self.hidden_no_ops > 0).then(|| {
            format!("{} that changed nothing left out.", counted(self.hidden_no_ops, "update"))
        });
        let shown = match self.total {
            0 => none_of("event", &self.coverage),
            total => format!("{} of {}.", self.events.len(), counted(total, "event")),
        };
        [Some(shown), hidden].into_iter().flatten().collect()
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

/// The event that was appended, or would be.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Appended(pub EventRow);

impl Answer for Appended {
    fn sheet(&self) -> Sheet {
        Sheet { columns: sheet_columns(), rows: vec![self.0.cells()] }
    }

    fn tables(&self) -> Vec<Table> {
        let named = sheet_columns().into_iter().zip(self.0.cells());
        let said = named.filter(|(name, value)| *name != "address" || value.is_some());
        let rows = said.map(|(name, value)| vec![name.to_owned(), shown(value.as_deref())]);
        let columns = vec![Column::Whole("column"), Column::Text("value")];
        vec![Table { title: None, columns, rows: rows.collect() }]
    }
}

/// A page of broken value chains.
#[derive(Debug, Serialize)]
pub struct Chains {
    breaks: Vec<BreakRow>,
    next: Option<String>,
    total: usize,
    coverage: Coverage,
}

#[derive(Debug, Serialize)]
struct BreakRow {
    #[serde(flatten)]
    event: EventRow,
    /// The value before it.
    expected: Option<String>,
}

impl Chains {
    pub fn page(page: Covered<ChainsPage>) -> Self {
        let Covered { value: page, coverage } = page;
        let row = |found: ChainBreak| BreakRow {
            event: EventRow::of_entry(&found.entry),
            expected: found.expected,
        };
        Self {
            breaks: page.breaks.into_iter().map(row).collect(),
            next: page.next.map(|next| next.to_string()),
            total: page.total,
            coverage,
        }
    }
}

impl Answer for Chains {
    fn lines(&self) -> serde_json::Result<Vec<Value>> {
        self.breaks.iter().map(serde_json::to_value).collect()
    }

    fn sheet(&self) -> Sheet {
        let columns = sheet_columns().into_iter().chain(["expected"]).collect();
        let cells =
            |row: &BreakRow| row.event.cells().into_iter().chain([row.expected.clone()]).collect();
        Sheet { columns, rows: self.breaks.iter().map(cells).collect() }
    }

    fn tables(&self) -> Vec<Table> {
        let mut columns = SEEN.to_vec();
        // Each of them is an update: its place is free for the value before it.
        columns[ACTION] = Column::Text("value before");
        let seen = |row: &BreakRow| {
            let mut cells = row.event.seen();
            cells[ACTION] = shown(row.expected.as_deref());
            cells
        };
        vec![Table { title: None, columns, rows: self.breaks.iter().map(seen).collect() }]
    }

    fn words(&self) -> Vec<String> {
        match self.total {
            0 => vec![none_of("broken chain", &self.coverage)],
            total => vec![format!("{} of {}.", self.breaks.len(), counted(total, "broken chain"))],
        }
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }

    fn findings(&self) -> bool {
        self.total > 0
    }
}
