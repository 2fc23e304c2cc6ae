//! Contents of a catalog, in memory, and a change of them.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;

use bucket::FileMeta;
use decode::{DecodedRows, id_hash};
use rusqlite::{Transaction, params};

use super::segment::{Duplicate, Row, Segment};
use super::writer_logs::{FileNumbers, LogNumber, WriterLogs};
use crate::ledger::KnownFile;

/// Identity of a file's state. A file with another one is looked at again: if its bytes are the same,
/// as they are in a copy, only the identity is noted anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// In bytes.
    pub size: u64,
    /// When the file was last modified, in nanoseconds since 1970.
    pub modified: i64,
    /// When its bytes or metadata last changed, in nanoseconds since 1970; 0 if unknown.
    pub changed: i64,
    /// Version of the object, or its entity tag; of a local file the number.
    pub tag: Option<String>,
}

impl Identity {
    /// Identity of a file as it was listed.
    pub fn of(file: &FileMeta) -> Self {
        let FileMeta { size, modified, changed, .. } = *file;
        let tag = file.version.as_ref().or(file.e_tag.as_ref()).cloned();
        Self { size, modified, changed, tag }
    }

    /// The file of this name as it was listed.
    pub fn file(&self, name: &str) -> FileMeta {
        let Self { size, modified, changed, .. } = *self;
        let (name, e_tag) = (name.to_owned(), self.tag.clone());
        FileMeta { name, size, modified, changed, e_tag, version: None }
    }

    /// Whether it is that of a file as it was listed.
    pub fn is_of(&self, file: &FileMeta) -> bool {
        self.size == file.size
            && self.modified == file.modified
            && self.changed == file.changed
            && self.tag.as_ref() == file.version.as_ref().or(file.e_tag.as_ref())
    }
}

/// In the place of the SHA-256 of a file whose bytes were not read.
pub(crate) const NOT_HASHED: [u8; 32] = [0; 32];

/// File of the bucket that was read, and the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileRead {
    /// The state in which it was read.
    pub identity: Identity,
    /// Rows in it, good and bad.
    pub rows: u64,
    /// Why none of it could be decoded.
    pub problem: Option<String>,
    /// Its bad rows: the row from 0, and what is wrong with it.
    pub bad: Vec<(u64, String)>,
    /// The segment that holds its good rows; `None` if it has none.
    pub segment: Option<i64>,
    /// First and last timestamp of its events, in nanoseconds since 1970.
    pub span: Option<(i64, i64)>,
    /// SHA-256 of its bytes, or [`NOT_HASHED`].
    pub sha256: [u8; 32],
    /// Whether the ledger has other bytes of it.
    pub altered: bool,
}

impl FileRead {
    /// A file in the state in which it was listed, of which no row is known yet.
    pub fn new(file: &FileMeta, sha256: [u8; 32]) -> Self {
        Self {
            identity: Identity::of(file),
            rows: 0,
            problem: None,
            bad: Vec::new(),
            segment: None,
            span: None,
            sha256,
            altered: false,
        }
    }

    /// Adds what is known of further rows of the file, and takes the bad ones from them.
    pub fn add_rows(&mut self, rows: &mut DecodedRows) {
        self.rows = rows.in_file;
        self.bad.append(&mut rows.bad);
        if let Some(problem) = rows.problem.take() {
            self.problem = Some(problem);
        }
        let (first, last) = self.span.unzip();
        let times = || rows.time.iter().copied();
        self.span = times().chain(first).min().zip(times().chain(last).max());
    }

    /// Whether its bytes were read to the end: what is no Parquet file by its size and end is not.
    pub fn is_hashed(&self) -> bool {
        self.sha256 != NOT_HASHED
    }

    /// The state of the file, for the ledger.
    pub fn known(&self) -> KnownFile {
        KnownFile { rows: self.rows, span: self.span, sha256: self.sha256 }
    }
}

