//! A file of the journal: what it is called and what it holds.

use bytes::Bytes;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// A file of the journal, whole, as it lies in the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Of the first event, in the outbox.
    pub position: u64,
    pub events: u64,
    pub writer: String,
    /// Of the first event, in its writer's log.
    pub first_seq: u64,
    pub key: String,
    pub bytes: Bytes,
    pub sha256: [u8; 32],
}

impl File {
    /// The position after its last event.
    pub(crate) fn end(&self) -> u64 {
        self.position + self.events
    }

    pub(crate) fn last_seq(&self) -> u64 {
        (self.first_seq + self.events).saturating_sub(1)
    }

    /// Another name, of a later stamp.
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

/// The name of the file of these events.
pub(crate) fn key(at: DateTime<Utc>, writer: &str, first_seq: u64, last_seq: u64) -> String {
    format!("{FOLDER}{}{}", at.format(STAMP), tail(writer, first_seq, last_seq))
}

/// What a name has after its stamp.
fn tail(writer: &str, first_seq: u64, last_seq: u64) -> String {
    format!("-{writer}-{first_seq:020}-{last_seq:020}.parquet")
}

/// Whether a file of these events may have this name.
pub(crate) fn is_name_of(key: &str, writer: &str, first_seq: u64, last_seq: u64) -> bool {
    let stamp = key.strip_suffix(&tail(writer, first_seq, last_seq));
    let stamp = stamp.and_then(|key| key.strip_prefix(FOLDER)).unwrap_or_default();
    stamp.len() == STAMP_LENGTH && NaiveDateTime::parse_from_str(stamp, STAMP).is_ok()
}

/// The first and the last seq that the name of `writer`'s file says it holds.
pub(crate) fn seqs_in_name(key: &str, writer: &str) -> Option<(u64, u64)> {
    let (rest, last) = key.strip_suffix(".parquet")?.rsplit_once('-')?;
    let (rest, first) = rest.rsplit_once('-')?;
    let ours = rest.strip_suffix(writer)?.ends_with('-');
    ours.then(|| Some((first.parse().ok()?, last.parse().ok()?)))?
}
