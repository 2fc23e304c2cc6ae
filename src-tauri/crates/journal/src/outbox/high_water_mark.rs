//! The high-water mark: a second record of how much was acknowledged, beside the outbox, so that an
//! outbox which lost events is told from one that never had them.
//!
//! It is written after each commit and not forced to disk. After a loss of power it may have fallen
//! behind, and then sees less; it never says more than was acknowledged. The number is in it twice:
//! if they differ, it was damaged, or read while it was written.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

pub(super) struct HighWaterMark {
    file: File,
}

impl HighWaterMark {
    /// Opens the mark, and makes it if there is none.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file =
            File::options().create(true).truncate(false).read(true).write(true).open(path)?;
        Ok(Self { file })
    }

    /// Held by one process at a time, as long as the file is open.
    pub(super) fn lock(&self) -> io::Result<()> {
        self.file.lock()
    }

    pub(super) fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }

    /// How many events were acknowledged, as far as is known. It is written twice, and what does not
    /// agree with itself knows of none.
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

    /// Events before `position` are acknowledged. That this could not be noted harms nobody.
    pub(super) fn saw(&mut self, position: u64) {
        let text = format!("{position:020} {position:020}\n");
        let written = self.file.seek(SeekFrom::Start(0));
        drop(written.and_then(|_| self.file.write_all(text.as_bytes())));
    }
}
