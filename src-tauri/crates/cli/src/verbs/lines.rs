//! Lines of standard input, read by a thread of its own through a bounded channel: as they come,
//! and no faster than they are received.

use std::io::{self, BufRead, BufReader, Read};
use std::thread;

use tokio::sync::mpsc;

use crate::error::CliError;

/// Longest line in bytes. An event with more text fits into no file of a journal.
const LONGEST_LINE: u64 = 64 << 20;

/// What some editors write at the beginning of a file of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes of a chunk, about: as many lines are sent together if they are there already.
const CHUNK: usize = 64 << 10;

/// Line of standard input.
#[derive(Debug)]
pub struct Line {
    /// Its number.
    pub number: LineNumber,
    /// Its text, with the line break.
    pub text: String,
}

/// Number of a line, from 1. Blank lines count.
#[derive(Debug, Clone, Copy)]
pub struct LineNumber(usize);

impl LineNumber {
    /// Message that names the line and says why it failed.
    pub fn failed(self, why: &dyn std::fmt::Display) -> String {
        format!("line {}: {why}", self.0)
    }
}

/// Chunk of lines that are not blank, as many as have come; or why reading failed, as a message
/// that names the line. After that there is no further chunk.
pub type Chunk = Result<Vec<Line>, String>;

/// Starts the thread that reads standard input.
///
/// # Errors
/// [`CliError::Runtime`] if the thread cannot be started.
pub fn standard_input() -> Result<mpsc::Receiver<Chunk>, CliError> {
    let (sender, receiver) = mpsc::channel(1);
    let read = move || {
        let input = BufReader::with_capacity(CHUNK, io::stdin());
        let mut reader = LineReader { input, next: LineNumber(1), problem: None };
        while let Some(chunk) = reader.chunk().transpose() {
            let ended = chunk.is_err();
            if sender.blocking_send(chunk).is_err() || ended {
                break;
            }
        }
    };
    // No thread of the runtime: the runtime would wait at the end for one that waits for a line.
    thread::Builder::new().spawn(read).map_err(CliError::Runtime)?;
    Ok(receiver)
}

/// Reader of lines in chunks.
struct LineReader<R> {
    input: BufReader<R>,
    /// Number of the next line.
    next: LineNumber,
    /// The problem after the chunk that was returned last.
    problem: Option<String>,
}

impl<R: Read> LineReader<R> {
    /// Waits for a line, and returns it with those that have come with it. `None` at the end.
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

    /// The next line; `None` at the end.
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
            return Err(number.failed(&"it is longer than 64 MiB, and no event may be"));
        }
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
            return Err(number.failed(&"it is UTF-16, or holds zero bytes; save it as UTF-8"));
        }
        let is_marked = number.0 == 1 && bytes.starts_with(BYTE_ORDER_MARK);
        let bytes = bytes.split_off(if is_marked { BYTE_ORDER_MARK.len() } else { 0 });
        let text = String::from_utf8(bytes).map_err(|error| {
            let column = error.utf8_error().valid_up_to() + 1;
            number.failed(&format!("it is not UTF-8 at column {column}; save it as UTF-8"))
        })?;
        self.next = LineNumber(number.0 + 1);
        Ok(Some(Line { number, text }))
    }
}
