//! Digests of files, whose bytes are read once more.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use bucket::{Bucket, FileMeta, ReadError};
use query::CancellationToken;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::pool::MOST_FILE_BYTES;
use super::progress::Amount;
use super::read_ahead::ReadAhead;

/// SHA-256 of each file, in their order, or why it has none: it cannot be read, or was changed since it
/// was listed. Several are read at a time; `done` is called with how much was read. The thread must
/// have entered a Tokio runtime.
///
/// # Errors
/// [`io::ErrorKind::Interrupted`] once `stopped` is cancelled.
pub(super) fn sha256(
    bucket: &Bucket,
    files: &[&FileMeta],
    stopped: &CancellationToken,
    done: impl Fn(Amount) + Sync,
) -> io::Result<Vec<Result<[u8; 32], ReadError>>> {
    if bucket.is_far() {
        return of_far(bucket, files, stopped, done);
    }
    let (runtime, read) = (Handle::current(), Mutex::new(Amount::default()));
    let digest = |file: &&FileMeta| {
        if stopped.is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let _entered = runtime.enter();
        let digest = bucket.blocking_sha256(file);
        let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
        read.add(file.size);
        done(*read);
        Ok(digest)
    };
    // Threads of their own: questions that are asked meanwhile need the others.
    let threads = ThreadPoolBuilder::new().build().map_err(io::Error::other)?;
    threads.install(|| files.par_iter().map(digest).collect())
}

/// [`sha256`] of files that are far.
fn of_far(
    bucket: &Bucket,
    files: &[&FileMeta],
    stopped: &CancellationToken,
    done: impl Fn(Amount),
) -> io::Result<Vec<Result<[u8; 32], ReadError>>> {
    let all = files.iter().map(|&file| file.clone()).collect();
    let ahead = ReadAhead::start(bucket, all, MOST_FILE_BYTES);
    let (mut digests, mut read) = (HashMap::new(), Amount::default());
    while let Some(next) = ahead.next(stopped) {
        let digest = match next.read {
            Ok(bytes) => Ok(Sha256::digest(&bytes).into()),
            Err(ReadError::TooLarge { .. }) => bucket.blocking_sha256(&next.file),
            Err(why) => Err(why),
        };
        read.add(next.file.size);
        digests.insert(next.file.name, digest);
        done(read);
    }
    let digests = files.iter().map(|file| digests.remove(&file.name));
    digests.collect::<Option<_>>().ok_or_else(|| io::ErrorKind::Interrupted.into())
}
