//! Why a task stopped: one sentence each, of what, where, and what to do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(
        "`{command}` cannot be started ({source}): see that {program} is installed and on PATH"
    )]
    CannotStart { command: String, program: String, source: io::Error },

    #[error("`{command}` failed with {status}: its own messages are above")]
    Failed { command: String, status: ExitStatus },

    #[error("cannot {doing} {}: {source}", path.display())]
    File { doing: &'static str, path: PathBuf, source: io::Error },

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

    #[error(
        "the window is built with {name} {wanted} or later, and `{program}` does not answer: \
         install {name}, see that `{program}` is on PATH, and start again"
    )]
    NotInstalled { name: &'static str, program: &'static str, wanted: String },

    #[error(
        "{name} is {found}, and the window is built with {wanted} or later: install a newer {name}, \
         and start again"
    )]
    TooOld { name: &'static str, found: String, wanted: String },

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

    #[error("the folder of {} does not exist: make it, or name another file with --picture", .0.display())]
    NoFolderFor(PathBuf),

    #[error("only Linux has a display that shows on no screen: start `cargo xtask run` instead")]
    NoPictureHere,
}

impl CommandError {
    /// For `map_err`: what was being done with which file or folder when the system refused.
    pub fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }
}
