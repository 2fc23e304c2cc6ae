//! The journal: the write handle of one bucket, for any number of callers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use bucket::Bucket;
use event::{Action, Draft, Event, RecordId, WHOLE_RECORD};
use tokio::sync::{Mutex, watch};
use tokio::task::AbortHandle;

use crate::accept::{Batch, check};
use crate::autoflush;
use crate::error::Error;
use crate::flush::{Flush, Flushed};
use crate::flush_signal::{FlushDue, FlushSignal};
use crate::options::Options;
use crate::outbox_opener::OutboxOpener;
use crate::pending::Pending;
use crate::queue::{Queue, Receipt};
use crate::random::{Random, random_bytes};
use crate::stats::Stats;

/// How long the opening of a bucket that is known and far waits for what its store says of writing.
const PROBE_LIMIT: Duration = Duration::from_millis(500);

/// Bytes of the id of a batch: `batch-` and a UUID.
const BATCH_ID_BYTES: usize = 42;

/// What [`Journal::record_together`] has recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordedTogether {
    /// Number of events.
    pub events: usize,
    /// Number of batches, each of which is whole.
    pub batches: usize,
    /// Id of the batch that all events share; `None` if there is one event at most.
    pub batch: Option<String>,
}

/// A journal opened for writing.
///
/// Cheap to clone. Every clone, and every other process of this installation that has the same
/// bucket open, shares one outbox and so writes one log. While a journal is open, pending events
/// are flushed automatically. Dropping the last clone ends that and flushes nothing: what is
/// pending stays in the outbox, for the next journal that is opened.
///
/// ```
/// use std::sync::Arc;
///
/// use bucket::{Bucket, Page};
/// use event::{Action, Draft, RecordId, WHOLE_RECORD};
/// use journal::{Journal, Options};
/// use object_store::memory::InMemory;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let home = tempfile::tempdir()?;
/// let bucket = Bucket::with_store(Arc::new(InMemory::new()), "in memory");
/// let options = Options { flush_threshold: u64::MAX, ..Options::default() };
/// let journal = Journal::open(bucket, home.path(), options).await?;
///
/// let record = RecordId { entity_type: "candidate".into(), entity_id: "CAND-00342".into() };
/// let insert = Draft::new(record.clone(), Action::Insert, WHOLE_RECORD, "Sarah", "api");
/// let first = journal.record(insert).await?;
/// assert_eq!(first.seq, Some(0));
///
/// // A batch is recorded whole or not at all.
/// let phone = |new_value: &str| Draft {
///     new_value: Some(new_value.to_owned()),
///     ..Draft::new(record.clone(), Action::Update, "phone", "Sarah", "api")
/// };
/// let batch = journal.record_batch(vec![phone("555-0100"), phone("555-0199")]).await?;
/// assert_eq!((batch[0].seq, batch[1].seq), (Some(1), Some(2)));
/// assert_eq!(batch[0].batch, batch[1].batch);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    bucket: Bucket,
    queue: Queue,
    pending: Pending,
    options: Options,
    /// Number of pending events.
    pending_count: watch::Receiver<u64>,
    /// Lock held during a flush, so that the clones of this journal flush one at a time.
    flushing: Mutex<()>,
    /// Task of the automatic flush, which ends with the journal.
    autoflush: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.autoflush.abort();
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut journal = f.debug_struct("Journal");
        journal.field("bucket", &self.0.bucket).field("options", &self.0.options);
        journal.finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens `bucket` for writing. Probes whether it can be written safely, and opens its outbox under
    /// `home`, the application's data folder. Where nothing was ever recorded, the first recording
    /// makes the outbox, and gives the bucket an id if it has none. Must be called within a Tokio
    /// runtime.
    ///
    /// # Errors
    /// [`Error::HomeInBucket`] if `home` lies in the bucket, [`Error::BucketAway`] and
    /// [`Error::Moved`] if the bucket is not where it was, [`Error::Identity`] if it has no id and
    /// takes none, [`Error::Unsafe`] if it fails the probe, [`Error::Thread`] if the outbox gets no
    /// thread, and a variant whose name begins with `Outbox` if the outbox cannot be opened or relied
    /// on.
    #[tracing::instrument(name = "open_journal", level = "info", skip_all)]
    pub async fn open(bucket: Bucket, home: &Path, options: Options) -> Result<Self, Error> {
        let pending = Pending::of(&bucket, home);
        if let Some(root) = bucket.root() {
            let (home, root) = (home.to_owned(), root.to_owned());
            run_blocking(move || check_home_outside_bucket(&home, &root)).await?;
        }
        let opener = OutboxOpener::new(bucket.clone(), home, &options);
        let mut opener = run_blocking(move || opener.find()).await?;
        // One that is far and was recorded into is tried out before something is put into it.
        if !(bucket.is_far() && opener.is_found()) {
            // What is known of a bucket that is far is shown without waiting long for its store.
            let probe = bucket.probe(nonce(options.random.as_ref()));
            if bucket.is_assumed() {
                tokio::select! {
                    probed = probe => probed?,
                    () = options.clock.sleep(PROBE_LIMIT) => {}
                }
            } else {
                probe.await?;
            }
        }
        let open = move || Ok((opener.open_begun()?, opener));
        let (outbox, mut opener) = run_blocking(open).await?;
        let reopen = move || opener.open();
        let (sender, pending_count) = watch::channel(0);
        let (due_sender, due) = watch::channel(FlushDue::Nothing);
        let signal = FlushSignal { pending: sender, due: due_sender };
        let queue = Queue::start(outbox, Box::new(reopen), options.clone(), signal)?;
        // Sends the signal for what an earlier process has left pending.
        queue.change_if_begun(|_| Ok(())).await?;
        Ok(Self(Arc::new_cyclic(|journal| {
            let flush = async |journal: Arc<Inner>| journal.flush().await;
            let autoflush = autoflush::run(journal.clone(), flush, due, options.clone());
            let autoflush = tokio::spawn(autoflush).abort_handle();
            let flushing = Mutex::default();
            Inner { bucket, queue, pending, options, pending_count, flushing, autoflush }
        })))
    }

    /// The bucket that this journal writes to.
    pub fn bucket(&self) -> &Bucket {
        &self.0.bucket
    }

    /// The pending events: acknowledged, and not yet known to be in the bucket.
    pub fn pending(&self) -> &Pending {
        &self.0.pending
    }

    /// Watches the number of pending events. It is updated after every change that this journal
    /// makes; changes by other processes count from the next such change on.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.pending_count.clone()
    }

    /// Records one event. Returns it after it is on disk, with the id, the time of acceptance, the
    /// writer and the number that the journal gave it.
    ///
    /// # Errors
    /// [`Error::Event`] if the draft is rejected; the error of the outbox if the commit fails.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn record(&self, draft: Draft) -> Result<Event, Error> {
        let mut events = self.submit(draft).await?.acknowledged().await?;
        events.pop().ok_or(Error::Stopped)
    }

    /// Records a batch, whole or not at all.
    ///
    /// # Errors
    /// [`Error::BatchEvent`] or [`Error::BatchTooLarge`] if the batch is rejected; the error of the
    /// outbox if the commit fails.
    pub async fn record_batch(&self, drafts: Vec<Draft>) -> Result<Vec<Event>, Error> {
        let mut batch = Batch::default();
        drafts.into_iter().try_for_each(|draft| batch.push(draft))?;
        self.record_whole(batch).await
    }

    /// Records a [`Batch`], whole or not at all. An empty one records nothing.
    ///
    /// # Errors
    /// The error of the outbox if the commit fails.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn record_whole(&self, batch: Batch) -> Result<Vec<Event>, Error> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        self.0.queue.append(batch.drafts, batch.size).await?.acknowledged().await
    }

    /// Records drafts that belong together, however many: as one batch, or if one file does not hold them
    /// as several, each whole, one after the other. All events share the id of the first batch. `report`
    /// is told after each batch how many events are recorded. Nothing is recorded unless all drafts can be.
    ///
    /// # Errors
    /// [`Error::BatchEvent`] if a draft is rejected. The error of the outbox if a commit fails: the batches
    /// before it are recorded, and were reported.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn record_together(
        &self,
        drafts: Vec<Draft>,
        mut report: impl FnMut(&RecordedTogether),
    ) -> Result<RecordedTogether, Error> {
        let sizes = drafts.iter().enumerate().map(|(index, draft)| {
            // The id that all of them get is counted here for each.
            let size = check(draft).map_err(|rejection| Error::BatchEvent { index, rejection })?;
            Ok(size + BATCH_ID_BYTES)
        });
        let sizes = sizes.collect::<Result<Vec<usize>, Error>>()?;
        let mut drafts = drafts.into_iter().zip(sizes).peekable();
        let mut recorded = RecordedTogether::default();
        while drafts.peek().is_some() {
            let mut batch = Batch::fill(&mut drafts);
            if let Some(id) = &recorded.batch {
                batch.drafts.iter_mut().for_each(|draft| draft.batch = Some(id.clone()));
            }
            let events = self.record_whole(batch).await?;
            recorded.events += events.len();
            recorded.batches += 1;
            recorded.batch = events.into_iter().next().and_then(|event| event.batch);
            report(&recorded);
        }
        Ok(recorded)
    }

    /// Submits one draft, to be recorded after those submitted before. It is recorded once the
    /// receipt is acknowledged. Many drafts can be in flight at once, and share the wait for the
    /// disk; with more than 32 MiB in flight this call waits.
    ///
    /// # Errors
    /// [`Error::Event`] if the draft is rejected; [`Error::Stopped`] if the outbox's thread has
    /// ended.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn submit(&self, draft: Draft) -> Result<Receipt, Error> {
        let size = check(&draft).map_err(|rejection| Error::Event { rejection })?;
        self.0.queue.append(vec![draft], size).await
    }

    /// Records the insert of a record, as [`Journal::record`] does, with empty values.
    ///
    /// # Errors
    /// As [`Journal::record`].
    pub async fn record_insert(
        &self,
        entity_type: &str,
        entity_id: &str,
        actor: &str,
        source: &str,
        workspace_id: &str,
    ) -> Result<Event, Error> {
        let record = record_id(entity_type, entity_id);
        let draft = Draft::new(record, Action::Insert, WHOLE_RECORD, actor, source);
        self.record(with_texts(draft, "", "", workspace_id)).await
    }

    /// Records the update of a field, as [`Journal::record`] does. Empty texts are recorded as
    /// empty, not as null.
    ///
    /// # Errors
    /// As [`Journal::record`].
    #[expect(clippy::too_many_arguments, reason = "the call as journals have always had it")]
    pub async fn record_update(
        &self,
        entity_type: &str,
        entity_id: &str,
        field: &str,
        old_value: &str,
        new_value: &str,
        actor: &str,
        source: &str,
        workspace_id: &str,
    ) -> Result<Event, Error> {
        let record = record_id(entity_type, entity_id);
        let draft = Draft::new(record, Action::Update, field, actor, source);
        self.record(with_texts(draft, old_value, new_value, workspace_id)).await
    }

    /// Records an ingest of `count` rows from a file, as one event about the record
    /// `batch:{count}`.
    ///
    /// # Errors
    /// As [`Journal::record`].
    pub async fn record_ingest(
        &self,
        entity_type: &str,
        count: usize,
        actor: &str,
        source_file: &str,
    ) -> Result<Event, Error> {
        let record = record_id(entity_type, &format!("batch:{count}"));
        let draft = Draft::new(record, Action::Ingest, WHOLE_RECORD, actor, "ingest");
        self.record(with_texts(draft, "", &format!("{count} rows from {source_file}"), "")).await
    }

    /// Waits until everything submitted before is recorded or has failed.
    ///
    /// # Errors
    /// The error of opening the outbox, if it has to be opened anew; [`Error::Stopped`] if its
    /// thread has ended.
    pub async fn settled(&self) -> Result<(), Error> {
        self.0.queue.change_if_begun(|_| Ok(())).await
    }

    /// Flushes everything recorded before the call into the bucket. Afterwards the outcome is part
    /// of [`PendingStatus`](crate::PendingStatus), for every process.
    ///
    /// # Errors
    /// The first error that stops the flush. Nothing is lost: what did not get into the bucket
    /// stays pending, and the next flush continues with it.
    pub async fn flush(&self) -> Result<Flushed, Error> {
        self.0.flush().await
    }

    /// The statistics of the bucket and of the outbox: see [`Stats::gather`].
    pub async fn stats(&self) -> Stats {
        Stats::gather(&self.0.bucket, &self.0.pending, &self.0.options).await
    }
}

