//! Searching the values of one segment.

use std::io;

use memchr::memmem::Finder;

use super::block::BlockValues;
use super::ngram_filter::{candidates, fold};
use super::{Row, Segment, damaged};
use decode::decode_values;

/// A text to look for in values, in any case.
#[derive(Debug)]
pub(crate) struct Needle {
    folded: String,
    finder: Finder<'static>,
}

impl Needle {
    pub fn new(text: &str) -> Self {
        let mut folded = String::new();
        fold(text, &mut folded);
        let finder = Finder::new(folded.as_bytes()).into_owned();
        Self { folded, finder }
    }

    fn is_in(&self, text: &str, scratch: &mut String) -> bool {
        scratch.clear();
        fold(text, scratch);
        self.finder.find(scratch.as_bytes()).is_some()
    }
}

impl Segment {
    /// The blocks that may hold the needle.
    pub fn blocks_with(&self, needle: &Needle) -> io::Result<Vec<usize>> {
        let grams = &self.footer().grams;
        let all = 0..self.blocks();
        if grams.len == 0 {
            return Ok(all.collect());
        }
        match candidates(&needle.folded, self.blocks(), grams, &self.bytes())? {
            Some(bits) => Ok(all.filter(|&b| bits[b / 64] & 1 << (b % 64) != 0).collect()),
            None => Ok(all.collect()),
        }
    }

    /// The rows by record of a block whose old or new value holds the needle.
    pub fn scan(&self, block: usize, needle: &Needle) -> io::Result<Vec<Row>> {
        let (rows, values) = self.values(block)?;
        let mut found = Vec::new();
        let mut scratch = String::new();
        for at in needle.may_be_in(&values, rows.len())? {
            let both = decode_values(values.get(at)?).ok_or_else(|| damaged("an event"))?;
            let mut within = |v: Option<&str>| v.is_some_and(|v| needle.is_in(v, &mut scratch));
            if within(both.old) || within(both.new) {
                found.push(rows.start + super::row(at));
            }
        }
        Ok(found)
    }
}

impl Needle {
    /// The rows of a block that have to be looked at: those where the needle is found if only
    /// ASCII has a case, and all that hold anything else.
    fn may_be_in(&self, values: &BlockValues, rows: usize) -> io::Result<Vec<usize>> {
        if self.folded.is_empty() {
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
        if !lower.is_ascii() {
            for row in 0..rows {
                if !values.get(row)?.is_ascii() {
                    found.push(row);
                }
            }
            found.sort_unstable();
            found.dedup();
        }
        Ok(found)
    }
}
