//! Runner of the model test of the crate `journal`, with new seeds.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::LabError;

/// Beginning of the name of that test.
const TEST: &str = "d20";

/// Variable that names its seed.
const SEED_VARIABLE: &str = "DAYBOOK_MODEL_SEED";
/// Variable that names its number of cases.
const CASES_VARIABLE: &str = "DAYBOOK_MODEL_CASES";

/// Cases that are run at a time: they take some seconds.
const CASES: u64 = 50;

/// Model test, built.
pub struct Model {
    /// Copy of the executable of the journal's tests.
    tests: PathBuf,
}

impl Model {
    /// Builds the tests of the journal, and copies their executable into `folder`. `None`, with a
    /// message, if the model is not among them. The working folder must be in the repository.
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

    /// Runs [`CASES`] cases. Returns how many.
    ///
    /// # Errors
    /// [`LabError::Unsound`] if one fails.
    pub fn run(&self, seed: u64) -> Result<u64, LabError> {
        let mut test = Command::new(&self.tests);
        test.arg(TEST).env(SEED_VARIABLE, seed.to_string());
        test.env(CASES_VARIABLE, CASES.to_string());
        let output = test.output().map_err(LabError::cannot_start(&test))?;
        if output.status.success() {
            return Ok(CASES);
        }
        let printed = String::from_utf8_lossy(&output.stdout);
        Err(LabError::Unsound(format!(
            "{printed}\nThe model fails: see `{SEED_VARIABLE}={seed} {CASES_VARIABLE}={CASES} \
             cargo test --workspace --lib {TEST}`"
        )))
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        remove(&self.tests);
    }
}

/// The standard output of a command. Standard error is the terminal's.
fn read(command: &mut Command) -> Result<String, LabError> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(LabError::cannot_start(command))?;
    if !output.status.success() {
        let command = format!("{command:?}");
        return Err(LabError::Failed { command, status: output.status });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Removes a copy. One that stays behind does no harm.
fn remove(copy: &Path) {
    drop(fs::remove_file(copy));
}

/// The executable of the journal's unit tests, if a message of cargo names it.
fn journal_tests(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_journal = message["target"]["name"] == "journal" && message["profile"]["test"] == true;
    let program = message["executable"].as_str().filter(|_| is_journal)?;
    Some(PathBuf::from(program))
}
