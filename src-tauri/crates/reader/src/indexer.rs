//! Indexer of a bucket: reads each file once, newest first, and afterwards only what is new.
//!
//! [`refresh`] brings a catalog up to date: [`look`] lists the bucket, [`plan`] compares the listing
//! with the catalog, [`pool`] reads and decodes files in parallel, which [`read_ahead`] gets where the
//! bucket is far, and [`large_file`] one part by part, [`digests`] finds that a file is the same as
//! before, [`batch`] makes segments of them, [`doubled_numbers`] finds numbers that two events have, and
//! [`file_ledger`] notes what each file was. [`progress`] is reported meanwhile, [`state`] is what is
//! kept between refreshes, [`coverage`] says what an answer rests on, and [`file_list`] lists and
//! verifies the files.

mod batch;
mod coverage;
mod digests;
mod doubled_numbers;
mod extract;
mod file_ledger;
mod file_list;
mod large_file;
mod look;
mod lost_id;
mod plan;
mod pool;
mod progress;
mod read_ahead;
mod refresh;
mod state;

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bucket::Bucket;
use chrono::{DateTime, Utc};
use event::NameFields;
use query::{CancellationToken, Engine};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::timeout;

pub use extract::extract_of;
use file_ledger::FileLedger;
pub use file_ledger::{LedgerOptions, lost_files};
pub use file_list::Verified;
use look::Listed;
pub use lost_id::{known_id, lost_id};
pub use progress::Progress;
use refresh::Refresh;
pub use state::Recorded;
use state::{IndexerState, Pending};

use crate::catalog::compaction::compact;
use crate::catalog::{Catalog, CatalogSize, folder_name};
use crate::database::{check_writable, has_room, is_full};
use crate::{Decoder, Error};

/// How often it is looked whether a store asked to wait, while no file is done.
const HELD_BACK_LOOK: Duration = Duration::from_millis(500);

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
///     let bucket = Bucket::open(&Location::Local(folder.path().into())).unwrap();
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
    /// The fields that records are named by.
    names: Arc<Mutex<Arc<NameFields>>>,
    /// Locked during a refresh, so that two do not read the same file.
    state: Arc<Mutex<IndexerState>>,
    /// Whether the next refresh lists the bucket as a whole in any case.
    whole_wanted: Arc<AtomicBool>,
}

impl Indexer {
    /// An indexer of a bucket. Its catalog lies in a folder of its own below `catalogs`, named by a
    /// hash of its place and the versions of its format, and created when it is needed. Nothing is
    /// read yet.
    pub fn new(bucket: Bucket, catalogs: &Path, decoder: Decoder) -> Self {
        let catalog: Arc<Path> = catalogs.join(folder_name(&bucket.place().path)).into();
        let names = Arc::default();
        let state = Arc::new(Mutex::new(IndexerState::of(&catalog, &names)));
        let whole_wanted = Arc::default();
        Self { bucket, names, state, catalog, decoder, ledger: None, whole_wanted }
    }

    /// Names records by these fields, in all engines that are made from now on.
    pub fn name_records_by(&self, names: NameFields) {
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = names.into();
    }

    /// Keeps a ledger of the bucket's files, so that answers tell which of them have changed since
    /// they were read first. A ledger that cannot be written is only read.
    #[must_use]
    pub fn with_ledger(self, options: LedgerOptions) -> Self {
        Self { ledger: Some(options), ..self }
    }

    /// Checks that the ledger of files can be kept, and creates its folder where it is missing.
    ///
    /// # Errors
    /// The error of the system if the folder or a file in it cannot be created, its disk is full, or the
    /// ledger cannot be written.
    pub fn check_ledger(&self) -> io::Result<()> {
        let check = |options| FileLedger::check(options, &self.bucket);
        self.ledger.as_ref().map_or(Ok(()), check)
    }

    /// Keeps what the ledger has of the bucket by its place by its id from now on, which the bucket just
    /// got: it may be moved before it is read again. Blocks.
    ///
    /// # Errors
    /// [`Error::List`] if the bucket cannot be listed, and [`Error::Catalog`] if the ledger cannot be
    /// written.
    pub fn keep_ledger_by_id(&self) -> Result<(), Error> {
        self.ledger.as_ref().map_or(Ok(()), |it| FileLedger::keep_by_id(it, &self.bucket))
    }

    /// Notes in the ledger of files one that this device stored, under this name, with this number of rows:
    /// what becomes of it before it is read is told.
    ///
    /// # Errors
    /// As [`Indexer::keep_ledger_by_id`].
    pub fn note_stored(&self, name: &str, rows: u64, sha256: [u8; 32]) -> Result<(), Error> {
        let note = |options| FileLedger::note_stored(options, &self.bucket, name, rows, sha256);
        self.ledger.as_ref().map_or(Ok(()), note)
    }

