//! Messages between a decoder and its parent: each is sent after its length.

use std::io::{self, Read, Write};

use bytes::Bytes;

use crate::file::Refusal;
use crate::rows::DecodedRows;

/// First bytes of the messages of a decoder.
const PROBLEM: u8 = 0;
const ROWS: u8 = 1;
/// The file is to be decoded part by part.
const TOO_LARGE: u8 = 2;
/// The parts so far are to be forgotten: the file is read in another way.
const BEGIN: u8 = 3;
const END: u8 = 4;

/// Message of a decoder.
pub(crate) enum Answer {
    Problem(String),
    Rows(Box<DecodedRows>),
    TooLarge,
    Begin,
    End,
}

impl Answer {
    /// Parses a message that [`send_rows`] or its like has sent.
    pub(crate) fn parse(message: &[u8]) -> io::Result<Self> {
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

/// Sends the rows of a file, or of a part of it.
pub(crate) fn send_rows(to: &mut impl Write, rows: &DecodedRows) -> io::Result<()> {
    send(to, &[&[ROWS], &rows.to_bytes()])
}

/// Sends that the parts so far are to be forgotten.
pub(crate) fn send_begin(to: &mut impl Write) -> io::Result<()> {
    send(to, &[&[BEGIN]])
}

/// Sends that all parts were sent.
pub(crate) fn send_end(to: &mut impl Write) -> io::Result<()> {
    send(to, &[&[END]])
}

/// Sends why a file was not decoded.
pub(crate) fn send_refusal(to: &mut impl Write, refusal: &Refusal) -> io::Result<()> {
    match refusal {
        Refusal::Problem(problem) => send(to, &[&[PROBLEM], problem.as_bytes()]),
        Refusal::TooLarge => send(to, &[&[TOO_LARGE]]),
    }
}

/// Sends a file and its path: the length of the path in bytes as four bytes, little-endian, the path,
/// and the bytes of the file.
pub(crate) fn send_request(to: &mut impl Write, path: &str, file: &[u8]) -> io::Result<()> {
    let length = u32::try_from(path.len()).map_err(io::Error::other)?;
    send(to, &[&length.to_le_bytes(), path.as_bytes(), file])
}

/// Splits a request into path and file; `None` if it is none.
pub(crate) fn split_request(mut request: Bytes) -> Option<(String, Bytes)> {
    const PREFIX: usize = 4;
    let length = u32::from_le_bytes(*request.first_chunk()?);
    let length = usize::try_from(length).ok()?.checked_add(PREFIX)?;
    if length > request.len() {
        return None;
    }
    let path = request.split_to(length);
    Some((String::from_utf8_lossy(&path[PREFIX..]).into_owned(), request))
}

/// Sends a message: its length as eight bytes, little-endian, then its parts.
fn send(to: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    to.write_all(&(length as u64).to_le_bytes())?;
    parts.iter().try_for_each(|part| to.write_all(part))?;
    to.flush()
}

/// Receives a message; `None` at the end of the stream.
pub(crate) fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
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
