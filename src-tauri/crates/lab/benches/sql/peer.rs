//! Side of the peer: `DuckDB`, in a process of its own, which has imported the journal.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;

use crate::Failure;

/// The program of the peer.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/sql/duckdb_peer.py");

/// Process of the peer. It is killed when this is dropped.
pub struct Peer {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

/// Answer of the peer: its time, and its number of rows.
#[derive(Debug, Deserialize)]
pub struct Answered {
    pub ms: f64,
    pub rows: usize,
}

impl Peer {
    /// Starts the peer, which imports the journal into a database in `folder`.
    pub fn start(python: &Path, bucket: &Path, folder: &Path) -> Result<Self, Failure> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).to_string();
        let mut child = Command::new(python)
            .args([Path::new(SCRIPT), &bucket.join("journal"), &folder.join("peer.duckdb")])
            .arg(threads)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let to = child.stdin.take().ok_or("the peer cannot be written to")?;
        let from = child.stdout.take().ok_or("the peer cannot be read from")?;
        let mut peer = Self { child, to, from: BufReader::new(from) };
        // It has imported once it answers.
        peer.ask("SELECT count(*) FROM events")?;
        Ok(peer)
    }

    /// Asks a question.
    pub fn ask(&mut self, text: &str) -> Result<Answered, Failure> {
        writeln!(self.to, "{}", serde_json::to_string(text)?)?;
        self.to.flush()?;
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            return Err("the peer has ended: its own words are above".into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its database is removed anyway.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
