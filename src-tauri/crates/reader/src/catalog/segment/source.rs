//! Source of a segment's bytes.

use std::fs::File;
use std::io;

use crate::platform;

/// Source of a segment's bytes. Any number of threads read it at once.
#[derive(Debug)]
pub(crate) enum Source {
    /// A file of the catalog. It stays readable after its name was removed.
    File(File),
    /// Memory, for pending events, which lie in no file.
    Memory(Vec<u8>),
}

impl Source {
    /// Length in bytes.
    pub fn len(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Fills `into` with the bytes from the offset `at` on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] if there are not as many.
    pub fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        match self {
            Self::File(file) => platform::read_exact_at(file, at, into),
            Self::Memory(bytes) => {
                let start = usize::try_from(at).map_err(io::Error::other)?;
                let part = start.checked_add(into.len()).and_then(|end| bytes.get(start..end));
                into.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }

    /// Reads `length` bytes from the offset `at` on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] if there are not as many.
    pub fn bytes(&self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.read(at, &mut bytes)?;
        Ok(bytes)
    }
}
