//! Indexer of a bucket: reads each file once, newest first, and afterwards only what is new.
//!
//! [`plan`] compares the listing with the catalog, [`pool`] reads and decodes files in parallel,
//! [`batch`] makes segments of them and [`doubled_numbers`] finds numbers that two events have,
//! [`file_ledger`] notes what each file was, [`file_list`] lists and verifies them, and [`coverage`] says what an answer rests on.

mod batch;
mod coverage;
mod doubled_numbers;
mod file_ledger;
mod file_list;
mod large_file;
mod plan;
mod pool;

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bucket::{Bucket, Listing};
use event::Event;
use query::{ChangedFile, Engine, Unreadable};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::answers::RepeatedIdsCache;
use crate::catalog::compaction::{compact, compact_small};
use crate::catalog::segment::{FileRows, Segment, Source, build};
use crate::catalog::{Catalog, CatalogSize, Contents, Lock, SUMMARIES, folder_name, is_damaged};
use crate::engine::LocalEngine;
use crate::ledger::check_writable;
use crate::snapshot::Snapshot;
use crate::summaries::SummaryCache;
use crate::{Decoder, Error};
use batch::Batch;
use coverage::Basis;
use decode::DecodedRows;
use file_ledger::FileLedger;
pub use file_ledger::LedgerOptions;
use plan::IndexPlan;
use pool::Outcome;

/// Indexer of one bucket: brings its catalog up to date, and makes engines that answer from it.
/// Cheap to clone; clones share their state, and one of them refreshes at a time. Several processes
/// may index one bucket into one catalog.
///
/// Files are decoded by another process of the program that [`Decoder`] names, so that program must
/// call [`decode_if_asked`](crate::decode_if_asked) before anything else:
///
/// ```standalone_crate
/// use std::process::ExitCode;
///
/// use bucket::{Bucket, Location};
/// use event::{Action, Draft, RecordId};
/// use journal::{Journal, Options};
/// use query::CancellationToken;
/// use reader::{Decoder, Indexer};
///
/// fn main() -> ExitCode {
///     if let Some(decoded) = reader::decode_if_asked() {
///         return decoded;
///     }
///     tokio::runtime::Runtime::new().unwrap().block_on(index_and_ask());
///     ExitCode::SUCCESS
/// }
///
/// async fn index_and_ask() {
///     let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
///     let bucket = Bucket::open(&Location::Folder(folder.path().into())).unwrap();
///     let journal = Journal::open(bucket.clone(), home.path(), Options::default()).await.unwrap();
///     let record = RecordId { entity_type: "client".into(), entity_id: "C-1".into() };
///     let draft = Draft::new(record, Action::Insert, "*", "Sarah", "api");
///     let recorded = vec![journal.record(draft).await.unwrap()];
///     journal.flush().await.unwrap();
///
///     // The event is in a file now. Listed as pending too, it still counts once.
///     let indexer = Indexer::new(bucket, &home.path().join("catalogs"), Decoder::ThisProgram);
///     let engine = indexer.refresh(Ok(recorded), |_| ()).await.unwrap();
///     let totals = engine.totals(&CancellationToken::new()).await.unwrap();
///     assert_eq!(totals.value.events, 1);
///     assert!(totals.coverage.complete);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Indexer {
    bucket: Bucket,
    /// Folder of the catalog.
    catalog: Arc<Path>,
    decoder: Decoder,
    /// Where the ledger of files is kept; `None` if none is.
    ledger: Option<LedgerOptions>,
    /// Locked during a refresh, so that two do not read the same file.
    state: Arc<Mutex<IndexerState>>,
}

/// Progress of a refresh.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Files of the journal, from the listing.
    pub files: usize,
    /// Files that are done with: in the catalog before, read now, or found unreadable.
    pub done: usize,
    /// Engine over what is in the catalog so far, and the pending events.
    pub engine: Arc<dyn Engine>,
    /// Whether that engine has any event.
    pub has_events: bool,
}

/// Pending events of this device, or why they could not be read.
type Pending = Result<Vec<Event>, String>;

