//! Segment file: many events, sorted once by record and once by time, that never changes.
//!
//! By record lie whole events, in compressed blocks, so that the events of one record are in one or
//! a few blocks. By time lie columns of plain numbers: what events are filtered and counted by, and
//! for each event its row by record. The parts of a file, in their order:
//!
//! | part | what it holds |
//! |---|---|
//! | blocks | up to 256 rows by record each: their columns and their values ([`block`]) |
//! | groups | 65,536 rows by time each, column by column ([`format::Group`]): of texts and values codes ([`value_codes`]) and keys ([`order_key`]) |
//! | times | the first time of each page of rows by time |
//! | block table | of each block the first row, the offsets and the checksums |
//! | frequent texts | dictionaries of the values, reasons, batches and writers that occur often |
//! | id index | of each event the hash of its id and its row by record, ascending |
//! | record index | of each record its first row and the hash of its id, ascending by hash |
//! | n-gram filter | which blocks may contain a text ([`ngram_filter`]); not where they are few |
//! | footer | JSON: where all that lies, dictionaries, names of files ([`format::Footer`]) |
//! | checksums | XXH3-64 of every page of numbers ([`paged`]) |
//! | tail | 48 bytes: lengths and checksums of the last two parts, version, `daybook\0` |
//!
//! Every checksum is verified whenever its part is read: a segment that was truncated or changed is
//! an error, [`io::ErrorKind::InvalidData`] as a rule, and never a wrong answer. Numbers are
//! little-endian, as on every platform this is built for.
//!
//! [`mod@build`] makes a segment of decoded rows and [`mod@merge`] makes one of several, both
//! through [`mod@write`]; [`block_arrays`] has its blocks as Arrow arrays; [`read`] answers from one and [`scan`] searches its values; [`source`] is
//! the file or the memory in which it lies; [`mod@duplicates`] compares two segments.

mod block;
mod block_arrays;
mod build;
mod duplicates;
mod format;
mod merge;
mod ngram_filter;
pub(crate) mod order_key;
mod paged;
mod read;
mod scan;
mod source;
pub(crate) mod value_codes;
mod write;

pub(crate) use block_arrays::{BlockArrays, WantedColumns};
pub(crate) use build::{FileRows, build};
pub(crate) use duplicates::{Duplicate, duplicates};
pub(super) use format::VERSION;
pub(crate) use format::{CODED, UNKNOWN, lag_bin};
pub(crate) use merge::merge;
pub(crate) use read::{EncodedRow, OpenRow, OpenRows, Segment};
pub(crate) use scan::Needle;
pub(crate) use source::Source;

use std::io;

/// Number of a row in its segment, from 0: by record or by time, as the name of a variable says.
pub(crate) type Row = u32;

/// Index of the dimension `entity_type`, which tells records of one id apart.
const ENTITY_TYPE: usize = event::Column::EntityType.as_dimension();

/// Most events of a merged segment. One that was built of a single large file can have more.
pub(crate) const MOST_ROWS: usize = 8 << 20;

/// Error of kind [`io::ErrorKind::InvalidData`]: a part of the catalog is damaged, and the next
/// refresh rebuilds it. `what` names the part.
pub(crate) fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the catalog is damaged ({what})"))
}

/// Hash of an entity id, by which the record index is sorted. Records of different types that have
/// one id share it; different ids may share it too.
pub(crate) fn record_hash(entity_id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(entity_id.as_bytes())
}

/// The row by record in an entry of the id index: its lower half.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
pub(crate) fn row_of_id_entry(entry: u64) -> Row {
    entry as Row
}

/// The hash of the event id in an entry of the id index: its upper half.
pub(crate) fn hash_of_id_entry(entry: u64) -> u32 {
    (entry >> 32) as u32
}

/// A row, or another number of 32 bits, as an index.
fn index(row: Row) -> usize {
    row as usize
}

/// An index as a row.
#[expect(clippy::cast_possible_truncation, reason = "a segment has far fewer than 2^32 rows")]
pub(crate) fn row(index: usize) -> Row {
    index as Row
}
