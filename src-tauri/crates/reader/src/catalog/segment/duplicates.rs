//! Events that two segments both hold.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::io;
use std::ops::Range;

use event::Entry;
use foldhash::fast::RandomState;

use super::{Row, Segment};

/// A row that says what another one says, which comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// It is one of the second segment's rows; otherwise of the first's.
    pub of_second: bool,
    pub by_time: Row,
    pub by_record: Row,
}

/// Rows by time to look at together.
const STRETCH: usize = 1 << 14;

/// Finds rows of either segment that say what a row of the other says. Only rows of one time can.
pub(crate) fn duplicates(first: &Segment, second: &Segment) -> io::Result<Vec<Duplicate>> {
    let start = first.span().0.max(second.span().0);
    let end = first.span().1.min(second.span().1);
    let mut found = Vec::new();
    if start > end {
        return Ok(found);
    }
    let mut sides = [Side::new(first, start)?, Side::new(second, start)?];
    while let (Some(a), Some(b)) = (sides[0].time()?, sides[1].time()?) {
        match a.cmp(&b) {
            Ordering::Less => sides[0].skip_to(b)?,
            Ordering::Greater => sides[1].skip_to(a)?,
            Ordering::Equal => {
                let runs = [sides[0].run(a)?, sides[1].run(a)?];
                compare([first, second], &runs, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// The times of a segment, from one row on.
struct Side<'a> {
    segment: &'a Segment,
    /// The first row of `times`.
    start: usize,
    times: Vec<i64>,
    at: usize,
}

impl<'a> Side<'a> {
    fn new(segment: &'a Segment, from: i64) -> io::Result<Self> {
        Ok(Self { segment, start: segment.rank_of_time(from)?, times: Vec::new(), at: 0 })
    }

    /// The time of the next row; `None` after the last.
    fn time(&mut self) -> io::Result<Option<i64>> {
        if self.at == self.times.len() {
            self.start += self.times.len();
            self.times = self.segment.times(self.start..self.start + STRETCH)?;
            self.at = 0;
        }
        Ok(self.times.get(self.at).copied())
    }

    fn skip_to(&mut self, time: i64) -> io::Result<()> {
        while self.time()?.is_some_and(|next| next < time) {
            self.at += self.times[self.at..].partition_point(|&t| t < time);
        }
        Ok(())
    }

    /// The rows of the next row's time.
    fn run(&mut self, time: i64) -> io::Result<Range<usize>> {
        let start = self.start + self.at;
        while self.time()? == Some(time) {
            self.at += 1;
        }
        Ok(start..self.start + self.at)
    }
}

/// Looks for equal events among rows of one time.
fn compare(
    segments: [&Segment; 2],
    runs: &[Range<usize>; 2],
    found: &mut Vec<Duplicate>,
) -> io::Result<()> {
    let hashes = [by_hash(segments[0], &runs[0])?, by_hash(segments[1], &runs[1])?];
    for (hash, rows) in &hashes[0] {
        let Some(others) = hashes[1].get(hash) else { continue };
        let entries = [entries(segments[0], rows)?, entries(segments[1], others)?];
        let mut known: HashMap<_, _, RandomState> = entries[0]
            .iter()
            .map(|(at, entry)| ((&entry.event, &entry.extra), (*at, entry)))
            .collect();
        for (row, entry) in &entries[1] {
            let Some((at, before)) = known.remove(&(&entry.event, &entry.extra)) else { continue };
            // Files come before what waits; of two files, the first by name.
            let second_waits = segments[1].is_pending();
            let of_second =
                second_waits || !segments[0].is_pending() && place(before) <= place(entry);
            let segment = segments[usize::from(of_second)];
            let by_time = if of_second { *row } else { at };
            let by_record = segment.places(by_time..by_time + 1)?[0];
            found.push(Duplicate { of_second, by_time: super::row(by_time), by_record });
        }
    }
    Ok(())
}

fn place(entry: &Entry) -> Option<(&str, u64)> {
    match &entry.place {
        event::Place::File { file, row } => Some((file, *row)),
        event::Place::Pending => None,
    }
}

/// Rows by time, by the hash of their record.
fn by_hash(
    segment: &Segment,
    run: &Range<usize>,
) -> io::Result<HashMap<u64, Vec<usize>, RandomState>> {
    let mut rows: HashMap<u64, Vec<usize>, RandomState> = HashMap::default();
    for (row, entity) in run.clone().zip(segment.entities(run.clone())?) {
        rows.entry(segment.record_hash_of(entity)?).or_default().push(row);
    }
    Ok(rows)
}

fn entries(segment: &Segment, rows: &[usize]) -> io::Result<Vec<(usize, Entry)>> {
    let places: io::Result<Vec<Row>> =
        rows.iter().map(|&row| Ok(segment.places(row..row + 1)?[0])).collect();
    Ok(rows.iter().copied().zip(segment.entries(&places?)?).collect())
}
