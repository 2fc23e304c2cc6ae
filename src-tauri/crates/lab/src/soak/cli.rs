//! Calls of the command line that wait for its answer.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::check::ReadEvent;
use crate::error::LabError;

/// Limit of a page that no bucket here reaches.
const EVERYTHING: &str = "1000000000";

/// Command line of one bucket.
pub struct Cli {
    /// The executable.
    pub program: PathBuf,
    /// The folder of the bucket.
    pub bucket: PathBuf,
}

impl Cli {
    /// The command that runs a verb with the application's data in `home`.
    pub fn command(&self, verb: &str, home: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args([verb.as_ref(), self.bucket.as_os_str()]).env("DAYBOOK_HOME", home);
        command.args(["--format", "ndjson"]).env_remove("DAYBOOK_ACTOR");
        command
    }

    /// All events that a reader in `home` reads.
    pub fn recent(&self, home: &Path) -> Result<Vec<ReadEvent>, LabError> {
        let mut recent = self.command("recent", home);
        let text = answer(recent.args(["--limit", EVERYTHING]))?;
        text.lines().map(ReadEvent::parse).collect()
    }

    /// Flushes the pending events of `home`.
    pub fn flush(&self, home: &Path) -> Result<(), LabError> {
        answer(&mut self.command("flush", home)).map(drop)
    }

    /// A number from `daybook stats`.
    pub fn stats(&self, home: &Path, name: &str) -> Result<u64, LabError> {
        let text = answer(&mut self.command("stats", home))?;
        let stats: Value = serde_json::from_str(&text).unwrap_or_default();
        let number = stats[name].as_u64();
        number.ok_or_else(|| LabError::Unsound(format!("`daybook stats` has no {name}: {text}")))
    }
}

/// The standard output of a command.
///
/// # Errors
/// [`LabError::Unsound`] if its exit status is not 0: findings are a failure too.
fn answer(command: &mut Command) -> Result<String, LabError> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(LabError::cannot_start(command))?;
    if !output.status.success() {
        return Err(failed(command, &output.status.to_string(), &output.stderr));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| LabError::Unsound(format!("{command:?} printed what is not UTF-8")))
}

/// The error that a command failed, with its messages.
pub fn failed(command: &Command, status: &str, errors: &[u8]) -> LabError {
    let errors = String::from_utf8_lossy(errors);
    LabError::Unsound(format!("{command:?} ended with {status}: {}", errors.trim()))
}
