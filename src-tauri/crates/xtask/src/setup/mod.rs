//! System packages: which are needed, which are missing, and how the platform installs them.
//!
//! What is there is looked up first, and asks for no right. Only what is missing is installed, and
//! without the right to do so nothing is tried: the one command to type is the answer.

mod platform;

use std::process::Command;

use crate::command::{read, run, succeeds};
use crate::error::CommandError;
use platform::Platform;

/// What a machine is set up for. Testing needs all that building needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    Building,
    Testing,
}

/// The libraries that the program links, as pkg-config names them.
const LIBRARIES: [&str; 3] = ["gtk+-3.0", "webkit2gtk-4.1", "dbus-1"];

/// Sees to it that the system packages are there.
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

fn missing(platform: &Platform, purpose: For) -> Vec<&'static str> {
    let tests = match purpose {
        For::Building => [].as_slice(),
        For::Testing => platform.for_tests,
    };
    let wanted = platform.for_building.iter().chain(tests).copied();
    wanted.filter(|name| !(platform.has)(name)).collect()
}

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

/// What to put before a command so that it runs with an administrator's rights and asks nothing.
/// `None` where that right is not there.
fn administrator() -> Option<&'static [&'static str]> {
    let ask_nothing: &[&str] = &["env", "DEBIAN_FRONTEND=noninteractive"];
    if read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0") {
        return Some(ask_nothing);
    }
    succeeds("sudo", &["-n", "true"]).then_some(&[
        "sudo",
        "-n",
        "env",
        "DEBIAN_FRONTEND=noninteractive",
    ])
}

/// On a system whose package manager is not known: whether the libraries are there all the same.
fn check_libraries() -> Result<(), CommandError> {
    let found = |name: &&str| succeeds("pkg-config", &["--exists", name]);
    let missing: Vec<&str> = LIBRARIES.into_iter().filter(|name| !found(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(CommandError::UnknownSystem { libraries: missing.join(", ") })
}
