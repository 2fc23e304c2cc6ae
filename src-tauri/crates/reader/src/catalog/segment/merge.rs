//! One segment from several.
//!
//! Each pass goes through all of them once, in the order in which the new one is written: by
//! record, by time, by id. What is held in memory is where each row went: four bytes.

mod ids;

use std::cmp::Ordering;
use std::io::{self, Write};
use std::sync::Arc;

use event::{DIMENSIONS, Entry};

use super::block::RowParts;
use super::read::Block;
use super::write::{SegmentWriter, TimeRow};
use super::{ENTITY_TYPE, Row, Segment, damaged, index, row};
use crate::k_way_merge::{self, MergeCursor};
use decode::{DictionaryColumn, log_position};
use ids::Ids;

/// Rows by time, or ids, to read together.
const STRETCH: usize = 1 << 14;

/// Writes a segment of all rows of some others but those in `deleted_rows`, which are, for each, rows by
/// record in ascending order.
#[tracing::instrument(name = "merge", level = "info", skip_all)]
pub(crate) fn merge(
    segments: &[Arc<Segment>],
    deleted_rows: &[Vec<Row>],
    to: impl Write,
) -> io::Result<()> {
    let codes = Codes::of(segments);
    let mut merge = Merge {
        segments,
        deleted_rows,
        files: Files::of(segments),
        moved: segments.iter().map(|s| vec![Row::MAX; s.len()]).collect(),
        records: segments.iter().map(|s| vec![u32::MAX; s.record_count()]).collect(),
        writer: SegmentWriter::new(to, codes.words.clone()),
        codes,
    };
    merge.by_record()?;
    merge.by_time()?;
    let ids = Ids::new(segments, &merge.moved);
    merge.writer.finish(merge.files.names, ids)?;
    Ok(())
}

/// For each column the words of all segments, and for each segment what its codes have become.
struct Codes {
    words: [Vec<Option<String>>; DIMENSIONS.len()],
    of: Vec<[Vec<u32>; DIMENSIONS.len()]>,
}

impl Codes {
    fn of(segments: &[Arc<Segment>]) -> Self {
        let mut all: [DictionaryColumn; DIMENSIONS.len()] = Default::default();
        let of = segments.iter().map(|segment| {
            std::array::from_fn(|column| {
                let words = segment.words(column).iter();
                words.map(|word| all[column].code(word.as_deref())).collect()
            })
        });
        let of = of.collect();
        Self { words: all.map(|column| column.words), of }
    }

    fn map(&self, segment: usize, codes: [u32; DIMENSIONS.len()]) -> [u32; DIMENSIONS.len()] {
        std::array::from_fn(|column| self.of[segment][column][index(codes[column])])
    }
}

/// The files of all segments in their order, and for each segment what its files have become.
struct Files {
    names: Vec<String>,
    of: Vec<Vec<u32>>,
}

impl Files {
    fn of(segments: &[Arc<Segment>]) -> Self {
        let mut names: Vec<String> =
            segments.iter().flat_map(|s| s.files()).map(ToString::to_string).collect();
        names.sort_unstable();
        names.dedup();
        let place = |name: &Arc<str>| row(names.partition_point(|known| **known < **name));
        let of = segments.iter().map(|s| s.files().iter().map(place).collect()).collect();
        Self { names, of }
    }

    fn map(&self, segment: usize, file: u32) -> io::Result<u32> {
        let file = self.of[segment].get(index(file)).copied();
        file.ok_or_else(|| damaged("a file that is not there"))
    }
}

/// What records are ordered by: hash, id and type.
type RecordKey = (u64, String, String);

/// A segment that is gone through record by record.
struct SegmentRows<'a> {
    segment: &'a Segment,
    hashes: Vec<u64>,
    starts: Vec<Row>,
    /// The next record.
    entity: usize,
    block: Option<Block>,
}

impl<'a> SegmentRows<'a> {
    fn new(segment: &'a Segment) -> io::Result<Self> {
        let (hashes, starts) = (segment.record_hashes()?, segment.record_rows()?);
        Ok(Self { segment, hashes, starts, entity: 0, block: None })
    }

    /// The next record; `None` after the last.
    fn key(&mut self) -> io::Result<Option<RecordKey>> {
        let Some(&hash) = self.hashes.get(self.entity) else { return Ok(None) };
        let row = self.starts[self.entity];
        let segment = self.segment;
        let (block, at) = self.block(row)?;
        let id = block.facts.entity_id(at)?.to_owned();
        let kind = index(block.facts.term(ENTITY_TYPE, at)?);
        let kind = segment.words(ENTITY_TYPE).get(kind).cloned().flatten();
        Ok(Some((hash, id, kind.unwrap_or_default())))
    }

    /// The block of a row, and where in it.
    fn block(&mut self, row: Row) -> io::Result<(&Block, usize)> {
        if self.block.as_ref().is_none_or(|block| !block.rows.contains(&row)) {
            self.block = Some(self.segment.block(self.segment.block_of(row)?)?);
        }
        let block = self.block.as_ref().ok_or_else(|| damaged("a block"))?;
        Ok((block, index(row - block.rows.start)))
    }

    /// The rows of the next record, which is passed.
    fn pass(&mut self) -> std::ops::Range<Row> {
        let start = self.starts[self.entity];
        self.entity += 1;
        start..self.starts.get(self.entity).copied().unwrap_or(row(self.segment.len()))
    }
}

/// What orders the rows of a record: see [`event::Position`].
type OrderKey = (i64, Option<(i64, String, u64)>, u32, u32);

