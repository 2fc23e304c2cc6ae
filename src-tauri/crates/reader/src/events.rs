//! Pages of events.

use std::cmp::Ordering;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use event::{Entry, Position};

use crate::catalog::Shown;
use crate::select::{Selected, select};
use crate::{Answer, Error, Order, Query, Snapshot};

/// A page of events, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsPage {
    pub events: Vec<Arc<Entry>>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<Position>,
    /// Events that the filters let through, on all pages.
    pub total: usize,
    /// Updates that changed nothing and were left out because the filters say so.
    pub hidden_no_ops: usize,
}

impl Snapshot {
    /// The events a query asks for.
    pub fn events(&self, query: &Query) -> Result<Answer<EventsPage>, Error> {
        self.events_unless(query, &AtomicBool::new(false))
    }

    /// The events a query asks for, or [`Error::Stopped`] soon after `stopped` was set.
    pub fn events_unless(
        &self,
        query: &Query,
        stopped: &AtomicBool,
    ) -> Result<Answer<EventsPage>, Error> {
        let parts: Vec<&Shown> = self.parts().iter().map(AsRef::as_ref).collect();
        let selected = self.watch(select(&parts, &query.filters, stopped))?;
        let total = selected.iter().map(Selected::count).sum();
        let hidden_no_ops = selected.iter().map(|selected| selected.hidden_no_ops).sum();
        let (events, next) =
            self.watch(page(&parts, &selected, query.order, query.after.as_ref(), query.limit))?;
        Ok(self.answer(EventsPage { events, next, total, hidden_no_ops }))
    }
}

/// The events that follow `after` among those selected, and where the next page starts.
pub(crate) fn page(
    parts: &[&Shown],
    selected: &[Selected],
    order: Order,
    after: Option<&Position>,
    limit: usize,
) -> io::Result<(Vec<Arc<Entry>>, Option<Position>)> {
    let mut walks = Vec::new();
    for (part, selected) in parts.iter().zip(selected) {
        walks.push(Walk::new(part, selected, order, after)?);
    }
    // Which rows, part by part, so that each part is asked for all of its rows at once.
    let mut turns = Vec::new();
    while turns.len() < limit
        && let Some(next) = next(&mut walks)?
    {
        turns.push(next);
        walks[next].pass();
    }
    let more = next(&mut walks)?.is_some();
    let mut found = Vec::new();
    for walk in &walks {
        found.push(walk.passed()?.into_iter());
    }
    let events = turns.into_iter().filter_map(|part| found[part].next());
    let events: Vec<Arc<Entry>> = events.map(Arc::new).collect();
    let next = events.last().filter(|_| more).map(|entry| entry.position());
    Ok((events, next))
}

/// The part whose next row is the first of all.
fn next(walks: &mut [Walk<'_>]) -> io::Result<Option<usize>> {
    let mut first: Option<usize> = None;
    for at in 0..walks.len() {
        if walks[at].row.is_none() {
            continue;
        }
        let before = match first {
            None => true,
            Some(other) => {
                let (low, high) = walks.split_at_mut(at);
                high[0].is_before(&mut low[other])?
            }
        };
        if before {
            first = Some(at);
        }
    }
    Ok(first)
}

/// The selected rows of one segment, one after the other.
struct Walk<'a> {
    part: &'a Shown,
    selected: &'a Selected,
    order: Order,
    /// The next row by time, its time, and the whole event where the time does not order it.
    row: Option<usize>,
    time: Option<i64>,
    entry: Option<Entry>,
    passed: Vec<usize>,
}

impl<'a> Walk<'a> {
    fn new(
        part: &'a Shown,
        selected: &'a Selected,
        order: Order,
        after: Option<&Position>,
    ) -> io::Result<Self> {
        let row = match (order, after) {
            (Order::NewestFirst, None) => selected.last_before(part.segment.len()),
            (Order::NewestFirst, Some(after)) => selected.last_before(part.segment.rank(after)?),
            (Order::OldestFirst, None) => selected.first_from(0),
            (Order::OldestFirst, Some(after)) => {
                selected.first_from(part.segment.rank_after(after)?)
            }
        };
        Ok(Self { part, selected, order, row, time: None, entry: None, passed: Vec::new() })
    }

    fn pass(&mut self) {
        self.passed.extend(self.row);
        self.row = self.row.and_then(|row| match self.order {
            Order::NewestFirst => self.selected.last_before(row),
            Order::OldestFirst => self.selected.first_from(row + 1),
        });
        (self.time, self.entry) = (None, None);
    }

    fn is_before(&mut self, other: &mut Self) -> io::Result<bool> {
        let mut order = self.time()?.cmp(&other.time()?);
        if order == Ordering::Equal {
            order = self.entry()?.cmp_position(other.entry()?);
        }
        Ok(order
            == if self.order == Order::NewestFirst { Ordering::Greater } else { Ordering::Less })
    }

    fn time(&mut self) -> io::Result<i64> {
        if let Some(time) = self.time {
            return Ok(time);
        }
        let time = self.part.segment.time_of(self.row.unwrap_or_default())?;
        Ok(*self.time.insert(time))
    }

    fn entry(&mut self) -> io::Result<&Entry> {
        let entry = match self.entry.take() {
            Some(entry) => entry,
            None => self.part.segment.at_time(self.row.unwrap_or_default())?,
        };
        Ok(self.entry.insert(entry))
    }

    /// The events that were passed, in their order.
    fn passed(&self) -> io::Result<Vec<Entry>> {
        let mut places = Vec::with_capacity(self.passed.len());
        for run in self.passed.chunk_by(|a, b| a.abs_diff(*b) == 1) {
            let (first, last) = (run[0].min(run[run.len() - 1]), run[0].max(run[run.len() - 1]));
            let mut of_run = self.part.segment.places(first..last + 1)?;
            if self.order == Order::NewestFirst {
                of_run.reverse();
            }
            places.extend(of_run);
        }
        self.part.segment.entries(&places)
    }
}
