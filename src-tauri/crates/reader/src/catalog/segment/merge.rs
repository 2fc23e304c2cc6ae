//! Merger of several segments into one.
//!
//! Three k-way merges read all segments in the order in which the new one is written: by record, by
//! time, by id. What grows with the number of rows in memory is the row by record that each
//! becomes: four bytes a row. Module [`ids`] is the merge by id.

mod ids;

use std::cmp::Ordering;
use std::io::{self, Write};
use std::sync::Arc;

use event::{DIMENSIONS, Entry};

use super::block::RowParts;
use super::format::{CODED, DICTIONARIES, DICTIONARY_OF};
use super::read::Block;
use super::value_codes::{Counts, Frequent, MISSING, RARE, rare_code};
use super::write::{SegmentWriter, TimeRow};
use super::{ENTITY_TYPE, Row, Segment, damaged, index, row};
use crate::k_way_merge::{self, MergeCursor};
use decode::{DictionaryColumn, coded_cells, decode_values, log_position};
use ids::MergedIds;

/// Rows by time, or ids, that are read at once from a segment.
const CHUNK_ROWS: usize = 1 << 14;

/// Writes a segment of all rows of some others but the deleted ones. `deleted_rows` has, for each
/// of them, rows by record in ascending order.
///
/// # Errors
/// Fails if a segment cannot be read or the new one written.
#[tracing::instrument(name = "merge", level = "info", skip_all)]
pub(crate) fn merge(
    segments: &[Arc<Segment>],
    deleted_rows: &[Vec<Row>],
    to: impl Write,
) -> io::Result<()> {
    let dictionaries = DictionaryMap::of(segments);
    let texts = TextMap::of(segments)?;
    let mut merge = Merge {
        segments,
        deleted_rows,
        files: FileMap::of(segments),
        new_rows: segments.iter().map(|s| vec![Row::MAX; s.len()]).collect(),
        new_records: segments.iter().map(|s| vec![u32::MAX; s.record_count()]).collect(),
        writer: SegmentWriter::new(to, dictionaries.values.clone()),
        dictionaries,
        texts,
    };
    merge.by_record()?;
    merge.by_time()?;
    let ids = MergedIds::new(segments, &merge.new_rows);
    merge.writer.finish(merge.files.names, merge.texts.frequent, ids)?;
    Ok(())
}

/// Dictionaries of the new segment, one for each dimension, and the map from the codes of the old
/// ones.
struct DictionaryMap {
    values: [Vec<Option<String>>; DIMENSIONS.len()],
    /// For each old segment, dimension and code: the new code.
    new_codes: Vec<[Vec<u32>; DIMENSIONS.len()]>,
}

impl DictionaryMap {
    fn of(segments: &[Arc<Segment>]) -> Self {
        let mut all: [DictionaryColumn; DIMENSIONS.len()] = Default::default();
        let new_codes = segments.iter().map(|segment| {
            std::array::from_fn(|dimension| {
                let values = segment.dimension_values(dimension).iter();
                values.map(|value| all[dimension].code(value.as_deref())).collect()
            })
        });
        let new_codes = new_codes.collect();
        Self { values: all.map(|column| column.values), new_codes }
    }

    fn map(&self, segment: usize, codes: [u32; DIMENSIONS.len()]) -> [u32; DIMENSIONS.len()] {
        std::array::from_fn(|dimension| self.new_codes[segment][dimension][index(codes[dimension])])
    }
}

/// Frequent texts of the new segment, and the map from the codes of the old ones.
struct TextMap {
    counts: [Counts; DICTIONARIES],
    frequent: [Frequent; DICTIONARIES],
    /// For each old segment and dictionary: the new code of each of its texts.
    new_codes: Vec<[Vec<u32>; DICTIONARIES]>,
}

