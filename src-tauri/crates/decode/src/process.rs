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
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use bytes::Bytes;

use crate::Partitions;
use crate::file::decode;
use crate::platform::limit_memory;
use crate::rows::DecodedRows;

/// Argument that makes a program the decoder.
const ARGUMENT: &str = "decode-journal-files";

/// Memory limit of the decoder, in bytes: room for the decoded rows of the largest file twice, as rows
/// and as bytes, and as much again. It holds where the platform enforces it.
const MEMORY_LIMIT: u64 = 2 << 30;

/// Time limit for one file.
const TIME_LIMIT: Duration = Duration::from_mins(1);

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
    let (begun, ended) = (channel::<()>(), channel::<()>());
    thread::spawn(move || {
        while begun.1.recv().is_ok() {
            if ended.1.recv_timeout(TIME_LIMIT) == Err(RecvTimeoutError::Timeout) {
                std::process::exit(TIMEOUT_EXIT_CODE.into());
            }
        }
    });
    while let Some(file) = receive(&mut from)? {
        // The watching thread ends only with this process.
        let _ = begun.0.send(());
        let decoded = decode_catching_panic(Bytes::from(file));
        let _ = ended.0.send(());
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
        Decoding { decoder: self.clone(), process: None }
    }
}

/// A decoder and its process, which is started for the first file, and again after a file that
/// ended it. Dropping it kills the process.
pub struct Decoding {
    decoder: Decoder,
    process: Option<Process>,
}

struct Process {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
}

impl Decoding {
    /// Decodes a file, whose path below `journal/` may name columns: returns its rows, or a clause
    /// that says why the file cannot be decoded. That includes a file that ended the process, or took
    /// longer than one minute.
    ///
    /// # Errors
    /// The outer error is not the file's: the process could not be started, or not be waited for.
    #[tracing::instrument(level = "debug", skip_all, fields(bytes = file.len()))]
    pub fn decode(&mut self, path: &str, file: &[u8]) -> io::Result<Result<DecodedRows, String>> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(&self.decoder)?,
        };
        match process.request(path, file) {
            Ok(answer) => {
                self.process = Some(process);
                Ok(answer)
            }
            Err(_) => Ok(Err(process.exit_reason()?)),
        }
    }
}

impl Process {
    #[tracing::instrument(name = "start_decoder", level = "debug", skip_all)]
    fn start(decoder: &Decoder) -> io::Result<Self> {
        let mut command = Command::new(decoder.program()?);
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped());
        // The messages of a failing decoder must not reach the terminal of the user.
        let mut child = command.stderr(Stdio::null()).spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Self { child, to, from }),
            _ => Err(io::Error::other("a decoder without pipes")),
        }
    }

    /// Sends a file and waits for the answer. An error means that the process ended, or answered
    /// against the protocol.
    fn request(&mut self, path: &str, file: &[u8]) -> io::Result<Result<DecodedRows, String>> {
        let length = u32::try_from(path.len()).map_err(io::Error::other)?;
        send(&mut self.to, &[&length.to_le_bytes(), path.as_bytes(), file])?;
        let answer = receive(&mut self.from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        match answer.split_first() {
            Some((1, rows)) => {
                let rows = DecodedRows::from_bytes(rows);
                rows.map(Ok).ok_or_else(|| io::ErrorKind::InvalidData.into())
            }
            Some((_, problem)) => Ok(Err(String::from_utf8_lossy(problem).into_owned())),
            None => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Ends the process, and returns a clause about the file it was decoding.
    fn exit_reason(mut self) -> io::Result<String> {
        // It may still run, if its answer was invalid.
        drop(self.child.kill());
        let status = self.child.wait()?;
        Ok(match status.code() {
            Some(code) if code == i32::from(TIMEOUT_EXIT_CODE) => {
                format!("could not be decoded within {} seconds", TIME_LIMIT.as_secs())
            }
            _ => format!(
                "could not be decoded: it ended the decoder, which may use {} GiB ({status})",
                MEMORY_LIMIT >> 30
            ),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