struct Merge<'a, W> {
    segments: &'a [Arc<Segment>],
    deleted_rows: &'a [Vec<Row>],
    codes: Codes,
    files: Files,
    /// For each segment: where each row by record went, and each record.
    moved: Vec<Vec<Row>>,
    records: Vec<Vec<u32>>,
    writer: SegmentWriter<W>,
}

impl<W: Write> Merge<'_, W> {
    fn by_record(&mut self) -> io::Result<()> {
        let mut walks = Vec::new();
        let mut keys = Vec::new();
        for segment in self.segments {
            let mut walk = SegmentRows::new(segment)?;
            keys.push(walk.key()?);
            walks.push(walk);
        }
        let mut record = 0;
        while let Some(least) = keys.iter().flatten().min().cloned() {
            let here = |key: &Option<RecordKey>| key.as_ref() == Some(&least);
            let among: Vec<usize> = (0..keys.len()).filter(|&at| here(&keys[at])).collect();
            let mut rows = Vec::new();
            for &from in &among {
                self.records[from][walks[from].entity] = record;
                let deleted_rows = &self.deleted_rows[from];
                let shown =
                    walks[from].pass().filter(|row| deleted_rows.binary_search(row).is_err());
                rows.extend(shown.map(|row| (from, row)));
            }
            if among.len() > 1 {
                self.order(&mut walks, &mut rows)?;
            }
            if !rows.is_empty() {
                self.writer.begin_record(least.0);
                record += 1;
            }
            for (from, row) in rows {
                self.push(from, row, &mut walks[from])?;
            }
            for from in among {
                keys[from] = walks[from].key()?;
            }
        }
        self.writer.end_records()
    }

    fn push(&mut self, from: usize, row: Row, walk: &mut SegmentRows<'_>) -> io::Result<()> {
        let (block, at) = walk.block(row)?;
        let facts = &block.facts;
        let mut terms = [0; DIMENSIONS.len()];
        for (column, term) in terms.iter_mut().enumerate() {
            *term = facts.term(column, at)?;
        }
        self.moved[from][index(row)] = self.writer.push(&RowParts {
            time: facts.time(at)?,
            terms: self.codes.map(from, terms),
            file: self.files.map(from, facts.file(at)?)?,
            number: facts.number(at)?,
            entity_id: facts.entity_id(at)?,
            head: facts.head(at)?,
            values: block.values.get(at)?,
        })?;
        Ok(())
    }

    /// Puts the rows of one record in the total order.
    fn order(&self, walks: &mut [SegmentRows<'_>], rows: &mut Vec<(usize, Row)>) -> io::Result<()> {
        let mut keyed: Vec<(OrderKey, (usize, Row))> = Vec::with_capacity(rows.len());
        for &(from, row) in rows.iter() {
            let (block, at) = walks[from].block(row)?;
            let facts = &block.facts;
            let log = log_position(facts.head(at)?);
            let log = log.map(|(time, writer, seq)| (time, writer.to_owned(), seq));
            let file = self.files.map(from, facts.file(at)?)?;
            keyed.push(((facts.time(at)?, log, file, facts.number(at)?), (from, row)));
        }
        keyed.sort_unstable();
        *rows = keyed.into_iter().map(|(_, row)| row).collect();
        Ok(())
    }

    fn by_time(&mut self) -> io::Result<()> {
        let mut walks: Vec<TimeWalk<'_>> = self.segments.iter().map(|s| TimeWalk::new(s)).collect();
        while let Some(from) = k_way_merge::first(&mut walks)? {
            let Some(row) = walks[from].pop()? else { break };
            let place = self.moved[from][index(row.place)];
            if place != Row::MAX {
                self.writer.push_time(TimeRow {
                    terms: self.codes.map(from, row.terms),
                    entity: self.records[from][index(row.entity)],
                    place,
                    ..row
                })?;
            }
        }
        Ok(())
    }
}

/// A segment that is gone through by time.
struct TimeWalk<'a> {
    segment: &'a Segment,
    start: usize,
    rows: Vec<TimeRow>,
    at: usize,
    /// The whole of the next event, where its time alone does not order it.
    entry: Option<Entry>,
}

impl<'a> TimeWalk<'a> {
    fn new(segment: &'a Segment) -> Self {
        Self { segment, start: 0, rows: Vec::new(), at: 0, entry: None }
    }

    fn next(&mut self) -> io::Result<Option<TimeRow>> {
        if self.at == self.rows.len() {
            self.start += self.rows.len();
            self.rows = self.segment.time_rows(self.start..self.start + STRETCH)?;
            self.at = 0;
        }
        Ok(self.rows.get(self.at).copied())
    }

    fn pop(&mut self) -> io::Result<Option<TimeRow>> {
        let row = self.next()?;
        self.at += 1;
        self.entry = None;
        Ok(row)
    }

    fn entry(&mut self) -> io::Result<&Entry> {
        let entry = match (self.entry.take(), self.next()?) {
            (Some(entry), _) => entry,
            (None, Some(row)) => {
                self.segment.entries(&[row.place])?.pop().ok_or_else(|| damaged("a row"))?
            }
            (None, None) => return Err(damaged("a row that is not there")),
        };
        Ok(self.entry.insert(entry))
    }
}

impl MergeCursor for TimeWalk<'_> {
    fn is_left(&mut self) -> io::Result<bool> {
        Ok(self.next()?.is_some())
    }

    fn is_before(&mut self, other: &mut Self) -> io::Result<bool> {
        let time = |row: Option<TimeRow>| row.map(|row| row.time);
        let (ours, theirs) = (time(self.next()?), time(other.next()?));
        if ours != theirs {
            return Ok(ours < theirs);
        }
        Ok(self.entry()?.cmp_position(other.entry()?) == Ordering::Less)
    }
}
