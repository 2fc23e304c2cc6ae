//! The high-water mark: the number of acknowledged events, in a file beside the outbox. It
//! distinguishes an outbox that lost events from one that never had them.
//!
//! It is written after each commit and not forced to disk. After a loss of power it may be lower
//! than the truth, never higher. The file holds the number twice: if the two differ, it was
//! damaged, or read while it was written.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The open file of a high-water mark. It also serves as the lock for opening an outbox.
pub(super) struct HighWaterMark {
    file: File,
}

impl HighWaterMark {
    /// Opens the file, and makes it if there is none.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file =
            File::options().create(true).truncate(false).read(true).write(true).open(path)?;
        Ok(Self { file })
    }

    /// Reads the number in the file at `path`, as [`HighWaterMark::seen`]; 0 if there is no file.
    pub(super) fn read(path: &Path) -> io::Result<u64> {
        match File::open(path) {
            Ok(file) => Ok(Self { file }.seen()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Takes the exclusive lock of the file, and waits while it is held elsewhere. It is released
    /// by [`HighWaterMark::unlock`], or when the file is closed.
    pub(super) fn lock(&self) -> io::Result<()> {
        self.file.lock()
    }

    /// Releases the lock.
    pub(super) fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }

    /// The number of events known to have been acknowledged; 0 if the file is empty, damaged or
    /// being written.
    pub(super) fn seen(&self) -> u64 {
        let mut text = String::new();
        let mut file = &self.file;
        let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut text));
        let twice = text.trim_end().split_once(' ').filter(|(one, other)| one == other);
        match (read, twice) {
            (Ok(_), Some((position, _))) => position.parse().unwrap_or(0),
            _ => 0,
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
