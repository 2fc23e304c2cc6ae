//! State of an indexer between refreshes.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bucket::Listing;
use chrono::{DateTime, Utc};
use decode::DecodedRows;
use event::{Event, NameFields};
use query::{ChangedFile, Unreadable};

use super::coverage::Basis;
use super::extract::IsExtract;
use super::file_ledger::FileLedger;
use super::look::Listed;
use crate::answers::RepeatedIdsCache;
use crate::catalog::segment::{FileRows, Segment, Source, build};
use crate::catalog::{Catalog, Contents, SUMMARIES};
use crate::engine::LocalEngine;
use crate::snapshot::Snapshot;
use crate::summaries::SummaryCache;

/// Pending events of this device, or why they could not be read.
pub(super) type Pending = Result<Vec<Event>, String>;

/// What this device has recorded in a bucket, from its outbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Log that this device writes, and the number of its next event; `None` if it has recorded none.
    pub log: Option<(String, u64)>,
    /// Whether the bucket that was recorded into is not there, and something else lies in its place.
    pub is_away: bool,
}

/// What answers rest on where the bucket was not listed for them.
#[derive(Debug)]
pub(super) struct Older {
    /// When it was listed; `None` if that is not known.
    pub as_of: Option<DateTime<Utc>>,
    /// Why it cannot be listed; `None` if that has only begun.
    pub why: Option<String>,
}

/// State of an indexer between refreshes.
#[derive(Debug)]
pub(super) struct IndexerState {
    /// Folder of the catalog.
    folder: Arc<Path>,
    /// The catalog, once opened.
    pub catalog: Option<Catalog>,
    /// The ledger of files, once opened.
    pub ledger: Option<FileLedger>,
    /// Why the ledger was not used in the last refresh, as the rest of a sentence that begins with it;
    /// `None` if it was, or there is none.
    pub why_no_ledger: Option<String>,
    /// Files that were gone or altered when it was last looked at.
    pub changed: Vec<ChangedFile>,
    /// Files that could not be read when it was last looked at, and what only looks like one.
    pub unread: Vec<Unreadable>,
    /// What the catalog held when it was last looked at.
    pub contents: Contents,
    /// The last listing of a bucket that is far.
    pub listed: Option<Listed>,
    /// Set while answers rest on an older listing.
    pub older: Option<Older>,
    /// Whether the bucket is an extract; `None` before that was looked at.
    pub extract: Option<IsExtract>,
    /// What this device has recorded.
    pub recorded: Recorded,
    /// The pending events of the last refresh, and their segment in memory, if there are any.
    pub pending: Option<(Pending, Option<Arc<Segment>>)>,
    /// The engine that was made last; `None` once it is out of date.
    pub latest: Option<Arc<LocalEngine>>,
    /// The fields that records are named by, shared with the indexer.
    names: Arc<Mutex<Arc<NameFields>>>,
    /// Caches that snapshots share.
    summaries: Arc<SummaryCache>,
    repeated_ids: Arc<RepeatedIdsCache>,
}

impl IndexerState {
    /// The state before the first refresh. `folder` is the folder of the catalog.
    pub fn of(folder: &Arc<Path>, names: &Arc<Mutex<Arc<NameFields>>>) -> Self {
        Self {
            folder: Arc::clone(folder),
            catalog: None,
            ledger: None,
            why_no_ledger: None,
            changed: Vec::new(),
            unread: Vec::new(),
            contents: Contents::default(),
            listed: None,
            older: None,
            extract: None,
            recorded: Recorded::default(),
            pending: None,
            latest: None,
            names: Arc::clone(names),
            summaries: Arc::new(SummaryCache::at(folder.join(SUMMARIES))),
            repeated_ids: Arc::default(),
        }
    }

    /// Makes a segment in memory of the pending events, unless they are the same as before.
    pub fn set_pending(&mut self, pending: Pending) -> io::Result<()> {
        if self.pending.as_ref().is_some_and(|(before, _)| *before == pending) {
            return Ok(());
        }
        let segment = match &pending {
            Ok(events) if !events.is_empty() => {
                let mut bytes = Vec::new();
                let rows = FileRows { file: String::new(), rows: DecodedRows::of(events) };
                build(vec![rows], &mut bytes)?;
                Some(Arc::new(Segment::open(Source::Memory(bytes), true)?))
            }
            _ => None,
        };
        self.pending = Some((pending, segment));
        self.latest = None;
        Ok(())
    }

    /// An engine over what the catalog holds now; the same as before if nothing is new.
    pub fn engine(
        &mut self,
        listing: &Listing,
        failures: &[Unreadable],
    ) -> io::Result<Arc<LocalEngine>> {
        let pending = self.pending.as_ref().map(|(pending, _)| pending.as_deref());
        let pending = pending.unwrap_or(Ok(&[])).map_err(String::as_str);
        let (contents, changed) = (&self.contents, self.changed.as_slice());
        let ledger = self.why_no_ledger.as_deref();
        let recorded = &self.recorded;
        let older = self.older.as_ref();
        let no_extract = Ok(None);
        let extract = self.extract.as_ref().unwrap_or(&no_extract);
        let basis = Basis {
            listing,
            older,
            contents,
            failures,
            pending,
            recorded,
            ledger,
            changed,
            extract,
        };
        let coverage = basis.coverage();
        let pending = self.pending.as_ref().and_then(|(_, segment)| segment.clone());
        let names = Arc::clone(&self.names.lock().unwrap_or_else(PoisonError::into_inner));
        let same = |latest: &&Arc<LocalEngine>| {
            latest.snapshot.has_segments(&self.contents.segments)
                && *latest.snapshot.names() == *names
                && *latest.snapshot.coverage() == coverage
        };
        if let Some(latest) = self.latest.as_ref().filter(same) {
            return Ok(Arc::clone(latest));
        }
        let (summaries, repeated) = (Arc::clone(&self.summaries), Arc::clone(&self.repeated_ids));
        let folder = Arc::clone(&self.folder);
        let snapshot =
            Snapshot::new(folder, &self.contents, pending, coverage, summaries, repeated, names)?;
        let engine = Arc::new(LocalEngine { snapshot: Arc::new(snapshot) });
        self.latest = Some(Arc::clone(&engine));
        Ok(engine)
    }
}
