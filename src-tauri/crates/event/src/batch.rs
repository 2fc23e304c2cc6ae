//! Arrow record batches of events.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array, new_null_array,
};
use arrow::datatypes::Field;
use arrow::error::ArrowError;

use crate::{COLUMNS, Cell, Cells, Column, EVENT_COLUMNS, Event, Kind, Storage, schema};

/// Converts events to an Arrow record batch with the [`schema`] of the files Daybook writes.
///
/// The columns after [`EVENT_COLUMNS`] are null. `recorded_at` is cut to microseconds.
///
/// # Errors
///
/// Fails if Arrow refuses the arrays for the schema. Events give it no reason to.
pub fn to_batch(events: &[Event]) -> Result<RecordBatch, ArrowError> {
    let cells: Vec<Cells<'_>> = events.iter().map(Event::cells).collect();
    let schema = schema();
    let array = |(column, field): (Column, &Arc<Field>)| match EVENT_COLUMNS.get(column.index()) {
        Some(_) => array(column, &cells),
        None => new_null_array(field.data_type(), events.len()),
    };
    let arrays = COLUMNS.into_iter().zip(schema.fields()).map(array).collect();
    RecordBatch::try_new(schema, arrays)
}

fn array(column: Column, rows: &[Cells<'_>]) -> ArrayRef {
    let cells = rows.iter().map(|cells| cells[column.index()]);
    match (column.kind(), column.storage()) {
        (Kind::Text, _) => Arc::new(cells.map(Cell::text).collect::<StringArray>()),
        (Kind::Instant, Storage::Utf8) => {
            Arc::new(cells.map(Cell::to_text).collect::<StringArray>())
        }
        (Kind::Instant, _) => {
            let micros = cells.map(|cell| cell.nanos().map(|nanos| nanos.div_euclid(1000)));
            Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        (Kind::Number, _) => Arc::new(cells.map(Cell::number).collect::<UInt64Array>()),
    }
}
