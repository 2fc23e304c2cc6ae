//! Exclusive locks between processes, each on a file of its own.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Exclusive lock, held until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Whether to wait for a lock that another process holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    Yes,
    No,
}

/// Takes the lock on the file `name`, which is created where it is missing. `None` if another
/// process holds it and `wait` is [`Wait::No`].
pub(super) fn lock(folder: &Path, name: &str, wait: Wait) -> io::Result<Option<Lock>> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).open(folder.join(name))?;
    if wait == Wait::Yes {
        file.lock()?;
        return Ok(Some(Lock { _file: file }));
    }
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
