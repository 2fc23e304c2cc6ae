//! Why something could not be made or measured: one sentence each, of what, where, and what to do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

#[derive(Debug, thiserror::Error)]
pub enum LabError {
    #[error("`{command}` cannot be started ({source}): see that it is there and may be run")]
    CannotStart { command: String, source: io::Error },

    #[error("`{command}` failed with {status}: its own messages are above")]
    Failed { command: String, status: ExitStatus },

    #[error("cannot {doing} {}: {source}", path.display())]
    File { doing: &'static str, path: PathBuf, source: io::Error },

    #[error("{0} already exists and is left as it is: name another folder with --out")]
    Exists(PathBuf),

    /// Something that must never be: what, without where.
    #[error("{0}")]
    Unsound(String),

    #[error(
        "{found}\n\nStart it again with --seed {seed}. The bucket, the homes and what was sent to \
         them are kept in {}", folder.display()
    )]
    Soak { found: String, seed: u64, folder: PathBuf },

    #[error("cannot write a journal file to {}: {source}", path.display())]
    Journal { path: PathBuf, source: parquet::errors::ParquetError },
}

impl LabError {
    /// For `map_err`: what was being done with which file or folder when the system refused.
    pub fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }

    /// For `map_err`: which command the system would not start.
    pub fn cannot_start(command: &Command) -> impl FnOnce(io::Error) -> Self {
        let command = format!("{command:?}");
        move |source| Self::CannotStart { command, source }
    }
}
