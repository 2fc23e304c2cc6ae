//! Pending events of a bucket on this device, read without opening the journal for writing.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bucket::Bucket;
use event::Event;
use serde::Serialize;

use crate::error::Error;
use crate::outbox::find::{find, known};
use crate::outbox::{OutboxReader, PendingStatus};

/// Pending events of one bucket: acknowledged by this installation, and not yet known to be in the
/// bucket. It reads the outbox, whichever process writes it. Cheap to clone; clones share one
/// connection.
///
/// Where nothing was ever recorded, no event is pending, and reading makes no file.
///
/// An acknowledged event is on disk, and pending until its file is in the bucket:
///
/// ```
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// # use bucket::Bucket;
/// # use event::{Action, Draft, RecordId, WHOLE_RECORD};
/// # use journal::{Journal, Options, Pending};
/// # use object_store::memory::InMemory;
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let home = folder.path().join("home");
/// # let bucket = Bucket::with_store(Arc::new(InMemory::new()), "in memory");
/// # let hour = Duration::from_secs(3600);
/// # let options = Options { flush_after: hour, ..Options::default() };
/// # let (entity_type, entity_id) = ("candidate".to_owned(), "CAND-00342".to_owned());
/// # let record = RecordId { entity_type, entity_id };
/// # let draft = Draft::new(record, Action::Insert, WHOLE_RECORD, "Sarah", "api");
/// let pending = Pending::of(&bucket, &home);
/// assert_eq!(pending.status().await?.events, 0);
/// assert!(!home.exists());
///
/// let journal = Journal::open(bucket.clone(), &home, options.clone()).await?;
/// let event = journal.record(draft).await?;
/// // Acknowledged: whoever opens the outbox finds it, also after the process has ended.
/// drop(journal);
/// assert_eq!(Pending::of(&bucket, &home).events().await?, [event]);
/// assert!(bucket.list_all().await?.files.is_empty());
///
/// let journal = Journal::open(bucket.clone(), &home, options).await?;
/// assert_eq!(journal.flush().await?.events, 1);
/// assert!(pending.events().await?.is_empty());
/// assert_eq!(bucket.list_all().await?.files.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Pending(Arc<Mutex<OutboxReader>>);

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

impl Pending {
    /// The pending events of `bucket` in the outbox under `home`, the application's data folder.
    /// Nothing is opened yet.
    pub fn of(bucket: &Bucket, home: &Path) -> Self {
        Self(Arc::new(Mutex::new(OutboxReader::new(bucket.clone(), home))))
    }

    /// All pending events, in the order of acknowledgement.
    ///
    /// During a flush an event can be pending and in the bucket at once; its writer and seq
    /// identify it. To see each event at least once, read the pending events first and list the
    /// bucket after.
    ///
    /// # Errors
    /// A variant of [`Error`] whose name begins with `Outbox`: the outbox is locked by another
    /// process for more than 30 seconds, cannot be read, is damaged or of another format, or has
    /// lost events.
    pub async fn events(&self) -> Result<Vec<Event>, Error> {
        self.read(OutboxReader::pending).await
    }

    /// The status of the outbox: how many events are pending, since when, and how the last flush
    /// ended.
    ///
    /// # Errors
    /// As [`Pending::events`], except that the bytes of the events are not checked.
    pub async fn status(&self) -> Result<PendingStatus, Error> {
        self.read(OutboxReader::status).await
    }

    /// Runs `read` on a thread that may block, because reading waits for the disk.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut OutboxReader) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let outbox = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            read(&mut outbox.lock().unwrap_or_else(PoisonError::into_inner))
        });
        done.await.map_err(|_| Error::Stopped)?
    }
}

/// Pending events of another bucket than the open one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PendingElsewhere {
    /// Path of the folder in which the bucket was when it was last recorded into.
    pub last_at: String,
    /// Number of pending events.
    pub events: u64,
}

impl PendingElsewhere {
    /// Lists what is pending in the outboxes under `home` for other buckets than `here`, the one that
    /// is open. Whether they are where they were is not looked at: a network drive that hangs would
    /// hang the call. Blocks while it reads; an outbox that cannot be read is left out.
    pub fn list(home: &Path, here: Option<&Bucket>) -> Vec<Self> {
        let own = here.and_then(|bucket| find(bucket, home).ok().flatten());
        let own = own.map(|found| found.path);
        let others = known(home).into_iter().filter(|outbox| Some(&outbox.path) != own.as_ref());
        others
            .filter(|outbox| outbox.pending > 0)
            .map(|outbox| Self { last_at: outbox.last_path().to_owned(), events: outbox.pending })
            .collect()
    }
}
