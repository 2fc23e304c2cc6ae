//! Exclusive locks between processes, each on a file of its own.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Time for which a lock is waited for while whoever holds it does not go on.
const PATIENCE: Duration = Duration::from_secs(30);

/// Pause between two attempts to take a lock.
const PAUSE: Duration = Duration::from_millis(20);

/// Exclusive lock, held until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Takes the lock on the file `name`, which is created where it is missing. `None` if another
/// process holds it.
pub(super) fn lock(folder: &Path, name: &str) -> io::Result<Option<Lock>> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).open(folder.join(name))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Takes the lock on the file `name`, and waits while another process holds it and goes on: what
/// `progress` returns then differs.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] if that process has not gone on for 30 seconds: it may be stopped.
pub(super) fn wait_for_lock<P: PartialEq>(
    folder: &Path,
    name: &str,
    progress: impl FnMut() -> P,
) -> io::Result<Lock> {
    wait_for(folder, name, PATIENCE, progress)
}

/// [`wait_for_lock`] with a patience of its own.
fn wait_for<P: PartialEq>(
    folder: &Path,
    name: &str,
    patience: Duration,
    mut progress: impl FnMut() -> P,
) -> io::Result<Lock> {
    let (mut left, mut latest) = (patience, progress());
    loop {
        if let Some(lock) = lock(folder, name)? {
            return Ok(lock);
        }
        if left.is_zero() {
            let now = progress();
            if now == latest {
                let held = "another process of Daybook is reading this bucket, and does not go on; it \
                            may be stopped";
                return Err(io::Error::new(io::ErrorKind::WouldBlock, held));
            }
            (left, latest) = (patience, now);
        }
        thread::sleep(PAUSE);
        left = left.saturating_sub(PAUSE);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn s6_a_lock_is_waited_for_as_long_as_its_holder_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut held = Some(lock(folder.path(), "a").unwrap().unwrap());
        assert!(lock(folder.path(), "a").unwrap().is_none());
        let mut steps = 0;
        let waited = wait_for(folder.path(), "a", Duration::ZERO, || {
            steps += 1;
            steps.min(5)
        });
        assert_eq!(waited.unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert_eq!(steps, 6, "it was given up once the holder had not gone on");

        let mut steps = 0;
        let waited = wait_for(folder.path(), "a", Duration::ZERO, || {
            steps += 1;
            held.take_if(|_| steps == 3);
            steps
        });
        assert!(waited.is_ok(), "the holder went on, and then ended");
    }
}
