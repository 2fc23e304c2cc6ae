//! What can go wrong at the place where a journal lies: one type for each thing that is tried.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// What a file system or a store answered that did not do what it was asked. It is told by what is
/// at the bottom of it: the layers above only say what was tried.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", root_cause(&**.0))]
pub struct Failure(#[source] Arc<dyn Error + Send + Sync>);

impl Failure {
    pub(crate) fn new(cause: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(cause))
    }
}

/// Why a bucket cannot be opened.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenError {
    /// A location of a kind that is not known, without what may be a secret in it.
    #[error("{0} cannot be opened: only folders on this device can be opened so far")]
    UnknownKind(String),
    /// Nothing is there, or no folder.
    #[error("there is no folder {}; name the folder that holds the journal", .0.display())]
    NoFolder(PathBuf),
    /// In a journal's own folder a second journal would begin, unseen by every other reader.
    #[error(
        "{} holds Parquet files but no folder named journal; open the folder above it",
        .0.display()
    )]
    InsideJournal(PathBuf),
    /// It is there, and the system does not open it.
    #[error("cannot open the folder {}: {source}; choose a folder that exists", path.display())]
    Folder { path: PathBuf, source: Arc<io::Error> },
}

/// Why a file is not read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// It is not, or not any more, in the state in which it was listed.
    #[error("was changed while it was read; look again to read it")]
    Changed,
    /// Nothing of it was read.
    #[error("has {size} bytes, and at most {limit} are read")]
    TooLarge { size: u64, limit: u64 },
    /// The place did not give it, or it is gone.
    #[error("cannot be read: {0}")]
    Failed(#[from] Failure),
}

/// Why an object may not have been created. Whatever it is, the object may be there, by this attempt
/// or an earlier one: read it back.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CreateError {
    /// There is an object under this key, which is left as it is.
    #[error(transparent)]
    AlreadyExists(Failure),
    /// The place did not take it, or its answer was lost.
    #[error(transparent)]
    Failed(Failure),
    /// It is there, and may be lost with the power.
    #[error(transparent)]
    Sync(SyncError),
}

/// Why it is not known that an object is on disk.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SyncError {
    /// No further attempt on this file may be believed: the system gives up what it failed to write,
    /// and then answers that all is well.
    #[error("{key} could not be forced to disk: {source}")]
    File { key: String, source: Arc<io::Error> },
    /// The name of the object, or of a folder on the way to it, may not be there. A further attempt
    /// tells the truth.
    #[error("{} could not be forced to disk: {source}", path.display())]
    Folder { path: PathBuf, source: Arc<io::Error> },
}

/// Why a bucket cannot be written safely.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{} cannot be written safely: {why} ({source})", path.display())]
pub struct ProbeError {
    /// The folder that was tried.
    pub path: PathBuf,
    /// What it does not do, as the rest of the sentence.
    pub why: &'static str,
    /// What the system answered.
    pub source: Arc<io::Error>,
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

fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}
