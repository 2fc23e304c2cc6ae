//! Imports: the chosen table, what it would bring, and what was recorded.

use event::{Draft, format_time};
use import::{Mapping, Summary, Table};
use journal::RecordedTogether;
use serde::Serialize;
use ts_rs::TS;

use super::ApiError;

/// Most planned events that the window gets.
const SHOWN: usize = 100;

/// Table that was chosen.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ImportFile {
    /// Name of the file.
    pub name: String,
    /// Headers of its columns.
    pub headers: Vec<String>,
    /// Its first rows, as people see them.
    pub rows: Vec<Vec<String>>,
    /// Mapping with which a table with these headers was brought in last; null if none was.
    pub mapping: Option<Mapping>,
}

/// What a table would bring.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct ImportPlan {
    /// What is told about it.
    pub summary: Summary,
    /// The first hundred events.
    pub first: Vec<PlannedEvent>,
}

/// Event that would be recorded.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct PlannedEvent {
    /// Timestamp; null for the time of recording.
    pub timestamp: Option<String>,
    /// Type of the record.
    pub entity_type: String,
    /// Id of the record.
    pub entity_id: String,
    /// Field, or `*` for the whole record.
    pub field: String,
    /// Action.
    pub action: String,
    /// Value before; null if there is none.
    pub old_value: Option<String>,
    /// Value after; null if there is none.
    pub new_value: Option<String>,
    /// Actor.
    pub actor: String,
}

/// What was recorded of a table.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Imported {
    /// Number of events.
    pub events: usize,
    /// Id of their batch; null if there is one event at most.
    pub batch: Option<String>,
    /// Why recording stopped before the end; null if all is recorded.
    pub stopped: Option<ApiError>,
    /// Error of the refresh after recording; null if it succeeded.
    pub not_shown: Option<ApiError>,
}

impl ImportFile {
    pub(crate) fn of(name: String, table: &Table, mapping: Option<Mapping>) -> Self {
        Self { name, headers: table.found.headers.clone(), rows: table.shown(), mapping }
    }
}

impl ImportPlan {
    pub(crate) fn of(summary: Summary, drafts: &[Draft]) -> Self {
        Self { summary, first: drafts.iter().take(SHOWN).map(PlannedEvent::of).collect() }
    }
}

impl PlannedEvent {
    fn of(draft: &Draft) -> Self {
        Self {
            timestamp: draft.timestamp.map(format_time),
            entity_type: draft.entity_type.clone(),
            entity_id: draft.entity_id.clone(),
            field: draft.field.clone(),
            action: draft.action.as_str().to_owned(),
            old_value: draft.old_value.clone(),
            new_value: draft.new_value.clone(),
            actor: draft.actor.clone(),
        }
    }
}

impl Imported {
    pub(crate) fn of(
        recorded: RecordedTogether,
        stopped: Option<ApiError>,
        not_shown: Option<ApiError>,
    ) -> Self {
        let RecordedTogether { events, batch, .. } = recorded;
        Self { events, batch, stopped, not_shown }
    }
}
