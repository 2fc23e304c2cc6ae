//! The table of the fields of all records, as they are in a view.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, StringViewBuilder, TimestampNanosecondBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use event::{Entry, Timeline, View};

use super::{Scan, batch, instants, nullable, required};
use crate::Error;
use crate::catalog::segment::{Row, record_hash};
use crate::snapshot::Snapshot;
use crate::summaries::timelines;

/// Records of a task.
const RECORDS_PER_TASK: usize = 1 << 8;

/// Columns of the table of states: one row for each record and field. `value` is the value in effect,
/// `recorded_value` what the event itself says, `event_id`, `actor` and `since` tell which event that is,
/// `correction` is the id of the correction that states the value, and `deleted` says whether the record
/// is deleted, whose last fields these are then.
pub fn state_columns() -> Vec<Field> {
    vec![
        required("entity_type", DataType::Utf8View),
        required("entity_id", DataType::Utf8View),
        required("field", DataType::Utf8View),
        nullable("value", DataType::Utf8View),
        nullable("recorded_value", DataType::Utf8View),
        required("event_id", DataType::Utf8View),
        required("actor", DataType::Utf8View),
        required("since", instants()),
        nullable("correction", DataType::Utf8View),
        required("deleted", DataType::Boolean),
    ]
}

pub(super) fn scan(
    snapshot: &Arc<Snapshot>,
    view: View,
    ids: Option<&[String]>,
) -> Result<Box<dyn Scan>, Error> {
    let mut hashes = Vec::new();
    match ids {
        Some(ids) => {
            hashes.extend(ids.iter().map(|id| record_hash(id)));
            hashes.sort_unstable();
            hashes.dedup();
        }
        None => {
            for part in snapshot.parts() {
                part.segment.add_record_hashes(&mut hashes)?;
            }
        }
    }
    let schema = Arc::new(Schema::new(state_columns()));
    Ok(Box::new(States { snapshot: Arc::clone(snapshot), view, hashes, schema }))
}

struct States {
    snapshot: Arc<Snapshot>,
    view: View,
    /// Hashes of the entity ids of the records, ascending.
    hashes: Vec<u64>,
    schema: SchemaRef,
}

impl Scan for States {
    fn tasks(&self) -> usize {
        self.hashes.len().div_ceil(RECORDS_PER_TASK)
    }

    fn read(&self, task: usize) -> Result<Vec<RecordBatch>, Error> {
        let end = self.hashes.len().min((task + 1) * RECORDS_PER_TASK);
        let mut columns = Columns::default();
        self.for_each_record(&self.hashes[task * RECORDS_PER_TASK..end], |timeline| {
            columns.push(timeline, self.view);
        })?;
        let rows = columns.rows;
        Ok(vec![batch(&self.schema, columns.finish(), rows)?])
    }
}

impl States {
    /// Calls `f` with the timeline of each record whose entity id has one of these hashes, which are
    /// ascending and some of those of the snapshot's records side by side, or few.
    fn for_each_record(&self, hashes: &[u64], mut f: impl FnMut(&Timeline)) -> Result<(), Error> {
        let parts = self.snapshot.parts();
        let mut readers: Vec<_> = parts.iter().map(|part| part.segment.entry_reader()).collect();
        let mut rows: Vec<Vec<(u64, Range<Row>)>> = Vec::new();
        for part in parts {
            let mut of_part = Vec::new();
            // A run of hashes that lie apart is looked up one by one.
            if hashes.len() < RECORDS_PER_TASK {
                for &hash in hashes {
                    of_part.extend(part.segment.records_between(hash, hash)?);
                }
            } else if let (Some(&first), Some(&last)) = (hashes.first(), hashes.last()) {
                of_part = part.segment.records_between(first, last)?;
            }
            rows.push(of_part);
        }
        for &hash in hashes {
            let mut entries: Vec<Entry> = Vec::new();
            for ((part, rows), reader) in parts.iter().zip(&rows).zip(&mut readers) {
                let first = rows.partition_point(|(theirs, _)| *theirs < hash);
                let theirs = rows[first..].iter().take_while(|(theirs, _)| *theirs == hash);
                let mut theirs: Vec<Row> = theirs.flat_map(|(_, rows)| rows.clone()).collect();
                theirs.retain(|row| part.deleted_rows[1].binary_search(row).is_err());
                reader.append(&theirs, &mut entries)?;
            }
            timelines(entries).iter().for_each(&mut f);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Columns {
    rows: usize,
    /// Type, id and field; value and value as recorded; event and actor.
    texts: [StringViewBuilder; 7],
    since: TimestampNanosecondBuilder,
    correction: StringViewBuilder,
    deleted: BooleanBuilder,
}

impl Columns {
    fn push(&mut self, timeline: &Timeline, view: View) {
        let state = timeline.state(view);
        for (field, found) in &state.fields {
            let event = &timeline.entries()[found.event].event;
            let correction = found.correction.map(|at| &timeline.entries()[at].event.event_id);
            let texts = [
                Some(event.entity_type.clone()),
                Some(event.entity_id.clone()),
                Some(field.clone()),
                found.value.clone(),
                found.recorded(field, timeline),
                Some(event.event_id.clone()),
                Some(event.actor.clone()),
            ];
            self.texts.iter_mut().zip(texts).for_each(|(column, text)| column.append_option(text));
            self.since.append_option(event.timestamp.timestamp_nanos_opt());
            self.correction.append_option(correction);
            self.deleted.append_value(state.deleted);
            self.rows += 1;
        }
    }

    fn finish(mut self) -> Vec<ArrayRef> {
        let mut columns: Vec<ArrayRef> = Vec::new();
        columns.extend(self.texts.iter_mut().map(|text| Arc::new(text.finish()) as ArrayRef));
        columns.push(Arc::new(self.since.finish().with_timezone("UTC")));
        columns.push(Arc::new(self.correction.finish()));
        columns.push(Arc::new(self.deleted.finish()));
        columns
    }
}
