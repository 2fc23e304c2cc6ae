//! Virtual environments of Python.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::run;
use crate::error::CommandError;

/// The Python of a virtual environment in `folder`.
pub fn path(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// Makes a virtual environment in `folder`, where there may be one.
pub fn make_environment(folder: &Path) -> Result<(), CommandError> {
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(system).args(["-m", "venv"]).arg(folder))
}

/// The command that installs the packages that follow it into the environment of a Python.
pub fn pip(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    command
}
