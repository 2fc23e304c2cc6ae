//! An extract: a bucket with a part of a journal, in the journal's own format. Daybook opens it, with the
//! same answers about these events.
//!
//! Rows lie in the total order, and the names of the files ascend, so that events of other writers, whose
//! ties are ordered by file and row, keep their order.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use event::{COLUMNS, Cell, Column, Entry, entries_to_batch};
use serde::Serialize;

use crate::Error;
use crate::about::About;
use crate::altered::Altered;
use crate::aside::{AsideFolder, FileInFolder};
use crate::export::Output;
use crate::parquet_file::{GroupedWriter, further_array};

/// Folder of the journal's files.
const JOURNAL: &str = "journal";

/// File that says of what the bucket is an extract.
const EXTRACT: &str = "journal/.extract";

/// Most rows of a file.
const FILE_ROWS: usize = 1_000_000;

/// Most bytes of rows before encoding, about, that a file takes beyond what is encoded: it stays below
/// 64 MiB.
const FILE_BYTES: usize = 56 << 20;

/// Bytes of rows before encoding that are written at once.
const BATCH_BYTES: usize = 16 << 20;

/// Bytes that a row takes before encoding, beside its texts.
const ROW_BYTES: usize = 128;

/// Export as an extract.
pub(crate) struct ExtractFolder {
    folder: AsideFolder,
    schema: SchemaRef,
    /// Further columns that are none of a journal's own.
    further: BTreeSet<String>,
    /// Events that are still to be written.
    left: usize,
    /// The file that is being written, and its rows.
    open: Option<(GroupedWriter<FileInFolder>, usize)>,
    /// Number of files so far.
    files: usize,
}

/// The JSON that says of what a bucket is an extract.
#[derive(Serialize)]
struct ExtractJson<'a> {
    bucket: Option<&'a str>,
    query: &'a str,
    at: String,
    version: &'a str,
    events: usize,
    amendments: usize,
}

impl ExtractFolder {
    /// Begins an extract of so many events.
    pub fn begin(
        mut folder: AsideFolder,
        mut further: BTreeSet<String>,
        events: usize,
    ) -> Result<Self, Error> {
        folder.make_folder(JOURNAL)?;
        further.retain(|name| Column::named(name).is_none_or(|it| !COLUMNS.contains(&it)));
        let own = event::schema();
        let others = further.iter().map(|name| Arc::new(Field::new(name, DataType::Utf8, true)));
        let fields: Vec<_> = own.fields().iter().cloned().chain(others).collect();
        let schema = Arc::new(Schema::new(fields));
        Ok(Self { folder, schema, further, left: events, open: None, files: 0 })
    }

    /// Writes entries into the open file, or into the next if they do not fit.
    fn write_batch(&mut self, entries: &[Arc<Entry>], bytes: usize) -> Result<(), Error> {
        let is_full = self.open.as_ref().is_some_and(|(writer, rows)| {
            writer.bytes() + bytes > FILE_BYTES || rows + entries.len() > FILE_ROWS
        });
        if is_full {
            self.end_file()?;
        }
        if self.open.is_none() {
            self.files += 1;
            let name = format!("{JOURNAL}/extract-{:08}.parquet", self.files);
            let rows = self.left.min(FILE_ROWS);
            let file = self.folder.begin_file(&name)?;
            self.open = Some((GroupedWriter::begin(file, Arc::clone(&self.schema), rows)?, 0));
        }
        let own = entries_to_batch(entries)?;
        let others = self.further.iter().map(|name| further_array(entries, name));
        let arrays = own.columns().iter().cloned().chain(others).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays)?;
        if let Some((writer, rows)) = &mut self.open {
            writer.write(&batch)?;
            *rows += entries.len();
        }
        self.left = self.left.saturating_sub(entries.len());
        Ok(())
    }

    fn end_file(&mut self) -> Result<(), Error> {
        let Some((writer, _)) = self.open.take() else { return Ok(()) };
        writer.finish()?.finish().map_err(|error| self.folder.failed(error))
    }
}

/// Bytes of an entry before encoding, about.
fn size(entry: &Entry) -> usize {
    let others = entry.extra.values().chain(entry.about_row.values()).map(String::len);
    let own = entry.event.cells().into_iter().map(Cell::text_len);
    ROW_BYTES + own.chain(others).sum::<usize>()
}

impl Output for ExtractFolder {
    fn write(&mut self, entries: &[Arc<Entry>], _: &mut Altered) -> Result<(), Error> {
        let (mut start, mut bytes) = (0, 0);
        for (at, entry) in entries.iter().enumerate() {
            let size = size(entry);
            if at > start && bytes + size > BATCH_BYTES {
                self.write_batch(&entries[start..at], bytes)?;
                (start, bytes) = (at, 0);
            }
            bytes += size;
        }
        self.write_batch(&entries[start..], bytes)
    }

    fn finish(mut self: Box<Self>, about: &About) -> Result<(), Error> {
        self.end_file()?;
        let of = ExtractJson {
            bucket: about.bucket.as_deref(),
            query: &about.question,
            // What an extract was taken of is as old as that.
            at: event::format_time(
                about.coverage.extract.as_ref().map_or(about.exported_at, |of| of.at),
            ),
            version: about.version,
            events: about.events,
            amendments: about.amendments,
        };
        let mut file = self.folder.begin_file(EXTRACT)?;
        let failed = |error| self.folder.failed(error);
        let json = serde_json::to_string(&of).map_err(|error| failed(error.into()))?;
        file.write_all(format!("{json}\n").as_bytes()).map_err(failed)?;
        file.finish().map_err(failed)?;
        self.folder.finish()
    }
}
