//! Messages between the process that asks and the one that answers. Each is sent after its length, as
//! eight bytes, little-endian.
//!
//! The one that asks sends a [`Request`] and, as a message of its own, the bytes of the snapshot; later a
//! [`Command`] at a time. The other answers with [`Answer`]s.

use std::io::{self, Read, Write};

use arrow::array::RecordBatch;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Place, SqlColumn, SqlQuestion};

/// Request of one process: a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Question.
    pub question: SqlQuestion,
    /// Number of rows after which the answer pauses until a [`Command`]; `None` for all at once.
    pub page: Option<usize>,
    /// Bytes of memory that the answer may use.
    pub memory: u64,
}

/// Command to an answer that pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Go on, with so many rows.
    More(usize),
    /// Count all rows of the answer.
    Count,
}

/// Message of the process that answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Columns, before all rows.
    Columns(Vec<SqlColumn>),
    /// Some rows.
    Rows(RecordBatch),
    /// As many rows were sent as were asked for, and there are more.
    Paused,
    /// All rows were sent.
    End,
    /// Number of all rows.
    Total(u64),
    /// No answer, or no further one.
    Failure(Failure),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// See [`SqlError::Wrong`](crate::SqlError::Wrong).
    Wrong(String, Option<Place>),
    /// See [`SqlError::Memory`](crate::SqlError::Memory).
    Memory(String),
    /// See [`SqlError::Failed`](crate::SqlError::Failed).
    Failed(String),
    /// See [`SqlError::Changed`](crate::SqlError::Changed).
    Changed,
}

/// First bytes of the messages of the process that answers.
const COLUMNS: u8 = 0;
const ROWS: u8 = 1;
const PAUSED: u8 = 2;
const END: u8 = 3;
const TOTAL: u8 = 4;
const FAILURE: u8 = 5;

/// Sends a message as JSON.
pub fn send_json(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    send(to, &serde_json::to_vec(message)?)
}

/// Receives a message that is JSON; `None` at the end of all messages.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if it is another one.
pub fn receive_json<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    receive(from)?.map(|bytes| Ok(serde_json::from_slice(&bytes)?)).transpose()
}

/// Sends bytes as a message.
pub fn send(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&(bytes.len() as u64).to_le_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

/// Receives a message; `None` at the end of all messages.
pub fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u64::from_le_bytes(length);
    // What was announced is not believed: memory grows with what arrives.
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length {
        Ok(Some(bytes))
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

impl Answer {
    /// Sends the message.
    ///
    /// # Errors
    /// That of the stream, or [`io::ErrorKind::InvalidData`] if the rows have a type that cannot be sent.
    pub fn send(&self, to: &mut impl Write) -> io::Result<()> {
        let bytes = match self {
            Self::Columns(columns) => with_kind(COLUMNS, serde_json::to_vec(columns)?),
            Self::Rows(rows) => with_kind(ROWS, rows_to_bytes(rows)?),
            Self::Paused => vec![PAUSED],
            Self::End => vec![END],
            Self::Total(total) => with_kind(TOTAL, total.to_le_bytes().to_vec()),
            Self::Failure(failure) => with_kind(FAILURE, serde_json::to_vec(failure)?),
        };
        send(to, &bytes)
    }

    /// Receives the next message; `None` at the end of all messages.
    ///
    /// # Errors
    /// That of the stream, or [`io::ErrorKind::InvalidData`] if it is no message.
    pub fn receive(from: &mut impl Read) -> io::Result<Option<Self>> {
        let Some(message) = receive(from)? else { return Ok(None) };
        let invalid = || io::Error::from(io::ErrorKind::InvalidData);
        let (kind, rest) = message.split_first().ok_or_else(invalid)?;
        Ok(Some(match *kind {
            COLUMNS => Self::Columns(serde_json::from_slice(rest)?),
            ROWS => Self::Rows(rows_of_bytes(rest)?),
            PAUSED => Self::Paused,
            END => Self::End,
            TOTAL => Self::Total(u64::from_le_bytes(rest.try_into().map_err(|_| invalid())?)),
            FAILURE => Self::Failure(serde_json::from_slice(rest)?),
            _ => return Err(invalid()),
        }))
    }
}

fn with_kind(kind: u8, mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.insert(0, kind);
    bytes
}

fn rows_to_bytes(rows: &RecordBatch) -> io::Result<Vec<u8>> {
    let mut writer = StreamWriter::try_new(Vec::new(), &rows.schema()).map_err(io::Error::other)?;
    writer.write(rows).map_err(io::Error::other)?;
    writer.into_inner().map_err(io::Error::other)
}

fn rows_of_bytes(bytes: &[u8]) -> io::Result<RecordBatch> {
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    let mut reader = StreamReader::try_new(bytes, None).map_err(invalid)?;
    let rows = reader.next().ok_or(io::ErrorKind::InvalidData)?;
    rows.map_err(invalid)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringViewArray};

    use super::*;
    use crate::SqlKind;

    #[test]
    fn what_is_sent_is_received() {
        let texts: ArrayRef =
            Arc::new(StringViewArray::from(vec![Some("a text that is no inline view"), None]));
        let column = SqlColumn { name: "a".to_owned(), kind: SqlKind::Text };
        let place = Some(Place { line: 1, column: 8 });
        let sent = [
            Answer::Columns(vec![column]),
            Answer::Rows(RecordBatch::try_from_iter([("a", texts)]).unwrap()),
            Answer::Paused,
            Answer::Total(u64::MAX),
            Answer::End,
            Answer::Failure(Failure::Wrong("no".to_owned(), place)),
            Answer::Failure(Failure::Changed),
        ];
        let mut bytes = Vec::new();
        for message in &sent {
            message.send(&mut bytes).unwrap();
        }
        let mut from = bytes.as_slice();
        for message in &sent {
            assert_eq!(Answer::receive(&mut from).unwrap().as_ref(), Some(message));
        }
        assert_eq!(Answer::receive(&mut from).unwrap(), None);
        for end in 0..bytes.len() {
            // No part of a message is taken for one.
            let mut from = &bytes[..end];
            let received = std::iter::from_fn(|| Answer::receive(&mut from).ok().flatten());
            assert!(received.zip(&sent).all(|(received, sent)| received == *sent));
        }
    }
}
