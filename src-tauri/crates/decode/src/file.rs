//! Decodes one file of a journal, and checks it row by row.
//!
//! Columns are found by name, and their types are those of the Parquet schema. A column of the table
//! may have any type of which each value has one meaning, and an old or new value any type at all: it
//! is the text that shows it. A row with a value that has no meaning is reported with its number and
//! left out. The first eleven columns must exist, or be named by the path of the file. Columns that
//! are not in the table are preserved as text, and never cost a row.
//!
//! In this folder: `footer` checks the footer before the library reads it, `meaning` has what the
//! Parquet schema says beyond Arrow's types, `durations` the one thing that only Arrow's own says,
//! `int96` finds the unit of one kind of instants, `retype` makes metadata that reads texts as bytes
//! or leaves columns out, `columns` turns record batches into rows, `parts` takes these as a whole or
//! part by part, and `source` is a file that is too large to be held in memory.
//!
//! This runs on files of unknown origin, in the process of a [`crate::Decoder`].

mod columns;
mod durations;
mod footer;
mod int96;
mod meaning;
mod parts;
mod retype;
mod shape;
mod source;

#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::panic::{self, AssertUnwindSafe};

use arrow::array::RecordBatchReader;
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::ChunkReader;
use parquet::schema::types::Type;

use columns::Columns;
use meaning::Meanings;
use parts::{MAX_WHOLE_BYTES, RowSink, Whole};
pub(crate) use parts::{Parts, Refusal};
pub use shape::{ColumnKind, FileShape};
pub(crate) use source::FileSource;

use crate::Partitions;
use crate::rows::DecodedRows;

/// Maximum number of rows of one file: a row's number has 32 bits.
const MAX_ROWS: u64 = u32::MAX as u64;

/// Maximum number of rows in a record batch.
const BATCH_ROWS: usize = 1024;

/// Size that a record batch should not exceed, in bytes: with long rows it has fewer.
const BATCH_BYTES: usize = 16 << 20;

/// Decodes a whole Parquet file in this process. `partitions` are the columns that its path names.
/// For files of unknown origin use a [`crate::Decoder`]: the Parquet library may panic, abort, or
/// allocate without limit.
///
/// # Errors
/// The whole file is refused if it is empty or no readable Parquet file, if one of the first eleven
/// columns is neither in it nor in its path, if a column of the table is there twice, if it is
/// damaged, if its rows are not as many as it says, or if it decodes to more than 96 MiB: such a file
/// is decoded part by part. The error is a clause about the file.
pub fn decode(bytes: &Bytes, partitions: &Partitions) -> Result<DecodedRows, String> {
    decode_whole(bytes, partitions).map_err(|refusal| match refusal {
        Refusal::Problem(problem) => problem,
        Refusal::TooLarge => format!("unfolds to more than {} MiB", MAX_WHOLE_BYTES >> 20),
    })
}

/// [`decode`], which says whether the file is only too large for it.
pub(crate) fn decode_whole(bytes: &Bytes, partitions: &Partitions) -> Result<DecodedRows, Refusal> {
    let mut whole = Whole::default();
    decode_into(bytes, partitions, &mut whole)?;
    Ok(whole.rows)
}

/// Decodes a file into a sink.
pub(crate) fn decode_into<R: ChunkReader + Clone + 'static>(
    file: &R,
    partitions: &Partitions,
    sink: &mut impl RowSink,
) -> Result<(), Refusal> {
    if file.len() == 0 {
        return Err(Refusal::Problem("the file is empty".to_owned()));
    }
    if let Some(column) = partitions.contradiction() {
        let problem = format!("its path names the column {column} twice, with different values");
        return Err(problem.into());
    }
    catching_panic(|| {
        let not_parquet = |e: String| format!("not a readable Parquet file: {e}");
        footer::check(&end(file)).map_err(not_parquet)?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(file);
        let metadata = metadata.map_err(|e| not_parquet(e.to_string()))?;
        let meanings = Meanings::of(metadata.file_metadata());
        decode_columns(file, &metadata, meanings, partitions, sink)
    })
}

/// Decodes all columns of a file, or as many as can be.
fn decode_columns<R: ChunkReader + Clone + 'static>(
    file: &R,
    metadata: &ParquetMetaData,
    mut meanings: Meanings,
    partitions: &Partitions,
    sink: &mut impl RowSink,
) -> Result<(), Refusal> {
    let mut read = |metadata: ParquetMetaData, meanings: &Meanings| {
        catching_panic(|| {
            let (typed, exact) = typed(file, &metadata)?;
            read(file, typed, exact, meanings, partitions, sink)
        })
    };
    let problem = match read(metadata.clone(), &meanings) {
        Ok(()) => return Ok(()),
        Err(Refusal::TooLarge) => return Err(Refusal::TooLarge),
        Err(Refusal::Problem(problem)) => problem,
    };
    // Text that is not UTF-8 fails a whole batch. Read as bytes, it is an error of its row only.
    if let Some(metadata) = retype::texts_as_bytes(metadata, |_| true)
        && let done @ (Ok(()) | Err(Refusal::TooLarge)) = read(metadata, &meanings)
    {
        return done;
    }
    // A column outside of the table never costs a row, nor another column.
    let unread: Vec<(String, String)> = meanings
        .others()
        .iter()
        .filter_map(|name| Some((name.clone(), why_unreadable(file, metadata, name)?)))
        .collect();
    if unread.is_empty() {
        return Err(Refusal::Problem(problem));
    }
    meanings.leave_out(unread);
    let is_read = |field: &Type| meanings.is_read(field.name());
    match retype::texts_as_bytes(metadata, is_read).map(|metadata| read(metadata, &meanings)) {
        Some(done @ (Ok(()) | Err(Refusal::TooLarge))) => done,
        _ => Err(Refusal::Problem(problem)),
    }
}

