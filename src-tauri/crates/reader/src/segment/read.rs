//! Asking one segment.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use chrono::DateTime;
use event::{Action, Entry, Event, Place, Position};

use super::block::{BlockValues, Facts};
use super::format::{Codes, Footer, GROUP, INDEX_PAGE, PAGE, Width};
use super::paged::{Bytes, Paged};
use super::source::Source;
use super::write::TimeRow;
use super::{Row, damaged, index, record_hash, row};
use decode::{TERMS, id_hash, unpack_head, unpack_values};

/// An open segment.
#[derive(Debug)]
pub(crate) struct Segment {
    source: Source,
    sums: Vec<u64>,
    footer: Footer,
    widths: [Width; TERMS.len()],
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

/// A record of a segment: which it is there, and its rows by record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub entity: u32,
    pub rows: Range<Row>,
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

    /// The values of a column of [`TERMS`]; its codes are their indices.
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

/// Rows by time.
impl Segment {
    /// The codes of a column for some rows by time.
    pub fn codes(&self, column: usize, rows: Range<usize>) -> io::Result<Vec<u32>> {
        self.grouped(rows, |group, part, all| {
            match &self.footer.groups[group].terms[column] {
                Codes::One(codes) => {
                    all.extend(codes.read(part, &self.bytes())?.into_iter().map(u32::from));
                }
                Codes::Two(codes) => {
                    all.extend(codes.read(part, &self.bytes())?.into_iter().map(u32::from));
                }
                Codes::Four(codes) => all.extend(codes.read(part, &self.bytes())?),
            }
            Ok(())
        })
    }

    pub fn entities(&self, rows: Range<usize>) -> io::Result<Vec<u32>> {
        self.grouped(rows, |group, part, all| {
            all.extend(self.footer.groups[group].entity.read(part, &self.bytes())?);
            Ok(())
        })
    }

    pub fn no_op(&self, rows: Range<usize>) -> io::Result<Vec<u8>> {
        self.grouped(rows, |group, part, all| {
            all.extend(self.footer.groups[group].no_op.read(part, &self.bytes())?);
            Ok(())
        })
    }

    /// For rows by time, the rows by record.
    pub fn places(&self, rows: Range<usize>) -> io::Result<Vec<Row>> {
        self.grouped(rows, |group, part, all| {
            all.extend(self.footer.groups[group].place.read(part, &self.bytes())?);
            Ok(())
        })
    }

    pub fn times(&self, rows: Range<usize>) -> io::Result<Vec<i64>> {
        self.grouped(rows, |group, part, all| {
            all.extend(self.footer.groups[group].time.read(part, &self.bytes())?);
            Ok(())
        })
    }

    /// All columns of some rows by time.
    pub(super) fn time_rows(&self, rows: Range<usize>) -> io::Result<Vec<TimeRow>> {
        let mut terms = Vec::new();
        for column in 0..TERMS.len() {
            terms.push(self.codes(column, rows.clone())?);
        }
        let (entities, no_op) = (self.entities(rows.clone())?, self.no_op(rows.clone())?);
        let (times, places) = (self.times(rows.clone())?, self.places(rows)?);
        let row = |(at, time)| TimeRow {
            time,
            terms: std::array::from_fn(|column| terms[column][at]),
            entity: entities[at],
            no_op: no_op[at],
            place: places[at],
        };
        Ok(times.into_iter().enumerate().map(row).collect())
    }

    fn grouped<T>(
        &self,
        rows: Range<usize>,
        read: impl Fn(usize, Range<usize>, &mut Vec<T>) -> io::Result<()>,
    ) -> io::Result<Vec<T>> {
        let rows = rows.start..rows.end.min(self.len());
        let mut all = Vec::with_capacity(rows.len());
        let mut at = rows.start;
        while at < rows.end {
            let (group, start) = (at / GROUP, at / GROUP * GROUP);
            let end = rows.end.min(start + GROUP);
            read(group, at - start..end - start, &mut all)?;
            at = end;
        }
        Ok(all)
    }

    /// How many rows are before `time`, in nanoseconds since 1970.
    pub fn rank_of_time(&self, time: i64) -> io::Result<usize> {
        let page = self.times.partition_point(|&first| first < time);
        let Some(page) = page.checked_sub(1) else { return Ok(0) };
        let start = page * PAGE;
        let times = self.times(start..start + PAGE)?;
        Ok(start + times.partition_point(|&t| t < time))
    }

