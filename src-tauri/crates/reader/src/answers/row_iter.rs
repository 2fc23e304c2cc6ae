//! Iterator over the selected rows of many segments in the total order: a k-way merge of one cursor
//! a segment, over times; where two times are equal, over whole events.

use std::cmp::Ordering;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use event::{Column, Entry, Position};

use super::select::Selected;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::Row;
use crate::k_way_merge::{self, MergeCursor};

/// Rows by time of one segment that are read at once: a page of its columns.
const WINDOW: usize = 1 << 12;

/// Indexes of the dimensions `actor` and `source`.
const ACTOR_AND_SOURCE: [usize; 2] = [Column::Actor.as_dimension(), Column::Source.as_dimension()];

/// Direction of iteration in the total order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    NewestFirst,
    OldestFirst,
}

/// Reference to a row of one of the segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowRef {
    /// Index of the segment.
    part: usize,
    /// Row by time.
    row: usize,
}

/// Actor, source and time of a row: what groups of events are made by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActorAt<'a> {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Actor and source.
    pub by: [Option<&'a str>; 2],
}

/// Iterator over the selected rows of all segments, in the total order.
pub(crate) struct RowIter<'a> {
    parts: &'a [&'a VisibleSegment],
    cursors: Vec<SelectedCursor<'a>>,
}

impl<'a> RowIter<'a> {
    /// An iterator that starts, in each segment, at the row by time that `start` gives: newest
    /// first with the last selected row before it, oldest first with the first selected row from it
    /// on.
    pub fn from_rows(
        parts: &'a [&'a VisibleSegment],
        selected: &'a [Selected],
        order: Order,
        start: impl Fn(&VisibleSegment) -> io::Result<usize>,
    ) -> io::Result<Self> {
        let cursor =
            |(part, selected)| Ok(SelectedCursor::new(part, selected, order, start(part)?));
        let cursors = parts.iter().copied().zip(selected).map(cursor).collect::<io::Result<_>>()?;
        Ok(Self { parts, cursors })
    }

    /// An iterator over all selected rows, or over those that follow a position in the given
    /// direction.
    pub fn after(
        parts: &'a [&'a VisibleSegment],
        selected: &'a [Selected],
        order: Order,
        after: Option<&Position>,
    ) -> io::Result<Self> {
        Self::from_rows(parts, selected, order, |part| match (order, after) {
            (Order::NewestFirst, None) => Ok(part.segment.len()),
            (Order::NewestFirst, Some(after)) => part.segment.rank(after),
            (Order::OldestFirst, None) => Ok(0),
            (Order::OldestFirst, Some(after)) => part.segment.rank_after(after),
        })
    }

    /// An iterator, newest first, that starts at the row than which `rank` selected rows are newer.
    pub fn at_rank(
        parts: &'a [&'a VisibleSegment],
        selected: &'a [Selected],
        rank: usize,
    ) -> io::Result<Self> {
        let newer_than = |time: i64| -> io::Result<usize> {
            let mut newer = 0;
            for (part, selected) in parts.iter().zip(selected) {
                let from = part.segment.rank_of_time(time)?;
                newer += selected.count_in(from..part.segment.len());
            }
            Ok(newer)
        };
        // Binary search for the earliest time from which on there are at most `rank` rows.
        let spans = || parts.iter().map(|part| part.segment.span());
        let mut low = spans().map(|(first, _)| first).min().unwrap_or_default();
        let mut high = spans().map(|(_, last)| last).max().unwrap_or_default().saturating_add(1);
        while low < high {
            let middle = low.midpoint(high);
            if newer_than(middle)? > rank {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let start = |part: &VisibleSegment| part.segment.rank_of_time(low);
        let mut iter = Self::from_rows(parts, selected, Order::NewestFirst, start)?;
        for _ in newer_than(low)?..rank {
            if iter.next()?.is_none() {
                break;
            }
        }
        Ok(iter)
    }

    /// How many selected rows are on the newer side of where the iterator stands: newest first
    /// those before the next row, oldest first those that it has still to return.
    pub fn newer_count(&self) -> usize {
        let newer = |cursor: &SelectedCursor<'_>| {
            let from = match (cursor.row, cursor.order) {
                (Some(row), Order::NewestFirst) => row + 1,
                (Some(row), Order::OldestFirst) => row,
                (None, Order::NewestFirst) => 0,
                (None, Order::OldestFirst) => return 0,
            };
            cursor.selected.count_in(from..cursor.part.segment.len())
        };
        self.cursors.iter().map(newer).sum()
    }

    /// Returns the next row and advances; `None` after the last.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub fn next(&mut self) -> io::Result<Option<RowRef>> {
        let Some(part) = k_way_merge::first(&mut self.cursors)? else { return Ok(None) };
        let row = self.cursors[part].pop();
        Ok(row.map(|row| RowRef { part, row }))
    }

    /// Actor, source and time of a row that was returned just now.
    pub fn actor_at(&mut self, row: RowRef) -> io::Result<ActorAt<'a>> {
        let cursor = &mut self.cursors[row.part];
        let segment = &cursor.part.segment;
        let (time, codes) = cursor.window.actor_and_source(cursor.part, row.row)?;
        let value =
            |at: usize| segment.dimension_values(ACTOR_AND_SOURCE[at]).get(codes[at] as usize);
        Ok(ActorAt { time, by: [0, 1].map(|at| value(at).and_then(Option::as_deref)) })
    }

    /// Reads the events of some rows, in the order given: from each segment all of its own at once.
    pub fn events(&self, rows: &[RowRef]) -> io::Result<Vec<Arc<Entry>>> {
        let mut found: Vec<Option<Arc<Entry>>> = vec![None; rows.len()];
        for (part, visible) in self.parts.iter().enumerate() {
            let mut wanted: Vec<(usize, usize)> = (0..rows.len())
                .filter(|&at| rows[at].part == part)
                .map(|at| (rows[at].row, at))
                .collect();
            wanted.sort_unstable();
            let mut by_record: Vec<Row> = Vec::with_capacity(wanted.len());
            for run in wanted.chunk_by(|a, b| b.0 - a.0 == 1) {
                let range = run[0].0..run[run.len() - 1].0 + 1;
                by_record.extend(visible.segment.rows_by_record(range)?);
            }
            let entries = visible.segment.entries(&by_record)?;
            for ((_, at), entry) in wanted.into_iter().zip(entries) {
                found[at] = Some(Arc::new(entry));
            }
        }
        Ok(found.into_iter().flatten().collect())
    }
}

