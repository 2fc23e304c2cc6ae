//! Files of a bucket that are too large to be read as a whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use sha2::{Digest, Sha256};

use crate::platform::kept_bytes;
use crate::{FileMeta, folder};

/// Open file of a bucket, or a copy of it.
#[derive(Debug)]
pub struct OpenFile {
    pub(crate) file: File,
    /// Metadata of the file in its folder; `None` if this is a copy, which nothing else changes.
    pub(crate) listed: Option<FileMeta>,
}

impl OpenFile {
    /// Another handle of the file. All of them share one position.
    ///
    /// # Errors
    ///
    /// Fails if the system gives no further handle.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// SHA-256 of its bytes. It moves the position that all handles share.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read.
    pub fn sha256(&self) -> io::Result<[u8; 32]> {
        let mut file = &self.file;
        file.rewind()?;
        let mut hasher = Sha256::new();
        io::copy(&mut file, &mut hasher)?;
        Ok(hasher.finalize().into())
    }

    /// Whether its last bytes are `end`. It moves the position that all handles share.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read.
    pub fn ends_with(&self, end: &[u8]) -> io::Result<bool> {
        let mut file = &self.file;
        let length = i64::try_from(end.len()).map_err(io::Error::other)?;
        if file.metadata()?.len() < end.len() as u64 {
            return Ok(false);
        }
        file.seek(SeekFrom::End(-length))?;
        let mut found = vec![0; end.len()];
        file.read_exact(&mut found)?;
        Ok(found == end)
    }

    /// Bytes that the file system keeps of the file, fewer than its size if it has holes; `None` if
    /// that is not known.
    pub fn kept_bytes(&self) -> Option<u64> {
        self.file.metadata().ok().as_ref().and_then(kept_bytes)
    }

    /// Whether the file is still in the state in which it was listed.
    pub fn is_as_listed(&self) -> bool {
        self.listed.as_ref().is_none_or(|listed| folder::is_as_listed(&self.file, listed))
    }
}