/// State of an indexer between refreshes.
#[derive(Debug)]
struct IndexerState {
    /// Folder of the catalog.
    folder: Arc<Path>,
    /// The catalog, once opened.
    catalog: Option<Catalog>,
    /// The ledger of files, once opened.
    ledger: Option<FileLedger>,
    /// Files that were gone or altered when it was last looked at.
    changed: Vec<ChangedFile>,
    /// Files that could not be read when it was last looked at, and what only looks like one.
    unread: Vec<Unreadable>,
    /// What the catalog held when it was last looked at.
    contents: Contents,
    /// The pending events of the last refresh, and their segment in memory, if there are any.
    pending: Option<(Pending, Option<Arc<Segment>>)>,
    /// The engine that was made last; `None` once it is out of date.
    latest: Option<Arc<LocalEngine>>,
    /// Caches that snapshots share.
    summaries: Arc<SummaryCache>,
    repeated_ids: Arc<RepeatedIdsCache>,
}

impl Indexer {
    /// An indexer of a bucket. Its catalog lies in a folder of its own below `catalogs`, named by a
    /// hash of its place and the versions of its format, and created when it is needed. Nothing is
    /// read yet.
    pub fn new(bucket: Bucket, catalogs: &Path, decoder: Decoder) -> Self {
        let catalog: Arc<Path> = catalogs.join(folder_name(&bucket.place().path)).into();
        let state = Arc::new(Mutex::new(IndexerState::of(&catalog)));
        Self { bucket, state, catalog, decoder, ledger: None }
    }

    /// Keeps a ledger of the bucket's files, so that answers tell which of them have changed since
    /// they were read first.
    ///
    /// # Errors
    /// The error of the system if its folder or a file in it cannot be created.
    pub fn with_ledger(self, options: LedgerOptions) -> io::Result<Self> {
        check_writable(&options.folder)?;
        Ok(Self { ledger: Some(options), ..self })
    }

    /// Checks that the catalog can be kept, and creates its folder where it is missing.
    ///
    /// # Errors
    /// The error of the system if the folder or a file in it cannot be created.
    pub fn check_catalog(&self) -> io::Result<()> {
        Catalog::check_writable(&self.catalog)
    }

    /// Reads the files that are new in the bucket, and returns an engine over all files and
    /// `pending`: the pending events of this device, or why they could not be read, which the
    /// coverage then says. List `pending` before calling: an event that is flushed meanwhile is
    /// then in both and counted once, where the other way round it could be in neither.
    ///
    /// Calls `report` after each file that was read. When the future is dropped, the refresh stops
    /// soon; segments that were committed by then stay in the catalog. A damaged catalog is
    /// rebuilt. Call it within a Tokio runtime.
    ///
    /// # Errors
    /// [`Error::List`] if the bucket cannot be listed, [`Error::Emptied`] if the listing is empty
    /// and the catalog or the ledger is not, [`Error::Catalog`] if the catalog cannot be read or written, or no
    /// decoder can be started. A file that cannot be read is no error: the coverage names it.
    pub async fn refresh(
        &self,
        pending: Pending,
        mut report: impl FnMut(Progress),
    ) -> Result<Arc<dyn Engine>, Error> {
        let (sender, mut receiver) = unbounded_channel();
        let stop = StopOnDrop::default();
        let (indexer, stopped) = (self.clone(), Arc::clone(&stop.0));
        let work = tokio::task::spawn_blocking(move || {
            let mut state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            let refresh = Refresh { indexer: &indexer, progress: &sender, stopped: &stopped };
            let engine = refresh.run(&mut state, pending);
            engine.map(|engine| engine as Arc<dyn Engine>)
        });
        while let Some(progress) = receiver.recv().await {
            report(progress);
        }
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Empties the catalog: the next refresh reads every file again. The ledger of files stays. Engines
    /// that were made before still answer.
    ///
    /// # Errors
    /// [`Error::Catalog`] if the catalog cannot be opened or written.
    pub async fn forget(&self) -> Result<(), Error> {
        let indexer = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let mut state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            let catalog = Catalog::open(&indexer.catalog)?;
            catalog.empty(&catalog.wait_for_lock()?)?;
            let ledger = state.ledger.take();
            *state = IndexerState { ledger, ..IndexerState::of(&indexer.catalog) };
            Ok(())
        });
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Compacts the catalog by one step: merges segments where there are many, so that questions
    /// are faster from the next refresh on. It takes long, and blocks neither refreshes nor
    /// questions. Returns whether there was anything to merge; call it until there is not.
    ///
    /// # Errors
    /// [`Error::Catalog`] if a segment cannot be read or written.
    pub async fn compact(&self) -> Result<bool, Error> {
        let indexer = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let catalog = Catalog::open(&indexer.catalog)?;
            let state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            let known = state.contents.clone();
            drop(state);
            Ok(compact(&catalog, &known)?)
        });
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Size of the catalog on this device, which is created where it is missing.
    ///
    /// # Errors
    /// [`Error::Catalog`] if the catalog cannot be opened.
    pub async fn catalog(&self) -> Result<CatalogSize, Error> {
        let folder = Arc::clone(&self.catalog);
        let work = tokio::task::spawn_blocking(move || Ok(Catalog::open(&folder)?.size()?));
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// Sets its flag when dropped: stops the refresh whose future was dropped.
#[derive(Default)]
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Refresh in progress.
struct Refresh<'a> {
    indexer: &'a Indexer,
    progress: &'a UnboundedSender<Progress>,
    stopped: &'a AtomicBool,
}

