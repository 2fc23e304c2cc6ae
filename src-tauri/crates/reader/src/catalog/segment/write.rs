//! Writing a segment: first all rows by record, then all by time, then the indexes.

use std::io::{self, Write};
use std::mem::take;

use bytemuck::Pod;
use xxhash_rust::xxh3::xxh3_64;

use super::Row;
use super::block::{BlockWriter, RowParts};
use super::format::{
    BLOCK_BYTES, BLOCK_ROWS, Codes, Footer, GROUP, Group, INDEX_PAGE, PAGE, Width,
};
use super::ngram_filter::NgramFilter;
use super::paged::{Paged, sum_pages};
use decode::decode_values;
use event::DIMENSIONS;

/// The fewest blocks for which an index of pieces of text is worth its size.
const BLOCKS_FOR_GRAMS: usize = 16;

/// A row by time.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeRow {
    pub time: i64,
    pub terms: [u32; DIMENSIONS.len()],
    /// Which of the segment's records.
    pub entity: u32,
    pub no_op: u8,
    /// The row by record.
    pub place: Row,
}

pub(super) struct SegmentWriter<W> {
    to: W,
    at: u64,
    sums: Vec<u64>,
    words: [Vec<Option<String>>; DIMENSIONS.len()],
    widths: [Width; DIMENSIONS.len()],
    rows: usize,
    block: BlockWriter,
    block_rows: Vec<u32>,
    block_ends: Vec<u64>,
    block_sums: Vec<u64>,
    grams: NgramFilter,
    record_hashes: Vec<u64>,
    record_rows: Vec<u32>,
    group: Vec<TimeRow>,
    groups: Vec<Group>,
    times: Vec<i64>,
    counts: [Vec<u64>; DIMENSIONS.len()],
    no_ops: u64,
}

impl<W: Write> SegmentWriter<W> {
    pub fn new(to: W, words: [Vec<Option<String>>; DIMENSIONS.len()]) -> Self {
        Self {
            to,
            at: 0,
            sums: Vec::new(),
            widths: words.each_ref().map(|words| Width::of(words.len())),
            counts: words.each_ref().map(|words| vec![0; words.len()]),
            words,
            rows: 0,
            block: BlockWriter::default(),
            block_rows: Vec::new(),
            block_ends: Vec::new(),
            block_sums: Vec::new(),
            grams: NgramFilter::default(),
            record_hashes: Vec::new(),
            record_rows: Vec::new(),
            group: Vec::with_capacity(GROUP),
            groups: Vec::new(),
            times: Vec::new(),
            no_ops: 0,
        }
    }

    /// The next rows are another record's.
    pub fn begin_record(&mut self, hash: u64) {
        self.record_hashes.push(hash);
        self.record_rows.push(super::row(self.rows));
    }

    /// The next row by record, and which it is.
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

    fn end_block(&mut self) -> io::Result<()> {
        if self.block.len() == 0 {
            return Ok(());
        }
        let values = self.block.values().filter_map(decode_values);
        self.grams.add(values.flat_map(|values| [values.old, values.new]).flatten());
        for part in self.block.take(self.widths) {
            self.block_ends.push(self.at);
            self.block_sums.push(xxh3_64(&part));
            self.put(&part)?;
        }
        Ok(())
    }

    /// After the last row by record, and before the first by time.
    pub fn end_records(&mut self) -> io::Result<()> {
        self.end_block()?;
        self.block_ends.push(self.at);
        self.block_rows.push(super::row(self.rows));
        Ok(())
    }

    /// The next row by time.
    pub fn push_time(&mut self, row: TimeRow) -> io::Result<()> {
        self.group.push(row);
        for (counts, code) in self.counts.iter_mut().zip(row.terms) {
            counts[code as usize] += 1;
        }
        self.no_ops += u64::from(row.no_op);
        if self.group.len() == GROUP { self.end_group() } else { Ok(()) }
    }

