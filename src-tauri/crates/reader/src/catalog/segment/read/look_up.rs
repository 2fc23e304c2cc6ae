//! Which rows an id or a record has.

use std::io;
use std::ops::Range;

use super::Segment;
use crate::catalog::segment::format::INDEX_PAGE;
use crate::catalog::segment::paged::Paged;
use crate::catalog::segment::{ENTITY_TYPE, Row, damaged, index, place_of, record_hash, row};

/// A record of a segment: which it is there, and its rows by record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub entity: u32,
    pub rows: Range<Row>,
}

impl Segment {
    /// The rows by record whose id has this hash.
    pub fn with_id_hash(&self, hash: u32) -> io::Result<Vec<Row>> {
        Ok(self.ids_between(hash, hash)?.into_iter().map(place_of).collect())
    }

    /// The ids with a hash from `low` to `high`, both included: hash and row by record, ascending.
    pub fn ids_between(&self, low: u32, high: u32) -> io::Result<Vec<u64>> {
        let (from, to) = (u64::from(low) << 32, u64::from(high) << 32 | u64::from(Row::MAX));
        Ok(self.between(&self.footer.ids, &self.id_pages, from, to)?.1)
    }

    /// The records with this id, of any type.
    pub fn records_with_id(&self, entity_id: &str) -> io::Result<Vec<(Record, String)>> {
        let mut records = Vec::new();
        for record in self.records_with_hash(record_hash(entity_id))? {
            let block = self.block(self.block_of(record.rows.start)?)?;
            let at = index(record.rows.start - block.rows.start);
            if block.facts.entity_id(at)? == entity_id {
                let kind = self.word(ENTITY_TYPE, block.facts.term(ENTITY_TYPE, at)?)?;
                records.push((record, kind.unwrap_or_default().to_owned()));
            }
        }
        Ok(records)
    }

    /// The records whose ids have this hash.
    pub fn records_with_hash(&self, hash: u64) -> io::Result<Vec<Record>> {
        let (first, hashes) =
            self.between(&self.footer.record_hashes, &self.record_pages, hash, hash)?;
        (first..first + hashes.len()).map(|entity| self.record(entity)).collect()
    }

    pub fn record(&self, entity: usize) -> io::Result<Record> {
        let end = (entity + 2).min(self.footer.records);
        let rows = self.footer.record_rows.read(entity..end, &self.bytes())?;
        let start = *rows.first().ok_or_else(|| damaged("a record that is not there"))?;
        let end = rows.get(1).copied().unwrap_or(row(self.len()));
        Ok(Record { entity: row(entity), rows: start..end })
    }

    /// The records whose ids have a hash from `low` to `high`, both included: the hash of each,
    /// and its rows.
    pub fn records_between(&self, low: u64, high: u64) -> io::Result<Vec<(u64, Range<Row>)>> {
        let (first, hashes) =
            self.between(&self.footer.record_hashes, &self.record_pages, low, high)?;
        let last = first + hashes.len();
        let end = (last + 1).min(self.footer.records);
        let mut starts = self.footer.record_rows.read(first..end, &self.bytes())?;
        if last == self.footer.records {
            starts.push(row(self.len()));
        }
        let rows = starts.windows(2).map(|pair| pair[0]..pair[1]);
        Ok(hashes.into_iter().zip(rows).collect())
    }

    pub fn record_count(&self) -> usize {
        self.footer.records
    }

    /// Some of the ids: hash and row by record, ascending.
    pub fn ids(&self, range: Range<usize>) -> io::Result<Vec<u64>> {
        self.footer.ids.read(range, &self.bytes())
    }

    pub fn record_hash_of(&self, entity: u32) -> io::Result<u64> {
        self.footer.record_hashes.get(index(entity), &self.bytes())
    }

    /// The hashes of the records, ascending.
    pub fn record_hashes(&self) -> io::Result<Vec<u64>> {
        self.footer.record_hashes.all(&self.bytes())
    }

    /// Adds the hashes of the records to others, which are ascending and differ, as all are then.
    #[expect(clippy::stable_sort_primitive, reason = "it is quick where there are two sorted runs")]
    pub fn add_record_hashes(&self, to: &mut Vec<u64>) -> io::Result<()> {
        to.extend(self.record_hashes()?);
        to.sort();
        to.dedup();
        Ok(())
    }

    /// The first rows of the records.
    pub fn record_rows(&self) -> io::Result<Vec<Row>> {
        self.footer.record_rows.all(&self.bytes())
    }

    /// The items of an ascending column from `low` to `high`, both included, and where the first
    /// of them is.
    fn between(
        &self,
        column: &Paged<u64>,
        firsts: &[u64],
        low: u64,
        high: u64,
    ) -> io::Result<(usize, Vec<u64>)> {
        let first = firsts.partition_point(|&first| first < low).saturating_sub(1);
        let last = firsts.partition_point(|&first| first <= high);
        let (start, end) = (first * INDEX_PAGE, (last * INDEX_PAGE).min(column.len));
        let mut items = column.read(start..end, &self.bytes())?;
        items.truncate(items.partition_point(|&item| item <= high));
        let before = items.partition_point(|&item| item < low);
        items.drain(..before);
        Ok((start + before, items))
    }
}
