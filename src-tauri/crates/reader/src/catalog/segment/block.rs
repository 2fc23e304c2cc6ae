//! Block of neighbouring rows by record, in two parts, each compressed by LZ4.
//!
//! The first part holds the columns: times, codes of each dimension, files, rows in these files and
//! entity ids as fixed-width arrays; then the number of different entity ids, the ends of these ids
//! and of the heads, the ids and the heads. The second part holds the values: their ends, then the
//! values. A search for a text decompresses the second part alone.

use std::io;
use std::ops::Range;

use bytemuck::Pod;

use super::format::Width;
use super::{damaged, index};
use event::DIMENSIONS;

/// Row by record, as it is pushed to a [`BlockWriter`].
#[derive(Debug, Clone, Copy)]
pub(super) struct RowParts<'a> {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Dictionary code of each of [`DIMENSIONS`].
    pub dimensions: [u32; DIMENSIONS.len()],
    /// Index of the file among those of the segment.
    pub file: u32,
    /// Row in that file, from 0.
    pub file_row: u32,
    /// Id of the record.
    pub entity_id: &'a str,
    /// Event id and rare columns: see [`decode::encode_head`].
    pub head: &'a [u8],
    /// Old and new value: see [`decode::encode_values`].
    pub values: &'a [u8],
}

/// Writer of one block after the other.
#[derive(Debug, Default)]
pub(super) struct BlockWriter {
    time: Vec<i64>,
    dimensions: [Vec<u32>; DIMENSIONS.len()],
    file: Vec<u32>,
    file_row: Vec<u32>,
    /// For each row the index of its entity id among the ids below.
    entity_id: Vec<u32>,
    entity_id_ends: Vec<u32>,
    /// The different entity ids, one after the other.
    entity_ids: String,
    last_entity_id: Range<usize>,
    head_ends: Vec<u32>,
    head: Vec<u8>,
    value_ends: Vec<u32>,
    values: Vec<u8>,
}

impl BlockWriter {
    /// How many rows were pushed.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// The encoded values of each row.
    pub fn values(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.value_ends);
        starts.zip(&self.value_ends).map(|(&start, &end)| &self.values[index(start)..index(end)])
    }

    /// Bytes of all heads and values, before compression.
    pub fn bytes(&self) -> usize {
        self.head.len() + self.values.len()
    }

    /// Appends a row. The rows of one record must follow each other, so that its id lies here once.
    ///
    /// # Errors
    /// Fails if a part would exceed 4 GiB.
    pub fn push(&mut self, row: &RowParts<'_>) -> io::Result<()> {
        self.time.push(row.time);
        self.dimensions.iter_mut().zip(row.dimensions).for_each(|(column, code)| column.push(code));
        self.file.push(row.file);
        self.file_row.push(row.file_row);
        if self.entity_id_ends.is_empty()
            || self.entity_ids[self.last_entity_id.clone()] != *row.entity_id
        {
            let start = self.entity_ids.len();
            self.entity_ids.push_str(row.entity_id);
            self.last_entity_id = start..self.entity_ids.len();
            self.entity_id_ends.push(end(self.entity_ids.len())?);
        }
        self.entity_id.push(end(self.entity_id_ends.len() - 1)?);
        self.head.extend_from_slice(row.head);
        self.head_ends.push(end(self.head.len())?);
        self.values.extend_from_slice(row.values);
        self.value_ends.push(end(self.values.len())?);
        Ok(())
    }

    /// Returns the two parts, compressed, and begins an empty block.
    pub fn finish(&mut self, widths: [Width; DIMENSIONS.len()]) -> [Vec<u8>; 2] {
        let mut columns = Vec::with_capacity(self.len() * 48 + self.head.len());
        append(&self.time, &mut columns);
        for (codes, width) in self.dimensions.iter().zip(widths) {
            append_codes(codes, width, &mut columns);
        }
        append(&self.file, &mut columns);
        append(&self.file_row, &mut columns);
        append(&self.entity_id, &mut columns);
        append(&[self.entity_id_ends.len() as u64], &mut columns);
        append(&self.entity_id_ends, &mut columns);
        append(&self.head_ends, &mut columns);
        columns.extend_from_slice(self.entity_ids.as_bytes());
        columns.extend_from_slice(&self.head);
        let mut values = Vec::with_capacity(self.len() * 4 + self.values.len());
        append(&self.value_ends, &mut values);
        values.extend_from_slice(&self.values);
        self.clear();
        [columns, values].map(|part| lz4_flex::block::compress_prepend_size(&part))
    }

    fn clear(&mut self) {
        self.time.clear();
        self.dimensions.iter_mut().for_each(Vec::clear);
        for column in [&mut self.file, &mut self.file_row, &mut self.entity_id] {
            column.clear();
        }
        for ends in [&mut self.entity_id_ends, &mut self.head_ends, &mut self.value_ends] {
            ends.clear();
        }
        self.entity_ids.clear();
        self.last_entity_id = 0..0;
        self.head.clear();
        self.values.clear();
    }
}