    fn end_group(&mut self) -> io::Result<()> {
        let rows = take(&mut self.group);
        self.times.extend(rows.chunks(PAGE).filter_map(|page| Some(page.first()?.time)));
        let mut terms = Vec::with_capacity(DIMENSIONS.len());
        let time = self.page(&column(&rows, |row| row.time), PAGE)?;
        for index in 0..DIMENSIONS.len() {
            terms.push(self.codes(&column(&rows, |row| row.terms[index]), self.widths[index])?);
        }
        let entity = self.page(&column(&rows, |row| row.entity), PAGE)?;
        let no_op = self.page(&column(&rows, |row| row.no_op), PAGE)?;
        let place = self.page(&column(&rows, |row| row.place), PAGE)?;
        let terms = terms.try_into().map_err(|_| io::Error::other("a column is missing"))?;
        self.groups.push(Group { time, terms, entity, no_op, place });
        self.group = rows;
        self.group.clear();
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "the width holds every code")]
    fn codes(&mut self, codes: &[u32], width: Width) -> io::Result<Codes> {
        Ok(match width {
            Width::One => Codes::One(self.page(&column(codes, |&code| code as u8), PAGE)?),
            Width::Two => Codes::Two(self.page(&column(codes, |&code| code as u16), PAGE)?),
            Width::Four => Codes::Four(self.page(codes, PAGE)?),
        })
    }

    /// After the last row by time. `ids` are hash and row by record, ascending.
    pub fn finish(
        mut self,
        files: Vec<String>,
        ids: impl Iterator<Item = io::Result<u64>>,
    ) -> io::Result<W> {
        if !self.group.is_empty() {
            self.end_group()?;
        }
        let [record_hashes, block_ends, block_sums] =
            [&mut self.record_hashes, &mut self.block_ends, &mut self.block_sums].map(take);
        let [record_rows, block_rows] = [&mut self.record_rows, &mut self.block_rows].map(take);
        let times = take(&mut self.times);
        let blocks = block_rows.len() - 1;
        let grams = Some(take(&mut self.grams)).filter(|_| blocks >= BLOCKS_FOR_GRAMS);
        let grams = grams.iter().flat_map(NgramFilter::turned).map(Ok);
        let mut id_pages = Vec::new();
        let record_pages: Vec<u64> = record_hashes.iter().step_by(INDEX_PAGE).copied().collect();
        let footer = Footer {
            rows: self.rows,
            records: record_hashes.len(),
            words: take(&mut self.words),
            counts: take(&mut self.counts),
            files,
            no_ops: self.no_ops,
            groups: take(&mut self.groups),
            times: self.page(&times, INDEX_PAGE)?,
            block_rows: self.page(&block_rows, INDEX_PAGE)?,
            block_ends: self.page(&block_ends, INDEX_PAGE)?,
            block_sums: self.page(&block_sums, INDEX_PAGE)?,
            ids: self.pages(ids, INDEX_PAGE, |page| id_pages.push(page[0]))?,
            id_pages: self.page(&id_pages, INDEX_PAGE)?,
            record_rows: self.page(&record_rows, INDEX_PAGE)?,
            record_pages: self.page(&record_pages, INDEX_PAGE)?,
            record_hashes: self.page(&record_hashes, INDEX_PAGE)?,
            grams: self.pages(grams, blocks.div_ceil(64).max(INDEX_PAGE), |_| ())?,
        };
        footer.write(&self.sums, &mut self.to)?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn page<T: Pod>(&mut self, items: &[T], page: usize) -> io::Result<Paged<T>> {
        let paged = Paged::new(self.at, items.len(), page, self.sums.len());
        sum_pages(items, page, &mut self.sums);
        self.put(bytemuck::cast_slice(items))?;
        Ok(paged)
    }

    /// The same of items that are made while they are written; `see` is shown each page.
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

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.to.write_all(bytes)
    }
}

fn column<R, T>(rows: &[R], item: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(item).collect()
}
