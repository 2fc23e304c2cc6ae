//! Rows by record: whole events, block by block.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use decode::{cells, decode_head, decode_values};
use event::{DIMENSIONS, Entry, Event, Place};
use rayon::prelude::*;

use super::Segment;
use crate::catalog::segment::block::{BlockValues, Facts};
use crate::catalog::segment::{Row, damaged, index};

/// So many events are read by one processor, and so many by all of them together.
const ALONE: usize = 1 << 11;
const AT_ONCE: usize = ALONE << 4;

impl Segment {
    /// The events of some rows by record, in the order asked for.
    pub fn entries(&self, rows: &[Row]) -> io::Result<Vec<Entry>> {
        if rows.is_sorted() {
            return self.in_order(rows);
        }
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_unstable_by_key(|&at| rows[at]);
        let ascending: Vec<Row> = order.iter().map(|&at| rows[at]).collect();
        let found = self.in_order(&ascending)?;
        let mut places = vec![0; rows.len()];
        order.into_iter().enumerate().for_each(|(found, at)| places[at] = found);
        let mut found: Vec<Option<Entry>> = found.into_iter().map(Some).collect();
        Ok(places.into_iter().filter_map(|at| found[at].take()).collect())
    }

    /// The events of ascending rows by record.
    fn in_order(&self, rows: &[Row]) -> io::Result<Vec<Entry>> {
        let mut all = Vec::with_capacity(rows.len());
        self.add_in_order(rows, &mut all)?;
        Ok(all)
    }

    /// Adds the events of ascending rows by record to others: many of them are read by all
    /// processors, a few at a time, so that not all are there twice.
    pub fn add_in_order(&self, rows: &[Row], to: &mut Vec<Entry>) -> io::Result<()> {
        for some in rows.chunks(AT_ONCE) {
            if some.len() <= ALONE {
                self.stretch(some, to)?;
                continue;
            }
            let read = |rows| {
                let mut read = Vec::with_capacity(ALONE);
                self.stretch(rows, &mut read).map(|()| read)
            };
            let found: Vec<_> = some.par_chunks(ALONE).map(read).collect::<io::Result<_>>()?;
            for mut some in found {
                to.append(&mut some);
            }
        }
        Ok(())
    }

    /// Adds the events of ascending rows by record: each block is opened once.
    fn stretch(&self, rows: &[Row], to: &mut Vec<Entry>) -> io::Result<()> {
        let mut block: Option<Block> = None;
        for &row in rows {
            let open = match block.take().filter(|block| block.rows.contains(&row)) {
                Some(open) => open,
                None => self.block(self.block_of(row)?)?,
            };
            to.push(self.entry(&open, index(row - open.rows.start))?);
            block = Some(open);
        }
        Ok(())
    }

    pub(in crate::catalog::segment) fn block_of(&self, row: Row) -> io::Result<usize> {
        let after = self.block_rows.partition_point(|&first| first <= row);
        let there = after > 0 && after < self.block_rows.len();
        if there { Ok(after - 1) } else { Err(damaged("a row that is not there")) }
    }

    pub(in crate::catalog::segment) fn blocks(&self) -> usize {
        self.block_rows.len().saturating_sub(1)
    }

    pub(in crate::catalog::segment) fn block(&self, block: usize) -> io::Result<Block> {
        let rows = self.rows_of(block);
        let start = self.block_ends[block * 2];
        let end = self.block_ends[block * 2 + 2];
        let both = self.source.bytes(start, length(start, end)?)?;
        let (facts, values) = both
            .split_at_checked(length(start, self.block_ends[block * 2 + 1])?)
            .ok_or_else(|| damaged("a block"))?;
        self.check(block * 2, facts)?;
        self.check(block * 2 + 1, values)?;
        let facts = Facts::new(facts, rows.len(), self.widths)?;
        let values = BlockValues::new(values, rows.len())?;
        Ok(Block { rows, facts, values })
    }

    /// The values of a block, and its rows.
    pub(in crate::catalog::segment) fn values(
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

    fn rows_of(&self, block: usize) -> Range<Row> {
        self.block_rows[block]..self.block_rows[block + 1]
    }

    fn check(&self, part: usize, bytes: &[u8]) -> io::Result<()> {
        if self.block_sums.get(part) == Some(&xxhash_rust::xxh3::xxh3_64(bytes)) {
            Ok(())
        } else {
            Err(damaged("a block"))
        }
    }

    fn entry(&self, block: &Block, at: usize) -> io::Result<Entry> {
        let facts = &block.facts;
        let mut terms = [None; DIMENSIONS.len()];
        for (dimension, term) in terms.iter_mut().enumerate() {
            *term = self.word(dimension, facts.term(dimension, at)?)?;
        }
        let mut id = String::new();
        let head = decode_head(facts.head(at)?, &mut id).ok_or_else(|| damaged("an event"))?;
        let values = decode_values(block.values.get(at)?).ok_or_else(|| damaged("an event"))?;
        let cells = cells(facts.time(at)?, terms, facts.entity_id(at)?, &head, values);
        let texts = |json: Option<&str>| {
            json.map(serde_json::from_str).transpose().map(Option::unwrap_or_default)
        };
        Ok(Entry {
            event: Event::from_cells(&cells).ok_or_else(|| damaged("an event"))?,
            id_is_repeated: false,
            event_is_repeated: false,
            extra: texts(head.extra)?,
            about_row: texts(head.about_row)?,
            place: self.place(facts, at)?,
        })
    }

    /// The value that a code means in a column of [`DIMENSIONS`].
    pub(super) fn word(&self, dimension: usize, code: u32) -> io::Result<Option<&str>> {
        let word = self.footer.words[dimension].get(index(code));
        word.map(Option::as_deref).ok_or_else(|| damaged("a word that is not there"))
    }

    fn place(&self, facts: &Facts, at: usize) -> io::Result<Place> {
        if self.pending {
            return Ok(Place::Pending);
        }
        let file = self.files.get(index(facts.file(at)?));
        let file = Arc::clone(file.ok_or_else(|| damaged("a file that is not there"))?);
        Ok(Place::File { file, row: facts.number(at)?.into() })
    }
}

/// Some neighbouring rows by record.
#[derive(Debug)]
pub(in crate::catalog::segment) struct Block {
    pub rows: Range<Row>,
    pub facts: Facts,
    pub values: BlockValues,
}

fn length(start: u64, end: u64) -> io::Result<usize> {
    let length = end.checked_sub(start).ok_or_else(|| damaged("a block"))?;
    usize::try_from(length).map_err(io::Error::other)
}
