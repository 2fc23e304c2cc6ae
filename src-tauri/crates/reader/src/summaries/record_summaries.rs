//! Summaries of all records, and a cache that maintains them from one snapshot to the next.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use bytemuck::{Pod, Zeroable};
use event::{Entry, NameFields, RecordId, Timeline, View};
use query::{FoldProgress, RecordSummary};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64, xxh3_64_with_seed};

use super::packed::SummaryList;
use crate::catalog::segment::Row;
use crate::catalog::{FileRead, Files, VisibleSegment};

/// Records that one thread folds in a task.
const RECORDS_PER_TASK: usize = 1 << 10;

/// Records that are folded before their summaries are packed.
const RECORDS_AT_ONCE: usize = RECORDS_PER_TASK << 4;

/// The file is not written again for each new event, but once more than one of so many records was
/// folded: at most that share is folded again after a restart.
const PERSIST_SHARE: usize = 16;

/// How often the summaries made so far are reported while records are folded, about: each time, they
/// are copied and sorted.
const REPORTS: usize = 16;

/// Summaries of all records of a journal, and its broken value chains.
#[derive(Debug, Default)]
pub(crate) struct RecordSummaries {
    /// Summaries, latest change first.
    pub records: SummaryList,
    /// Broken chains, newest first.
    pub breaks: Vec<BrokenAt>,
    /// The files that were folded, each in the state in which it was read, as hashes: see
    /// [`state_of`].
    pub(super) files: HashSet<u64>,
    /// Hashes of the entity ids with pending events, ascending: to be folded again, because these
    /// may have been flushed.
    pub(super) pending: Vec<u64>,
    /// Hash of the fields that records are named by.
    pub(super) named_by: u64,
    /// How many records were folded since the file was written.
    pub(super) unpersisted: usize,
}

/// What summaries are made of: the segments of a snapshot, the files that these hold, and the fields that
/// its records are named by.
#[derive(Clone, Copy)]
pub(crate) struct Records<'a> {
    pub parts: &'a [&'a VisibleSegment],
    pub files: &'a Files,
    pub names: &'a NameFields,
}

/// Break of a value chain: an update whose old value is not the value before it. Stored as it lies
/// in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct BrokenAt {
    /// Time of the update, in nanoseconds since 1970.
    pub time: i64,
    /// Hash of the record's entity id.
    pub hash: u64,
}

/// Cache of the latest summaries, from which those of the next snapshot are made.
#[derive(Debug)]
pub(crate) struct SummaryCache {
    /// The file.
    path: PathBuf,
    /// Locked while records are being folded.
    latest: Mutex<Option<Arc<RecordSummaries>>>,
    so_far: Mutex<Option<SoFar>>,
}

/// Summaries made so far, and how many records were folded for them.
type SoFar = (Arc<RecordSummaries>, FoldProgress);

impl SummaryCache {
    /// A cache with its file at `path`, which is read when it is first needed.
    pub fn at(path: PathBuf) -> Self {
        Self { path, latest: Mutex::default(), so_far: Mutex::default() }
    }

