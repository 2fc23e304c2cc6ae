//! A file to decode, as the Parquet library reads it: its bytes, or an open file of any size.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};

/// An open file, read by ranges. Its readers share one position, so each sets it before it reads; they
/// are of one thread.
#[derive(Debug, Clone)]
pub(crate) struct FileSource {
    file: Arc<File>,
    length: u64,
}

/// Reader of an open file from a position on.
pub(crate) struct FileReader {
    file: Arc<File>,
    at: u64,
}

impl FileSource {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), length })
    }
}

impl Read for FileReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Length for FileSource {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for FileSource {
    type T = BufReader<FileReader>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(FileReader { file: Arc::clone(&self.file), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // The length may be wrong: nothing beyond the end of the file is allocated.
        let rest = self.length.saturating_sub(start);
        let mut bytes = Vec::with_capacity(length.min(usize::try_from(rest).unwrap_or_default()));
        let read = self.get_read(start)?.take(length as u64).read_to_end(&mut bytes)?;
        if read == length {
            Ok(bytes.into())
        } else {
            Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
        }
    }
}
