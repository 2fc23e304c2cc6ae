//! What waits on this device for a bucket: read without opening the journal for writing, and where
//! nothing was ever recorded without making a file.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bucket::Bucket;
use event::Event;

use crate::error::Error;
use crate::outbox::{OutboxReader, PendingStatus};

/// The events of this installation that are not yet known to be in the bucket. Cheap to clone.
#[derive(Clone)]
pub struct Pending(Arc<Mutex<OutboxReader>>);

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

impl Pending {
    /// What waits for `bucket` under `home`, the application's data folder.
    pub fn of(bucket: &Bucket, home: &Path) -> Self {
        Self(Arc::new(Mutex::new(OutboxReader::new(home, bucket.identity()))))
    }

    /// The acknowledged events that are not yet known to be in the bucket, in the order of
    /// acknowledgement.
    ///
    /// While a flush is under way an event can be here and in the bucket at once, and is the same
    /// by its writer and seq. To see each event, ask for these first and list the bucket after.
    pub async fn events(&self) -> Result<Vec<Event>, Error> {
        self.look(OutboxReader::pending).await
    }

    /// How many wait, and why.
    pub async fn status(&self) -> Result<PendingStatus, Error> {
        self.look(OutboxReader::status).await
    }

    /// Looks into the outbox where none of the runtime's own threads waits for the disk.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut OutboxReader) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let outbox = Arc::clone(&self.0);
        let looked = tokio::task::spawn_blocking(move || {
            look(&mut outbox.lock().unwrap_or_else(PoisonError::into_inner))
        });
        looked.await.map_err(|_| Error::Stopped)?
    }
}
