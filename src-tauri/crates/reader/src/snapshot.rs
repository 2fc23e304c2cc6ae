//! Snapshot of a bucket: the segments that a catalog held at one moment, and the pending events.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::DateTime;
use event::NameFields;
use query::{CancellationToken, Coverage, Covered, FoldProgress, Totals};

use crate::Error;
use crate::answers::{Marked, RecordOutlines, RepeatedIdsCache, Selections};
use crate::catalog::segment::{Duplicate, Segment, duplicates};
use crate::catalog::{Contents, Files, VisibleSegment, note_damage};
use crate::summaries::{RecordSummaries, Records, SummaryCache};

/// Snapshot of a bucket and of the events that were pending on this device. Immutable: every answer
/// taken from one snapshot agrees with every other. Its methods compute and read files; call them
/// on a thread that may block. The answers themselves are in [`crate::answers`].
#[derive(Debug)]
pub struct Snapshot {
    /// Segments of the catalog, then the one of the pending events, if there are any.
    parts: Vec<Arc<VisibleSegment>>,
    files: Arc<Files>,
    coverage: Coverage,
    /// Folder of the catalog.
    catalog: Arc<Path>,
    /// Summaries of the latest snapshot, from which those of this one are made when first needed.
    cache: Arc<SummaryCache>,
    repeated_ids: Arc<RepeatedIdsCache>,
    names: Arc<NameFields>,
    summaries: OnceLock<Arc<RecordSummaries>>,
    /// Outlines of the records, once made.
    outlines: OnceLock<RecordOutlines>,
    /// How many records there are, once counted; locked while they are.
    records: Mutex<Option<usize>>,
    /// The events that have marks, once found.
    marked: OnceLock<Marked>,
    selections: Selections,
}

/// Id of the segment of pending events; no segment of a catalog has it.
pub(crate) const PENDING_ID: i64 = -1;

impl Snapshot {
    /// A snapshot of what the catalog in a folder holds, and of `pending` without those events that
    /// files hold too.
    ///
    /// # Errors
    /// Fails if a segment cannot be read, with [`io::ErrorKind::InvalidData`] if it is damaged.
    pub(crate) fn new(
        catalog: Arc<Path>,
        contents: &Contents,
        pending: Option<Arc<Segment>>,
        coverage: Coverage,
        cache: Arc<SummaryCache>,
        repeated_ids: Arc<RepeatedIdsCache>,
        names: Arc<NameFields>,
    ) -> io::Result<Self> {
        let mut parts = contents.segments.clone();
        if let Some(segment) = pending {
            parts.push(Arc::new(without_flushed(segment, &parts)?));
        }
        Ok(Self {
            parts,
            files: Arc::clone(&contents.files),
            coverage,
            catalog,
            cache,
            repeated_ids,
            names,
            summaries: OnceLock::new(),
            outlines: OnceLock::new(),
            records: Mutex::default(),
            marked: OnceLock::new(),
            selections: Selections::default(),
        })
    }

    /// The same snapshot with the summaries of its records, if some are given.
    pub(crate) fn with_summaries(mut self, summaries: Option<Arc<RecordSummaries>>) -> Self {
        self.summaries = summaries.map_or_else(OnceLock::new, OnceLock::from);
        self
    }

    /// Folder of the catalog.
    pub(crate) fn catalog(&self) -> &Path {
        &self.catalog
    }

    /// Whether its catalog segments are exactly these, with the same rows deleted.
    pub(crate) fn has_segments(&self, parts: &[Arc<VisibleSegment>]) -> bool {
        let files: Vec<_> = self.parts.iter().filter(|part| part.id != PENDING_ID).collect();
        files.len() == parts.len() && files.iter().zip(parts).all(|(a, b)| a.is_same(b))
    }

    /// The fields that records are named by.
    pub(crate) fn names(&self) -> &NameFields {
        &self.names
    }

    /// Coverage of every answer of this snapshot.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Whether there is at least one event, in a file or pending.
    pub fn has_events(&self) -> bool {
        self.parts.iter().any(|part| part.len() > 0)
    }

    /// How many events and records there are, and the first and the last timestamp.
    ///
    /// # Errors
    /// [`Error::Catalog`] if an index of records cannot be read.
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

    /// How many different hashes of entity ids there are. Records of different types that have one
    /// id are counted once. That two ids of a million share a hash of 64 bits has a chance of less
    /// than one in 10^7.
    fn count_records(&self) -> io::Result<usize> {
        let mut counted = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = *counted {
            return Ok(known);
        }
        let mut hashes = Vec::new();
        for part in &self.parts {
            part.segment.add_record_hashes(&mut hashes)?;
        }
        Ok(*counted.insert(hashes.len()))
    }

