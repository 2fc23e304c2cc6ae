//! Check of the dependency tree against `deny.toml`, by cargo-deny.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{cargo, read, run};
use crate::error::CommandError;
use crate::folders::Folders;

/// Version of cargo-deny that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Checks of cargo-deny. Advisories are not among them: they need a network, and change by
/// themselves.
const CHECKS: [&str; 4] = ["check", "bans", "licenses", "sources"];

/// Checks the dependency tree.
pub fn check(folders: &Folders) -> Result<(), CommandError> {
    run(Command::new(tool(folders)?).args(CHECKS).current_dir(folders.root()))
}

/// Path of cargo-deny of that version: on PATH, or in the target folder, where it is installed the
/// first time.
fn tool(folders: &Folders) -> Result<PathBuf, CommandError> {
    let on_path = PathBuf::from("cargo-deny");
    let own = folders.tools().join("bin/cargo-deny");
    if let Some(found) = [&on_path, &own].into_iter().find(|tool| is_right(tool)) {
        return Ok(found.clone());
    }
    let mut install = cargo(folders);
    install.args(["install", "--quiet", "--locked", "--version", VERSION, "--debug", "--root"]);
    run(install.arg(folders.tools()).arg("cargo-deny"))?;
    Ok(own)
}

/// Whether a cargo-deny has that version.
fn is_right(tool: &PathBuf) -> bool {
    let version = read(Command::new(tool).arg("--version"));
    version.is_ok_and(|text| text.split_whitespace().next_back() == Some(VERSION))
}
