//! Scans of the rows of one segment, block by block: for a text in its values, regardless of case, or
//! for whatever a function looks for.

use std::io;

use event::{fold_case, fold_loosely, search_texts};
use memchr::memmem::Finder;

use super::block::BlockValues;
use super::ngram_filter::candidates;
use super::{Row, Segment, damaged};
use decode::{RowHead, Values, decode_head, decode_values};

/// Needle of a substring search, folded.
#[derive(Debug)]
pub(crate) struct Needle {
    folded: String,
    finder: Finder<'static>,
    loosely: bool,
}

impl Needle {
    /// A needle that matches `text` in any case.
    pub fn new(text: &str) -> Self {
        Self::of(fold_case(text).into_owned(), false)
    }

    /// A needle that matches `text` by [`fold_loosely`].
    pub fn loose(text: &str) -> Self {
        Self::of(fold_loosely(text), true)
    }

    fn of(folded: String, loosely: bool) -> Self {
        let finder = Finder::new(folded.as_bytes()).into_owned();
        Self { folded, finder, loosely }
    }

    /// Whether a value contains the needle, as it is written or with the escapes of JSON undone.
    fn is_in(&self, value: &str) -> bool {
        search_texts(value).any(|text| {
            if self.loosely {
                self.finder.find(fold_loosely(&text).as_bytes()).is_some()
            } else {
                self.finder.find(text.as_bytes()).is_some()
            }
        })
    }
}

impl Segment {
    /// The blocks that may contain the needle: all, where the n-gram filter is absent or of no use.
    pub fn candidate_blocks(&self, needle: &Needle) -> io::Result<Vec<usize>> {
        let ngrams = &self.footer().ngrams;
        let all = 0..self.block_count();
        if ngrams.len == 0 || needle.loosely {
            return Ok(all.collect());
        }
        match candidates(&needle.folded, self.block_count(), ngrams, &self.page_source())? {
            Some(bits) => Ok(all.filter(|&b| bits[b / 64] & 1 << (b % 64) != 0).collect()),
            None => Ok(all.collect()),
        }
    }

    /// The blocks that may contain a text of at least a few bytes, folded by [`fold_case`], one bit a
    /// block; `None` for all of them.
    pub fn blocks_with(&self, folded: &str) -> io::Result<Option<Vec<u64>>> {
        let ngrams = &self.footer().ngrams;
        if ngrams.len == 0 {
            return Ok(None);
        }
        candidates(folded, self.block_count(), ngrams, &self.page_source())
    }

    /// Calls `f` with the values of each row by record of a block that is `wanted`.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if the block is damaged.
    pub fn for_each_values(
        &self,
        block: usize,
        wanted: impl Fn(Row) -> bool,
        mut f: impl FnMut(Row, Values<'_>),
    ) -> io::Result<()> {
        let (rows, values) = self.block_values(block)?;
        for (at, row) in rows.enumerate().filter(|(_, row)| wanted(*row)) {
            f(row, decode_values(values.get(at)?).ok_or_else(|| damaged("an event"))?);
        }
        Ok(())
    }

    /// Calls `f` with the time (in nanoseconds since 1970), the head and the values of each row by record
    /// of a block that is `wanted`.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if the block is damaged.
    pub fn for_each_row(
        &self,
        block: usize,
        wanted: impl Fn(Row) -> bool,
        mut f: impl FnMut(Row, i64, &RowHead<'_>, Values<'_>),
    ) -> io::Result<()> {
        let mut id = String::new();
        let block = self.block(block)?;
        for (at, row) in block.rows.clone().enumerate().filter(|(_, row)| wanted(*row)) {
            let head = block.columns.head(at)?;
            let head = decode_head(head, &mut id).ok_or_else(|| damaged("an event"))?;
            let values = decode_values(block.values.get(at)?).ok_or_else(|| damaged("an event"))?;
            f(row, block.columns.time(at)?, &head, values);
        }
        Ok(())
    }

    /// The rows by record of a block whose old or new value contains the needle.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if the block is damaged.
    pub fn scan(&self, block: usize, needle: &Needle) -> io::Result<Vec<Row>> {
        let (rows, values) = self.block_values(block)?;
        let mut found = Vec::new();
        for at in needle.candidate_rows(&values, rows.len())? {
            let both = decode_values(values.get(at)?).ok_or_else(|| damaged("an event"))?;
            let within = |v: Option<&str>| v.is_some_and(|v| needle.is_in(v));
            if within(both.old) || within(both.new) {
                found.push(rows.start + super::row(at));
            }
        }
        Ok(found)
    }
}

impl Needle {
    /// The rows of a block that may contain the needle: those that contain it if only the case of
    /// ASCII is folded, and all that are not ASCII or have an escape. Encoded lengths lie between the
    /// texts, so a match is a candidate only.
    fn candidate_rows(&self, values: &BlockValues, rows: usize) -> io::Result<Vec<usize>> {
        if self.folded.is_empty() || self.loosely {
            return Ok((0..rows).collect());
        }
        let mut found = Vec::new();
        let lower = values.text().to_ascii_lowercase();
        let mut from = 0;
        while let Some(next) = lower.get(from..).and_then(|rest| self.finder.find(rest)) {
            let row = values.row_at(from + next)?;
            found.push(row);
            from = values.end_of(row)?;
        }
        let is_plain = |bytes: &[u8]| bytes.is_ascii() && memchr::memchr(b'\\', bytes).is_none();
        if !is_plain(&lower) {
            for row in 0..rows {
                if !is_plain(values.get(row)?) {
                    found.push(row);
                }
            }
            found.sort_unstable();
            found.dedup();
        }
        Ok(found)
    }
}