    /// Adds the coverage to an answer.
    pub fn covered<T>(&self, value: T) -> Covered<T> {
        Covered { value, coverage: self.coverage.clone() }
    }

    /// All segments, the pending one last.
    pub(crate) fn parts(&self) -> &[Arc<VisibleSegment>] {
        &self.parts
    }

    /// Cache of the ids that occur more than once, shared with the snapshots before and after.
    pub(crate) fn repeated_ids_cache(&self) -> &Arc<RepeatedIdsCache> {
        &self.repeated_ids
    }

    /// Selections that took long, and are kept.
    pub(crate) fn selections(&self) -> &Selections {
        &self.selections
    }

    /// All segments as references, the pending one last.
    pub(crate) fn segments(&self) -> Vec<&VisibleSegment> {
        self.parts.iter().map(AsRef::as_ref).collect()
    }

    /// What the summaries of its records are made of.
    fn records_in<'a>(&'a self, parts: &'a [&'a VisibleSegment]) -> Records<'a> {
        Records { parts, files: &self.files, names: &self.names }
    }

    /// Summaries of all records and the broken chains, made when first needed.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub(crate) fn summaries(&self) -> io::Result<&Arc<RecordSummaries>> {
        if let Some(summaries) = self.summaries.get() {
            return Ok(summaries);
        }
        let summaries = self.cache.of(self.records_in(&self.segments()))?;
        Ok(self.summaries.get_or_init(|| summaries))
    }

    /// The summaries and `None`; with `so_far`, while they are being made or where nobody has begun
    /// to, those made so far and the progress.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub(crate) fn summaries_or_so_far(
        &self,
        so_far: bool,
    ) -> io::Result<(Arc<RecordSummaries>, Option<FoldProgress>)> {
        if so_far && self.ready_summaries()?.is_none() {
            let (summaries, progress) = self.cache.so_far();
            return Ok((summaries, Some(progress)));
        }
        Ok((Arc::clone(self.summaries()?), None))
    }

    /// Makes the summaries, unless somebody does already.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub(crate) fn make_summaries_unless_under_way(&self) -> io::Result<()> {
        self.cache.make_unless_under_way(self.records_in(&self.segments()))
    }

    /// The summaries, if they are made or need no more than a few records to be folded; `None` also
    /// while they are being made.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub(crate) fn ready_summaries(&self) -> io::Result<Option<&Arc<RecordSummaries>>> {
        if let Some(summaries) = self.summaries.get() {
            return Ok(Some(summaries));
        }
        let ready = self.cache.ready(self.records_in(&self.segments()))?;
        Ok(ready.map(|summaries| self.summaries.get_or_init(|| summaries)))
    }

    /// Outlines of all records, made when first needed.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub(crate) fn record_outlines(&self) -> io::Result<&RecordOutlines> {
        if let Some(outlines) = self.outlines.get() {
            return Ok(outlines);
        }
        let outlines = RecordOutlines::of(self)?;
        Ok(self.outlines.get_or_init(|| outlines))
    }

    /// All events that have marks, found when first needed.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be read.
    pub(crate) fn marked(&self, token: &CancellationToken) -> Result<&Marked, Error> {
        if let Some(marked) = self.marked.get() {
            return Ok(marked);
        }
        let marked = Marked::of(self, token)?;
        Ok(self.marked.get_or_init(|| marked))
    }

    /// Notes in the catalog that it is damaged, if the failure shows that: the next refresh, of this
    /// process or another, rebuilds it then. Returns the result as it was.
    pub(crate) fn note_if_damaged<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Catalog(error)) = &result
            && error.kind() == io::ErrorKind::InvalidData
        {
            note_damage(&self.catalog, &self.parts);
        }
        result
    }
}

/// The pending events without those that a segment of files holds too: these were flushed after
/// they had been listed.
fn without_flushed(
    pending: Arc<Segment>,
    files: &[Arc<VisibleSegment>],
) -> io::Result<VisibleSegment> {
    let mut flushed = Vec::new();
    for file in files {
        let found = duplicates(&file.segment, &pending)?;
        let of_pending = found.iter().filter(|duplicate| duplicate.of_second);
        flushed.extend(of_pending.map(Duplicate::rows));
    }
    let visible =
        VisibleSegment { id: PENDING_ID, segment: pending, deleted_rows: Default::default() };
    Ok(visible.with_deleted(&flushed))
}
