//! `cargo xtask test`: everything that must hold, in one order, up to the first that does not.

mod dependencies;
mod steps;
mod types;

use crate::command::{cargo, npm, run};
use crate::folders::Folders;
use crate::stop::Stop;
use crate::window::{self, Drive};
use crate::{sample, setup, ui};
use steps::Steps;

pub fn check_all(folders: &Folders) -> Result<(), Stop> {
    let mut steps = Steps::default();
    let outcome = all(folders, &mut steps);
    println!("\n{steps}");
    outcome?;
    println!("Everything holds.");
    Ok(())
}

fn all(folders: &Folders, steps: &mut Steps) -> Result<(), Stop> {
    steps.take("system packages", || setup::packages(setup::For::Testing))?;
    // The window's build comes first: the program embeds it, so nothing compiles without it.
    steps.take("the window's packages and build", || ui::prepare(folders))?;
    steps.take("build", || run(cargo(folders).args(["build", "--workspace", "--all-targets"])))?;
    let sample = steps.take("sample journal", || sample::ensure(folders))?;
    steps.take("formatting", || run(cargo(folders).args(["fmt", "--all", "--check"])))?;
    steps.take("clippy", || clippy(folders))?;
    steps.take("dependencies", || dependencies::check(folders))?;
    steps.take("checks and tests of ui/", || run(npm(folders).args(["run", "check"])))?;
    steps.take("tests of every crate", || types::test(folders))?;
    if cfg!(target_os = "linux") {
        return steps
            .take("the real window", || window::drive(folders, &sample, &Drive::default()));
    }
    println!("The real window is tested on Linux only: elsewhere nothing can drive it.");
    Ok(())
}

/// The tests of the window are off by default, and so are not among all targets.
fn clippy(folders: &Folders) -> Result<(), Stop> {
    let deny = ["--", "-D", "warnings"];
    run(cargo(folders).args(["clippy", "--workspace", "--all-targets"]).args(deny))?;
    run(cargo(folders).arg("clippy").args(window::TESTS).args(deny))
}
