//! Reading a bucket: each file once, newest first, and again only what is new.

mod batch;
mod pool;
mod tidy;
mod work;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bucket::{Bucket, Listing};
use event::Event;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use xxhash_rust::xxh3::xxh3_128;

use crate::catalog::{Catalog, Contents, FOLDED, Lock};
use crate::folded::Folds;
use crate::segment::{Part, Segment, Source, build};
use crate::{CatalogSize, Coverage, Decoder, Error, Snapshot, Unreadable};
use batch::Batch;
use decode::Rows;
use pool::Outcome;
use work::Work;

/// What a coverage calls the events that wait on this device.
const OUTBOX: &str = "what waits on this device";

/// A bucket that is being read. Every [`Intake::refresh`] gives a [`Snapshot`] of what is there;
/// a snapshot never changes.
#[derive(Debug, Clone)]
pub struct Intake {
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
    /// What can be answered so far.
    pub snapshot: Arc<Snapshot>,
}

/// The events that wait on this device, or why they could not be read.
type Waiting = Result<Vec<Event>, String>;

/// What was read so far.
#[derive(Debug)]
struct State {
    catalog: Option<Catalog>,
    contents: Contents,
    /// What waited on this device at the last refresh, and the segment it makes.
    waiting: Option<(Waiting, Option<Arc<Segment>>)>,
    latest: Option<Arc<Snapshot>>,
    folds: Arc<Folds>,
}

impl Intake {
    /// Of a bucket. Its catalog lies in a folder of its own in `catalogs`, which is made when it is
    /// needed.
    pub fn new(bucket: Bucket, catalogs: &Path, decoder: Decoder) -> Self {
        let name = xxh3_128(bucket.identity().as_bytes());
        let catalog = catalogs.join(format!("{name:032x}"));
        Self { bucket, state: Arc::new(Mutex::new(State::of(&catalog))), catalog, decoder }
    }

    /// Reads what is new in the bucket, and answers from all of it together with `pending`: the
    /// events that wait on this device, or why they could not be read, which the coverage then
    /// says. List `pending` before calling: an event that a flush moves meanwhile is then seen in
    /// both places and counted once, where the other way round it could be seen in neither.
    ///
    /// `report` is told how far it is whenever something was read. Dropped before its end, it
    /// stops, and what was read stays read.
    pub async fn refresh(
        &self,
        pending: Waiting,
        mut report: impl FnMut(Progress),
    ) -> Result<Arc<Snapshot>, Error> {
        let (told, mut tells) = unbounded_channel();
        let stop = StopOnDrop::default();
        let (intake, stopped) = (self.clone(), Arc::clone(&stop.0));
        let work = tokio::task::spawn_blocking(move || {
            let mut state = intake.state.lock().unwrap_or_else(PoisonError::into_inner);
            Run { intake: &intake, told: &told, stopped: &stopped }.refresh(&mut state, pending)
        });
        while let Some(progress) = tells.recv().await {
            report(progress);
        }
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Forgets what was read: the next refresh reads everything again.
    pub async fn forget(&self) -> Result<(), Error> {
        let intake = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let mut state = intake.state.lock().unwrap_or_else(PoisonError::into_inner);
            let catalog = Catalog::open(&intake.catalog)?;
            catalog.empty(&catalog.wait_for_lock()?)?;
            *state = State::of(&intake.catalog);
            Ok(())
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
    intake: &'a Intake,
    told: &'a UnboundedSender<Progress>,
    stopped: &'a AtomicBool,
}

impl Run<'_> {
    #[tracing::instrument(name = "refresh", level = "info", skip_all)]
    fn refresh(&self, state: &mut State, pending: Waiting) -> Result<Arc<Snapshot>, Error> {
        let listing = self.intake.bucket.blocking_list_all()?;
        if state.latest.as_ref().is_some_and(|latest| latest.is_damaged()) {
            self.rebuild(state)?;
        }
        wait_with(state, pending)?;
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
        let catalog = Catalog::open(&self.intake.catalog)?;
        catalog.empty(&catalog.wait_for_lock()?)?;
        state.catalog = Some(catalog);
        state.contents = Contents::default();
        state.latest = None;
        Ok(())
    }

    fn read(&self, state: &mut State, listing: &Listing) -> Result<Arc<Snapshot>, Error> {
        let catalog = match state.catalog.take() {
            Some(catalog) => catalog,
            None => Catalog::open(&self.intake.catalog)?,
        };
        let failures = self.read_new(state, &catalog, listing);
        state.catalog = Some(catalog);
        Ok(state.snapshot(listing, &failures?)?)
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
        if Work::of(listing, &state.contents).is_nothing() {
            return Ok(Vec::new());
        }
        let lock = match catalog.lock()? {
            Some(lock) => lock,
            // Another process reads it: what it has read need not be read again.
            None => catalog.wait_for_lock()?,
        };
        state.contents = catalog.load(&state.contents)?;
        let failures = self.work(state, catalog, &lock, listing)?;
        tidy::tidy_small(catalog, &lock, &mut state.contents)?;
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
        let mut work = Work::of(listing, &state.contents);
        if !work.gone.is_empty() {
            work.forget(&mut state.contents, catalog, lock)?;
            work = Work::of(listing, &state.contents);
        }
        let mut batch = Batch::first();
        let mut failures = Vec::new();
        let (files, known) = (listing.files.len(), listing.files.len() - work.new.len());
        let mut snapshot = state.snapshot(listing, &failures)?;
        pool::read(self.intake, &work.new, self.stopped, |done, outcome| {
            match outcome {
                Outcome::Rows(file, rows) => batch.add(file, *rows),
                Outcome::Unreadable(name, read) => batch.note(name, read),
                Outcome::Failed(failure) => failures.push(failure),
            }
            if batch.is_full() || known + done == files {
                batch.commit(&mut state.contents, catalog, lock)?;
                snapshot = state.snapshot(listing, &failures)?;
            }
            // Nobody need listen.
            let snapshot = Arc::clone(&snapshot);
            drop(self.told.send(Progress { files, done: known + done, snapshot }));
            Ok(())
        })?;
        Ok(failures)
    }
}

/// Remembers what waits on this device, as a segment in memory.
fn wait_with(state: &mut State, pending: Waiting) -> io::Result<()> {
    if state.waiting.as_ref().is_some_and(|(waited, _)| *waited == pending) {
        return Ok(());
    }
    let segment = match &pending {
        Ok(events) if !events.is_empty() => {
            let mut bytes = Vec::new();
            let part = Part { file: String::new(), rows: Rows::of(events) };
            build(vec![part], &mut bytes)?;
            Some(Arc::new(Segment::open(Source::Memory(bytes), true)?))
        }
        _ => None,
    };
    state.waiting = Some((pending, segment));
    state.latest = None;
    Ok(())
}

impl State {
    /// Nothing read yet, of a bucket whose catalog lies there.
    fn of(catalog: &Path) -> Self {
        Self {
            catalog: None,
            contents: Contents::default(),
            waiting: None,
            latest: None,
            folds: Arc::new(Folds::at(catalog.join(FOLDED))),
        }
    }

