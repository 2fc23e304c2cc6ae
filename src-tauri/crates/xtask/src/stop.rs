//! Why a task stopped: one sentence each, of what, where, and what to do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

#[derive(Debug, thiserror::Error)]
pub enum Stop {
    #[error(
        "`{command}` cannot be started ({source}): see that {program} is installed and on PATH"
    )]
    CannotStart { command: String, program: String, source: io::Error },

    #[error("`{command}` failed with {status}: its own messages are above")]
    Failed { command: String, status: ExitStatus },

    #[error("cannot {doing} {}: {source}", path.display())]
    File { doing: &'static str, path: PathBuf, source: io::Error },

    #[error("{0} already exists and is left as it is: name another folder with --out")]
    Exists(PathBuf),

    #[error(
        "{packages} must be installed, and only an administrator may: type this once, and start \
         again:\n\n    {command}\n"
    )]
    NotPermitted { packages: String, command: String },

    #[error(
        "this system has none of apt-get, dnf and pacman, and pkg-config does not find {libraries}: \
         install their development files by the means of this system, and start again"
    )]
    UnknownSystem { libraries: String },

    #[error(
        "the command line developer tools of macOS are missing: type `xcode-select --install`, and \
         start again"
    )]
    NoDeveloperTools,

    #[error("{program} is {found}, and the window needs {wanted}: install a newer {program}")]
    TooOld { program: &'static str, found: String, wanted: &'static str },

    #[error(
        "ui/src/ipc/gen is not what the Rust types say ({files}): type `cargo test --workspace`, \
         which writes it, and keep what changed"
    )]
    StaleTypes { files: String },

    #[error("Xvfb ended before it had a display: its messages are in {}", log.display())]
    NoDisplay { log: PathBuf },

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

impl Stop {
    /// For `map_err`: what was being done with which file or folder when the system refused.
    pub fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }
}
