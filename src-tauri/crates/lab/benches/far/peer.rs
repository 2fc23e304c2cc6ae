//! Sides of the peers: Polars and `DuckDB`, which scan the bucket anew for each question. Each question
//! has a process of its own, which is killed when it takes too long.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use event::RecordId;
use serde::Deserialize;
use serde_json::json;

use crate::Failure;

/// The program of the peers.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/far/far_peer.py");

/// Longest time that a peer gets for an answer.
pub const LONGEST: Duration = Duration::from_mins(2);

/// Question to all sides.
#[derive(Debug, Clone)]
pub enum Question {
    /// The newest 100 events.
    Recent,
    /// All events of a record.
    Record(RecordId),
    /// How many events there are.
    Count,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recent => "newest 100 events",
            Self::Record(_) => "events of one record",
            Self::Count => "number of events",
        })
    }
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    Polars,
    DuckDb,
}

impl Peer {
    fn name(self) -> &'static str {
        match self {
            Self::Polars => "polars",
            Self::DuckDb => "duckdb",
        }
    }
}

/// Answer of a peer.
#[derive(Debug, Deserialize)]
struct Timed {
    ms: f64,
    found: usize,
}

/// Asks a peer about the bucket `name` of a server. Returns how many milliseconds the answer took, and
/// the number in it; `None` if it took longer than [`LONGEST`].
pub fn ask(
    python: &Path,
    peer: Peer,
    (url, name): (&str, &str),
    question: &Question,
) -> Result<Option<(f64, usize)>, Failure> {
    let asked = match question {
        Question::Recent => json!({ "ask": "recent" }),
        Question::Record(record) => json!({ "ask": "record", "record": record }),
        Question::Count => json!({ "ask": "count" }),
    };
    let child = Command::new(python)
        .args([SCRIPT, peer.name(), url, name, &asked.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let Some(answer) = answer(child)? else { return Ok(None) };
    let Timed { ms, found } = serde_json::from_str(&answer)
        .map_err(|_| format!("{} has ended: its own words are above", peer.name()))?;
    Ok(Some((ms, found)))
}

/// What a process prints; `None` if it had to be killed.
fn answer(mut child: Child) -> Result<Option<String>, Failure> {
    let mut from = child.stdout.take().ok_or("the peer cannot be read from")?;
    let (to, printed) = channel();
    thread::spawn(move || {
        let mut text = String::new();
        let read = from.read_to_string(&mut text);
        // Nobody waits any more once the time is over.
        drop(to.send(read.map(|_| text)));
    });
    let answer = match printed.recv_timeout(LONGEST) {
        Ok(answer) => Some(answer?),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
    };
    child.kill().ok();
    child.wait()?;
    Ok(answer)
}
