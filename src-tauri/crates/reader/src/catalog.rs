//! The catalog of a bucket on this device: a folder of segment files, and a database that says
//! which of them count.
//!
//! | file | what it is |
//! |---|---|
//! | `catalog.sqlite` | the database: which segments and files of the bucket count ([`schema`]) |
//! | `N.segment` | the segment with the id `N`: events, columns and indexes, see [`segment`] |
//! | `records` | the summaries of all records, see [`crate::summaries`] |
//! | `damaged` | empty; there if a segment proved damaged: the next refresh rebuilds the catalog |
//! | `writing.lock` | locked by the process that changes the catalog |
//! | `merging.lock` | locked by the process that merges segments |
//!
//! Nothing in it is the only copy of anything: whatever is missing or damaged is rebuilt from the
//! bucket. Another version of Daybook has another folder: see [`folder_name`](mod@folder_name).
//!
//! Segments never change. A transaction of the database adds one and drops others; a process that
//! is killed leaves at most orphan files, which the next process to take a lock removes. One
//! process changes the catalog at a time; another may write a merged segment meanwhile; any number
//! read.
//!
//! [`contents`] is what a catalog holds, in memory; [`schema`] the tables; [`lock`](mod@lock) the
//! locks; [`segment`] the segment files; [`compaction`] merges them.

pub(crate) mod compaction;
mod contents;
mod folder_name;
mod lock;
mod schema;
pub(crate) mod segment;
mod writer_logs;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bucket::platform::check_regular;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

pub(crate) use contents::{
    Change, Contents, FileRead, Files, Identity, NOT_HASHED, VisibleSegment,
};
pub(crate) use folder_name::folder_name;
pub(crate) use lock::Lock;
use lock::{lock, wait_for_lock};
use schema::{CLEAR, TABLES, VERSION};
pub(crate) use writer_logs::{FileNumbers, LogNumber, WriterLogs};

use crate::database::{self, Opened};
use segment::{Row, Segment, Source, damaged};

const DATABASE: &str = "catalog.sqlite";
/// File name of the record summaries: see [`crate::summaries`].
pub(crate) const SUMMARIES: &str = "records";
/// File name of the note that the catalog is damaged.
const DAMAGED: &str = "damaged";
/// File extension of segments; the stem is the id.
const SEGMENT: &str = "segment";
/// File names of the two locks.
const WRITING: &str = "writing.lock";
const MERGING: &str = "merging.lock";

/// File name of the time at which the bucket was listed last, if it is far.
const LISTED: &str = "listed";

/// Size of a catalog on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogSize {
    /// Bytes of all files in the catalog's folder, its database and locks included.
    pub bytes: u64,
    /// When one of those files was last modified; 1970 if the folder is empty.
    pub changed: DateTime<Utc>,
}

impl CatalogSize {
    /// Size of the catalog in a folder.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let mut size = Self { bytes: 0, changed: DateTime::UNIX_EPOCH };
        for entry in fs::read_dir(folder)? {
            let file = match entry?.metadata() {
                Ok(file) => file,
                // Another process has removed it meanwhile.
                Err(gone) if gone.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            size.bytes += file.len();
            size.changed = size.changed.max(file.modified()?.into());
        }
        Ok(size)
    }
}

/// What the database of a catalog says.
struct LoadedRows {
    changes: i64,
    /// See [`Contents::repeated`].
    repeated: bool,
    files: Files,
    /// Each with its deleted rows.
    segments: Vec<(i64, [Vec<Row>; 2])>,
    logs: WriterLogs,
    doubled: BTreeSet<LogNumber>,
}

/// Catalog opened by this process. It may be opened by others at the same time.
#[derive(Debug)]
pub(crate) struct Catalog {
    folder: PathBuf,
    database: Connection,
    why_read_only: Option<io::Error>,
}

