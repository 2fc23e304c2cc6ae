//! A journal opened for writing.

use std::path::Path;
use std::sync::Arc;
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
use crate::outbox::Outbox;
use crate::pending::Pending;
use crate::queue::{Queue, Receipt};
use crate::random::Random;
use crate::stats::Stats;

/// A journal opened for writing. Cheap to clone; every clone, and every other process of this
/// installation that has the same bucket open, writes the same log. While one is open, what waits
/// is flushed by itself.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    bucket: Bucket,
    queue: Queue,
    pending: Pending,
    options: Options,
    waiting: watch::Receiver<u64>,
    /// Held while flushing, so that one process does not store the same file twice at once.
    flushing: Mutex<()>,
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
    /// Opens `bucket` for writing: tries whether it can be written safely, and opens the outbox for
    /// it under `home`, the application's data folder.
    #[tracing::instrument(name = "open_journal", level = "info", skip_all)]
    pub async fn open(bucket: Bucket, home: &Path, options: Options) -> Result<Self, Error> {
        let pending = Pending::of(&bucket, home);
        let (home, identity) = (home.to_owned(), bucket.identity().to_owned());
        let random = Arc::clone(&options.random);
        if let Some(root) = bucket.root() {
            let (home, root) = (home.clone(), root.to_owned());
            waiting_for_disk(move || keep_apart(&home, &root)).await?;
        }
        bucket.probe(nonce(random.as_ref())).await?;
        let opened = move || {
            let open = move || Outbox::open(&home, &identity, random.as_ref());
            Ok((open()?, open))
        };
        let (outbox, reopen) = waiting_for_disk(opened).await?;
        let (sender, waiting) = watch::channel(0);
        let (due_sender, due) = watch::channel(FlushDue::Nothing);
        let signal = FlushSignal { waiting: sender, due: due_sender };
        let queue = Queue::start(outbox, Box::new(reopen), options.clone(), signal)?;
        // What an earlier process has left is told like everything else.
        queue.change(|_| Ok(())).await?;
        Ok(Self(Arc::new_cyclic(|journal| {
            let flush = async |journal: Arc<Inner>| journal.flush().await;
            let autoflush = autoflush::run(journal.clone(), flush, due, options.clone());
            let autoflush = tokio::spawn(autoflush).abort_handle();
            let flushing = Mutex::default();
            Inner { bucket, queue, pending, options, waiting, flushing, autoflush }
        })))
    }

    pub fn bucket(&self) -> &Bucket {
        &self.0.bucket
    }

    /// What is not yet known to be in the bucket.
    pub fn pending(&self) -> &Pending {
        &self.0.pending
    }

    /// How many events wait, told after everything that this process changes.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.waiting.clone()
    }

    /// Records one event, and returns it as it stands in the journal.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn record(&self, draft: Draft) -> Result<Event, Error> {
        let mut events = self.submit(draft).await?.acknowledged().await?;
        events.pop().ok_or(Error::Stopped)
    }

    /// Records events together, whole or not at all.
    pub async fn record_batch(&self, drafts: Vec<Draft>) -> Result<Vec<Event>, Error> {
        let mut batch = Batch::default();
        drafts.into_iter().try_for_each(|draft| batch.push(draft))?;
        self.record_whole(batch).await
    }

    /// Records a batch that was put together one by one.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn record_whole(&self, batch: Batch) -> Result<Vec<Event>, Error> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        self.0.queue.append(batch.drafts, batch.size).await?.acknowledged().await
    }

    /// Hands over one event to be recorded after those handed over before. It is recorded when the
    /// receipt says so: many can be on their way at once, and share the wait for the disk.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn submit(&self, draft: Draft) -> Result<Receipt, Error> {
        let size = check(&draft).map_err(|rejection| Error::Event { rejection })?;
        self.0.queue.append(vec![draft], size).await
    }

    /// Records that a record came into being.
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

    /// Records that a field took another value.
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

    /// Records, as one event, that `count` rows came in from a file.
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

    /// Returns after what was handed over before is recorded, or refused.
    pub async fn settled(&self) -> Result<(), Error> {
        self.0.queue.change(|_| Ok(())).await
    }

    /// Brings everything recorded so far into the bucket. After an error nothing is lost: what did
    /// not get there stays pending, and the next flush goes on with it.
    pub async fn flush(&self) -> Result<Flushed, Error> {
        self.0.flush().await
    }

    pub async fn stats(&self) -> Result<Stats, Error> {
        Stats::gather(&self.0.bucket, &self.0.pending, &self.0.options).await
    }
}

impl Inner {
    async fn flush(&self) -> Result<Flushed, Error> {
        let _one_at_a_time = self.flushing.lock().await;
        let Self { bucket, queue, pending, options, .. } = self;
        let flushed = Flush { bucket, queue, pending, options }.run().await;
        let failure = flushed.as_ref().err().map(|why| (options.clock.now(), why.to_string()));
        // If this cannot be kept either, the outbox is what failed, and says so itself.
        drop(queue.change(move |outbox| outbox.attempted(failure)).await);
        flushed
    }
}

/// Does what takes a while where none of the runtime's own threads waits for it.
async fn waiting_for_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Stopped)?
}

/// A number that nobody has had.
fn nonce(random: &dyn Random) -> u64 {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// Nothing but a journal's files may get into a bucket.
fn keep_apart(home: &Path, root: &Path) -> Result<(), Error> {
    let failed =
        |source: io::Error| Error::OutboxFolder { path: home.to_owned(), source: source.into() };
    let home = std::path::absolute(home).map_err(failed)?;
    // The folder itself may not exist yet; what it will lie in does.
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

/// With texts that are empty where they say nothing, never null.
fn with_texts(draft: Draft, old_value: &str, new_value: &str, workspace_id: &str) -> Draft {
    let text = |value: &str| Some(value.to_owned());
    Draft {
        old_value: text(old_value),
        new_value: text(new_value),
        workspace_id: text(workspace_id),
        ..draft
    }
}