    /// The summaries of all records of a snapshot.
    ///
    /// # Errors
    /// Fails if a segment cannot be read; the cache is empty then.
    #[tracing::instrument(name = "summarize_records", level = "debug", skip_all)]
    pub fn of(&self, records: Records<'_>) -> io::Result<Arc<RecordSummaries>> {
        let known = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let made = self.made(known, records, None)?;
        made.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// The same, if that takes a moment only: `None` where many records would have to be folded, and
    /// while they are.
    ///
    /// # Errors
    /// As [`SummaryCache::of`].
    pub fn ready(&self, records: Records<'_>) -> io::Result<Option<Arc<RecordSummaries>>> {
        match self.latest.try_lock() {
            Ok(known) => self.made(known, records, Some(RECORDS_PER_TASK)),
            Err(_) => Ok(None),
        }
    }

    /// Makes the summaries of a snapshot, unless those of one are being made.
    ///
    /// # Errors
    /// As [`SummaryCache::of`].
    pub fn make_unless_under_way(&self, records: Records<'_>) -> io::Result<()> {
        match self.latest.try_lock() {
            Ok(known) => self.made(known, records, None).map(drop),
            Err(_) => Ok(()),
        }
    }

    /// The summaries made so far, while records are being folded.
    pub fn so_far(&self) -> (Arc<RecordSummaries>, FoldProgress) {
        let so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.clone().unwrap_or_default()
    }

    fn set_so_far(&self, so_far: Option<SoFar>) {
        *self.so_far.lock().unwrap_or_else(PoisonError::into_inner) = so_far;
    }

    /// The summaries of a snapshot; with `most` only if there are some already, and no more than so
    /// many records have to be folded again.
    fn made(
        &self,
        mut known: MutexGuard<'_, Option<Arc<RecordSummaries>>>,
        records: Records<'_>,
        most: Option<usize>,
    ) -> io::Result<Option<Arc<RecordSummaries>>> {
        let (files, named_by) = (records.files, xxh3_of(records.names));
        let mut latest =
            known.take().unwrap_or_else(|| Arc::new(RecordSummaries::load(&self.path)));
        let current: HashSet<u64> = files.iter().map(|(name, read)| state_of(name, read)).collect();
        // Where a file is gone or has changed, which records it was about is not known any more.
        if !latest.files.is_subset(&current) || latest.named_by != named_by {
            latest = Arc::new(RecordSummaries { named_by, ..RecordSummaries::default() });
        }
        let changed = latest.changed(records.parts, files)?;
        if most.is_some_and(|most| latest.files.is_empty() || changed.len() > most) {
            *known = Some(latest);
            return Ok(None);
        }
        if !changed.is_empty() || latest.files != current {
            let folded =
                latest.folded(records, current, &changed, |so_far| self.set_so_far(Some(so_far)));
            self.set_so_far(None);
            let mut folded = folded?;
            if folded.unpersisted > folded.records.len() / PERSIST_SHARE {
                folded.persist(&self.path);
                folded.unpersisted = 0;
            }
            latest = Arc::new(folded);
        }
        Ok(Some(Arc::clone(known.insert(latest))))
    }
}

/// Hash of the fields that records are named by, which is the same in every process.
fn xxh3_of(names: &NameFields) -> u64 {
    let mut hasher = Xxh3Default::new();
    names.hash(&mut hasher);
    hasher.finish()
}

/// Hash of a file in the state in which it was read.
fn state_of(name: &str, read: &FileRead) -> u64 {
    xxh3_64_with_seed(name.as_bytes(), xxh3_64(&read.sha256))
}

impl RecordSummaries {
    /// The hashes of the entity ids that may have other events in a snapshot than here, ascending:
    /// those of segments with a file that was not folded, and those with pending events now or
    /// before.
    fn changed(&self, parts: &[&VisibleSegment], files: &Files) -> io::Result<Vec<u64>> {
        let mut changed = self.pending.clone();
        for part in parts {
            let is_known = |name: &Arc<str>| {
                files.get(name).is_some_and(|read| self.files.contains(&state_of(name, read)))
            };
            if part.segment.is_pending() || !part.segment.files().iter().all(is_known) {
                part.segment.add_record_hashes(&mut changed)?;
            }
        }
        Ok(changed)
    }

