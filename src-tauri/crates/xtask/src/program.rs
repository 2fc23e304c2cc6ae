//! Build and start of the program.

use std::ffi::OsStr;
use std::process::{Command, ExitCode, ExitStatus};

use crate::command::{cannot_start, cargo, run};
use crate::error::CommandError;
use crate::folders::{Folders, Profile};

/// Variable that tells the program where the sample journal lies, for its “Open the sample”.
pub const SAMPLE_VARIABLE: &str = "DAYBOOK_SAMPLE";

/// Packages of everything that is started from the target folder. Built in one call, so that each
/// dependency is built once, with the features that any of them needs.
const PACKAGES: [&str; 6] = ["-p", "daybook-desktop", "-p", "cli", "-p", "lab"];

/// Package of what answers questions in SQL, which takes minutes to build, and is not needed to begin with.
/// Built with the others, whose dependencies have the features that it needs.
const SQL: [&str; 2] = ["-p", "sql-engine"];

/// How many events are printed where no window can be opened.
const EVENTS_PRINTED: &str = "20";

/// Builds the window, the command line and the lab.
pub fn build(folders: &Folders) -> Result<(), CommandError> {
    run(cargo(folders).arg("build").args(PACKAGES))
}

/// Opens the window on `bucket`, builds what answers SQL beside it, and waits until it is closed. The program keeps the folder it was
/// started in, so a relative bucket means what the user meant.
pub fn open(folders: &Folders, bucket: &OsStr) -> Result<ExitCode, CommandError> {
    println!("Opening {}", bucket.display());
    let mut program = Command::new(folders.executable(Profile::Dev, "daybook-desktop"));
    program.arg(bucket).env(SAMPLE_VARIABLE, folders.sample());
    let mut window = program.spawn().map_err(|source| cannot_start(&program, source))?;
    let built = run(cargo(folders).arg("build").args(PACKAGES).args(SQL));
    if let Err(why) = built {
        eprintln!("SQL cannot be asked in the window: {why}");
    }
    let status = window.wait().map_err(|source| cannot_start(&program, source))?;
    Ok(exit_code(status))
}

/// Prints the newest events of `bucket` as a table.
pub fn print_recent(folders: &Folders, bucket: &OsStr) -> Result<ExitCode, CommandError> {
    let mut daybook = Command::new(folders.executable(Profile::Dev, "daybook"));
    daybook.arg("recent").arg(bucket).args(["--format", "table", "--limit", EVENTS_PRINTED]);
    start(&mut daybook)
}

/// Runs a program on this terminal, and returns its exit status.
fn start(program: &mut Command) -> Result<ExitCode, CommandError> {
    let status = program.status().map_err(|source| cannot_start(program, source))?;
    Ok(exit_code(status))
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
