//! One event with all around it.

use event::{Entry, Timeline};
use serde::Serialize;
use ts_rs::TS;

use super::{EventRow, Value};

/// One event with all around it. Its values are whole.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct EventDetail {
    pub event: EventRow,
    pub effect: Effect,
    /// Corrections, voids and notes about it, oldest first.
    pub about: Vec<EventRow>,
    /// The event it is about.
    pub target: Option<EventRow>,
    /// The events before and after it in its record's timeline.
    pub before: Option<EventRow>,
    pub after: Option<EventRow>,
}

/// What an event is taken to say.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Effect {
    Recorded,
    /// Its latest effective corrections, by field.
    Corrected {
        values: Vec<CorrectedValue>,
    },
    Void {
        by: String,
    },
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct CorrectedValue {
    pub field: String,
    pub value: Option<Value>,
    /// Address of the correction.
    pub by: String,
}

impl EventDetail {
    /// An event of its record's timeline; `None` if it is not in it.
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
