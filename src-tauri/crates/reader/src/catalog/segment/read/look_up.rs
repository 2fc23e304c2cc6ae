//! Look-ups in the id index and the record index of a segment.
//!
//! Both know hashes only. Different ids can share one, so a caller compares what it was looking
//! for. An error is [`io::ErrorKind::InvalidData`] where a page is damaged.

use std::io;
use std::ops::Range;

use rayon::prelude::*;

use super::Segment;
use crate::bitmap::Bitmap;
use crate::catalog::segment::format::INDEX_PAGE;
use crate::catalog::segment::paged::Paged;
use crate::catalog::segment::{
    ENTITY_TYPE, Row, damaged, index, record_hash, row, row_of_id_entry,
};

/// Record of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Ordinal in the record index.
    pub ordinal: u32,
    /// Its rows by record.
    pub rows: Range<Row>,
}

impl Segment {
    /// Rows by record whose event id has this hash.
    pub fn rows_with_id_hash(&self, hash: u32) -> io::Result<Vec<Row>> {
        Ok(self.ids_between(hash, hash)?.into_iter().map(row_of_id_entry).collect())
    }

    /// Entries of the id index with a hash from `low` to `high`, both included, ascending. An entry
    /// has the hash in its upper half and the row by record in its lower.
    pub fn ids_between(&self, low: u32, high: u32) -> io::Result<Vec<u64>> {
        let (from, to) = (u64::from(low) << 32, u64::from(high) << 32 | u64::from(Row::MAX));
        Ok(self.between(&self.footer.ids, &self.id_pages, from, to)?.1)
    }

    /// Records with this entity id, each with its type.
    pub fn records_with_id(&self, entity_id: &str) -> io::Result<Vec<(Record, String)>> {
        let mut records = Vec::new();
        for record in self.records_with_hash(record_hash(entity_id))? {
            let block = self.block(self.block_of(record.rows.start)?)?;
            let at = index(record.rows.start - block.rows.start);
            if block.columns.entity_id(at)? == entity_id {
                let code = block.columns.dimension(ENTITY_TYPE, at)?;
                let entity_type = self.dimension_value(ENTITY_TYPE, code)?;
                records.push((record, entity_type.unwrap_or_default().to_owned()));
            }
        }
        Ok(records)
    }

    /// Records whose entity id has this hash.
    pub fn records_with_hash(&self, hash: u64) -> io::Result<Vec<Record>> {
        let (first, hashes) =
            self.between(&self.footer.record_hashes, &self.record_pages, hash, hash)?;
        (first..first + hashes.len()).map(|ordinal| self.record_at(ordinal)).collect()
    }

    /// Record at this ordinal of the record index.
    pub fn record_at(&self, ordinal: usize) -> io::Result<Record> {
        let end = (ordinal + 2).min(self.footer.records);
        let rows = self.footer.record_starts.read(ordinal..end, &self.page_source())?;
        let start = *rows.first().ok_or_else(|| damaged("a record that is not there"))?;
        let end = rows.get(1).copied().unwrap_or(row(self.len()));
        Ok(Record { ordinal: row(ordinal), rows: start..end })
    }

    /// Records whose entity ids have a hash from `low` to `high`, both included: the hash of each,
    /// and its rows by record. Ascending.
    pub fn records_between(&self, low: u64, high: u64) -> io::Result<Vec<(u64, Range<Row>)>> {
        let (first, hashes) =
            self.between(&self.footer.record_hashes, &self.record_pages, low, high)?;
        let last = first + hashes.len();
        let end = (last + 1).min(self.footer.records);
        let mut starts = self.footer.record_starts.read(first..end, &self.page_source())?;
        if last == self.footer.records {
            starts.push(row(self.len()));
        }
        let rows = starts.windows(2).map(|pair| pair[0]..pair[1]);
        Ok(hashes.into_iter().zip(rows).collect())
    }

    /// The ordinals of the records whose entity id passes. All threads read the ids.
    pub fn records_where(&self, passes: impl Fn(&str) -> bool + Sync) -> io::Result<Bitmap> {
        let starts = self.record_starts()?;
        let of_block = |block: usize| -> io::Result<Vec<usize>> {
            let rows = self.rows_of(block);
            let first = starts.partition_point(|start| *start < rows.start);
            let ordinals = first..starts.partition_point(|start| *start < rows.end);
            if ordinals.is_empty() {
                return Ok(Vec::new());
            }
            let (_, columns) = self.block_columns(block)?;
            let mut found = Vec::new();
            for ordinal in ordinals {
                if passes(columns.entity_id(index(starts[ordinal] - rows.start))?) {
                    found.push(ordinal);
                }
            }
            Ok(found)
        };
        let found: Vec<Vec<usize>> =
            (0..self.block_count()).into_par_iter().map(of_block).collect::<io::Result<_>>()?;
        let mut records = Bitmap::none(starts.len());
        found.into_iter().flatten().for_each(|ordinal| records.set(ordinal, true));
        Ok(records)
    }

    /// How many records there are: pairs of type and id.
    pub fn record_count(&self) -> usize {
        self.footer.records
    }

    /// Entries of the id index in a range, ascending: see [`Segment::ids_between`].
    pub fn ids(&self, range: Range<usize>) -> io::Result<Vec<u64>> {
        self.footer.ids.read(range, &self.page_source())
    }

    /// Hash of the entity id of the record at an ordinal.
    pub fn record_hash_of(&self, ordinal: u32) -> io::Result<u64> {
        self.footer.record_hashes.get(index(ordinal), &self.page_source())
    }

    /// Hashes of the entity ids of all records, ascending.
    pub fn record_hashes(&self) -> io::Result<Vec<u64>> {
        self.footer.record_hashes.all(&self.page_source())
    }

    /// Merges the hashes of the entity ids of all records into `to`, which is ascending and without
    /// repetition, before and afterwards.
    #[expect(clippy::stable_sort_primitive, reason = "it is quick where there are two sorted runs")]
    pub fn add_record_hashes(&self, to: &mut Vec<u64>) -> io::Result<()> {
        to.extend(self.record_hashes()?);
        to.sort();
        to.dedup();
        Ok(())
    }

    /// First row by record of each record.
    pub fn record_starts(&self) -> io::Result<Vec<Row>> {
        self.footer.record_starts.all(&self.page_source())
    }

    /// The numbers from `low` to `high`, both included, of an ascending array, and the index of the
    /// first of them. `firsts` has the first number of each page.
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
        let mut items = column.read(start..end, &self.page_source())?;
        items.truncate(items.partition_point(|&item| item <= high));
        let before = items.partition_point(|&item| item < low);
        items.drain(..before);
        Ok((start + before, items))
    }
}
