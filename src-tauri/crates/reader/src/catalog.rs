//! What was read of a bucket, kept on this device.
//!
//! A folder with segments, and a small database that says which of them are part of the catalog
//! and which files of the bucket they hold. Nothing in it is the only copy of anything: whatever
//! is missing, damaged or of another version is made anew from the bucket.
//!
//! Segments never change. One becomes part of the catalog, and others cease to be, in one
//! transaction; a process that is killed leaves at most files that belong to nothing, which the
//! next one to write removes. One process writes at a time, which a lock on a file sees to; any
//! number read.

pub(crate) mod compaction;
mod contents;
mod lock;
mod schema;
pub(crate) mod segment;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

pub(crate) use contents::{Change, Contents, FileRead, Files, Identity, VisibleSegment};
pub(crate) use lock::Lock;
use lock::{Wait, lock};
use schema::{FORGET, connect};

use segment::{Row, Segment, Source};

const DATABASE: &str = "catalog.sqlite";
/// The file of the record summaries: see [`crate::summaries`].
pub(crate) const SUMMARIES: &str = "records";
const SEGMENT: &str = "segment";
/// Files that are nothing but locks.
const WRITING: &str = "writing.lock";
const MERGING: &str = "merging.lock";

/// How much of a bucket is kept on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogSize {
    pub bytes: u64,
    /// When something was last added.
    pub changed: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct Catalog {
    folder: PathBuf,
    database: Connection,
}

