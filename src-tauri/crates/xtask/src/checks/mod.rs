//! `cargo xtask test`: everything that must hold, in one order, up to the first that does not.

mod dependencies;
mod display;
mod steps;
mod types;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::{cargo, npm, run};
use crate::folders::Folders;
use crate::stop::Stop;
use crate::{program, sample, setup, ui};
use display::Display;
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
        return steps.take("the real window", || window(folders, &sample));
    }
    println!("The real window is tested on Linux only: elsewhere nothing can drive it.");
    Ok(())
}

/// How cargo names the tests of the window. Always with the whole workspace: for one package alone
/// cargo would choose other features, and build most of the dependencies once more.
const WINDOW_TESTS: [&str; 3] = ["--workspace", "--test", "e2e"];

/// The tests of the window are off by default, and so are not among all targets.
fn clippy(folders: &Folders) -> Result<(), Stop> {
    let deny = ["--", "-D", "warnings"];
    run(cargo(folders).args(["clippy", "--workspace", "--all-targets"]).args(deny))?;
    run(cargo(folders).arg("clippy").args(WINDOW_TESTS).args(deny))
}

/// The tests that drive the program in its real window, on a display and a session bus of their own.
fn window(folders: &Folders, sample: &Path) -> Result<(), Stop> {
    // Built before the display is opened, so that the first test does not wait for a compiler.
    run(cargo(folders).arg("test").args(WINDOW_TESTS).arg("--no-run"))?;
    let shots = folders.shots();
    fs::create_dir_all(&shots).map_err(Stop::file("make the folder", &shots))?;
    let display = Display::open(folders)?;
    let tests = cargo(folders);
    let mut session = Command::new("dbus-run-session");
    session
        .arg("--")
        .arg(tests.get_program())
        .arg("test")
        .args(WINDOW_TESTS)
        // One at a time: there is one display, and the program runs once in a session.
        .args(["--", "--test-threads=1"])
        .current_dir(folders.root())
        .envs(tests.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("DISPLAY", display.name())
        .env("DAYBOOK_SHOTS", &shots)
        .env(program::SAMPLE_VARIABLE, sample)
        // The display has no graphics card, and the bus no accessibility service.
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("NO_AT_BRIDGE", "1")
        .env_remove("WAYLAND_DISPLAY");
    let outcome = run(&mut session);
    println!("Screenshots are in {}", shots.display());
    outcome
}
