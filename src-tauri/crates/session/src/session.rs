//! The session: one opened journal. Reads go through the indexer's engine and writes through the
//! journal; both see the pending events of this device.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bucket::{Bucket, IdError, Location, LocationKind, OpenError};
use event::{Draft, Event, NameFields};
use journal::{Flushed, Journal, Pending, PendingStatus, RecordedTogether, Stats, StoredFile};
use query::{Engine, Extract, FileList};
use reader::{CatalogSize, Decoder, Indexer, Progress, Recorded, Verified};
use sql::{SqlError, SqlProcess};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::cache::CachedIndexer;
use crate::{Error, Home, Recording, notices};

/// Access for which a journal is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read-only access. Nothing is written into the bucket, nothing can be recorded, and pending
    /// events are read and not flushed. The catalog on this device is written nevertheless, because
    /// a refresh indexes new files.
    Read,
    /// Read and write access. The bucket is probed for whether it can be written safely, and
    /// pending events are flushed automatically. If the probe or the outbox fails, the session
    /// opens read-only: see [`JournalSession::read_only`].
    Write,
}

/// Options of a session.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Options of the write side: flush limits, clock and random source.
    pub journal: journal::Options,
    /// Decoder of the bucket's files. By default it is this program, whose `main` must then call
    /// `reader::decode_if_asked` first.
    pub decoder: Decoder,
    /// The fields that records are named by, as in [`Settings::names`](crate::Settings::names).
    pub names: NameFields,
    /// The program that answers questions in SQL; `None` for the one beside this program.
    pub sql: Option<SqlProcess>,
}

/// A session: one journal, opened to be read and perhaps written.
///
/// Its engines answer from the files of the bucket together with the pending events of this device,
/// each event counted once. An engine is a snapshot: only [`JournalSession::refresh`] gives one
/// that has what was recorded since.
///
/// ```
/// use std::time::Duration;
///
/// use event::{Action, Draft, RecordId, WHOLE_RECORD};
/// use query::CancellationToken;
/// use session::{Access, Home, JournalSession, Options};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let bucket = folder.path().join("bucket");
/// std::fs::create_dir(&bucket)?;
/// let home = Home::at(&folder.path().join("home"));
/// let location = bucket.to_string_lossy();
/// let flush_after = Duration::from_secs(3600);
/// let journal = journal::Options { flush_after, ..journal::Options::default() };
/// let options = Options { journal, ..Options::default() };
/// let session = JournalSession::open(&location, &home, Access::Write, options).await?;
/// assert_eq!(session.read_only(), None);
///
/// let before = session.refresh().await?;
/// let record = RecordId { entity_type: "candidate".into(), entity_id: "CAND-00342".into() };
/// let insert = Draft::new(record.clone(), Action::Insert, WHOLE_RECORD, "Sarah", "api");
/// let event = session.record(insert).await?;
///
/// // The event is pending, and in every answer of the next engine.
/// assert_eq!(session.pending().await?.events, 1);
/// let token = CancellationToken::new();
/// let after = session.refresh().await?;
/// let timeline = after.timeline(&record, &token).await?.value;
/// assert_eq!(timeline.entries()[0].event, event);
/// assert_eq!(before.totals(&token).await?.value.events, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct JournalSession {
    bucket: Bucket,
    notices: Vec<String>,
    indexer: Indexer,
    /// Folder of the catalog, if that is not kept. It is removed after the indexer is dropped.
    temporary: Mutex<Option<TempDir>>,
    pending: Pending,
    options: journal::Options,
    sql: Option<SqlProcess>,
    pub(crate) decoder: Decoder,
    /// The fields that records are named by.
    pub(crate) names: Mutex<NameFields>,
    /// How the last refresh ended.
    refreshed: Mutex<Refreshed>,
    /// The write side, or why the session is read-only.
    journal: Result<Journal, ReadOnly>,
}

/// Longest time for which what was flushed is read, in [`JournalSession::read_flushed`].
const READ_FLUSHED: Duration = Duration::from_secs(20);

/// How the last refresh of a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refreshed {
    /// There was none that succeeded.
    Never,
    /// By a listing of the bucket.
    Listed,
    /// Without one, because the bucket, which is far, cannot be reached.
    Offline,
}

/// Why a session is read-only.
#[derive(Debug)]
struct ReadOnly {
    reason: String,
    /// Whether it is because the bucket is at another place than before.
    moved: bool,
}

