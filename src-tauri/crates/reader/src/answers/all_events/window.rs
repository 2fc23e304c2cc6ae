//! Window over the selected rows of one part: those that come next are kept encoded.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use event::Entry;
use query::CancellationToken;
use rayon::prelude::*;

use crate::answers::select::Selected;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{EncodedRow, Row, row};
use crate::k_way_merge::MergeCursor;

/// Most rows of a window: their places alone take memory too.
const WINDOW_ROWS: usize = 1 << 20;
/// How many times as many bytes a row takes in a window as in its segment, until one was read.
const UNPACKED: usize = 4;
/// Rows by time whose rows by record are read at once.
const ROWS_AT_ONCE: usize = 1 << 16;
/// Blocks that are read at once, and how many bytes they take in the segment.
const BLOCKS_AT_ONCE: usize = 64;
const BLOCK_BYTES_AT_ONCE: u64 = 16 << 20;

/// Selected rows of one part, in the total order: those that come next are kept encoded.
pub(super) struct Window<'a> {
    part: &'a VisibleSegment,
    selected: &'a Selected,
    token: &'a CancellationToken,
    /// Bytes that the kept rows may take.
    bytes: usize,
    /// Bytes that a row takes, as far as is known.
    bytes_per_row: usize,
    /// The first row by time that is not read yet.
    next: usize,
    kept: VecDeque<Option<EncodedRow>>,
    /// The event of the first kept row, once it had to be decoded because its time alone does not order
    /// it.
    first: Option<Entry>,
}

impl<'a> Window<'a> {
    pub fn new(
        part: &'a VisibleSegment,
        selected: &'a Selected,
        bytes: usize,
        token: &'a CancellationToken,
    ) -> Self {
        let segment = &part.segment;
        let packed: u64 = (0..segment.block_count()).map(|block| segment.block_span(block).1).sum();
        let packed = usize::try_from(packed).unwrap_or(usize::MAX) / segment.len().max(1);
        let bytes_per_row = packed.saturating_mul(UNPACKED) + size_of::<EncodedRow>();
        let (next, kept) = (selected.rows.start, VecDeque::new());
        Self { part, selected, token, bytes, bytes_per_row, next, kept, first: None }
    }

    /// Returns the first row, and goes on.
    pub fn pop(&mut self) -> Option<EncodedRow> {
        self.first = None;
        self.kept.pop_front().flatten()
    }

    fn front(&self) -> Option<&EncodedRow> {
        self.kept.front().and_then(Option::as_ref)
    }

