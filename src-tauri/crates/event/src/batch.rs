//! Arrow record batches of events.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, FixedSizeBinaryBuilder, RecordBatch, StringArray, TimestampMicrosecondArray,
    UInt64Array, new_null_array,
};
use arrow::datatypes::Field;
use arrow::error::ArrowError;

use crate::{COLUMNS, Cell, Cells, Column, EVENT_COLUMNS, Entry, Event, Kind, Storage, schema};

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

/// Converts entries as [`to_batch`] converts events, with the columns after [`EVENT_COLUMNS`] that their
/// rows have: those of the seal.
///
/// # Errors
///
/// Fails if a row has a text in such a column that the files Daybook writes cannot hold.
pub fn entries_to_batch(entries: &[Arc<Entry>]) -> Result<RecordBatch, ArrowError> {
    let cells: Vec<Cells<'_>> = entries.iter().map(|entry| entry.event.cells()).collect();
    let array = |column: Column| match EVENT_COLUMNS.get(column.index()) {
        Some(_) => Ok(array(column, &cells)),
        None => array_about_rows(column, entries),
    };
    let arrays = COLUMNS.into_iter().map(array).collect::<Result<_, _>>()?;
    RecordBatch::try_new(schema(), arrays)
}

/// A column after [`EVENT_COLUMNS`].
fn array_about_rows(column: Column, entries: &[Arc<Entry>]) -> Result<ArrayRef, ArrowError> {
    let texts = entries.iter().map(|entry| entry.about_row.get(column.name()));
    if column.storage() != Storage::Binary16 {
        return Ok(Arc::new(texts.collect::<StringArray>()));
    }
    let mut bytes = FixedSizeBinaryBuilder::with_capacity(entries.len(), 16);
    for text in texts {
        match text {
            Some(text) => bytes.append_value(sixteen_bytes(column, text)?)?,
            None => bytes.append_null(),
        }
    }
    Ok(Arc::new(bytes.finish()))
}

/// The bytes of a text of hexadecimal digits.
fn sixteen_bytes(column: Column, text: &str) -> Result<[u8; 16], ArrowError> {
    let is_hex = text.len() == 32 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = is_hex.then(|| u128::from_str_radix(text, 16).ok()).flatten();
    number.map(u128::to_be_bytes).ok_or_else(|| {
        let name = column.name();
        ArrowError::InvalidArgumentError(format!("{name} “{text}” is not 32 hexadecimal digits"))
    })
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