impl TextMap {
    /// Counts the rare texts of all segments: together they may be frequent.
    fn of(segments: &[Arc<Segment>]) -> io::Result<Self> {
        let rows: usize = segments.iter().map(|segment| segment.len()).sum();
        let mut all = Self {
            counts: [(); DICTIONARIES].map(|()| Counts::for_texts(rows * 2)),
            frequent: Default::default(),
            new_codes: Vec::new(),
        };
        for segment in segments {
            for (column, dictionary) in DICTIONARY_OF.into_iter().enumerate() {
                for start in (0..segment.len()).step_by(CHUNK_ROWS) {
                    let codes = segment.text_codes(column, start..start + CHUNK_ROWS)?;
                    codes.into_iter().flatten().for_each(|code| all.counts[dictionary].add(code));
                }
            }
            let mut new_codes: [Vec<u32>; DICTIONARIES] = Default::default();
            for (dictionary, new) in new_codes.iter_mut().enumerate() {
                let frequent = &mut all.frequent[dictionary];
                new.extend(segment.frequent_texts(dictionary)?.iter().map(|t| frequent.insert(t)));
            }
            all.new_codes.push(new_codes);
        }
        Ok(all)
    }

    /// Sees the texts of a row.
    fn see(&mut self, head: &[u8], values: &[u8]) -> io::Result<()> {
        let damaged = || damaged("an event");
        let values = decode_values(values).ok_or_else(damaged)?;
        let (_, [reason, batch, writer]) = coded_cells(head).ok_or_else(damaged)?;
        let texts = [values.old, values.new, reason, batch, writer];
        for (text, dictionary) in texts.into_iter().zip(DICTIONARY_OF) {
            if let Some(text) = text {
                let counts = &self.counts[dictionary];
                self.frequent[dictionary].see(rare_code(text), text, counts);
            }
        }
        Ok(())
    }

    /// The new codes of a row of an old segment.
    fn map(&self, segment: usize, old: [u32; CODED.len()]) -> io::Result<[u32; CODED.len()]> {
        let mut codes = old;
        for (code, dictionary) in codes.iter_mut().zip(DICTIONARY_OF) {
            *code = match *code {
                MISSING => MISSING,
                RARE.. => self.frequent[dictionary].code(*code),
                place => {
                    let new = self.new_codes[segment][dictionary].get(index(place) - 1);
                    *new.ok_or_else(|| damaged("a text that is not there"))?
                }
            };
        }
        Ok(codes)
    }
}

/// Files of the new segment, and the map from those of the old ones.
struct FileMap {
    /// Ascending.
    names: Vec<String>,
    /// For each old segment and file: the index of the file in the new segment.
    new_files: Vec<Vec<u32>>,
}

impl FileMap {
    fn of(segments: &[Arc<Segment>]) -> Self {
        let mut names: Vec<String> =
            segments.iter().flat_map(|s| s.files()).map(ToString::to_string).collect();
        names.sort_unstable();
        names.dedup();
        let new = |name: &Arc<str>| row(names.partition_point(|known| **known < **name));
        let new_files = segments.iter().map(|s| s.files().iter().map(new).collect()).collect();
        Self { names, new_files }
    }

    fn map(&self, segment: usize, file: u32) -> io::Result<u32> {
        let file = self.new_files[segment].get(index(file)).copied();
        file.ok_or_else(|| damaged("a file that is not there"))
    }
}

/// Sort key of a record: hash of the id, id, type.
type RecordKey = (u64, String, String);

/// Cursor over the records of a segment, by which rows by record are read too.
struct RecordCursor<'a> {
    segment: &'a Segment,
    hashes: Vec<u64>,
    starts: Vec<Row>,
    /// Ordinal of the record at which the cursor stands.
    record: usize,
    /// The block that was read last.
    block: Option<Block>,
}

impl<'a> RecordCursor<'a> {
    fn new(segment: &'a Segment) -> io::Result<Self> {
        let (hashes, starts) = (segment.record_hashes()?, segment.record_starts()?);
        Ok(Self { segment, hashes, starts, record: 0, block: None })
    }

