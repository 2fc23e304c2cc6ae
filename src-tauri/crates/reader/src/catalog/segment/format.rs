//! Layout of a segment file: its footer and the sizes of its parts. Fields keep the names that the
//! footer's JSON has had from the beginning; where the code has a better word, `serde` renames it.

use std::io::{self, Write};

use query::{LAG_LIMITS, Lag};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::damaged;
use super::paged::Paged;
use super::source::Source;
use event::{Column, DIMENSIONS};

/// Version of the layout, in the tail, and of what files are decoded to. A segment of another
/// version counts as damaged, so the catalog is rebuilt.
pub(crate) const VERSION: u32 = 7;

/// The last bytes of every segment file.
const MAGIC: [u8; 8] = *b"daybook\0";

/// Rows by time in a group. Within a group lies one column after the other, so that a segment can
/// be written in one pass with the columns of one group in memory.
pub(super) const GROUP: usize = 1 << 16;
/// Rows by time in a page: the unit of reading and of checksums.
pub(super) const PAGE: usize = 1 << 12;
/// Entries of an index in a page. A look-up reads one page.
pub(super) const INDEX_PAGE: usize = 1 << 9;
/// Most rows by record in a block.
pub(super) const BLOCK_ROWS: usize = 256;
/// Bytes of heads and values from which on a block takes no further row.
pub(super) const BLOCK_BYTES: usize = 1 << 20;

/// Footer of a segment: what it holds and where, read as a whole when the segment is opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Footer {
    /// How many rows there are, by record as by time.
    pub rows: usize,
    /// How many records: pairs of type and id.
    pub records: usize,
    /// Dictionary of each of [`DIMENSIONS`]: a code is an index into its values.
    #[serde(rename = "words")]
    pub dimension_values: [Vec<Option<String>>; DIMENSIONS.len()],
    /// How many rows have each of these values.
    #[serde(rename = "counts")]
    pub dimension_counts: [Vec<u64>; DIMENSIONS.len()],
    /// Names of the files, ascending. Where nothing else orders two events, their files do.
    pub files: Vec<String>,
    /// How many rows are updates that changed nothing.
    pub no_ops: u64,
    /// How many rows have a lag in each of the bins of [`query::LAG_LIMITS`], of which [`VERSION`] is the
    /// version too.
    pub lags: [u64; LAG_LIMITS.len() + 1],
    /// Dictionaries of frequent texts, one for each of [`DICTIONARIES`].
    pub frequent: [FrequentTexts; DICTIONARIES],
    /// Columns of the rows by time, in groups: all but the last have [`GROUP`] rows.
    pub groups: Vec<Group>,
    /// The first time of each page of rows by time, in nanoseconds since 1970.
    pub times: Paged<i64>,
    /// The first row by record of each block, and the number of rows.
    pub block_rows: Paged<u32>,
    /// For each block the offsets of its columns and its values; then the end of the last block.
    pub block_ends: Paged<u64>,
    /// For each block the checksums of its columns and its values.
    pub block_sums: Paged<u64>,
    /// Id index: the hash of an event id in the upper half, the row by record in the lower;
    /// ascending.
    pub ids: Paged<u64>,
    /// The first entry of each page of `ids`.
    pub id_pages: Paged<u64>,
    /// Record index: the hash of each record's entity id, ascending.
    pub record_hashes: Paged<u64>,
    /// The first row by record of each record.
    #[serde(rename = "record_rows")]
    pub record_starts: Paged<u32>,
    /// The first of each page of `record_hashes`.
    pub record_pages: Paged<u64>,
    /// N-gram filter over blocks, empty where there are few: see [`super::ngram_filter`].
    #[serde(rename = "grams")]
    pub ngrams: Paged<u64>,
}

/// Columns of up to [`GROUP`] rows by time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Group {
    /// Nanoseconds since 1970, ascending.
    pub time: Paged<i64>,
    /// Dictionary codes of each of [`DIMENSIONS`].
    #[serde(rename = "terms")]
    pub dimensions: [Codes; DIMENSIONS.len()],
    /// Ordinal of the record in the record index.
    #[serde(rename = "entity")]
    pub record: Paged<u32>,
    /// 1 for an update that changed nothing, else 0.
    pub no_op: Paged<u8>,
    /// The row by record of the same event.
    #[serde(rename = "place")]
    pub row_by_record: Paged<u32>,
    /// Codes of each of [`CODED`], see [`super::value_codes`]; `None` where all are missing.
    pub coded: [Option<Codes>; CODED.len()],
    /// Order keys of the old and the new value: see [`super::order_key`].
    pub order_keys: [Paged<u32>; 2],
    /// When the event was recorded, in nanoseconds since 1970, [`UNKNOWN`] where that is not known; `None`
    /// where it is not known of any.
    pub recorded_at: Option<Paged<i64>>,
}

