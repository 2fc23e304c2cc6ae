//! The outbox as async code holds it: one thread at a time is in the database, and none of the
//! runtime's own waits for the disk.

use std::sync::{Arc, Mutex, PoisonError};

use super::Outbox;
use crate::Error;

#[derive(Clone)]
pub(crate) struct SharedOutbox(Arc<Mutex<Outbox>>);

impl SharedOutbox {
    pub(crate) fn new(outbox: Outbox) -> Self {
        Self(Arc::new(Mutex::new(outbox)))
    }

    /// Runs `work` to its end, even if the caller stops waiting for it.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Outbox) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let outbox = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            // A panic in a transaction has rolled it back, so the outbox is as good as before.
            work(&mut outbox.lock().unwrap_or_else(PoisonError::into_inner))
        });
        done.await.map_err(|_| Error::Stopped)?
    }
}
