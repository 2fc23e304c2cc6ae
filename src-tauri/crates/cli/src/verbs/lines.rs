//! Standard input as lines: read as they come by a thread of their own, no faster than they are
//! taken.

use std::io::{self, BufRead, BufReader, Read};
use std::thread;

use tokio::sync::mpsc;

use crate::error::CliError;

/// No line is longer: an event with more text than this fits into no file of a journal.
const LONGEST_LINE: u64 = 64 << 20;

/// Lines are handed over together up to this many bytes, if they are there already.
const CHUNK: usize = 64 << 10;

#[derive(Debug)]
pub struct Line {
    pub number: LineNumber,
    pub text: String,
}

/// Counted from 1.
#[derive(Debug, Clone, Copy)]
pub struct LineNumber(usize);

impl LineNumber {
    /// Names the line. An event is one line, so where in it is a column.
    pub fn failed(self, why: &dyn std::fmt::Display) -> String {
        format!("line {}: {why}", self.0).replace(" at line 1 column ", " at column ")
    }
}

/// The lines that are not blank, as many at a time as have come. After a problem, which names its
/// line, there are no more.
pub type Chunk = Result<Vec<Line>, String>;

/// Starts to read standard input.
pub fn standard_input() -> Result<mpsc::Receiver<Chunk>, CliError> {
    let (sender, receiver) = mpsc::channel(1);
    let read = move || {
        let input = BufReader::with_capacity(CHUNK, io::stdin());
        let mut lines = Lines { input, next: LineNumber(1), problem: None };
        while let Some(chunk) = lines.chunk().transpose() {
            let ended = chunk.is_err();
            if sender.blocking_send(chunk).is_err() || ended {
                break;
            }
        }
    };
    // Not one of the runtime's threads: it may still wait for a line when the program ends.
    thread::Builder::new().spawn(read).map_err(CliError::Runtime)?;
    Ok(receiver)
}

struct Lines<R> {
    input: BufReader<R>,
    next: LineNumber,
    /// What came after the lines that were handed over last.
    problem: Option<String>,
}

impl<R: Read> Lines<R> {
    /// Waits for a line, and takes those along that have come with it. `None` at the end.
    fn chunk(&mut self) -> Result<Option<Vec<Line>>, String> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        let (mut lines, mut bytes) = (Vec::new(), 0);
        loop {
            match self.line() {
                Ok(None) => return Ok(Some(lines).filter(|lines| !lines.is_empty())),
                Ok(Some(line)) => {
                    bytes += line.text.len();
                    if !line.text.trim().is_empty() {
                        lines.push(line);
                    }
                }
                Err(problem) if lines.is_empty() => return Err(problem),
                Err(problem) => {
                    self.problem = Some(problem);
                    return Ok(Some(lines));
                }
            }
            let more = self.input.buffer().contains(&b'\n');
            if !lines.is_empty() && (!more || bytes >= CHUNK) {
                return Ok(Some(lines));
            }
        }
    }

    fn line(&mut self) -> Result<Option<Line>, String> {
        let number = self.next;
        let mut bytes = Vec::new();
        let mut limited = self.input.by_ref().take(LONGEST_LINE);
        let length = limited
            .read_until(b'\n', &mut bytes)
            .map_err(|why| number.failed(&format!("standard input cannot be read: {why}")))?;
        if length == 0 {
            return Ok(None);
        }
        if length as u64 == LONGEST_LINE && bytes.last() != Some(&b'\n') {
            return Err(number.failed(&"it is too long for an event"));
        }
        let text = String::from_utf8(bytes).map_err(|_| number.failed(&"it is not UTF-8"))?;
        self.next = LineNumber(number.0 + 1);
        Ok(Some(Line { number, text }))
    }
}
