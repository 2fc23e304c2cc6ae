//! The high-water mark: the number of acknowledged events, in a file beside the outbox. It
//! distinguishes an outbox that lost events from one that never had them.
//!
//! It is written after each commit and not forced to disk. After a loss of power it may be lower
//! than the truth, never higher. The file holds the number twice: if the two differ, it was
//! damaged, or read while it was written.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use bucket::platform::check_regular;

/// Pause between two attempts to take the lock.
const PAUSE: Duration = Duration::from_millis(5);

/// The open file of a high-water mark. It also serves as the lock for opening an outbox.
pub(super) struct HighWaterMark {
    file: File,
}

impl HighWaterMark {
    /// Opens the file, and makes it if there is none.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        check_regular(path)?;
        let file =
            File::options().create(true).truncate(false).read(true).write(true).open(path)?;
        Ok(Self { file })
    }

    /// Reads the number in the file at `path`, as [`HighWaterMark::seen`]; 0 if there is no file.
    pub(super) fn read(path: &Path) -> io::Result<u64> {
        check_regular(path)?;
        match File::open(path) {
            Ok(file) => Ok(Self { file }.seen()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Takes the exclusive lock of the file, and waits while it is held elsewhere. It is released
    /// by [`HighWaterMark::unlock`], or when the file is closed.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if it is held for longer than `patience`: whoever holds it may be
    /// stopped.
    pub(super) fn lock(&self, patience: Duration) -> io::Result<()> {
        let mut left = patience;
        loop {
            match self.file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if left.is_zero() => {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                Err(TryLockError::WouldBlock) => {
                    thread::sleep(PAUSE);
                    left = left.saturating_sub(PAUSE);
                }
            }
        }
    }

    /// Releases the lock.
    pub(super) fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }

    /// The number of events known to have been acknowledged; 0 if the file is empty, and 1 if it is
    /// damaged or being written: it is first written after the first event.
    pub(super) fn seen(&self) -> u64 {
        let mut bytes = Vec::new();
        let mut file = &self.file;
        let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut bytes));
        let text = str::from_utf8(&bytes).unwrap_or_default().trim_end();
        let twice = text.split_once(' ').filter(|(one, other)| one == other);
        match (read, twice) {
            (Ok(0), _) => 0,
            (_, twice) => twice.and_then(|(position, _)| position.parse().ok()).unwrap_or(1),
        }
    }

    /// Writes that all events before `position` are acknowledged. An error is ignored: then the
    /// mark is lower than the truth, which does no harm.
    pub(super) fn advance(&mut self, position: u64) {
        let text = format!("{position:020} {position:020}\n");
        let written = self.file.seek(SeekFrom::Start(0));
        drop(written.and_then(|_| self.file.write_all(text.as_bytes())));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn s7_a_lock_that_is_never_released_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.seen");
        let holder = HighWaterMark::open(&path).unwrap();
        holder.lock(Duration::ZERO).unwrap();
        let other = HighWaterMark::open(&path).unwrap();
        let refused = other.lock(2 * PAUSE).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::WouldBlock);
        holder.unlock().unwrap();
        other.lock(Duration::ZERO).unwrap();
    }
}
