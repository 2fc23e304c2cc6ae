//! Files that are too large to be held in memory: each is decoded part by part, a segment is written of
//! each part, and these are merged into the one segment of the file.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::Arc;

use bucket::{Bucket, FileMeta, OpenFile, ReadError};
use decode::{DecodedRows, Decoder, Undecoded};
use event::EventDigest;
use query::{CancellationToken, Unreadable};

use super::batch::NewFiles;
use crate::catalog::segment::{
    FileRows, Row, Segment, build, hash_of_id_entry, merge, row_of_id_entry,
};
use crate::catalog::{Catalog, FileNumbers, FileRead, Lock, NOT_HASHED, VisibleSegment};

/// The size of a file divided by the bytes that are kept of it from which on it counts as empty. A file
/// system that compresses keeps less of a file too, but not so much less.
const MOST_HOLES: u64 = 1000;

/// Reads a large file. Returns what becomes part of the catalog, or why it could not be read this time.
///
/// # Errors
/// Fails if the catalog cannot be written or no decoder can be started, and with
/// [`io::ErrorKind::Interrupted`] once `stopped` is cancelled.
#[tracing::instrument(name = "read_large_file", level = "info", skip_all, fields(bytes = file.size))]
pub(super) fn read(
    (bucket, decoder): (&Bucket, &Decoder),
    file: &FileMeta,
    (catalog, lock): (&Catalog, &Lock),
    stopped: &CancellationToken,
) -> io::Result<Result<NewFiles, Unreadable>> {
    let failed = |why: &dyn ToString| Ok(Err(Unreadable::file(&file.name, why.to_string())));
    let open = match bucket.blocking_open(file) {
        Ok(open) => open,
        Err(error) => return failed(&error),
    };
    let failed_to_read = |error: io::Error| failed(&format!("cannot be read: {error}"));
    match obvious_problem(&open, file.size) {
        Ok(None) => {}
        Ok(Some(problem)) => {
            let read = FileRead { problem: Some(problem), ..FileRead::new(file, NOT_HASHED) };
            let read = vec![(Arc::from(file.name.as_str()), read)];
            let numbers = vec![FileNumbers::default()];
            return Ok(Ok(NewFiles { read, numbers, segment: None, left_out: 0 }));
        }
        Err(error) => return failed_to_read(error),
    }
    let sha256 = match open.sha256() {
        Ok(sha256) => sha256,
        Err(error) => return failed_to_read(error),
    };
    let mut parts = FileParts::new(file, sha256, (catalog, lock));
    let decoded = decoder.decode_large(&file.name, open.handle()?, |rows| {
        if stopped.is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let Some(rows) = rows else {
            parts.forget();
            return Ok(());
        };
        parts.add(rows)
    })?;
    let problem = match decoded {
        _ if !open.is_as_listed() => return failed(&ReadError::Changed),
        Ok(()) => None,
        Err(Undecoded::Interrupted(why)) => return failed(&why),
        Err(Undecoded::ByItself(problem)) => Some(problem),
        Err(Undecoded::TooLarge) => Some("is too large to be decoded".to_owned()),
    };
    if problem.is_some() {
        parts.forget();
    }
    let segment = parts.merge()?;
    let name = Arc::from(file.name.as_str());
    let (numbers, left_out) = (vec![std::mem::take(&mut parts.numbers)], parts.left_out);
    let segment_id = segment.as_ref().map(|segment| segment.id);
    let read = FileRead { problem, segment: segment_id, ..parts.read.clone() };
    Ok(Ok(NewFiles { read: vec![(name, read)], numbers, segment, left_out }))
}

/// Why a file of this size cannot be decoded, if a look at its end says so, or that almost nothing of it
/// is there: nobody waits until all of that is read.
fn obvious_problem(open: &OpenFile, size: u64) -> io::Result<Option<String>> {
    let is_parquet = open.ends_with(b"PAR1")? || open.ends_with(b"PARE")?;
    if !is_parquet {
        return Ok(Some(format!(
            "is no Parquet file: the end of its {size} bytes is not that of one"
        )));
    }
    let kept = open.kept_bytes().unwrap_or(size);
    let is_empty = kept < size / MOST_HOLES;
    Ok(is_empty.then(|| format!("claims {size} bytes, and holds {kept}")))
}

