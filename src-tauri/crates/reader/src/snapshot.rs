//! What a bucket held at one moment, ready for questions.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use chrono::DateTime;
use query::{Coverage, Covered, Totals};

use crate::Error;
use crate::answers::RepeatedIdsCache;
use crate::catalog::segment::{Duplicate, Segment, duplicates};
use crate::catalog::{Contents, Files, VisibleSegment};
use crate::summaries::{RecordSummaries, SummaryCache};

/// What a bucket held at one moment, with the events that were pending on this device. Immutable;
/// every answer taken from one snapshot agrees with every other. Its methods compute and read files:
/// an async caller asks them from a thread that may block.
#[derive(Debug)]
pub struct Snapshot {
    /// Of the files, and last of the pending events.
    parts: Vec<Arc<VisibleSegment>>,
    files: Arc<Files>,
    coverage: Coverage,
    /// Something of the catalog could not be read: the next refresh makes it anew.
    damaged: AtomicBool,
    /// Made when first asked for, from what is known of other snapshots.
    cache: Arc<SummaryCache>,
    repeated_ids: Arc<RepeatedIdsCache>,
    summaries: OnceLock<Arc<RecordSummaries>>,
    records: OnceLock<usize>,
}

/// The id of the segment of pending events: no segment of a catalog has it.
const PENDING: i64 = -1;

impl Snapshot {
    pub(crate) fn new(
        contents: &Contents,
        pending: Option<Arc<Segment>>,
        coverage: Coverage,
        cache: Arc<SummaryCache>,
        repeated_ids: Arc<RepeatedIdsCache>,
    ) -> io::Result<Self> {
        let mut parts = contents.segments.clone();
        if let Some(segment) = pending {
            parts.push(Arc::new(unless_in(segment, &parts)?));
        }
        Ok(Self {
            parts,
            files: Arc::clone(&contents.files),
            coverage,
            damaged: AtomicBool::new(false),
            cache,
            repeated_ids,
            summaries: OnceLock::new(),
            records: OnceLock::new(),
        })
    }

    /// Whether it is of exactly these segments.
    pub(crate) fn is_of(&self, parts: &[Arc<VisibleSegment>]) -> bool {
        let files: Vec<_> = self.parts.iter().filter(|part| part.id != PENDING).collect();
        files.len() == parts.len() && files.iter().zip(parts).all(|(a, b)| a.is_as(b))
    }

    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    pub fn has_events(&self) -> bool {
        self.parts.iter().any(|part| part.len() > 0)
    }

    #[tracing::instrument(skip_all)]
    pub fn totals(&self) -> Result<Totals, Error> {
        let events = self.parts.iter().map(|part| part.len()).sum();
        let first = self.parts.iter().map(|part| part.segment.span().0).min();
        let last = self.parts.iter().map(|part| part.segment.span().1).max();
        let times = first.zip(last).filter(|_| events > 0);
        let time = DateTime::from_timestamp_nanos;
        let span = times.map(|(first, last)| (time(first), time(last)));
        Ok(Totals { events, records: self.count_records()?, span })
    }

    /// How many records there are: hashes, of which no two records share one but by a chance of
    /// one in 10^7 among a million of them.
    fn count_records(&self) -> io::Result<usize> {
        if let Some(known) = self.records.get() {
            return Ok(*known);
        }
        let mut hashes = Vec::new();
        for part in &self.parts {
            part.segment.add_record_hashes(&mut hashes)?;
        }
        Ok(*self.records.get_or_init(|| hashes.len()))
    }

    pub fn covered<T>(&self, value: T) -> Covered<T> {
        Covered { value, coverage: self.coverage.clone() }
    }

    pub(crate) fn parts(&self) -> &[Arc<VisibleSegment>] {
        &self.parts
    }

    pub(crate) fn repeated_ids_cache(&self) -> &Arc<RepeatedIdsCache> {
        &self.repeated_ids
    }

    pub(crate) fn segments(&self) -> Vec<&VisibleSegment> {
        self.parts.iter().map(AsRef::as_ref).collect()
    }

    /// The summaries of the records.
    pub(crate) fn summaries(&self) -> io::Result<&Arc<RecordSummaries>> {
        if let Some(summaries) = self.summaries.get() {
            return Ok(summaries);
        }
        let summaries = self.cache.of(&self.segments(), &self.files)?;
        Ok(self.summaries.get_or_init(|| summaries))
    }

    /// Remembers a failure that shows that the catalog is damaged: the next refresh makes it anew.
    pub(crate) fn mark_if_corrupt<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Catalog(error)) = &result
            && error.kind() == io::ErrorKind::InvalidData
        {
            self.damaged.store(true, Ordering::Relaxed);
        }
        result
    }
}

/// The pending events without what files have too: a flush moved those just now.
fn unless_in(pending: Arc<Segment>, files: &[Arc<VisibleSegment>]) -> io::Result<VisibleSegment> {
    let mut known: Vec<Duplicate> = Vec::new();
    for file in files {
        let found = duplicates(&file.segment, &pending)?;
        known.extend(found.into_iter().filter(|duplicate| duplicate.of_second));
    }
    let visible =
        VisibleSegment { id: PENDING, segment: pending, deleted_rows: Default::default() };
    Ok(visible.hiding(&known.iter().collect::<Vec<_>>()))
}
