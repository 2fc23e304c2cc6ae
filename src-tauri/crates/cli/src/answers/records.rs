//! Answer of `records`: the list of records.

use event::format_time;
use query::{Coverage, Covered, RecordSummary, RecordsPage};
use serde::Serialize;
use serde_json::Value;

use super::{none_of, short_time};
use crate::print::{Answer, Column, Sheet, Table, counted, visible_text};

/// Page of records.
#[derive(Debug, Serialize)]
pub struct RecordList {
    records: Vec<RecordRow>,
    next: Option<String>,
    total: usize,
    coverage: Coverage,
}

/// Record in JSON, and its row for people.
#[derive(Debug, Serialize)]
struct RecordRow {
    entity_type: String,
    entity_id: String,
    events: usize,
    first: String,
    last: String,
    deleted: bool,
    #[serde(skip)]
    table_row: Vec<String>,
}

impl RecordList {
    /// A page of the list of records.
    pub fn page(page: Covered<RecordsPage>) -> Self {
        let Covered { value: page, coverage } = page;
        Self {
            records: page.records.into_iter().map(row).collect(),
            next: page.next.map(|next| next.to_string()),
            total: page.total,
            coverage,
        }
    }
}

fn row(summary: RecordSummary) -> RecordRow {
    let table_row = vec![
        short_time(summary.last),
        visible_text(&summary.record.to_string()),
        visible_text(summary.name.as_deref().unwrap_or_default()),
        summary.events.to_string(),
        summary.first.format("%Y-%m-%d").to_string(),
        visible_text(&summary.last_actor),
        if summary.deleted { "deleted" } else { "" }.to_owned(),
    ];
    RecordRow {
        entity_type: summary.record.entity_type,
        entity_id: summary.record.entity_id,
        events: summary.events,
        first: format_time(summary.first),
        last: format_time(summary.last),
        deleted: summary.deleted,
        table_row,
    }
}

impl Answer for RecordList {
    fn objects(&self) -> serde_json::Result<Vec<Value>> {
        self.records.iter().map(serde_json::to_value).collect()
    }

    fn sheet(&self) -> Sheet {
        let columns = vec!["entity_type", "entity_id", "events", "first", "last", "deleted"];
        let row = |row: &RecordRow| {
            let numbers = [row.events.to_string(), row.first.clone(), row.last.clone()];
            let names = [row.entity_type.clone(), row.entity_id.clone()];
            let all = names.into_iter().chain(numbers).chain([row.deleted.to_string()]);
            all.map(Some).collect()
        };
        Sheet::new(columns, self.records.iter().map(row).collect())
    }

    fn tables(&self) -> Vec<Table<'_>> {
        let columns = vec![
            Column::Whole("last, UTC"),
            Column::Name("record"),
            Column::Text("name"),
            Column::Number("events"),
            Column::Whole("first"),
            Column::Text("last by"),
            Column::Whole(""),
        ];
        let rows = self.records.iter().map(|row| row.table_row.clone()).collect();
        vec![Table { title: None, columns, rows }]
    }

    fn remarks(&self) -> Vec<String> {
        match self.total {
            0 => vec![none_of("record", &self.coverage)],
            total => vec![format!("{} of {}.", self.records.len(), counted(total, "record"))],
        }
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn coverage(&self) -> Option<&Coverage> {
        Some(&self.coverage)
    }
}