/// Parts of a file that were decoded so far. Their segments are removed with it.
struct FileParts<'a> {
    catalog: &'a Catalog,
    lock: &'a Lock,
    file: &'a FileMeta,
    segments: Vec<Arc<VisibleSegment>>,
    /// What is known of the rows of these parts.
    read: FileRead,
    numbers: FileNumbers,
    /// How many rows were left out because another has the same event.
    left_out: usize,
}

impl<'a> FileParts<'a> {
    fn new(file: &'a FileMeta, sha256: [u8; 32], (catalog, lock): (&'a Catalog, &'a Lock)) -> Self {
        let (read, numbers) = (FileRead::new(file, sha256), FileNumbers::default());
        Self { catalog, lock, file, segments: Vec::new(), read, numbers, left_out: 0 }
    }
}

impl FileParts<'_> {
    /// Writes a segment of a part.
    fn add(&mut self, mut rows: DecodedRows) -> io::Result<()> {
        self.read.add_rows(&mut rows);
        self.numbers.extend(&FileNumbers::of(&rows));
        if rows.is_empty() {
            return Ok(());
        }
        let rows = FileRows { file: self.file.name.clone(), rows };
        let mut left_out = 0;
        let segment = self.catalog.write(self.lock, |to| {
            left_out = build(vec![rows], to)?;
            Ok(())
        })?;
        self.left_out += left_out;
        self.segments.push(segment);
        Ok(())
    }

    /// Forgets all parts.
    fn forget(&mut self) {
        self.catalog.discard(&std::mem::take(&mut self.segments));
        self.read = FileRead::new(self.file, self.read.sha256);
        self.numbers = FileNumbers::default();
        self.left_out = 0;
    }

    /// The one segment of all parts; `None` if they have no rows.
    fn merge(&mut self) -> io::Result<Option<Arc<VisibleSegment>>> {
        if self.segments.len() < 2 {
            return Ok(self.segments.pop());
        }
        let segments: Vec<_> = self.segments.iter().map(|one| Arc::clone(&one.segment)).collect();
        let deleted = repeated_rows(&segments)?;
        self.left_out += deleted.iter().map(Vec::len).sum::<usize>();
        self.catalog.write(self.lock, |to| merge(&segments, &deleted, to)).map(Some)
    }
}

impl Drop for FileParts<'_> {
    fn drop(&mut self) {
        self.catalog.discard(&self.segments);
    }
}

/// Parts, by range of hashes, in which the id indexes are read.
const HASH_RANGES: u32 = 1 << 8;

/// Rows that are read at once.
const CHUNK_ROWS: usize = 1 << 12;

/// Rows by record, ascending, of each segment whose event an earlier segment has too. One event has one
/// id, so only rows that share the hash of theirs are compared: by time and record, as segments of
/// different files are, a file of many events at one time would take hours.
fn repeated_rows(segments: &[Arc<Segment>]) -> io::Result<Vec<Vec<Row>>> {
    let mut repeated: Vec<Vec<Row>> = vec![Vec::new(); segments.len()];
    let step = u32::MAX / HASH_RANGES;
    for range in 0..HASH_RANGES {
        let low = range * step;
        let high = if range + 1 == HASH_RANGES { u32::MAX } else { (range + 1) * step - 1 };
        let mut ids: Vec<(u32, usize, Row)> = Vec::new();
        for (at, segment) in segments.iter().enumerate() {
            let entries = segment.ids_between(low, high)?;
            ids.extend(
                entries.into_iter().map(|id| (hash_of_id_entry(id), at, row_of_id_entry(id))),
            );
        }
        ids.sort_unstable();
        for same in ids.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            add_repeated(segments, same, &mut repeated)?;
        }
    }
    for rows in &mut repeated {
        rows.sort_unstable();
    }
    Ok(repeated)
}

/// Adds those of some rows, each with its segment, whose event an earlier one has too.
fn add_repeated(
    segments: &[Arc<Segment>],
    rows: &[(u32, usize, Row)],
    repeated: &mut [Vec<Row>],
) -> io::Result<()> {
    let mut seen: HashSet<(EventDigest, BTreeMap<String, String>)> = HashSet::new();
    for of_segment in rows.chunk_by(|a, b| a.1 == b.1) {
        let at = of_segment[0].1;
        for chunk in of_segment.chunks(CHUNK_ROWS) {
            let rows: Vec<Row> = chunk.iter().map(|(_, _, row)| *row).collect();
            for (row, entry) in rows.iter().zip(segments[at].entries(&rows)?) {
                if !seen.insert((entry.event.digest(), entry.extra)) {
                    repeated[at].push(*row);
                }
            }
        }
    }
    Ok(())
}