    /// What can be answered now.
    fn snapshot(
        &mut self,
        listing: &Listing,
        failures: &[Unreadable],
    ) -> io::Result<Arc<Snapshot>> {
        let coverage = self.coverage(listing, failures);
        let waiting = self.waiting.as_ref().and_then(|(_, segment)| segment.clone());
        let same = |latest: &&Arc<Snapshot>| {
            latest.is_of(&self.contents.segments) && *latest.coverage() == coverage
        };
        if let Some(latest) = self.latest.as_ref().filter(same) {
            return Ok(Arc::clone(latest));
        }
        let snapshot = Snapshot::new(&self.contents, waiting, coverage, Arc::clone(&self.folds))?;
        let snapshot = Arc::new(snapshot);
        self.latest = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    fn coverage(&self, listing: &Listing, failures: &[Unreadable]) -> Coverage {
        let mut unreadable = failures.to_vec();
        unreadable.extend(
            listing
                .lookalikes
                .iter()
                .map(|one| Unreadable { file: one.name.clone(), problem: one.reason.to_owned() }),
        );
        let mut read = 0;
        for (name, file) in self.contents.files.iter() {
            read += usize::from(file.problem.is_none());
            let mut report = |problem| {
                unreadable.push(Unreadable { file: name.to_string(), problem });
            };
            file.problem.iter().for_each(|problem| report(problem.clone()));
            file.bad.iter().for_each(|(row, why)| report(format!("row {row}: {why}")));
        }
        unreadable.sort_by(|a, b| a.file.cmp(&b.file));
        if let Some((Err(problem), _)) = &self.waiting {
            unreadable.push(Unreadable { file: OUTBOX.to_owned(), problem: problem.clone() });
        }
        let files = listing.files.len() + listing.lookalikes.len();
        Coverage {
            files,
            read,
            rows: usize::try_from(self.contents.rows()).unwrap_or(usize::MAX),
            complete: unreadable.is_empty() && read == files,
            unreadable,
        }
    }
}
