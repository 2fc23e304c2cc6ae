//! The decoder process, which decodes files of unknown origin, as its parent sees it.
//!
//! A damaged or hostile file can make a decoder panic, abort, or ask for more memory than there is.
//! So files are decoded by another process: by default this same program, started with one
//! argument. It reads the bytes of one file after the other on standard input, and writes checked
//! rows or an error on standard output. If it ends, the file it was decoding is reported as
//! undecodable, and the next file gets a new process. A file that is too large for that is the
//! standard input of a process of its own, and comes back part by part.
//!
//! `serve` is what the process does, and `messages` what the two say to each other.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::messages::{Answer, receive, send_request};
use crate::platform::was_killed_from_outside;
use crate::rows::DecodedRows;
use crate::serve::{ARGUMENT, LARGE_ARGUMENT, MEMORY_LIMIT, TIME_LIMIT, TIMEOUT_EXIT_CODE};
use crate::watchdog::Watchdog;

/// Time beyond the decoder's own limit after which it is taken for stopped.
const GRACE: Duration = Duration::from_secs(30);

/// How often it is looked whether a decoder that closed its output has ended, and the time between.
const LOOKS_FOR_END: usize = 500;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// The program that decodes. It must call [`decode_if_asked`](crate::decode_if_asked) first in its
/// `main`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Decoder {
    /// The program of this process.
    #[default]
    ThisProgram,
    /// The program at a path.
    Program(PathBuf),
}

impl Decoder {
    fn program(&self) -> io::Result<PathBuf> {
        match self {
            Self::ThisProgram => std::env::current_exe(),
            Self::Program(path) => Ok(path.clone()),
        }
    }

    /// Decodes a file of any size, which lies in a range of an open one, part by part, by a process of
    /// its own whose standard input that is. Calls `on_part` with each part, which numbers its rows within the file and whose `in_file`
    /// counts all rows up to its end, and with `None` where the parts so far are to be forgotten.
    ///
    /// # Errors
    /// The outer error is not the file's: that of `on_part`, or of the process. The inner one says why
    /// the file was not decoded.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn decode_large(
        &self,
        path: &str,
        (file, range): (File, Range<u64>),
        mut on_part: impl FnMut(Option<DecodedRows>) -> io::Result<()>,
    ) -> io::Result<Result<(), Undecoded>> {
        let mut process = Process::start_large(self, path, file, &range)?;
        loop {
            match process.receive() {
                Ok(Answer::Begin) => on_part(None)?,
                Ok(Answer::Rows(rows)) => on_part(Some(*rows))?,
                Ok(Answer::End) => return Ok(Ok(())),
                Ok(Answer::Problem(problem)) => return Ok(Err(Undecoded::ByItself(problem))),
                Ok(Answer::TooLarge) => return Ok(Err(Undecoded::TooLarge)),
                Err(error) => return process.exit_reason(&error).map(Err),
            }
        }
    }

    /// A decoder of this program. No process is started before the first file.
    pub fn start(&self) -> Decoding {
        self.start_with_patience(TIME_LIMIT + GRACE)
    }

    /// A decoder of this program whose answer to one file is waited for so long. It has a limit of
    /// its own, one minute a file, which it cannot keep if it is stopped.
    pub fn start_with_patience(&self, patience: Duration) -> Decoding {
        Decoding { decoder: self.clone(), patience, process: None }
    }
}

/// Why a file was not decoded, as a clause about the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecoded {
    /// What the file does by itself, whenever it is decoded: it is no Parquet file, it is damaged, it
    /// ends the decoder.
    ByItself(String),
    /// It is to be decoded part by part: see [`Decoder::decode_large`].
    TooLarge,
    /// The decoder was killed from outside, or did not answer: another time the file may be decoded.
    Interrupted(String),
}

/// A decoder and its process, which is started for the first file, and again after a file that
/// ended it. Dropping it kills the process.
pub struct Decoding {
    decoder: Decoder,
    /// For how long an answer is waited for.
    patience: Duration,
    process: Option<Process>,
}

struct Process {
    child: Arc<Mutex<Child>>,
    /// `None` if the one file is its standard input.
    to: Option<ChildStdin>,
    from: ChildStdout,
    /// Kills the process if it does not answer in time.
    watchdog: Watchdog,
}

impl Decoding {
    /// Decodes a file, whose path below `journal/` may name columns. A decoder that was stopped or
    /// killed from outside is started anew, once.
    ///
    /// # Errors
    /// The outer error is not the file's: the process could not be started, or not be waited for. The
    /// inner one says why the file was not decoded.
    #[tracing::instrument(level = "debug", skip_all, fields(bytes = file.len()))]
    pub fn decode(
        &mut self,
        path: &str,
        file: &[u8],
    ) -> io::Result<Result<DecodedRows, Undecoded>> {
        match self.decode_once(path, file)? {
            Err(Undecoded::Interrupted(_)) => self.decode_once(path, file),
            answer => Ok(answer),
        }
    }

