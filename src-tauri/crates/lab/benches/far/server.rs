//! The store: the lab's own server, in a process of its own, so that its memory is not Daybook's.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Failure;

/// Server of a folder, whose subfolders are its buckets. It is killed when this is dropped.
pub struct Server {
    child: Child,
    pub url: String,
}

impl Server {
    /// Starts a server that holds each request back for so many milliseconds.
    pub fn start(folder: &Path, latency: u64) -> Result<Self, Failure> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lab"))
            .arg("serve-s3")
            .arg("--folder")
            .arg(folder)
            .arg(format!("--latency={latency}"))
            .stdout(Stdio::piped())
            .spawn()?;
        let from = child.stdout.take().ok_or("the server cannot be read from")?;
        let mut url = String::new();
        BufReader::new(from).read_line(&mut url)?;
        let server = Self { child, url: url.trim().to_owned() };
        if server.url.is_empty() {
            return Err("the server has ended: its own words are above".into());
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
