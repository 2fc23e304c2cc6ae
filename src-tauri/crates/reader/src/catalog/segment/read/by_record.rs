//! Reader of rows by record: whole events, block by block.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use decode::{HEAD_COLUMNS, cells, decode_head, decode_values, values_are_equal};
use event::{Column, DIMENSIONS, Entry, Event, Place};
use rayon::prelude::*;

use super::Segment;
use crate::bitmap::Bitmap;
use crate::catalog::segment::block::{BlockColumns, BlockValues, RowParts};
use crate::catalog::segment::{Row, damaged, index, row};

/// Events that one thread reads in a task.
const ROWS_PER_TASK: usize = 1 << 11;
/// Blocks from which on all threads read them.
const BLOCKS_PER_TASK: usize = ROWS_PER_TASK >> 8;
/// Events that all threads read before they are collected.
const ROWS_AT_ONCE: usize = ROWS_PER_TASK << 4;

impl Segment {
    /// Reads the events of rows by record, in the order of `rows`.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if a row is not there or its block is damaged.
    pub fn entries(&self, rows: &[Row]) -> io::Result<Vec<Entry>> {
        if rows.is_sorted() {
            return self.entries_ascending(rows);
        }
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_unstable_by_key(|&at| rows[at]);
        let ascending: Vec<Row> = order.iter().map(|&at| rows[at]).collect();
        let found = self.entries_ascending(&ascending)?;
        let mut positions = vec![0; rows.len()];
        order.into_iter().enumerate().for_each(|(found, at)| positions[at] = found);
        let mut found: Vec<Option<Entry>> = found.into_iter().map(Some).collect();
        Ok(positions.into_iter().filter_map(|at| found[at].take()).collect())
    }

    /// Reads the events of ascending rows by record.
    fn entries_ascending(&self, rows: &[Row]) -> io::Result<Vec<Entry>> {
        let mut all = Vec::with_capacity(rows.len());
        self.append_entries(rows, &mut all)?;
        Ok(all)
    }

    /// Appends the events of ascending rows by record. Many rows are read by all threads, and
    /// collected a part at a time, so that not all of them are in memory twice.
    pub fn append_entries(&self, rows: &[Row], to: &mut Vec<Entry>) -> io::Result<()> {
        for some in rows.chunks(ROWS_AT_ONCE) {
            if some.len() <= ROWS_PER_TASK {
                self.entry_reader().append(some, to)?;
                continue;
            }
            let read = |rows| {
                let mut read = Vec::with_capacity(ROWS_PER_TASK);
                self.entry_reader().append(rows, &mut read).map(|()| read)
            };
            let found: Vec<_> =
                some.par_chunks(ROWS_PER_TASK).map(read).collect::<io::Result<_>>()?;
            for mut some in found {
                to.append(&mut some);
            }
        }
        Ok(())
    }

    /// Time of a row by record, in nanoseconds since 1970.
    pub fn time_of_row_by_record(&self, row: Row) -> io::Result<i64> {
        let block = self.block(self.block_of(row)?)?;
        block.columns.time(index(row - block.rows.start))
    }

    /// Reads the events of ascending rows by record that have one of the codes in a dimension for
    /// which `has` is true.
    pub fn entries_with(
        &self,
        rows: Range<Row>,
        dimension: usize,
        has: impl Fn(u32) -> bool,
    ) -> io::Result<Vec<Entry>> {
        let mut found = Vec::new();
        let mut next = rows.start;
        while next < rows.end {
            let mut block = self.block(self.block_of(next)?)?;
            for row in next..rows.end.min(block.rows.end) {
                let at = index(row - block.rows.start);
                if has(block.columns.dimension(dimension, at)?) {
                    found.push(self.entry(&mut block, at)?);
                }
            }
            next = block.rows.end;
        }
        Ok(found)
    }

