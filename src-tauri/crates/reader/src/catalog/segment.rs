//! A segment: many events, once by record and once by time, in one file that never changes.
//!
//! By record lie whole events, in blocks that are compressed, so that all events of one record are
//! one look. By time lie codes of what is filtered and counted by, in pages of plain numbers, and
//! for each event its place by record. Beside them an index of ids and one of records.
//!
//! Everything has a checksum, which is verified whenever it is read: a segment that was cut short
//! or changed is an [`io::ErrorKind::InvalidData`], never another answer. Numbers are
//! little-endian, as on every platform this is built for.

mod block;
mod build;
mod duplicates;
mod format;
mod merge;
mod ngram_filter;
mod paged;
mod read;
mod scan;
mod source;
mod write;

pub(crate) use build::{Part, build};
pub(crate) use duplicates::{Duplicate, duplicates};
pub(crate) use merge::merge;
pub(crate) use read::Segment;
pub(crate) use scan::Needle;
pub(crate) use source::Source;

use std::io;

/// A row by time or by record, from 0.
pub(crate) type Row = u32;

/// The dimension that tells records of one id apart.
const ENTITY_TYPE: usize = event::Column::EntityType.as_dimension();

/// The most events of one segment.
pub(crate) const MOST_ROWS: usize = 8 << 20;

pub(crate) fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the catalog is damaged ({what})"))
}

/// What a record is found by: the hash of its id, whatever its type. Different ids may share it.
pub(crate) fn record_hash(entity_id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(entity_id.as_bytes())
}

/// The row by record of an entry of the index of ids, whose upper half is the hash of the id.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
pub(crate) fn place_of(id: u64) -> Row {
    id as Row
}

/// The hash of an entry of the index of ids.
pub(crate) fn hash_of(id: u64) -> u32 {
    (id >> 32) as u32
}

fn index(row: Row) -> usize {
    row as usize
}

#[expect(clippy::cast_possible_truncation, reason = "a segment has at most MOST_ROWS rows")]
fn row(index: usize) -> Row {
    index as Row
}
