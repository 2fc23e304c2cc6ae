//! Some neighbouring rows by record: facts in one part, values in another, each compressed.

use std::io;
use std::ops::Range;

use bytemuck::Pod;

use super::format::Width;
use super::{damaged, index};
use event::DIMENSIONS;

/// One row, as a block keeps it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowParts<'a> {
    /// Nanoseconds since 1970.
    pub time: i64,
    pub terms: [u32; DIMENSIONS.len()],
    /// Which of the segment's files, and the row there.
    pub file: u32,
    pub number: u32,
    pub entity_id: &'a str,
    /// See [`decode::encode_head`] and [`decode::encode_values`].
    pub head: &'a [u8],
    pub values: &'a [u8],
}

/// A block in the making.
#[derive(Debug, Default)]
pub(super) struct BlockWriter {
    time: Vec<i64>,
    terms: [Vec<u32>; DIMENSIONS.len()],
    file: Vec<u32>,
    number: Vec<u32>,
    /// Which of the ids below.
    entity: Vec<u32>,
    entity_ends: Vec<u32>,
    entities: String,
    last_entity: Range<usize>,
    head_ends: Vec<u32>,
    head: Vec<u8>,
    value_ends: Vec<u32>,
    values: Vec<u8>,
}

impl BlockWriter {
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// The packed values of each row.
    pub fn values(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.value_ends);
        starts.zip(&self.value_ends).map(|(&start, &end)| &self.values[index(start)..index(end)])
    }

    pub fn bytes(&self) -> usize {
        self.head.len() + self.values.len()
    }

    pub fn push(&mut self, row: &RowParts<'_>) -> io::Result<()> {
        self.time.push(row.time);
        self.terms.iter_mut().zip(row.terms).for_each(|(column, code)| column.push(code));
        self.file.push(row.file);
        self.number.push(row.number);
        if self.entity_ends.is_empty() || self.entities[self.last_entity.clone()] != *row.entity_id
        {
            let start = self.entities.len();
            self.entities.push_str(row.entity_id);
            self.last_entity = start..self.entities.len();
            self.entity_ends.push(end(self.entities.len())?);
        }
        self.entity.push(end(self.entity_ends.len() - 1)?);
        self.head.extend_from_slice(row.head);
        self.head_ends.push(end(self.head.len())?);
        self.values.extend_from_slice(row.values);
        self.value_ends.push(end(self.values.len())?);
        Ok(())
    }

    /// The two parts; the block is empty afterwards.
    pub fn take(&mut self, widths: [Width; DIMENSIONS.len()]) -> [Vec<u8>; 2] {
        let mut facts = Vec::with_capacity(self.len() * 48 + self.head.len());
        put(&self.time, &mut facts);
        for (codes, width) in self.terms.iter().zip(widths) {
            put_codes(codes, width, &mut facts);
        }
        put(&self.file, &mut facts);
        put(&self.number, &mut facts);
        put(&self.entity, &mut facts);
        put(&[self.entity_ends.len() as u64], &mut facts);
        put(&self.entity_ends, &mut facts);
        put(&self.head_ends, &mut facts);
        facts.extend_from_slice(self.entities.as_bytes());
        facts.extend_from_slice(&self.head);
        let mut values = Vec::with_capacity(self.len() * 4 + self.values.len());
        put(&self.value_ends, &mut values);
        values.extend_from_slice(&self.values);
        self.clear();
        [facts, values].map(|part| lz4_flex::block::compress_prepend_size(&part))
    }

    fn clear(&mut self) {
        self.time.clear();
        self.terms.iter_mut().for_each(Vec::clear);
        for column in [&mut self.file, &mut self.number, &mut self.entity] {
            column.clear();
        }
        for ends in [&mut self.entity_ends, &mut self.head_ends, &mut self.value_ends] {
            ends.clear();
        }
        self.entities.clear();
        self.last_entity = 0..0;
        self.head.clear();
        self.values.clear();
    }
}

fn end(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| io::Error::other("an event is larger than 4 GiB"))
}

fn put<T: Pod>(items: &[T], into: &mut Vec<u8>) {
    into.extend_from_slice(bytemuck::cast_slice(items));
}

#[expect(clippy::cast_possible_truncation, reason = "the width holds every code")]
fn put_codes(codes: &[u32], width: Width, into: &mut Vec<u8>) {
    match width {
        Width::One => into.extend(codes.iter().map(|&code| code as u8)),
        Width::Two => into.extend(codes.iter().flat_map(|&code| (code as u16).to_ne_bytes())),
        Width::Four => put(codes, into),
    }
}