impl Inner {
    async fn flush(&self) -> Result<Flushed, Error> {
        let _one_at_a_time = self.flushing.lock().await;
        let Self { bucket, queue, pending, options, .. } = self;
        let flushed = Flush { bucket, queue, pending, options }.run().await;
        if let Err(Error::OutboxReplaced { .. }) = flushed {
            // It is noted in no other one.
            return flushed;
        }
        let failure = flushed.as_ref().err().map(|why| (options.clock.now(), why.to_string()));
        // If this cannot be stored either, the outbox has failed, and reading it says so.
        drop(queue.change_if_begun(move |outbox| outbox.attempted(failure)).await);
        flushed
    }
}

/// Runs `work` on a thread that may block.
async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Stopped)?
}

/// A random number for the names of the probe's files.
fn nonce(random: &dyn Random) -> u64 {
    u64::from_le_bytes(random_bytes(random))
}

/// Checks that `home` does not lie in the bucket at `root`: nothing but a journal's files may get
/// there.
fn check_home_outside_bucket(home: &Path, root: &Path) -> Result<(), Error> {
    let failed =
        |source: io::Error| Error::OutboxFolder { path: home.to_owned(), source: source.into() };
    let home = std::path::absolute(home).map_err(failed)?;
    // The folder itself may not exist yet; one of its ancestors does.
    let existing = home.ancestors().find_map(|folder| folder.canonicalize().ok());
    match existing {
        Some(folder) if folder.starts_with(root) => {
            Err(Error::HomeInBucket { home, bucket: root.to_owned() })
        }
        _ => Ok(()),
    }
}

fn record_id(entity_type: &str, entity_id: &str) -> RecordId {
    RecordId { entity_type: entity_type.to_owned(), entity_id: entity_id.to_owned() }
}

/// Sets three values of a draft. Empty texts stay empty and do not become null.
fn with_texts(draft: Draft, old_value: &str, new_value: &str, workspace_id: &str) -> Draft {
    let text = |value: &str| Some(value.to_owned());
    Draft {
        old_value: text(old_value),
        new_value: text(new_value),
        workspace_id: text(workspace_id),
        ..draft
    }
}
