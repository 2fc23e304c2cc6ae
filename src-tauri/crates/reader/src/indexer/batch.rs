//! Batch of files that become one segment.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use decode::DecodedRows;

use super::doubled_numbers::{add_numbers, find_doubled};
use super::file_ledger::FileLedger;
use crate::catalog::segment::{FileRows, build, duplicates};
use crate::catalog::{Catalog, Change, Contents, FileNumbers, FileRead, Lock, VisibleSegment};

/// Events from which on the first batch of a refresh is full: few, so that something can be asked
/// soon. The limit of each further batch is four times as high.
const FIRST_EVENTS: usize = 1 << 14;
/// The highest limit on events.
const MOST_EVENTS: usize = 1 << 19;
/// Bytes of decoded rows from which on a batch is full.
const MOST_BYTES: usize = 64 << 20;

/// Where files have fewer events than this on average, their number limits a batch: it is full with
/// `event_limit / EVENTS_PER_FILE` files, so that many small files can be asked soon as well.
const EVENTS_PER_FILE: usize = 64;

/// Batch of files that become one segment. The last file may exceed the limits.
#[derive(Default)]
pub(super) struct Batch {
    rows: Vec<FileRows>,
    /// All files, those without rows too.
    read: Vec<(Arc<str>, FileRead)>,
    /// Numbers of the writers' logs in each of `read`.
    numbers: Vec<FileNumbers>,
    events: usize,
    /// Bytes of `rows`, about.
    bytes: usize,
    /// Events from which on the batch is full.
    event_limit: usize,
}

impl Batch {
    /// The first batch of a refresh, empty.
    pub fn first() -> Self {
        Self { event_limit: FIRST_EVENTS, ..Self::default() }
    }

    /// Adds a file that could not be decoded.
    pub fn add_unreadable(&mut self, name: Arc<str>, read: FileRead) {
        self.read.push((name, read));
        self.numbers.push(FileNumbers::default());
    }

    /// Adds a file, its decoded rows, and their numbers.
    pub fn add(
        &mut self,
        name: Arc<str>,
        mut read: FileRead,
        mut rows: DecodedRows,
        numbers: FileNumbers,
    ) {
        read.add_rows(&mut rows);
        self.numbers.push(numbers);
        if !rows.is_empty() {
            self.events += rows.len();
            self.bytes += rows.size();
            self.rows.push(FileRows { file: name.to_string(), rows });
        }
        self.read.push((name, read));
    }

    /// Whether it is time to commit.
    pub fn is_full(&self) -> bool {
        self.events >= self.event_limit
            || self.bytes >= MOST_BYTES
            || self.read.len() >= self.event_limit / EVENTS_PER_FILE
    }

    /// Writes a segment of the batch's rows, and adds it and the files to the catalog in one
    /// transaction, after the ledger has noted the files. Rows whose event another segment has too
    /// are deleted in one of the two. The batch is the next one afterwards, empty.
    ///
    /// # Errors
    /// Fails if the ledger or the catalog cannot be read or written; the batch is lost then.
    #[tracing::instrument(name = "commit_segment", level = "debug", skip_all)]
    pub fn commit(
        &mut self,
        contents: &mut Contents,
        catalog: &Catalog,
        lock: &Lock,
        ledger: Option<&mut FileLedger>,
    ) -> io::Result<()> {
        if self.read.is_empty() {
            return Ok(());
        }
        let event_limit = (self.event_limit * 4).min(MOST_EVENTS);
        let batch = std::mem::replace(self, Self { event_limit, ..Self::default() });
        let (mut segment, mut left_out, mut read) = (None, 0, batch.read);
        if !batch.rows.is_empty() {
            let with_rows: HashSet<String> = batch.rows.iter().map(|r| r.file.clone()).collect();
            let written = catalog.write(lock, |to| {
                left_out = build(batch.rows, to)?;
                Ok(())
            })?;
            for (_, file) in read.iter_mut().filter(|(name, _)| with_rows.contains(&**name)) {
                file.segment = Some(written.id);
            }
            segment = Some(written);
        }
        let numbers = batch.numbers;
        NewFiles { read, numbers, segment, left_out }.commit(contents, catalog, lock, ledger)
    }
}

/// Files that were read, and the segment of their rows, which is written and not yet part of the
/// catalog.
pub(super) struct NewFiles {
    /// All files, those without rows too.
    pub read: Vec<(Arc<str>, FileRead)>,
    /// Numbers of the writers' logs in each of `read`.
    pub numbers: Vec<FileNumbers>,
    /// `None` if no file has a good row.
    pub segment: Option<Arc<VisibleSegment>>,
    /// How many rows were left out of it because another of its rows has the same event.
    pub left_out: usize,
}

impl NewFiles {
    /// Adds the files and their segment to the catalog in one transaction, after the ledger has noted
    /// them. Rows whose event another segment has too are deleted in one of the two.
    ///
    /// # Errors
    /// Fails if the ledger or the catalog cannot be read or written.
    pub fn commit(
        mut self,
        contents: &mut Contents,
        catalog: &Catalog,
        lock: &Lock,
        ledger: Option<&mut FileLedger>,
    ) -> io::Result<()> {
        if let Some(ledger) = ledger {
            ledger.note(&mut self.read)?;
        }
        let mut logs = (*contents.logs).clone();
        let again = add_numbers(&mut logs, &self.numbers);
        let (mut deleted_rows, mut doubled) = (Vec::new(), Vec::new());
        if let Some(segment) = &self.segment {
            for other in &contents.segments {
                for found in duplicates(&other.segment, &segment.segment)? {
                    let id = if found.of_second { segment.id } else { other.id };
                    deleted_rows.push((id, found));
                }
            }
            if !again.is_empty() {
                doubled = find_doubled(&again, &contents.logs, contents, segment, &deleted_rows)?;
            }
        }
        let change = Change {
            added: self.segment.as_ref().map(|segment| segment.id),
            read: &self.read,
            deleted_rows: &deleted_rows,
            repeated: self.left_out > 0,
            numbers: &self.numbers,
            logs: (logs != *contents.logs).then_some(&logs),
            doubled: &doubled,
            ..Change::default()
        };
        catalog.change_with(lock, &change, self.segment.as_ref(), contents)
    }
}
