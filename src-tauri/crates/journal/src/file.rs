//! A journal file: its name, its range of a log, and its bytes.
//!
//! A name is `journal/{stamp}-{writer}-{first seq}-{last seq}.parquet`: the stamp in UTC to the
//! millisecond, and both numbers with 20 digits.

use bytes::Bytes;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// A journal file, whole, as it lies in the spool and then in the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Position of the first event in the outbox.
    pub position: u64,
    /// Number of events.
    pub events: u64,
    /// Name of the log that the events belong to.
    pub writer: String,
    /// Number of the first event in its writer's log.
    pub first_seq: u64,
    /// Key: the path below the bucket.
    pub key: String,
    /// Bytes of the Parquet file.
    pub bytes: Bytes,
    /// SHA-256 of `bytes`.
    pub sha256: [u8; 32],
}

impl File {
    /// The position after the last event.
    pub(crate) fn end(&self) -> u64 {
        self.position + self.events
    }

    /// The number of the last event in its writer's log.
    pub(crate) fn last_seq(&self) -> u64 {
        (self.first_seq + self.events).saturating_sub(1)
    }

    /// A name with a stamp later than the present one, and not before `now`.
    pub(crate) fn later_key(&self, now: DateTime<Utc>) -> String {
        let stamp = self.key.get(FOLDER.len()..FOLDER.len() + STAMP_LENGTH).unwrap_or_default();
        let taken = NaiveDateTime::parse_from_str(stamp, STAMP).unwrap_or_default().and_utc();
        let at = now.max(taken + TimeDelta::milliseconds(1));
        key(at, &self.writer, self.first_seq, self.last_seq())
    }
}

const FOLDER: &str = "journal/";
const STAMP: &str = "%Y%m%d_%H%M%S_%3f";
const STAMP_LENGTH: usize = "20260303_091500_123".len();

/// The key of a file with these events, stamped `at`.
pub(crate) fn key(at: DateTime<Utc>, writer: &str, first_seq: u64, last_seq: u64) -> String {
    format!("{FOLDER}{}{}", at.format(STAMP), tail(writer, first_seq, last_seq))
}

/// The part of a name after its stamp.
fn tail(writer: &str, first_seq: u64, last_seq: u64) -> String {
    format!("-{writer}-{first_seq:020}-{last_seq:020}.parquet")
}

/// Whether `key` is a name of a file with these events, whatever its stamp.
pub(crate) fn is_name_of(key: &str, writer: &str, first_seq: u64, last_seq: u64) -> bool {
    let stamp = key.strip_suffix(&tail(writer, first_seq, last_seq));
    let stamp = stamp.and_then(|key| key.strip_prefix(FOLDER)).unwrap_or_default();
    stamp.len() == STAMP_LENGTH && NaiveDateTime::parse_from_str(stamp, STAMP).is_ok()
}

/// The first and the last number in the name of a file of `writer`; `None` for any other name.
pub(crate) fn seqs_in_name(key: &str, writer: &str) -> Option<(u64, u64)> {
    let (rest, last) = key.strip_suffix(".parquet")?.rsplit_once('-')?;
    let (rest, first) = rest.rsplit_once('-')?;
    let ours = rest.strip_suffix(writer)?.ends_with('-');
    ours.then(|| Some((first.parse().ok()?, last.parse().ok()?)))?
}
