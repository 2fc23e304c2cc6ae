//! Answers of `state` and `blame`: a record's fields at an instant, and the events that set them.

use std::collections::BTreeMap;

use event::{FieldValue, Reading, RecordId, Timeline, View, format_time};
use query::{Coverage, Covered};
use serde::Serialize;

use super::short_time;
use crate::print::{Answer, Column, Sheet, Table, counted, visible_text, visible_value};

/// State of a record at an instant.
#[derive(Debug, Serialize)]
pub struct StateOf {
    entity_type: String,
    entity_id: String,
    /// The instant; `None` for now.
    at: Option<String>,
    #[serde(rename = "as")]
    reading: Reading,
    exists: bool,
    deleted: bool,
    fields: BTreeMap<String, Option<String>>,
    coverage: Coverage,
}

impl StateOf {
    /// The state of a record in a view, folded from its timeline.
    pub fn new(record: RecordId, timeline: Covered<Timeline>, view: View) -> Self {
        let state = timeline.value.state(view);
        Self {
            entity_type: record.entity_type,
            entity_id: record.entity_id,
            at: view.at.map(format_time),
            reading: view.reading,
            exists: state.exists,
            deleted: state.deleted,
            fields: state.fields.into_iter().map(|(name, cell)| (name, cell.value)).collect(),
            coverage: timeline.coverage,
        }
    }
}

impl Answer for StateOf {
    fn sheet(&self) -> Sheet {
        let row =
            |(name, value): (&String, &Option<String>)| vec![Some(name.clone()), value.clone()];
        Sheet::new(["field", "value"], self.fields.iter().map(row).collect())
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let record = format!("{}/{}", self.entity_type, self.entity_id);
        let at = self.at.as_ref().map_or_else(|| "now".to_owned(), |at| format!("at {at}"));
        let reading = reading(self.reading);
        let title = format!("{record} {at}, {reading}: {}", existence(self.exists, self.deleted));
        let row = |(name, value): (&String, &Option<String>)| {
            vec![visible_text(name), visible_value(value.as_deref())]
        };
        vec![Table {
            title: Some(visible_text(&title)),
            columns: vec![Column::Name("field"), Column::Text("value")],
            rows: self.fields.iter().map(row).collect(),
        }]
    }

