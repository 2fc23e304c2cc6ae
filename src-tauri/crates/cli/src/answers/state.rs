//! What a record is at an instant, and what each of its fields rests on.

use std::collections::BTreeMap;

use event::{FieldValue, Reading, RecordId, Timeline, View, format_time};
use query::{Coverage, Covered};
use serde::Serialize;

use super::short_time;
use crate::print::{Answer, Column, Sheet, Table, clean, counted, shown};

/// A record at an instant.
#[derive(Debug, Serialize)]
pub struct StateOf {
    entity_type: String,
    entity_id: String,
    /// `None` for now.
    at: Option<String>,
    #[serde(rename = "as")]
    reading: Reading,
    exists: bool,
    deleted: bool,
    fields: BTreeMap<String, Option<String>>,
    coverage: Coverage,
}

impl StateOf {
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
        Sheet { columns: vec!["field", "value"], rows: self.fields.iter().map(row).collect() }
    }

    fn tables(&self) -> Vec<Table> {
        let record = format!("{}/{}", self.entity_type, self.entity_id);
        let at = self.at.as_ref().map_or_else(|| "now".to_owned(), |at| format!("at {at}"));
        let reading = reading(self.reading);
        let title = format!("{record} {at}, {reading}: {}", standing(self.exists, self.deleted));
        let row =
            |(name, value): (&String, &Option<String>)| vec![clean(name), shown(value.as_deref())];
        vec![Table {
            title: Some(clean(&title)),
            columns: vec![Column::Name("field"), Column::Text("value")],
            rows: self.fields.iter().map(row).collect(),
        }]
    }

    fn words(&self) -> Vec<String> {
        vec![format!("{}.", counted(self.fields.len(), "field"))]
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

/// What each field of a record rests on.
#[derive(Debug, Serialize)]
pub struct Blame {
    entity_type: String,
    entity_id: String,
    #[serde(rename = "as")]
    reading: Reading,
    exists: bool,
    deleted: bool,
    fields: BTreeMap<String, Rest>,
    coverage: Coverage,
}

/// A field's value, and the event that set it.
#[derive(Debug, Serialize)]
struct Rest {
    value: Option<String>,
    event_id: String,
    actor: String,
    timestamp: String,
    source: String,
    /// The correction whose value stands in place of what the event recorded.
    correction: Option<String>,
    /// What names the event, where its id alone does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip)]
    time: String,
}

impl Rest {
    fn new(cell: FieldValue, timeline: &Timeline) -> Self {
        let entry = &timeline.entries()[cell.event];
        let event = &entry.event;
        let correction = cell.correction.map(|by| timeline.entries()[by].event.event_id.clone());
        Self {
            value: cell.value,
            event_id: event.event_id.clone(),
            actor: event.actor.clone(),
            timestamp: format_time(event.timestamp),
            source: event.source.clone(),
            correction,
            address: entry.id_is_repeated.then(|| entry.address().to_string()),
            time: short_time(event.timestamp),
        }
    }
}

impl Blame {
    pub fn new(record: RecordId, timeline: Covered<Timeline>, reading: Reading) -> Self {
        let Covered { value: timeline, coverage } = timeline;
        let state = timeline.state(View { reading, ..View::NOW });
        let rest = |(name, cell)| (name, Rest::new(cell, &timeline));
        Self {
            entity_type: record.entity_type,
            entity_id: record.entity_id,
            reading,
            exists: state.exists,
            deleted: state.deleted,
            fields: state.fields.into_iter().map(rest).collect(),
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
        ];
        let row = |(name, rest): (&String, &Rest)| {
            let some = |text: &String| Some(text.clone());
            vec![
                some(name),
                rest.value.clone(),
                some(&rest.event_id),
                some(&rest.actor),
                some(&rest.timestamp),
                some(&rest.source),
                rest.correction.clone(),
                rest.address.clone(),
            ]
        };
        Sheet { columns, rows: self.fields.iter().map(row).collect() }
    }

    fn tables(&self) -> Vec<Table> {
        let row = |(name, rest): (&String, &Rest)| {
            let event = rest.address.as_ref().unwrap_or(&rest.event_id);
            let by = rest.correction.as_ref().map(|by| format!(" corrected by {by}"));
            vec![
                clean(name),
                shown(rest.value.as_deref()),
                clean(&rest.actor),
                rest.time.clone(),
                clean(&rest.source),
                clean(&format!("{event}{}", by.unwrap_or_default())),
            ]
        };
        let standing = standing(self.exists, self.deleted);
        let (kind, id, reading) = (&self.entity_type, &self.entity_id, reading(self.reading));
        vec![Table {
            title: Some(clean(&format!("{kind}/{id}, {reading}: {standing}"))),
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

    fn words(&self) -> Vec<String> {
        vec![format!("{}.", counted(self.fields.len(), "field"))]
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}

fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::Recorded => "as recorded",
        Reading::Corrected => "as corrected",
    }
}

fn standing(exists: bool, deleted: bool) -> &'static str {
    match (exists, deleted) {
        (_, true) => "deleted; these were its last values",
        (true, false) => "exists",
        (false, false) => "does not exist",
    }
}
