//! Reading and decoding many files at once.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use bucket::{Bucket, FileMeta};
use decode::{DecodedRows, Decoder};
use query::Unreadable;
use tokio::runtime::Handle;

use crate::catalog::{FileRead, Identity};

/// At most so many decoders.
const MOST_DECODERS: usize = 4;

/// Back-pressure limit on decoded bytes buffered ahead of the segment builder: while a segment is
/// made of some files, the next ones are decoded.
const AHEAD: usize = 64 << 20;

/// The largest file that is read, in bytes: all the memory that its decoder may have.
const MOST_BYTES: u64 = 2 << 30;

/// A file and which state of it.
type Named = (Arc<str>, Identity);

/// What came of a file.
pub(super) enum Outcome {
    Rows(Named, Box<DecodedRows>),
    /// It is no part of a journal, and will not be until it changes.
    Unreadable(Arc<str>, FileRead),
    /// It could not be read this time.
    Failed(Unreadable),
}

/// Reads files in their order, several at a time, and hands over what came of each, with how many
/// there have been. It ends before the last file if `stopped` says so.
#[tracing::instrument(name = "read_files", level = "info", skip_all, fields(files = files.len()))]
pub(super) fn read(
    bucket: &Bucket,
    decoder: &Decoder,
    files: &[FileMeta],
    stopped: &AtomicBool,
    mut take: impl FnMut(usize, Outcome) -> io::Result<()>,
) -> io::Result<()> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (next, room) = (AtomicUsize::new(0), Room::default());
    let runtime = Handle::current();
    thread::scope(|scope| {
        let (to, from) = channel();
        let _open = CloseOnDrop(&room);
        for _ in 0..cores.min(MOST_DECODERS).min(files.len()) {
            let (to, next, room, runtime) = (to.clone(), &next, &room, &runtime);
            scope.spawn(move || {
                let _entered = runtime.enter();
                decode(bucket, decoder, files, &Turns { next, stopped }, room, &to);
            });
        }
        drop(to);
        for (done, outcome) in (1..).zip(from) {
            let outcome = outcome?;
            room.free(outcome.size());
            take(done, outcome)?;
        }
        if stopped.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(())
    })
}

/// Which file each decoder takes next, until nobody waits any more.
struct Turns<'a> {
    next: &'a AtomicUsize,
    stopped: &'a AtomicBool,
}

impl Turns<'_> {
    fn take<'a>(&self, files: &'a [FileMeta]) -> Option<&'a FileMeta> {
        let stopped = self.stopped.load(Ordering::Relaxed);
        if stopped { None } else { files.get(self.next.fetch_add(1, Ordering::Relaxed)) }
    }
}

fn decode(
    bucket: &Bucket,
    decoder: &Decoder,
    files: &[FileMeta],
    turns: &Turns<'_>,
    room: &Room,
    to: &Sender<io::Result<Outcome>>,
) {
    let mut decoding = decoder.start();
    while let Some(file) = turns.take(files) {
        let (name, identity) = (Arc::from(file.name.as_str()), Identity::of(file));
        let outcome = match bucket.blocking_read(file, MOST_BYTES) {
            Err(problem) => Ok(Outcome::Failed(Unreadable::file(&file.name, problem.to_string()))),
            Ok(bytes) => decoding.decode(&bytes).map(|decoded| match decoded {
                Ok(rows) => Outcome::Rows((name, identity), Box::new(rows)),
                Err(problem) => {
                    let (rows, bad, segment) = (0, Vec::new(), None);
                    let problem = Some(problem);
                    let read = FileRead { identity, rows, problem, bad, segment };
                    Outcome::Unreadable(name, read)
                }
            }),
        };
        let size = outcome.as_ref().map_or(0, Outcome::size);
        if !room.take(size) || to.send(outcome).is_err() {
            return;
        }
    }
}

impl Outcome {
    /// About how many bytes of memory it takes.
    fn size(&self) -> usize {
        match self {
            Self::Rows(_, rows) => rows.size(),
            Self::Unreadable(..) | Self::Failed(_) => 0,
        }
    }
}

/// How much waits to be taken, in bytes; `None` once nobody takes any more.
struct Room {
    waits: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Default for Room {
    fn default() -> Self {
        Self { waits: Mutex::new(Some(0)), changed: Condvar::new() }
    }
}

impl Room {
    /// Waits until there is room for so many bytes, or nothing else. Whether anybody takes them.
    fn take(&self, size: usize) -> bool {
        let waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |waits: &mut Option<usize>| waits.is_some_and(|w| w > 0 && w + size > AHEAD);
        let waits = self.changed.wait_while(waits, full);
        match waits.unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(waits) => {
                *waits += size;
                true
            }
            None => false,
        }
    }

    fn free(&self, size: usize) {
        self.change(|waits| waits.map(|waits| waits - size));
    }

    fn change(&self, change: impl FnOnce(Option<usize>) -> Option<usize>) {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        *waits = change(*waits);
        self.changed.notify_all();
    }
}

/// However the taking ends, nobody waits for room any more.
struct CloseOnDrop<'a>(&'a Room);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.change(|_| None);
    }
}