impl Catalog {
    /// Opens the catalog in `folder`, which is created where it is missing. A database that is
    /// damaged or of another version is deleted with all segments, and made again empty; one that is
    /// busy, or cannot be opened for want of room or of file handles, is left as it is. One that cannot
    /// be written can still be read.
    ///
    /// # Errors
    /// Fails if the folder or the database cannot be created or read.
    #[tracing::instrument(name = "open_catalog", level = "debug", skip_all)]
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(DATABASE);
        let connect = || match open_own(&path) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(error),
            _ => database::open(&path, TABLES, VERSION),
        };
        let is_damaged = |error: &io::Error| error.kind() == io::ErrorKind::InvalidData;
        let mut opened = connect();
        if opened.as_ref().is_err_and(is_damaged) {
            let _lock = wait_for_lock(folder, WRITING, || ())?;
            // Whoever held the lock may have made it anew.
            opened = connect();
            if opened.as_ref().is_err_and(is_damaged) {
                clear(folder)?;
                opened = connect();
            }
        }
        let Opened { connection, why_read_only } = opened?;
        Ok(Self { folder: folder.to_owned(), database: connection, why_read_only })
    }

    /// Whether there is a catalog in `folder`.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(DATABASE).exists()
    }

    /// Whether it can only be read now.
    pub fn is_read_only(&self) -> bool {
        self.why_read_only.is_some()
    }

    /// When the bucket of the catalog in `folder` was listed last; `None` if that is not noted.
    pub fn listed_at(folder: &Path) -> Option<DateTime<Utc>> {
        fs::read_to_string(folder.join(LISTED)).ok()?.parse().ok()
    }

    /// Notes when the bucket was listed.
    pub fn note_listed(&self, at: DateTime<Utc>) {
        // Without it an answer from the catalog only does not say as of when it is.
        drop(fs::write(self.folder.join(LISTED), at.to_rfc3339()));
    }

    /// Opens the catalog in `folder`, and empties it. One that is damaged further in than opening
    /// looks is made anew.
    ///
    /// # Errors
    /// As [`Catalog::open`].
    pub fn open_emptied(folder: &Path) -> io::Result<Self> {
        let catalog = Self::open(folder)?;
        let lock = catalog.wait_for_lock()?;
        match catalog.empty(&lock) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                drop((catalog, lock));
                Self::make_anew(folder)
            }
            emptied => emptied.map(|()| catalog),
        }
    }

    /// Makes the catalog in `folder` anew, which is damaged: emptying a damaged database mends nothing.
    ///
    /// # Errors
    /// As [`Catalog::open`].
    pub fn make_anew(folder: &Path) -> io::Result<Self> {
        let lock = wait_for_lock(folder, WRITING, || ())?;
        clear(folder)?;
        drop(lock);
        Self::open(folder)
    }

    /// Takes the exclusive lock for changes; `None` if another process holds it.
    ///
    /// # Errors
    /// Fails if the catalog cannot be written.
    pub fn lock(&self) -> io::Result<Option<Lock>> {
        self.lock_and_clean_up(WRITING, MERGING)
    }

    /// Takes the lock `name`. If the lock `other` is free too, no process is writing a segment:
    /// then orphan segments, which killed processes left, are removed.
    fn lock_and_clean_up(&self, name: &str, other: &str) -> io::Result<Option<Lock>> {
        self.check_writable()?;
        let taken = lock(&self.folder, name)?;
        if taken.is_some()
            && let Some(_other) = lock(&self.folder, other)?
        {
            self.remove_orphans()?;
        }
        Ok(taken)
    }

    /// Takes the lock of [`Catalog::lock`], and waits for the process that holds it as long as that
    /// goes on.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if it has not gone on for 30 seconds.
    pub fn wait_for_lock(&self) -> io::Result<Lock> {
        self.check_writable()?;
        wait_for_lock(&self.folder, WRITING, || self.state().ok())
    }

    fn check_writable(&self) -> io::Result<()> {
        match &self.why_read_only {
            Some(why) => Err(io::Error::new(why.kind(), why.to_string())),
            None => Ok(()),
        }
    }

    /// Takes the exclusive lock for merging segments; `None` if another process holds it. A merge
    /// takes long; other processes can index new files meanwhile.
    pub fn lock_for_merging(&self) -> io::Result<Option<Lock>> {
        self.lock_and_clean_up(MERGING, WRITING)
    }

    /// Empties the catalog: drops every segment, every file and the summaries. It is not damaged
    /// then.
    pub fn empty(&self, _lock: &Lock) -> io::Result<()> {
        self.database.execute_batch(CLEAR).map_err(database::io_error)?;
        drop(fs::remove_file(self.folder.join(SUMMARIES)));
        self.remove_orphans()?;
        drop(fs::remove_file(self.folder.join(DAMAGED)));
        Ok(())
    }

    /// Removes segment files that the database does not list.
    fn remove_orphans(&self) -> io::Result<()> {
        let known = self.segment_ids().map_err(database::io_error)?;
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_segment = path.extension().is_some_and(|end| end == SEGMENT);
            let id = path.file_stem().and_then(|name| name.to_str()?.parse().ok());
            if is_segment && !id.is_some_and(|id: i64| known.contains(&id)) {
                // On Windows an open file cannot be removed: a later call does.
                drop(fs::remove_file(path));
            }
        }
        Ok(())
    }

    fn segment_ids(&self) -> rusqlite::Result<Vec<i64>> {
        let mut ids = self.database.prepare("SELECT id FROM segment ORDER BY id")?;
        ids.query_map([], |row| row.get(0))?.collect()
    }

    /// Loads what the catalog holds now. Segments that `known` has are not opened again; if nothing
    /// has changed since `known`, it is returned.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if a segment is damaged or missing.
    #[tracing::instrument(name = "load_catalog", level = "debug", skip_all)]
    pub fn load(&self, known: &Contents) -> io::Result<Contents> {
        let state = self.state().map_err(database::io_error)?;
        if state.0 == known.changes && state.0 > 0 {
            return Ok(known.clone());
        }
        // Another process may drop a segment after the database was read and before the segment is
        // opened: then the database has changed, and is read again.
        for _ in 0..8 {
            match self.load_once(known) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => return other,
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "the catalog misses a segment"))
    }

    /// The number of changes so far, and [`Contents::repeated`].
    fn state(&self) -> rusqlite::Result<(i64, bool)> {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.database.query_row("SELECT changes, repeated FROM state", [], row)
    }

    fn load_once(&self, known: &Contents) -> io::Result<Contents> {
        let loaded = self.rows().map_err(database::io_error)?;
        let LoadedRows { changes, repeated, files, segments, logs, doubled } = loaded;
        let mut visible = Vec::new();
        for (id, deleted_rows) in segments {
            let same = known.segments.iter().find(|s| s.id == id);
            let segment = if let Some(same) = same {
                Arc::clone(&same.segment)
            } else {
                Arc::new(open_segment(&self.folder, id)?)
            };
            visible.push(match same.filter(|same| same.deleted_rows == deleted_rows) {
                Some(same) => Arc::clone(same),
                None => Arc::new(VisibleSegment { id, segment, deleted_rows }),
            });
        }
        check_origin(&files, &visible)?;
        let (files, logs, doubled) = (Arc::new(files), Arc::new(logs), Arc::new(doubled));
        Ok(Contents { files, segments: visible, repeated, logs, doubled, changes })
    }

    /// Everything the database says, read in one transaction.
    fn rows(&self) -> rusqlite::Result<LoadedRows> {
        let reading = self.database.unchecked_transaction()?;
        let (changes, repeated) = self.state()?;
        let mut files = reading.prepare(
            "SELECT name, size, modified, changed, tag, segment, rows, problem, bad, first, last,
                    sha256, altered
             FROM file",
        )?;
        let files = files.query_map([], |row| {
            let name: String = row.get(0)?;
            let bad: Option<String> = row.get(8)?;
            let bad = bad.and_then(|bad| serde_json::from_str(&bad).ok()).unwrap_or_default();
            let size = row.get::<_, i64>(1)?.cast_unsigned();
            let (modified, changed, tag) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let identity = Identity { size, modified, changed, tag };
            let (segment, problem) = (row.get(5)?, row.get(7)?);
            let rows = row.get::<_, i64>(6)?.cast_unsigned();
            let (first, last): (Option<i64>, Option<i64>) = (row.get(9)?, row.get(10)?);
            let (span, sha256, altered) = (first.zip(last), row.get(11)?, row.get(12)?);
            let read = FileRead { identity, rows, problem, bad, segment, span, sha256, altered };
            Ok((Arc::from(name), read))
        })?;
        let files = files.collect::<rusqlite::Result<_>>()?;
        let mut deleted_rows: HashMap<i64, [Vec<Row>; 2]> = HashMap::new();
        let mut rows =
            reading.prepare("SELECT segment, by_time, by_record FROM hidden ORDER BY 1, 2")?;
        let rows = rows.query_map([], |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?])))?;
        for row in rows {
            let (segment, [by_time, by_record]) = row?;
            let both = deleted_rows.entry(segment).or_default();
            both[0].push(by_time);
            both[1].push(by_record);
        }
        for [_, by_record] in deleted_rows.values_mut() {
            by_record.sort_unstable();
        }
        let ids = self.segment_ids()?.into_iter();
        let segments = ids.map(|id| (id, deleted_rows.remove(&id).unwrap_or_default())).collect();
        let logs = WriterLogs::load(&reading)?;
        let mut doubled = reading.prepare("SELECT writer, seq FROM doubled")?;
        let number =
            |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()));
        let doubled = doubled.query_map([], number)?.collect::<rusqlite::Result<_>>()?;
        Ok(LoadedRows { changes, repeated, files, segments, logs, doubled })
    }

    /// The numbers of the writers' logs that the files hold but those that are in one of the segments
    /// `without` or have one of the names `gone`.
    pub fn logs_without(&self, without: &[i64], gone: &[Arc<str>]) -> io::Result<WriterLogs> {
        WriterLogs::of_files(&self.database, without, gone).map_err(database::io_error)
    }

    /// Notes that the bytes of these files are no longer what was read: the next refresh reads them
    /// again.
    pub fn distrust(&self, lock: &Lock, names: &[String]) -> io::Result<()> {
        self.update_files(lock, "UPDATE file SET size = -1 WHERE name = ?1", names)
    }

    /// Notes that the ledger now has these files as they are.
    pub fn acknowledge(&self, lock: &Lock, names: &[String]) -> io::Result<()> {
        self.update_files(lock, "UPDATE file SET altered = FALSE WHERE name = ?1", names)
    }

    /// Executes `sql` for each of these files, in one transaction.
    fn update_files(&self, _lock: &Lock, sql: &str, names: &[String]) -> io::Result<()> {
        let update = || {
            let transaction = self.database.unchecked_transaction()?;
            for name in names {
                transaction.execute(sql, [name])?;
            }
            transaction.execute("UPDATE state SET changes = changes + 1", [])?;
            transaction.commit()
        };
        update().map_err(database::io_error)
    }

    /// Writes a segment file under a new id, and opens it. It is an orphan until
    /// [`Catalog::change`] adds it. It is not synced to disk: what a power loss damages fails its
    /// checksum, and is rebuilt.
    pub fn write(
        &self,
        _lock: &Lock,
        write: impl FnOnce(&mut io::BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<Arc<VisibleSegment>> {
        let id = self.reserve_id().map_err(database::io_error)?;
        let path = self.path(id);
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
        let mut to = io::BufWriter::with_capacity(1 << 20, file);
        let written = write(&mut to).and_then(|()| to.flush());
        // What was written of it would fill the disk.
        written.inspect_err(|_| drop(fs::remove_file(&path)))?;
        let segment = Arc::new(Segment::open(Source::File(File::open(path)?), false)?);
        Ok(Arc::new(VisibleSegment { id, segment, deleted_rows: Default::default() }))
    }

    /// Removes the files of segments that were written and not added.
    pub fn discard(&self, segments: &[Arc<VisibleSegment>]) {
        for segment in segments {
            drop(fs::remove_file(self.path(segment.id)));
        }
    }

    /// An id that no segment has or had, so that a reader of an old segment never meets another one
    /// under its id.
    fn reserve_id(&self) -> rusqlite::Result<i64> {
        let reserving = self.database.unchecked_transaction()?;
        reserving.execute("INSERT INTO segment DEFAULT VALUES", [])?;
        let id = reserving.last_insert_rowid();
        reserving.execute("DELETE FROM segment WHERE id = ?1", [id])?;
        reserving.commit()?;
        Ok(id)
    }

    /// Commits a change in one transaction, and brings `contents` up to date: by the same change if
    /// they were what the catalog held, else by loading.
    pub fn change_with(
        &self,
        lock: &Lock,
        change: &Change<'_>,
        added: Option<&Arc<VisibleSegment>>,
        contents: &mut Contents,
    ) -> io::Result<()> {
        let before = self.state().map_err(database::io_error)?.0;
        self.change(lock, change)?;
        if before == contents.changes {
            contents.apply(change, added);
        } else {
            *contents = self.load(contents)?;
        }
        Ok(())
    }

    /// Commits a change in one transaction, then removes the files of dropped segments.
    pub fn change(&self, _lock: &Lock, change: &Change<'_>) -> io::Result<()> {
        self.commit(change).map_err(database::io_error)?;
        for id in change.dropped {
            drop(fs::remove_file(self.path(*id)));
        }
        Ok(())
    }

    #[tracing::instrument(name = "commit_catalog", level = "debug", skip_all)]
    fn commit(&self, change: &Change<'_>) -> rusqlite::Result<()> {
        let transaction = self.database.unchecked_transaction()?;
        for id in change.dropped {
            transaction.execute("DELETE FROM segment WHERE id = ?1", [id])?;
            transaction.execute("DELETE FROM hidden WHERE segment = ?1", [id])?;
        }
        if let Some(id) = change.added {
            transaction.execute("INSERT INTO segment (id) VALUES (?1)", [id])?;
        }
        change.put_files(&transaction)?;
        for (segment, duplicate) in change.deleted_rows {
            transaction.execute(
                "INSERT OR IGNORE INTO hidden VALUES (?1, ?2, ?3)",
                params![segment, duplicate.by_time, duplicate.by_record],
            )?;
        }
        transaction.execute(
            "UPDATE state SET changes = changes + 1, repeated = repeated OR ?1",
            [change.repeated],
        )?;
        transaction.commit()
    }

    /// Path of the segment file with this id.
    fn path(&self, id: i64) -> PathBuf {
        segment_path(&self.folder, id)
    }
}

/// Opens the segment with this id of the catalog in a folder.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] if it was dropped, [`io::ErrorKind::InvalidData`] if it is damaged.
pub(crate) fn open_segment(folder: &Path, id: i64) -> io::Result<Segment> {
    Segment::open(Source::File(open_own(&segment_path(folder, id))?), false)
}

/// Opens a file of a catalog to read it.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if it is no file, or without rights: it was written here, so that it
/// is damaged, and can be made anew.
fn open_own(path: &Path) -> io::Result<File> {
    check_regular(path)?;
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => damaged("a file without rights"),
        _ => error,
    })
}

