//! Total order of a journal, and positions in it as cursors.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::time::clamped_nanos;
use crate::{Entry, Place};

/// Position of an entry in the total order of a journal: by timestamp, then by [`Tie`].
///
/// Its text form is the cursor of a page, opaque to callers: nanoseconds since 1970, `f` or `w` for
/// the kind of tie, and the parts of the tie, with dots between them. A flush does not change the
/// position of an event that Daybook recorded, because its log places it and not its file.
///
/// ```
/// use event::{Position, Tie, parse_time};
///
/// let timestamp = parse_time("2024-03-01T09:00:00Z")?;
/// let legacy = Position { timestamp, tie: Tie::Legacy { file: "a.parquet".into(), row: 7 } };
/// let tie = Tie::Own { recorded_at: timestamp, writer: "w1".into(), seq: 41 };
/// let own = Position { timestamp, tie };
///
/// // With one timestamp, events of legacy files come first.
/// assert!(legacy < own);
/// let timestamp = parse_time("2024-03-01T08:59:59Z")?;
/// assert!(Position { timestamp, ..own.clone() } < legacy);
///
/// assert_eq!(legacy.to_string(), "1709283600000000000.f.7.a.parquet");
/// assert_eq!(own.to_string(), "1709283600000000000.w.1709283600000000000.41.w1");
/// assert_eq!(own.to_string().parse(), Ok(own));
/// assert!("page 2".parse::<Position>().is_err());
/// # Ok::<(), event::TimeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Timestamp of the event.
    pub timestamp: DateTime<Utc>,
    /// Tie-break among events with one timestamp.
    pub tie: Tie,
}

/// Tie-break that orders events with one timestamp. A legacy event comes before one that Daybook
/// recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// Legacy event, ordered by the name of its file and then by its row.
    Legacy {
        /// File's path below the journal's folder; the digest of the event where the engine does not
        /// know the file, see [`Place::SomeFile`].
        file: String,
        /// Row in the file, from 0.
        row: u64,
    },
    /// Event that Daybook recorded, ordered by the time of acceptance, the log, and the position in
    /// the log.
    Own {
        /// Time at which the journal accepted the event.
        recorded_at: DateTime<Utc>,
        /// Writer whose log holds the event.
        writer: String,
        /// Sequence number in that log, from 0.
        seq: u64,
    },
}

/// Borrowed form of [`Position`], with the same order: comparing entries allocates nothing.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct PositionRef<'a>(DateTime<Utc>, TieRef<'a>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum TieRef<'a> {
    Legacy(&'a str, u64),
    Own(DateTime<Utc>, &'a str, u64),
}

impl<'a> PositionRef<'a> {
    fn of(entry: &'a Entry) -> Self {
        let event = &entry.event;
        let tie = match (event.recorded_at, &event.writer, event.seq, &entry.place) {
            (Some(recorded_at), Some(writer), Some(seq), _) => {
                TieRef::Own(recorded_at, writer, seq)
            }
            (_, _, _, Place::File { file, row }) => TieRef::Legacy(file, *row),
            (_, _, _, Place::SomeFile { digest }) => TieRef::Legacy(digest, 0),
            // The journal stamps everything it accepts, so a pending event is never here.
            (_, _, _, Place::Pending) => TieRef::Legacy("", 0),
        };
        Self(event.timestamp, tie)
    }
}

impl Entry {
    /// Compares the positions of two entries in the total order, without allocating.
    pub fn cmp_position(&self, other: &Self) -> Ordering {
        PositionRef::of(self).cmp(&PositionRef::of(other))
    }
}

/// Error of a text that has not the form of a cursor; it holds that text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a cursor; use the “next” of an earlier page")]
pub struct PositionError(String);

impl Position {
    pub(crate) fn of(entry: &Entry) -> Self {
        let PositionRef(timestamp, tie) = PositionRef::of(entry);
        let tie = match tie {
            TieRef::Legacy(file, row) => Tie::Legacy { file: file.to_owned(), row },
            TieRef::Own(recorded_at, writer, seq) => {
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
