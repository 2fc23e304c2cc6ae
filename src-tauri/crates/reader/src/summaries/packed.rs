//! Packed form of record summaries: there is one for each record, and a journal can have millions.

use std::cmp::Reverse;
use std::io;

use bytemuck::{Pod, Zeroable};
use chrono::{DateTime, Utc};
use decode::DictionaryColumn;
use event::{Position, RecordId, Tie};
use query::RecordSummary;
use serde::{Deserialize, Serialize};

use crate::catalog::segment::damaged;

/// List of packed summaries, each with the hash of its record's entity id. Sorted by the latest
/// change once [`SummaryList::sort`] was called.
#[derive(Debug, Default)]
pub(crate) struct SummaryList {
    keys: Vec<SummaryKey>,
    /// The packed summaries (postcard), one after the other, in no particular order.
    bytes: Vec<u8>,
    /// Dictionary of types, actors, files and writers: they are few, and each occurs often.
    dictionary: DictionaryColumn,
}

/// Key of a summary: what the list is sorted by, and what decides whether it is folded again.
/// Stored as it lies in memory.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct SummaryKey {
    /// Hash of the record's entity id.
    hash: u64,
    /// Time of the latest event, in nanoseconds since 1970.
    last: i64,
    /// Offset of the packed summary.
    at: u64,
}

/// Packed summary: all but what its key says. The layout is stored; its order must not change
/// without a new version in [`super::persist`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PackedSummary<'a> {
    /// Whether the record is deleted.
    pub deleted: bool,
    /// A code of the dictionary, like `last_actor`.
    entity_type: u32,
    /// Id of the record.
    pub entity_id: &'a str,
    /// Name of the record, if it has one.
    pub name: Option<&'a str>,
    events: usize,
    /// Time of the first event, in nanoseconds since 1970.
    first: i64,
    last_actor: u32,
    tie: PackedTie,
}

/// Packed [`Tie`] of the latest event. `file` and `writer` are codes of the dictionary.
#[derive(Debug, Serialize, Deserialize)]
enum PackedTie {
    Legacy { file: u32, row: u64 },
    Own { recorded_at: i64, writer: u32, seq: u64 },
}

impl SummaryList {
    /// A list of its parts: see [`SummaryList::parts`] and [`SummaryList::dictionary_values`].
    pub fn new<V: AsRef<str>>(keys: Vec<SummaryKey>, bytes: Vec<u8>, values: &[V]) -> Self {
        let mut dictionary = DictionaryColumn::default();
        for value in values.iter().map(AsRef::as_ref) {
            dictionary.code(Some(value));
        }
        Self { keys, bytes, dictionary }
    }

    /// How many summaries there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Values of the dictionary, in the order of their codes.
    pub fn dictionary_values(&self) -> impl Iterator<Item = &str> {
        self.dictionary.values.iter().map(|value| value.as_deref().unwrap_or_default())
    }

    /// Keys and packed summaries: all that is to be stored beside the dictionary.
    pub fn parts(&self) -> (&[SummaryKey], &[u8]) {
        (&self.keys, &self.bytes)
    }

    /// A list of the summaries whose hash satisfies `keep`, in the same order, with the same
    /// dictionary.
    pub fn filtered(&self, keep: impl Fn(u64) -> bool) -> io::Result<Self> {
        let values: Vec<&str> = self.dictionary_values().collect();
        let mut filtered = Self::new(Vec::new(), Vec::new(), &values);
        for key in self.keys.iter().filter(|key| keep(key.hash)) {
            let at = filtered.bytes.len() as u64;
            filtered.bytes.extend_from_slice(self.unpack(key)?.1);
            filtered.keys.push(SummaryKey { at, ..*key });
        }
        Ok(filtered)
    }

