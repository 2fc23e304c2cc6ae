//! `DuckDB`, in a process of its own: a question is a line, and so is the answer.

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

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/reader/duckdb_peer.py");

pub struct Peer {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// The journal's files as they are.
    Files,
    /// A database of its own.
    Imported,
    /// In it a second table, sorted by record.
    Sorted,
}

impl Setup {
    /// What the peer calls it.
    fn rows(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Imported => "events",
            Self::Sorted => "records",
        }
    }
}

/// What it took to import the journal.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Import {
    /// Seconds for the plain table, and the bytes of the database then.
    pub seconds: f64,
    pub bytes: u64,
    /// Seconds for the sorted one, and the bytes with both.
    pub sorted_seconds: f64,
    pub sorted_bytes: u64,
}

#[derive(Debug, Deserialize)]
struct Timed {
    ms: f64,
    answer: Option<Answer>,
}

impl Peer {
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

    pub fn import(&mut self) -> Result<Import, Failure> {
        self.request(&json!({ "ask": "import" }))
    }

    /// How many milliseconds the answer took, and the answer if it is `wanted`.
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
        // It keeps nothing that anyone needs.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