/// Segment of a snapshot, with its deleted rows. Deleted is a row whose event another segment holds
/// too: no answer counts it. The segment file itself never changes.
#[derive(Debug)]
pub(crate) struct VisibleSegment {
    /// Id of the segment in the catalog; no other segment ever has it.
    pub id: i64,
    /// The segment, with the deleted rows still in it.
    pub segment: Arc<Segment>,
    /// Deleted rows, numbered by time and by record, each ascending. Both name the same events.
    pub deleted_rows: [Vec<Row>; 2],
}

/// Files that were read, by name.
pub(crate) type Files = HashMap<Arc<str>, FileRead>;

/// Contents of a catalog at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    /// Files of the bucket that were read.
    pub files: Arc<Files>,
    /// Segments, by id.
    pub segments: Vec<Arc<VisibleSegment>>,
    /// Whether a segment was ever written without a row because another file has the same event.
    pub repeated: bool,
    /// Numbers of the writers' logs that the files hold.
    pub logs: Arc<WriterLogs>,
    /// Numbers that different events of one writer have.
    pub doubled: Arc<BTreeSet<LogNumber>>,
    /// How many changes led here: tells whether the catalog has changed since.
    pub changes: i64,
}

impl Contents {
    /// How many rows all files have, good and bad.
    pub fn rows(&self) -> u64 {
        self.files.values().map(|read| read.rows).sum()
    }

    /// How many events all segments have, each counted once.
    pub fn events(&self) -> usize {
        self.segments.iter().map(|visible| visible.len()).sum()
    }

    /// Whether no row of any file was left out or deleted because another file has the same event, and
    /// no two have one number. Then a file can be dropped without a look at the others.
    pub fn has_no_duplicates(&self) -> bool {
        !self.repeated
            && self.doubled.is_empty()
            && self.segments.iter().all(|visible| visible.deleted_rows[0].is_empty())
    }

    /// Hides files that the catalog still has, with their events. What the catalog holds is loaded anew
    /// the next time.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub fn hide(&mut self, files: &[Arc<str>], logs: WriterLogs) -> io::Result<()> {
        for visible in &mut self.segments {
            let rows = visible.segment.rows_of_files(files)?;
            if !rows.is_empty() {
                *visible = Arc::new(visible.with_deleted(&rows));
            }
        }
        let known = Arc::make_mut(&mut self.files);
        for name in files {
            known.remove(name);
        }
        self.logs = Arc::new(logs);
        self.changes = 0;
        Ok(())
    }

    /// Applies a change that was committed. `added` is the segment that it adds.
    pub(super) fn apply(&mut self, change: &Change<'_>, added: Option<&Arc<VisibleSegment>>) {
        self.segments.retain(|visible| !change.dropped.contains(&visible.id));
        self.segments.extend(added.cloned());
        let files = Arc::make_mut(&mut self.files);
        for name in change.gone {
            files.remove(name);
        }
        for (name, read) in change.read {
            files.insert(Arc::clone(name), read.clone());
        }
        for (name, identity) in change.same {
            if let Some(read) = files.get_mut(name) {
                read.identity = identity.clone();
            }
        }
        for visible in &mut self.segments {
            let theirs = change.deleted_rows.iter().filter(|(id, _)| *id == visible.id);
            let theirs: Vec<_> = theirs.map(|(_, duplicate)| duplicate.rows()).collect();
            if !theirs.is_empty() {
                *visible = Arc::new(visible.with_deleted(&theirs));
            }
        }
        self.repeated |= change.repeated;
        if let Some(logs) = change.logs {
            self.logs = Arc::new(logs.clone());
        }
        if !change.doubled.is_empty() {
            Arc::make_mut(&mut self.doubled).extend(change.doubled.iter().cloned());
        }
        self.changes += 1;
    }
}

impl VisibleSegment {
    /// How many rows are not deleted.
    pub fn len(&self) -> usize {
        self.segment.len() - self.deleted_rows[0].len()
    }

    /// Whether it is the same segment with the same rows deleted.
    pub fn is_same(&self, other: &Self) -> bool {
        self.id == other.id && self.deleted_rows == other.deleted_rows
    }

    /// Rows by record that may have this event id, without deleted ones: the index knows hashes
    /// only, so the caller compares the ids.
    pub fn rows_with_id(&self, id: &str) -> io::Result<Vec<Row>> {
        self.rows_with_id_hash(id_hash(id))
    }

