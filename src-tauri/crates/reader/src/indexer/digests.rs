//! Digests of files, whose bytes are read once more.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bucket::{Bucket, FileMeta, ReadError};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use tokio::runtime::Handle;

/// SHA-256 of each file, in their order, or why it has none: it cannot be read, or was changed since it
/// was listed. Several are read at a time; `done` is called with the number of those that are. The
/// thread must have entered a Tokio runtime.
///
/// # Errors
/// [`io::ErrorKind::Interrupted`] once `stopped` is set.
pub(super) fn sha256(
    bucket: &Bucket,
    files: &[&FileMeta],
    stopped: &AtomicBool,
    done: impl Fn(usize) + Sync,
) -> io::Result<Vec<Result<[u8; 32], ReadError>>> {
    let (runtime, count) = (Handle::current(), AtomicUsize::new(0));
    let digest = |file: &&FileMeta| {
        if stopped.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let _entered = runtime.enter();
        let digest = bucket.blocking_sha256(file);
        done(count.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(digest)
    };
    // Threads of their own: questions that are asked meanwhile need the others.
    let threads = ThreadPoolBuilder::new().build().map_err(io::Error::other)?;
    threads.install(|| files.par_iter().map(digest).collect())
}
