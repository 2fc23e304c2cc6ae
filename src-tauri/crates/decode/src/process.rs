//! The decoder process, which decodes files of unknown origin.
//!
//! A damaged or hostile file can make a decoder panic, abort, or ask for more memory than there is.
//! So files are decoded by another process: by default this same program, started with one
//! argument. It reads the bytes of one file after the other on standard input, and writes checked
//! rows or an error on standard output, each message after its length. If it ends, the file it was
//! decoding is reported as undecodable, and the next file gets a new process.

use std::fs::File;
use std::io::{self, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use parquet::file::reader::Length;

use crate::Partitions;
use crate::file::{OpenFile, Parts, Refusal, decode_into, decode_whole};
use crate::platform::{limit_memory, standard_input, was_killed_from_outside};
use crate::rows::DecodedRows;
use crate::watchdog::Watchdog;

/// Argument that makes a program the decoder.
const ARGUMENT: &str = "decode-journal-files";

/// Argument that makes a program the decoder of the one file that is its standard input, part by part.
/// The file's path below `journal/` follows it.
const LARGE_ARGUMENT: &str = "decode-large-journal-file";

/// First bytes of the messages of a decoder.
const PROBLEM: u8 = 0;
const ROWS: u8 = 1;
/// The file is to be decoded part by part.
const TOO_LARGE: u8 = 2;
/// The parts so far are to be forgotten: the file is read in another way.
const BEGIN: u8 = 3;
const END: u8 = 4;

/// Memory limit of the decoder, in bytes: room for the decoded rows of the largest file twice, as rows
/// and as bytes, and as much again. It holds where the platform enforces it.
const MEMORY_LIMIT: u64 = 2 << 30;

/// Time limit for one file.
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// Time beyond that limit after which a decoder is taken for stopped.
const GRACE: Duration = Duration::from_secs(30);

/// How often it is looked whether a decoder that closed its output has ended, and the time between.
const LOOKS_FOR_END: usize = 500;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// Exit code of a decoder that exceeds the time limit.
const TIMEOUT_EXIT_CODE: u8 = 62;

/// Runs as the decoder if this process was started as one: decodes files from standard input until
/// it ends, then returns the exit code. Returns `None` at once otherwise. A program that opens
/// journals must call it first in `main`, and exit with the code.
pub fn decode_if_asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let served = match arguments.next()?.to_str()? {
        ARGUMENT => serve(io::stdin().lock(), io::stdout().lock()),
        LARGE_ARGUMENT => {
            let path = arguments.next().unwrap_or_default();
            serve_large(&path.to_string_lossy(), io::stdout().lock())
        }
        _ => return None,
    };
    Some(if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Decodes the one file on standard input part by part.
fn serve_large(path: &str, mut to: impl Write) -> io::Result<()> {
    limit_memory(MEMORY_LIMIT);
    let file = OpenFile::new(standard_input()?)?;
    let partitions = Partitions::of_path(path);
    let decoded = catching_panic(|| {
        let emit = |rows: Option<DecodedRows>| {
            let sent = match rows {
                None => send(&mut to, &[&[BEGIN]]),
                Some(rows) => send(&mut to, &[&[ROWS], &rows.to_bytes()]),
            };
            sent.map_err(|error| error.to_string())
        };
        decode_into(&file, &partitions, &mut Parts::new(file.len(), emit))
    });
    match decoded {
        Ok(()) => send(&mut to, &[&[END]]),
        Err(Refusal::Problem(problem)) => send(&mut to, &[&[PROBLEM], problem.as_bytes()]),
        Err(Refusal::TooLarge) => send(&mut to, &[&[TOO_LARGE]]),
    }
}

/// Decodes one file after the other until the input ends, within the limits of memory and time.
fn serve(mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    limit_memory(MEMORY_LIMIT);
    let watchdog = Watchdog::start(TIME_LIMIT, || std::process::exit(TIMEOUT_EXIT_CODE.into()));
    while let Some(file) = receive(&mut from)? {
        let decoded = watchdog.watch(|| decode_catching_panic(Bytes::from(file)));
        match decoded {
            Ok(rows) => send(&mut to, &[&[ROWS], &rows.to_bytes()])?,
            Err(Refusal::Problem(problem)) => send(&mut to, &[&[PROBLEM], problem.as_bytes()])?,
            Err(Refusal::TooLarge) => send(&mut to, &[&[TOO_LARGE]])?,
        }
    }
    Ok(())
}

/// Decodes the file of a request, and turns a panic into an error: its message says more than an
/// ended process.
fn decode_catching_panic(mut request: Bytes) -> Result<DecodedRows, Refusal> {
    let length = path_length(&request).ok_or_else(|| "no request".to_owned())?;
    let path = request.split_to(length);
    let partitions = Partitions::of_path(&String::from_utf8_lossy(&path[PREFIX..]));
    catching_panic(|| decode_whole(&request, &partitions))
}

/// Turns a panic into an error.
fn catching_panic<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panicked| {
        let said = match panicked.downcast_ref::<String>() {
            Some(said) => Some(said.as_str()),
            None => panicked.downcast_ref::<&str>().copied(),
        };
        Err(format!("damaged: {}", said.unwrap_or("the decoder gave up")).into())
    })
}

