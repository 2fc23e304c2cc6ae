//! The total order of a journal.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::time::clamped_nanos;
use crate::{Entry, Place};

/// Where an entry stands in the total order: by timestamp first, then by what breaks the tie.
/// A legacy event comes before one of Daybook's with the same timestamp.
///
/// As text it is the cursor of a page: opaque to callers, stable through a flush, because an event
/// of Daybook's is placed by its log and not by its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub timestamp: DateTime<Utc>,
    pub tie: Tie,
}

/// What orders events of one timestamp.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// Files in the order of their names, rows as they lie in the file.
    Legacy { file: String, row: u64 },
    /// When the journal accepted it; then the log and the position in it.
    Own { recorded_at: DateTime<Utc>, writer: String, seq: u64 },
}

/// A position that borrows its texts, so that to compare entries costs no memory.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Borrowed<'a>(DateTime<Utc>, BorrowedTie<'a>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum BorrowedTie<'a> {
    Legacy(&'a str, u64),
    Own(DateTime<Utc>, &'a str, u64),
}

impl<'a> Borrowed<'a> {
    fn of(entry: &'a Entry) -> Self {
        let event = &entry.event;
        let tie = match (event.recorded_at, &event.writer, event.seq, &entry.place) {
            (Some(recorded_at), Some(writer), Some(seq), _) => {
                BorrowedTie::Own(recorded_at, writer, seq)
            }
            (_, _, _, Place::File { file, row }) => BorrowedTie::Legacy(file, *row),
            // The journal stamps everything it accepts, so a pending event is never here.
            (_, _, _, Place::Pending) => BorrowedTie::Legacy("", 0),
        };
        Self(event.timestamp, tie)
    }
}

impl Entry {
    /// How two entries stand in the total order of the journal.
    pub fn cmp_position(&self, other: &Self) -> Ordering {
        Borrowed::of(self).cmp(&Borrowed::of(other))
    }
}

/// A cursor that no page of this journal gave out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a cursor; use the “next” of an earlier page")]
pub struct PositionError(String);

impl Position {
    pub(crate) fn of(entry: &Entry) -> Self {
        let Borrowed(timestamp, tie) = Borrowed::of(entry);
        let tie = match tie {
            BorrowedTie::Legacy(file, row) => Tie::Legacy { file: file.to_owned(), row },
            BorrowedTie::Own(recorded_at, writer, seq) => {
                Tie::Own { recorded_at, writer: writer.to_owned(), seq }
            }
        };
        Self { timestamp, tie }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = clamped_nanos(self.timestamp);
        match &self.tie {
            Tie::Legacy { file, row } => write!(f, "{time}.f.{row}.{file}"),
            Tie::Own { recorded_at, writer, seq } => {
                write!(f, "{time}.w.{}.{seq}.{writer}", clamped_nanos(*recorded_at))
            }
        }
    }
}

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        parse(text).ok_or_else(|| PositionError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Position> {
    let (nanos, rest) = text.split_once('.')?;
    let timestamp = from_nanos(nanos)?;
    let (kind, rest) = rest.split_once('.')?;
    let (number, rest) = rest.split_once('.')?;
    let tie = match kind {
        "f" => Tie::Legacy { row: number.parse().ok()?, file: rest.to_owned() },
        "w" => {
            let (seq, writer) = rest.split_once('.')?;
            let recorded_at = from_nanos(number)?;
            Tie::Own { recorded_at, writer: writer.to_owned(), seq: seq.parse().ok()? }
        }
        _ => return None,
    };
    Some(Position { timestamp, tie })
}

fn from_nanos(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok().map(DateTime::from_timestamp_nanos)
}
