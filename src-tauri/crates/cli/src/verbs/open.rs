//! Verb `open`: starts the window, which is a program of its own, so that this one links no
//! webview.

use std::env::{self, consts::EXE_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::error::CliError;
use crate::print::write_message;

/// Name of that program, but for the suffix of the platform.
const WINDOW: &str = "daybook-desktop";

/// Starts the window, and does not wait for it.
///
/// # Errors
/// [`CliError::NotDone`] if the program is missing or cannot be started; fails if there is no such
/// folder.
pub fn open(bucket: Option<&str>) -> Result<Outcome, CliError> {
    // A window that is open already has another working folder.
    let location = bucket.map(session::absolute_location).transpose()?;
    let Some(program) = program() else {
        return Err(CliError::NotDone(format!(
            "there is no program {WINDOW} beside daybook or on PATH: install the window"
        )));
    };
    let mut window = Command::new(&program);
    window.args(&location).stdin(Stdio::null()).stdout(Stdio::null());
    match window.spawn() {
        Ok(_) => {
            write_message("The window opens.");
            Ok(Outcome::Clean)
        }
        Err(why) => Err(CliError::NotDone(format!(
            "{} cannot be started: {why}; see that it may be run",
            program.display()
        ))),
    }
}

/// Path of the window's program: beside this one, else on `PATH`.
fn program() -> Option<PathBuf> {
    let name = format!("{WINDOW}{EXE_SUFFIX}");
    let own = env::current_exe().and_then(|own| own.canonicalize()).ok();
    let beside = own.and_then(|own| own.parent().map(Path::to_owned));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = beside.into_iter().chain(env::split_paths(&path));
    folders.map(|folder| folder.join(&name)).find(|program| program.is_file())
}