impl ReadOnly {
    /// Why nothing can be recorded where the journal could not be opened.
    fn of(error: &journal::Error) -> Self {
        let reason = match error {
            journal::Error::OutboxFolder { .. } => format!("{error}, or {}", Home::elsewhere()),
            _ => error.to_string(),
        };
        let moved =
            matches!(error, journal::Error::Moved { .. } | journal::Error::OtherFolder { .. });
        Self { reason, moved }
    }
}

impl JournalSession {
    /// Opens the bucket at `location`: the path of a folder or an archive, `file://` and the path, or the
    /// URL of an object store. A bucket without write access still opens;
    /// [`JournalSession::read_only`] gives the reason. A folder without a journal opens for writing, which
    /// begins one, or if events are pending for it or files of it are known, which are all gone. Must be
    /// called within a Tokio runtime.
    ///
    /// # Errors
    /// [`Error::Bucket`] if the location is of an unknown kind, nothing that can be opened, or without a
    /// journal to read, [`Error::InsideBucket`] if the catalogs of `home` would lie in the bucket, and
    /// [`Error::Home`] if neither these nor a temporary folder in their place can be written.
    #[tracing::instrument(name = "open_session", level = "info", skip_all)]
    pub async fn open(
        location: &str,
        home: &Home,
        access: Access,
        options: Options,
    ) -> Result<Self, Error> {
        let named: Location = location.parse()?;
        let look = {
            let (named, home) = (named.clone(), home.clone());
            blocking(move || Found::look(&named, &home, access)).await?
        };
        let Found { bucket, no_journal, lost, extract } = look;
        let pending = Pending::of(&bucket, home.path());
        if access == Access::Read
            && let Some(no_journal) = &no_journal
            && lost == 0
            && pending.status().await.is_ok_and(|pending| pending.events == 0)
        {
            return Err(no_journal.clone().into());
        }
        let decoder = options.decoder.clone();
        let CachedIndexer { indexer, temporary, notice } = {
            let (bucket, home) = (bucket.clone(), home.clone());
            let (decoder, clock) = (decoder.clone(), Arc::clone(&options.journal.clock));
            blocking(move || CachedIndexer::new(&bucket, &home, &decoder, clock)).await?
        };
        indexer.name_records_by(options.names.clone());
        let names = Mutex::new(options.names);
        let (sql, options) = (options.sql, noting_in_ledger(options.journal, &indexer));
        let journal = match access {
            Access::Read => {
                Err(ReadOnly { reason: "it was opened to be read".to_owned(), moved: false })
            }
            Access::Write if !matches!(extract, Ok(None)) => {
                Err(ReadOnly { reason: notices::IS_EXTRACT.to_owned(), moved: false })
            }
            Access::Write if lost > 0 => {
                let reason = reader::Error::Replaced(lost).to_string();
                Err(ReadOnly { reason, moved: false })
            }
            Access::Write => Journal::open(bucket.clone(), home.path(), options.clone())
                .await
                .map_err(|error| ReadOnly::of(&error)),
        };
        let mut notices = notices_about(&bucket, &named, access);
        notices.extend(notices::extract(&extract).into_iter().chain(notice));
        if journal.is_ok() {
            notices.extend(no_journal.as_ref().and_then(notices::begins));
        }
        let temporary = Mutex::new(temporary);
        let refreshed = Mutex::new(Refreshed::Never);
        Ok(Self {
            bucket,
            notices,
            indexer,
            temporary,
            pending,
            options,
            sql,
            decoder,
            names,
            refreshed,
            journal,
        })
    }

