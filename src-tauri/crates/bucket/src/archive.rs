//! Buckets in an archive on this device, a zip or tar file, which is read in place by ranges.
//!
//! An archive is as hostile as any file. Nothing of it is written to disk, no size that it claims is
//! allocated, and what could be taken for a journal file and is not read is named.

mod directory;
mod tar;
mod zip;

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rawzip::{FileReader, RangeReader};

use self::directory::{Directory, Entry, Packing};
use crate::folder::modified_at;
use crate::platform::{file_number, open_without_waiting};
use crate::{FileMeta, Listing, OpenError, OpenFile, Place, ReadError, extract};

/// Kind of an archive that is read in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArchiveKind {
    Zip,
    Tar,
}

/// Endings of archives that are packed as a whole, so that nothing in them can be read in place, each
/// with what unpacks it.
const PACKED: [(&str, &str); 11] = [
    (".tar.gz", "tar -xzf"),
    (".tgz", "tar -xzf"),
    (".tar.bz2", "tar -xjf"),
    (".tar.xz", "tar -xJf"),
    (".txz", "tar -xJf"),
    (".tar.zst", "tar --zstd -xf"),
    (".gz", "gunzip"),
    (".bz2", "bunzip2"),
    (".xz", "unxz"),
    (".7z", "7z x"),
    (".rar", "unrar x"),
];

impl ArchiveKind {
    /// Kind of the archive at a path, by its ending.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let ending = path.extension().and_then(OsStr::to_str)?;
        match ending.to_ascii_lowercase().as_str() {
            "zip" => Some(Self::Zip),
            "tar" => Some(Self::Tar),
            _ => None,
        }
    }
}

/// What unpacks the archive at a path, if it is of a kind that is not read in place.
pub(crate) fn unpacked_by(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    PACKED.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, command)| *command)
}

/// Archive that holds a bucket.
#[derive(Debug, Clone)]
pub(crate) struct Archive {
    /// Canonical path.
    path: Arc<Path>,
    kind: ArchiveKind,
    /// The archive as it was last listed.
    known: Arc<Mutex<Arc<Opened>>>,
}

/// An archive in one state.
#[derive(Debug)]
struct Opened {
    reader: FileReader,
    state: State,
    directory: Directory,
}

/// State of an archive. What has none of its bytes changed keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    size: u64,
    modified: i64,
    number: Option<u64>,
}

impl State {
    fn of(archive: &Metadata) -> Self {
        Self { size: archive.len(), modified: modified_at(archive), number: file_number(archive) }
    }

    /// Whether an open file is in this state.
    pub(crate) fn is_of(self, file: &File) -> bool {
        file.metadata().is_ok_and(|found| Self::of(&found) == self)
    }
}

impl Archive {
    /// Opens an archive, which must exist and hold a journal.
    pub(crate) fn open(path: &Path, kind: ArchiveKind) -> Result<Self, OpenError> {
        let failed =
            |source: io::Error| OpenError::Archive { path: path.to_owned(), source: source.into() };
        let canonical: Arc<Path> = path.canonicalize().map_err(failed)?.into();
        let opened = Opened::read(&canonical, kind).map_err(failed)?;
        Ok(Self { path: canonical, kind, known: Arc::new(Mutex::new(Arc::new(opened))) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn place(&self) -> Place {
        Place::at(&self.path, None)
    }

    /// Folder to watch for changes of the archive.
    pub(crate) fn folder(&self) -> PathBuf {
        self.path.parent().unwrap_or(&self.path).to_owned()
    }

    /// Whole listing of the archive as it is now, in the order of names.
    pub(crate) fn list(&self) -> io::Result<Listing> {
        let opened = self.as_it_is_now()?;
        let files = opened.directory.files.iter();
        let files = files.map(|(name, entry)| opened.meta(name, entry)).collect();
        Ok(Listing { files, lookalikes: opened.directory.lookalikes.clone() }.sorted())
    }

    /// Reads a whole file, if the archive is as it was listed both before and after.
    pub(crate) fn read(&self, file: &FileMeta, limit: u64) -> Result<Bytes, ReadError> {
        if file.size > limit {
            return Err(ReadError::TooLarge { size: file.size, limit });
        }
        let opened = self.known();
        let entry = opened.entry(file)?;
        let range = RangeReader::new(&opened.reader, entry.range.clone());
        let mut bytes = Vec::new();
        // One byte beyond the size in the directory shows that there are more.
        let most = file.size.saturating_add(1);
        let read = entry.packing.unpack(range).and_then(|it| it.take(most).read_to_end(&mut bytes));
        if !self.state_now().is_ok_and(|now| now == opened.state) {
            return Err(ReadError::Changed);
        }
        read.map_err(ReadError::failed)?;
        entry.verify(&bytes).map_err(ReadError::failed)?;
        Ok(bytes.into())
    }

    /// Object that makes the bucket an extract, or more of it than such an object has; `None` if there is
    /// none.
    pub(crate) fn extract(&self) -> io::Result<Option<Bytes>> {
        let opened = self.as_it_is_now()?;
        let Some(entry) = &opened.directory.extract else { return Ok(None) };
        let range = RangeReader::new(&opened.reader, entry.range.clone());
        let mut bytes = Vec::new();
        entry.packing.unpack(range)?.take(extract::MOST_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes.into()))
    }

    /// Opens a file that lies in the archive as it is.
    pub(crate) fn open_file(&self, file: &FileMeta) -> Result<OpenFile, ReadError> {
        let opened = self.known();
        let entry = opened.entry(file)?;
        if entry.packing != Packing::None {
            return Err(ReadError::Packed);
        }
        let archive = open_without_waiting(&self.path).map_err(ReadError::failed)?;
        if !opened.state.is_of(&archive) {
            return Err(ReadError::Changed);
        }
        Ok(OpenFile::in_archive(archive, entry.range.clone(), opened.state))
    }

    fn known(&self) -> Arc<Opened> {
        Arc::clone(&self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn state_now(&self) -> io::Result<State> {
        Ok(State::of(&self.path.metadata()?))
    }

    fn as_it_is_now(&self) -> io::Result<Arc<Opened>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.state != self.state_now()? {
            *known = Arc::new(Opened::read(&self.path, self.kind)?);
        }
        Ok(Arc::clone(&known))
    }
}

impl Opened {
    fn read(path: &Path, kind: ArchiveKind) -> io::Result<Self> {
        let file = open_without_waiting(path)?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file"));
        }
        let entries = match kind {
            ArchiveKind::Zip => zip::entries(file.try_clone()?)?,
            ArchiveKind::Tar => tar::entries(&file, found.len())?,
        };
        let state = State::of(&found);
        Ok(Self { reader: file.into(), state, directory: Directory::new(entries, found.len())? })
    }

    /// A file, if it is as it was listed.
    fn entry(&self, file: &FileMeta) -> Result<&Entry, ReadError> {
        let gone = || ReadError::failed(io::Error::from(io::ErrorKind::NotFound));
        let entry = self.directory.files.get(&file.name).ok_or_else(gone)?;
        if self.meta(&file.name, entry) == *file { Ok(entry) } else { Err(ReadError::Changed) }
    }

    /// Metadata of a file in the archive: what tells states of the archive apart tells those of its
    /// files apart.
    fn meta(&self, name: &str, entry: &Entry) -> FileMeta {
        let number = self.state.number.unwrap_or_default();
        FileMeta {
            name: name.to_owned(),
            size: entry.size,
            modified: self.state.modified,
            changed: 0,
            e_tag: Some(format!("{number:x}-{:x}", entry.range.start)),
            version: None,
        }
    }
}
