//! One event in detail, and the effect of amendments on it.

use event::{Entry, Timeline};
use serde::Serialize;
use ts_rs::TS;

use super::{EventRow, Value};

/// Detail of one event: its whole values, its effect, its amendments and its neighbours.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventDetail {
    /// The event, with whole values.
    pub event: EventRow,
    /// Effect of the corrections and voids about the event.
    pub effect: Effect,
    /// Corrections, voids and notes about the event, oldest first.
    pub about: Vec<EventRow>,
    /// Event that this one is about; null if it is about none, or about one that cannot be found.
    pub target: Option<EventRow>,
    /// Previous event in the record's timeline; null for the first.
    pub before: Option<EventRow>,
    /// Next event in the record's timeline; null for the last.
    pub after: Option<EventRow>,
}

/// Effect of corrections and voids on an event.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Effect {
    /// The recorded value holds.
    Recorded,
    /// Corrected values hold.
    Corrected {
        /// Values of the latest effective corrections, by field.
        values: Vec<CorrectedValue>,
    },
    /// The event is void.
    Void {
        /// Address of the void.
        by: String,
    },
}

/// Corrected value of one field.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct CorrectedValue {
    /// Name of the field; `*` is the whole record.
    pub field: String,
    /// Value that holds; null is a value too.
    pub value: Option<Value>,
    /// Address of the correction.
    pub by: String,
}

impl EventDetail {
    /// The detail of an entry by its record's timeline; `None` if the timeline lacks it.
    pub(crate) fn of(entry: &Entry, timeline: &Timeline) -> Option<Self> {
        let entries = timeline.entries();
        let index = entries.iter().position(|other| other == entry)?;
        let row = |index: usize| EventRow::of(&entries[index]);
        Some(Self {
            event: EventRow::with(entry, Value::whole),
            effect: Effect::of(timeline, index),
            about: timeline.about(index).iter().map(|&index| row(index)).collect(),
            target: timeline.target(index).map(row),
            before: index.checked_sub(1).map(row),
            after: (index + 1 < entries.len()).then(|| row(index + 1)),
        })
    }
}

impl Effect {
    /// The effect on the entry at `index`, given all corrections.
    pub(super) fn of(timeline: &Timeline, index: usize) -> Self {
        let address = |index: usize| timeline.entries()[index].address().to_string();
        match timeline.effect(index, None) {
            event::Effect::Recorded => Self::Recorded,
            event::Effect::Void { by } => Self::Void { by: address(by) },
            event::Effect::Corrected(correction) => {
                let own = timeline.entries()[index].event.field.clone();
                let whole = correction.value.map(|value| (own, value));
                let all = whole.into_iter().chain(correction.members);
                let values = all.map(|(field, (value, by))| CorrectedValue {
                    field,
                    value: value.as_deref().map(Value::short),
                    by: address(by),
                });
                Self::Corrected { values: values.collect() }
            }
        }
    }
}
