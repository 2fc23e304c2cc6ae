//! Records with their fields, and comparisons of two views of one.

use event::{Entry, NameFields, RecordId, Timeline};
use query::{Coverage, Covered, TimelineExcerpt};
use serde::Serialize;
use ts_rs::TS;

use super::{EventRow, Value};

/// A record at the view's instant, as recorded or as corrected.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct RecordView {
    /// Type of the record.
    pub entity_type: String,
    /// Id of the record.
    pub entity_id: String,
    /// Name of the record, from its fields; null if none of them is a name.
    pub name: Option<String>,
    /// Whether the record exists at the instant.
    pub exists: bool,
    /// Whether the record is deleted at the instant.
    pub deleted: bool,
    /// Number of events up to the instant.
    pub events: usize,
    /// Number of events after the instant.
    pub later: usize,
    /// First event up to the instant; null if there is none.
    pub first: Option<EventRow>,
    /// Last event up to the instant; null if there is none.
    pub last: Option<EventRow>,
    /// Fields by name. A deleted record has its last ones.
    pub fields: Vec<Field>,
    /// Coverage of the answer.
    pub coverage: Coverage,
}

/// Comparison of two views of one record.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Comparison {
    /// Fields that differ, by name.
    pub fields: Vec<FieldChange>,
    /// Number of fields that are the same.
    pub same: usize,
    /// Number of the record's events between the two instants.
    pub between: usize,
    /// Coverage of the answer.
    pub coverage: Coverage,
}

/// A field that differs between two views.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct FieldChange {
    /// Name of the field.
    pub field: String,
    /// Field in the first view; null if it has no such field.
    pub from: Option<Field>,
    /// Field in the second view; null if it has no such field.
    pub to: Option<Field>,
    /// Event that makes the difference.
    pub because: Option<EventRow>,
}

/// A field with its value, and the event that set it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Field {
    /// Name of the field.
    pub field: String,
    /// Value of the field; null is a value too.
    pub value: Option<Value>,
    /// Address of the event that set the field.
    pub address: String,
    /// Actor of that event.
    pub actor: String,
    /// Timestamp of that event.
    pub timestamp: String,
    /// Source of that event.
    pub source: String,
    /// Correction whose value replaces the recorded one; null if there is none.
    pub correction: Option<FieldCorrection>,
    /// Number of events up to the view's instant that changed the field.
    pub changes: usize,
}

/// The correction behind a field's value.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct FieldCorrection {
    /// Address of the correction.
    pub address: String,
    /// Actor of the correction.
    pub actor: String,
    /// Timestamp of the correction.
    pub timestamp: String,
    /// Source of the correction.
    pub source: String,
    /// Value that the event recorded; null is a value too.
    pub recorded: Option<Value>,
}

impl RecordView {
    /// The record of an excerpt in a view, with the name that these fields give it.
    pub(crate) fn of(
        answer: &Covered<TimelineExcerpt>,
        view: event::View,
        record: RecordId,
        names: &NameFields,
    ) -> Self {
        let Covered { value: excerpt, coverage } = answer;
        let timeline = &excerpt.timeline;
        let state = timeline.state(view);
        let past = &timeline.entries()[..timeline.past(view)];
        let name = names.name(&record.entity_type, &state);
        let RecordId { entity_type, entity_id } = record;
        let changes = |name: &str| excerpt.changes.get(name).copied().unwrap_or_default();
        let cells = state.fields.iter();
        Self {
            entity_type,
            entity_id,
            name,
            exists: state.exists,
            deleted: state.deleted,
            events: excerpt.past,
            later: excerpt.later,
            first: past.first().map(EventRow::of),
            last: past.last().map(EventRow::of),
            fields: cells.map(|(name, cell)| field(timeline, name, cell, changes(name))).collect(),
            coverage: coverage.clone(),
        }
    }
}

impl Comparison {
    /// The comparison of two views of a timeline.
    pub(crate) fn of(answer: &Covered<Timeline>, from: event::View, to: event::View) -> Self {
        let timeline = &answer.value;
        let compared = timeline.compare(from, to);
        let side = |name: &str, cell: Option<&event::FieldValue>, view| {
            cell.map(|cell| field(timeline, name, cell, changes(timeline, name, view)))
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

/// Number of events up to the view's instant that changed a field.
fn changes(timeline: &Timeline, name: &str, view: event::View) -> usize {
    let changed = |entry: &&Entry| {
        entry.event.field == name && !entry.event.action.is_amendment() && !entry.event.is_no_op()
    };
    timeline.entries()[..timeline.past(view)].iter().filter(changed).count()
}

/// The field `name` with its value. `changes` is the number of events about it that changed it.
fn field(timeline: &Timeline, name: &str, cell: &event::FieldValue, changes: usize) -> Field {
    let entries = timeline.entries();
    let event = &entries[cell.event].event;
    // An event about the whole record that set the field is a change of it too.
    let with_record = usize::from(event.field != name);
    Field {
        field: name.to_owned(),
        value: cell.value.as_deref().map(Value::short),
        address: entries[cell.event].address().to_string(),
        actor: event.actor.clone(),
        timestamp: event::format_time(event.timestamp),
        source: event.source.clone(),
        correction: cell.correction.map(|by| FieldCorrection {
            address: entries[by].address().to_string(),
            actor: entries[by].event.actor.clone(),
            timestamp: event::format_time(entries[by].event.timestamp),
            source: entries[by].event.source.clone(),
            recorded: cell.recorded(name, timeline).as_deref().map(Value::short),
        }),
        changes: changes + with_record,
    }
}
