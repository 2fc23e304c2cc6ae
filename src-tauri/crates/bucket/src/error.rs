//! Errors of a bucket, one type for each operation.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::store::StoreError;

/// Failure of a file system or an object store. Its message is that of the root cause, because the
/// layers above only repeat the operation.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", root_cause(&**.0))]
pub struct Failure(#[source] Arc<dyn Error + Send + Sync>);

impl Failure {
    pub(crate) fn new(cause: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(cause))
    }

    /// Whether the store was not reached, or did not answer: what it holds is as it was, and another
    /// attempt may find it.
    pub fn is_unreachable(&self) -> bool {
        self.0.downcast_ref::<StoreError>().is_some_and(|error| error.is_unreachable)
    }
}

/// Error of opening a bucket.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenError {
    /// Unknown kind of location; holds its URL without the parts that may be secret.
    #[error(
        "{0} cannot be opened: name a folder, an archive, or a bucket by s3://, az:// or gs://"
    )]
    UnknownKind(String),
    /// URL of an object store that names no bucket, or says what does not belong into it.
    #[error("{url} cannot be opened: it {problem}")]
    Url {
        /// The URL without the parts that may be secret.
        url: String,
        /// What is wrong, as the rest of a sentence.
        problem: String,
    },
    /// Bucket of an object store that cannot be opened.
    #[error("{url} cannot be opened: {source}")]
    Store {
        /// Its place, which holds no secret.
        url: String,
        /// Cause.
        source: Failure,
    },
    /// Bucket of an object store in which there is nothing of a journal.
    #[error("{0} holds no journal; name the one that holds the folder named journal")]
    NoJournalInStore(String),
    /// No folder at this path.
    #[error("there is no folder {}; name the folder that holds the journal", .0.display())]
    NoFolder(PathBuf),
    /// Nothing in the place of a location.
    #[error("no folder is named; name the one that holds the journal")]
    Nothing,
    /// File of another kind in place of a folder or an archive.
    #[error("{} is a file, and neither a folder nor an archive (.zip or .tar)", .0.display())]
    NotAFolder(PathBuf),
    /// Archive of a kind that is not read in place.
    #[error(
        "{} is packed as a whole, and cannot be read in place: unpack it by `{command} {}`, and open \
         what comes of it",
        path.display(),
        path.display()
    )]
    PackedArchive {
        /// Path of the archive.
        path: PathBuf,
        /// Command that unpacks it, without the path.
        command: &'static str,
    },
    /// Archive that cannot be read, or in which there is no journal.
    #[error("the archive {} cannot be opened: {source}", path.display())]
    Archive {
        /// Path of the archive.
        path: PathBuf,
        /// Cause.
        source: Arc<io::Error>,
    },
    /// Parquet file in place of the folder that holds it.
    #[error("{} is one file; open the folder with the journal, {}", file.display(), folder.display())]
    File {
        /// Path of the file, as it was named.
        file: PathBuf,
        /// Path of the folder that was probably meant.
        folder: PathBuf,
    },
    /// Folder without a journal and without Parquet files.
    #[error("{} holds no journal{}", folder.display(), instead(nearest.as_deref()))]
    NoJournal {
        /// Path of the folder.
        folder: PathBuf,
        /// Path of a bucket near it, which may have been meant.
        nearest: Option<PathBuf>,
    },
    /// Folder that exists and that the system does not open.
    #[error("cannot open the folder {}: {source}; choose a folder that exists", path.display())]
    Folder {
        /// Path of the folder.
        path: PathBuf,
        /// Cause, from the system.
        source: Arc<io::Error>,
    },
}

/// Error of reading a file. Its message continues a sentence that begins with the file's name.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// Changed: the file is no longer in the state in which it was listed.
    #[error("was changed while it was read; look again to read it")]
    Changed,
    /// Too large: nothing of the file was read.
    #[error("has {size} bytes, and at most {limit} are read")]
    TooLarge {
        /// Size of the file in bytes, as listed.
        size: u64,
        /// Limit in bytes.
        limit: u64,
    },
    /// Packed: the file is too large to be unpacked in memory, and nothing is unpacked to disk.
    #[error(
        "is packed, and too large to be unpacked in memory; put it into the archive as it is (zip -0), or \
         unpack the archive"
    )]
    Packed,
    /// Failed: the file is gone, or the system or store did not read it.
    #[error("cannot be read: {0}")]
    Failed(#[from] Failure),
}

