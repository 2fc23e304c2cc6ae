//! The events as Polars sees them: one row each, in the total order.

use event::Entry;
use polars::prelude::{Column as Series, DataFrame, NamedFrom, NamedFromOwned, PolarsResult};
use std::sync::Arc;

use crate::Column;

/// The columns that filters and counts need. Row numbers are indices into the entries.
pub(crate) fn frame(entries: &[Arc<Entry>]) -> PolarsResult<DataFrame> {
    let mut columns: Vec<Series> = Column::ALL.iter().map(|&c| terms(entries, c)).collect();
    columns.push(values(entries, "old_value", |e| e.event.old_value.as_deref()));
    columns.push(values(entries, "new_value", |e| e.event.new_value.as_deref()));
    columns.push(numbers(entries, "timestamp", nanos));
    let no_op: Vec<bool> = entries.iter().map(|e| e.event.is_no_op()).collect();
    columns.push(polars::prelude::Series::new("no_op".into(), no_op).into());
    let row = 0..u32::try_from(entries.len()).unwrap_or(u32::MAX);
    columns.push(polars::prelude::Series::from_vec("row".into(), row.collect::<Vec<u32>>()).into());
    DataFrame::new(entries.len(), columns)
}

/// Nanoseconds since 1970; a journal's instants all have them.
pub(crate) fn nanos(entry: &Entry) -> i64 {
    entry.event.timestamp.timestamp_nanos_opt().unwrap_or_default()
}

fn terms(entries: &[Arc<Entry>], column: Column) -> Series {
    let value = |entry: &Arc<Entry>| term(entry, column).to_owned();
    let values: Vec<String> = entries.iter().map(value).collect();
    polars::prelude::Series::new(column.name().into(), values).into()
}

/// What an event has in a column. No workspace and the empty workspace are the same: not scoped.
pub(crate) fn term(entry: &Entry, column: Column) -> &str {
    let event = &entry.event;
    match column {
        Column::EntityType => &event.entity_type,
        Column::EntityId => &event.entity_id,
        Column::Field => &event.field,
        Column::Action => event.action.as_str(),
        Column::Actor => &event.actor,
        Column::Source => &event.source,
        Column::WorkspaceId => event.workspace_id.as_deref().unwrap_or_default(),
    }
}

fn values(entries: &[Arc<Entry>], name: &str, value: impl Fn(&Entry) -> Option<&str>) -> Series {
    let values: Vec<Option<&str>> = entries.iter().map(|entry| value(entry)).collect();
    polars::prelude::Series::new(name.into(), values).into()
}

fn numbers(entries: &[Arc<Entry>], name: &str, value: impl Fn(&Entry) -> i64) -> Series {
    let values: Vec<i64> = entries.iter().map(|entry| value(entry)).collect();
    polars::prelude::Series::from_vec(name.into(), values).into()
}