    /// Packs a summary and appends it. `hash` is that of its record's entity id.
    pub fn push(&mut self, hash: u64, summary: &RecordSummary) -> io::Result<()> {
        let mut code = |value: &str| self.dictionary.code(Some(value));
        let packed = PackedSummary {
            deleted: summary.deleted,
            entity_type: code(&summary.record.entity_type),
            entity_id: &summary.record.entity_id,
            name: summary.name.as_deref(),
            events: summary.events,
            first: nanos(summary.first),
            last_actor: code(&summary.last_actor),
            tie: match &summary.position.tie {
                Tie::Legacy { file, row } => PackedTie::Legacy { file: code(file), row: *row },
                Tie::Own { recorded_at, writer, seq } => PackedTie::Own {
                    recorded_at: nanos(*recorded_at),
                    writer: code(writer),
                    seq: *seq,
                },
            },
        };
        let at = self.bytes.len() as u64;
        postcard::to_io(&packed, &mut self.bytes).map_err(io::Error::other)?;
        self.keys.push(SummaryKey { hash, last: nanos(summary.last), at });
        Ok(())
    }

    /// Sorts the list, latest change first; changes of one time by their position in the total
    /// order.
    pub fn sort(&mut self) -> io::Result<()> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_by_key(|key| Reverse(key.last));
        for together in keys.chunk_by_mut(|a, b| a.last == b.last).filter(|few| few.len() > 1) {
            let position = |key: &SummaryKey| Ok((self.summary(key)?.position, *key));
            let mut sorted = together.iter().map(position).collect::<io::Result<Vec<_>>>()?;
            sorted.sort_by(|(a, _), (b, _)| b.cmp(a));
            together.iter_mut().zip(sorted).for_each(|(key, (_, sorted))| *key = sorted);
        }
        self.keys = keys;
        Ok(())
    }

    /// The packed summary at `index`.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if it cannot be decoded.
    pub fn packed(&self, index: usize) -> io::Result<PackedSummary<'_>> {
        Ok(self.unpack(&self.keys[index])?.0)
    }

    /// Type of the record of a packed summary.
    pub fn entity_type(&self, packed: &PackedSummary<'_>) -> io::Result<&str> {
        self.value(packed.entity_type)
    }

    /// The summary at `index`.
    pub fn get(&self, index: usize) -> io::Result<RecordSummary> {
        self.summary(&self.keys[index])
    }

    fn summary(&self, key: &SummaryKey) -> io::Result<RecordSummary> {
        let (packed, _) = self.unpack(key)?;
        let owned = |code| self.value(code).map(str::to_owned);
        let last = DateTime::from_timestamp_nanos(key.last);
        let tie = match packed.tie {
            PackedTie::Legacy { file, row } => Tie::Legacy { file: owned(file)?, row },
            PackedTie::Own { recorded_at, writer, seq } => Tie::Own {
                recorded_at: DateTime::from_timestamp_nanos(recorded_at),
                writer: owned(writer)?,
                seq,
            },
        };
        Ok(RecordSummary {
            record: RecordId {
                entity_type: owned(packed.entity_type)?,
                entity_id: packed.entity_id.to_owned(),
            },
            name: packed.name.map(str::to_owned),
            events: packed.events,
            first: DateTime::from_timestamp_nanos(packed.first),
            last,
            last_actor: owned(packed.last_actor)?,
            deleted: packed.deleted,
            position: Position { timestamp: last, tie },
        })
    }

    /// The packed summary of a key, and its bytes.
    fn unpack(&self, key: &SummaryKey) -> io::Result<(PackedSummary<'_>, &[u8])> {
        let bytes = usize::try_from(key.at).ok().and_then(|at| self.bytes.get(at..));
        let bytes = bytes.ok_or_else(|| damaged("a record"))?;
        let (packed, rest) = postcard::take_from_bytes(bytes).map_err(|_| damaged("a record"))?;
        Ok((packed, &bytes[..bytes.len() - rest.len()]))
    }

    /// The value of a code of the dictionary.
    fn value(&self, code: u32) -> io::Result<&str> {
        let value = self.dictionary.values.get(code as usize).and_then(Option::as_deref);
        value.ok_or_else(|| damaged("a record"))
    }
}

fn nanos(time: DateTime<Utc>) -> i64 {
    time.timestamp_nanos_opt().unwrap_or_default()
}
