//! Decodes one file of a journal, and checks it row by row.
//!
//! Columns are found by name. Text may have any of Arrow's text types. A required column must
//! exist. A row that breaks a rule is reported with its number and left out. Unknown columns are
//! preserved as text.
//!
//! In this folder: `footer` checks the footer before the library reads it, `retype` makes metadata
//! that reads texts as bytes, and `columns` turns record batches into rows.
//!
//! This runs on files of unknown origin, in the process of a [`crate::Decoder`].

mod columns;
mod footer;
mod retype;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::array::RecordBatchReader;
use arrow::datatypes::Schema;
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::RowGroupMetaData;

use columns::Columns;

use crate::rows::DecodedRows;

/// Maximum decoded size of one file, in bytes, as [`DecodedRows::size`] counts it. Files that
/// Daybook wrote stay far below.
const MAX_DECODED_BYTES: usize = 512 << 20;

/// Maximum number of rows of one file: a row's number has 32 bits.
const MAX_ROWS: u64 = u32::MAX as u64;

/// Maximum number of rows in a record batch.
const BATCH_ROWS: usize = 1024;

/// Size that a record batch should not exceed, in bytes: with long rows it has fewer.
const BATCH_BYTES: usize = 16 << 20;

/// Decodes a whole Parquet file in this process. For files of unknown origin use a
/// [`crate::Decoder`]: the Parquet library may panic, abort, or allocate without limit.
///
/// # Errors
/// The whole file is refused if it is empty or no readable Parquet file, if a required column is
/// missing, repeated or of an unfit type, if it is damaged, if its rows are not as many as it says,
/// or if it decodes to more than 512 MiB or 2^32 - 1 rows. The error is a clause about the file.
pub fn decode(bytes: &Bytes) -> Result<DecodedRows, String> {
    if bytes.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let metadata = footer::check(bytes).and_then(|()| {
        ArrowReaderMetadata::load(bytes, ArrowReaderOptions::new()).map_err(|e| e.to_string())
    });
    let metadata = metadata.map_err(|e| format!("not a readable Parquet file: {e}"))?;
    // Text that is not UTF-8 fails a whole batch. Read as bytes, it is an error of its row only.
    let declared = Arc::clone(metadata.schema());
    let read = |metadata| read(bytes, metadata, &declared);
    read(metadata.clone()).or_else(|problem| match retype::texts_as_bytes(&metadata) {
        Some(metadata) => read(metadata).map_err(|_| problem),
        None => Err(problem),
    })
}

/// Reads all batches of a file. `declared` is the schema as the file has it.
fn read(
    bytes: &Bytes,
    metadata: ArrowReaderMetadata,
    declared: &Schema,
) -> Result<DecodedRows, String> {
    let mut rows = DecodedRows::default();
    let (batch_rows, row_count) = (batch_rows(&metadata), declared_rows(&metadata)?);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), metadata)
        .with_batch_size(batch_rows)
        .build()
        .map_err(|e| format!("not a readable Parquet file: {e}"))?;
    // A file without rows is checked by its columns.
    Columns::check(&reader.schema(), declared)?;
    for batch in reader {
        let batch = batch.map_err(|e| format!("damaged from row {} on: {e}", rows.in_file))?;
        Columns::of(&batch, declared)?.append_to(&mut rows);
        if rows.size() > MAX_DECODED_BYTES || rows.in_file > MAX_ROWS {
            let most = MAX_DECODED_BYTES >> 20;
            return Err(format!("unfolds to more than {most} MiB, so it was not read"));
        }
    }
    // Pages may end early without an error; the missing rows would go unnoticed.
    if rows.in_file != row_count {
        return Err(format!("says that it has {row_count} rows, and has {}", rows.in_file));
    }
    Ok(rows)
}

/// The number of rows by the file's metadata. The sum over its row groups must be the same.
fn declared_rows(metadata: &ArrowReaderMetadata) -> Result<u64, String> {
    let metadata = metadata.metadata();
    let in_file = metadata.file_metadata().num_rows();
    let mut in_groups = metadata.row_groups().iter().map(RowGroupMetaData::num_rows);
    let sum = in_groups.try_fold(0_i64, |sum, rows| sum.checked_add(rows).filter(|_| rows >= 0));
    let said = u64::try_from(in_file).ok().filter(|_| sum == Some(in_file));
    said.ok_or_else(|| format!("says that it has {in_file} rows, and its groups say otherwise"))
}

/// The number of rows in a record batch, from the sizes in the metadata. They may be wrong: the
/// limits of the process cover that.
fn batch_rows(metadata: &ArrowReaderMetadata) -> usize {
    let groups = metadata.metadata().row_groups();
    let bytes: i64 = groups.iter().map(|g| g.total_byte_size().max(0)).fold(0, i64::saturating_add);
    let rows: i64 = groups.iter().map(|g| g.num_rows().max(0)).fold(0, i64::saturating_add);
    let row = usize::try_from(bytes / rows.max(1)).unwrap_or(usize::MAX).max(1);
    (BATCH_BYTES / row).clamp(1, BATCH_ROWS)
}
