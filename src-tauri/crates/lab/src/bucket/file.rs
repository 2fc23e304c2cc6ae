//! The files: eleven columns of text with the Parquet writer's defaults, written on all processors.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use chrono::{DateTime, SecondsFormat};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;

use super::fields::{Record, actor};
use super::plan::{Change, Planned};
use super::values::{event_id, new_value, value};
use crate::error::LabError;

/// The name of the last file: when its last event arrived, in milliseconds since 1970.
#[derive(Default)]
pub struct Name(i64);

impl Name {
    /// The name of the next file, which holds `rows`. No two files have the same.
    pub fn after(&mut self, rows: &[Planned]) -> String {
        let arrival = rows.last().map_or(0, |event| event.save.arrival);
        self.0 = arrival.div_euclid(1000).max(self.0 + 1);
        let time = DateTime::from_timestamp_millis(self.0).unwrap_or_default();
        format!("{}.parquet", time.format("%Y%m%d_%H%M%S_%3f"))
    }
}

/// A file that is still to be written.
struct Task {
    path: PathBuf,
    rows: Vec<Planned>,
}

/// Threads that write files.
pub struct Workers {
    tasks: SyncSender<Task>,
}

impl Workers {
    /// Lets `work` hand over files, and waits until all of them are written.
    pub fn run(
        seed: u64,
        work: impl FnOnce(&Self) -> Result<(), LabError>,
    ) -> Result<(), LabError> {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let (tasks, waiting) = sync_channel(count);
        let waiting = Arc::new(Mutex::new(waiting));
        thread::scope(|scope| {
            let start = |_| {
                let waiting = Arc::clone(&waiting);
                scope.spawn(move || write_all(&waiting, seed))
            };
            let threads: Vec<_> = (0..count).map(start).collect();
            // Only the threads hold it from here on, so that their end is seen.
            drop(waiting);
            let handed_over = work(&Self { tasks });
            for thread in threads {
                thread
                    .join()
                    .map_err(|_| LabError::Unsound("a writing thread panicked".to_owned()))??;
            }
            handed_over
        })
    }

    pub fn write(&self, path: PathBuf, rows: Vec<Planned>) -> Result<(), LabError> {
        let ended = |_| LabError::Unsound("every writing thread has ended".to_owned());
        self.tasks.send(Task { path, rows }).map_err(ended)
    }
}

fn write_all(waiting: &Mutex<Receiver<Task>>, seed: u64) -> Result<(), LabError> {
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(task) = next() {
        write(&task.path, &task.rows, seed)?;
    }
    Ok(())
}

fn write(path: &Path, rows: &[Planned], seed: u64) -> Result<(), LabError> {
    let bytes = encode(rows, seed);
    let bytes = bytes.map_err(|source| LabError::Journal { path: path.to_owned(), source })?;
    fs::write(path, bytes).map_err(LabError::file("write", path))
}

fn encode(rows: &[Planned], seed: u64) -> Result<Vec<u8>, ParquetError> {
    let schema = event::legacy_schema();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns(rows, seed))?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(bytes)
}

fn columns(rows: &[Planned], seed: u64) -> Vec<ArrayRef> {
    let records: Vec<Record> = rows.iter().map(|row| Record::new(seed, row.save.record)).collect();
    let both = || rows.iter().zip(&records);
    let kind = |row: &Planned, record: &Record| record.kind.fields[row.field].kind;
    let old = |(row, record): (&Planned, &Record)| {
        row.old.map(|number| value(seed, number, kind(row, record)))
    };
    let new = |(row, record): (&Planned, &Record)| {
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

fn text<T: AsRef<str>>(values: impl Iterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn action(change: Change) -> &'static str {
    match change {
        Change::Insert => "insert",
        Change::Update | Change::Clear => "update",
        Change::Delete => "delete",
    }
}

/// An instant in microseconds since 1970, as text with six digits of them.
pub fn rfc3339(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Micros, false)
}
