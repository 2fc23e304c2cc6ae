//! Reading a bucket: each file once, newest first, and again only what is new.

mod batch;
mod coverage;
mod plan;
mod pool;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bucket::{Bucket, Listing};
use event::Event;
use query::{Engine, Unreadable};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use xxhash_rust::xxh3::xxh3_128;

use crate::answers::RepeatedIdsCache;
use crate::catalog::compaction::{compact, compact_small};
use crate::catalog::segment::{Part, Segment, Source, build};
use crate::catalog::{Catalog, CatalogSize, Contents, Lock, SUMMARIES};
use crate::engine::LocalEngine;
use crate::snapshot::Snapshot;
use crate::summaries::SummaryCache;
use crate::{Decoder, Error};
use batch::Batch;
use decode::DecodedRows;
use plan::IndexPlan;
use pool::Outcome;

/// Keeps a catalog of one bucket. Every [`Indexer::refresh`] gives an engine that answers from what
/// is there now.
#[derive(Debug, Clone)]
pub struct Indexer {
    bucket: Bucket,
    catalog: PathBuf,
    decoder: Decoder,
    /// Held during a refresh, so that two do not read the same file.
    state: Arc<Mutex<State>>,
}

/// How far a refresh is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Files of the journal, and how many of them have been looked at.
    pub files: usize,
    pub done: usize,
    /// What can be answered so far, and whether there is any event in it.
    pub engine: Arc<dyn Engine>,
    pub has_events: bool,
}

/// The events that are pending on this device, or why they could not be read.
type Pending = Result<Vec<Event>, String>;

/// What was read so far.
#[derive(Debug)]
struct State {
    catalog: Option<Catalog>,
    contents: Contents,
    /// What was pending on this device at the last refresh, and the segment it makes.
    pending: Option<(Pending, Option<Arc<Segment>>)>,
    latest: Option<Arc<LocalEngine>>,
    summaries: Arc<SummaryCache>,
    repeated_ids: Arc<RepeatedIdsCache>,
}

impl Indexer {
    /// Of a bucket. Its catalog lies in a folder of its own in `catalogs`, which is made when it is
    /// needed.
    pub fn new(bucket: Bucket, catalogs: &Path, decoder: Decoder) -> Self {
        let name = xxh3_128(bucket.identity().as_bytes());
        let catalog = catalogs.join(format!("{name:032x}"));
        Self { bucket, state: Arc::new(Mutex::new(State::of(&catalog))), catalog, decoder }
    }

    /// Reads what is new in the bucket, and answers from all of it together with `pending`: the
    /// events that are pending on this device, or why they could not be read, which the coverage
    /// then says. List `pending` before calling: an event that a flush moves meanwhile is then seen in
    /// both places and counted once, where the other way round it could be seen in neither.
    ///
    /// `report` is told how far it is whenever something was read. Dropped before its end, it
    /// stops, and what was read stays read.
    pub async fn refresh(
        &self,
        pending: Pending,
        mut report: impl FnMut(Progress),
    ) -> Result<Arc<dyn Engine>, Error> {
        let (told, mut tells) = unbounded_channel();
        let stop = StopOnDrop::default();
        let (indexer, stopped) = (self.clone(), Arc::clone(&stop.0));
        let work = tokio::task::spawn_blocking(move || {
            let mut state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            let engine = Run { indexer: &indexer, told: &told, stopped: &stopped }
                .refresh(&mut state, pending);
            engine.map(|engine| engine as Arc<dyn Engine>)
        });
        while let Some(progress) = tells.recv().await {
            report(progress);
        }
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Forgets what was read: the next refresh reads everything again.
    pub async fn forget(&self) -> Result<(), Error> {
        let indexer = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let mut state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            let catalog = Catalog::open(&indexer.catalog)?;
            catalog.empty(&catalog.wait_for_lock()?)?;
            *state = State::of(&indexer.catalog);
            Ok(())
        });
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Merges segments where there are many. It takes its time and hinders nobody; the next
    /// refresh answers from what it has made. Whether there was anything to do.
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

    /// What is kept of the bucket on this device.
    pub async fn catalog(&self) -> Result<CatalogSize, Error> {
        let folder = self.catalog.clone();
        let work = tokio::task::spawn_blocking(move || Ok(Catalog::open(&folder)?.size()?));
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// Stops a refresh that nobody waits for any more.
#[derive(Default)]
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One refresh.
struct Run<'a> {
    indexer: &'a Indexer,
    told: &'a UnboundedSender<Progress>,
    stopped: &'a AtomicBool,
}

impl Run<'_> {
    #[tracing::instrument(name = "refresh", level = "info", skip_all)]
    fn refresh(&self, state: &mut State, pending: Pending) -> Result<Arc<LocalEngine>, Error> {
        let listing = self.indexer.bucket.blocking_list_all()?;
        if state.latest.as_ref().is_some_and(|latest| latest.snapshot.is_damaged()) {
            self.rebuild(state)?;
        }
        keep_pending(state, pending)?;
        match self.read(state, &listing) {
            // What is damaged is made anew, once.
            Err(Error::Catalog(error)) if error.kind() == io::ErrorKind::InvalidData => {
                self.rebuild(state)?;
                self.read(state, &listing)
            }
            other => other,
        }
    }

