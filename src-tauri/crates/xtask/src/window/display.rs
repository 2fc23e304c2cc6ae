//! Display that shows on no screen: Xvfb.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::command::{cannot_start, succeeds};
use crate::error::CommandError;
use crate::folders::Folders;

/// Size of the screen: large enough for the window at its widest layout, in 24 bits of colour.
const SCREEN: &str = "2560x1440x24";

/// Display on a number that Xvfb chose. It ends when this is dropped, and also when this process is
/// killed: the kernel then sends it a signal.
pub struct Display {
    server: Child,
    number: String,
}

impl Display {
    /// Starts Xvfb, and waits until it is ready.
    ///
    /// # Errors
    /// [`CommandError::NoDisplay`] if it ends before that.
    pub fn open(folders: &Folders) -> Result<Self, CommandError> {
        let log = folders.target().join("xvfb.log");
        let messages = File::create(&log).map_err(CommandError::file("write", &log))?;
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "TERM", "Xvfb", "-displayfd", "1", "-screen", "0", SCREEN])
            .args(["-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(messages);
        let server = command.spawn().map_err(|source| cannot_start(&command, source))?;
        let mut display = Self { server, number: String::new() };
        display.number = display.read_number(log)?;
        println!("Xvfb shows {}", display.name());
        Ok(display)
    }

    /// The value of `DISPLAY` for it.
    pub fn name(&self) -> String {
        format!(":{}", self.number)
    }

    /// Waits until the server is ready: then it writes its number to standard output (`-displayfd
    /// 1`).
    fn read_number(&mut self, log: PathBuf) -> Result<String, CommandError> {
        let mut line = String::new();
        if let Some(output) = self.server.stdout.as_mut() {
            BufReader::new(output)
                .read_line(&mut line)
                .map_err(CommandError::file("read", &log))?;
        }
        let number = line.trim();
        match number.parse::<u32>() {
            Ok(_) => Ok(number.to_owned()),
            Err(_) => Err(CommandError::NoDisplay { log }),
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // On SIGTERM it removes its lock and socket; killed, it leaves them behind.
        if !succeeds("kill", &["-TERM", &self.server.id().to_string()]) {
            drop(self.server.kill());
        }
        drop(self.server.wait());
    }
}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_and_an_early_end_is_an_error() {
        let reads = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]).stdout(Stdio::piped());
            let mut display = Display { server: command.spawn().unwrap(), number: String::new() };
            display.read_number(PathBuf::from("log"))
        };
        assert_eq!(reads("echo 87; sleep 5").unwrap(), "87");
        assert!(matches!(reads("exit 1"), Err(CommandError::NoDisplay { .. })));
    }
}
