//! Record summaries in few bytes: there are as many as records, of which a journal can have
//! millions.

use std::cmp::Reverse;
use std::io;

use bytemuck::{Pod, Zeroable};
use chrono::{DateTime, Utc};
use decode::DictionaryColumn;
use event::{Position, RecordId, Tie};
use query::RecordSummary;
use serde::{Deserialize, Serialize};

use crate::catalog::segment::damaged;

/// Summaries, each with the hash by which segments know its record; in order once sorted.
#[derive(Debug, Default)]
pub(crate) struct SummaryList {
    keys: Vec<SummaryKey>,
    bytes: Vec<u8>,
    /// Types, actors, files and writers: few, and each named often.
    words: DictionaryColumn,
}

/// What the list is ordered and made again by.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct SummaryKey {
    hash: u64,
    /// The latest change, in nanoseconds since 1970.
    last: i64,
    /// Where the rest of it starts.
    at: u64,
}

/// The rest of a summary. Numbers in place of texts are codes into the words.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PackedSummary<'a> {
    pub deleted: bool,
    entity_type: u32,
    pub entity_id: &'a str,
    pub name: Option<&'a str>,
    events: usize,
    first: i64,
    last_actor: u32,
    tie: PackedTie,
}

/// See [`Tie`].
#[derive(Debug, Serialize, Deserialize)]
enum PackedTie {
    Legacy { file: u32, row: u64 },
    Own { recorded_at: i64, writer: u32, seq: u64 },
}

impl SummaryList {
    /// From what they are kept as.
    pub fn new<W: AsRef<str>>(keys: Vec<SummaryKey>, bytes: Vec<u8>, words: &[W]) -> Self {
        let mut coded = DictionaryColumn::default();
        for word in words.iter().map(AsRef::as_ref) {
            coded.code(Some(word));
        }
        Self { keys, bytes, words: coded }
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.words.iter().map(|word| word.as_deref().unwrap_or_default())
    }

    /// What they are kept as, beside the words.
    pub fn parts(&self) -> (&[SummaryKey], &[u8]) {
        (&self.keys, &self.bytes)
    }

    /// Those of records with some hashes.
    pub fn only(&self, wanted: impl Fn(u64) -> bool) -> io::Result<Self> {
        let words: Vec<&str> = self.words().collect();
        let mut kept = Self::new(Vec::new(), Vec::new(), &words);
        for key in self.keys.iter().filter(|key| wanted(key.hash)) {
            let at = kept.bytes.len() as u64;
            kept.bytes.extend_from_slice(self.unpack(key)?.1);
            kept.keys.push(SummaryKey { at, ..*key });
        }
        Ok(kept)
    }

    pub fn push(&mut self, hash: u64, summary: &RecordSummary) -> io::Result<()> {
        let mut code = |word: &str| self.words.code(Some(word));
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

    /// Puts the latest change first.
    pub fn sort(&mut self) -> io::Result<()> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_by_key(|key| Reverse(key.last));
        for together in keys.chunk_by_mut(|a, b| a.last == b.last).filter(|few| few.len() > 1) {
            let position = |key: &SummaryKey| Ok((self.summary(key)?.position, *key));
            let mut known = together.iter().map(position).collect::<io::Result<Vec<_>>>()?;
            known.sort_by(|(a, _), (b, _)| b.cmp(a));
            together.iter_mut().zip(known).for_each(|(key, (_, known))| *key = known);
        }
        self.keys = keys;
        Ok(())
    }

    /// The one at `index`, as it lies there.
    pub fn packed(&self, index: usize) -> io::Result<PackedSummary<'_>> {
        Ok(self.unpack(&self.keys[index])?.0)
    }

    pub fn entity_type(&self, packed: &PackedSummary<'_>) -> io::Result<&str> {
        self.word(packed.entity_type)
    }

    pub fn get(&self, index: usize) -> io::Result<RecordSummary> {
        self.summary(&self.keys[index])
    }

    fn summary(&self, key: &SummaryKey) -> io::Result<RecordSummary> {
        let (packed, _) = self.unpack(key)?;
        let owned = |word| self.word(word).map(str::to_owned);
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

    /// The rest of a summary, and its bytes.
    fn unpack(&self, key: &SummaryKey) -> io::Result<(PackedSummary<'_>, &[u8])> {
        let bytes = usize::try_from(key.at).ok().and_then(|at| self.bytes.get(at..));
        let bytes = bytes.ok_or_else(|| damaged("a record"))?;
        let (packed, rest) = postcard::take_from_bytes(bytes).map_err(|_| damaged("a record"))?;
        Ok((packed, &bytes[..bytes.len() - rest.len()]))
    }

    fn word(&self, code: u32) -> io::Result<&str> {
        let word = self.words.words.get(code as usize).and_then(Option::as_deref);
        word.ok_or_else(|| damaged("a record"))
    }
}

fn nanos(time: DateTime<Utc>) -> i64 {
    time.timestamp_nanos_opt().unwrap_or_default()
}
