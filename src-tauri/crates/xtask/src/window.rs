//! The real window, driven on a display and a session bus of its own.

mod display;

use std::ffi::OsString;
use std::fs;
use std::process::Command;

use crate::command::{cargo, run};
use crate::error::CommandError;
use crate::folders::Folders;
use crate::{lab, program, setup, ui};
use display::Display;

/// How cargo names what drives the window. Always with the whole workspace: for one package alone
/// cargo would choose other features, and build most of the dependencies once more.
pub const TESTS: [&str; 3] = ["--workspace", "--test", "e2e"];

/// What of it is done.
#[derive(Default)]
pub struct Drive<'a> {
    /// Those with this in their names, ignored ones among them; all that are not ignored if empty.
    pub only: &'a str,
    /// With the program as it is shipped.
    pub release: bool,
    pub variables: Vec<(&'a str, OsString)>,
}

/// `cargo xtask shots`: makes the pictures of every view.
pub fn shots(folders: &Folders) -> Result<(), CommandError> {
    ui::check_tools()?;
    setup::packages(setup::For::Testing)?;
    ui::prepare(folders)?;
    lab::ensure_sample(folders)?;
    drive(folders, &Drive { only: "views", ..Drive::default() })
}

/// Drives the window; pictures of it are kept in the folder for them.
pub fn drive(folders: &Folders, what: &Drive<'_>) -> Result<(), CommandError> {
    let profile = what.release.then_some("--release");
    // Built before the display is opened, so that the first test does not wait for a compiler.
    run(cargo(folders).arg("test").args(profile).args(TESTS).arg("--no-run"))?;
    let shots = folders.shots();
    fs::create_dir_all(&shots).map_err(CommandError::file("make the folder", &shots))?;
    let display = Display::open(folders)?;
    let tests = cargo(folders);
    let mut session = Command::new("dbus-run-session");
    session
        .arg("--")
        .arg(tests.get_program())
        .arg("test")
        .args(profile)
        .args(TESTS)
        // One at a time: there is one display, and the program runs once in a session.
        .args(["--", "--test-threads=1"])
        .current_dir(folders.root())
        .envs(tests.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .envs(what.variables.iter().map(|(name, value)| (name, value)))
        .env("DISPLAY", display.name())
        .env("DAYBOOK_SHOTS", &shots)
        .env(program::SAMPLE_VARIABLE, folders.sample())
        // The display has no graphics card, and the bus no accessibility service.
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("NO_AT_BRIDGE", "1")
        .env_remove("WAYLAND_DISPLAY");
    if !what.only.is_empty() {
        session.args(["--include-ignored", "--nocapture", what.only]);
    }
    let outcome = run(&mut session);
    println!("Screenshots are in {}", shots.display());
    outcome
}
