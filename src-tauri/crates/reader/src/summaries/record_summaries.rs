//! Per-record summaries, maintained incrementally and cached beside the catalog: a record is folded
//! again only when there is something new about it.

use std::collections::HashSet;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use bytemuck::{Pod, Zeroable};
use event::{Entry, RecordId, Timeline, View};
use query::RecordSummary;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::packed::SummaryList;
use crate::catalog::segment::Row;
use crate::catalog::{FileRead, Files, Identity, VisibleSegment};

/// So many records are folded by one processor in a row.
const TOGETHER: usize = 1 << 10;

/// So many are folded before they are put away in few bytes.
const AT_ONCE: usize = TOGETHER << 4;

/// Of so many records one is folded again after a restart, at most: what records come to is not
/// kept again for each new event.
const ANEW: usize = 16;

/// The summaries of all records of a journal, and its broken chains.
#[derive(Debug, Default)]
pub(crate) struct RecordSummaries {
    /// Latest change first.
    pub records: SummaryList,
    /// Newest first.
    pub breaks: Vec<BrokenAt>,
    /// The files it rests on, each in the state in which it was read, as hashes.
    pub(super) files: HashSet<u64>,
    /// The hashes of records with pending events.
    pub(super) pending: Vec<u64>,
    /// How many records were folded since it was kept.
    pub(super) unkept: usize,
}

/// When an update happened whose old value is not the value before it, and of which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct BrokenAt {
    /// Nanoseconds since 1970.
    pub time: i64,
    pub hash: u64,
}

/// The latest summaries, for snapshots that hold little else.
#[derive(Debug)]
pub(crate) struct SummaryCache {
    /// Where it is kept.
    path: PathBuf,
    latest: Mutex<Option<Arc<RecordSummaries>>>,
}

impl SummaryCache {
    /// Kept in the file at `path`.
    pub fn at(path: PathBuf) -> Self {
        Self { path, latest: Mutex::default() }
    }

    /// The summaries of the records of these segments of these files.
    #[tracing::instrument(name = "summarize_records", level = "debug", skip_all)]
    pub fn of(&self, parts: &[&VisibleSegment], files: &Files) -> io::Result<Arc<RecordSummaries>> {
        let mut known = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let mut latest =
            known.take().unwrap_or_else(|| Arc::new(RecordSummaries::load(&self.path)));
        let there: HashSet<u64> = files.iter().map(|(name, read)| state_of(name, read)).collect();
        if !latest.files.is_subset(&there) {
            // Something was taken away: nobody knows what it was.
            latest = Arc::default();
        }
        let changed = latest.changed(parts, files)?;
        if !changed.is_empty() || latest.files != there {
            let mut folded = latest.with(parts, there, &changed)?;
            if folded.unkept > folded.records.len() / ANEW {
                folded.persist(&self.path);
                folded.unkept = 0;
            }
            latest = Arc::new(folded);
        }
        Ok(Arc::clone(known.insert(latest)))
    }
}

/// A file in the state in which it was read.
fn state_of(name: &str, read: &FileRead) -> u64 {
    let Identity { size, modified } = read.identity;
    xxh3_64(format!("{size} {modified} {name}").as_bytes())
}

impl RecordSummaries {
    /// The hashes of the records of which these segments know something else, ascending.
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

    /// The same, but with some records folded again.
    fn with(
        &self,
        parts: &[&VisibleSegment],
        files: HashSet<u64>,
        changed: &[u64],
    ) -> io::Result<Self> {
        let is_as_it_was = |hash: u64| changed.binary_search(&hash).is_err();
        let mut records = self.records.only(is_as_it_was)?;
        let mut breaks = self.breaks.clone();
        breaks.retain(|broken| is_as_it_was(broken.hash));
        fold(parts, changed, |found| {
            breaks.extend(found.breaks);
            found.records.iter().try_for_each(|(hash, summary)| records.push(*hash, summary))
        })?;
        records.sort()?;
        breaks.sort_by_key(|broken| std::cmp::Reverse((broken.time, broken.hash)));
        let mut pending = Vec::new();
        for part in parts.iter().filter(|part| part.segment.is_pending()) {
            part.segment.add_record_hashes(&mut pending)?;
        }
        let unkept = self.unkept + changed.len();
        Ok(Self { records, breaks, files, pending, unkept })
    }
}

