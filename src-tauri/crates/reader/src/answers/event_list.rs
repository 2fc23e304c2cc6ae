//! The list of events: from anywhere in it, and with bulk changes as one item.

use std::io;
use std::sync::Arc;

use event::Entry;
use query::{
    CancellationToken, EventItem, EventsPage, EventsQuery, Filters, GROUP_GAP_NANOS, Group,
    LARGEST_GROUP, PageStart, SMALLEST_GROUP,
};

use super::row_iter::{ActorAt, Order, RowIter, RowRef};
use super::select::{Selected, select};
use crate::Error;
use crate::catalog::VisibleSegment;
use crate::error::check;
use crate::snapshot::Snapshot;

/// So many rows are gone through before it is looked whether anybody still waits.
const BETWEEN_CHECKS: usize = 1 << 10;

impl Snapshot {
    /// A page of the list of events.
    #[tracing::instrument(skip_all)]
    pub fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<EventsPage, Error> {
        let segments = self.segments();
        let selected = select(&segments, &query.filters, token)?;
        let mut page = page(&segments, &selected, query, token)?;
        self.mark_repeated_ids(page.items.iter_mut().flat_map(entries))?;
        Ok(page)
    }

    /// How many events filters let through.
    #[tracing::instrument(skip_all)]
    pub fn count(&self, filters: &Filters, token: &CancellationToken) -> Result<usize, Error> {
        let selected = select(&self.segments(), filters, token)?;
        Ok(selected.iter().map(Selected::count).sum())
    }
}

/// The events that an item shows.
fn entries(item: &mut EventItem) -> impl Iterator<Item = &mut Arc<Entry>> {
    let oldest = item.group.as_mut().map(|group| &mut group.oldest);
    std::iter::once(&mut item.entry).chain(oldest)
}

/// Some of the newest events selected.
pub(crate) fn newest(
    segments: &[&VisibleSegment],
    selected: &[Selected],
    limit: usize,
) -> io::Result<Vec<Arc<Entry>>> {
    let mut iter = RowIter::after(segments, selected, Order::NewestFirst, None)?;
    let mut rows = Vec::new();
    while rows.len() < limit
        && let Some(row) = iter.next()?
    {
        rows.push(row);
    }
    iter.events(&rows)
}

fn page(
    segments: &[&VisibleSegment],
    selected: &[Selected],
    query: &EventsQuery,
    token: &CancellationToken,
) -> Result<EventsPage, Error> {
    let backwards = matches!(query.start, PageStart::Before(_));
    let mut iter = match &query.start {
        PageStart::Newest => RowIter::after(segments, selected, Order::NewestFirst, None)?,
        PageStart::After(position) => {
            RowIter::after(segments, selected, Order::NewestFirst, Some(position))?
        }
        PageStart::Before(position) => {
            RowIter::after(segments, selected, Order::OldestFirst, Some(position))?
        }
        PageStart::Rank(rank) => RowIter::at_rank(segments, selected, *rank)?,
    };
    let begun_at = iter.newer();
    let mut runs = gather(&mut iter, query, token)?;
    let passed: usize = runs.iter().map(|run| run.events).sum();
    if backwards {
        runs.reverse();
        for run in &mut runs {
            (run.first, run.last) = (run.last, run.first);
        }
    }
    let newest: Vec<RowRef> = runs.iter().map(|run| run.first).collect();
    let groups = runs.iter().filter(|run| run.events > 1);
    let oldest: Vec<RowRef> = groups.map(|run| run.last).collect();
    let mut oldest = iter.events(&oldest)?.into_iter();
    let items = iter.events(&newest)?.into_iter().zip(&runs).map(|(entry, run)| {
        let group = |oldest| Group { events: run.events, oldest };
        EventItem { entry, group: if run.events > 1 { oldest.next().map(group) } else { None } }
    });
    let items: Vec<EventItem> = items.collect();
    let rank = if backwards { begun_at - passed } else { begun_at };
    let total: usize = selected.iter().map(Selected::count).sum();
    let previous = items.first().filter(|_| rank > 0).map(|item| item.entry.position());
    let oldest = |item: &EventItem| {
        item.group.as_ref().map_or(&item.entry, |group| &group.oldest).position()
    };
    let next = items.last().filter(|_| rank + passed < total).map(oldest);
    let hidden_no_ops = selected.iter().map(|selected| selected.hidden_no_ops).sum();
    Ok(EventsPage { items, rank, next, previous, total, hidden_no_ops })
}

/// Rows in a row that are one item, from the first that was passed to the last.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: RowRef,
    last: RowRef,
    events: usize,
}

impl Run {
    fn of(row: RowRef) -> Self {
        Self { first: row, last: row, events: 1 }
    }
}

fn gather(
    iter: &mut RowIter<'_>,
    query: &EventsQuery,
    token: &CancellationToken,
) -> Result<Vec<Run>, Error> {
    let mut gathered = Gathered::default();
    let mut passed = 0;
    while gathered.runs.len() < query.limit
        && let Some(row) = iter.next()?
    {
        passed += 1;
        if passed % BETWEEN_CHECKS == 0 {
            check(token)?;
        }
        if query.group {
            let doing = iter.doing(row)?;
            gathered.add(row, doing);
        } else {
            gathered.runs.push(Run::of(row));
        }
    }
    gathered.end_run();
    gathered.runs.truncate(query.limit);
    Ok(gathered.runs)
}

/// Runs, and the one that may go on.
#[derive(Default)]
struct Gathered<'a> {
    runs: Vec<Run>,
    latest: Option<ActorAt<'a>>,
    events: usize,
    /// The first rows of the run that may go on, in case it is none, and its last.
    rows: Vec<RowRef>,
    last: Option<RowRef>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, row: RowRef, doing: ActorAt<'a>) {
        let goes_on = self.latest.as_ref().is_some_and(|latest| {
            latest.by == doing.by
                && latest.time.abs_diff(doing.time) < GROUP_GAP_NANOS
                && self.events < LARGEST_GROUP
        });
        if !goes_on {
            self.end_run();
        }
        if self.rows.len() < SMALLEST_GROUP {
            self.rows.push(row);
        }
        self.events += 1;
        (self.last, self.latest) = (Some(row), Some(doing));
    }

    fn end_run(&mut self) {
        match (self.rows.first(), self.last) {
            (Some(&first), Some(last)) if self.events >= SMALLEST_GROUP => {
                self.runs.push(Run { first, last, events: self.events });
            }
            _ => self.runs.extend(self.rows.iter().copied().map(Run::of)),
        }
        self.rows.clear();
        (self.events, self.last) = (0, None);
    }
}