    fn decode_once(
        &mut self,
        path: &str,
        file: &[u8],
    ) -> io::Result<Result<DecodedRows, Undecoded>> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(&self.decoder, self.patience)?,
        };
        match process.request(path, file) {
            Ok(answer) => {
                self.process = Some(process);
                Ok(answer)
            }
            Err(error) => Ok(Err(process.exit_reason(&error)?)),
        }
    }
}

impl Process {
    #[tracing::instrument(name = "start_decoder", level = "debug", skip_all)]
    fn start(decoder: &Decoder, patience: Duration) -> io::Result<Self> {
        let mut command = Command::new(decoder.program()?);
        command.arg(ARGUMENT).stdin(Stdio::piped());
        Self::spawn(&mut command, patience)
    }

    /// Starts the decoder of one file, which lies in a range of its standard input.
    #[tracing::instrument(name = "start_decoder", level = "debug", skip_all)]
    fn start_large(
        decoder: &Decoder,
        path: &str,
        file: File,
        range: &Range<u64>,
    ) -> io::Result<Self> {
        let mut command = Command::new(decoder.program()?);
        let (start, end) = (range.start.to_string(), range.end.to_string());
        command.args([LARGE_ARGUMENT, path, &start, &end]).stdin(file);
        Self::spawn(&mut command, TIME_LIMIT + GRACE)
    }

    fn spawn(command: &mut Command, patience: Duration) -> io::Result<Self> {
        // The messages of a failing decoder must not reach the terminal of the user.
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let to = child.stdin.take();
        let from =
            child.stdout.take().ok_or_else(|| io::Error::other("a decoder without pipes"))?;
        let child = Arc::new(Mutex::new(child));
        let watched = Arc::clone(&child);
        let watchdog = Watchdog::start(patience, move || drop(lock(&watched).kill()));
        Ok(Self { child, to, from, watchdog })
    }

    /// Sends a file and waits for the answer. An error means that the process ended, or answered
    /// against the protocol.
    fn request(&mut self, path: &str, file: &[u8]) -> io::Result<Result<DecodedRows, Undecoded>> {
        let Self { to, from, watchdog, .. } = self;
        let to = to.as_mut().ok_or(io::ErrorKind::InvalidData)?;
        let answer = watchdog.watch(|| {
            send_request(to, path, file)?;
            receive(from)
        });
        match Answer::parse(&answer?.ok_or(io::ErrorKind::UnexpectedEof)?)? {
            Answer::Rows(rows) => Ok(Ok(*rows)),
            Answer::Problem(problem) => Ok(Err(Undecoded::ByItself(problem))),
            Answer::TooLarge => Ok(Err(Undecoded::TooLarge)),
            Answer::Begin | Answer::End => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Waits for the next message of a decoder of one file.
    fn receive(&mut self) -> io::Result<Answer> {
        let Self { from, watchdog, .. } = self;
        let message = watchdog.watch(|| receive(from))?;
        Answer::parse(&message.ok_or(io::ErrorKind::UnexpectedEof)?)
    }

    /// Ends the process, and returns why it did not answer.
    fn exit_reason(self, error: &io::Error) -> io::Result<Undecoded> {
        // A decoder that answers against the protocol still runs. One that ends closes its output a
        // moment before. What still runs after that is ended here, which is no end from outside.
        let is_invalid = error.kind() == io::ErrorKind::InvalidData;
        let mut child = lock(&self.child);
        let mut ended = None;
        for _ in 0..if is_invalid { 0 } else { LOOKS_FOR_END } {
            ended = child.try_wait()?;
            if ended.is_some() {
                break;
            }
            thread::sleep(BETWEEN_LOOKS);
        }
        drop(child.kill());
        let status = child.wait()?;
        drop(child);
        Ok(match status.code() {
            Some(code) if code == i32::from(TIMEOUT_EXIT_CODE) => Undecoded::ByItself(format!(
                "could not be decoded within {} seconds",
                TIME_LIMIT.as_secs()
            )),
            None if ended.is_some() && was_killed_from_outside(status) => {
                Undecoded::Interrupted(format!(
                    "was not decoded: the decoder was ended from outside, or did not answer ({status}); \
                 it is tried again with the next look at the bucket"
                ))
            }
            _ => Undecoded::ByItself(format!(
                "could not be decoded: it ended the decoder, which may use {} GiB ({status})",
                MEMORY_LIMIT >> 30
            )),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut child = lock(&self.child);
        drop(child.kill());
        drop(child.wait());
    }
}

fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}