    /// Sort key of the record at which the cursor stands; `None` after the last.
    fn key(&mut self) -> io::Result<Option<RecordKey>> {
        let Some(&hash) = self.hashes.get(self.record) else { return Ok(None) };
        let row = self.starts[self.record];
        let segment = self.segment;
        let (block, at) = self.block(row)?;
        let id = block.columns.entity_id(at)?.to_owned();
        let code = index(block.columns.dimension(ENTITY_TYPE, at)?);
        let entity_type = segment.dimension_values(ENTITY_TYPE).get(code).cloned().flatten();
        Ok(Some((hash, id, entity_type.unwrap_or_default())))
    }

    /// The block of a row, and the index of the row in it.
    fn block(&mut self, row: Row) -> io::Result<(&Block, usize)> {
        if self.block.as_ref().is_none_or(|block| !block.rows.contains(&row)) {
            self.block = Some(self.segment.block(self.segment.block_of(row)?)?);
        }
        let block = self.block.as_ref().ok_or_else(|| damaged("a block"))?;
        Ok((block, index(row - block.rows.start)))
    }

    /// The rows of the record at which the cursor stands; advances to the next record.
    fn next_rows(&mut self) -> std::ops::Range<Row> {
        let start = self.starts[self.record];
        self.record += 1;
        start..self.starts.get(self.record).copied().unwrap_or(row(self.segment.len()))
    }
}

/// Sort key of a row within its record: time, position in a log, file, row in the file. See
/// [`event::Position`].
type OrderKey = (i64, Option<(i64, String, u64)>, u32, u32);

/// Merge in progress.
struct Merge<'a, W> {
    segments: &'a [Arc<Segment>],
    deleted_rows: &'a [Vec<Row>],
    dictionaries: DictionaryMap,
    files: FileMap,
    /// For each old segment and row by record: the new row, [`Row::MAX`] if it is deleted.
    new_rows: Vec<Vec<Row>>,
    /// For each old segment and record: the ordinal of the record in the new segment.
    new_records: Vec<Vec<u32>>,
    writer: SegmentWriter<W>,
    texts: TextMap,
}

impl<W: Write> Merge<'_, W> {
    /// Writes the rows by record.
    fn by_record(&mut self) -> io::Result<()> {
        let mut cursors = Vec::new();
        let mut keys = Vec::new();
        for segment in self.segments {
            let mut cursor = RecordCursor::new(segment)?;
            keys.push(cursor.key()?);
            cursors.push(cursor);
        }
        let mut record = 0;
        while let Some(least) = keys.iter().flatten().min().cloned() {
            let is_least = |key: &Option<RecordKey>| key.as_ref() == Some(&least);
            let with_record: Vec<usize> =
                (0..keys.len()).filter(|&at| is_least(&keys[at])).collect();
            let mut rows = Vec::new();
            for &from in &with_record {
                self.new_records[from][cursors[from].record] = record;
                let deleted_rows = &self.deleted_rows[from];
                let visible = cursors[from]
                    .next_rows()
                    .filter(|row| deleted_rows.binary_search(row).is_err());
                rows.extend(visible.map(|row| (from, row)));
            }
            if with_record.len() > 1 {
                self.order(&mut cursors, &mut rows)?;
            }
            if !rows.is_empty() {
                self.writer.begin_record(least.0);
                record += 1;
            }
            for (from, row) in rows {
                self.push(from, row, &mut cursors[from])?;
            }
            for from in with_record {
                keys[from] = cursors[from].key()?;
            }
        }
        self.writer.end_records()
    }

    /// Writes a row of the old segment `from`.
    fn push(&mut self, from: usize, row: Row, cursor: &mut RecordCursor<'_>) -> io::Result<()> {
        let (block, at) = cursor.block(row)?;
        let columns = &block.columns;
        let mut codes = [0; DIMENSIONS.len()];
        for (dimension, code) in codes.iter_mut().enumerate() {
            *code = columns.dimension(dimension, at)?;
        }
        self.texts.see(columns.head(at)?, block.values.get(at)?)?;
        self.new_rows[from][index(row)] = self.writer.push(&RowParts {
            time: columns.time(at)?,
            dimensions: self.dictionaries.map(from, codes),
            file: self.files.map(from, columns.file(at)?)?,
            file_row: columns.file_row(at)?,
            entity_id: columns.entity_id(at)?,
            head: columns.head(at)?,
            values: block.values.get(at)?,
        })?;
        Ok(())
    }

    /// Sorts the rows of one record, each with its old segment, into the total order.
    fn order(
        &self,
        cursors: &mut [RecordCursor<'_>],
        rows: &mut Vec<(usize, Row)>,
    ) -> io::Result<()> {
        let mut keyed: Vec<(OrderKey, (usize, Row))> = Vec::with_capacity(rows.len());
        for &(from, row) in rows.iter() {
            let (block, at) = cursors[from].block(row)?;
            let columns = &block.columns;
            let log = log_position(columns.head(at)?);
            let log = log.map(|(time, writer, seq)| (time, writer.to_owned(), seq));
            let file = self.files.map(from, columns.file(at)?)?;
            keyed.push(((columns.time(at)?, log, file, columns.file_row(at)?), (from, row)));
        }
        keyed.sort_unstable();
        *rows = keyed.into_iter().map(|(_, row)| row).collect();
        Ok(())
    }

    /// Writes the rows by time.
    fn by_time(&mut self) -> io::Result<()> {
        let mut cursors: Vec<TimeCursor<'_>> =
            self.segments.iter().map(|s| TimeCursor::new(s)).collect();
        while let Some(from) = k_way_merge::first(&mut cursors)? {
            let Some(row) = cursors[from].pop()? else { break };
            let row_by_record = self.new_rows[from][index(row.row_by_record)];
            if row_by_record != Row::MAX {
                self.writer.push_time(TimeRow {
                    dimensions: self.dictionaries.map(from, row.dimensions),
                    record: self.new_records[from][index(row.record)],
                    row_by_record,
                    coded: self.texts.map(from, row.coded)?,
                    ..row
                })?;
            }
        }
        Ok(())
    }
}

