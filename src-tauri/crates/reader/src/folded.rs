//! What every record comes to: a fold of its events, made again only for records of which there
//! is something new.

use std::collections::HashSet;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use event::{Entry, RecordId, Timeline, View};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::RecordSummary;
use crate::catalog::{FileRead, Files, Shown};
use crate::folder::Identity;
use crate::segment::Row;

/// So many records are folded by one processor in a row.
const TOGETHER: usize = 1 << 10;

/// What the records of a journal come to.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// Latest change first.
    pub records: Vec<Summed>,
    /// Newest first.
    pub breaks: Vec<BrokenAt>,
    /// The files it rests on, each in the state in which it was read, as hashes.
    files: HashSet<u64>,
    /// The hashes of records with events that wait on this device.
    waiting: Vec<u64>,
}

/// A record, by the hash that segments know it by.
#[derive(Debug, Clone)]
pub(crate) struct Summed {
    hash: u64,
    pub summary: Arc<RecordSummary>,
}

/// When an update happened whose old value is not the value before it, and of which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BrokenAt {
    /// Nanoseconds since 1970.
    pub time: i64,
    pub hash: u64,
}

/// The latest that was folded, for snapshots that have little else.
#[derive(Debug, Default)]
pub(crate) struct Folds(Mutex<Arc<Folded>>);

impl Folds {
    /// What the records of these segments of these files come to.
    pub fn of(&self, parts: &[&Shown], files: &Files) -> io::Result<Arc<Folded>> {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let there: HashSet<u64> = files.iter().map(|(name, read)| state_of(name, read)).collect();
        if !latest.files.is_subset(&there) {
            // Something was taken away: nobody knows what it was.
            *latest = Arc::default();
        }
        let changed = latest.changed(parts, files)?;
        if !changed.is_empty() || latest.files != there {
            *latest = Arc::new(latest.with(parts, there, &changed)?);
        }
        Ok(Arc::clone(&latest))
    }
}

/// A file in the state in which it was read.
fn state_of(name: &str, read: &FileRead) -> u64 {
    let Identity { size, modified } = read.identity;
    xxh3_64(format!("{size} {modified} {name}").as_bytes())
}

impl Folded {
    /// The hashes of the records of which these segments know something else, ascending.
    fn changed(&self, parts: &[&Shown], files: &Files) -> io::Result<Vec<u64>> {
        let mut changed = self.waiting.clone();
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
    fn with(&self, parts: &[&Shown], files: HashSet<u64>, changed: &[u64]) -> io::Result<Self> {
        let is_as_it_was = |hash: u64| changed.binary_search(&hash).is_err();
        let mut records = self.records.clone();
        records.retain(|record| is_as_it_was(record.hash));
        let mut breaks = self.breaks.clone();
        breaks.retain(|broken| is_as_it_was(broken.hash));
        for found in fold(parts, changed)? {
            records.extend(found.records);
            breaks.extend(found.breaks);
        }
        records.sort_by(|a, b| b.summary.position.cmp(&a.summary.position));
        breaks.sort_by_key(|broken| std::cmp::Reverse((broken.time, broken.hash)));
        let mut waiting = Vec::new();
        for part in parts.iter().filter(|part| part.segment.is_pending()) {
            part.segment.add_record_hashes(&mut waiting)?;
        }
        Ok(Self { records, breaks, files, waiting })
    }
}

/// What came of some records.
#[derive(Default)]
struct Found {
    records: Vec<Summed>,
    breaks: Vec<BrokenAt>,
}

/// Folds the records with these hashes, which are ascending.
fn fold(parts: &[&Shown], wanted: &[u64]) -> io::Result<Vec<Found>> {
    let hashes: Vec<Vec<u64>> =
        parts.iter().map(|part| part.segment.record_hashes()).collect::<io::Result<_>>()?;
    let fold = || wanted.par_chunks(TOGETHER).map(|some| fold_some(parts, &hashes, some)).collect();
    // Not where questions are answered: they would wait behind it.
    match ThreadPoolBuilder::new().num_threads(background()).build() {
        Ok(pool) if wanted.len() > TOGETHER => pool.install(fold),
        _ => fold(),
    }
}

/// How many processors fold: some are left to answer questions.
fn background() -> usize {
    thread::available_parallelism().map_or(1, |all| all.get().div_ceil(2))
}

fn fold_some(parts: &[&Shown], hashes: &[Vec<u64>], wanted: &[u64]) -> io::Result<Found> {
    let (Some(&start), Some(&end)) = (wanted.first(), wanted.last()) else {
        return Ok(Found::default());
    };
    let mut rows: Vec<Vec<(u64, Range<Row>)>> = Vec::new();
    for (part, hashes) in parts.iter().zip(hashes) {
        let first = hashes.partition_point(|&hash| hash < start);
        let last = hashes.partition_point(|&hash| hash <= end);
        let ranges = part.segment.record_ranges(first..last)?;
        rows.push(hashes[first..last].iter().copied().zip(ranges).collect());
    }
    let mut found = Found::default();
    for &hash in wanted {
        let mut entries = Vec::new();
        for (shown, rows) in parts.iter().zip(&rows) {
            let first = rows.partition_point(|(theirs, _)| *theirs < hash);
            let theirs = rows[first..].iter().take_while(|(theirs, _)| *theirs == hash);
            let mut theirs: Vec<Row> = theirs.flat_map(|(_, rows)| rows.clone()).collect();
            theirs.retain(|row| shown.hidden[1].binary_search(row).is_err());
            entries.extend(shown.segment.entries(&theirs)?);
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

impl Found {
    fn fold(&mut self, hash: u64, entries: Vec<Entry>) {
        for timeline in timelines(entries) {
            let time = |index: usize| timeline.entries()[index].event.timestamp;
            let broken = timeline.breaks().into_iter().map(|found| BrokenAt {
                time: time(found.index).timestamp_nanos_opt().unwrap_or_default(),
                hash,
            });
            self.breaks.extend(broken);
            let summary = summary(&timeline).map(Arc::new);
            self.records.extend(summary.map(|summary| Summed { hash, summary }));
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