/// Cursor over the selected rows of one segment.
struct SelectedCursor<'a> {
    part: &'a VisibleSegment,
    selected: &'a Selected,
    order: Order,
    /// The row by time at which the cursor stands.
    row: Option<usize>,
    /// Its event, once it had to be read because its time alone does not order it.
    entry: Option<Entry>,
    window: Window,
}

impl<'a> SelectedCursor<'a> {
    fn new(part: &'a VisibleSegment, selected: &'a Selected, order: Order, start: usize) -> Self {
        let row = match order {
            Order::NewestFirst => selected.last_before(start),
            Order::OldestFirst => selected.first_from(start),
        };
        Self { part, selected, order, row, entry: None, window: Window::default() }
    }

    /// Returns the row at which the cursor stands, and advances.
    fn pop(&mut self) -> Option<usize> {
        let popped = self.row;
        self.row = popped.and_then(|row| match self.order {
            Order::NewestFirst => self.selected.last_before(row),
            Order::OldestFirst => self.selected.first_from(row + 1),
        });
        self.entry = None;
        popped
    }

    fn time(&mut self) -> io::Result<i64> {
        self.window.time(self.part, self.row.unwrap_or_default())
    }

    fn entry(&mut self) -> io::Result<&Entry> {
        let entry = match self.entry.take() {
            Some(entry) => entry,
            None => self.part.segment.entry_at(self.row.unwrap_or_default())?,
        };
        Ok(self.entry.insert(entry))
    }
}

impl MergeCursor for SelectedCursor<'_> {
    fn has_item(&mut self) -> io::Result<bool> {
        Ok(self.row.is_some())
    }

    fn is_before(&mut self, other: &mut Self) -> io::Result<bool> {
        let mut order = self.time()?.cmp(&other.time()?);
        if order == Ordering::Equal {
            order = self.entry()?.cmp_position(other.entry()?);
        }
        let first = match self.order {
            Order::NewestFirst => Ordering::Greater,
            Order::OldestFirst => Ordering::Less,
        };
        Ok(order == first)
    }
}

/// Columns of neighbouring rows by time of a segment, read when first needed.
#[derive(Default)]
struct Window {
    rows: Range<usize>,
    times: Vec<i64>,
    /// Dictionary codes of actor and source.
    codes: Option<[Vec<u32>; 2]>,
}

impl Window {
    fn time(&mut self, part: &VisibleSegment, row: usize) -> io::Result<i64> {
        if !self.rows.contains(&row) {
            let start = row / WINDOW * WINDOW;
            self.times = part.segment.times(start..start + WINDOW)?;
            self.rows = start..start + self.times.len();
            self.codes = None;
        }
        self.times
            .get(row - self.rows.start)
            .copied()
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn actor_and_source(
        &mut self,
        part: &VisibleSegment,
        row: usize,
    ) -> io::Result<(i64, [u32; 2])> {
        let time = self.time(part, row)?;
        let codes = if let Some(codes) = self.codes.take() {
            codes
        } else {
            let [actor, source] = ACTOR_AND_SOURCE;
            let read = |dimension| part.segment.dimension_codes(dimension, self.rows.clone());
            [read(actor)?, read(source)?]
        };
        let codes = self.codes.insert(codes);
        Ok((time, [0, 1].map(|at| codes[at][row - self.rows.start])))
    }
}
