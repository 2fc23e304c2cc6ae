//! What a decoder process does: it decodes what it is given within its limits, and answers.

use std::io::{self, Read, Write};
use std::ops::Range;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use parquet::file::reader::Length;

use crate::Partitions;
use crate::file::{FileSource, Parts, Refusal, decode_into, decode_whole};
use crate::messages::{receive, send_begin, send_end, send_refusal, send_rows, split_request};
use crate::platform::{limit_memory, standard_input};
use crate::rows::DecodedRows;
use crate::watchdog::Watchdog;

/// Argument that makes a program the decoder.
pub(crate) const ARGUMENT: &str = "decode-journal-files";

/// Argument that makes a program the decoder of the one file that its standard input holds, part by part.
/// The file's path below `journal/` follows it, and where its bytes begin and end in the input.
pub(crate) const LARGE_ARGUMENT: &str = "decode-large-journal-file";

/// Memory limit of the decoder, in bytes: far more than what it needs for the largest part, as rows
/// and as bytes. It holds where the platform enforces it.
pub(crate) const MEMORY_LIMIT: u64 = 2 << 30;

/// Time limit for one file, or one part of a large one.
pub(crate) const TIME_LIMIT: Duration = Duration::from_mins(1);

/// Exit code of a decoder that exceeds the time limit.
pub(crate) const TIMEOUT_EXIT_CODE: u8 = 62;

/// Runs as the decoder if this process was started as one: decodes files from standard input until
/// it ends, then returns the exit code. Returns `None` at once otherwise. A program that opens
/// journals must call it first in `main`, and exit with the code.
pub fn decode_if_asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let served = match arguments.next()?.to_str()? {
        ARGUMENT => serve(io::stdin().lock(), io::stdout().lock()),
        LARGE_ARGUMENT => {
            let path = arguments.next().unwrap_or_default();
            let mut position = || arguments.next()?.to_str()?.parse().ok();
            let range = position().unwrap_or_default()..position().unwrap_or_default();
            serve_large(&path.to_string_lossy(), range, io::stdout().lock())
        }
        _ => return None,
    };
    Some(if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Decodes one file after the other until the input ends, within the limits of memory and time.
fn serve(mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    let watchdog = limited();
    while let Some(request) = receive(&mut from)? {
        match watchdog.watch(|| decode_request(request.into())) {
            Ok(rows) => send_rows(&mut to, &rows)?,
            Err(refusal) => send_refusal(&mut to, &refusal)?,
        }
    }
    Ok(())
}

/// Decodes the one file in a range of standard input part by part, within the same limits for each.
fn serve_large(path: &str, range: Range<u64>, mut to: impl Write) -> io::Result<()> {
    let watchdog = limited();
    let file = FileSource::new(standard_input()?, range)?;
    let partitions = Partitions::of_path(path);
    let emit = |rows: Option<DecodedRows>| {
        // Not while the parent is busy with the part before.
        watchdog.end();
        let sent = match rows {
            None => send_begin(&mut to),
            Some(rows) => send_rows(&mut to, &rows),
        };
        if sent.is_err() {
            // Nobody waits for the rest.
            std::process::exit(1);
        }
        watchdog.begin();
    };
    let mut parts = Parts::new(file.len(), emit);
    let decoded = watchdog.watch(|| decode_into(&file, &partitions, &mut parts));
    match decoded {
        Ok(()) => send_end(&mut to),
        Err(refusal) => send_refusal(&mut to, &refusal),
    }
}

/// Limits the memory of this process. Returns what limits its time.
fn limited() -> Watchdog {
    limit_memory(MEMORY_LIMIT);
    Watchdog::start(TIME_LIMIT, || std::process::exit(TIMEOUT_EXIT_CODE.into()))
}

/// Decodes the file of a request.
fn decode_request(request: Bytes) -> Result<DecodedRows, Refusal> {
    let (path, file) = split_request(request).ok_or_else(|| "no request".to_owned())?;
    decode_whole(&file, &Partitions::of_path(&path))
}