/// Columns of texts that have codes: see [`super::value_codes`].
pub(crate) const CODED: [Column; 5] =
    [Column::OldValue, Column::NewValue, Column::Reason, Column::Batch, Column::Writer];

/// The dictionary of each of [`CODED`].
pub(super) const DICTIONARY_OF: [usize; CODED.len()] = [0, 0, 1, 2, 3];

/// How many dictionaries of frequent texts there are: old and new values share one.
pub(super) const DICTIONARIES: usize = 4;

/// A time of recording that is not known.
pub(crate) const UNKNOWN: i64 = i64::MIN;

/// The bin of [`LAG_LIMITS`] in which the lag of a row is; `None` if it is not known when it was recorded.
pub(crate) fn lag_bin(time: i64, recorded_at: i64) -> Option<usize> {
    // The longest difference is longer than any limit.
    let lag = recorded_at.saturating_sub(time);
    let is_over = |limit: &Lag| lag >= limit.millis * 1_000_000;
    (recorded_at != UNKNOWN).then(|| LAG_LIMITS.iter().filter(|limit| is_over(limit)).count())
}

/// Dictionary of frequent texts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FrequentTexts {
    /// The texts, one after the other.
    pub texts: Paged<u8>,
    /// Where each of them ends.
    pub ends: Paged<u32>,
}

/// Dictionary codes of one dimension, as wide as its dictionary needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Codes {
    /// One byte a code.
    One(Paged<u8>),
    /// Two bytes a code.
    Two(Paged<u16>),
    /// Four bytes a code.
    Four(Paged<u32>),
}

/// Width of dictionary codes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// One byte: up to 256 values.
    One,
    /// Two bytes: up to 65,536 values.
    Two,
    /// Four bytes.
    Four,
}

impl Width {
    /// The least width for the codes of a dictionary with so many values.
    pub fn of(values: usize) -> Self {
        match values {
            0..=0x100 => Self::One,
            0x101..=0x1_0000 => Self::Two,
            _ => Self::Four,
        }
    }
}

impl Footer {
    /// Writes the last three parts of a segment: the footer, the checksums `sums` of all pages, and
    /// the tail.
    pub fn write(&self, sums: &[u64], to: &mut impl Write) -> io::Result<()> {
        let footer = serde_json::to_vec(self)?;
        let sums: &[u8] = bytemuck::cast_slice(sums);
        to.write_all(&footer)?;
        to.write_all(sums)?;
        let lengths = [footer.len() as u64, sums.len() as u64];
        let check = [xxh3_64(&footer), xxh3_64(sums), u64::from(VERSION)];
        to.write_all(bytemuck::cast_slice(&lengths))?;
        to.write_all(bytemuck::cast_slice(&check))?;
        to.write_all(&MAGIC)
    }

    /// Reads the footer and the checksums of all pages.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if these are not the last bytes of a segment of this version.
    pub fn read(source: &Source) -> io::Result<(Self, Vec<u64>)> {
        const TAIL: usize = 6 * 8;
        let length = source.len()?;
        let tail_at = length.checked_sub(TAIL as u64).ok_or_else(|| damaged("too short"))?;
        let mut tail = [0_u64; 6];
        source.read(tail_at, bytemuck::cast_slice_mut(&mut tail))?;
        let [footer_length, sums_length, footer_sum, sums_sum, version, magic] = tail;
        if magic.to_ne_bytes() != MAGIC || version != u64::from(VERSION) {
            return Err(damaged("no segment of this version"));
        }
        let sums_at = tail_at.checked_sub(sums_length);
        let footer_at = sums_at.and_then(|at| at.checked_sub(footer_length));
        let (Some(sums_at), Some(footer_at)) = (sums_at, footer_at) else {
            return Err(damaged("too short"));
        };
        let size = |length: u64| usize::try_from(length).map_err(io::Error::other);
        let footer = source.bytes(footer_at, size(footer_length)?)?;
        let mut sums: Vec<u64> = bytemuck::zeroed_vec(size(sums_length / 8)?);
        source.read(sums_at, bytemuck::cast_slice_mut(&mut sums))?;
        if xxh3_64(&footer) != footer_sum || xxh3_64(bytemuck::cast_slice(&sums)) != sums_sum {
            return Err(damaged("its footer"));
        }
        Ok((serde_json::from_slice(&footer)?, sums))
    }
}
