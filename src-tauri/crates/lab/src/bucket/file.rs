//! Writer of journal files: eleven columns of text with the defaults of the Parquet writer, on all
//! processors; and if that is asked for, when each event was recorded.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{Field, FieldRef, Schema};
use chrono::{DateTime, SecondsFormat};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;

use super::Size;
use super::fields::{Record, actor};
use super::plan::{Change, PlannedEvent};
use super::values::{event_id, new_value, value};
use crate::error::LabError;

/// Name of the column with the time of recording.
const RECORDED_AT: &str = "recorded_at";

/// Names of files: when the last event of each arrived. Holds that of the last name, in
/// milliseconds since 1970.
#[derive(Default)]
pub struct FileNames(i64);

impl FileNames {
    /// The name of the next file, which has `rows`. Names differ and ascend.
    pub fn next(&mut self, rows: &[PlannedEvent]) -> String {
        let arrival = rows.last().map_or(0, |event| event.save.arrival);
        self.0 = arrival.div_euclid(1000).max(self.0 + 1);
        let time = DateTime::from_timestamp_millis(self.0).unwrap_or_default();
        format!("{}.parquet", time.format("%Y%m%d_%H%M%S_%3f"))
    }
}

/// File that is to be written.
struct Task {
    path: PathBuf,
    rows: Vec<PlannedEvent>,
}

/// Pool of threads that encode and write files.
pub struct Workers {
    /// Bounded: a sender waits while the threads are behind.
    tasks: SyncSender<Task>,
}

impl Workers {
    /// Runs `work`, which sends files to the pool, and waits until all of them are written.
    pub fn run(
        size: Size,
        work: impl FnOnce(&Self) -> Result<(), LabError>,
    ) -> Result<(), LabError> {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let (tasks, receiver) = sync_channel(count);
        let receiver = Arc::new(Mutex::new(receiver));
        thread::scope(|scope| {
            let start = |_| {
                let receiver = Arc::clone(&receiver);
                scope.spawn(move || write_all(&receiver, size))
            };
            let threads: Vec<_> = (0..count).map(start).collect();
            // Only the threads hold it from here on: when all have ended, sending fails.
            drop(receiver);
            let result = work(&Self { tasks });
            for thread in threads {
                thread
                    .join()
                    .map_err(|_| LabError::Unsound("a writing thread panicked".to_owned()))??;
            }
            result
        })
    }

    /// Sends a file to the pool.
    pub fn write(&self, path: PathBuf, rows: Vec<PlannedEvent>) -> Result<(), LabError> {
        let ended = |_| LabError::Unsound("every writing thread has ended".to_owned());
        self.tasks.send(Task { path, rows }).map_err(ended)
    }
}

/// Work of one thread: writes files until there are no more.
fn write_all(receiver: &Mutex<Receiver<Task>>, size: Size) -> Result<(), LabError> {
    let next = || receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(task) = next() {
        write(&task.path, &task.rows, size)?;
    }
    Ok(())
}

/// Writes a file.
fn write(path: &Path, rows: &[PlannedEvent], size: Size) -> Result<(), LabError> {
    let bytes = encode(rows, size);
    let bytes = bytes.map_err(|source| LabError::Journal { path: path.to_owned(), source })?;
    fs::write(path, bytes).map_err(LabError::file("write", path))
}

/// A file as bytes.
fn encode(rows: &[PlannedEvent], size: Size) -> Result<Vec<u8>, ParquetError> {
    let (mut schema, mut columns) = (event::legacy_schema(), columns(rows, size.seed));
    if size.recorded {
        let times = rows.iter().map(|row| row.save.arrival);
        let times = TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC");
        let field = Field::new(RECORDED_AT, times.data_type().clone(), true);
        let fields: Vec<FieldRef> = schema.fields().iter().cloned().chain([field.into()]).collect();
        schema = Arc::new(Schema::new(fields));
        columns.push(Arc::new(times));
    }
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(bytes)
}

/// The eleven columns of some rows.
fn columns(rows: &[PlannedEvent], seed: u64) -> Vec<ArrayRef> {
    let records: Vec<Record> = rows.iter().map(|row| Record::new(seed, row.save.record)).collect();
    let both = || rows.iter().zip(&records);
    let kind = |row: &PlannedEvent, record: &Record| record.kind.fields[row.field].kind;
    let old = |(row, record): (&PlannedEvent, &Record)| {
        row.old.map(|number| value(seed, number, kind(row, record)))
    };
    let new = |(row, record): (&PlannedEvent, &Record)| {
        new_value(seed, row.number, kind(row, record), row.change)
    };
    vec![
        text(rows.iter().map(|row| event_id(seed, row.number))),
        text(rows.iter().map(|row| rfc3339(row.save.at))),
        text(records.iter().map(|record| record.kind.name)),
        text(records.iter().map(|record| &record.entity_id)),
        text(both().map(|(row, record)| record.kind.fields[row.field].name)),
        text(rows.iter().map(|row| action(row.change))),
        Arc::new(both().map(old).collect::<StringArray>()),
        Arc::new(both().map(new).collect::<StringArray>()),
        text(rows.iter().map(|row| actor(row.save.actor))),
        text(rows.iter().map(|row| row.save.source)),
        text(records.iter().map(|record| record.workspace)),
    ]
}

/// A column of text without nulls.
fn text<T: AsRef<str>>(values: impl Iterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// The action of a change.
fn action(change: Change) -> &'static str {
    match change {
        Change::Insert => "insert",
        Change::Update | Change::Clear => "update",
        Change::Delete => "delete",
    }
}

/// An instant in microseconds since 1970 as text, with six digits after the second.
pub fn rfc3339(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Micros, false)
}
