//! What a catalog holds, and what changes in it.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use bucket::FileMeta;
use decode::id_hash;
use rusqlite::{Transaction, params};

use super::segment::{Duplicate, Row, Segment};

/// By what a file is known to be the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub size: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub modified: i64,
}

impl Identity {
    pub fn of(file: &FileMeta) -> Self {
        Self { size: file.size, modified: file.modified }
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileRead {
    pub identity: Identity,
    /// Rows in it, good and bad.
    pub rows: u64,
    /// Why it was not read.
    pub problem: Option<String>,
    pub bad: Vec<(u64, String)>,
    /// The segment that holds its good rows.
    pub segment: Option<i64>,
}

/// A segment of the catalog, and which of its rows are left out of every answer.
#[derive(Debug)]
pub(crate) struct VisibleSegment {
    pub id: i64,
    pub segment: Arc<Segment>,
    /// By time and by record, each ascending.
    pub deleted_rows: [Vec<Row>; 2],
}

/// The files that were read, by name.
pub(crate) type Files = HashMap<Arc<str>, FileRead>;

/// What a catalog holds at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    pub files: Arc<Files>,
    pub segments: Vec<Arc<VisibleSegment>>,
    pub repeated: bool,
    pub(super) changes: i64,
}

impl Contents {
    /// Rows of all files, good and bad.
    pub fn rows(&self) -> u64 {
        self.files.values().map(|read| read.rows).sum()
    }

    /// Events of all segments, each counted once.
    pub fn events(&self) -> usize {
        self.segments.iter().map(|visible| visible.len()).sum()
    }

    /// Whether no row of the catalog is left out because of another's.
    pub fn is_plain(&self) -> bool {
        !self.repeated && self.segments.iter().all(|shown| shown.deleted_rows[0].is_empty())
    }

    /// What a change makes of it.
    pub(super) fn apply(&mut self, change: &Change<'_>, added: Option<&Arc<VisibleSegment>>) {
        self.segments.retain(|shown| !change.dropped.contains(&shown.id));
        self.segments.extend(added.cloned());
        let files = Arc::make_mut(&mut self.files);
        for name in change.gone {
            files.remove(name);
        }
        for (name, read) in change.read {
            files.insert(Arc::clone(name), read.clone());
        }
        for shown in &mut self.segments {
            let theirs = change.deleted_rows.iter().filter(|(id, _)| *id == shown.id);
            let theirs: Vec<&Duplicate> = theirs.map(|(_, duplicate)| duplicate).collect();
            if !theirs.is_empty() {
                *shown = Arc::new(shown.hiding(&theirs));
            }
        }
        self.repeated |= change.repeated;
        self.changes += 1;
    }
}

impl VisibleSegment {
    /// Rows that are not left out.
    pub fn len(&self) -> usize {
        self.segment.len() - self.deleted_rows[0].len()
    }

    /// Whether it is the same segment with the same rows left out.
    pub fn is_as(&self, other: &Self) -> bool {
        self.id == other.id && self.deleted_rows == other.deleted_rows
    }

    /// The rows by record that may have this id, without those left out.
    pub fn rows_with_id(&self, id: &str) -> io::Result<Vec<Row>> {
        self.rows_with_id_hash(id_hash(id))
    }

    /// The rows by record whose id has this hash, without those left out.
    pub fn rows_with_id_hash(&self, hash: u32) -> io::Result<Vec<Row>> {
        let mut rows = self.segment.with_id_hash(hash)?;
        rows.retain(|row| self.deleted_rows[1].binary_search(row).is_err());
        Ok(rows)
    }

    /// The same segment with some more of its rows left out.
    pub fn hiding(&self, duplicates: &[&Duplicate]) -> Self {
        let [mut by_time, mut by_record] = self.deleted_rows.clone();
        by_time.extend(duplicates.iter().map(|duplicate| duplicate.by_time));
        by_record.extend(duplicates.iter().map(|duplicate| duplicate.by_record));
        for rows in [&mut by_time, &mut by_record] {
            rows.sort_unstable();
            rows.dedup();
        }
        let segment = Arc::clone(&self.segment);
        Self { id: self.id, segment, deleted_rows: [by_time, by_record] }
    }
}

/// What changes in a catalog.
#[derive(Debug, Default)]
pub(crate) struct Change<'a> {
    pub added: Option<i64>,
    pub dropped: &'a [i64],
    /// Files that were read, and what became of them.
    pub read: &'a [(Arc<str>, FileRead)],
    /// Files that are no longer in the bucket, or are others now.
    pub gone: &'a [Arc<str>],
    /// Of which segments the files are in `added` from now on.
    pub moved: &'a [i64],
    pub deleted_rows: &'a [(i64, Duplicate)],
    pub repeated: bool,
}

impl Change<'_> {
    pub(super) fn put_files(&self, to: &Transaction<'_>) -> rusqlite::Result<()> {
        for name in self.gone {
            to.execute("DELETE FROM file WHERE name = ?1", [name])?;
        }
        for id in self.moved {
            to.execute("UPDATE file SET segment = ?1 WHERE segment = ?2", params![self.added, id])?;
        }
        let mut put =
            to.prepare("INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for (name, read) in self.read {
            let bad = (!read.bad.is_empty()).then(|| serde_json::to_string(&read.bad));
            let bad = bad.transpose().unwrap_or_default();
            put.execute(params![
                name,
                read.identity.size.cast_signed(),
                read.identity.modified,
                read.segment,
                read.rows.cast_signed(),
                read.problem,
                bad
            ])?;
        }
        Ok(())
    }
}
