//! Pool of threads that read and decode files.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use bucket::{Bucket, FileMeta, ReadError};
use decode::{DecodedRows, Decoder, Undecoded};
use query::{CancellationToken, Unreadable};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::read_ahead::{ReadAhead, ReadFile};
use crate::catalog::{FileNumbers, FileRead};

/// Most decoder processes at once; each has a thread.
const MOST_DECODERS: usize = 4;

/// Back-pressure limit on decoded bytes buffered ahead of the segment builder: while a segment is
/// built of some files, the next ones are decoded.
const MOST_BUFFERED_BYTES: usize = 64 << 20;

/// Size of the largest file that is read as a whole, in bytes.
pub(super) const MOST_FILE_BYTES: u64 = 64 << 20;

/// Outcome of reading a file.
pub(super) enum Outcome {
    /// It was decoded. Some or all of its rows may be bad.
    Rows(Arc<str>, FileRead, Box<DecodedRows>, FileNumbers),
    /// It could not be decoded, and is not read again until it changes.
    Unreadable(Arc<str>, FileRead),
    /// It is too large to be decoded as a whole.
    Large(FileMeta),
    /// It could not be read; the next refresh tries again.
    Failed(Unreadable),
}

/// Reads and decodes files, several at a time. They are begun in the order given; `on_outcome` is
/// called with the size in bytes and the outcome of each as it is done. The thread must have
/// entered a Tokio runtime.
///
/// # Errors
/// Fails if `on_outcome` does or if no decoder can be started, and with
/// [`io::ErrorKind::Interrupted`] once `stopped` is cancelled.
#[tracing::instrument(name = "read_files", level = "info", skip_all, fields(files = files.len()))]
pub(super) fn read(
    bucket: &Bucket,
    decoder: &Decoder,
    files: &[FileMeta],
    stopped: &CancellationToken,
    mut on_outcome: impl FnMut(u64, Outcome) -> io::Result<()>,
) -> io::Result<()> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let queue = if bucket.is_far() {
        Queue::Far(ReadAhead::start(bucket, files.to_vec(), MOST_FILE_BYTES))
    } else {
        Queue::Near { bucket, files, next: AtomicUsize::new(0) }
    };
    let buffer = BufferLimit::default();
    let runtime = Handle::current();
    thread::scope(|scope| {
        let (to, from) = channel();
        let _open = CloseOnDrop(&buffer);
        for _ in 0..cores.min(MOST_DECODERS).min(files.len()) {
            let (to, queue, buffer, runtime) = (to.clone(), &queue, &buffer, &runtime);
            scope.spawn(move || {
                let _entered = runtime.enter();
                decode(decoder, || queue.next(stopped), buffer, &to);
            });
        }
        drop(to);
        for outcome in from {
            let (size, outcome) = outcome?;
            buffer.release(outcome.size());
            on_outcome(size, outcome)?;
        }
        if stopped.is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(())
    })
}

/// Queue of files that are still to be read, shared by all threads.
enum Queue<'a> {
    /// Each thread reads the next one itself.
    Near { bucket: &'a Bucket, files: &'a [FileMeta], next: AtomicUsize },
    /// They are read ahead.
    Far(ReadAhead),
}

impl Queue<'_> {
    /// Reads the next file; `None` once there are none left or the refresh was stopped.
    fn next(&self, stopped: &CancellationToken) -> Option<ReadFile> {
        match self {
            _ if stopped.is_cancelled() => None,
            Self::Near { bucket, files, next } => {
                let file = files.get(next.fetch_add(1, Ordering::Relaxed))?.clone();
                let read = bucket.blocking_read(&file, MOST_FILE_BYTES);
                Some(ReadFile::alone(file, read))
            }
            Self::Far(ahead) => ahead.next(stopped),
        }
    }
}

/// Work of one thread: decodes files until there is none left, or the receiver ends.
fn decode(
    decoder: &Decoder,
    next: impl Fn() -> Option<ReadFile>,
    buffer: &BufferLimit,
    to: &Sender<io::Result<(u64, Outcome)>>,
) {
    let mut decoding = decoder.start();
    while let Some(next) = next() {
        let file = &next.file;
        let outcome = match &next.read {
            Err(ReadError::TooLarge { .. }) => Ok(Outcome::Large(file.clone())),
            Err(problem) => Ok(Outcome::Failed(Unreadable::file(&file.name, problem.to_string()))),
            Ok(bytes) => decoding.decode(&file.name, bytes).map(|decoded| match decoded {
                Ok(rows) => {
                    let (read, numbers) = (file_read(file, bytes), FileNumbers::of(&rows));
                    Outcome::Rows(Arc::from(file.name.as_str()), read, Box::new(rows), numbers)
                }
                Err(Undecoded::TooLarge) => Outcome::Large(file.clone()),
                // Nothing is remembered of it: the file may be good.
                Err(Undecoded::Interrupted(why)) => {
                    Outcome::Failed(Unreadable::file(&file.name, why))
                }
                Err(Undecoded::ByItself(problem)) => {
                    let read = FileRead { problem: Some(problem), ..file_read(file, bytes) };
                    Outcome::Unreadable(Arc::from(file.name.as_str()), read)
                }
            }),
        };
        let file_size = file.size;
        drop(next);
        let size = outcome.as_ref().map_or(0, Outcome::size);
        if !buffer.reserve(size) || to.send(outcome.map(|it| (file_size, it))).is_err() {
            return;
        }
    }
}

/// A file whose bytes were read.
fn file_read(file: &FileMeta, bytes: &[u8]) -> FileRead {
    FileRead::new(file, Sha256::digest(bytes).into())
}

impl Outcome {
    /// Bytes of memory that it takes, about.
    fn size(&self) -> usize {
        match self {
            Self::Rows(_, _, rows, _) => rows.size(),
            Self::Unreadable(..) | Self::Large(_) | Self::Failed(_) => 0,
        }
    }
}

/// Limit on buffered bytes: holds back the decoders while the segment builder is behind.
struct BufferLimit {
    /// Bytes that are decoded and not received yet; `None` once the receiver has ended.
    buffered: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Default for BufferLimit {
    fn default() -> Self {
        Self { buffered: Mutex::new(Some(0)), changed: Condvar::new() }
    }
}

impl BufferLimit {
    /// Waits until so many bytes fit into [`MOST_BUFFERED_BYTES`], or nothing else is buffered, and
    /// reserves them. Returns whether the receiver is still there.
    fn reserve(&self, size: usize) -> bool {
        let buffered = self.buffered.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |buffered: &mut Option<usize>| {
            buffered.is_some_and(|bytes| bytes > 0 && bytes + size > MOST_BUFFERED_BYTES)
        };
        let buffered = self.changed.wait_while(buffered, is_full);
        match buffered.unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(buffered) => {
                *buffered += size;
                true
            }
            None => false,
        }
    }

    /// Gives back bytes that were received.
    fn release(&self, size: usize) {
        self.change(|buffered| buffered.map(|buffered| buffered - size));
    }

    fn change(&self, change: impl FnOnce(Option<usize>) -> Option<usize>) {
        let mut buffered = self.buffered.lock().unwrap_or_else(PoisonError::into_inner);
        *buffered = change(*buffered);
        self.changed.notify_all();
    }
}

/// Ends all waiting when the receiver ends, also by an error or a panic.
struct CloseOnDrop<'a>(&'a BufferLimit);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.change(|_| None);
    }
}
