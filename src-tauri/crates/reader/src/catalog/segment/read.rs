//! Asking one segment.

mod by_record;
mod by_time;
mod look_up;

pub(super) use by_record::Block;

use std::io;
use std::sync::Arc;

use event::DIMENSIONS;

use super::damaged;
use super::format::{Footer, Width};
use super::paged::Bytes;
use super::source::Source;

/// An open segment.
#[derive(Debug)]
pub(crate) struct Segment {
    source: Source,
    sums: Vec<u64>,
    footer: Footer,
    widths: [Width; DIMENSIONS.len()],
    files: Vec<Arc<str>>,
    /// Its events wait on this device.
    pending: bool,
    times: Vec<i64>,
    block_rows: Vec<u32>,
    block_ends: Vec<u64>,
    block_sums: Vec<u64>,
    id_pages: Vec<u64>,
    record_pages: Vec<u64>,
    /// The times of the first and the last row.
    span: (i64, i64),
}

impl Segment {
    pub fn open(source: Source, pending: bool) -> io::Result<Self> {
        let (footer, sums) = Footer::read(&source)?;
        let from = Bytes { source: &source, sums: &sums };
        let times = footer.times.all(&from)?;
        let last = match footer.groups.last() {
            Some(group) if group.time.len > 0 => group.time.get(group.time.len - 1, &from)?,
            _ => return Err(damaged("no rows")),
        };
        Ok(Self {
            span: (times.first().copied().unwrap_or(last), last),
            block_rows: footer.block_rows.all(&from)?,
            block_ends: footer.block_ends.all(&from)?,
            block_sums: footer.block_sums.all(&from)?,
            id_pages: footer.id_pages.all(&from)?,
            record_pages: footer.record_pages.all(&from)?,
            widths: footer.words.each_ref().map(|words| Width::of(words.len())),
            files: footer.files.iter().map(|name| Arc::from(name.as_str())).collect(),
            times,
            footer,
            pending,
            sums,
            source,
        })
    }

    pub fn len(&self) -> usize {
        self.footer.rows
    }

    /// The first and the last time, in nanoseconds since 1970.
    pub fn span(&self) -> (i64, i64) {
        self.span
    }

    pub fn files(&self) -> &[Arc<str>] {
        &self.files
    }

    /// Whether its events wait on this device.
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    pub fn no_ops(&self) -> u64 {
        self.footer.no_ops
    }

    /// The values of a column of [`DIMENSIONS`]; its codes are their indices.
    pub fn words(&self, column: usize) -> &[Option<String>] {
        &self.footer.words[column]
    }

    /// How many rows have each of the words.
    pub fn counts(&self, column: usize) -> &[u64] {
        &self.footer.counts[column]
    }

    pub(super) fn bytes(&self) -> Bytes<'_> {
        Bytes { source: &self.source, sums: &self.sums }
    }

    pub(super) fn footer(&self) -> &Footer {
        &self.footer
    }
}
