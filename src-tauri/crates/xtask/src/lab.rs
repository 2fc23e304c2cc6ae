//! Tasks that the crate `lab` does: it is built like the program, and run from the target folder.
//! It parses its own arguments, so it also refuses a wrong number.

use std::path::PathBuf;
use std::process::Command;

use crate::bench::Size;
use crate::command::{cargo, read_in_sight, run};
use crate::error::CommandError;
use crate::folders::{Folders, Profile};
use crate::{program, setup, ui};

/// Makes the sample journal for the program and its tests, if it is missing.
pub fn ensure_sample(folders: &Folders) -> Result<(), CommandError> {
    let sample = folders.sample();
    if sample.exists() {
        return Ok(());
    }
    let mut lab = build(folders, Profile::Dev)?;
    run(lab.args(["sample", "--out"]).arg(sample))
}

/// Makes a sample journal in the folder `out`, which must not exist.
pub fn sample(
    folders: &Folders,
    out: Option<PathBuf>,
    events: Option<String>,
    seed: Option<u64>,
) -> Result<(), CommandError> {
    let mut lab = build(folders, Profile::Dev)?;
    lab.args(["sample", "--out"]).arg(out.unwrap_or_else(|| folders.sample()));
    if let Some(events) = events {
        lab.arg(format!("--events={events}"));
    }
    if let Some(seed) = seed {
        lab.arg(format!("--seed={seed}"));
    }
    run(&mut lab)
}

/// Makes the journal of a benchmark, if there is none of that size. Returns its folder.
pub fn bucket(folders: &Folders, size: &Size) -> Result<PathBuf, CommandError> {
    let mut lab = build(folders, Profile::Release)?;
    lab.args(["bucket", "--parent"]).arg(folders.bench().join("reader"));
    lab.arg(format!("--events={}", size.events)).arg(format!("--files={}", size.files));
    lab.args(size.recorded.then_some("--recorded"));
    read_in_sight(&mut lab).map(PathBuf::from)
}

/// Runs the soak test for so many minutes: see the lab.
pub fn soak(folders: &Folders, minutes: u64, seed: Option<u64>) -> Result<(), CommandError> {
    ui::check_tools()?;
    setup::packages(setup::For::Building)?;
    ui::prepare(folders)?;
    program::build(folders)?;
    let mut lab = Command::new(folders.executable(Profile::Dev, "lab"));
    lab.arg("soak").arg("--program").arg(folders.executable(Profile::Dev, "daybook"));
    lab.arg("--folder").arg(folders.soak()).arg(format!("--minutes={minutes}"));
    if let Some(seed) = seed {
        lab.arg(format!("--seed={seed}"));
    }
    run(in_repository(folders, &mut lab))
}

/// Builds the lab. Always with the whole workspace: for one package alone cargo would choose other
/// features, and build most of the dependencies once more.
fn build(folders: &Folders, profile: Profile) -> Result<Command, CommandError> {
    run(cargo(folders).args(["build", "--workspace", "--bin", "lab"]).args(profile.argument()))?;
    Ok(Command::new(folders.executable(profile, "lab")))
}

/// A command of the lab that calls cargo itself: with the same cargo and target folder as here.
fn in_repository<'a>(folders: &Folders, lab: &'a mut Command) -> &'a mut Command {
    let cargo = cargo(folders);
    let set = cargo.get_envs().filter_map(|(name, value)| Some((name, value?)));
    lab.envs(set).env("CARGO", cargo.get_program()).current_dir(folders.root())
}