/// A length as the end of an item.
fn end(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| io::Error::other("an event is larger than 4 GiB"))
}

/// Appends numbers as bytes.
fn append<T: Pod>(items: &[T], into: &mut Vec<u8>) {
    into.extend_from_slice(bytemuck::cast_slice(items));
}

/// Appends dictionary codes in their width.
#[expect(clippy::cast_possible_truncation, reason = "the width holds every code")]
fn append_codes(codes: &[u32], width: Width, into: &mut Vec<u8>) {
    match width {
        Width::One => into.extend(codes.iter().map(|&code| code as u8)),
        Width::Two => into.extend(codes.iter().flat_map(|&code| (code as u16).to_ne_bytes())),
        Width::Four => append(codes, into),
    }
}

/// Columns of a block: the first part, decompressed. A row is meant by its index in the block.
///
/// Every getter fails with [`io::ErrorKind::InvalidData`] if what it looks for is not there.
#[derive(Debug)]
pub(super) struct BlockColumns {
    bytes: Vec<u8>,
    rows: usize,
    /// Offset and width of the codes of each dimension.
    dimensions_at: [(usize, Width); DIMENSIONS.len()],
    file_at: usize,
    /// How many different entity ids there are.
    entity_ids: usize,
    entity_ids_at: usize,
}

impl BlockColumns {
    /// Decompresses the first part of a block with so many rows.
    pub fn new(part: &[u8], rows: usize, widths: [Width; DIMENSIONS.len()]) -> io::Result<Self> {
        let bytes = decompress(part)?;
        let mut at = rows * 8;
        let dimensions_at = widths.map(|width| {
            let start = at;
            at += rows * width.bytes();
            (start, width)
        });
        let file_at = at;
        let entity_ids = number::<u64>(&bytes, file_at + rows * 12, 0)?;
        let entity_ids = usize::try_from(entity_ids).map_err(|_| damaged("a block"))?;
        let entity_ids_at = file_at + rows * 16 + 8 + entity_ids * 4;
        if entity_ids_at > bytes.len() {
            return Err(damaged("a block"));
        }
        Ok(Self { bytes, rows, dimensions_at, file_at, entity_ids, entity_ids_at })
    }

    /// Nanoseconds since 1970.
    pub fn time(&self, row: usize) -> io::Result<i64> {
        number(&self.bytes, 0, row)
    }

    /// Dictionary code of one of [`DIMENSIONS`].
    pub fn dimension(&self, dimension: usize, row: usize) -> io::Result<u32> {
        let (at, width) = self.dimensions_at[dimension];
        match width {
            Width::One => number::<u8>(&self.bytes, at, row).map(u32::from),
            Width::Two => number::<u16>(&self.bytes, at, row).map(u32::from),
            Width::Four => number(&self.bytes, at, row),
        }
    }