/// Error of creating an object. Whichever it is, the object may exist, by this attempt or an
/// earlier one: read it back.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CreateError {
    /// Already exists: the object under this key is left unchanged.
    #[error(transparent)]
    AlreadyExists(Failure),
    /// Failed: the system or store did not create the object, or its answer was lost.
    #[error(transparent)]
    Failed(Failure),
    /// Sync failed: the object exists, and a loss of power may lose it.
    #[error(transparent)]
    Sync(SyncError),
}

/// Error of forcing an object to disk: it may not be durable.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SyncError {
    /// File that could not be forced to disk. The success of a further attempt proves nothing: the
    /// system drops the bytes that it failed to write, and then reports success.
    #[error("{key} could not be forced to disk: {source}")]
    File {
        /// Key of the object.
        key: String,
        /// Cause, from the system.
        source: Arc<io::Error>,
    },
    /// Folder that could not be forced to disk, so that the object's name may be lost. A further
    /// attempt is reliable.
    #[error("{} could not be forced to disk: {source}", path.display())]
    Folder {
        /// Path of the folder.
        path: PathBuf,
        /// Cause, from the system.
        source: Arc<io::Error>,
    },
}

/// Error of reading or creating the id of a bucket.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IdError {
    /// The object under this key is there, and holds no id.
    #[error("{0} in the bucket holds no id of a bucket; put it back from a copy, or move it away")]
    NoId(String),
    /// The object cannot be read.
    #[error("{key} in the bucket cannot be read: {source}")]
    Failed {
        /// Key of the object.
        key: String,
        /// Cause, from the system.
        source: Arc<io::Error>,
    },
    /// The object cannot be got from its store.
    #[error("{key} in the bucket cannot be read: {source}")]
    Store {
        /// Key of the object.
        key: String,
        /// Cause.
        source: Failure,
    },
    /// The object cannot be created.
    #[error("the bucket takes no id: {0}")]
    Create(#[from] CreateError),
    /// The bucket cannot be written safely.
    #[error(transparent)]
    Unsafe(#[from] ProbeError),
}

/// Error of a probe: the bucket cannot be written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ProbeError {
    /// The folder cannot be written safely.
    #[error("{} can be read, but not written safely: {why} ({source})", path.display())]
    Unsafe {
        /// Path of the folder that was probed.
        path: PathBuf,
        /// Reason, as a clause.
        why: &'static str,
        /// Cause, from the system.
        source: Arc<io::Error>,
    },
    /// The folder, at this path, holds Parquet files and no `journal`: a journal that began there
    /// would hide them.
    #[error(
        "{} can be read, but holds Parquet files and no folder named journal, which is where events \
         are put",
        .0.display()
    )]
    OnlyFiles(PathBuf),
    /// The folder `journal`, at this path, is a link: it is neither read nor written.
    #[error("{} is a link, which is not followed: put the folder that it leads to in its place", .0.display())]
    Link(PathBuf),
    /// The bucket is the archive at this path.
    #[error("{} is an archive, which is only read", .0.display())]
    Archive(PathBuf),
    /// The store at this place did not say whether it can be written safely.
    #[error("{url} can be read, but whether it can be written safely is not known: {source}")]
    Store {
        /// Place of the bucket.
        url: String,
        /// Cause.
        source: Failure,
    },
    /// The store at this place replaces an object by a new one of the same name.
    #[error(
        "{0} can be read, but not written safely: this store overwrites what exists (it does not keep to \
         If-None-Match)"
    )]
    Overwrites(String),
    /// Another bucket is at this place than was opened.
    #[error("{0} is another bucket now than the one that was opened before; open it again")]
    Another(String),
}

impl ReadError {
    pub(crate) fn failed(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed(Failure::new(cause))
    }
}

impl From<object_store::Error> for CreateError {
    fn from(error: object_store::Error) -> Self {
        match error {
            exists @ object_store::Error::AlreadyExists { .. } => {
                Self::AlreadyExists(Failure::new(exists))
            }
            other => Self::Failed(Failure::new(other)),
        }
    }
}

/// What to open in place of a folder without a journal, as the end of a sentence.
fn instead(nearest: Option<&Path>) -> String {
    match nearest {
        Some(bucket) => format!(", but {} does; open that one", bucket.display()),
        None => "; open the folder that holds the folder named journal, or, if this was it, bring \
                 its disk back"
            .to_owned(),
    }
}

fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}
