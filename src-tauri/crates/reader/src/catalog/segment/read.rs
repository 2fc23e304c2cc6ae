//! Reader of one segment. [`by_record`] reads whole events, [`by_time`] columns and positions among
//! them, [`look_up`] the indexes of ids and records; [`amendments`] finds what is about an event, and
//! [`encoded_rows`] keeps events for later without decoding them.

mod amendments;
mod by_record;
mod by_time;
mod encoded_rows;
mod look_up;

pub(super) use by_record::Block;
pub(crate) use by_record::{OpenRow, OpenRows};
pub(crate) use encoded_rows::EncodedRow;

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use event::DIMENSIONS;
use query::LAG_LIMITS;

use super::format::{DICTIONARIES, Footer, Width};
use super::paged::PageSource;
use super::source::Source;
use super::{Row, damaged};

/// Segment opened for reading. The footer and what indexes the pages are in memory, the rest is
/// read when it is needed. Any number of threads may read one segment.
#[derive(Debug)]
pub(crate) struct Segment {
    source: Source,
    /// Checksums of all pages.
    sums: Vec<u64>,
    footer: Footer,
    /// Width of the codes of each dimension.
    widths: [Width; DIMENSIONS.len()],
    files: Vec<Arc<str>>,
    /// Whether its events are pending.
    pending: bool,
    /// The parts of that name, see [`Footer`].
    times: Vec<i64>,
    block_rows: Vec<u32>,
    block_ends: Vec<u64>,
    block_sums: Vec<u64>,
    id_pages: Vec<u64>,
    record_pages: Vec<u64>,
    /// The times of the first and the last row.
    span: (i64, i64),
    /// Ranks of instants that were asked for: histograms ask for those of their bins again and again.
    ranks: Mutex<HashMap<i64, usize>>,
    /// Dictionaries of frequent texts, once read.
    frequent: [OnceLock<Vec<Box<str>>>; DICTIONARIES],
    /// The rows by record of amendments by the hash of the id that they may be about, once found.
    amendments: OnceLock<HashMap<u32, Vec<Row>>>,
}

impl Segment {
    /// Opens a segment; `pending` says that its events are pending, and lie in no file.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if it is damaged, of another version, or has no rows.
    pub fn open(source: Source, pending: bool) -> io::Result<Self> {
        let (footer, sums) = Footer::read(&source)?;
        let from = PageSource { source: &source, sums: &sums };
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
            widths: footer.dimension_values.each_ref().map(|values| Width::of(values.len())),
            frequent: Default::default(),
            amendments: OnceLock::new(),
            ranks: Mutex::default(),
            files: footer.files.iter().map(|name| Arc::from(name.as_str())).collect(),
            times,
            footer,
            pending,
            sums,
            source,
        })
    }

    /// How many rows there are, deleted ones too.
    pub fn len(&self) -> usize {
        self.footer.rows
    }

    /// The times of the first and the last row, in nanoseconds since 1970.
    pub fn span(&self) -> (i64, i64) {
        self.span
    }

    /// Names of its files, ascending; one empty name if its events are pending.
    pub fn files(&self) -> &[Arc<str>] {
        &self.files
    }

    /// Its bytes, if it lies in memory.
    pub fn memory(&self) -> Option<&[u8]> {
        match &self.source {
            Source::Memory(bytes) => Some(bytes),
            Source::File(_) => None,
        }
    }

    /// Whether its events are pending on this device.
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    /// How many rows are updates that changed nothing.
    pub fn no_op_count(&self) -> u64 {
        self.footer.no_ops
    }

    /// How many rows have a lag in each bin of [`LAG_LIMITS`].
    pub fn lag_counts(&self) -> [u64; LAG_LIMITS.len() + 1] {
        self.footer.lags
    }

    /// Dictionary of one of [`DIMENSIONS`]: a code is an index into these values.
    pub fn dimension_values(&self, dimension: usize) -> &[Option<String>] {
        &self.footer.dimension_values[dimension]
    }

    /// How many rows have each of the values of [`Segment::dimension_values`].
    pub fn dimension_counts(&self, dimension: usize) -> &[u64] {
        &self.footer.dimension_counts[dimension]
    }

    /// What pages of numbers are read from.
    pub(super) fn page_source(&self) -> PageSource<'_> {
        PageSource { source: &self.source, sums: &self.sums }
    }

    /// The footer, which says where all parts lie.
    pub(super) fn footer(&self) -> &Footer {
        &self.footer
    }
}