/// Cursor over the rows by time of a segment.
struct TimeCursor<'a> {
    segment: &'a Segment,
    /// The first of the rows that are read.
    start: usize,
    rows: Vec<TimeRow>,
    /// Index among `rows` of the row at which the cursor stands.
    at: usize,
    /// The event of that row, once it had to be read because its time alone does not order it.
    entry: Option<Entry>,
    /// The block of the event that was read last. Events of one time are mostly of few records, and
    /// so neighbours.
    block: Option<Block>,
}

impl<'a> TimeCursor<'a> {
    fn new(segment: &'a Segment) -> Self {
        Self { segment, start: 0, rows: Vec::new(), at: 0, entry: None, block: None }
    }

    /// The row at which the cursor stands; `None` after the last.
    fn peek(&mut self) -> io::Result<Option<TimeRow>> {
        if self.at == self.rows.len() {
            self.start += self.rows.len();
            self.rows = self.segment.time_rows(self.start..self.start + CHUNK_ROWS)?;
            self.at = 0;
        }
        Ok(self.rows.get(self.at).copied())
    }

    /// The row at which the cursor stands; advances to the next row.
    fn pop(&mut self) -> io::Result<Option<TimeRow>> {
        let row = self.peek()?;
        self.at += 1;
        self.entry = None;
        Ok(row)
    }

    /// The event of the row at which the cursor stands.
    fn entry(&mut self) -> io::Result<&Entry> {
        let entry = match (self.entry.take(), self.peek()?) {
            (Some(entry), _) => entry,
            (None, Some(row)) => self.segment.entry_of(row.row_by_record, &mut self.block)?,
            (None, None) => return Err(damaged("a row that is not there")),
        };
        Ok(self.entry.insert(entry))
    }
}

impl MergeCursor for TimeCursor<'_> {
    fn has_item(&mut self) -> io::Result<bool> {
        Ok(self.peek()?.is_some())
    }

    fn is_before(&mut self, other: &mut Self) -> io::Result<bool> {
        let time = |row: Option<TimeRow>| row.map(|row| row.time);
        let (ours, theirs) = (time(self.peek()?), time(other.peek()?));
        if ours != theirs {
            return Ok(ours < theirs);
        }
        Ok(self.entry()?.cmp_position(other.entry()?) == Ordering::Less)
    }
}