    #[tracing::instrument(name = "rebuild", level = "info", skip_all)]
    fn rebuild(&self, state: &mut State) -> io::Result<()> {
        let catalog = Catalog::open(&self.indexer.catalog)?;
        catalog.empty(&catalog.wait_for_lock()?)?;
        state.catalog = Some(catalog);
        state.contents = Contents::default();
        state.latest = None;
        Ok(())
    }

    fn read(&self, state: &mut State, listing: &Listing) -> Result<Arc<LocalEngine>, Error> {
        let catalog = match state.catalog.take() {
            Some(catalog) => catalog,
            None => Catalog::open(&self.indexer.catalog)?,
        };
        let failures = self.read_new(state, &catalog, listing);
        state.catalog = Some(catalog);
        Ok(state.engine(listing, &failures?)?)
    }

    /// Makes the catalog what the bucket is. Returns what could not be read this time.
    fn read_new(
        &self,
        state: &mut State,
        catalog: &Catalog,
        listing: &Listing,
    ) -> Result<Vec<Unreadable>, Error> {
        state.contents = catalog.load(&state.contents)?;
        if listing.files.is_empty() && !state.contents.files.is_empty() {
            return Err(Error::Emptied(state.contents.files.len()));
        }
        if IndexPlan::of(listing, &state.contents).is_nothing() {
            return Ok(Vec::new());
        }
        let lock = match catalog.lock()? {
            Some(lock) => lock,
            // Another process reads it: what it has read need not be read again.
            None => catalog.wait_for_lock()?,
        };
        state.contents = catalog.load(&state.contents)?;
        let failures = self.work(state, catalog, &lock, listing)?;
        compact_small(catalog, &lock, &mut state.contents)?;
        Ok(failures)
    }

    /// Reads what is new and forgets what is gone. Returns what could not be read this time.
    fn work(
        &self,
        state: &mut State,
        catalog: &Catalog,
        lock: &Lock,
        listing: &Listing,
    ) -> io::Result<Vec<Unreadable>> {
        let mut plan = IndexPlan::of(listing, &state.contents);
        if !plan.gone.is_empty() {
            plan.forget(&mut state.contents, catalog, lock)?;
            plan = IndexPlan::of(listing, &state.contents);
        }
        let mut batch = Batch::first();
        let mut failures = Vec::new();
        let (files, known) = (listing.files.len(), listing.files.len() - plan.new.len());
        let mut engine = state.engine(listing, &failures)?;
        let Indexer { bucket, decoder, .. } = self.indexer;
        pool::read(bucket, decoder, &plan.new, self.stopped, |done, outcome| {
            match outcome {
                Outcome::Rows(file, rows) => batch.add(file, *rows),
                Outcome::Unreadable(name, read) => batch.note(name, read),
                Outcome::Failed(failure) => failures.push(failure),
            }
            if batch.is_full() || known + done == files {
                batch.commit(&mut state.contents, catalog, lock)?;
                engine = state.engine(listing, &failures)?;
            }
            // Nobody need listen.
            let has_events = engine.snapshot.has_events();
            let engine = Arc::clone(&engine) as Arc<dyn Engine>;
            drop(self.told.send(Progress { files, done: known + done, engine, has_events }));
            Ok(())
        })?;
        Ok(failures)
    }
}

/// Keeps the pending events as a segment in memory.
fn keep_pending(state: &mut State, pending: Pending) -> io::Result<()> {
    if state.pending.as_ref().is_some_and(|(kept, _)| *kept == pending) {
        return Ok(());
    }
    let segment = match &pending {
        Ok(events) if !events.is_empty() => {
            let mut bytes = Vec::new();
            let part = Part { file: String::new(), rows: DecodedRows::of(events) };
            build(vec![part], &mut bytes)?;
            Some(Arc::new(Segment::open(Source::Memory(bytes), true)?))
        }
        _ => None,
    };
    state.pending = Some((pending, segment));
    state.latest = None;
    Ok(())
}

impl State {
    /// Nothing read yet, of a bucket whose catalog lies there.
    fn of(catalog: &Path) -> Self {
        Self {
            catalog: None,
            contents: Contents::default(),
            pending: None,
            latest: None,
            summaries: Arc::new(SummaryCache::at(catalog.join(SUMMARIES))),
            repeated_ids: Arc::default(),
        }
    }

    /// What can be answered now; the same engine as before if nothing is new.
    fn engine(
        &mut self,
        listing: &Listing,
        failures: &[Unreadable],
    ) -> io::Result<Arc<LocalEngine>> {
        let unread = self.pending.as_ref().and_then(|(pending, _)| pending.as_ref().err());
        let coverage = coverage::of(listing, &self.contents, failures, unread);
        let pending = self.pending.as_ref().and_then(|(_, segment)| segment.clone());
        let same = |latest: &&Arc<LocalEngine>| {
            latest.snapshot.is_of(&self.contents.segments)
                && *latest.snapshot.coverage() == coverage
        };
        if let Some(latest) = self.latest.as_ref().filter(same) {
            return Ok(Arc::clone(latest));
        }
        let (summaries, repeated) = (Arc::clone(&self.summaries), Arc::clone(&self.repeated_ids));
        let snapshot = Snapshot::new(&self.contents, pending, coverage, summaries, repeated)?;
        let engine = Arc::new(LocalEngine { snapshot: Arc::new(snapshot) });
        self.latest = Some(Arc::clone(&engine));
        Ok(engine)
    }
}