/// The summaries and broken chains of some records.
#[derive(Default)]
struct FoldedBatch {
    records: Vec<(u64, RecordSummary)>,
    breaks: Vec<BrokenAt>,
}

/// Folds the records with these hashes, which are ascending, and hands over what came of them.
fn fold(
    parts: &[&VisibleSegment],
    wanted: &[u64],
    mut take: impl FnMut(FoldedBatch) -> io::Result<()>,
) -> io::Result<()> {
    // Not where questions are answered: they would wait behind it.
    let pool = (wanted.len() > TOGETHER)
        .then(|| ThreadPoolBuilder::new().num_threads(background()).build())
        .and_then(Result::ok);
    for some in wanted.chunks(AT_ONCE) {
        let fold = || -> io::Result<Vec<FoldedBatch>> {
            some.par_chunks(TOGETHER).map(|some| fold_some(parts, some)).collect()
        };
        let found = match &pool {
            Some(pool) => pool.install(fold),
            None => fold(),
        };
        found?.into_iter().try_for_each(&mut take)?;
    }
    Ok(())
}

/// How many processors fold: some are left to answer questions.
fn background() -> usize {
    thread::available_parallelism().map_or(1, |all| all.get().div_ceil(2))
}

fn fold_some(parts: &[&VisibleSegment], wanted: &[u64]) -> io::Result<FoldedBatch> {
    let (Some(&start), Some(&end)) = (wanted.first(), wanted.last()) else {
        return Ok(FoldedBatch::default());
    };
    let rows = parts.iter().map(|part| part.segment.records_between(start, end));
    let rows = rows.collect::<io::Result<Vec<Vec<(u64, Range<Row>)>>>>()?;
    let mut found = FoldedBatch::default();
    for &hash in wanted {
        let mut entries = Vec::new();
        for (shown, rows) in parts.iter().zip(&rows) {
            let first = rows.partition_point(|(theirs, _)| *theirs < hash);
            let theirs = rows[first..].iter().take_while(|(theirs, _)| *theirs == hash);
            let mut theirs: Vec<Row> = theirs.flat_map(|(_, rows)| rows.clone()).collect();
            theirs.retain(|row| shown.deleted_rows[1].binary_search(row).is_err());
            shown.segment.add_in_order(&theirs, &mut entries)?;
        }
        found.fold(hash, entries);
    }
    Ok(found)
}

/// The records among events that share a hash: mostly one.
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
    fn fold(&mut self, hash: u64, entries: Vec<Entry>) {
        for timeline in timelines(entries) {
            let time = |index: usize| timeline.entries()[index].event.timestamp;
            let broken = timeline.breaks().into_iter().map(|found| BrokenAt {
                time: time(found.index).timestamp_nanos_opt().unwrap_or_default(),
                hash,
            });
            self.breaks.extend(broken);
            self.records.extend(summary(&timeline).map(|summary| (hash, summary)));
        }
    }
}

fn summary(timeline: &Timeline) -> Option<RecordSummary> {
    let (first, last) = (timeline.entries().first()?, timeline.entries().last()?);
    let state = timeline.state(View::NOW);
    Some(RecordSummary {
        record: RecordId {
            entity_type: first.event.entity_type.clone(),
            entity_id: first.event.entity_id.clone(),
        },
        name: state.name(),
        events: timeline.entries().len(),
        first: first.event.timestamp,
        last: last.event.timestamp,
        last_actor: last.event.actor.clone(),
        deleted: state.deleted,
        position: last.position(),
    })
}
