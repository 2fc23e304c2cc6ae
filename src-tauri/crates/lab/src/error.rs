//! Error of a task: one sentence that says what happened, where, and what to do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// Error of a task. Printed, it is the last message of the lab.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A program cannot be started.
    #[error("`{command}` cannot be started ({source}): see that it is there and may be run")]
    CannotStart { command: String, source: io::Error },

    /// A program failed.
    #[error("`{command}` failed with {status}: its own messages are above")]
    Failed { command: String, status: ExitStatus },

    /// The system refused an operation on a file or folder.
    #[error("cannot {doing} {}: {source}", path.display())]
    File { doing: &'static str, path: PathBuf, source: io::Error },

    /// The folder to make exists.
    #[error("{0} already exists and is left as it is: name another folder with --out")]
    Exists(PathBuf),

    /// An invariant does not hold: what was found, as a sentence.
    #[error("{0}")]
    Unsound(String),

    /// The soak test found that an invariant does not hold. The folder with the evidence is left.
    #[error(
        "{found}\n\nStart it again with --seed {seed}. The bucket, the homes and what was sent to \
         them are kept in {}", folder.display()
    )]
    Soak { found: String, seed: u64, folder: PathBuf },

    /// A file of the journal cannot be encoded.
    #[error("cannot write a journal file to {}: {source}", path.display())]
    Journal { path: PathBuf, source: parquet::errors::ParquetError },
}

impl LabError {
    /// For `map_err`: an error of the system while `doing` something with a file or folder, as in
    /// “cannot write”.
    pub fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }

    /// For `map_err`: the error that a command cannot be started.
    pub fn cannot_start(command: &Command) -> impl FnOnce(io::Error) -> Self {
        let command = format!("{command:?}");
        move |source| Self::CannotStart { command, source }
    }
}