    /// Notices about the opening, one sentence each: what was opened in place of the folder that was
    /// named, and what it lacks.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Removes the catalog if it is not kept, as dropping the session does: for a program that ends
    /// without it.
    pub fn remove_temporary(&self) {
        drop(self.temporary.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// The name of the bucket: the last part of its path.
    pub fn name(&self) -> String {
        self.bucket.name()
    }

    /// The location of the bucket: its canonical path as text, lossy if it is not UTF-8, or its URL.
    pub fn location(&self) -> String {
        self.bucket.location()
    }

    /// How its store is opened, such as `as profile audit`; empty where nothing is said, and for folders and
    /// archives.
    pub fn opened_as(&self) -> String {
        self.bucket.opened_as()
    }

    /// Whether each look at the bucket takes a way over a network.
    pub fn is_far(&self) -> bool {
        self.bucket.is_far()
    }

    /// What the location of the bucket names.
    pub fn kind(&self) -> LocationKind {
        self.location().parse().as_ref().map_or(LocationKind::Folder, Location::kind)
    }

    /// Id of the bucket; `None` if it has none, because nothing was ever recorded into it, or none can be
    /// told now.
    pub async fn bucket_id(&self) -> Option<String> {
        let bucket = self.bucket.clone();
        let id = blocking(move || bucket.id().ok().flatten()).await;
        id.map(|id| id.as_str().to_owned())
    }

    /// The bucket.
    pub(crate) fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    /// The program that answers questions in SQL.
    pub(crate) fn sql_process(&self) -> Result<SqlProcess, SqlError> {
        self.sql.clone().map_or_else(SqlProcess::beside_this_program, Ok)
    }

    /// The folders to watch for changes of the journal. The journal's own may not exist yet. None
    /// where the bucket cannot be watched.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.bucket.watch()
    }

    /// The folder of the journal's files, if it is not one named `journal` but any that holds some.
    pub fn plain_folder(&self) -> Option<PathBuf> {
        let is_plain = self.kind() == LocationKind::Folder && self.bucket.is_only_files();
        is_plain.then(|| PathBuf::from(self.location()))
    }

    /// The reason why nothing can be recorded; `None` if it can.
    pub fn read_only(&self) -> Option<&str> {
        self.journal.as_ref().err().map(|why| why.reason.as_str())
    }

    /// Whether the session is read-only because the bucket is at another place than where it was last
    /// recorded into. If it was moved there, open it again with the option `moved`.
    pub fn is_elsewhere(&self) -> bool {
        self.journal.as_ref().is_err_and(|why| why.moved)
    }

    /// Refreshes: returns an engine over what is in the bucket and pending on this device now. Only
    /// new files are read, into the catalog. If the pending events cannot be read, the coverage of
    /// every answer says so.
    ///
    /// # Errors
    /// [`Error::Reader`] if the bucket cannot be listed, has lost all its files, or the catalog
    /// cannot be used. A file that cannot be read is no error: the coverage names it.
    pub async fn refresh(&self) -> Result<Arc<dyn Engine>, Error> {
        self.refresh_with_progress(|_| ()).await
    }

    /// [`JournalSession::refresh`] with progress: `report` is called after each file, with an
    /// engine over what is in the catalog by then. Dropping the future stops the refresh; what was
    /// indexed stays.
    ///
    /// # Errors
    /// As [`JournalSession::refresh`].
    pub async fn refresh_with_progress(
        &self,
        report: impl FnMut(Progress),
    ) -> Result<Arc<dyn Engine>, Error> {
        let (recorded, pending) = self.recorded_and_pending().await;
        let engine = self.indexer.refresh_with(recorded, pending, report).await?;
        let is_listed = engine.coverage().listing.is_none();
        self.note(if is_listed { Refreshed::Listed } else { Refreshed::Offline });
        Ok(engine)
    }

    /// [`JournalSession::refresh`], but of a bucket that is far, and was refreshed before, only what is
    /// pending on this device is taken anew: nobody waits for the store.
    ///
    /// # Errors
    /// As [`JournalSession::refresh`].
    pub async fn refresh_pending(&self) -> Result<Arc<dyn Engine>, Error> {
        if !self.is_far() || self.last_refresh() == Refreshed::Never {
            return self.refresh().await;
        }
        let (recorded, pending) = self.recorded_and_pending().await;
        Ok(self.indexer.with_pending(recorded, pending).await?)
    }

    /// [`JournalSession::refresh`] before something is recorded, which waits for no store that could not be
    /// reached before.
    pub(crate) async fn refresh_to_record(&self) -> Result<Arc<dyn Engine>, Error> {
        match self.last_refresh() {
            Refreshed::Offline => self.refresh_pending().await,
            Refreshed::Never | Refreshed::Listed => self.refresh().await,
        }
    }

    fn note(&self, refreshed: Refreshed) {
        *self.refreshed.lock().unwrap_or_else(PoisonError::into_inner) = refreshed;
    }

    fn last_refresh(&self) -> Refreshed {
        *self.refreshed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this device has recorded, and what of that is pending, or why that cannot be read.
    pub(crate) async fn recorded_and_pending(&self) -> (Recorded, Result<Vec<Event>, String>) {
        // The number before the events: what is recorded in between is then no gap.
        let status = self.pending.status().await.unwrap_or_default();
        let recorded = Recorded { log: status.log, is_away: status.is_away };
        let pending = self.pending.events().await.map_err(|error| error.to_string());
        (recorded, pending)
    }

    /// Reads what was flushed into a bucket that is far, so that it is part of answers without a network
    /// too. Does nothing where the bucket was never read, and gives up where that takes long.
    pub async fn read_flushed(&self) {
        if self.is_far() && self.indexer.has_catalog() {
            // What is not read now is read by the next look.
            drop(tokio::time::timeout(READ_FLUSHED, self.refresh()).await);
        }
    }

    /// Has the next refresh list the bucket as a whole, also where it is far and only news would be
    /// looked for.
    pub fn want_whole_listing(&self) {
        self.indexer.want_whole_listing();
    }

    /// Names records by these fields, in all engines from the next refresh on.
    pub fn name_records_by(&self, names: NameFields) {
        self.indexer.name_records_by(names.clone());
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = names;
    }

    /// Compacts the catalog: merges segments until there are few. It may take long, and blocks no
    /// question. It returns at once while another process is compacting.
    ///
    /// # Errors
    /// [`Error::Reader`] if the catalog cannot be used.
    #[tracing::instrument(skip_all)]
    pub async fn compact(&self) -> Result<(), Error> {
        while self.indexer.compact().await? {}
        Ok(())
    }

    /// Empties the catalog: the next refresh reads the whole bucket again. Pending events and the
    /// ledger of files stay.
    ///
    /// # Errors
    /// [`Error::Reader`] if the catalog cannot be used.
    #[tracing::instrument(skip_all)]
    pub async fn forget(&self) -> Result<(), Error> {
        Ok(self.indexer.forget().await?)
    }

    /// The files of the bucket as of the last refresh, and those that are gone.
    ///
    /// # Errors
    /// [`Error::Reader`] if the ledger of files cannot be read.
    pub async fn files(&self) -> Result<FileList, Error> {
        Ok(self.indexer.files().await?)
    }

    /// Reads every byte of every file again. Files that are not what was read, though their size and
    /// times are the same, the next refresh reads anew, and its coverage tells them as changed. Calls
    /// `report` with the number of files done and of all.
    ///
    /// # Errors
    /// [`Error::Reader`] if the bucket cannot be listed, or what this device keeps of it not be used.
    pub async fn verify(
        &self,
        report: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<Verified, Error> {
        Ok(self.indexer.verify(report).await?)
    }

    /// Whether the last refresh knew what files once were, so that a change is found.
    pub fn knows_ledger(&self) -> bool {
        self.indexer.knows_ledger()
    }

    /// Acknowledges that these files are gone or altered, on this device: they are no findings from
    /// the next refresh on, until they change again.
    ///
    /// # Errors
    /// [`Error::NoReason`] if the reason is blank and [`Error::Unchanged`] if a file has no change:
    /// then nothing is acknowledged; [`Error::Reader`] if the ledger of files cannot be written.
    pub async fn acknowledge(&self, files: Vec<String>, reason: &str) -> Result<(), Error> {
        if reason.trim().is_empty() {
            return Err(Error::NoReason);
        }
        match self.indexer.acknowledge(files, reason.trim().to_owned()).await? {
            None => Ok(()),
            Some(unchanged) => Err(Error::Unchanged(unchanged)),
        }
    }

    /// The size of the catalog on this device; `None` if none is kept, or its folder cannot be read.
    pub async fn catalog(&self) -> Option<CatalogSize> {
        self.indexer.catalog().await
    }

    /// The status of the pending events: how many, since when, and how the last flush ended.
    ///
    /// # Errors
    /// [`Error::Journal`] if the outbox cannot be read.
    pub async fn pending(&self) -> Result<PendingStatus, Error> {
        Ok(self.pending.status().await?)
    }

    /// Watches the number of pending events, which is updated after everything that this session
    /// records or flushes; `None` if the session is read-only.
    pub fn watch(&self) -> Option<watch::Receiver<u64>> {
        self.journal.as_ref().ok().map(Journal::watch)
    }

    /// Records one event. Returns it after it is on disk.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] in a read-only session, and [`Error::Journal`] if the draft is rejected
    /// or the journal fails.
    pub async fn record(&self, draft: Draft) -> Result<Event, Error> {
        Ok(self.journal()?.record(draft).await?)
    }

    /// Starts a [`Recording`]: a sequence of requests that do not wait for each other's commit.
    pub fn recording(&self) -> Recording<'_> {
        Recording::new(self)
    }

    /// Records drafts that belong together: see [`Journal::record_together`].
    ///
    /// # Errors
    /// [`Error::ReadOnly`] in a read-only session, and the errors of the journal.
    pub async fn record_together(
        &self,
        drafts: Vec<Draft>,
        report: impl FnMut(&RecordedTogether),
    ) -> Result<RecordedTogether, Error> {
        Ok(self.journal()?.record_together(drafts, report).await?)
    }

    /// Flushes the pending events of this device into the bucket.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] in a read-only session; [`Error::Journal`] if the flush fails: then the
    /// events stay pending.
    pub async fn flush(&self) -> Result<Flushed, Error> {
        Ok(self.journal()?.flush().await?)
    }

    /// The statistics of the bucket and of the outbox, also in a read-only session, and where the bucket
    /// cannot be listed or the outbox not be read. A bucket that is far is not listed again after a
    /// refresh.
    #[tracing::instrument(skip_all)]
    pub async fn stats(&self) -> Stats {
        let Self { bucket, pending, options, .. } = self;
        let listed = match self.last_refresh() {
            Refreshed::Listed => self.indexer.listed_files().map(|files| Some(files as u64)),
            Refreshed::Offline => Some(None),
            Refreshed::Never => None,
        };
        match listed {
            Some(files) => Stats::of_listed(files, bucket, pending, options).await,
            None => Stats::gather(bucket, pending, options).await,
        }
    }

    /// The write side.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] in a read-only session.
    pub(crate) fn journal(&self) -> Result<&Journal, Error> {
        self.journal.as_ref().map_err(|why| Error::ReadOnly(why.reason.clone()))
    }
}

/// Notices about what was opened in place of what was named.
fn notices_about(bucket: &Bucket, named: &Location, access: Access) -> Vec<String> {
    match named.absolute() {
        Location::Local(path) => notices::of(bucket, &path, access),
        Location::Store(_) => Vec::new(),
    }
}

/// Options of the write side, with which the ledger of files notes what is written.
fn noting_in_ledger(mut options: journal::Options, indexer: &Indexer) -> journal::Options {
    let read = indexer.clone();
    // A ledger that cannot be written is told by whoever reads: nothing is refused for it.
    options.identified = Arc::new(move || drop(read.keep_ledger_by_id()));
    let read = indexer.clone();
    options.stored = Arc::new(move |StoredFile { name, events, sha256 }| {
        drop(read.note_stored(&name, events, sha256));
    });
    options
}

/// Bucket that was found at a location.
struct Found {
    bucket: Bucket,
    /// Why there is no journal to read in it, if there is none.
    no_journal: Option<OpenError>,
    /// Number of the files that are known of it, if all are gone; as far as that counts for who opens it.
    lost: usize,
    /// Of what it is an extract, or what is wrong with the object that makes it one.
    extract: Result<Option<Extract>, String>,
}

impl Found {
    /// Opens the bucket at a location, with the id that it had if it has lost it and this device knows it.
    /// Blocks while it looks at the bucket.
    fn look(location: &Location, home: &Home, access: Access) -> Result<Self, OpenError> {
        let bucket = Bucket::open(location)?;
        let ledgers = home.ledgers();
        if bucket.is_far() {
            // What is known answers before the store does.
            if let Some(id) = reader::known_id(&ledgers, &bucket) {
                bucket.assume_id(id);
                return Ok(Self { bucket, no_journal: None, lost: 0, extract: Ok(None) });
            }
            if let Err(IdError::Store { source, .. }) = bucket.id() {
                return Err(OpenError::Store { url: bucket.place().path, source });
            }
        }
        let lost = reader::lost_id(&ledgers, &bucket);
        let lost = lost.or_else(|| journal::lost_id(&bucket, home.path()));
        let bucket = match lost {
            Some(id) => bucket.with_lost_id(id),
            None => bucket,
        };
        let no_journal = match bucket.check_journal() {
            Err(error @ OpenError::Store { .. }) => return Err(error),
            checked => checked.err(),
        };
        let lost = match access {
            Access::Read if no_journal.is_none() => 0,
            _ => reader::lost_files(&ledgers, &bucket),
        };
        let extract = reader::extract_of(&bucket);
        Ok(Self { bucket, no_journal, lost, extract })
    }
}

/// Runs work on a thread that may block.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// The location for a program with another working folder: an absolute path, or the URL of a store.
///
/// # Errors
/// [`Error::Bucket`] if the location is of an unknown kind, or a path without a folder.
pub fn absolute_location(location: &str) -> Result<OsString, Error> {
    let location: Location = location.parse()?;
    match location.absolute() {
        Location::Local(path) => {
            Bucket::open(&location)?;
            Ok(path.into_os_string())
        }
        Location::Store(store) => Ok(store.to_string().into()),
    }
}