    /// How many rows are before a position of the total order.
    pub fn rank(&self, position: &Position) -> io::Result<usize> {
        let time = position.timestamp.timestamp_nanos_opt().unwrap_or(i64::MAX);
        let (mut low, mut high) = (self.rank_of_time(time)?, self.len());
        if let Some(after) = time.checked_add(1) {
            high = self.rank_of_time(after)?;
        }
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.at_time(middle)?.position() < *position {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// How many rows are before a position or at it.
    pub fn rank_after(&self, position: &Position) -> io::Result<usize> {
        let rank = self.rank(position)?;
        let at = rank < self.len() && self.at_time(rank)?.position() == *position;
        Ok(rank + usize::from(at))
    }

    /// The time of a row, in nanoseconds since 1970.
    pub fn time_of(&self, row: usize) -> io::Result<i64> {
        self.times(row..row + 1)?.first().copied().ok_or_else(|| damaged("a row"))
    }

    /// The event of a row by time.
    pub fn at_time(&self, row: usize) -> io::Result<Entry> {
        let place = self.places(row..row + 1)?;
        let mut found = self.entries(&place)?;
        found.pop().ok_or_else(|| damaged("a row that is not there"))
    }
}

/// Rows by record.
impl Segment {
    /// The events of some rows by record, in the order asked for.
    pub fn entries(&self, rows: &[Row]) -> io::Result<Vec<Entry>> {
        if rows.is_sorted() {
            return self.in_order(rows.iter().copied());
        }
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_unstable_by_key(|&at| rows[at]);
        let found = self.in_order(order.iter().map(|&at| rows[at]))?;
        let mut places = vec![0; rows.len()];
        order.into_iter().enumerate().for_each(|(found, at)| places[at] = found);
        let mut found: Vec<Option<Entry>> = found.into_iter().map(Some).collect();
        Ok(places.into_iter().filter_map(|at| found[at].take()).collect())
    }

    /// The events of ascending rows by record: each block is opened once.
    fn in_order(&self, rows: impl ExactSizeIterator<Item = Row>) -> io::Result<Vec<Entry>> {
        let mut found = Vec::with_capacity(rows.len());
        let mut block: Option<Block> = None;
        for row in rows {
            let open = match block.take().filter(|block| block.rows.contains(&row)) {
                Some(open) => open,
                None => self.block(self.block_of(row)?)?,
            };
            found.push(self.entry(&open, index(row - open.rows.start))?);
            block = Some(open);
        }
        Ok(found)
    }

    pub(super) fn block_of(&self, row: Row) -> io::Result<usize> {
        let after = self.block_rows.partition_point(|&first| first <= row);
        let there = after > 0 && after < self.block_rows.len();
        if there { Ok(after - 1) } else { Err(damaged("a row that is not there")) }
    }

    pub(super) fn blocks(&self) -> usize {
        self.block_rows.len().saturating_sub(1)
    }

    pub(super) fn block(&self, block: usize) -> io::Result<Block> {
        let rows = self.rows_of(block);
        let start = self.block_ends[block * 2];
        let end = self.block_ends[block * 2 + 2];
        let both = self.source.bytes(start, length(start, end)?)?;
        let (facts, values) = both
            .split_at_checked(length(start, self.block_ends[block * 2 + 1])?)
            .ok_or_else(|| damaged("a block"))?;
        self.check(block * 2, facts)?;
        self.check(block * 2 + 1, values)?;
        let facts = Facts::new(facts, rows.len(), self.widths)?;
        let values = BlockValues::new(values, rows.len())?;
        Ok(Block { rows, facts, values })
    }

    /// The values of a block, and its rows.
    pub(super) fn values(&self, block: usize) -> io::Result<(Range<Row>, BlockValues)> {
        let rows = self.rows_of(block);
        let (start, end) = (self.block_ends[block * 2 + 1], self.block_ends[block * 2 + 2]);
        let part = self.source.bytes(start, length(start, end)?)?;
        self.check(block * 2 + 1, &part)?;
        let values = BlockValues::new(&part, rows.len())?;
        Ok((rows, values))
    }

    fn rows_of(&self, block: usize) -> Range<Row> {
        self.block_rows[block]..self.block_rows[block + 1]
    }

    fn check(&self, part: usize, bytes: &[u8]) -> io::Result<()> {
        if self.block_sums.get(part) == Some(&xxhash_rust::xxh3::xxh3_64(bytes)) {
            Ok(())
        } else {
            Err(damaged("a block"))
        }
    }

    fn entry(&self, block: &Block, at: usize) -> io::Result<Entry> {
        let facts = &block.facts;
        let term = |column| self.word(column, facts.term(column, at)?);
        let some = |column| term(column)?.ok_or_else(|| damaged("a word that is not there"));
        let mut id = String::new();
        let head = unpack_head(facts.head(at)?, &mut id).ok_or_else(|| damaged("an event"))?;
        let values = unpack_values(block.values.get(at)?).ok_or_else(|| damaged("an event"))?;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let extra = head.extra.map(serde_json::from_str).transpose()?.unwrap_or_default();
        let (recorded_at, seq) = (head.recorded_at.map(DateTime::from_timestamp_nanos), head.seq);
        let event = Event {
            timestamp: DateTime::from_timestamp_nanos(facts.time(at)?),
            entity_type: some(0)?,
            entity_id: facts.entity_id(at)?.to_owned(),
            field: some(1)?,
            action: Action::from(some(2)?),
            old_value: owned(values.old),
            new_value: owned(values.new),
            actor: some(3)?,
            source: some(4)?,
            workspace_id: term(5)?,
            recorded_at,
            writer: owned(head.writer),
            seq,
            corrects: owned(head.corrects),
            reason: owned(head.reason),
            batch: owned(head.batch),
            event_id: head.id.to_owned(),
        };
        Ok(Entry { event, extra, place: self.place(facts, at)? })
    }

    fn word(&self, column: usize, code: u32) -> io::Result<Option<String>> {
        let word = self.footer.words[column].get(index(code));
        word.cloned().ok_or_else(|| damaged("a word that is not there"))
    }

    fn place(&self, facts: &Facts, at: usize) -> io::Result<Place> {
        if self.pending {
            return Ok(Place::Pending);
        }
        let file = self.files.get(index(facts.file(at)?));
        let file = Arc::clone(file.ok_or_else(|| damaged("a file that is not there"))?);
        Ok(Place::File { file, row: facts.number(at)?.into() })
    }
}

/// Some neighbouring rows by record.
#[derive(Debug)]
pub(super) struct Block {
    pub rows: Range<Row>,
    pub facts: Facts,
    pub values: BlockValues,
}

/// Look-ups.
impl Segment {
    /// The rows by record whose id may be `id`; those that have its hash.
    pub fn with_id(&self, id: &str) -> io::Result<Vec<Row>> {
        let hash = id_hash(id);
        let (from, to) = (u64::from(hash) << 32, u64::from(hash) << 32 | u64::from(Row::MAX));
        let found = self.between(&self.footer.ids, &self.id_pages, from, to)?;
        let ids = self.footer.ids.read(found, &self.bytes())?;
        Ok(ids.into_iter().map(super::place_of).collect())
    }

    /// The records with this id, of any type.
    pub fn records_with_id(&self, entity_id: &str) -> io::Result<Vec<(Record, String)>> {
        let hash = record_hash(entity_id);
        let found = self.between(&self.footer.record_hashes, &self.record_pages, hash, hash)?;
        let mut records = Vec::new();
        for entity in found {
            let record = self.record(entity)?;
            let block = self.block(self.block_of(record.rows.start)?)?;
            let at = index(record.rows.start - block.rows.start);
            if block.facts.entity_id(at)? == entity_id {
                let kind = self.word(0, block.facts.term(0, at)?)?;
                records.push((record, kind.unwrap_or_default()));
            }
        }
        Ok(records)
    }

    pub fn record(&self, entity: usize) -> io::Result<Record> {
        let end = (entity + 2).min(self.footer.records);
        let rows = self.footer.record_rows.read(entity..end, &self.bytes())?;
        let start = *rows.first().ok_or_else(|| damaged("a record that is not there"))?;
        let end = rows.get(1).copied().unwrap_or(row(self.len()));
        Ok(Record { entity: row(entity), rows: start..end })
    }

    /// The rows of neighbouring records.
    pub fn record_ranges(&self, entities: Range<usize>) -> io::Result<Vec<Range<Row>>> {
        let end = (entities.end + 1).min(self.footer.records);
        let mut starts = self.footer.record_rows.read(entities.start..end, &self.bytes())?;
        if entities.end == self.footer.records {
            starts.push(row(self.len()));
        }
        Ok(starts.windows(2).map(|pair| pair[0]..pair[1]).collect())
    }

    pub fn record_count(&self) -> usize {
        self.footer.records
    }

    /// All ids: hash and row by record, ascending.
    pub(super) fn ids(&self) -> io::Result<Vec<u64>> {
        self.footer.ids.all(&self.bytes())
    }

    pub fn record_hash_of(&self, entity: u32) -> io::Result<u64> {
        self.footer.record_hashes.get(index(entity), &self.bytes())
    }

    /// The hashes of the records, ascending.
    pub fn record_hashes(&self) -> io::Result<Vec<u64>> {
        self.footer.record_hashes.all(&self.bytes())
    }

    /// The first rows of the records.
    pub fn record_rows(&self) -> io::Result<Vec<Row>> {
        self.footer.record_rows.all(&self.bytes())
    }

    /// Where the items from `low` to `high`, both included, are in an ascending column.
    fn between(
        &self,
        column: &Paged<u64>,
        firsts: &[u64],
        low: u64,
        high: u64,
    ) -> io::Result<Range<usize>> {
        let first = firsts.partition_point(|&first| first < low).saturating_sub(1);
        let last = firsts.partition_point(|&first| first <= high);
        let (start, end) = (first * INDEX_PAGE, (last * INDEX_PAGE).min(column.len));
        let items = column.read(start..end, &self.bytes())?;
        let from = items.partition_point(|&item| item < low);
        let to = items.partition_point(|&item| item <= high);
        Ok(start + from..start + to)
    }
}

fn length(start: u64, end: u64) -> io::Result<usize> {
    let length = end.checked_sub(start).ok_or_else(|| damaged("a block"))?;
    usize::try_from(length).map_err(io::Error::other)
}
