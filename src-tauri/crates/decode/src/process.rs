//! The process that decodes files of unknown origin.
//!
//! A damaged or hostile file can make a decoder panic, abort, or ask for more memory than there
//! is. So files are decoded by another process: this same program, started with one argument. It
//! is given the bytes of one file after the other on standard input, and gives back rows that were
//! checked. What ends it is a finding about the file it was at.

use std::io::{self, Read, Write};
use std::panic;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use bytes::Bytes;

use crate::file::decode;
use crate::platform::limit_memory;
use crate::rows::DecodedRows;

/// What makes a program the decoder.
const ARGUMENT: &str = "decode-journal-files";

/// How much memory the decoder may ask for, in bytes: what a file may unfold to, twice, and room.
const MEMORY: u64 = 2 << 30;

/// How long it may take for one file.
const TIME: Duration = Duration::from_mins(1);

/// How the decoder ends when a file takes it too long.
const TOO_LONG: u8 = 62;

/// Decodes what comes on standard input, if this process was started for that. Every program that
/// opens journals calls it first of all, and ends with what it returns.
pub fn decode_if_asked() -> Option<ExitCode> {
    let asked = std::env::args_os().nth(1).is_some_and(|argument| argument == ARGUMENT);
    asked.then(|| match serve(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

/// Decodes one file after the other until there are no more.
fn serve(mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    limit_memory(MEMORY);
    let (begun, ended) = (channel::<()>(), channel::<()>());
    thread::spawn(move || {
        while begun.1.recv().is_ok() {
            if ended.1.recv_timeout(TIME) == Err(RecvTimeoutError::Timeout) {
                std::process::exit(TOO_LONG.into());
            }
        }
    });
    while let Some(file) = receive(&mut from)? {
        // If the watch is gone, so is this process.
        let _ = begun.0.send(());
        let decoded = decode_or_say_why(&Bytes::from(file));
        let _ = ended.0.send(());
        match decoded {
            Ok(rows) => send(&mut to, &[&[1], &rows.to_bytes()])?,
            Err(problem) => send(&mut to, &[&[0], problem.as_bytes()])?,
        }
    }
    Ok(())
}

/// What the library says as it gives up tells more than that the process ended.
fn decode_or_say_why(file: &Bytes) -> Result<DecodedRows, String> {
    panic::catch_unwind(|| decode(file)).unwrap_or_else(|panicked| {
        let said = match panicked.downcast_ref::<String>() {
            Some(said) => Some(said.as_str()),
            None => panicked.downcast_ref::<&str>().copied(),
        };
        Err(format!("damaged: {}", said.unwrap_or("the decoder gave up")))
    })
}

/// Lengths as eight bytes, then the bytes.
fn send(to: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    to.write_all(&(length as u64).to_le_bytes())?;
    parts.iter().try_for_each(|part| to.write_all(part))?;
    to.flush()
}

/// `None` at the end of the stream.
fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u64::from_le_bytes(length);
    // Not more at once than has come: the length may be wrong.
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(64 << 20)).unwrap_or_default());
    let got = from.take(length).read_to_end(&mut bytes)?;
    if got as u64 == length { Ok(Some(bytes)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Which program decodes: one that calls [`decode_if_asked`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Decoder {
    #[default]
    ThisProgram,
    Program(PathBuf),
}

impl Decoder {
    fn program(&self) -> io::Result<PathBuf> {
        match self {
            Self::ThisProgram => std::env::current_exe(),
            Self::Program(path) => Ok(path.clone()),
        }
    }

    pub fn start(&self) -> Decoding {
        Decoding { decoder: self.clone(), process: None }
    }
}

/// A decoder at work. It is started for the first file, and again after a file that ended it.
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
    /// What a file holds, or what is wrong with it. The outer error is not the file's: no decoder
    /// could be started.
    #[tracing::instrument(level = "debug", skip_all, fields(bytes = file.len()))]
    pub fn decode(&mut self, file: &[u8]) -> io::Result<Result<DecodedRows, String>> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(&self.decoder)?,
        };
        match process.ask(file) {
            Ok(answer) => {
                self.process = Some(process);
                Ok(answer)
            }
            Err(_) => Ok(Err(process.what_ended_it()?)),
        }
    }
}

impl Process {
    #[tracing::instrument(name = "start_decoder", level = "debug", skip_all)]
    fn start(decoder: &Decoder) -> io::Result<Self> {
        let mut command = Command::new(decoder.program()?);
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped());
        // What a decoder says while it fails is no news to who started the program.
        let mut child = command.stderr(Stdio::null()).spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Self { child, to, from }),
            _ => Err(io::Error::other("a decoder without pipes")),
        }
    }

    fn ask(&mut self, file: &[u8]) -> io::Result<Result<DecodedRows, String>> {
        send(&mut self.to, &[file])?;
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

    fn what_ended_it(mut self) -> io::Result<String> {
        // It may live and have answered nonsense.
        drop(self.child.kill());
        let status = self.child.wait()?;
        Ok(match status.code() {
            Some(code) if code == i32::from(TOO_LONG) => {
                format!("could not be decoded within {} seconds", TIME.as_secs())
            }
            _ => format!(
                "could not be decoded: it ended the decoder, which may use {} GiB ({status})",
                MEMORY >> 30
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