impl Refresh<'_> {
    #[tracing::instrument(name = "refresh", level = "info", skip_all)]
    fn run(&self, state: &mut IndexerState, pending: Pending) -> Result<Arc<LocalEngine>, Error> {
        let listing = self.indexer.bucket.blocking_list_all()?;
        if is_damaged(&self.indexer.catalog) {
            self.rebuild(state)?;
        }
        set_pending(state, pending)?;
        match self.index(state, &listing) {
            // A damaged catalog is rebuilt, once.
            Err(Error::Catalog(error)) if error.kind() == io::ErrorKind::InvalidData => {
                self.rebuild(state)?;
                self.index(state, &listing)
            }
            other => other,
        }
    }

    /// Empties the catalog, so that all files are read again.
    #[tracing::instrument(name = "rebuild", level = "info", skip_all)]
    fn rebuild(&self, state: &mut IndexerState) -> io::Result<()> {
        let catalog = Catalog::open(&self.indexer.catalog)?;
        catalog.empty(&catalog.wait_for_lock()?)?;
        state.catalog = Some(catalog);
        state.contents = Contents::default();
        state.latest = None;
        Ok(())
    }

    /// Brings the catalog up to date with a listing, and makes an engine of it.
    fn index(
        &self,
        state: &mut IndexerState,
        listing: &Listing,
    ) -> Result<Arc<LocalEngine>, Error> {
        let catalog = match state.catalog.take() {
            Some(catalog) => catalog,
            None => Catalog::open(&self.indexer.catalog)?,
        };
        if let (None, Some(options)) = (&state.ledger, &self.indexer.ledger) {
            let ledger = FileLedger::open(options.clone(), &self.indexer.bucket, listing)?;
            state.ledger = Some(ledger);
        }
        let failures = self.update_catalog(state, &catalog, listing);
        state.catalog = Some(catalog);
        let failures = failures?;
        if let Some(ledger) = &state.ledger {
            state.changed = ledger.changes(listing, &state.contents)?;
        }
        let lookalikes = listing.lookalikes.iter();
        let lookalikes = lookalikes.map(|one| Unreadable::file(&one.name, one.reason.clone()));
        state.unread = failures.iter().cloned().chain(lookalikes).collect();
        Ok(state.engine(listing, &failures)?)
    }

    /// Brings the catalog up to date with a listing, under the lock for changes if there is
    /// anything to do. Returns the files that could not be read this time.
    fn update_catalog(
        &self,
        state: &mut IndexerState,
        catalog: &Catalog,
        listing: &Listing,
    ) -> Result<Vec<Unreadable>, Error> {
        state.contents = catalog.load(&state.contents)?;
        if listing.files.is_empty() {
            // A catalog that was emptied on purpose stays empty.
            let was_emptied = state.contents.changes > 0;
            let in_ledger = state.ledger.as_ref().filter(|_| !was_emptied);
            let in_ledger = in_ledger.map_or(Ok(0), FileLedger::len)?;
            let known = state.contents.files.len().max(in_ledger);
            if known > 0 {
                return Err(Error::Emptied(known));
            }
        }
        if IndexPlan::of(listing, &state.contents).is_empty() {
            return Ok(Vec::new());
        }
        let lock = match catalog.lock()? {
            Some(lock) => lock,
            // Another process is indexing the bucket: what it reads need not be read again.
            None => catalog.wait_for_lock()?,
        };
        state.contents = catalog.load(&state.contents)?;
        let failures = self.apply_plan(state, catalog, &lock, listing)?;
        compact_small(catalog, &lock, &mut state.contents)?;
        Ok(failures)
    }

    /// Reads new files, and drops those that are gone. Returns the files that could not be read
    /// this time.
    fn apply_plan(
        &self,
        state: &mut IndexerState,
        catalog: &Catalog,
        lock: &Lock,
        listing: &Listing,
    ) -> io::Result<Vec<Unreadable>> {
        let mut plan = IndexPlan::of(listing, &state.contents);
        if !plan.gone.is_empty() {
            plan.drop_gone(&mut state.contents, catalog, lock)?;
            plan = IndexPlan::of(listing, &state.contents);
        }
        let mut batch = Batch::first();
        let (mut failures, mut large) = (Vec::new(), Vec::new());
        let (files, known) = (listing.files.len(), listing.files.len() - plan.new.len());
        let mut engine = state.engine(listing, &failures)?;
        let Indexer { bucket, decoder, .. } = self.indexer;
        pool::read(bucket, decoder, &plan.new, self.stopped, |done, outcome| {
            match outcome {
                Outcome::Rows(file, rows, numbers) => batch.add(file, *rows, numbers),
                Outcome::Unreadable(name, read) => batch.add_unreadable(name, read),
                Outcome::Large(file) => large.push(file),
                Outcome::Failed(failure) => failures.push(failure),
            }
            if batch.is_full() || known + done == files {
                batch.commit(&mut state.contents, catalog, lock, state.ledger.as_mut())?;
                engine = state.engine(listing, &failures)?;
            }
            self.report(files, known + done - large.len(), &engine);
            Ok(())
        })?;
        for (left, file) in (0..large.len()).rev().zip(large) {
            match large_file::read((bucket, decoder), &file, (catalog, lock), self.stopped)? {
                Ok(new) => {
                    new.commit(&mut state.contents, catalog, lock, state.ledger.as_mut())?;
                }
                Err(failure) => failures.push(failure),
            }
            let engine = state.engine(listing, &failures)?;
            self.report(files, files - left, &engine);
        }
        Ok(failures)
    }

    fn report(&self, files: usize, done: usize, engine: &Arc<LocalEngine>) {
        let has_events = engine.snapshot.has_events();
        let engine = Arc::clone(engine) as Arc<dyn Engine>;
        // The future may have been dropped: then nobody receives it.
        drop(self.progress.send(Progress { files, done, engine, has_events }));
    }
}

