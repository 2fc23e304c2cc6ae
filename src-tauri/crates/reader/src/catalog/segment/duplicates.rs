//! Events that two segments both have.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::io;
use std::ops::Range;

use event::Entry;
use foldhash::fast::RandomState;

use super::{Row, Segment};

/// Row to delete: a row of the other segment has the same event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// Whether it is a row of the second segment; else it is one of the first.
    pub of_second: bool,
    /// The row by time.
    pub by_time: Row,
    /// The row by record of the same event.
    pub by_record: Row,
}

impl Duplicate {
    /// The row by time and the row by record.
    pub fn rows(&self) -> [Row; 2] {
        [self.by_time, self.by_record]
    }
}

/// Rows by time that are read at once.
const CHUNK_ROWS: usize = 1 << 14;

/// Finds the events that both segments have, and for each the row to delete: of a file and the
/// pending events the pending row, of two files the row of the one whose name comes later: a copy does
/// not move an event in the total order. Only rows of one time are compared.
///
/// # Errors
/// Fails if a segment cannot be read.
pub(crate) fn duplicates(first: &Segment, second: &Segment) -> io::Result<Vec<Duplicate>> {
    let start = first.span().0.max(second.span().0);
    let end = first.span().1.min(second.span().1);
    let mut found = Vec::new();
    if start > end {
        return Ok(found);
    }
    let mut cursors = [TimeCursor::new(first, start)?, TimeCursor::new(second, start)?];
    while let (Some(a), Some(b)) = (cursors[0].time()?, cursors[1].time()?) {
        match a.cmp(&b) {
            Ordering::Less => cursors[0].skip_to(b)?,
            Ordering::Greater => cursors[1].skip_to(a)?,
            Ordering::Equal => {
                let rows = [cursors[0].rows_of(a)?, cursors[1].rows_of(a)?];
                compare([first, second], &rows, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// Cursor over the times of a segment.
struct TimeCursor<'a> {
    segment: &'a Segment,
    /// The first of the rows whose times are read.
    start: usize,
    times: Vec<i64>,
    /// Index among `times` of the row at which the cursor stands.
    at: usize,
}

impl<'a> TimeCursor<'a> {
    /// A cursor that stands at the first row whose time is `from` or later.
    fn new(segment: &'a Segment, from: i64) -> io::Result<Self> {
        Ok(Self { segment, start: segment.rank_of_time(from)?, times: Vec::new(), at: 0 })
    }

    /// The time of the row at which the cursor stands; `None` after the last.
    fn time(&mut self) -> io::Result<Option<i64>> {
        if self.at == self.times.len() {
            self.start += self.times.len();
            self.times = self.segment.times(self.start..self.start + CHUNK_ROWS)?;
            self.at = 0;
        }
        Ok(self.times.get(self.at).copied())
    }

    /// Advances to the first row whose time is `time` or later.
    fn skip_to(&mut self, time: i64) -> io::Result<()> {
        while self.time()?.is_some_and(|next| next < time) {
            self.at += self.times[self.at..].partition_point(|&t| t < time);
        }
        Ok(())
    }

    /// The rows with this time, which is that of the row at which the cursor stands; advances
    /// behind them.
    fn rows_of(&mut self, time: i64) -> io::Result<Range<usize>> {
        let start = self.start + self.at;
        while self.time()? == Some(time) {
            self.at += 1;
        }
        Ok(start..self.start + self.at)
    }
}

/// Compares the events of two ranges of rows by time, all of one time.
fn compare(
    segments: [&Segment; 2],
    rows: &[Range<usize>; 2],
    found: &mut Vec<Duplicate>,
) -> io::Result<()> {
    let hashes = [by_record_hash(segments[0], &rows[0])?, by_record_hash(segments[1], &rows[1])?];
    for (hash, rows) in &hashes[0] {
        let Some(others) = hashes[1].get(hash) else { continue };
        let entries = [entries(segments[0], rows)?, entries(segments[1], others)?];
        let mut known: HashMap<_, _, RandomState> =
            entries[0].iter().map(|(at, entry)| (&entry.event, (*at, entry))).collect();
        for (row, entry) in &entries[1] {
            let Some((at, before)) = known.remove(&entry.event) else { continue };
            let of_second = segments[1].is_pending()
                || !segments[0].is_pending() && place(before) <= place(entry);
            let segment = segments[usize::from(of_second)];
            let by_time = if of_second { *row } else { at };
            let by_record = segment.rows_by_record(by_time..by_time + 1)?[0];
            found.push(Duplicate { of_second, by_time: super::row(by_time), by_record });
        }
    }
    Ok(())
}

/// File and row of an entry; `None` if it is pending.
fn place(entry: &Entry) -> Option<(&str, u64)> {
    match &entry.place {
        event::Place::File { file, row } => Some((file, *row)),
        event::Place::SomeFile { .. } | event::Place::Pending => None,
    }
}

/// Rows by time, grouped by the hash of their entity id.
fn by_record_hash(
    segment: &Segment,
    rows: &Range<usize>,
) -> io::Result<HashMap<u64, Vec<usize>, RandomState>> {
    let mut grouped: HashMap<u64, Vec<usize>, RandomState> = HashMap::default();
    for (row, record) in rows.clone().zip(segment.record_ordinals(rows.clone())?) {
        grouped.entry(segment.record_hash_of(record)?).or_default().push(row);
    }
    Ok(grouped)
}

/// The events of rows by time, each with its row.
fn entries(segment: &Segment, rows: &[usize]) -> io::Result<Vec<(usize, Entry)>> {
    let by_record: io::Result<Vec<Row>> =
        rows.iter().map(|&row| Ok(segment.rows_by_record(row..row + 1)?[0])).collect();
    Ok(rows.iter().copied().zip(segment.entries(&by_record?)?).collect())
}
