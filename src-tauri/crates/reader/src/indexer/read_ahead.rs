//! Files of a bucket that is far: many are asked for at once, so that the time to get one does not count.

use std::sync::{Arc, Mutex, PoisonError};

use bucket::{Bucket, FileMeta, ReadError};
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use query::CancellationToken;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

/// Most requests under way at once.
const MOST_REQUESTS: usize = 64;

/// Bytes that may be asked for or wait for whoever takes them, in units of [`UNIT`].
const MOST_WAITING: u32 = (64 << 20) / UNIT;

/// Unit of what may wait, in bytes.
const UNIT: u32 = 1 << 10;

/// Files that are being read ahead. Dropping it ends the requests that are under way.
pub(super) struct ReadAhead {
    files: Mutex<UnboundedReceiver<ReadFile>>,
    reading: AbortHandle,
    runtime: Handle,
}

/// File that was read, or could not be. What it holds of the room for waiting bytes is free again once it
/// is dropped.
pub(super) struct ReadFile {
    pub file: FileMeta,
    pub read: Result<Bytes, ReadError>,
    _room: Option<OwnedSemaphorePermit>,
}

impl ReadAhead {
    /// Begins to read files, in about the order given, each up to a limit in bytes. The thread must have
    /// entered a Tokio runtime.
    pub fn start(bucket: &Bucket, files: Vec<FileMeta>, limit: u64) -> Self {
        let (runtime, room) = (Handle::current(), Arc::new(Semaphore::new(MOST_WAITING as usize)));
        let (to, receiver) = unbounded_channel();
        let bucket = bucket.clone();
        let reading = runtime.spawn(async move {
            let with_room = stream::iter(files).then(move |file| {
                let room = Arc::clone(&room);
                async move {
                    let units = u32::try_from(file.size / u64::from(UNIT)).unwrap_or(u32::MAX);
                    // Nothing is asked for of one that is too large.
                    let units = if file.size > limit { 1 } else { units.clamp(1, MOST_WAITING) };
                    (file, room.acquire_many_owned(units).await.ok())
                }
            });
            let outage = Outage::default();
            let reads = with_room.map(|(file, room)| {
                let (bucket, outage) = (&bucket, &outage);
                async move {
                    let read = match outage.cause() {
                        Some(cause) => Err(cause),
                        None => bucket.read(&file, limit).await,
                    };
                    outage.note(&read);
                    ReadFile { file, read, _room: room }
                }
            });
            let mut reads = std::pin::pin!(reads.buffer_unordered(MOST_REQUESTS));
            while let Some(read) = reads.next().await {
                if to.send(read).is_err() {
                    return;
                }
            }
        });
        Self { files: Mutex::new(receiver), reading: reading.abort_handle(), runtime }
    }

    /// The next file; `None` once there are none left, or as soon as `stopped` is cancelled. Blocks.
    pub fn next(&self, stopped: &CancellationToken) -> Option<ReadFile> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        self.runtime.block_on(stopped.run_until_cancelled(files.recv())).flatten()
    }
}

/// Files in a row for which the store was not reached. After as many as are asked for at once, no other is:
/// whoever waits for ten thousand would wait for hours.
#[derive(Default)]
struct Outage(Mutex<(usize, Option<ReadError>)>);

impl Outage {
    /// Why no file is asked for any more.
    fn cause(&self) -> Option<ReadError> {
        let outage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        outage.1.clone().filter(|_| outage.0 >= MOST_REQUESTS)
    }

    fn note(&self, read: &Result<Bytes, ReadError>) {
        let mut outage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *outage = match read {
            Err(error @ ReadError::Failed(why)) if why.is_unreachable() => {
                (outage.0 + 1, Some(error.clone()))
            }
            _ => (0, None),
        };
    }
}

impl Drop for ReadAhead {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl ReadFile {
    /// A file that was read without anything ahead of it.
    pub fn alone(file: FileMeta, read: Result<Bytes, ReadError>) -> Self {
        Self { file, read, _room: None }
    }
}
