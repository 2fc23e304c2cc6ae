//! Driver of the real window, by the tests in `tests/e2e`: on a display ([`display`]) and a session
//! bus of its own.

mod display;

use std::ffi::OsString;
use std::fs;
use std::process::Command;

use crate::command::{cargo, run};
use crate::error::CommandError;
use crate::folders::Folders;
use crate::{lab, program, setup, ui};
use display::Display;

/// Arguments of cargo for the tests that drive the window. Always with the whole workspace: for one
/// package alone cargo would choose other features, and build most of the dependencies once more.
pub const TESTS: [&str; 3] = ["--workspace", "--test", "e2e"];

/// Which of these tests are run, and how.
#[derive(Default)]
pub struct Drive<'a> {
    /// Only tests with this text in their names, ignored ones too. If empty, all that are not
    /// ignored.
    pub only: &'a str,
    /// Whether the program is built as it is shipped.
    pub release: bool,
    /// Variables of the environment of the tests.
    pub variables: Vec<(&'a str, OsString)>,
}

/// `cargo xtask shots`: takes pictures of every view.
pub fn shots(folders: &Folders) -> Result<(), CommandError> {
    ui::check_tools()?;
    setup::packages(setup::For::Testing)?;
    ui::prepare(folders)?;
    lab::ensure_sample(folders)?;
    drive(folders, &Drive { only: "views", ..Drive::default() })
}

/// Drives the window. Screenshots go to [`Folders::shots`].
///
/// # Errors
/// [`CommandError::NoDisplay`] if there is no display, [`CommandError::Failed`] if a test fails.
pub fn drive(folders: &Folders, tests: &Drive<'_>) -> Result<(), CommandError> {
    let profile = tests.release.then_some("--release");
    // Built before the display is opened, so that the first test does not wait for a compiler.
    run(cargo(folders).arg("test").args(profile).args(TESTS).arg("--no-run"))?;
    let shots = folders.shots();
    fs::create_dir_all(&shots).map_err(CommandError::file("make the folder", &shots))?;
    let display = Display::open(folders)?;
    let cargo_command = cargo(folders);
    let mut session = Command::new("dbus-run-session");
    session
        .arg("--")
        .arg(cargo_command.get_program())
        .arg("test")
        .args(profile)
        .args(TESTS)
        // One at a time: there is one display, and the program runs once in a session.
        .args(["--", "--test-threads=1"])
        .current_dir(folders.root())
        .envs(cargo_command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .envs(tests.variables.iter().map(|(name, value)| (name, value)))
        .env("DISPLAY", display.name())
        .env("DAYBOOK_SHOTS", &shots)
        .env(program::SAMPLE_VARIABLE, folders.sample())
        // The display has no graphics card.
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env_remove("WAYLAND_DISPLAY");
    if tests.release {
        // What is measured is not slowed down by a service that reads along.
        session.env("NO_AT_BRIDGE", "1");
    }
    if !tests.only.is_empty() {
        session.args(["--include-ignored", "--nocapture", tests.only]);
    }
    let outcome = run(&mut session);
    println!("Screenshots are in {}", shots.display());
    outcome
}