    /// These summaries, with those of the records with `changed` hashes folded again. Now and then
    /// `report` gets those made so far.
    fn folded(
        &self,
        of: Records<'_>,
        files: HashSet<u64>,
        changed: &[u64],
        report: impl Fn(SoFar),
    ) -> io::Result<Self> {
        let is_unchanged = |hash: u64| changed.binary_search(&hash).is_err();
        let mut records = self.records.filtered(is_unchanged)?;
        let mut breaks = self.breaks.clone();
        breaks.retain(|broken| is_unchanged(broken.hash));
        let (all, mut reported) = (changed.len(), None);
        fold(of, changed, |done, batches| {
            for batch in batches {
                breaks.extend(batch.breaks);
                for (hash, summary) in &batch.records {
                    records.push(*hash, summary)?;
                }
            }
            let is_due = reported.is_none_or(|before| done - before >= all / REPORTS);
            if is_due && all > RECORDS_PER_TASK {
                reported = Some(done);
                report((Arc::new(so_far(&records, &breaks)?), FoldProgress { done, of: all }));
            }
            Ok(())
        })?;
        records.sort()?;
        sort(&mut breaks);
        let mut pending = Vec::new();
        for part in of.parts.iter().filter(|part| part.segment.is_pending()) {
            part.segment.add_record_hashes(&mut pending)?;
        }
        let unpersisted = self.unpersisted + changed.len();
        Ok(Self { records, breaks, files, pending, unpersisted, named_by: self.named_by })
    }
}

/// Summaries and broken chains of some records.
#[derive(Default)]
struct FoldedBatch {
    /// Each with the hash of its entity id.
    records: Vec<(u64, RecordSummary)>,
    breaks: Vec<BrokenAt>,
}

/// Copy of summaries and broken chains that are not all there yet, sorted.
fn so_far(records: &SummaryList, breaks: &[BrokenAt]) -> io::Result<RecordSummaries> {
    let (mut records, mut breaks) = (records.filtered(|_| true)?, breaks.to_vec());
    records.sort()?;
    sort(&mut breaks);
    Ok(RecordSummaries { records, breaks, ..RecordSummaries::default() })
}

/// Sorts broken chains, newest first.
fn sort(breaks: &mut [BrokenAt]) {
    breaks.sort_by_key(|broken| Reverse((broken.time, broken.hash)));
}

/// Folds the records whose entity ids have these hashes, which are ascending. Calls `on_batches`
/// with how many are folded and the latest results: first with none, then some at a time.
fn fold(
    records: Records<'_>,
    wanted: &[u64],
    mut on_batches: impl FnMut(usize, Vec<FoldedBatch>) -> io::Result<()>,
) -> io::Result<()> {
    on_batches(0, Vec::new())?;
    // On threads of its own: questions on Rayon's common threads would have to wait for it.
    let pool = (wanted.len() > RECORDS_PER_TASK)
        .then(|| ThreadPoolBuilder::new().num_threads(background_threads()).build())
        .and_then(Result::ok);
    let mut done = 0;
    for some in wanted.chunks(RECORDS_AT_ONCE) {
        let fold = || -> io::Result<Vec<FoldedBatch>> {
            some.par_chunks(RECORDS_PER_TASK).map(|some| fold_task(records, some)).collect()
        };
        let found = match &pool {
            Some(pool) => pool.install(fold),
            None => fold(),
        };
        done += some.len();
        on_batches(done, found?)?;
    }
    Ok(())
}

/// How many threads fold: half of the processors are left to answer questions.
fn background_threads() -> usize {
    thread::available_parallelism().map_or(1, |all| all.get().div_ceil(2))
}

/// Folds the records whose entity ids have these hashes, on this thread.
fn fold_task(records: Records<'_>, wanted: &[u64]) -> io::Result<FoldedBatch> {
    let parts = records.parts;
    let (Some(&start), Some(&end)) = (wanted.first(), wanted.last()) else {
        return Ok(FoldedBatch::default());
    };
    let rows = parts.iter().map(|part| part.segment.records_between(start, end));
    let rows = rows.collect::<io::Result<Vec<Vec<(u64, Range<Row>)>>>>()?;
    let mut readers: Vec<_> = parts.iter().map(|part| part.segment.entry_reader()).collect();
    let mut found = FoldedBatch::default();
    for &hash in wanted {
        let mut entries = Vec::new();
        for ((part, rows), reader) in parts.iter().zip(&rows).zip(&mut readers) {
            let first = rows.partition_point(|(theirs, _)| *theirs < hash);
            let theirs = rows[first..].iter().take_while(|(theirs, _)| *theirs == hash);
            let mut theirs: Vec<Row> = theirs.flat_map(|(_, rows)| rows.clone()).collect();
            theirs.retain(|row| part.deleted_rows[1].binary_search(row).is_err());
            reader.append(&theirs, &mut entries)?;
        }
        found.fold(hash, entries, records.names);
    }
    Ok(found)
}

/// The timelines of the records among entries whose entity ids share a hash: mostly one.
pub(crate) fn timelines(mut entries: Vec<Entry>) -> Vec<Timeline> {
    let record = |entry: &Entry| (entry.event.entity_id.clone(), entry.event.entity_type.clone());
    let same = |a: &Entry, b: &Entry| {
        (&a.event.entity_id, &a.event.entity_type) == (&b.event.entity_id, &b.event.entity_type)
    };
    if entries.iter().any(|entry| !same(entry, &entries[0])) {
        entries.sort_by_cached_key(record);
    }
    let mut found = Vec::new();
    while let Some(first) = entries.first() {
        let end = entries.iter().position(|entry| !same(entry, first));
        let rest = entries.split_off(end.unwrap_or(entries.len()));
        found.push(Timeline::new(entries));
        entries = rest;
    }
    found
}

impl FoldedBatch {
    /// Folds the records among entries whose entity ids share a hash.
    fn fold(&mut self, hash: u64, entries: Vec<Entry>, names: &NameFields) {
        for timeline in timelines(entries) {
            let time = |index: usize| timeline.entries()[index].event.timestamp;
            let broken = timeline.breaks().into_iter().map(|found| BrokenAt {
                time: time(found.index).timestamp_nanos_opt().unwrap_or_default(),
                hash,
            });
            self.breaks.extend(broken);
            self.records.extend(summary(&timeline, names).map(|summary| (hash, summary)));
        }
    }
}

/// Summary of a record as it is now, as corrected; `None` if it has no events.
fn summary(timeline: &Timeline, names: &NameFields) -> Option<RecordSummary> {
    let (first, last) = (timeline.entries().first()?, timeline.entries().last()?);
    let state = timeline.state(View::NOW);
    Some(RecordSummary {
        record: RecordId {
            entity_type: first.event.entity_type.clone(),
            entity_id: first.event.entity_id.clone(),
        },
        name: names.name(&first.event.entity_type, &state),
        events: timeline.entries().len(),
        first: first.event.timestamp,
        last: last.event.timestamp,
        last_actor: last.event.actor.clone(),
        deleted: state.deleted,
        position: last.position(),
    })
}
