//! How a segment's file is laid out, as its last bytes say.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::damaged;
use super::paged::Paged;
use super::source::Source;
use event::DIMENSIONS;

/// Another version is not read but made anew.
pub(crate) const VERSION: u32 = 2;

const MAGIC: [u8; 8] = *b"daybook\0";

/// Rows by time lie in groups, a column after the other, so that they can be written in one go.
pub(super) const GROUP: usize = 1 << 16;
/// Rows by time to a checksum.
pub(super) const PAGE: usize = 1 << 12;
/// Entries of an index to a checksum. One page is read for a look-up.
pub(super) const INDEX_PAGE: usize = 1 << 9;
/// Rows by record in a block, at most.
pub(super) const BLOCK_ROWS: usize = 256;
/// A block with so many bytes takes no further row.
pub(super) const BLOCK_BYTES: usize = 1 << 20;

/// What a segment holds, and where.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Footer {
    pub rows: usize,
    pub records: usize,
    /// The values of each column of [`DIMENSIONS`], and how many rows have each.
    pub words: [Vec<Option<String>>; DIMENSIONS.len()],
    pub counts: [Vec<u64>; DIMENSIONS.len()],
    /// Names of files in their order, which is the order of their rows.
    pub files: Vec<String>,
    pub no_ops: u64,
    /// By time, in groups: all but the last have [`GROUP`] rows.
    pub groups: Vec<Group>,
    /// The first time of each page of rows.
    pub times: Paged<i64>,
    /// The first row by record of each block, and the number of rows.
    pub block_rows: Paged<u32>,
    /// Where each block's facts and values begin, and where the last ends.
    pub block_ends: Paged<u64>,
    pub block_sums: Paged<u64>,
    /// Hash of an id, and the row by record: ascending.
    pub ids: Paged<u64>,
    /// The first of each page of `ids`.
    pub id_pages: Paged<u64>,
    /// Hashes of records: ascending; and the first row of each.
    pub record_hashes: Paged<u64>,
    pub record_rows: Paged<u32>,
    pub record_pages: Paged<u64>,
    /// Which pieces of text occur in which block: see [`super::ngram_filter`].
    pub grams: Paged<u64>,
}

/// The columns of some rows by time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Group {
    pub time: Paged<i64>,
    pub terms: [Codes; DIMENSIONS.len()],
    pub entity: Paged<u32>,
    pub no_op: Paged<u8>,
    /// The row by record.
    pub place: Paged<u32>,
}

/// Codes, in as few bytes as they need.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Codes {
    One(Paged<u8>),
    Two(Paged<u16>),
    Four(Paged<u32>),
}

/// How many bytes codes of so many words take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    One,
    Two,
    Four,
}

impl Width {
    pub fn of(words: usize) -> Self {
        match words {
            0..=0x100 => Self::One,
            0x101..=0x1_0000 => Self::Two,
            _ => Self::Four,
        }
    }
}

impl Footer {
    /// Writes it with the checksums to the end of a segment.
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
