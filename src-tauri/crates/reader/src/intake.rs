//! Reading a bucket: each file once, newest first, and again only what is new.

mod pool;
mod tidy;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use event::Event;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use xxhash_rust::xxh3::xxh3_128;

use crate::catalog::{Catalog, Change, Contents, FileRead, Lock};
use crate::folded::Folds;
use crate::folder::{Folder, Identity, Listing};
use crate::segment::{Part, Segment, Source, build, duplicates};
use crate::{CatalogSize, Coverage, Decoder, Error, Snapshot, Unreadable};
use decode::Rows;
use pool::Outcome;

/// What a coverage calls the events that wait on this device.
const OUTBOX: &str = "what waits on this device";

/// The first segment of an intake has this many events, so that it is soon there; each further
/// one has more, up to the other number. Fewer if they are long.
const FIRST_EVENTS: usize = 1 << 14;
const MOST_EVENTS: usize = 1 << 19;
const MOST_BYTES: usize = 96 << 20;

/// A bucket that is being read. Every [`Intake::refresh`] gives a [`Snapshot`] of what is there;
/// a snapshot never changes.
#[derive(Debug, Clone)]
pub struct Intake {
    folder: Folder,
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
#[derive(Debug, Default)]
struct State {
    catalog: Option<Catalog>,
    contents: Contents,
    /// What waited on this device at the last refresh, and the segment it makes.
    waiting: Option<(Waiting, Option<Arc<Segment>>)>,
    latest: Option<Arc<Snapshot>>,
    folds: Arc<Folds>,
}

impl Intake {
    /// Of the bucket in `folder`. Its catalog lies in a folder of its own in `catalogs`, which is
    /// made when it is needed.
    pub fn new(folder: &Path, catalogs: &Path, decoder: Decoder) -> Self {
        let name = xxh3_128(folder.as_os_str().as_encoded_bytes());
        Self {
            folder: Folder(folder.to_owned()),
            catalog: catalogs.join(format!("{name:032x}")),
            decoder,
            state: Arc::default(),
        }
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
            *state = State::default();
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
    fn refresh(&self, state: &mut State, pending: Waiting) -> Result<Arc<Snapshot>, Error> {
        let listing = self.intake.folder.list().map_err(Error::List)?;
        if state.latest.as_ref().is_some_and(|latest| latest.is_damaged()) {
            self.rebuild(state)?;
        }
        wait_with(state, pending)?;
        match self.read(state, &listing) {
            // What is damaged is made anew, once.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                self.rebuild(state)?;
                Ok(self.read(state, &listing)?)
            }
            other => Ok(other?),
        }
    }

    fn rebuild(&self, state: &mut State) -> io::Result<()> {
        let catalog = Catalog::open(&self.intake.catalog)?;
        catalog.empty(&catalog.wait_for_lock()?)?;
        state.catalog = Some(catalog);
        state.contents = Contents::default();
        state.latest = None;
        Ok(())
    }

    fn read(&self, state: &mut State, listing: &Listing) -> io::Result<Arc<Snapshot>> {
        if state.catalog.is_none() {
            state.catalog = Some(Catalog::open(&self.intake.catalog)?);
        }
        let Some(catalog) = state.catalog.take() else { return Err(io::ErrorKind::Other.into()) };
        state.contents = catalog.load(&state.contents)?;
        let mut failures = Vec::new();
        if !Work::of(listing, &state.contents).is_nothing() {
            let lock = match catalog.lock()? {
                Some(lock) => lock,
                // Another process reads it: what it has read need not be read again.
                None => catalog.wait_for_lock()?,
            };
            state.contents = catalog.load(&state.contents)?;
            failures = self.work(state, &catalog, &lock, listing)?;
            tidy::tidy_small(&catalog, &lock, &mut state.contents)?;
        }
        state.catalog = Some(catalog);
        state.snapshot(listing, &failures)
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
            work.forget(state, catalog, lock)?;
            work = Work::of(listing, &state.contents);
        }
        let mut batch = Batch { most: FIRST_EVENTS, ..Batch::default() };
        let mut failures = Vec::new();
        let (files, known) = (listing.files.len(), listing.files.len() - work.new.len());
        let mut snapshot = state.snapshot(listing, &failures)?;
        let result = pool::read(self.intake, &work.new, self.stopped, |done, outcome| {
            match outcome {
                Outcome::Rows(file, rows) => batch.add(file, *rows),
                Outcome::Unreadable(name, read) => batch.read.push((name, read)),
                Outcome::Failed(failure) => failures.push(failure),
            }
            if batch.is_full() || known + done == files {
                batch.commit(state, catalog, lock)?;
                snapshot = state.snapshot(listing, &failures)?;
            }
            // Nobody need listen.
            let snapshot = Arc::clone(&snapshot);
            drop(self.told.send(Progress { files, done: known + done, snapshot }));
            Ok(())
        });
        result?;
        batch.commit(state, catalog, lock)?;
        Ok(failures)
    }
}

/// What a refresh has to do.
struct Work {
    /// Files to be read, newest first.
    new: Vec<(Arc<str>, Identity)>,
    /// Files that are not there any more, or are others now.
    gone: Vec<Arc<str>>,
}

