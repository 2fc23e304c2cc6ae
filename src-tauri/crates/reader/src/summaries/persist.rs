//! Record summaries on disk. A file with anything wrong in it is ignored, and the summaries are
//! folded again.
//!
//! The file is a sequence of parts, each with its length in 8 bytes before it: the version, the
//! keys, the packed summaries, the dictionary (a JSON array), the broken chains, the files it rests
//! on, the hashes of records with pending events, and the hash of the fields that records are named by.
//! The XXH3-64 of all that is the end. Numbers are in the byte order of the machine: the file never
//! leaves it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use bytemuck::{Pod, cast_slice, pod_collect_to_vec};
use xxhash_rust::xxh3::Xxh3Default;

use super::packed::{SummaryKey, SummaryList};
use super::record_summaries::RecordSummaries;

/// Version of the file; another one is ignored. It rises with a change of the layout, and of what
/// folding the same events results in.
pub(crate) const VERSION: u64 = 4;

impl RecordSummaries {
    /// Loads the file at `path`; empty if it is missing, damaged or of another version.
    pub fn load(path: &Path) -> Self {
        fs::read(path).ok().and_then(|bytes| Self::read(&bytes)).unwrap_or_default()
    }

    /// Writes the file at `path`. A failure is ignored: the file is a cache, so it costs time only.
    pub fn persist(&self, path: &Path) {
        drop(self.write(path));
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
        // Another process may write the file too: a rename replaces the whole of it.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        let mut to = io::BufWriter::new(file.as_file_mut());
        self.write_to(&mut to)?;
        to.flush()?;
        drop(to);
        file.persist(path)?;
        Ok(())
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write_to(&mut bytes)?;
        Ok(bytes)
    }

    fn write_to(&self, to: &mut impl Write) -> io::Result<()> {
        let mut to = PartWriter { to, sum: Xxh3Default::new() };
        let (keys, records) = self.records.parts();
        let values: Vec<&str> = self.records.dictionary_values().collect();
        let files: Vec<u64> = self.files.iter().copied().collect();
        to.put(&VERSION.to_ne_bytes())?;
        to.put(cast_slice(keys))?;
        to.put(records)?;
        to.put(&serde_json::to_vec(&values)?)?;
        to.put(cast_slice(&self.breaks))?;
        to.put(cast_slice(&files))?;
        to.put(cast_slice(&self.pending))?;
        to.put(&self.named_by.to_ne_bytes())?;
        let sum = to.sum.digest();
        to.to.write_all(&sum.to_ne_bytes())
    }

    /// Summaries from the bytes of a file; `None` if anything is wrong with it.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (mut rest, sum) = bytes.split_last_chunk()?;
        if xxhash_rust::xxh3::xxh3_64(rest) != u64::from_ne_bytes(*sum)
            || read_part(&mut rest)? != VERSION.to_ne_bytes()
        {
            return None;
        }
        let keys: Vec<SummaryKey> = numbers(read_part(&mut rest)?)?;
        let records = read_part(&mut rest)?.to_vec();
        let values: Vec<String> = serde_json::from_slice(read_part(&mut rest)?).ok()?;
        Some(Self {
            records: SummaryList::new(keys, records, &values),
            breaks: numbers(read_part(&mut rest)?)?,
            files: numbers(read_part(&mut rest)?)?.into_iter().collect(),
            pending: numbers(read_part(&mut rest)?)?,
            named_by: u64::from_ne_bytes(read_part(&mut rest)?.try_into().ok()?),
            unpersisted: 0,
        })
    }
}

/// Writer of parts, each with its length before it, and of a checksum over all of them.
struct PartWriter<W> {
    to: W,
    sum: Xxh3Default,
}

impl<W: Write> PartWriter<W> {
    fn put(&mut self, part: &[u8]) -> io::Result<()> {
        for bytes in [&(part.len() as u64).to_ne_bytes(), part] {
            self.sum.update(bytes);
            self.to.write_all(bytes)?;
        }
        Ok(())
    }
}

/// Splits off the first part.
fn read_part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk()?;
    let length = usize::try_from(u64::from_ne_bytes(*length)).ok()?;
    let (part, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(part)
}

/// A part as an array of numbers; `None` if its length does not fit.
fn numbers<T: Pod>(part: &[u8]) -> Option<Vec<T>> {
    part.len().is_multiple_of(size_of::<T>()).then(|| pod_collect_to_vec(part))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use chrono::DateTime;
    use event::{Position, RecordId, Tie};
    use query::RecordSummary;

    use super::*;
    use crate::summaries::BrokenAt;

    fn summary(id: &str, last: i64, name: Option<&str>, tie: Tie) -> RecordSummary {
        let last = DateTime::from_timestamp_nanos(last);
        RecordSummary {
            record: RecordId { entity_type: "candidate".into(), entity_id: id.into() },
            name: name.map(str::to_owned),
            events: 3,
            first: DateTime::from_timestamp_nanos(-1),
            last,
            last_actor: "Sarah".into(),
            deleted: name.is_none(),
            position: Position { timestamp: last, tie },
        }
    }

    #[test]
    fn what_is_persisted_is_loaded_and_what_is_damaged_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        assert_eq!(RecordSummaries::load(&path).records.len(), 0, "nothing was persisted yet");
        let file = |row| Tie::Legacy { file: "a.parquet".into(), row };
        let recorded_at = DateTime::from_timestamp_nanos(7);
        let own = Tie::Own { recorded_at, writer: "w".into(), seq: 9 };
        let expected = [
            summary("late", 9, Some("Late"), own),
            summary("second", 5, Some("Zoë"), file(8)),
            summary("first", 5, None, file(2)),
        ];
        let mut folded = RecordSummaries::default();
        for (hash, summary) in [2, 0, 1].map(|at| (at as u64, &expected[at])) {
            folded.records.push(hash, summary).unwrap();
        }
        folded.records.sort().unwrap();
        folded.breaks = vec![BrokenAt { time: 5, hash: 1 }];
        folded.files = [3, 4].into();
        folded.pending = vec![6];
        folded.persist(&path);

        let loaded = RecordSummaries::load(&path);
        let records: Vec<_> = (0..3).map(|at| loaded.records.get(at).unwrap()).collect();
        assert_eq!(records, expected);
        assert_eq!(
            (&loaded.breaks, &loaded.files, &loaded.pending),
            (&folded.breaks, &folded.files, &folded.pending)
        );
        let filtered = loaded.records.filtered(|hash| hash != 1).unwrap();
        assert_eq!(
            [0, 1].map(|at| filtered.get(at).unwrap()),
            [0, 2].map(|at| expected[at].clone())
        );

        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x40;
            assert!(RecordSummaries::read(&bad).is_none(), "byte {at} is another");
            assert!(RecordSummaries::read(&good[..at]).is_none(), "it ends at {at}");
        }
    }
}
