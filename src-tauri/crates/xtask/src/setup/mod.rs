//! Set-up of system packages: finds which are missing, and installs them by the package manager of
//! the system. [`platform`] has the package managers, with the names of the packages.
//!
//! Only missing packages are installed. A user who may not install them gets the command to type.

mod platform;

use std::process::Command;

use crate::command::{read, run, succeeds};
use crate::error::CommandError;
use platform::Platform;

/// Purpose of a set-up. Testing needs all that building needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Building and running the program.
    Building,
    /// Running all tests, those of the real window too.
    Testing,
}

/// Libraries that the program links, as pkg-config names them.
const LIBRARIES: [&str; 3] = ["gtk+-3.0", "webkit2gtk-4.1", "dbus-1"];

/// Installs the system packages that are missing.
///
/// # Errors
/// [`CommandError::NotPermitted`] with the command to type, if this user may not install them;
/// [`CommandError::UnknownSystem`] or [`CommandError::NoDeveloperTools`] if something is missing
/// that cannot be installed from here.
pub fn packages(purpose: For) -> Result<(), CommandError> {
    if cfg!(target_os = "macos") {
        let found = succeeds("xcode-select", &["-p"]);
        return found.then_some(()).ok_or(CommandError::NoDeveloperTools);
    }
    if cfg!(not(target_os = "linux")) {
        return Ok(());
    }
    match Platform::find() {
        Some(platform) => install(platform, &missing(platform, purpose)),
        None => check_libraries(),
    }
}

/// The packages that are missing for a purpose.
fn missing(platform: &Platform, purpose: For) -> Vec<&'static str> {
    let tests = match purpose {
        For::Building => [].as_slice(),
        For::Testing => platform.for_tests,
    };
    let wanted = platform.for_building.iter().chain(tests).copied();
    wanted.filter(|name| !(platform.has)(name)).collect()
}

/// Installs packages, if there are any.
fn install(platform: &Platform, missing: &[&'static str]) -> Result<(), CommandError> {
    if missing.is_empty() {
        return Ok(());
    }
    let commands = platform.commands(missing);
    let Some(prefix) = administrator() else {
        let typed = commands.iter().map(|words| format!("sudo {}", words.join(" ")));
        let command = typed.collect::<Vec<_>>().join(" && ");
        return Err(CommandError::NotPermitted { packages: missing.join(", "), command });
    };
    println!("Installing {}", missing.join(", "));
    for words in commands {
        let words: Vec<&str> = prefix.iter().copied().chain(words).collect();
        run(Command::new(words[0]).args(&words[1..]))?;
    }
    Ok(())
}

/// Words to put before a command so that it runs with the rights of an administrator and prompts
/// for nothing. `None` if this user has not these rights.
fn administrator() -> Option<&'static [&'static str]> {
    let without_prompts: &[&str] = &["env", "DEBIAN_FRONTEND=noninteractive"];
    if read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0") {
        return Some(without_prompts);
    }
    succeeds("sudo", &["-n", "true"]).then_some(&[
        "sudo",
        "-n",
        "env",
        "DEBIAN_FRONTEND=noninteractive",
    ])
}

/// Checks that the libraries are installed, on a system whose package manager is not known.
fn check_libraries() -> Result<(), CommandError> {
    let found = |name: &&str| succeeds("pkg-config", &["--exists", name]);
    let missing: Vec<&str> = LIBRARIES.into_iter().filter(|name| !found(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(CommandError::UnknownSystem { libraries: missing.join(", ") })
}
