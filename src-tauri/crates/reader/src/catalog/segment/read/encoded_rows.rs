//! Encoded rows: events out of their blocks that are not decoded yet, in a fraction of the memory that
//! they take then.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;

use decode::decode_head;
use event::{DIMENSIONS, Entry};

use super::Segment;
use crate::catalog::segment::block::RowParts;
use crate::catalog::segment::{Row, damaged, index};

/// Row of a segment with its event, encoded as in its block.
#[derive(Debug)]
pub(crate) struct EncodedRow {
    time: i64,
    dimensions: [u32; DIMENSIONS.len()],
    file: u32,
    file_row: u32,
    /// Where the id of the record ends in `bytes`, and where the head after it.
    ends: [u32; 2],
    /// The id of the record, the head and the values.
    bytes: Box<[u8]>,
}

impl EncodedRow {
    fn of(row: &RowParts<'_>) -> io::Result<Self> {
        let end = |at: usize| u32::try_from(at).map_err(|_| damaged("an event"));
        let id = row.entity_id.as_bytes();
        Ok(Self {
            time: row.time,
            dimensions: row.dimensions,
            file: row.file,
            file_row: row.file_row,
            ends: [end(id.len())?, end(id.len() + row.head.len())?],
            bytes: [id, row.head, row.values].concat().into(),
        })
    }

    /// Nanoseconds since 1970.
    pub fn time(&self) -> i64 {
        self.time
    }

    /// Bytes that it takes in memory, with what its allocation takes.
    pub fn size(&self) -> usize {
        const ALLOCATION: usize = 16;
        size_of::<Self>() + self.bytes.len() + ALLOCATION
    }
}

impl Segment {
    /// Reads ascending rows by record of one block, without decoding their events.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if a row is not in the block or that is damaged.
    pub fn encoded_rows(&self, block: usize, rows: &[Row]) -> io::Result<Vec<EncodedRow>> {
        let block = self.block(block)?;
        let row = |row: &Row| EncodedRow::of(&block.parts(index(row - block.rows.start))?);
        rows.iter().map(row).collect()
    }

    /// Decodes the event of an encoded row of this segment. `id` is room for its id.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if it is damaged.
    pub fn decode_row(&self, row: &EncodedRow, id: &mut String) -> io::Result<Entry> {
        let [id_end, head_end] = row.ends.map(index);
        let parts = RowParts {
            time: row.time,
            dimensions: row.dimensions,
            file: row.file,
            file_row: row.file_row,
            entity_id: std::str::from_utf8(&row.bytes[..id_end]).map_err(|_| damaged("an id"))?,
            head: &row.bytes[id_end..head_end],
            values: &row.bytes[head_end..],
        };
        self.entry_of_parts(&parts, id)
    }

    /// The rows by record of a block, and how many bytes it takes in the segment.
    pub fn block_span(&self, block: usize) -> (Range<Row>, u64) {
        let rows = self.block_rows[block]..self.block_rows[block + 1];
        (rows, self.block_ends[block * 2 + 2].saturating_sub(self.block_ends[block * 2]))
    }

    /// Adds the names of the further columns of some rows of a block, of those for which `is_wanted`.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if the block is damaged.
    pub fn add_further_columns(
        &self,
        block: usize,
        is_wanted: impl Fn(Row) -> bool,
        names: &mut BTreeSet<String>,
    ) -> io::Result<()> {
        let (rows, columns) = self.block_columns(block)?;
        let mut id = String::new();
        for (at, row) in rows.enumerate() {
            if !is_wanted(row) {
                continue;
            }
            let head = decode_head(columns.head(at)?, &mut id).ok_or_else(|| damaged("a row"))?;
            for json in [head.extra, head.about_row].into_iter().flatten() {
                let columns: BTreeMap<String, String> = serde_json::from_str(json)?;
                names.extend(columns.into_keys());
            }
        }
        Ok(())
    }
}
