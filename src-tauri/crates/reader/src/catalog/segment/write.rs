//! Writer of a segment: first all rows by record, then all rows by time, then the indexes. What it
//! holds in memory is one block, one group, the block table, the record index and the n-gram
//! filter.

use std::io::{self, Write};
use std::mem::take;

use bytemuck::Pod;
use query::LAG_LIMITS;
use xxhash_rust::xxh3::xxh3_64;

use super::Row;
use super::block::{BlockWriter, RowParts};
use super::format::{
    BLOCK_BYTES, BLOCK_ROWS, CODED, Codes, DICTIONARIES, Footer, FrequentTexts, GROUP, Group,
    INDEX_PAGE, PAGE, UNKNOWN, Width, lag_bin,
};
use super::ngram_filter::NgramFilter;
use super::paged::{Paged, sum_pages};
use super::value_codes::{Frequent, MISSING};
use decode::decode_values;
use event::DIMENSIONS;

/// Fewest blocks for which the n-gram filter is worth its size.
const FEWEST_BLOCKS_FOR_NGRAMS: usize = 16;

/// Row by time: see [`Group`].
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeRow {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Dictionary code of each of [`DIMENSIONS`].
    pub dimensions: [u32; DIMENSIONS.len()],
    /// Ordinal of the record in the segment's record index.
    pub record: u32,
    /// 1 for an update that changed nothing, else 0.
    pub no_op: u8,
    /// The row by record of the same event.
    pub row_by_record: Row,
    /// Code of each of [`CODED`].
    pub coded: [u32; CODED.len()],
    /// Order keys of the old and the new value.
    pub order_keys: [u32; 2],
    /// When it was recorded, in nanoseconds since 1970, or [`UNKNOWN`].
    pub recorded_at: i64,
}

/// Writer of a segment. Call, in this order: [`SegmentWriter::begin_record`] and
/// [`SegmentWriter::push`] for all rows by record, [`SegmentWriter::end_records`],
/// [`SegmentWriter::push_time`] for all rows by time, and [`SegmentWriter::finish`].
pub(super) struct SegmentWriter<W> {
    to: W,
    /// How many bytes were written.
    at: u64,
    sums: Vec<u64>,
    dimension_values: [Vec<Option<String>>; DIMENSIONS.len()],
    widths: [Width; DIMENSIONS.len()],
    rows: usize,
    block: BlockWriter,
    block_rows: Vec<u32>,
    block_ends: Vec<u64>,
    block_sums: Vec<u64>,
    ngrams: NgramFilter,
    record_hashes: Vec<u64>,
    record_starts: Vec<u32>,
    group: Vec<TimeRow>,
    groups: Vec<Group>,
    times: Vec<i64>,
    dimension_counts: [Vec<u64>; DIMENSIONS.len()],
    no_ops: u64,
    lags: [u64; LAG_LIMITS.len() + 1],
}

impl<W: Write> SegmentWriter<W> {
    /// A writer of a segment with these dictionaries, one for each of [`DIMENSIONS`].
    pub fn new(to: W, dimension_values: [Vec<Option<String>>; DIMENSIONS.len()]) -> Self {
        Self {
            to,
            at: 0,
            sums: Vec::new(),
            widths: dimension_values.each_ref().map(|values| Width::of(values.len())),
            dimension_counts: dimension_values.each_ref().map(|values| vec![0; values.len()]),
            dimension_values,
            rows: 0,
            block: BlockWriter::default(),
            block_rows: Vec::new(),
            block_ends: Vec::new(),
            block_sums: Vec::new(),
            ngrams: NgramFilter::default(),
            record_hashes: Vec::new(),
            record_starts: Vec::new(),
            group: Vec::with_capacity(GROUP),
            groups: Vec::new(),
            times: Vec::new(),
            no_ops: 0,
            lags: [0; LAG_LIMITS.len() + 1],
        }
    }

    /// Begins a record: the next rows are its events. Records come in the order of the hashes of
    /// their ids.
    pub fn begin_record(&mut self, hash: u64) {
        self.record_hashes.push(hash);
        self.record_starts.push(super::row(self.rows));
    }