/// Checks that each file's segment has it: one may have come from another catalog, or from an earlier
/// state of this one.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if one has not.
fn check_origin(files: &Files, segments: &[Arc<VisibleSegment>]) -> io::Result<()> {
    let named: HashMap<i64, HashSet<&str>> = segments
        .iter()
        .map(|one| (one.id, one.segment.files().iter().map(|name| &**name).collect()))
        .collect();
    let is_foreign = |(name, read): (&Arc<str>, &FileRead)| {
        let has_rows = read.rows > read.bad.len() as u64;
        let names = read.segment.and_then(|id| named.get(&id));
        has_rows && names.is_some_and(|names| !names.contains(&**name))
    };
    if files.iter().any(is_foreign) { Err(damaged("a segment of other files")) } else { Ok(()) }
}

fn segment_path(folder: &Path, id: i64) -> PathBuf {
    folder.join(format!("{id}.{SEGMENT}"))
}

/// Notes that the catalog in `folder` is damaged, as one of these segments proved to be. Nothing is
/// noted if none of them is there: then the catalog was rebuilt meanwhile.
pub(crate) fn note_damage(folder: &Path, segments: &[Arc<VisibleSegment>]) {
    if segments.iter().any(|one| segment_path(folder, one.id).exists()) {
        // If it cannot be written, a later question that meets the damage tries again.
        drop(File::create(folder.join(DAMAGED)));
    }
}

/// Whether the catalog in `folder` is noted to be damaged.
pub(crate) fn is_damaged(folder: &Path) -> bool {
    folder.join(DAMAGED).exists()
}

/// Removes every file but the locks, which other processes may hold.
fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|end| end != "lock") {
            let is_folder = fs::symlink_metadata(&path)?.is_dir();
            if is_folder { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
    }
    Ok(())
}
