//! Parquet: one file with all columns of the events, exactly.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use event::{Entry, entries_to_batch};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;

use crate::Error;
use crate::about::About;
use crate::altered::Altered;
use crate::aside::AsideFile;
use crate::export::Output;
use crate::row::{ADDRESS, FILE, MARKS, ROW, address, further_cell, further_name, marks, place};

/// Most rows of a row group, and bytes that it may take in memory.
const GROUP_ROWS: usize = 1 << 17;
const GROUP_BYTES: usize = 48 << 20;

/// Writer of a Parquet file that keeps one row group of bounded size in memory.
pub(crate) struct GroupedWriter<W: Write + Send>(ArrowWriter<W>);

impl<W: Write + Send> GroupedWriter<W> {
    /// Begins a file of at most `rows` rows, in the journal's own encoding.
    pub fn begin(to: W, schema: SchemaRef, rows: usize) -> Result<Self, ParquetError> {
        let format = event::FORMAT.to_string();
        let metadata = vec![KeyValue::new("daybook.format".to_owned(), format)];
        Self::begin_with(to, schema, rows, metadata)
    }

    /// A file of rows that are no events: without the format of these.
    pub fn begin_without_format(to: W, schema: SchemaRef) -> Result<Self, ParquetError> {
        Self::begin_with(to, schema, GROUP_ROWS, Vec::new())
    }

    fn begin_with(
        to: W,
        schema: SchemaRef,
        rows: usize,
        metadata: Vec<KeyValue>,
    ) -> Result<Self, ParquetError> {
        let properties = journal::parquet_properties(rows.min(GROUP_ROWS) as u64, metadata)?;
        Ok(Self(ArrowWriter::try_new(to, schema, Some(properties))?))
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        self.0.write(batch)?;
        if self.0.in_progress_rows() >= GROUP_ROWS || self.0.memory_size() >= GROUP_BYTES {
            self.0.flush()?;
        }
        Ok(())
    }

    /// Bytes that the file has and will have for what was written, about.
    pub fn bytes(&self) -> usize {
        self.0.bytes_written() + self.0.in_progress_size()
    }

    /// Ends the file, and returns what it was written to.
    pub fn finish(self) -> Result<W, ParquetError> {
        self.0.into_inner()
    }
}

/// Export as one Parquet file.
pub(crate) struct ParquetFile {
    writer: GroupedWriter<AsideFile>,
    schema: SchemaRef,
    further: BTreeSet<String>,
}

impl ParquetFile {
    /// Begins a file of so many events.
    pub fn begin(file: AsideFile, further: BTreeSet<String>, events: usize) -> Result<Self, Error> {
        let own = event::schema();
        let text = |name: &str| Arc::new(Field::new(name, DataType::Utf8, true));
        let row = Arc::new(Field::new(ROW, DataType::UInt64, true));
        let about = [text(FILE), row, text(ADDRESS), text(MARKS)];
        let others = further.iter().map(|name| text(&further_name(name)));
        let fields: Vec<_> = own.fields().iter().cloned().chain(about).chain(others).collect();
        let schema = Arc::new(Schema::new(fields));
        let writer = GroupedWriter::begin(file, Arc::clone(&schema), events)?;
        Ok(Self { writer, schema, further })
    }
}

impl Output for ParquetFile {
    fn write(&mut self, entries: &[Arc<Entry>], _: &mut Altered) -> Result<(), Error> {
        let own = entries_to_batch(entries)?;
        let rows: UInt64Array = entries.iter().map(|entry| place(entry).1).collect();
        let files: StringArray = entries.iter().map(|entry| place(entry).0).collect();
        let addresses: StringArray = entries.iter().map(|entry| address(entry)).collect();
        let marks: StringArray = entries.iter().map(|entry| marks(entry)).collect();
        let about: [ArrayRef; 4] =
            [Arc::new(files), Arc::new(rows), Arc::new(addresses), Arc::new(marks)];
        let others = self.further.iter().map(|name| further_array(entries, name));
        let arrays = own.columns().iter().cloned().chain(about).chain(others).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays)?;
        Ok(self.writer.write(&batch)?)
    }

    fn finish(self: Box<Self>, _: &About) -> Result<(), Error> {
        self.writer.finish()?.finish()
    }
}

/// A further column of entries.
pub(crate) fn further_array(entries: &[Arc<Entry>], name: &str) -> ArrayRef {
    let cells = entries.iter().map(|entry| further_cell(entry, name));
    Arc::new(cells.collect::<StringArray>())
}
