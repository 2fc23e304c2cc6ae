//! Runner of other programs: prints the command, runs it, and fails if it does.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::error::CommandError;
use crate::folders::Folders;

/// The command `cargo`, in the repository, with the same target folder wherever it was started
/// from.
pub fn cargo(folders: &Folders) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folders.root());
    if env::var_os("CARGO_TARGET_DIR").is_some() {
        command.env("CARGO_TARGET_DIR", folders.target());
    }
    command
}

/// The command `npm`, in the folder of the window.
pub fn npm(folders: &Folders) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folders.ui());
    command
}

/// Prints the command, and runs it with the terminal's input and output.
///
/// # Errors
/// [`CommandError::CannotStart`] if it cannot be started, [`CommandError::Failed`] if it fails.
pub fn run(command: &mut Command) -> Result<(), CommandError> {
    let line = print(command);
    let status = command.status().map_err(|source| cannot_start(command, source))?;
    check(&line, status)
}

/// Prints the command as one would type it. Returns the line.
fn print(command: &Command) -> String {
    let line = line(command);
    println!("$ {line}");
    line
}

/// Runs a command without a trace on the terminal, and returns its standard output, trimmed.
pub fn read(command: &mut Command) -> Result<String, CommandError> {
    read_output(command.stderr(Stdio::null()))
}

/// Prints the command, runs it, and returns its standard output, trimmed. Standard error is the
/// terminal's.
pub fn read_in_sight(command: &mut Command) -> Result<String, CommandError> {
    print(command);
    read_output(command.stderr(Stdio::inherit()))
}

/// Runs a command, and returns its standard output, trimmed.
fn read_output(command: &mut Command) -> Result<String, CommandError> {
    let output = command.output();
    let output = output.map_err(|source| cannot_start(command, source))?;
    check(&line(command), output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a command can be started and succeeds. Its output is discarded.
pub fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The error that a command cannot be started.
pub fn cannot_start(command: &Command, source: io::Error) -> CommandError {
    let program = quoted(command.get_program());
    CommandError::CannotStart { command: line(command), program, source }
}

/// Fails if a command did.
fn check(line: &str, status: ExitStatus) -> Result<(), CommandError> {
    if status.success() {
        return Ok(());
    }
    Err(CommandError::Failed { command: line.to_owned(), status })
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let arguments = command.get_args().map(quoted);
    std::iter::once(quoted(command.get_program())).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// A word of a command as one would type it.
fn quoted(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    // The toolchain's own `cargo` has a long path that nobody would type.
    if Path::new(word).is_absolute() && Path::new(word).file_stem() == Some(OsStr::new("cargo")) {
        return "cargo".to_owned();
    }
    if text.contains(char::is_whitespace) { format!("'{text}'") } else { text.into_owned() }
}
