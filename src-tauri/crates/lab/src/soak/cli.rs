//! The command line, asked and waited for.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::check::Seen;
use crate::error::LabError;

/// More than any bucket here holds.
const EVERYTHING: &str = "1000000000";

/// The program, and the bucket it is asked about.
pub struct Cli {
    pub program: PathBuf,
    pub bucket: PathBuf,
}

impl Cli {
    pub fn command(&self, verb: &str, home: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args([verb.as_ref(), self.bucket.as_os_str()]).env("DAYBOOK_HOME", home);
        command.args(["--format", "ndjson"]).env_remove("DAYBOOK_ACTOR");
        command
    }

    /// Everything that a reader in `home` finds.
    pub fn recent(&self, home: &Path) -> Result<Vec<Seen>, LabError> {
        let mut recent = self.command("recent", home);
        let text = answer(recent.args(["--limit", EVERYTHING]))?;
        text.lines().map(Seen::parse).collect()
    }

    pub fn flush(&self, home: &Path) -> Result<(), LabError> {
        answer(&mut self.command("flush", home)).map(drop)
    }

    /// A number that `daybook stats` gives.
    pub fn stats(&self, home: &Path, name: &str) -> Result<u64, LabError> {
        let text = answer(&mut self.command("stats", home))?;
        let stats: Value = serde_json::from_str(&text).unwrap_or_default();
        let number = stats[name].as_u64();
        number.ok_or_else(|| LabError::Unsound(format!("`daybook stats` has no {name}: {text}")))
    }
}

/// What a command printed. That it did not succeed, or had findings, is one.
fn answer(command: &mut Command) -> Result<String, LabError> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(LabError::cannot_start(command))?;
    if !output.status.success() {
        return Err(failed(command, &output.status.to_string(), &output.stderr));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| LabError::Unsound(format!("{command:?} printed what is not UTF-8")))
}

pub fn failed(command: &Command, status: &str, errors: &[u8]) -> LabError {
    let errors = String::from_utf8_lossy(errors);
    LabError::Unsound(format!("{command:?} ended with {status}: {}", errors.trim()))
}