    /// The rows of the events that lie in some of its files, each by time and by record.
    pub fn rows_of_files(&self, names: &[Arc<str>]) -> io::Result<Vec<[Row; 2]>> {
        let is_one: Vec<bool> = self.files.iter().map(|name| names.contains(name)).collect();
        if !is_one.contains(&true) {
            return Ok(Vec::new());
        }
        let mut is_in_one = Bitmap::none(self.len());
        for block in 0..self.block_count() {
            let Block { rows, columns, .. } = self.block(block)?;
            for (at, row) in rows.enumerate() {
                if is_one.get(index(columns.file(at)?)) == Some(&true) {
                    is_in_one.set(index(row), true);
                }
            }
        }
        let mut found = Vec::new();
        for (by_time, by_record) in self.rows_by_record(0..self.len())?.into_iter().enumerate() {
            if is_in_one.get(index(by_record)) {
                found.push([row(by_time), by_record]);
            }
        }
        Ok(found)
    }

    /// A reader of events on one thread.
    pub fn entry_reader(&self) -> EntryReader<'_> {
        EntryReader { segment: self, block: None }
    }

    /// Opens the blocks that hold a range of rows by record. Many are read by all threads.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if a row is not there or a block is damaged.
    pub fn open_rows(&self, rows: Range<Row>) -> io::Result<OpenRows<'_>> {
        let blocks = if rows.is_empty() {
            0..0
        } else {
            self.block_of(rows.start)?..self.block_of(rows.end - 1)? + 1
        };
        let blocks: Vec<Block> = if blocks.len() < BLOCKS_PER_TASK {
            blocks.map(|block| self.block(block)).collect::<io::Result<_>>()?
        } else {
            blocks.into_par_iter().map(|block| self.block(block)).collect::<io::Result<_>>()?
        };
        Ok(OpenRows { segment: self, blocks })
    }

    /// Reads the event of a row by record. `block` is the block that was read last, and becomes the
    /// row's own.
    pub(in crate::catalog::segment) fn entry_of(
        &self,
        row: Row,
        block: &mut Option<Block>,
    ) -> io::Result<Entry> {
        let open = match block.take().filter(|block| block.rows.contains(&row)) {
            Some(open) => open,
            None => self.block(self.block_of(row)?)?,
        };
        let open = block.insert(open);
        self.entry(open, index(row - open.rows.start))
    }

    /// The block that holds a row by record.
    pub fn block_of(&self, row: Row) -> io::Result<usize> {
        let after = self.block_rows.partition_point(|&first| first <= row);
        let there = after > 0 && after < self.block_rows.len();
        if there { Ok(after - 1) } else { Err(damaged("a row that is not there")) }
    }

    /// How many blocks there are.
    pub fn block_count(&self) -> usize {
        self.block_rows.len().saturating_sub(1)
    }

    /// Reads a block.
    pub(in crate::catalog::segment) fn block(&self, block: usize) -> io::Result<Block> {
        let rows = self.rows_of(block);
        let start = self.block_ends[block * 2];
        let end = self.block_ends[block * 2 + 2];
        let both = self.source.bytes(start, length(start, end)?)?;
        let (columns, values) = both
            .split_at_checked(length(start, self.block_ends[block * 2 + 1])?)
            .ok_or_else(|| damaged("a block"))?;
        self.check(block * 2, columns)?;
        self.check(block * 2 + 1, values)?;
        let columns = BlockColumns::new(columns, rows.len(), self.widths)?;
        let values = BlockValues::new(values, rows.len())?;
        Ok(Block { rows, columns, values, id: String::new() })
    }

    /// Reads the first part of a block, and says which rows by record the block has.
    pub(in crate::catalog::segment) fn block_columns(
        &self,
        block: usize,
    ) -> io::Result<(Range<Row>, BlockColumns)> {
        let rows = self.rows_of(block);
        let (start, end) = (self.block_ends[block * 2], self.block_ends[block * 2 + 1]);
        let part = self.source.bytes(start, length(start, end)?)?;
        self.check(block * 2, &part)?;
        let columns = BlockColumns::new(&part, rows.len(), self.widths)?;
        Ok((rows, columns))
    }

    /// Reads the second part of a block, and says which rows by record the block has.
    pub(in crate::catalog::segment) fn block_values(
        &self,
        block: usize,
    ) -> io::Result<(Range<Row>, BlockValues)> {
        let rows = self.rows_of(block);
        let (start, end) = (self.block_ends[block * 2 + 1], self.block_ends[block * 2 + 2]);
        let part = self.source.bytes(start, length(start, end)?)?;
        self.check(block * 2 + 1, &part)?;
        let values = BlockValues::new(&part, rows.len())?;
        Ok((rows, values))
    }

    /// The rows by record of a block.
    pub fn rows_of(&self, block: usize) -> Range<Row> {
        self.block_rows[block]..self.block_rows[block + 1]
    }

    /// Verifies the checksum of a part: `block * 2` are its columns, `block * 2 + 1` its values.
    fn check(&self, part: usize, bytes: &[u8]) -> io::Result<()> {
        if self.block_sums.get(part) == Some(&xxhash_rust::xxh3::xxh3_64(bytes)) {
            Ok(())
        } else {
            Err(damaged("a block"))
        }
    }

    /// The event of the row at index `at` of a block.
    fn entry(&self, block: &mut Block, at: usize) -> io::Result<Entry> {
        let mut id = std::mem::take(&mut block.id);
        let entry = self.entry_of_parts(&block.parts(at)?, &mut id);
        block.id = id;
        entry
    }

    /// The event of an encoded row. `id` is room for the event id that is being decoded.
    pub(super) fn entry_of_parts(&self, row: &RowParts<'_>, id: &mut String) -> io::Result<Entry> {
        let mut dimensions = [None; DIMENSIONS.len()];
        for (dimension, value) in dimensions.iter_mut().enumerate() {
            *value = self.dimension_value(dimension, row.dimensions[dimension])?;
        }
        let head = decode_head(row.head, id).ok_or_else(|| damaged("an event"))?;
        let values = decode_values(row.values).ok_or_else(|| damaged("an event"))?;
        let cells = cells(row.time, dimensions, row.entity_id, &head, values);
        let texts = |json: Option<&str>| {
            json.map(serde_json::from_str).transpose().map(Option::unwrap_or_default)
        };
        Ok(Entry {
            event: Event::from_cells(&cells).ok_or_else(|| damaged("an event"))?,
            id_is_repeated: false,
            extra: texts(head.extra)?,
            about_row: texts(head.about_row)?,
            place: self.place(row.file, row.file_row)?,
            marks: BTreeSet::new(),
        })
    }

    /// The value of a dictionary code of one of [`DIMENSIONS`].
    pub(super) fn dimension_value(&self, dimension: usize, code: u32) -> io::Result<Option<&str>> {
        let value = self.footer.dimension_values[dimension].get(index(code));
        value.map(Option::as_deref).ok_or_else(|| damaged("a value that is not there"))
    }

    /// Where an event lies, by the index of its file and its row in that.
    fn place(&self, file: u32, row: u32) -> io::Result<Place> {
        if self.pending {
            return Ok(Place::Pending);
        }
        let file = self.files.get(index(file));
        let file = Arc::clone(file.ok_or_else(|| damaged("a file that is not there"))?);
        Ok(Place::File { file, row: row.into() })
    }
}