/// Makes a segment in memory of the pending events, unless they are the same as before.
fn set_pending(state: &mut IndexerState, pending: Pending) -> io::Result<()> {
    if state.pending.as_ref().is_some_and(|(before, _)| *before == pending) {
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
    state.pending = Some((pending, segment));
    state.latest = None;
    Ok(())
}

impl IndexerState {
    /// The state before the first refresh. `folder` is the folder of the catalog.
    fn of(folder: &Arc<Path>) -> Self {
        Self {
            folder: Arc::clone(folder),
            catalog: None,
            ledger: None,
            changed: Vec::new(),
            unread: Vec::new(),
            contents: Contents::default(),
            pending: None,
            latest: None,
            summaries: Arc::new(SummaryCache::at(folder.join(SUMMARIES))),
            repeated_ids: Arc::default(),
        }
    }

    /// An engine over what the catalog holds now; the same as before if nothing is new.
    fn engine(
        &mut self,
        listing: &Listing,
        failures: &[Unreadable],
    ) -> io::Result<Arc<LocalEngine>> {
        let pending = self.pending.as_ref().map(|(pending, _)| pending.as_deref());
        let pending = pending.unwrap_or(Ok(&[])).map_err(String::as_str);
        let (contents, changed) = (&self.contents, self.changed.as_slice());
        let coverage = Basis { listing, contents, failures, pending, changed }.coverage();
        let pending = self.pending.as_ref().and_then(|(_, segment)| segment.clone());
        let same = |latest: &&Arc<LocalEngine>| {
            latest.snapshot.has_segments(&self.contents.segments)
                && *latest.snapshot.coverage() == coverage
        };
        if let Some(latest) = self.latest.as_ref().filter(same) {
            return Ok(Arc::clone(latest));
        }
        let (summaries, repeated) = (Arc::clone(&self.summaries), Arc::clone(&self.repeated_ids));
        let folder = Arc::clone(&self.folder);
        let snapshot =
            Snapshot::new(folder, &self.contents, pending, coverage, summaries, repeated)?;
        let engine = Arc::new(LocalEngine { snapshot: Arc::new(snapshot) });
        self.latest = Some(Arc::clone(&engine));
        Ok(engine)
    }
}