/// Size of the length before the path in a request, in bytes.
const PREFIX: usize = 4;

/// The number of bytes of a request before those of the file: the length of its path, as four bytes,
/// little-endian, and the path.
fn path_length(request: &[u8]) -> Option<usize> {
    let length = u32::from_le_bytes(*request.first_chunk()?);
    let length = usize::try_from(length).ok()?.checked_add(PREFIX)?;
    (length <= request.len()).then_some(length)
}

/// Sends a message: its length as eight bytes, little-endian, then its parts.
fn send(to: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    to.write_all(&(length as u64).to_le_bytes())?;
    parts.iter().try_for_each(|part| to.write_all(part))?;
    to.flush()
}

/// Receives a message; `None` at the end of the stream.
fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u64::from_le_bytes(length);
    // The length may be wrong, so at most 64 MiB are allocated before the bytes arrive.
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(64 << 20)).unwrap_or_default());
    let got = from.take(length).read_to_end(&mut bytes)?;
    if got as u64 == length { Ok(Some(bytes)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// The program that decodes. It must call [`decode_if_asked`] first in its `main`.
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

    /// Decodes a file of any size part by part, by a process of its own whose standard input it is.
    /// Calls `on_part` with each part, which numbers its rows within the file and whose `in_file`
    /// counts all rows up to its end, and with `None` where the parts so far are to be forgotten.
    ///
    /// # Errors
    /// The outer error is not the file's: that of `on_part`, or of the process. The inner one says why
    /// the file was not decoded.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn decode_large(
        &self,
        path: &str,
        file: File,
        mut on_part: impl FnMut(Option<DecodedRows>) -> io::Result<()>,
    ) -> io::Result<Result<(), Undecoded>> {
        let mut process = Process::start_large(self, path, file)?;
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

/// Message of a decoder.
enum Answer {
    Problem(String),
    Rows(Box<DecodedRows>),
    TooLarge,
    Begin,
    End,
}

impl Answer {
    fn parse(message: &[u8]) -> io::Result<Self> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidData);
        match message.split_first().ok_or_else(invalid)? {
            (&ROWS, rows) => {
                Ok(Self::Rows(Box::new(DecodedRows::from_bytes(rows).ok_or_else(invalid)?)))
            }
            (&PROBLEM, problem) => Ok(Self::Problem(String::from_utf8_lossy(problem).into_owned())),
            (&TOO_LARGE, _) => Ok(Self::TooLarge),
            (&BEGIN, _) => Ok(Self::Begin),
            (&END, _) => Ok(Self::End),
            _ => Err(invalid()),
        }
    }
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

    /// Starts the decoder of one file, which is its standard input.
    #[tracing::instrument(name = "start_decoder", level = "debug", skip_all)]
    fn start_large(decoder: &Decoder, path: &str, file: File) -> io::Result<Self> {
        let mut command = Command::new(decoder.program()?);
        command.args([LARGE_ARGUMENT, path]).stdin(file);
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
        let length = u32::try_from(path.len()).map_err(io::Error::other)?;
        let Self { to, from, watchdog, .. } = self;
        let to = to.as_mut().ok_or(io::ErrorKind::InvalidData)?;
        let answer = watchdog.watch(|| {
            send(to, &[&length.to_le_bytes(), path.as_bytes(), file])?;
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
