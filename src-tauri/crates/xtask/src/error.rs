//! Error of a task: one sentence that says what happened, where, and what to do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Error of a task. Printed, it is the last message of xtask.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A program cannot be started.
    #[error(
        "`{command}` cannot be started ({source}): see that {program} is installed and on PATH"
    )]
    CannotStart { command: String, program: String, source: io::Error },

    /// A program failed.
    #[error("`{command}` failed with {status}: its own messages are above")]
    Failed { command: String, status: ExitStatus },

    /// The system refused an operation on a file or folder.
    #[error("cannot {doing} {}: {source}", path.display())]
    File { doing: &'static str, path: PathBuf, source: io::Error },

    /// System packages are missing, and this user may not install them.
    #[error(
        "{packages} must be installed, and only an administrator may: type this once, and start \
         again:\n\n    {command}\n"
    )]
    NotPermitted { packages: String, command: String },

    /// Libraries are missing, and the package manager is not known.
    #[error(
        "this system has none of apt-get, dnf and pacman, and pkg-config does not find {libraries}: \
         install their development files by the means of this system, and start again"
    )]
    UnknownSystem { libraries: String },

    /// The developer tools of macOS are missing.
    #[error(
        "the command line developer tools of macOS are missing: type `xcode-select --install`, and \
         start again"
    )]
    NoDeveloperTools,

    /// A tool that builds the window is missing.
    #[error(
        "the window is built with {name} {wanted} or later, and `{program}` does not answer: \
         install {name}, see that `{program}` is on PATH, and start again"
    )]
    NotInstalled { name: &'static str, program: &'static str, wanted: String },

    /// A tool that builds the window is too old.
    #[error(
        "{name} is {found}, and the window is built with {wanted} or later: install a newer {name}, \
         and start again"
    )]
    TooOld { name: &'static str, found: String, wanted: String },

    /// The generated TypeScript in the repository is stale.
    #[error(
        "ui/src/ipc/gen is not what the Rust types say ({files}): type `cargo test --workspace`, \
         which writes it, and keep what changed"
    )]
    StaleTypes { files: String },

    /// Xvfb ended at its start.
    #[error("Xvfb ended before it had a display: its messages are in {}", log.display())]
    NoDisplay { log: PathBuf },

    /// An emulator of an object store does not run as it should.
    #[error("{name} serves no objects ({source}): its messages are in {}", log.display())]
    NoStore { name: &'static str, source: io::Error, log: PathBuf },

    /// Fuzz targets crashed: a line for each.
    #[error("{0}")]
    Unsound(String),

    /// The folder of the journal is missing.
    #[error("there is no folder {}; name the folder that holds the journal", .0.display())]
    NoBucket(PathBuf),

    /// The folder of the picture is missing.
    #[error("the folder of {} does not exist: make it, or name another file with --picture", .0.display())]
    NoFolderFor(PathBuf),

    /// Pictures of the window are taken on Linux only.
    #[error("only Linux has a display that shows on no screen: start `cargo xtask run` instead")]
    NoPictureHere,
}

impl CommandError {
    /// For `map_err`: an error of the system while `doing` something with a file or folder, as in
    /// “cannot list the folder”.
    pub fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }
}
