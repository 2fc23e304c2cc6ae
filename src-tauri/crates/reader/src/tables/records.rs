//! The table of the records.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, StringViewBuilder, TimestampNanosecondBuilder, UInt64Builder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use query::RecordSummary;

use super::{BATCH_ROWS, Scan, batch, instants, nullable, required};
use crate::Error;
use crate::snapshot::Snapshot;
use crate::summaries::RecordSummaries;

/// Columns of the table of records: `last` is the time of the latest event, `last_actor` its actor, and
/// `name` what the record is called now, as corrected.
pub fn record_columns() -> Vec<Field> {
    vec![
        required("entity_type", DataType::Utf8View),
        required("entity_id", DataType::Utf8View),
        nullable("name", DataType::Utf8View),
        required("events", DataType::UInt64),
        required("first", instants()),
        required("last", instants()),
        required("last_actor", DataType::Utf8View),
        required("deleted", DataType::Boolean),
    ]
}

pub(super) fn scan(snapshot: &Snapshot) -> Result<Box<dyn Scan>, Error> {
    let records = Arc::clone(snapshot.summaries()?);
    Ok(Box::new(Records { records, schema: Arc::new(Schema::new(record_columns())) }))
}

struct Records {
    records: Arc<RecordSummaries>,
    schema: SchemaRef,
}

impl Scan for Records {
    fn tasks(&self) -> usize {
        self.records.records.len().div_ceil(BATCH_ROWS)
    }

    fn read(&self, task: usize) -> Result<Vec<RecordBatch>, Error> {
        let list = &self.records.records;
        let rows = task * BATCH_ROWS..list.len().min((task + 1) * BATCH_ROWS);
        let mut columns = Columns::default();
        for row in rows.clone() {
            columns.push(&list.get(row)?);
        }
        Ok(vec![batch(&self.schema, columns.finish(), rows.len())?])
    }
}

#[derive(Default)]
struct Columns {
    /// Type, id and name.
    texts: [StringViewBuilder; 3],
    events: UInt64Builder,
    /// First and last.
    times: [TimestampNanosecondBuilder; 2],
    last_actor: StringViewBuilder,
    deleted: BooleanBuilder,
}

impl Columns {
    fn push(&mut self, record: &RecordSummary) {
        let RecordSummary { record: id, name, events, first, last, last_actor, deleted, .. } =
            record;
        let [entity_type, entity_id, names] = &mut self.texts;
        entity_type.append_value(&id.entity_type);
        entity_id.append_value(&id.entity_id);
        names.append_option(name.as_deref());
        self.events.append_value(*events as u64);
        for (column, time) in self.times.iter_mut().zip([first, last]) {
            column.append_option(time.timestamp_nanos_opt());
        }
        self.last_actor.append_value(last_actor);
        self.deleted.append_value(*deleted);
    }

    fn finish(self) -> Vec<ArrayRef> {
        let Self { mut texts, mut events, times, mut last_actor, mut deleted } = self;
        let [entity_type, entity_id, name] = &mut texts;
        let [first, last] = times.map(|mut of| of.finish().with_timezone("UTC"));
        vec![
            Arc::new(entity_type.finish()),
            Arc::new(entity_id.finish()),
            Arc::new(name.finish()),
            Arc::new(events.finish()),
            Arc::new(first),
            Arc::new(last),
            Arc::new(last_actor.finish()),
            Arc::new(deleted.finish()),
        ]
    }
}
