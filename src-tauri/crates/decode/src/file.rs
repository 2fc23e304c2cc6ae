//! One file of a journal, checked row by row.
//!
//! Columns go by their names. What a column means must be certain: text may be stored in any of
//! Arrow's text types, a required column may not be missing, and a row that cannot be trusted is
//! named and left out. Columns nobody here knows are kept as text.
//!
//! This runs on files of unknown origin: see [`crate::Decoder`] for where.

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

/// The most that one file may unfold to, in bytes. A journal's own files have at most 64 MiB.
const MOST_UNFOLDED: usize = 512 << 20;

/// The most rows of one file: a row's number has 32 bits.
const MOST_ROWS: u64 = u32::MAX as u64;

/// At most so many rows are looked at together, and fewer where they are long.
const BATCH_ROWS: usize = 1024;
const BATCH_BYTES: usize = 16 << 20;

/// Reads a whole file. The error says what is wrong with it.
pub fn decode(bytes: &Bytes) -> Result<DecodedRows, String> {
    if bytes.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let metadata = footer::check(bytes).and_then(|()| {
        ArrowReaderMetadata::load(bytes, ArrowReaderOptions::new()).map_err(|e| e.to_string())
    });
    let metadata = metadata.map_err(|e| format!("not a readable Parquet file: {e}"))?;
    // Text that is not UTF-8 ends the reading of a whole batch. Read as mere bytes, it is a
    // finding about its row.
    let called = Arc::clone(metadata.schema());
    let read = |metadata| read(bytes, metadata, &called);
    read(metadata.clone()).or_else(|problem| match retype::texts_as_bytes(&metadata) {
        Some(metadata) => read(metadata).map_err(|_| problem),
        None => Err(problem),
    })
}

fn read(
    bytes: &Bytes,
    metadata: ArrowReaderMetadata,
    called: &Schema,
) -> Result<DecodedRows, String> {
    let mut rows = DecodedRows::default();
    let (batch_rows, said) = (batch_rows(&metadata), rows_said(&metadata)?);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), metadata)
        .with_batch_size(batch_rows)
        .build()
        .map_err(|e| format!("not a readable Parquet file: {e}"))?;
    // An empty file says by its columns whether it is part of a journal.
    Columns::check(&reader.schema(), called)?;
    for batch in reader {
        let batch = batch.map_err(|e| format!("damaged from row {} on: {e}", rows.in_file))?;
        Columns::of(&batch, called)?.take(&mut rows);
        if rows.size() > MOST_UNFOLDED || rows.in_file > MOST_ROWS {
            let most = MOST_UNFOLDED >> 20;
            return Err(format!("unfolds to more than {most} MiB, so it was not read"));
        }
    }
    // Pages may end early, and nobody else would miss their rows.
    if rows.in_file != said {
        return Err(format!("says that it has {said} rows, and has {}", rows.in_file));
    }
    Ok(rows)
}

/// How many rows a file says that it has.
fn rows_said(metadata: &ArrowReaderMetadata) -> Result<u64, String> {
    let metadata = metadata.metadata();
    let in_file = metadata.file_metadata().num_rows();
    let mut in_groups = metadata.row_groups().iter().map(RowGroupMetaData::num_rows);
    let sum = in_groups.try_fold(0_i64, |sum, rows| sum.checked_add(rows).filter(|_| rows >= 0));
    let said = u64::try_from(in_file).ok().filter(|_| sum == Some(in_file));
    said.ok_or_else(|| format!("says that it has {in_file} rows, and its groups say otherwise"))
}

/// How many rows to look at together, by what the file says of itself. What it says may be wrong:
/// that is what the limits of the process are for.
fn batch_rows(metadata: &ArrowReaderMetadata) -> usize {
    let groups = metadata.metadata().row_groups();
    let bytes: i64 = groups.iter().map(|g| g.total_byte_size().max(0)).fold(0, i64::saturating_add);
    let rows: i64 = groups.iter().map(|g| g.num_rows().max(0)).fold(0, i64::saturating_add);
    let row = usize::try_from(bytes / rows.max(1)).unwrap_or(usize::MAX).max(1);
    (BATCH_BYTES / row).clamp(1, BATCH_ROWS)
}
