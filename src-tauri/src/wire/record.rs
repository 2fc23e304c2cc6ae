//! A record's fields on their way to the window, and what differs in them.

use event::{Entry, Timeline};
use query::{Coverage, Covered};
use serde::Serialize;
use ts_rs::TS;

use super::{EventRow, Value};

/// One record at the view's instant, as the view reads it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct RecordView {
    pub entity_type: String,
    pub entity_id: String,
    /// What people call it, where its fields have a name.
    pub name: Option<String>,
    pub exists: bool,
    pub deleted: bool,
    /// Events up to the view's instant, and after it.
    pub events: usize,
    pub later: usize,
    /// Of the events up to the instant.
    pub first: Option<EventRow>,
    pub last: Option<EventRow>,
    pub fields: Vec<Field>,
    pub coverage: Coverage,
}

/// Two views of one record, held against each other.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Comparison {
    /// Only those that differ, by name.
    pub fields: Vec<FieldChange>,
    /// How many fields are the same.
    pub same: usize,
    /// Events of the record between the two instants.
    pub between: usize,
    pub coverage: Coverage,
}

/// A field that differs between two views; null where there is no such field.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct FieldChange {
    pub field: String,
    pub from: Option<Field>,
    pub to: Option<Field>,
    /// The event that makes the difference.
    pub because: Option<EventRow>,
}

/// A field's value, and what it rests on.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Field {
    pub field: String,
    pub value: Option<Value>,
    /// The event that set it.
    pub address: String,
    pub actor: String,
    pub timestamp: String,
    pub source: String,
    /// The correction whose value stands in place of the recorded one.
    pub correction: Option<String>,
    /// How many events of the timeline changed it.
    pub changes: usize,
}

impl RecordView {
    pub(crate) fn of(answer: &Covered<Timeline>, view: event::View) -> Self {
        let timeline = &answer.value;
        let entries = timeline.entries();
        let (state, past) = (timeline.state(view), timeline.past(view));
        let record = entries.first().map(|entry| entry.event.record());
        let (entity_type, entity_id) =
            record.map(|r| (r.entity_type, r.entity_id)).unwrap_or_default();
        let row = |entry: &Entry| EventRow::of(entry);
        let cells = state.fields.iter();
        Self {
            entity_type,
            entity_id,
            name: state.name(),
            exists: state.exists,
            deleted: state.deleted,
            events: past,
            later: entries.len() - past,
            first: entries[..past].first().map(row),
            last: entries[..past].last().map(row),
            fields: cells.map(|(name, cell)| field(timeline, name, cell, past)).collect(),
            coverage: answer.coverage.clone(),
        }
    }
}

impl Comparison {
    pub(crate) fn of(answer: &Covered<Timeline>, from: event::View, to: event::View) -> Self {
        let timeline = &answer.value;
        let compared = timeline.compare(from, to);
        let side = |name: &str, cell: Option<&event::FieldValue>, view| {
            cell.map(|cell| field(timeline, name, cell, timeline.past(view)))
        };
        let change = |found: &event::Difference| FieldChange {
            field: found.field.clone(),
            from: side(&found.field, found.from.as_ref(), from),
            to: side(&found.field, found.to.as_ref(), to),
            because: timeline.entries().get(found.because).map(EventRow::of),
        };
        Self {
            fields: compared.fields.iter().map(change).collect(),
            same: compared.same,
            between: compared.between,
            coverage: answer.coverage.clone(),
        }
    }
}

/// A field, and what its value rests on. `past` is how many events of the timeline count.
fn field(timeline: &Timeline, name: &str, cell: &event::FieldValue, past: usize) -> Field {
    let entries = timeline.entries();
    let changed = |entry: &&Entry| {
        entry.event.field == name && !entry.event.action.is_amendment() && !entry.event.is_no_op()
    };
    let event = &entries[cell.event].event;
    // A field set with the whole record changed then, too.
    let with_record = usize::from(event.field != name);
    Field {
        field: name.to_owned(),
        value: cell.value.as_deref().map(Value::short),
        address: entries[cell.event].address().to_string(),
        actor: event.actor.clone(),
        timestamp: event::format_time(event.timestamp),
        source: event.source.clone(),
        correction: cell.correction.map(|by| entries[by].address().to_string()),
        changes: entries[..past].iter().filter(changed).count() + with_record,
    }
}