/// The facts of a block.
#[derive(Debug)]
pub(super) struct Facts {
    bytes: Vec<u8>,
    rows: usize,
    terms_at: [(usize, Width); DIMENSIONS.len()],
    file_at: usize,
    entities: usize,
    texts_at: usize,
}

impl Facts {
    pub fn new(part: &[u8], rows: usize, widths: [Width; DIMENSIONS.len()]) -> io::Result<Self> {
        let bytes = decompress(part)?;
        let mut at = rows * 8;
        let terms_at = widths.map(|width| {
            let start = at;
            at += rows * width.bytes();
            (start, width)
        });
        let file_at = at;
        let entities = get::<u64>(&bytes, file_at + rows * 12, 0)?;
        let entities = usize::try_from(entities).map_err(|_| damaged("a block"))?;
        let texts_at = file_at + rows * 16 + 8 + entities * 4;
        if texts_at > bytes.len() {
            return Err(damaged("a block"));
        }
        Ok(Self { bytes, rows, terms_at, file_at, entities, texts_at })
    }

    pub fn time(&self, row: usize) -> io::Result<i64> {
        get(&self.bytes, 0, row)
    }

    pub fn term(&self, column: usize, row: usize) -> io::Result<u32> {
        let (at, width) = self.terms_at[column];
        match width {
            Width::One => get::<u8>(&self.bytes, at, row).map(u32::from),
            Width::Two => get::<u16>(&self.bytes, at, row).map(u32::from),
            Width::Four => get(&self.bytes, at, row),
        }
    }

    pub fn file(&self, row: usize) -> io::Result<u32> {
        get(&self.bytes, self.file_at, row)
    }

    pub fn number(&self, row: usize) -> io::Result<u32> {
        get(&self.bytes, self.file_at + self.rows * 4, row)
    }

    pub fn entity_id(&self, row: usize) -> io::Result<&str> {
        let entity: u32 = get(&self.bytes, self.file_at + self.rows * 8, row)?;
        let ends_at = self.file_at + self.rows * 12 + 8;
        let text = line(&self.bytes, ends_at, self.texts_at, index(entity))?;
        std::str::from_utf8(text).map_err(|_| damaged("an id"))
    }

    pub fn head(&self, row: usize) -> io::Result<&[u8]> {
        let entity_ends = self.file_at + self.rows * 12 + 8;
        let ends_at = entity_ends + self.entities * 4;
        let entities: u32 = match self.entities.checked_sub(1) {
            Some(last) => get(&self.bytes, entity_ends, last)?,
            None => 0,
        };
        line(&self.bytes, ends_at, self.texts_at + index(entities), row)
    }
}

/// The values of a block.
#[derive(Debug)]
pub(super) struct BlockValues {
    bytes: Vec<u8>,
    rows: usize,
}

impl BlockValues {
    pub fn new(part: &[u8], rows: usize) -> io::Result<Self> {
        let bytes = decompress(part)?;
        if bytes.len() < rows * 4 {
            return Err(damaged("a block"));
        }
        Ok(Self { bytes, rows })
    }

    pub fn get(&self, row: usize) -> io::Result<&[u8]> {
        line(&self.bytes, 0, self.rows * 4, row)
    }

    /// All values, one after the other, with their lengths between them.
    pub fn text(&self) -> &[u8] {
        &self.bytes[self.rows * 4..]
    }

    /// Where a row ends in [`BlockValues::text`].
    pub fn end_of(&self, row: usize) -> io::Result<usize> {
        get::<u32>(&self.bytes, 0, row).map(index)
    }

    /// The row in whose values the byte of [`BlockValues::text`] at `at` lies.
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

fn get<T: Pod>(bytes: &[u8], at: usize, item: usize) -> io::Result<T> {
    let at = at + item * size_of::<T>();
    let found = bytes.get(at..at + size_of::<T>()).ok_or_else(|| damaged("a block"))?;
    Ok(bytemuck::pod_read_unaligned(found))
}

/// One of many lines that begin at `at`, by the table of their ends.
fn line(bytes: &[u8], ends_at: usize, at: usize, item: usize) -> io::Result<&[u8]> {
    let start: u32 = match item.checked_sub(1) {
        Some(before) => get(bytes, ends_at, before)?,
        None => 0,
    };
    let end: u32 = get(bytes, ends_at, item)?;
    bytes.get(at + index(start)..at + index(end)).ok_or_else(|| damaged("a block"))
}