    /// Appends a row by record, and returns its number. The rows of one record come in the total
    /// order.
    pub fn push(&mut self, row: &RowParts<'_>) -> io::Result<Row> {
        if self.block.len() == BLOCK_ROWS || self.block.bytes() >= BLOCK_BYTES {
            self.end_block()?;
        }
        if self.block.len() == 0 {
            self.block_rows.push(super::row(self.rows));
        }
        self.block.push(row)?;
        self.rows += 1;
        Ok(super::row(self.rows - 1))
    }

    /// Writes the block that was begun, if it has rows.
    fn end_block(&mut self) -> io::Result<()> {
        if self.block.len() == 0 {
            return Ok(());
        }
        let values = self.block.values().filter_map(decode_values);
        self.ngrams.add(values.flat_map(|values| [values.old, values.new]).flatten());
        for part in self.block.finish(self.widths) {
            self.block_ends.push(self.at);
            self.block_sums.push(xxh3_64(&part));
            self.put(&part)?;
        }
        Ok(())
    }

    /// Ends the rows by record. Rows by time follow.
    pub fn end_records(&mut self) -> io::Result<()> {
        self.end_block()?;
        self.block_ends.push(self.at);
        self.block_rows.push(super::row(self.rows));
        Ok(())
    }

    /// Appends a row by time. They come in the total order.
    pub fn push_time(&mut self, row: TimeRow) -> io::Result<()> {
        self.group.push(row);
        for (counts, code) in self.dimension_counts.iter_mut().zip(row.dimensions) {
            counts[code as usize] += 1;
        }
        self.no_ops += u64::from(row.no_op);
        if let Some(bin) = lag_bin(row.time, row.recorded_at) {
            self.lags[bin] += 1;
        }
        if self.group.len() == GROUP { self.end_group() } else { Ok(()) }
    }

    /// Writes the group that was begun, column by column.
    fn end_group(&mut self) -> io::Result<()> {
        let rows = take(&mut self.group);
        self.times.extend(rows.chunks(PAGE).filter_map(|page| Some(page.first()?.time)));
        let mut dimensions = Vec::with_capacity(DIMENSIONS.len());
        let time = self.page(&column(&rows, |row| row.time), PAGE)?;
        for index in 0..DIMENSIONS.len() {
            let codes = column(&rows, |row| row.dimensions[index]);
            dimensions.push(self.codes(&codes, self.widths[index])?);
        }
        let record = self.page(&column(&rows, |row| row.record), PAGE)?;
        let no_op = self.page(&column(&rows, |row| row.no_op), PAGE)?;
        let row_by_record = self.page(&column(&rows, |row| row.row_by_record), PAGE)?;
        let mut coded = [const { None }; CODED.len()];
        for (index, column_of) in coded.iter_mut().enumerate() {
            let codes = column(&rows, |row| row.coded[index]);
            let most = codes.iter().copied().max().unwrap_or_default();
            if most != MISSING {
                *column_of = Some(self.codes(&codes, Width::of(most as usize + 1))?);
            }
        }
        let order_keys = [0, 1].map(|side| column(&rows, |row| row.order_keys[side]));
        let order_keys = [self.page(&order_keys[0], PAGE)?, self.page(&order_keys[1], PAGE)?];
        let recorded_at = column(&rows, |row| row.recorded_at);
        let is_known = recorded_at.iter().any(|nanos| *nanos != UNKNOWN);
        let recorded_at = is_known.then(|| self.page(&recorded_at, PAGE)).transpose()?;
        let dimensions =
            dimensions.try_into().map_err(|_| io::Error::other("a column is missing"))?;
        self.groups.push(Group {
            time,
            dimensions,
            record,
            no_op,
            row_by_record,
            coded,
            order_keys,
            recorded_at,
        });
        self.group = rows;
        self.group.clear();
        Ok(())
    }

    /// Writes dictionary codes in their width.
    #[expect(clippy::cast_possible_truncation, reason = "the width holds every code")]
    fn codes(&mut self, codes: &[u32], width: Width) -> io::Result<Codes> {
        Ok(match width {
            Width::One => Codes::One(self.page(&column(codes, |&code| code as u8), PAGE)?),
            Width::Two => Codes::Two(self.page(&column(codes, |&code| code as u16), PAGE)?),
            Width::Four => Codes::Four(self.page(codes, PAGE)?),
        })
    }

