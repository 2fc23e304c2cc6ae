//! `cargo xtask fuzz`: runs the fuzz targets, which are in `tests/fuzz`.
//!
//! Inputs that reach new code are written to the target folder; the corpus in the repository grows
//! by hand only.

use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::command::{cannot_start, cargo, run, succeeds};
use crate::error::CommandError;
use crate::folders::Folders;

/// Names of the fuzz targets.
pub const TARGETS: [&str; 8] = [
    "file",
    "columns",
    "decoder_protocol",
    "row_codec",
    "event",
    "query_text",
    "json_value",
    "location",
];

/// Version of cargo-fuzz that is installed where there is none.
const VERSION: &str = "0.13.2";

/// Lines of output that are printed before a crash.
const LINES_BEFORE_CRASH: usize = 60;

/// Limits of one input: the memory (MiB) and the time (seconds) that the decoder may use.
const LIMITS: [&str; 3] = ["-rss_limit_mb=2048", "-malloc_limit_mb=2048", "-timeout=60"];

/// Options by which running out of memory is no crash. A file may claim any size: the limit of the
/// decoder's process stops it.
const IGNORE_OUT_OF_MEMORY: [&str; 2] = ["-fork=1", "-ignore_ooms=1"];

/// Runs one target or all, each for so many seconds.
///
/// # Errors
/// [`CommandError::Unsound`] if one crashed.
pub fn run_all(
    folders: &Folders,
    seconds: u64,
    target: Option<String>,
) -> Result<(), CommandError> {
    let tool = tool(folders)?;
    let targets = target.map_or(TARGETS.map(str::to_owned).to_vec(), |target| vec![target]);
    run(fuzz(folders, &tool, "build").arg("--fuzz-dir").arg("tests/fuzz"))?;
    let mut outcomes = Vec::new();
    for target in &targets {
        let outcome = run_one(folders, &tool, target, seconds)?;
        println!("{target}: {outcome}");
        outcomes.push((target, outcome));
    }
    let crashed = outcomes.iter().filter(|(_, outcome)| outcome.crash.is_some());
    let crashed: Vec<_> = crashed.map(|(target, outcome)| format!("{target}: {outcome}")).collect();
    if crashed.is_empty() { Ok(()) } else { Err(CommandError::Unsound(crashed.join("\n"))) }
}

/// The command `cargo fuzz`, with a compiler that instruments code: the nightly one, or the stable
/// one with its unstable features on.
fn fuzz(folders: &Folders, tool: &PathBuf, verb: &str) -> Command {
    let nightly = succeeds("rustup", &["run", "nightly", "rustc", "--version"]);
    let mut command = Command::new(if nightly { "rustup".as_ref() } else { tool.as_os_str() });
    if nightly {
        command.args(["run", "nightly"]).arg(tool);
    } else {
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    command.args(["fuzz", verb, "--target-dir"]).arg(folders.fuzz()).current_dir(folders.root());
    command
}

/// Path of cargo-fuzz: on PATH, or in the target folder, where it is installed the first time.
fn tool(folders: &Folders) -> Result<PathBuf, CommandError> {
    let own = folders.tools().join("bin/cargo-fuzz");
    if succeeds("cargo-fuzz", &["fuzz", "--version"]) {
        return Ok("cargo-fuzz".into());
    }
    if !own.exists() {
        let mut install = cargo(folders);
        install.args(["install", "--quiet", "--locked", "--version", VERSION, "--root"]);
        run(install.arg(folders.tools()).arg("cargo-fuzz"))?;
    }
    Ok(own)
}

/// Runs one target for so many seconds, or up to its first crash.
fn run_one(
    folders: &Folders,
    tool: &PathBuf,
    target: &str,
    seconds: u64,
) -> Result<Outcome, CommandError> {
    let grown = folders.fuzz().join("corpus").join(target);
    fs::create_dir_all(&grown).map_err(CommandError::file("make the folder", &grown))?;
    let mut command = fuzz(folders, tool, "run");
    // libFuzzer writes new inputs to the first folder.
    command.args(["--fuzz-dir", "tests/fuzz", target]).arg(&grown);
    command.arg(format!("tests/fuzz/corpus/{target}")).arg("--").args(LIMITS);
    command.arg(format!("-max_total_time={seconds}"));
    if target == "file" {
        command.args(IGNORE_OUT_OF_MEMORY);
    }
    let words = folders.root().join(format!("tests/fuzz/{target}.dict"));
    if words.exists() {
        command.arg(format!("-dict={}", words.display()));
    }
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|source| cannot_start(&command, source))?;
    let mut outcome = Outcome::default();
    let mut last = VecDeque::new();
    for line in child.stderr.take().into_iter().flat_map(|lines| BufReader::new(lines).lines()) {
        let line = line.unwrap_or_default();
        outcome.parse(&line);
        last.push_back(line);
        if last.len() > LINES_BEFORE_CRASH {
            last.pop_front();
        }
    }
    let status = child.wait().map_err(CommandError::file("wait for the target in", &grown))?;
    if !status.success() {
        for line in &last {
            eprintln!("{line}");
        }
        outcome.crash.get_or_insert_with(|| format!("it ended with {status}"));
    }
    Ok(outcome)
}

/// Outcome of a fuzz target, parsed from the output of libFuzzer.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// Inputs that were run.
    executions: u64,
    /// Places in the code that the corpus reached, and that were reached at the end.
    reached: Option<(u64, u64)>,
    /// The input of the crash, or how the target ended.
    crash: Option<String>,
}

impl Outcome {
    /// Parses a line of output.
    fn parse(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        match words.next() {
            Some(word) if word.starts_with('#') => {
                let number = word.trim_matches(['#', ':']).parse();
                self.executions = number.unwrap_or(self.executions);
                let cov = words.by_ref().find(|word| *word == "cov:").and_then(|_| words.next());
                if let Some(now) = cov.and_then(|word| word.parse().ok()) {
                    self.reached = Some((self.reached.map_or(now, |(first, _)| first), now));
                }
            }
            _ => {}
        }
        if let Some((_, path)) = line.split_once("Test unit written to ") {
            self.crash = Some(path.to_owned());
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, now) = self.reached.unwrap_or_default();
        // A corpus that is merged into fewer inputs may reach a little less.
        let new = now.saturating_sub(first);
        write!(f, "{} executions, {now} places reached, {new} of them new", self.executions)?;
        match &self.crash {
            Some(crash) => write!(f, "; a crash: {crash}"),
            None => f.write_str("; no crash"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_the_fuzzer_is_parsed() {
        let mut outcome = Outcome::default();
        for line in [
            "INFO: seed corpus: files: 3",
            "#4\tINITED cov: 120 ft: 130 corp: 3/9b exec/s: 0 rss: 40Mb",
            "#900\tNEW    cov: 125 ft: 140 corp: 4/12b lim: 4",
            "#1000: cov: 125 ft: 140 corp: 4 exec/s 99 oom/timeout/crash: 0/0/0 time: 1s",
        ] {
            outcome.parse(line);
        }
        let printed = "1000 executions, 125 places reached, 5 of them new; no crash";
        assert_eq!(outcome.to_string(), printed);
        outcome.parse("artifact_prefix='a/'; Test unit written to a/crash-0f");
        assert_eq!(outcome.to_string(), printed.replace("no crash", "a crash: a/crash-0f"));
    }
}
