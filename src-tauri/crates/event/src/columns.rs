//! The columns of a journal file.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// All columns in their order. The first eleven are text and stand where the first journals had
/// them, because their readers go by position; what came later follows and is nullable.
pub const COLUMNS: [&str; 17] = [
    "event_id",
    "timestamp",
    "entity_type",
    "entity_id",
    "field",
    "action",
    "old_value",
    "new_value",
    "actor",
    "source",
    "workspace_id",
    "recorded_at",
    "writer",
    "seq",
    "corrects",
    "reason",
    "batch",
];

/// How many of [`COLUMNS`] a legacy file has.
pub const LEGACY_COLUMNS: usize = 11;

/// The columns that every row of every file must fill.
pub const REQUIRED_COLUMNS: [&str; 8] =
    ["event_id", "timestamp", "entity_type", "entity_id", "field", "action", "actor", "source"];

/// The Arrow schema of the files Daybook writes.
pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(COLUMNS.map(column).to_vec()))
}

/// The Arrow schema of a legacy file: the first eleven columns.
pub fn legacy_schema() -> SchemaRef {
    let legacy = COLUMNS[..LEGACY_COLUMNS].iter().copied().map(column);
    Arc::new(Schema::new(legacy.collect::<Vec<_>>()))
}

fn column(name: &str) -> Field {
    let kind = match name {
        "recorded_at" => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        "seq" => DataType::UInt64,
        _ => DataType::Utf8,
    };
    Field::new(name, kind, !REQUIRED_COLUMNS.contains(&name))
}
