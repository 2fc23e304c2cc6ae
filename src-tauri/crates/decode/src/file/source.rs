//! A file to decode, as the Parquet library reads it: its bytes, or an open file of any size.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};

/// A range of an open file, read by ranges of it. Its readers share one position, so each sets it before
/// it reads; they are of one thread.
#[derive(Debug, Clone)]
pub(crate) struct FileSource {
    file: Arc<File>,
    range: Range<u64>,
}

/// Reader of an open file from a position on, up to another.
pub(crate) struct FileReader {
    file: Arc<File>,
    range: Range<u64>,
}

impl FileSource {
    /// The part of the range that the file has.
    pub(crate) fn new(file: File, range: Range<u64>) -> io::Result<Self> {
        let end = range.end.min(file.metadata()?.len());
        Ok(Self { file: Arc::new(file), range: range.start.min(end)..end })
    }
}

impl Read for FileReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(self.range.start))?;
        let read = file.take(self.range.end - self.range.start).read(into)?;
        self.range.start += read as u64;
        Ok(read)
    }
}

impl Length for FileSource {
    fn len(&self) -> u64 {
        self.range.end - self.range.start
    }
}

impl ChunkReader for FileSource {
    type T = BufReader<FileReader>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let start = self.range.start.saturating_add(start).min(self.range.end);
        let range = start..self.range.end;
        Ok(BufReader::new(FileReader { file: Arc::clone(&self.file), range }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // The length may be wrong: nothing beyond the end of the file is allocated.
        let rest = self.len().saturating_sub(start);
        let mut bytes = Vec::with_capacity(length.min(usize::try_from(rest).unwrap_or_default()));
        let read = self.get_read(start)?.take(length as u64).read_to_end(&mut bytes)?;
        if read == length {
            Ok(bytes.into())
        } else {
            Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
        }
    }
}