impl Work {
    fn of(listing: &Listing, contents: &Contents) -> Self {
        let known = |name: &str, identity: &Identity| {
            contents.files.get(name).is_some_and(|read| read.identity == *identity)
        };
        let new: Vec<(Arc<str>, Identity)> = listing
            .files
            .iter()
            .rev()
            .filter(|(name, identity)| !known(name, identity))
            .map(|(name, identity)| (Arc::from(name.as_str()), *identity))
            .collect();
        if listing.files.len() == contents.files.len() + new.len() {
            return Self { new, gone: Vec::new() };
        }
        let there: HashSet<&str> = listing
            .files
            .iter()
            .filter(|(name, identity)| known(name, identity))
            .map(|(name, _)| name.as_str())
            .collect();
        let gone = contents.files.keys().filter(|name| !there.contains(&***name));
        Self { new, gone: gone.cloned().collect() }
    }

    fn is_nothing(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty()
    }

    /// Drops the segments that hold something of a file that is gone; their other files are read
    /// again. Where rows were left out because another file has the same, all are read again: the
    /// other file may be the one that is gone.
    fn forget(&self, state: &mut State, catalog: &Catalog, lock: &Lock) -> io::Result<()> {
        let contents = &mut state.contents;
        if !contents.is_plain() {
            catalog.empty(lock)?;
            *contents = catalog.load(contents)?;
            return Ok(());
        }
        let of = |name: &Arc<str>| contents.files.get(name).and_then(|read| read.segment);
        let mut dropped: Vec<i64> = self.gone.iter().filter_map(of).collect();
        dropped.sort_unstable();
        dropped.dedup();
        let in_dropped =
            |read: &FileRead| read.segment.is_some_and(|id| dropped.binary_search(&id).is_ok());
        let with_them = contents.files.iter().filter(|(_, read)| in_dropped(read));
        let mut gone: Vec<Arc<str>> = with_them.map(|(name, _)| Arc::clone(name)).collect();
        gone.extend(self.gone.iter().cloned());
        let change = Change { dropped: &dropped, gone: &gone, ..Change::default() };
        catalog.change_with(lock, &change, None, contents)
    }
}

/// Files that are to become one segment.
#[derive(Default)]
struct Batch {
    parts: Vec<Part>,
    read: Vec<(Arc<str>, FileRead)>,
    events: usize,
    bytes: usize,
    /// Full with so many events.
    most: usize,
}

impl Batch {
    fn add(&mut self, (name, identity): (Arc<str>, Identity), mut rows: Rows) {
        let bad = std::mem::take(&mut rows.bad);
        let read = FileRead { identity, rows: rows.in_file, problem: None, bad, segment: None };
        if !rows.is_empty() {
            self.events += rows.len();
            self.bytes += rows.size();
            self.parts.push(Part { file: name.to_string(), rows });
        }
        self.read.push((name, read));
    }

    fn is_full(&self) -> bool {
        self.events >= self.most || self.bytes >= MOST_BYTES
    }

    /// Makes a segment of it, and makes that part of the catalog.
    fn commit(&mut self, state: &mut State, catalog: &Catalog, lock: &Lock) -> io::Result<()> {
        if self.read.is_empty() {
            return Ok(());
        }
        let most = (self.most * 4).min(MOST_EVENTS);
        let batch = std::mem::replace(self, Self { most, ..Self::default() });
        let (mut added, mut hidden, mut repeated) = (None, Vec::new(), 0);
        let mut read = batch.read;
        if !batch.parts.is_empty() {
            let in_segment: HashSet<String> = batch.parts.iter().map(|p| p.file.clone()).collect();
            let shown = catalog.write(lock, |to| {
                repeated = build(batch.parts, to)?;
                Ok(())
            })?;
            for (_, file) in read.iter_mut().filter(|(name, _)| in_segment.contains(&**name)) {
                file.segment = Some(shown.id);
            }
            for other in &state.contents.segments {
                for found in duplicates(&other.segment, &shown.segment)? {
                    hidden.push((if found.of_second { shown.id } else { other.id }, found));
                }
            }
            added = Some(shown);
        }
        let change = Change {
            added: added.as_ref().map(|shown| shown.id),
            read: &read,
            hidden: &hidden,
            repeated: repeated > 0,
            ..Change::default()
        };
        catalog.change_with(lock, &change, added.as_ref(), &mut state.contents)
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
        let snapshot = Snapshot::new(
            self.contents.segments.clone(),
            waiting,
            coverage,
            Arc::clone(&self.folds),
        )?;
        let snapshot = Arc::new(snapshot);
        self.latest = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    fn coverage(&self, listing: &Listing, failures: &[Unreadable]) -> Coverage {
        let mut unreadable = failures.to_vec();
        unreadable.extend(listing.others.iter().cloned());
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
        let files = listing.files.len() + listing.others.len();
        Coverage {
            files,
            read,
            rows: usize::try_from(self.contents.rows()).unwrap_or(usize::MAX),
            complete: unreadable.is_empty() && read == files,
            unreadable,
        }
    }
}