    /// Whether the last refresh knew a ledger of files: without one, no change can be told.
    pub fn knows_ledger(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).ledger.is_some()
    }

    /// Checks that the catalog can be kept, and creates its folder where it is missing. One that is there
    /// can be kept although its disk is full: it can be read, and there may be room again in a moment.
    ///
    /// # Errors
    /// The error of the system if the folder or a file in it cannot be created, or there is no room for a
    /// first catalog.
    pub fn check_catalog(&self) -> io::Result<()> {
        let is_there = Catalog::is_in(&self.catalog);
        match check_writable(&self.catalog) {
            Err(error) if is_there && is_full(&error) => Ok(()),
            Ok(()) if !is_there && !has_room(&self.catalog) => {
                Err(io::ErrorKind::StorageFull.into())
            }
            checked => checked,
        }
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
    /// and the catalog or the ledger is not, [`Error::Catalog`] if one of these cannot be read or
    /// written, or no decoder can be started. A file that cannot be read is no error: the coverage
    /// names it.
    pub async fn refresh(
        &self,
        pending: Pending,
        report: impl FnMut(Progress),
    ) -> Result<Arc<dyn Engine>, Error> {
        self.refresh_with(Recorded::default(), pending, report).await
    }

    /// [`Indexer::refresh`], where this device has `recorded` events: those that are neither pending nor
    /// in a file are a gap, also at the end of its log. Look that up before the pending events.
    ///
    /// # Errors
    /// As [`Indexer::refresh`].
    pub async fn refresh_with(
        &self,
        recorded: Recorded,
        pending: Pending,
        mut report: impl FnMut(Progress),
    ) -> Result<Arc<dyn Engine>, Error> {
        let (sender, mut receiver) = unbounded_channel();
        let stopped = CancellationToken::new();
        let _stop = stopped.clone().drop_guard();
        let indexer = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let mut state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.recorded = recorded;
            let refresh = Refresh { indexer: &indexer, progress: &sender, stopped: &stopped };
            let engine = refresh.run(&mut state, pending);
            engine.map(|engine| engine as Arc<dyn Engine>)
        });
        let mut last: Option<Progress> = None;
        loop {
            let next = receiver.recv();
            let next = if self.bucket.is_far() {
                timeout(HELD_BACK_LOOK, next).await
            } else {
                Ok(next.await)
            };
            match next {
                Ok(None) => break,
                Ok(Some(progress)) => {
                    last = Some(progress.clone());
                    report(progress);
                }
                // No file is done while all wait for the store.
                Err(_) => {
                    let held_back = self.bucket.is_held_back();
                    if let Some(last) = last.as_mut().filter(|last| last.held_back != held_back) {
                        last.held_back = held_back;
                        report(last.clone());
                    }
                }
            }
        }
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Makes an engine over what was known of the bucket after the last refresh, and what is pending now. The
    /// bucket is not asked: whoever recorded into one that is far waits for no answer.
    ///
    /// # Errors
    /// [`Error::Catalog`] if the catalog cannot be read.
    pub async fn with_pending(
        &self,
        recorded: Recorded,
        pending: Pending,
    ) -> Result<Arc<dyn Engine>, Error> {
        let indexer = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let mut state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.recorded = recorded;
            state.set_pending(pending)?;
            Ok(state.engine_of_known()? as Arc<dyn Engine>)
        });
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Number of files in the last listing of a bucket that is far; `None` if it was not listed, is being
    /// listed, or is near.
    pub fn listed_files(&self) -> Option<usize> {
        self.state.try_lock().ok()?.listed.as_ref().map(Listed::len)
    }

    /// Whether anything of the bucket was ever read into the catalog.
    pub fn has_catalog(&self) -> bool {
        Catalog::is_in(&self.catalog)
    }

    /// Has the next refresh list the bucket as a whole, also where it is far and only news would be looked
    /// for.
    pub fn want_whole_listing(&self) {
        self.whole_wanted.store(true, Ordering::Relaxed);
    }

    /// The current time; `None` where no clock was given.
    fn now(&self) -> Option<DateTime<Utc>> {
        self.ledger.as_ref().map(|ledger| (ledger.now)())
    }

    /// Empties the catalog: the next refresh reads every file again. The ledger of files stays.
    /// Engines that were made before still answer.
    ///
    /// # Errors
    /// [`Error::Catalog`] if the catalog cannot be opened or written.
    pub async fn forget(&self) -> Result<(), Error> {
        let indexer = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let mut state = indexer.state.lock().unwrap_or_else(PoisonError::into_inner);
            let ledger = state.ledger.take();
            *state = IndexerState::of(&indexer.catalog, &indexer.names);
            state.ledger = ledger;
            state.catalog = Some(Catalog::open_emptied(&indexer.catalog)?);
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

    /// Size of the catalog on this device; `None` if none is kept, or its folder cannot be read.
    pub async fn catalog(&self) -> Option<CatalogSize> {
        let folder = Arc::clone(&self.catalog);
        let work = tokio::task::spawn_blocking(move || CatalogSize::of(&folder).ok());
        work.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}
