//! A journal opened for writing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, io};

use event::{Action, Draft, Event, RecordId, WHOLE_RECORD};
use tokio::sync::Mutex;

use crate::accept::check;
use crate::outbox::{Outbox, SharedOutbox};
use crate::{Bucket, Clock, Error, Flushed, Random, SystemClock, SystemRandom, flush};

/// How a journal is to be written.
#[derive(Clone)]
pub struct Options {
    /// From this many pending events on, recording one also flushes.
    pub flush_threshold: u64,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Default for Options {
    fn default() -> Self {
        Self { flush_threshold: 1000, clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut options = f.debug_struct("Options");
        options.field("flush_threshold", &self.flush_threshold).finish_non_exhaustive()
    }
}

/// How much was recorded, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Events that are not yet known to be in the bucket.
    pub buffer_events: u64,
    pub flush_threshold: u64,
    /// The journal's files in the bucket, whoever wrote them.
    pub persisted_files: u64,
    /// Events ever recorded through this outbox.
    pub total_events_created: u64,
}

/// A journal opened for writing. Cheap to clone; every clone, and every other process of this
/// installation that has the same bucket open, writes the same log.
#[derive(Clone)]
pub struct Journal {
    bucket: Bucket,
    outbox: SharedOutbox,
    options: Options,
    /// Held while flushing, so that one process does not store the same file twice at once.
    flushing: Arc<Mutex<()>>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut journal = f.debug_struct("Journal");
        journal.field("bucket", &self.bucket).field("options", &self.options);
        journal.finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the outbox for `bucket` under `home`, the application's data folder.
    pub async fn open(bucket: Bucket, home: &Path, options: Options) -> Result<Self, Error> {
        let home = home.to_owned();
        let (identity, root) = (bucket.identity().to_owned(), bucket.root().map(Path::to_owned));
        let random = Arc::clone(&options.random);
        let opened = tokio::task::spawn_blocking(move || {
            keep_apart(&home, root)?;
            Outbox::open(&home, &identity, random.as_ref())
        });
        let outbox = SharedOutbox::new(opened.await.map_err(|_| Error::Stopped)??);
        Ok(Self { bucket, outbox, options, flushing: Arc::default() })
    }

    pub fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    /// Records one event, and returns it as it stands in the journal.
    pub async fn record(&self, draft: Draft) -> Result<Event, Error> {
        check(&draft).map_err(|rejection| Error::Event { rejection })?;
        let mut events = self.append(vec![draft]).await?;
        Ok(events.remove(0))
    }

    /// Records events together, whole or not at all.
    pub async fn record_batch(&self, drafts: Vec<Draft>) -> Result<Vec<Event>, Error> {
        for (index, draft) in drafts.iter().enumerate() {
            check(draft).map_err(|rejection| Error::BatchEvent { index, rejection })?;
        }
        if drafts.is_empty() { Ok(Vec::new()) } else { self.append(drafts).await }
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

    /// Brings everything recorded so far into the bucket. After an error nothing is lost: what did
    /// not get there stays pending, and the next flush goes on with it.
    pub async fn flush(&self) -> Result<Flushed, Error> {
        let _one_at_a_time = self.flushing.lock().await;
        flush::flush(&self.bucket, &self.outbox, self.options.clock.as_ref()).await
    }

    /// The acknowledged events that are not yet known to be in the bucket, in the order of the log.
    ///
    /// While a flush is under way an event can be here and in the bucket at once, and is the same
    /// by its writer and seq. To see each event, ask for these first and list the bucket after.
    pub async fn pending(&self) -> Result<Vec<Event>, Error> {
        self.outbox.with(Outbox::pending).await
    }

    pub async fn stats(&self) -> Result<Stats, Error> {
        let counts = self.outbox.with(Outbox::counts).await?;
        Ok(Stats {
            buffer_events: counts.pending,
            flush_threshold: self.options.flush_threshold,
            persisted_files: self.bucket.journal_files().await?.len() as u64,
            total_events_created: counts.created,
        })
    }

    async fn append(&self, drafts: Vec<Draft>) -> Result<Vec<Event>, Error> {
        let (clock, random) = (Arc::clone(&self.options.clock), Arc::clone(&self.options.random));
        let append =
            move |outbox: &mut Outbox| outbox.append(drafts, clock.as_ref(), random.as_ref());
        let appended = self.outbox.with(append).await?;
        if appended.pending >= self.options.flush_threshold {
            self.flush_if_due().await;
        }
        Ok(appended.events)
    }

    /// What was acknowledged is safe whatever becomes of this flush: if it fails, the events stay
    /// pending, and the next one tries again and says why it cannot.
    async fn flush_if_due(&self) {
        let Ok(_one_at_a_time) = self.flushing.try_lock() else { return };
        // Of many that recorded at once, one has already flushed for all.
        let counts = self.outbox.with(Outbox::counts).await;
        if counts.is_ok_and(|counts| counts.pending >= self.options.flush_threshold) {
            let _ = flush::flush(&self.bucket, &self.outbox, self.options.clock.as_ref()).await;
        }
    }
}

/// Nothing but a journal's files may get into a bucket.
fn keep_apart(home: &Path, root: Option<PathBuf>) -> Result<(), Error> {
    let Some(root) = root else { return Ok(()) };
    let failed = |source: io::Error| Error::OutboxFolder { path: home.to_owned(), source };
    let home = std::path::absolute(home).map_err(failed)?;
    // The folder itself may not exist yet; what it will lie in does.
    let existing = home.ancestors().find_map(|folder| folder.canonicalize().ok());
    match existing {
        Some(folder) if folder.starts_with(&root) => {
            Err(Error::HomeInBucket { home, bucket: root })
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
