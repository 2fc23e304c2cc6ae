//! Scan of events by time: columns of plain numbers, and of codes whose texts are in a dictionary.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewArray, TimestampNanosecondArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use event::Column;

use super::EventColumn;
use crate::Error;
use crate::answers::Selected;
use crate::catalog::segment::{Segment, UNKNOWN};
use crate::snapshot::Snapshot;
use crate::tables::{BATCH_ROWS, Scan, batch, of_arrow};

/// Rows of a task.
const TASK_ROWS: usize = 1 << 16;

pub(super) struct ByTime {
    snapshot: Arc<Snapshot>,
    selected: Arc<Vec<Selected>>,
    columns: Vec<EventColumn>,
    schema: SchemaRef,
    /// A part, and a range of its rows by time.
    tasks: Vec<(usize, Range<usize>)>,
    /// Of each part the texts of each column that is a dimension.
    dictionaries: Vec<Vec<Option<StringViewArray>>>,
}

impl ByTime {
    pub fn new(
        snapshot: &Arc<Snapshot>,
        selected: Arc<Vec<Selected>>,
        columns: Vec<EventColumn>,
        schema: SchemaRef,
    ) -> Self {
        let mut tasks = Vec::new();
        for (part, selected) in selected.iter().enumerate() {
            for start in selected.rows.clone().step_by(TASK_ROWS) {
                let rows = start..selected.rows.end.min(start + TASK_ROWS);
                if selected.count_in(rows.clone()) > 0 {
                    tasks.push((part, rows));
                }
            }
        }
        let dictionaries = snapshot.parts().iter().map(|part| {
            let texts = |column: &EventColumn| {
                column.dimension().map(|dimension| dictionary(&part.segment, dimension))
            };
            columns.iter().map(texts).collect()
        });
        let dictionaries = dictionaries.collect();
        let snapshot = Arc::clone(snapshot);
        Self { snapshot, selected, columns, schema, tasks, dictionaries }
    }
}

impl Scan for ByTime {
    fn tasks(&self) -> usize {
        self.tasks.len()
    }

    fn read(&self, task: usize) -> Result<Vec<RecordBatch>, Error> {
        let (part, rows) = self.tasks[task].clone();
        let (segment, selected) = (&self.snapshot.parts()[part].segment, &self.selected[part]);
        let count = selected.count_in(rows.clone());
        let wanted = (count < rows.len()).then(|| {
            let mut wanted = Vec::with_capacity(count);
            selected.for_each_in(rows.clone(), |row| wanted.push(row - rows.start));
            wanted
        });
        let mut columns = Vec::with_capacity(self.columns.len());
        for (column, texts) in self.columns.iter().zip(&self.dictionaries[part]) {
            columns.push(read(segment, *column, texts.as_ref(), rows.clone(), wanted.as_deref())?);
        }
        let all = batch(&self.schema, columns, count)?;
        let starts = (0..count).step_by(BATCH_ROWS);
        Ok(starts.map(|start| all.slice(start, BATCH_ROWS.min(count - start))).collect())
    }
}

/// Texts of a dimension by their codes.
pub(super) fn dictionary(segment: &Segment, dimension: usize) -> StringViewArray {
    segment.dimension_values(dimension).iter().map(Option::as_deref).collect()
}

/// Column of rows by time: of those that are wanted, which are numbered within the range.
fn read(
    segment: &Segment,
    column: EventColumn,
    texts: Option<&StringViewArray>,
    rows: Range<usize>,
    wanted: Option<&[usize]>,
) -> Result<ArrayRef, Error> {
    if let (Some(texts), Some(dimension)) = (texts, column.dimension()) {
        let codes = only(segment.dimension_codes(dimension, rows)?, wanted);
        return Ok(take(texts, &UInt32Array::from(codes), None).map_err(of_arrow)?);
    }
    let times = match column {
        EventColumn::Of(Column::RecordedAt) => recorded_at(segment, rows, wanted)?,
        _ => TimestampNanosecondArray::from(only(segment.times(rows)?, wanted)),
    };
    Ok(Arc::new(times.with_timezone("UTC")))
}

fn recorded_at(
    segment: &Segment,
    rows: Range<usize>,
    wanted: Option<&[usize]>,
) -> io::Result<TimestampNanosecondArray> {
    let len = wanted.map_or(rows.len(), <[usize]>::len);
    Ok(match segment.recorded_at(rows)? {
        Some(times) => {
            let known = |time| (time != UNKNOWN).then_some(time);
            only(times, wanted).into_iter().map(known).collect()
        }
        None => TimestampNanosecondArray::new_null(len),
    })
}

/// The wanted of some items; all of them if none are named.
fn only<T: Copy>(items: Vec<T>, wanted: Option<&[usize]>) -> Vec<T> {
    match wanted {
        Some(wanted) => wanted.iter().map(|&at| items[at]).collect(),
        None => items,
    }
}
