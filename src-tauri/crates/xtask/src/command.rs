//! Running other programs: say what is run, run it in sight, and stop if it fails.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::error::CommandError;
use crate::folders::Folders;

/// `cargo`, in the repository, with the one target folder wherever it was started from.
pub fn cargo(folders: &Folders) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folders.root());
    if env::var_os("CARGO_TARGET_DIR").is_some() {
        command.env("CARGO_TARGET_DIR", folders.target());
    }
    command
}

/// `npm`, in the window's folder.
pub fn npm(folders: &Folders) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folders.ui());
    command
}

/// Prints the command and runs it with the terminal's input and output.
pub fn run(command: &mut Command) -> Result<(), CommandError> {
    let line = print(command);
    let status = command.status().map_err(|source| cannot_start(command, source))?;
    check(&line, status)
}

/// Prints the command as one would type it, and returns that.
fn print(command: &Command) -> String {
    let line = line(command);
    println!("$ {line}");
    line
}

/// Runs a command out of sight and gives what it printed to standard output.
pub fn read(command: &mut Command) -> Result<String, CommandError> {
    read_output(command.stderr(Stdio::null()))
}

/// Prints the command, runs it and gives what it printed to standard output. Its messages are seen.
pub fn read_in_sight(command: &mut Command) -> Result<String, CommandError> {
    print(command);
    read_output(command.stderr(Stdio::inherit()))
}

fn read_output(command: &mut Command) -> Result<String, CommandError> {
    let output = command.output();
    let output = output.map_err(|source| cannot_start(command, source))?;
    check(&line(command), output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a command can be started and succeeds. Nothing of it is seen.
pub fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

pub fn cannot_start(command: &Command, source: io::Error) -> CommandError {
    let program = shown(command.get_program());
    CommandError::CannotStart { command: line(command), program, source }
}

fn check(line: &str, status: ExitStatus) -> Result<(), CommandError> {
    if status.success() {
        return Ok(());
    }
    Err(CommandError::Failed { command: line.to_owned(), status })
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let words = command.get_args().map(shown);
    std::iter::once(shown(command.get_program())).chain(words).collect::<Vec<_>>().join(" ")
}

fn shown(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    // The toolchain's own `cargo` has a long path that nobody would type.
    if Path::new(word).is_absolute() && Path::new(word).file_stem() == Some(OsStr::new("cargo")) {
        return "cargo".to_owned();
    }
    if text.contains(char::is_whitespace) { format!("'{text}'") } else { text.into_owned() }
}