impl Catalog {
    /// Opens the catalog in `folder`, which is made where it is missing.
    #[tracing::instrument(name = "open_catalog", level = "debug", skip_all)]
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let database = if let Ok(database) = connect(&folder.join(DATABASE)) {
            database
        } else {
            // It is damaged or of another version.
            let _lock = lock(folder, WRITING, Wait::Yes)?;
            clear(folder)?;
            connect(&folder.join(DATABASE)).map_err(io::Error::other)?
        };
        Ok(Self { folder: folder.to_owned(), database })
    }

    /// The right to change the catalog; `None` if another process has it.
    pub fn lock(&self) -> io::Result<Option<Lock>> {
        self.lock_and_sweep(WRITING, MERGING)
    }

    /// Takes a lock. With the other one too, nobody writes a segment: then what processes that
    /// were killed have left is removed.
    fn lock_and_sweep(&self, name: &str, other: &str) -> io::Result<Option<Lock>> {
        let taken = lock(&self.folder, name, Wait::No)?;
        if taken.is_some()
            && let Some(_other) = lock(&self.folder, other, Wait::No)?
        {
            self.sweep()?;
        }
        Ok(taken)
    }

    /// [`Catalog::lock`], when the other process is done.
    pub fn wait_for_lock(&self) -> io::Result<Lock> {
        lock(&self.folder, WRITING, Wait::Yes)?.ok_or_else(|| io::ErrorKind::WouldBlock.into())
    }

    /// The right to merge segments, which takes long and hinders nobody who reads new files.
    pub fn lock_for_merging(&self) -> io::Result<Option<Lock>> {
        self.lock_and_sweep(MERGING, WRITING)
    }

    /// Forgets everything.
    pub fn empty(&self, _lock: &Lock) -> io::Result<()> {
        self.database.execute_batch(FORGET).map_err(io::Error::other)?;
        drop(fs::remove_file(self.folder.join(SUMMARIES)));
        self.sweep()
    }

    /// Removes segments that are not part of the catalog.
    fn sweep(&self) -> io::Result<()> {
        let known = self.segment_ids().map_err(io::Error::other)?;
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_segment = path.extension().is_some_and(|end| end == SEGMENT);
            let id = path.file_stem().and_then(|name| name.to_str()?.parse().ok());
            if is_segment && !id.is_some_and(|id: i64| known.contains(&id)) {
                // Who still reads it may keep it from going; the next one removes it.
                drop(fs::remove_file(path));
            }
        }
        Ok(())
    }

    fn segment_ids(&self) -> rusqlite::Result<Vec<i64>> {
        let mut ids = self.database.prepare("SELECT id FROM segment ORDER BY id")?;
        ids.query_map([], |row| row.get(0))?.collect()
    }

    /// What the catalog holds now. Segments that `known` has are not opened again.
    #[tracing::instrument(name = "load_catalog", level = "debug", skip_all)]
    pub fn load(&self, known: &Contents) -> io::Result<Contents> {
        let state = self.state().map_err(io::Error::other)?;
        if state.0 == known.changes && state.0 > 0 {
            return Ok(known.clone());
        }
        // A segment may be merged into another before it is opened: then look again.
        for _ in 0..8 {
            match self.load_once(known) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => return other,
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "the catalog misses a segment"))
    }

    fn state(&self) -> rusqlite::Result<(i64, bool)> {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.database.query_row("SELECT changes, repeated FROM state", [], row)
    }

    fn load_once(&self, known: &Contents) -> io::Result<Contents> {
        let (changes, repeated, files, segments) = self.rows().map_err(io::Error::other)?;
        let mut shown = Vec::new();
        for (id, deleted_rows) in segments {
            let same = known.segments.iter().find(|s| s.id == id);
            let segment = if let Some(same) = same {
                Arc::clone(&same.segment)
            } else {
                let file = File::open(self.path(id))?;
                Arc::new(Segment::open(Source::File(file), false)?)
            };
            shown.push(match same.filter(|same| same.deleted_rows == deleted_rows) {
                Some(same) => Arc::clone(same),
                None => Arc::new(VisibleSegment { id, segment, deleted_rows }),
            });
        }
        Ok(Contents { files: Arc::new(files), segments: shown, repeated, changes })
    }

    #[expect(clippy::type_complexity, reason = "it is taken apart at once")]
    fn rows(&self) -> rusqlite::Result<(i64, bool, Files, Vec<(i64, [Vec<Row>; 2])>)> {
        let reading = self.database.unchecked_transaction()?;
        let (changes, repeated) = self.state()?;
        let mut files = reading
            .prepare("SELECT name, size, modified, segment, rows, problem, bad FROM file")?;
        let files = files.query_map([], |row| {
            let name: String = row.get(0)?;
            let bad: Option<String> = row.get(6)?;
            let bad = bad.and_then(|bad| serde_json::from_str(&bad).ok()).unwrap_or_default();
            let size = row.get::<_, i64>(1)?.cast_unsigned();
            let identity = Identity { size, modified: row.get(2)? };
            let (segment, problem) = (row.get(3)?, row.get(5)?);
            let rows = row.get::<_, i64>(4)?.cast_unsigned();
            Ok((Arc::from(name), FileRead { identity, rows, problem, bad, segment }))
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
        let segments = ids.map(|id| (id, deleted_rows.remove(&id).unwrap_or_default()));
        Ok((changes, repeated, files, segments.collect()))
    }

    /// Writes a segment, which is not yet part of the catalog. The id is one nobody else has.
    pub fn write(
        &self,
        _lock: &Lock,
        write: impl FnOnce(&mut io::BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<Arc<VisibleSegment>> {
        let id = self.reserve().map_err(io::Error::other)?;
        let path = self.path(id);
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
        let mut to = io::BufWriter::with_capacity(1 << 20, file);
        write(&mut to)?;
        to.into_inner().map_err(io::IntoInnerError::into_error)?;
        let segment = Arc::new(Segment::open(Source::File(File::open(path)?), false)?);
        Ok(Arc::new(VisibleSegment { id, segment, deleted_rows: Default::default() }))
    }

    /// An id that no segment has or had, so that who reads an old one never meets a new one.
    fn reserve(&self) -> rusqlite::Result<i64> {
        let reserving = self.database.unchecked_transaction()?;
        reserving.execute("INSERT INTO segment DEFAULT VALUES", [])?;
        let id = reserving.last_insert_rowid();
        reserving.execute("DELETE FROM segment WHERE id = ?1", [id])?;
        reserving.commit()?;
        Ok(id)
    }

    /// Makes a change, all of it or nothing, and makes it in `contents` too, if those are what the
    /// catalog held.
    pub fn change_with(
        &self,
        lock: &Lock,
        change: &Change<'_>,
        added: Option<&Arc<VisibleSegment>>,
        contents: &mut Contents,
    ) -> io::Result<()> {
        let before = self.state().map_err(io::Error::other)?.0;
        self.change(lock, change)?;
        if before == contents.changes {
            contents.apply(change, added);
        } else {
            *contents = self.load(contents)?;
        }
        Ok(())
    }

    /// Makes a change, all of it or nothing.
    pub fn change(&self, _lock: &Lock, change: &Change<'_>) -> io::Result<()> {
        self.commit(change).map_err(io::Error::other)?;
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

    /// How much there is of it.
    pub fn size(&self) -> io::Result<CatalogSize> {
        let mut size = CatalogSize { bytes: 0, changed: DateTime::UNIX_EPOCH };
        for entry in fs::read_dir(&self.folder)? {
            let found = entry?.metadata()?;
            size.bytes += found.len();
            size.changed = size.changed.max(found.modified()?.into());
        }
        Ok(size)
    }

    fn path(&self, id: i64) -> PathBuf {
        self.folder.join(format!("{id}.{SEGMENT}"))
    }
}

/// Removes all but the locks.
fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|end| end != "lock") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
