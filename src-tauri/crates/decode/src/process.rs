//! The decoder process, which decodes files of unknown origin.
//!
//! A damaged or hostile file can make a decoder panic, abort, or ask for more memory than there is.
//! So files are decoded by another process: by default this same program, started with one
//! argument. It reads the bytes of one file after the other on standard input, and writes checked
//! rows or an error on standard output, each message after its length. If it ends, the file it was
//! decoding is reported as undecodable, and the next file gets a new process.

use std::io::{self, Read, Write};
use std::panic;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;

use crate::Partitions;
use crate::file::decode;
use crate::platform::{limit_memory, was_killed_from_outside};
use crate::rows::DecodedRows;
use crate::watchdog::Watchdog;

/// Argument that makes a program the decoder.
const ARGUMENT: &str = "decode-journal-files";

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
    let asked = std::env::args_os().nth(1).is_some_and(|argument| argument == ARGUMENT);
    asked.then(|| match serve(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

/// Decodes one file after the other until the input ends, within the limits of memory and time.
fn serve(mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    limit_memory(MEMORY_LIMIT);
    let watchdog = Watchdog::start(TIME_LIMIT, || std::process::exit(TIMEOUT_EXIT_CODE.into()));
    while let Some(file) = receive(&mut from)? {
        let decoded = watchdog.watch(|| decode_catching_panic(Bytes::from(file)));
        match decoded {
            Ok(rows) => send(&mut to, &[&[1], &rows.to_bytes()])?,
            Err(problem) => send(&mut to, &[&[0], problem.as_bytes()])?,
        }
    }
    Ok(())
}

/// Decodes the file of a request, and turns a panic into an error: its message says more than an
/// ended process.
fn decode_catching_panic(mut request: Bytes) -> Result<DecodedRows, String> {
    let path = request.split_to(path_length(&request).ok_or("no request")?);
    let partitions = Partitions::of_path(&String::from_utf8_lossy(&path[PREFIX..]));
    panic::catch_unwind(|| decode(&request, &partitions)).unwrap_or_else(|panicked| {
        let said = match panicked.downcast_ref::<String>() {
            Some(said) => Some(said.as_str()),
            None => panicked.downcast_ref::<&str>().copied(),
        };
        Err(format!("damaged: {}", said.unwrap_or("the decoder gave up")))
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
    to: ChildStdin,
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
                Ok(answer.map_err(Undecoded::ByItself))
            }
            Err(error) => Ok(Err(process.exit_reason(&error)?)),
        }
    }
}

impl Process {
    #[tracing::instrument(name = "start_decoder", level = "debug", skip_all)]
    fn start(decoder: &Decoder, patience: Duration) -> io::Result<Self> {
        let mut command = Command::new(decoder.program()?);
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped());
        // The messages of a failing decoder must not reach the terminal of the user.
        let mut child = command.stderr(Stdio::null()).spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => {
                let child = Arc::new(Mutex::new(child));
                let watched = Arc::clone(&child);
                let watchdog = Watchdog::start(patience, move || drop(lock(&watched).kill()));
                Ok(Self { child, to, from, watchdog })
            }
            _ => Err(io::Error::other("a decoder without pipes")),
        }
    }

    /// Sends a file and waits for the answer. An error means that the process ended, or answered
    /// against the protocol.
    fn request(&mut self, path: &str, file: &[u8]) -> io::Result<Result<DecodedRows, String>> {
        let length = u32::try_from(path.len()).map_err(io::Error::other)?;
        let Self { to, from, watchdog, .. } = self;
        let answer = watchdog.watch(|| {
            send(to, &[&length.to_le_bytes(), path.as_bytes(), file])?;
            receive(from)
        });
        let answer = answer?.ok_or(io::ErrorKind::UnexpectedEof)?;
        match answer.split_first() {
            Some((1, rows)) => {
                let rows = DecodedRows::from_bytes(rows);
                rows.map(Ok).ok_or_else(|| io::ErrorKind::InvalidData.into())
            }
            Some((_, problem)) => Ok(Err(String::from_utf8_lossy(problem).into_owned())),
            None => Err(io::ErrorKind::InvalidData.into()),
        }
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