/// Metadata by which a file is read, and what its columns of far instants need beside it.
fn typed<R: ChunkReader + Clone + 'static>(
    file: &R,
    metadata: &ParquetMetaData,
) -> Result<(ArrowReaderMetadata, Option<int96::ExactTexts>), Refusal> {
    let not_parquet = |e: ParquetError| format!("not a readable Parquet file: {e}");
    let units = int96::units(file, metadata);
    let typed = retype::by_parquet_schema(metadata.clone(), &units).map_err(not_parquet)?;
    let exact = int96::ExactTexts::of(file, metadata, &units, batch_rows(&typed));
    Ok((typed, exact.map_err(not_parquet)?))
}

/// Why a column cannot be read; `None` if it can.
fn why_unreadable<R: ChunkReader + Clone + 'static>(
    file: &R,
    metadata: &ParquetMetaData,
    name: &str,
) -> Option<String> {
    let alone = retype::texts_as_bytes(metadata, |field| field.name() == name)?;
    let read = catching_panic(|| {
        let (typed, _) = typed(file, &alone)?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), typed);
        let reader = reader.with_batch_size(BATCH_ROWS).build().map_err(|e| e.to_string())?;
        for batch in reader {
            batch.map_err(|e| e.to_string())?;
        }
        Ok(())
    });
    match read {
        Err(Refusal::Problem(why)) => Some(why),
        Ok(()) | Err(Refusal::TooLarge) => None,
    }
}

/// Turns a panic of the library into an error.
fn catching_panic<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panicked| {
        let said = match panicked.downcast_ref::<String>() {
            Some(said) => Some(said.as_str()),
            None => panicked.downcast_ref::<&str>().copied(),
        };
        Err(format!("damaged: {}", said.unwrap_or("the decoder gave up")).into())
    })
}

/// The end of a file: its footer, and the length and letters behind that.
fn end(file: &impl ChunkReader) -> Bytes {
    /// Bytes of the footer's length, and of the letters at the end.
    const TAIL: usize = 8;
    // What cannot be read here the library reports.
    let last = |length: u64| {
        let length = length.min(file.len());
        let bytes = usize::try_from(length).unwrap_or_default();
        file.get_bytes(file.len() - length, bytes).unwrap_or_default()
    };
    let tail = last(TAIL as u64);
    let footer = tail.first_chunk().map_or(0, |length| u32::from_le_bytes(*length));
    last(TAIL as u64 + u64::from(footer))
}

/// Reads all batches of a file.
fn read<R: ChunkReader + Clone + 'static>(
    file: &R,
    metadata: ArrowReaderMetadata,
    mut exact: Option<int96::ExactTexts>,
    meanings: &Meanings,
    partitions: &Partitions,
    sink: &mut impl RowSink,
) -> Result<(), Refusal> {
    sink.begin();
    let mut rows = DecodedRows { problem: meanings.problem(), ..DecodedRows::default() };
    let (batch_rows, row_count) = (batch_rows(&metadata), declared_rows(&metadata)?);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), metadata)
        .with_batch_size(batch_rows)
        .build()
        .map_err(|e| format!("not a readable Parquet file: {e}"))?;
    // A file without rows is checked by its columns.
    Columns::check(&reader.schema(), meanings, partitions)?;
    for batch in reader {
        let damaged = |e: &dyn Display| format!("damaged from row {} on: {e}", rows.in_file);
        let mut batch = batch.map_err(|e| damaged(&e))?;
        if let Some(exact) = &mut exact {
            batch = exact.in_place(&batch).map_err(|e| damaged(&e))?;
        }
        Columns::of(&batch, meanings, partitions)?.append_to(&mut rows);
        if rows.in_file > MAX_ROWS {
            return Err(format!("has more than {MAX_ROWS} rows, so it was not read").into());
        }
        if rows.size() > sink.part_bytes() {
            let (in_file, problem) = (rows.in_file, rows.problem.clone());
            let next = DecodedRows { in_file, problem, ..DecodedRows::default() };
            sink.take(std::mem::replace(&mut rows, next))?;
        }
    }
    // Pages may end early without an error; the missing rows would go unnoticed.
    if rows.in_file != row_count {
        let problem = format!("says that it has {row_count} rows, and has {}", rows.in_file);
        return Err(problem.into());
    }
    sink.finish(rows)
}

/// The number of rows by the file's metadata. The sum over its row groups must be the same.
fn declared_rows(metadata: &ArrowReaderMetadata) -> Result<u64, String> {
    let metadata = metadata.metadata();
    let in_file = metadata.file_metadata().num_rows();
    let mut in_groups = metadata.row_groups().iter().map(RowGroupMetaData::num_rows);
    let sum = in_groups.try_fold(0_i64, |sum, rows| sum.checked_add(rows).filter(|_| rows >= 0));
    let claimed = u64::try_from(in_file).ok().filter(|_| sum == Some(in_file));
    claimed.ok_or_else(|| format!("says that it has {in_file} rows, and its groups say otherwise"))
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