    fn remarks(&self) -> Vec<String> {
        vec![format!("{}.", counted(self.fields.len(), "field"))]
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

/// Blame of a record: for each field the event that set its value.
#[derive(Debug, Serialize)]
pub struct Blame {
    entity_type: String,
    entity_id: String,
    #[serde(rename = "as")]
    reading: Reading,
    exists: bool,
    deleted: bool,
    fields: BTreeMap<String, FieldBlame>,
    coverage: Coverage,
}

/// Value of a field, and the event that set it.
#[derive(Debug, Serialize)]
struct FieldBlame {
    value: Option<String>,
    event_id: String,
    actor: String,
    timestamp: String,
    source: String,
    /// Id of the correction whose value stands in place of what the event recorded.
    correction: Option<String>,
    #[serde(flatten)]
    corrected: Option<CorrectedBlame>,
    /// Address of the event, where its id is not unique.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The timestamp for people.
    #[serde(skip)]
    time: String,
}

/// What the event recorded, and who put another value in its place.
#[derive(Debug, Serialize)]
struct CorrectedBlame {
    recorded_value: Option<String>,
    corrected_by: String,
    corrected_at: String,
    reason: Option<String>,
    /// Time of the correction for people.
    #[serde(skip)]
    time: String,
}

impl FieldBlame {
    fn new(field: &str, cell: FieldValue, timeline: &Timeline) -> Self {
        let entry = &timeline.entries()[cell.event];
        let event = &entry.event;
        let correction = cell.correction.map(|by| &timeline.entries()[by].event);
        let corrected = correction.map(|correction| CorrectedBlame {
            recorded_value: cell.recorded(field, timeline),
            corrected_by: correction.actor.clone(),
            corrected_at: format_time(correction.timestamp),
            reason: correction.reason.clone(),
            time: short_time(correction.timestamp),
        });
        Self {
            value: cell.value,
            event_id: event.event_id.clone(),
            actor: event.actor.clone(),
            timestamp: format_time(event.timestamp),
            source: event.source.clone(),
            correction: correction.map(|correction| correction.event_id.clone()),
            corrected,
            address: entry.id_is_repeated.then(|| entry.address().to_string()),
            time: short_time(event.timestamp),
        }
    }
}

impl Blame {
    /// The blame of a record as it is now.
    pub fn new(record: RecordId, timeline: Covered<Timeline>, reading: Reading) -> Self {
        let Covered { value: timeline, coverage } = timeline;
        let state = timeline.state(View { reading, ..View::NOW });
        let blame = |(name, cell): (String, FieldValue)| {
            let blame = FieldBlame::new(&name, cell, &timeline);
            (name, blame)
        };
        Self {
            entity_type: record.entity_type,
            entity_id: record.entity_id,
            reading,
            exists: state.exists,
            deleted: state.deleted,
            fields: state.fields.into_iter().map(blame).collect(),
            coverage,
        }
    }
}

impl Answer for Blame {
    fn sheet(&self) -> Sheet {
        let columns = vec![
            "field",
            "value",
            "event_id",
            "actor",
            "timestamp",
            "source",
            "correction",
            "address",
            "recorded_value",
            "corrected_by",
            "corrected_at",
            "reason",
        ];
        let row = |(name, blame): (&String, &FieldBlame)| {
            let some = |text: &String| Some(text.clone());
            let corrected = blame.corrected.as_ref();
            vec![
                some(name),
                blame.value.clone(),
                some(&blame.event_id),
                some(&blame.actor),
                some(&blame.timestamp),
                some(&blame.source),
                blame.correction.clone(),
                blame.address.clone(),
                corrected.and_then(|corrected| corrected.recorded_value.clone()),
                corrected.map(|corrected| corrected.corrected_by.clone()),
                corrected.map(|corrected| corrected.corrected_at.clone()),
                corrected.and_then(|corrected| corrected.reason.clone()),
            ]
        };
        Sheet::new(columns, self.fields.iter().map(row).collect())
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let row = |(name, blame): (&String, &FieldBlame)| {
            let event = blame.address.as_ref().unwrap_or(&blame.event_id);
            let by = blame.corrected.as_ref().zip(blame.correction.as_ref());
            let by = by.map(|(corrected, id)| {
                let CorrectedBlame { recorded_value, corrected_by, time, reason, .. } = corrected;
                let recorded = visible_value(recorded_value.as_deref());
                let reason = reason.as_ref().map(|reason| format!(": {reason}"));
                let reason = reason.unwrap_or_default();
                format!(
                    ", recorded as {recorded}; corrected by {corrected_by}, {time}, with {id}{reason}"
                )
            });
            vec![
                visible_text(name),
                visible_value(blame.value.as_deref()),
                visible_text(&blame.actor),
                blame.time.clone(),
                visible_text(&blame.source),
                visible_text(&format!("{event}{}", by.unwrap_or_default())),
            ]
        };
        let existence = existence(self.exists, self.deleted);
        let (entity_type, id, reading) =
            (&self.entity_type, &self.entity_id, reading(self.reading));
        vec![Table {
            title: Some(visible_text(&format!("{entity_type}/{id}, {reading}: {existence}"))),
            columns: vec![
                Column::Name("field"),
                Column::Text("value"),
                Column::Text("set by"),
                Column::Whole("time, UTC"),
                Column::Text("source"),
                Column::Below("event"),
            ],
            rows: self.fields.iter().map(row).collect(),
        }]
    }

    fn remarks(&self) -> Vec<String> {
        vec![format!("{}.", counted(self.fields.len(), "field"))]
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

/// The reading in the words of the window.
fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::Recorded => "as recorded",
        Reading::Corrected => "as corrected",
    }
}

/// Whether a record exists, in words.
fn existence(exists: bool, deleted: bool) -> &'static str {
    match (exists, deleted) {
        (_, true) => "deleted; these were its last values",
        (true, false) => "exists",
        (false, false) => "does not exist",
    }
}
