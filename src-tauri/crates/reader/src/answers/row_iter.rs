//! Going through the selected rows of many segments in the total order.

use std::cmp::Ordering;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use event::{Column, Entry, Position};

use super::select::Selected;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::Row;
use crate::k_way_merge::{self, MergeCursor};

/// Rows by time of one segment that are read together: as many as share a checksum.
const WINDOW: usize = 1 << 12;

/// The dimensions that say who did something through which source.
const ACTOR_AND_SOURCE: [usize; 2] = [Column::Actor.as_dimension(), Column::Source.as_dimension()];

/// In which direction of the total order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    NewestFirst,
    OldestFirst,
}

/// A row by time of one of the segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowRef {
    part: usize,
    row: usize,
}

/// When a row happened, in nanoseconds since 1970, who did it, and through which source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActorAt<'a> {
    pub time: i64,
    pub by: [Option<&'a str>; 2],
}

/// The selected rows of all segments, one after the other.
pub(crate) struct RowIter<'a> {
    parts: &'a [&'a VisibleSegment],
    walks: Vec<SegmentRows<'a>>,
}

impl<'a> RowIter<'a> {
    /// From the row of each segment that `start` names: newest first, the last row before it, else
    /// the first from it on.
    pub fn from_rows(
        parts: &'a [&'a VisibleSegment],
        selected: &'a [Selected],
        order: Order,
        start: impl Fn(&VisibleSegment) -> io::Result<usize>,
    ) -> io::Result<Self> {
        let walk = |(part, selected)| Ok(SegmentRows::new(part, selected, order, start(part)?));
        let walks = parts.iter().copied().zip(selected).map(walk).collect::<io::Result<_>>()?;
        Ok(Self { parts, walks })
    }

    /// From the first row of all, or from the one that follows a position.
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

    /// Newest first, from the row that so many are newer than.
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
        // The last time from which on there are not more.
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
        let mut walks = Self::from_rows(parts, selected, Order::NewestFirst, start)?;
        for _ in newer_than(low)?..rank {
            if walks.next()?.is_none() {
                break;
            }
        }
        Ok(walks)
    }

    /// How many selected rows are newer than the next one.
    pub fn newer(&self) -> usize {
        let newer = |walk: &SegmentRows<'_>| {
            let from = match (walk.row, walk.order) {
                (Some(row), Order::NewestFirst) => row + 1,
                (Some(row), Order::OldestFirst) => row,
                (None, Order::NewestFirst) => 0,
                (None, Order::OldestFirst) => return 0,
            };
            walk.selected.count_in(from..walk.part.segment.len())
        };
        self.walks.iter().map(newer).sum()
    }

    /// The next row, which is passed.
    pub fn next(&mut self) -> io::Result<Option<RowRef>> {
        let Some(part) = k_way_merge::first(&mut self.walks)? else { return Ok(None) };
        let row = self.walks[part].pass();
        Ok(row.map(|row| RowRef { part, row }))
    }

    /// What was done in a row that was passed just now.
    pub fn doing(&mut self, turn: RowRef) -> io::Result<ActorAt<'a>> {
        let walk = &mut self.walks[turn.part];
        let segment = &walk.part.segment;
        let (time, codes) = walk.window.doing(walk.part, turn.row)?;
        let word = |at: usize| segment.words(ACTOR_AND_SOURCE[at]).get(codes[at] as usize);
        Ok(ActorAt { time, by: [0, 1].map(|at| word(at).and_then(Option::as_deref)) })
    }

    /// The events of some rows, in the order asked for: each segment is asked for all of its own
    /// at once.
    pub fn events(&self, turns: &[RowRef]) -> io::Result<Vec<Arc<Entry>>> {
        let mut found: Vec<Option<Arc<Entry>>> = vec![None; turns.len()];
        for (part, shown) in self.parts.iter().enumerate() {
            let mut wanted: Vec<(usize, usize)> = (0..turns.len())
                .filter(|&at| turns[at].part == part)
                .map(|at| (turns[at].row, at))
                .collect();
            wanted.sort_unstable();
            let mut places: Vec<Row> = Vec::with_capacity(wanted.len());
            for run in wanted.chunk_by(|a, b| b.0 - a.0 == 1) {
                places.extend(shown.segment.places(run[0].0..run[run.len() - 1].0 + 1)?);
            }
            let entries = shown.segment.entries(&places)?;
            for ((_, at), entry) in wanted.into_iter().zip(entries) {
                found[at] = Some(Arc::new(entry));
            }
        }
        Ok(found.into_iter().flatten().collect())
    }
}

/// The selected rows of one segment, one after the other.
struct SegmentRows<'a> {
    part: &'a VisibleSegment,
    selected: &'a Selected,
    order: Order,
    /// The next row by time, and the whole event where its time does not order it.
    row: Option<usize>,
    entry: Option<Entry>,
    window: Window,
}

impl<'a> SegmentRows<'a> {
    fn new(part: &'a VisibleSegment, selected: &'a Selected, order: Order, start: usize) -> Self {
        let row = match order {
            Order::NewestFirst => selected.last_before(start),
            Order::OldestFirst => selected.first_from(start),
        };
        Self { part, selected, order, row, entry: None, window: Window::default() }
    }

    fn pass(&mut self) -> Option<usize> {
        let passed = self.row;
        self.row = passed.and_then(|row| match self.order {
            Order::NewestFirst => self.selected.last_before(row),
            Order::OldestFirst => self.selected.first_from(row + 1),
        });
        self.entry = None;
        passed
    }

    fn time(&mut self) -> io::Result<i64> {
        self.window.time(self.part, self.row.unwrap_or_default())
    }

    fn entry(&mut self) -> io::Result<&Entry> {
        let entry = match self.entry.take() {
            Some(entry) => entry,
            None => self.part.segment.at_time(self.row.unwrap_or_default())?,
        };
        Ok(self.entry.insert(entry))
    }
}

impl MergeCursor for SegmentRows<'_> {
    fn is_left(&mut self) -> io::Result<bool> {
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

/// Some neighbouring rows of a segment, as far as they were asked for.
#[derive(Default)]
struct Window {
    rows: Range<usize>,
    times: Vec<i64>,
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

    fn doing(&mut self, part: &VisibleSegment, row: usize) -> io::Result<(i64, [u32; 2])> {
        let time = self.time(part, row)?;
        let codes = if let Some(codes) = self.codes.take() {
            codes
        } else {
            let [actor, source] = ACTOR_AND_SOURCE;
            let column = |column| part.segment.codes(column, self.rows.clone());
            [column(actor)?, column(source)?]
        };
        let codes = self.codes.insert(codes);
        Ok((time, [0, 1].map(|at| codes[at][row - self.rows.start])))
    }
}
