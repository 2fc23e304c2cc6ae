//! Files of a bucket that are too large to be read as a whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::archive::State;
use crate::platform::kept_bytes;
use crate::{FileMeta, ReadError, folder};

/// Open file of a bucket, a copy of it, or the archive that holds it.
#[derive(Debug)]
pub struct OpenFile {
    pub(crate) file: File,
    /// Where its bytes lie in `file`.
    range: Range<u64>,
    origin: Origin,
}

/// Where an open file comes from, to tell whether it was changed.
#[derive(Debug)]
enum Origin {
    /// It is a copy, which nothing else changes.
    Copy,
    /// It is the file of a folder, with this metadata.
    Folder(FileMeta),
    /// It lies in an archive, which was in this state.
    Archive(State),
}

impl OpenFile {
    pub(crate) fn copy(file: File, size: u64) -> Self {
        Self { file, range: 0..size, origin: Origin::Copy }
    }

    pub(crate) fn in_folder(file: File, listed: &FileMeta) -> Self {
        Self { file, range: 0..listed.size, origin: Origin::Folder(listed.clone()) }
    }

    pub(crate) fn in_archive(archive: File, range: Range<u64>, state: State) -> Self {
        Self { file: archive, range, origin: Origin::Archive(state) }
    }

    /// Another handle of what holds its bytes, and where they lie in that. All handles share one
    /// position.
    ///
    /// # Errors
    ///
    /// Fails if the system gives no further handle.
    pub fn handle(&self) -> io::Result<(File, Range<u64>)> {
        Ok((self.file.try_clone()?, self.range.clone()))
    }

    /// SHA-256 of its bytes. It moves the position that all handles share.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read.
    pub fn sha256(&self) -> io::Result<[u8; 32]> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(self.range.start))?;
        let mut hasher = Sha256::new();
        io::copy(&mut file.take(self.size()), &mut hasher)?;
        Ok(hasher.finalize().into())
    }

    /// Whether its last bytes are `end`. It moves the position that all handles share.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read.
    pub fn ends_with(&self, end: &[u8]) -> io::Result<bool> {
        let mut file = &self.file;
        if self.size() < end.len() as u64 || file.metadata()?.len() < self.range.end {
            return Ok(false);
        }
        file.seek(SeekFrom::Start(self.range.end - end.len() as u64))?;
        let mut found = vec![0; end.len()];
        file.read_exact(&mut found)?;
        Ok(found == end)
    }

    /// Its last bytes: at most so many, and all if it has fewer. It moves the position that all handles
    /// share.
    pub(crate) fn end(&self, bytes: u64) -> Result<Bytes, ReadError> {
        let read = || {
            let start = self.range.end - bytes.min(self.size());
            let mut file = &self.file;
            file.seek(SeekFrom::Start(start))?;
            let mut end = Vec::new();
            file.take(self.range.end - start).read_to_end(&mut end)?;
            Ok::<_, io::Error>(end)
        };
        let end = read().map_err(ReadError::failed)?;
        let is_whole = end.len() as u64 == bytes.min(self.size());
        if is_whole && self.is_as_listed() { Ok(end.into()) } else { Err(ReadError::Changed) }
    }

    /// Bytes that the file system keeps of the file, fewer than its size if it has holes; `None` if
    /// that is not known.
    pub fn kept_bytes(&self) -> Option<u64> {
        match self.origin {
            Origin::Archive(_) => None,
            Origin::Copy | Origin::Folder(_) => {
                self.file.metadata().ok().as_ref().and_then(kept_bytes)
            }
        }
    }

    /// Whether the file is still in the state in which it was listed.
    pub fn is_as_listed(&self) -> bool {
        match &self.origin {
            Origin::Copy => true,
            Origin::Folder(listed) => folder::is_as_listed(&self.file, listed),
            Origin::Archive(state) => state.is_of(&self.file),
        }
    }

    fn size(&self) -> u64 {
        self.range.end - self.range.start
    }
}