    /// Index of the file among those of the segment.
    pub fn file(&self, row: usize) -> io::Result<u32> {
        number(&self.bytes, self.file_at, row)
    }

    /// Row in that file, from 0.
    pub fn file_row(&self, row: usize) -> io::Result<u32> {
        number(&self.bytes, self.file_at + self.rows * 4, row)
    }

    /// Id of the record.
    pub fn entity_id(&self, row: usize) -> io::Result<&str> {
        let entity_id: u32 = number(&self.bytes, self.file_at + self.rows * 8, row)?;
        let ends_at = self.file_at + self.rows * 12 + 8;
        let text = item(&self.bytes, ends_at, self.entity_ids_at, index(entity_id))?;
        std::str::from_utf8(text).map_err(|_| damaged("an id"))
    }

    /// Encoded head: see [`decode::decode_head`].
    pub fn head(&self, row: usize) -> io::Result<&[u8]> {
        let entity_id_ends = self.file_at + self.rows * 12 + 8;
        let ends_at = entity_id_ends + self.entity_ids * 4;
        let length_of_ids: u32 = match self.entity_ids.checked_sub(1) {
            Some(last) => number(&self.bytes, entity_id_ends, last)?,
            None => 0,
        };
        item(&self.bytes, ends_at, self.entity_ids_at + index(length_of_ids), row)
    }
}

/// Values of a block: the second part, decompressed. A row is meant by its index in the block.
#[derive(Debug)]
pub(super) struct BlockValues {
    bytes: Vec<u8>,
    rows: usize,
}

impl BlockValues {
    /// Decompresses the second part of a block with so many rows.
    pub fn new(part: &[u8], rows: usize) -> io::Result<Self> {
        let bytes = decompress(part)?;
        if bytes.len() < rows * 4 {
            return Err(damaged("a block"));
        }
        Ok(Self { bytes, rows })
    }

    /// Encoded values of a row: see [`decode::decode_values`].
    pub fn get(&self, row: usize) -> io::Result<&[u8]> {
        item(&self.bytes, 0, self.rows * 4, row)
    }

    /// All bytes: the ends, then the encoded values of all rows.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// See [`BlockValues::bytes`].
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Encoded values of all rows, one after the other: the texts, with their lengths between them.
    pub fn text(&self) -> &[u8] {
        &self.bytes[self.rows * 4..]
    }

    /// Offset in [`BlockValues::text`] at which the values of a row end.
    pub fn end_of(&self, row: usize) -> io::Result<usize> {
        number::<u32>(&self.bytes, 0, row).map(index)
    }

    /// The row in whose values the offset `at` of [`BlockValues::text`] lies.
    pub fn row_at(&self, at: usize) -> io::Result<usize> {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.end_of(middle)? <= at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

impl Width {
    /// How many bytes a code takes.
    pub fn bytes(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
        }
    }
}

fn decompress(part: &[u8]) -> io::Result<Vec<u8>> {
    lz4_flex::block::decompress_size_prepended(part).map_err(|_| damaged("a block"))
}

/// The number `nth` of an array that begins at the offset `at`.
fn number<T: Pod>(bytes: &[u8], at: usize, nth: usize) -> io::Result<T> {
    let at = at + nth * size_of::<T>();
    let found = bytes.get(at..at + size_of::<T>()).ok_or_else(|| damaged("a block"))?;
    Ok(bytemuck::pod_read_unaligned(found))
}

/// The item `nth` of those that begin at the offset `at`, whose ends are an array at `ends_at`.
fn item(bytes: &[u8], ends_at: usize, at: usize, nth: usize) -> io::Result<&[u8]> {
    let start: u32 = match nth.checked_sub(1) {
        Some(before) => number(bytes, ends_at, before)?,
        None => 0,
    };
    let end: u32 = number(bytes, ends_at, nth)?;
    bytes.get(at + index(start)..at + index(end)).ok_or_else(|| damaged("a block"))
}
