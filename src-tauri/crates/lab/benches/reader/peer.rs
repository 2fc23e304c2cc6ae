//! Side of the peer: `DuckDB`, in a process of its own. A question is a line of JSON, and so is the
//! answer.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Failure;
use crate::answer::Answer;
use crate::bucket::Bucket;
use crate::question::Question;

/// The program of the peer.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/reader/duckdb_peer.py");

/// Process of the peer. It is killed when this is dropped.
pub struct Peer {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

/// What the peer asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// The journal's files as they are.
    Files,
    /// A table that the files were imported into.
    Imported,
    /// A second such table, sorted by record.
    Sorted,
}

impl Setup {
    /// Its name at the peer.
    fn rows(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Imported => "events",
            Self::Sorted => "records",
        }
    }
}

/// Cost of importing the journal.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Import {
    /// Seconds for the plain table.
    pub seconds: f64,
    /// Bytes of the database with the plain table.
    pub bytes: u64,
    /// Seconds for the sorted table.
    pub sorted_seconds: f64,
    /// Bytes of the database with both tables.
    pub sorted_bytes: u64,
}

/// Response of the peer.
#[derive(Debug, Deserialize)]
struct Timed {
    ms: f64,
    answer: Option<Answer>,
}

impl Peer {
    /// Starts the peer.
    pub fn start(python: &Path, bucket: &Bucket) -> Result<Self, Failure> {
        let threads = thread::available_parallelism().map_or(1, usize::from).to_string();
        let mut child = Command::new(python)
            .args([Path::new(SCRIPT), &bucket.journal(), &bucket.database()])
            .arg(threads)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let to = child.stdin.take().ok_or("the peer cannot be written to")?;
        let from = child.stdout.take().ok_or("the peer cannot be read from")?;
        Ok(Self { child, to, from: BufReader::new(from) })
    }

    /// Imports the journal into both tables.
    pub fn import(&mut self) -> Result<Import, Failure> {
        self.request(&json!({ "ask": "import" }))
    }

    /// Asks a question. Returns how many milliseconds the answer took, and the answer if it is
    /// `wanted`.
    pub fn ask(
        &mut self,
        setup: Setup,
        question: &Question,
        wanted: bool,
    ) -> Result<(f64, Option<Answer>), Failure> {
        let mut request = question.for_peer();
        request["rows"] = json!(setup.rows());
        request["wanted"] = json!(wanted);
        let Timed { ms, answer } = self.request(&request)?;
        Ok((ms, answer))
    }

    /// Sends a request, and returns the response.
    fn request<T: DeserializeOwned>(&mut self, request: &Value) -> Result<T, Failure> {
        writeln!(self.to, "{request}")?;
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