    /// Rows by record whose event id has this hash, without deleted ones.
    pub fn rows_with_id_hash(&self, hash: u32) -> io::Result<Vec<Row>> {
        let mut rows = self.segment.rows_with_id_hash(hash)?;
        rows.retain(|row| self.deleted_rows[1].binary_search(row).is_err());
        Ok(rows)
    }

    /// The same segment with more of its rows deleted, each by time and by record.
    pub fn with_deleted(&self, rows: &[[Row; 2]]) -> Self {
        let [mut by_time, mut by_record] = self.deleted_rows.clone();
        by_time.extend(rows.iter().map(|[by_time, _]| by_time));
        by_record.extend(rows.iter().map(|[_, by_record]| by_record));
        for rows in [&mut by_time, &mut by_record] {
            rows.sort_unstable();
            rows.dedup();
        }
        let segment = Arc::clone(&self.segment);
        Self { id: self.id, segment, deleted_rows: [by_time, by_record] }
    }
}

/// Change of a catalog, committed as a whole by [`super::Catalog::change`].
#[derive(Debug, Default)]
pub(crate) struct Change<'a> {
    /// Id of the segment that becomes part of the catalog.
    pub added: Option<i64>,
    /// Ids of the segments that cease to be part of it. Their files are removed.
    pub dropped: &'a [i64],
    /// Files that were read, each with the result.
    pub read: &'a [(Arc<str>, FileRead)],
    /// Files that are no longer in the bucket, or have changed.
    pub gone: &'a [Arc<str>],
    /// Files with the same bytes, each with its identity now.
    pub same: &'a [(Arc<str>, Identity)],
    /// Ids of segments whose files are in `added` from now on.
    pub moved: &'a [i64],
    /// Rows to delete, each with the id of its segment.
    pub deleted_rows: &'a [(i64, Duplicate)],
    /// Whether `added` was written without a row because another file has the same event.
    pub repeated: bool,
    /// Numbers of the writers' logs in the files of `read`, as many and in their order; none where
    /// no file was read.
    pub numbers: &'a [FileNumbers],
    /// Numbers that all files hold from now on; `None` if they stay the same.
    pub logs: Option<&'a WriterLogs>,
    /// Numbers that different events of one writer were found to have.
    pub doubled: &'a [LogNumber],
}

impl Change<'_> {
    /// Writes the part of the change that is about files and the numbers in them.
    pub(super) fn put_files(&self, to: &Transaction<'_>) -> rusqlite::Result<()> {
        for name in self.gone {
            to.execute("DELETE FROM file WHERE name = ?1", [name])?;
        }
        for id in self.moved {
            to.execute("UPDATE file SET segment = ?1 WHERE segment = ?2", params![self.added, id])?;
        }
        let mut renew = to.prepare(
            "UPDATE file SET size = ?2, modified = ?3, changed = ?4, tag = ?5 WHERE name = ?1",
        )?;
        for (name, Identity { size, modified, changed, tag }) in self.same {
            renew.execute(params![name, size.cast_signed(), modified, changed, tag])?;
        }
        let mut put = to.prepare(
            "INSERT OR REPLACE INTO file
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        for ((name, read), numbers) in self.read.iter().zip(self.numbers) {
            let bad = (!read.bad.is_empty()).then(|| serde_json::to_string(&read.bad));
            let bad = bad.transpose().unwrap_or_default();
            let (first, last) = read.span.unzip();
            put.execute(params![
                name,
                read.identity.size.cast_signed(),
                read.identity.modified,
                read.identity.changed,
                read.identity.tag,
                read.segment,
                read.rows.cast_signed(),
                read.problem,
                bad,
                first,
                last,
                read.sha256,
                read.altered,
                numbers.all.to_json()
            ])?;
        }
        if let Some(logs) = self.logs {
            logs.save(to)?;
        }
        for (writer, seq) in self.doubled {
            let sql = "INSERT OR IGNORE INTO doubled VALUES (?1, ?2)";
            to.execute(sql, params![writer, seq.cast_signed()])?;
        }
        Ok(())
    }
}