    /// Writes the indexes and the footer, and returns the target, flushed. `files` are the names of
    /// the files, ascending; `frequent` the dictionaries of frequent texts; `ids` the entries of the id
    /// index, ascending.
    pub fn finish(
        mut self,
        files: Vec<String>,
        frequent: [Frequent; DICTIONARIES],
        ids: impl Iterator<Item = io::Result<u64>>,
    ) -> io::Result<W> {
        if !self.group.is_empty() {
            self.end_group()?;
        }
        let [record_hashes, block_ends, block_sums] =
            [&mut self.record_hashes, &mut self.block_ends, &mut self.block_sums].map(take);
        let [record_starts, block_rows] = [&mut self.record_starts, &mut self.block_rows].map(take);
        let times = take(&mut self.times);
        let blocks = block_rows.len() - 1;
        let ngrams = Some(take(&mut self.ngrams)).filter(|_| blocks >= FEWEST_BLOCKS_FOR_NGRAMS);
        let ngrams = ngrams.iter().flat_map(NgramFilter::transposed).map(Ok);
        let mut id_pages = Vec::new();
        let frequent = self.frequent(frequent)?;
        let record_pages: Vec<u64> = record_hashes.iter().step_by(INDEX_PAGE).copied().collect();
        let footer = Footer {
            rows: self.rows,
            records: record_hashes.len(),
            dimension_values: take(&mut self.dimension_values),
            dimension_counts: take(&mut self.dimension_counts),
            files,
            no_ops: self.no_ops,
            lags: self.lags,
            frequent,
            groups: take(&mut self.groups),
            times: self.page(&times, INDEX_PAGE)?,
            block_rows: self.page(&block_rows, INDEX_PAGE)?,
            block_ends: self.page(&block_ends, INDEX_PAGE)?,
            block_sums: self.page(&block_sums, INDEX_PAGE)?,
            ids: self.pages(ids, INDEX_PAGE, |page| id_pages.push(page[0]))?,
            id_pages: self.page(&id_pages, INDEX_PAGE)?,
            record_starts: self.page(&record_starts, INDEX_PAGE)?,
            record_pages: self.page(&record_pages, INDEX_PAGE)?,
            record_hashes: self.page(&record_hashes, INDEX_PAGE)?,
            ngrams: self.pages(ngrams, blocks.div_ceil(64).max(INDEX_PAGE), |_| ())?,
        };
        footer.write(&self.sums, &mut self.to)?;
        self.to.flush()?;
        Ok(self.to)
    }

    /// Writes the dictionaries of frequent texts.
    fn frequent(
        &mut self,
        frequent: [Frequent; DICTIONARIES],
    ) -> io::Result<[FrequentTexts; DICTIONARIES]> {
        let mut written = Vec::with_capacity(DICTIONARIES);
        for (texts, ends) in frequent.map(Frequent::into_parts) {
            let texts = self.page(texts.as_bytes(), PAGE)?;
            written.push(FrequentTexts { texts, ends: self.page(&ends, PAGE)? });
        }
        written.try_into().map_err(|_| io::Error::other("a dictionary is missing"))
    }

    /// Writes an array of numbers in pages of so many, with their checksums.
    fn page<T: Pod>(&mut self, items: &[T], page: usize) -> io::Result<Paged<T>> {
        let paged = Paged::new(self.at, items.len(), page, self.sums.len());
        sum_pages(items, page, &mut self.sums);
        self.put(bytemuck::cast_slice(items))?;
        Ok(paged)
    }

    /// Writes an array like [`SegmentWriter::page`], of numbers that are made while they are
    /// written. Calls `see` with each page.
    fn pages<T: Pod>(
        &mut self,
        items: impl Iterator<Item = io::Result<T>>,
        page: usize,
        mut see: impl FnMut(&[T]),
    ) -> io::Result<Paged<T>> {
        let mut paged = Paged::new(self.at, 0, page, self.sums.len());
        let mut items = items.peekable();
        while items.peek().is_some() {
            let some: Vec<T> = items.by_ref().take(page).collect::<io::Result<_>>()?;
            see(&some);
            paged.len += self.page(&some, page)?.len;
        }
        Ok(paged)
    }

    /// Writes bytes, and counts them.
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.to.write_all(bytes)
    }
}

/// One column of some rows.
fn column<R, T>(rows: &[R], item: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(item).collect()
}
