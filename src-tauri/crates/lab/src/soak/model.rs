//! The model of the journal's tests, with other seeds than theirs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::LabError;

/// Which test it is, by the beginning of its name.
const TEST: &str = "d20";

const SEED_VARIABLE: &str = "DAYBOOK_MODEL_SEED";
const CASES_VARIABLE: &str = "DAYBOOK_MODEL_CASES";

/// How many cases are tried at a time: some seconds' worth.
const CASES: u64 = 50;

pub struct Model {
    tests: PathBuf,
}

impl Model {
    /// Builds the journal's tests, and keeps a copy in `folder`; `None`, and said, if the model is
    /// not among them. It is started in the repository.
    pub fn build(folder: &Path) -> Result<Option<Self>, LabError> {
        let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build.args(["test", "--workspace", "--lib", "--no-run"]);
        let messages = read(build.arg("--message-format=json-render-diagnostics"))?;
        let built = messages.lines().find_map(journal_tests);
        let built =
            built.ok_or_else(|| LabError::Unsound("cargo names no journal tests".to_owned()))?;
        let tests = folder.join(format!("journal-tests-{}", std::process::id()));
        fs::copy(&built, &tests).map_err(LabError::file("copy", &built))?;
        let listed = read(Command::new(&tests).args([TEST, "--list"]))?;
        if listed.lines().any(|line| line.ends_with(": test")) {
            return Ok(Some(Self { tests }));
        }
        eprintln!("The journal has no test {TEST}…: the model is left out.");
        remove(&tests);
        Ok(None)
    }

    /// Runs some cases. Returns how many.
    pub fn run(&self, seed: u64) -> Result<u64, LabError> {
        let mut test = Command::new(&self.tests);
        test.arg(TEST).env(SEED_VARIABLE, seed.to_string());
        test.env(CASES_VARIABLE, CASES.to_string());
        let output = test.output().map_err(LabError::cannot_start(&test))?;
        if output.status.success() {
            return Ok(CASES);
        }
        let said = String::from_utf8_lossy(&output.stdout);
        Err(LabError::Unsound(format!(
            "{said}\nThe model fails: see `{SEED_VARIABLE}={seed} {CASES_VARIABLE}={CASES} \
             cargo test --workspace --lib {TEST}`"
        )))
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        remove(&self.tests);
    }
}

/// What a command prints to standard output. Its messages are seen.
fn read(command: &mut Command) -> Result<String, LabError> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(LabError::cannot_start(command))?;
    if !output.status.success() {
        let command = format!("{command:?}");
        return Err(LabError::Failed { command, status: output.status });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Only a copy of our own; what is left of it harms nobody.
fn remove(copy: &Path) {
    drop(fs::remove_file(copy));
}

/// The program that cargo has made of the journal's own tests, if this message says so.
fn journal_tests(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_journal = message["target"]["name"] == "journal" && message["profile"]["test"] == true;
    let program = message["executable"].as_str().filter(|_| is_journal)?;
    Some(PathBuf::from(program))
}
