//! Building the program and opening its window.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::command::{cannot_start, cargo, run};
use crate::folders::Folders;
use crate::stop::Stop;

/// Tells the program where the sample journal lies, for its “Open the sample”.
pub const SAMPLE_VARIABLE: &str = "DAYBOOK_SAMPLE";

/// Builds the window and the command line.
pub fn build(folders: &Folders) -> Result<(), Stop> {
    run(cargo(folders).args(["build", "-p", "daybook-desktop", "-p", "cli"]))
}

/// Opens the window on `bucket`, or on the sample, and waits until it is closed. The program keeps
/// the folder it was started in, so a relative bucket means what the user meant.
pub fn open(folders: &Folders, bucket: Option<&OsStr>, sample: &Path) -> Result<ExitCode, Stop> {
    let bucket = bucket.unwrap_or(sample.as_os_str());
    println!("Opening {}", bucket.display());
    let mut program = Command::new(folders.program());
    program.arg(bucket).env(SAMPLE_VARIABLE, sample);
    let status = program.status().map_err(|source| cannot_start(&program, source))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