    /// The event of the first row.
    fn entry(&mut self) -> io::Result<&Entry> {
        let entry = match (self.first.take(), self.front()) {
            (Some(entry), _) => entry,
            (None, Some(row)) => self.part.segment.decode_row(row, &mut String::new())?,
            (None, None) => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
        Ok(self.first.insert(entry))
    }

    /// Reads the next rows.
    fn fill(&mut self) -> io::Result<()> {
        let rows = self.next_rows()?;
        let mut by_record: Vec<(Row, Row)> =
            (0..).zip(&rows).map(|(at, (by_record, _))| (*by_record, at)).collect();
        // Each row by record is there once.
        by_record.par_sort_unstable();
        let mut found = Found { rows: Vec::new(), bytes: 0, most: self.bytes };
        found.rows.resize_with(rows.len(), || None);
        let tasks = self.tasks(&by_record)?;
        let mut tasks = tasks.as_slice();
        while !tasks.is_empty() {
            if self.token.is_cancelled() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let now;
            (now, tasks) = tasks.split_at(at_once(tasks));
            let end = row(found.rows.len());
            let read: Vec<_> = now
                .par_iter()
                .map(|task| self.read(task, &by_record[task.rows.clone()], end))
                .collect::<io::Result<_>>()?;
            read.into_iter().flatten().for_each(|(at, row)| found.add(at, row));
            found.keep_within_limit();
        }
        let last = found.rows.len().checked_sub(1).and_then(|last| rows.get(last));
        self.next = last.map_or(self.selected.rows.end, |(_, by_time)| *by_time as usize + 1);
        self.bytes_per_row = (found.bytes / found.rows.len().max(1)).max(size_of::<EncodedRow>());
        self.kept = found.rows.into();
        Ok(())
    }

    /// The next selected rows, each by record and by time: as many as the window has room for, by what
    /// is known of their size.
    fn next_rows(&self) -> io::Result<Vec<(Row, Row)>> {
        let most = (self.bytes / self.bytes_per_row).clamp(1, WINDOW_ROWS);
        let (mut rows, mut start) = (Vec::new(), self.next);
        while rows.len() < most && start < self.selected.rows.end {
            let range = start..self.selected.rows.end.min(start + ROWS_AT_ONCE);
            start = range.end;
            if self.selected.count_in(range.clone()) == 0 {
                continue;
            }
            let by_record = self.part.segment.rows_by_record(range.clone())?;
            self.selected.for_each_in(range.clone(), |by_time| {
                rows.extend(by_record.get(by_time - range.start).map(|it| (*it, row(by_time))));
            });
        }
        rows.truncate(most);
        Ok(rows)
    }

    /// The blocks that hold ascending rows by record, and which of the rows each.
    fn tasks(&self, rows: &[(Row, Row)]) -> io::Result<Vec<Task>> {
        let (mut tasks, mut start) = (Vec::new(), 0);
        while start < rows.len() {
            let block = self.part.segment.block_of(rows[start].0)?;
            let (of_block, bytes) = self.part.segment.block_span(block);
            let end = start + rows[start..].partition_point(|(row, _)| *row < of_block.end);
            tasks.push(Task { block, bytes, rows: start..end });
            start = end;
        }
        Ok(tasks)
    }

    /// Reads those rows of a task whose place in the window is before `end`.
    fn read(
        &self,
        task: &Task,
        rows: &[(Row, Row)],
        end: Row,
    ) -> io::Result<Vec<(Row, EncodedRow)>> {
        let wanted = rows.iter().filter(|(_, at)| *at < end);
        let (rows, places): (Vec<Row>, Vec<Row>) = wanted.copied().unzip();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let read = self.part.segment.encoded_rows(task.block, &rows)?;
        Ok(places.into_iter().zip(read).collect())
    }
}

impl MergeCursor for Window<'_> {
    fn has_item(&mut self) -> io::Result<bool> {
        while self.kept.is_empty() && self.selected.first_from(self.next).is_some() {
            self.fill()?;
        }
        Ok(!self.kept.is_empty())
    }

    fn is_before(&mut self, other: &mut Self) -> io::Result<bool> {
        let time = |window: &Self| window.front().map(EncodedRow::time);
        match time(self).cmp(&time(other)) {
            Ordering::Equal => Ok(self.entry()?.cmp_position(other.entry()?).is_lt()),
            order => Ok(order.is_lt()),
        }
    }
}

/// Block to be read: how many bytes it takes in its segment, and which of the rows of a window it has.
struct Task {
    block: usize,
    bytes: u64,
    rows: Range<usize>,
}

/// How many of the next tasks are done at once: at least one.
fn at_once(tasks: &[Task]) -> usize {
    let mut bytes = 0;
    let fits = |task: &&Task| {
        bytes += task.bytes;
        bytes <= BLOCK_BYTES_AT_ONCE
    };
    tasks.iter().take(BLOCKS_AT_ONCE).take_while(fits).count().max(1)
}

/// Rows of a window that were read so far, by their places in it.
pub(super) struct Found {
    pub rows: Vec<Option<EncodedRow>>,
    pub bytes: usize,
    /// Bytes that they may take.
    pub most: usize,
}

impl Found {
    pub fn add(&mut self, at: Row, row: EncodedRow) {
        if let Some(place) = self.rows.get_mut(at as usize) {
            self.bytes += row.size();
            *place = Some(row);
        }
    }

    /// Gives up the last places if the rows take too many bytes: they are left to the next window.
    pub fn keep_within_limit(&mut self) {
        if self.bytes <= self.most {
            return;
        }
        // The rest of the blocks may bring as much again.
        let mut bytes = 0;
        let size = |row: &Option<EncodedRow>| row.as_ref().map_or(0, EncodedRow::size);
        let kept = self.rows.iter().take_while(|row| {
            bytes += size(row);
            bytes <= self.most / 2
        });
        let kept = kept.count().max(1);
        self.rows.truncate(kept);
        self.bytes = self.rows.iter().map(size).sum();
    }
}