/// Reader of events of one segment. Rows that follow each other, in one call or in several, are read
/// from a block that is decompressed once.
pub(crate) struct EntryReader<'a> {
    segment: &'a Segment,
    /// The block that was read last.
    block: Option<Block>,
}

impl EntryReader<'_> {
    /// Appends the events of ascending rows by record.
    ///
    /// # Errors
    /// As [`Segment::entries`].
    pub fn append(&mut self, rows: &[Row], to: &mut Vec<Entry>) -> io::Result<()> {
        for &row in rows {
            to.push(self.segment.entry_of(row, &mut self.block)?);
        }
        Ok(())
    }
}

/// Neighbouring rows by record of one segment, whose blocks are all decompressed.
///
/// Every getter fails with [`io::ErrorKind::InvalidData`] if what it looks for is not there.
pub(crate) struct OpenRows<'a> {
    segment: &'a Segment,
    blocks: Vec<Block>,
}

/// Row of an [`OpenRows`]: its block, and its index in that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenRow {
    block: u32,
    at: u32,
}

impl OpenRows<'_> {
    /// The rows in a range, as rows by record and as rows of this.
    pub fn rows(&self, rows: Range<Row>) -> impl Iterator<Item = (Row, OpenRow)> {
        (0..).zip(&self.blocks).flat_map(move |(block, open)| {
            let (first, end) = (open.rows.start, open.rows.end.min(rows.end));
            let of_block = first.max(rows.start)..end;
            of_block.map(move |row| (row, OpenRow { block, at: row - first }))
        })
    }

    fn block(&self, row: OpenRow) -> (&Block, usize) {
        (&self.blocks[index(row.block)], index(row.at))
    }

    /// Nanoseconds since 1970.
    pub fn time(&self, row: OpenRow) -> io::Result<i64> {
        let (block, at) = self.block(row);
        block.columns.time(at)
    }

    /// Dictionary code of one of [`DIMENSIONS`].
    pub fn dimension(&self, dimension: usize, row: OpenRow) -> io::Result<u32> {
        let (block, at) = self.block(row);
        block.columns.dimension(dimension, at)
    }

    /// Id of the event, in the place of what `id` was.
    pub fn event_id(&self, row: OpenRow, id: &mut String) -> io::Result<()> {
        let (block, at) = self.block(row);
        let head = decode_head(block.columns.head(at)?, id);
        head.map(drop).ok_or_else(|| damaged("an event"))
    }

    /// What an amendment names as its target.
    pub fn target(&self, row: OpenRow) -> io::Result<Option<String>> {
        let (block, at) = self.block(row);
        let mut id = String::new();
        let head = decode_head(block.columns.head(at)?, &mut id);
        let head = head.ok_or_else(|| damaged("an event"))?;
        let corrects = HEAD_COLUMNS.iter().position(|column| *column == Column::Corrects);
        Ok(corrects.and_then(|at| head.cells[at].text()).map(str::to_owned))
    }

    /// Whether the old and the new value of the event are the same.
    pub fn has_equal_values(&self, row: OpenRow) -> io::Result<bool> {
        let (block, at) = self.block(row);
        values_are_equal(block.values.get(at)?).ok_or_else(|| damaged("an event"))
    }

    /// The whole event.
    pub fn entry(&mut self, row: OpenRow) -> io::Result<Entry> {
        self.segment.entry(&mut self.blocks[index(row.block)], index(row.at))
    }
}

/// Block of neighbouring rows by record, decompressed.
#[derive(Debug)]
pub(in crate::catalog::segment) struct Block {
    /// The rows by record that it has.
    pub rows: Range<Row>,
    /// Everything but their values.
    pub columns: BlockColumns,
    /// Their old and new values.
    pub values: BlockValues,
    /// Room for the event id that is being decoded.
    id: String,
}

impl Block {
    /// The encoded row at index `at`.
    pub(super) fn parts(&self, at: usize) -> io::Result<RowParts<'_>> {
        let columns = &self.columns;
        let mut dimensions = [0; DIMENSIONS.len()];
        for (dimension, code) in dimensions.iter_mut().enumerate() {
            *code = columns.dimension(dimension, at)?;
        }
        Ok(RowParts {
            time: columns.time(at)?,
            dimensions,
            file: columns.file(at)?,
            file_row: columns.file_row(at)?,
            entity_id: columns.entity_id(at)?,
            head: columns.head(at)?,
            values: self.values.get(at)?,
        })
    }
}

/// The length of a part between two offsets.
fn length(start: u64, end: u64) -> io::Result<usize> {
    let length = end.checked_sub(start).ok_or_else(|| damaged("a block"))?;
    usize::try_from(length).map_err(io::Error::other)
}
