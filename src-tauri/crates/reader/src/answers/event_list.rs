//! List of events: pages from anywhere in it, with bulk changes grouped into one item.

use std::io;
use std::sync::Arc;

use event::Entry;
use query::{
    CancellationToken, EventItem, EventsPage, EventsQuery, Filters, GROUP_GAP_NANOS, Group,
    LARGEST_GROUP, PageStart, SMALLEST_GROUP, Undecided,
};

use super::passing::undecided;
use super::row_iter::{ActorAt, Order, RowIter, RowRef};
use super::select::Selected;
use super::selections::SoFar;
use crate::Error;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::Row;
use crate::error::check;
use crate::snapshot::Snapshot;

/// Rows that are read between two checks of the cancellation token.
const ROWS_PER_CHECK: usize = 1 << 10;

impl Snapshot {
    /// A page of the list of events: see [`EventsQuery`].
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be
    /// read.
    #[tracing::instrument(skip_all)]
    pub fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<EventsPage, Error> {
        if query.so_far
            && query.start == PageStart::Newest
            && let Some(so_far) = self.selected_so_far(&query.filters)
        {
            return Ok(self.page_so_far(query, &so_far)?);
        }
        let segments = self.segments();
        let selected = self.select(&query.filters, token)?;
        let mut page = page(&segments, &selected, query, token)?;
        self.mark_repeated_ids(page.items.iter_mut().flat_map(entries))?;
        self.mark_amended(page.items.iter_mut().flat_map(entries))?;
        Ok(page)
    }

    /// The first page of what was found so far: each event by itself.
    fn page_so_far(&self, query: &EventsQuery, so_far: &SoFar) -> io::Result<EventsPage> {
        let mut found = Vec::new();
        for (at, part) in self.parts().iter().enumerate() {
            let rows = so_far.rows.iter().filter(|(part, _)| *part == at).map(|(_, row)| *row);
            let mut rows: Vec<Row> = rows.collect();
            rows.sort_unstable();
            found.extend(part.segment.entries(&rows)?.into_iter().map(Arc::new));
        }
        found.retain(|entry| !(query.filters.hide_no_ops && entry.event.is_no_op()));
        found.sort_by(|a, b| b.cmp_position(a));
        found.truncate(query.limit);
        self.mark_repeated_ids(found.iter_mut())?;
        self.mark_amended(found.iter_mut())?;
        let items = found.into_iter().map(|entry| EventItem { entry, group: None });
        Ok(EventsPage {
            items: items.collect(),
            rank: 0,
            next: None,
            previous: None,
            total: so_far.total,
            hidden_no_ops: 0,
            undecided: Undecided::default(),
            scanning: Some(so_far.progress),
        })
    }

    /// How many events filters let through.
    ///
    /// # Errors
    /// As [`Snapshot::events`].
    #[tracing::instrument(skip_all)]
    pub fn count(&self, filters: &Filters, token: &CancellationToken) -> Result<usize, Error> {
        let selected = self.select(filters, token)?;
        Ok(selected.iter().map(Selected::count).sum())
    }
}

/// Events that an item shows: its newest, and of a group the oldest.
fn entries(item: &mut EventItem) -> impl Iterator<Item = &mut Arc<Entry>> {
    let oldest = item.group.as_mut().map(|group| &mut group.oldest);
    std::iter::once(&mut item.entry).chain(oldest)
}

/// The newest of the selected rows as events, at most `limit`.
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

/// A page of the selected rows.
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
    let start_rank = iter.newer_count();
    let mut rows = item_rows(&mut iter, query, token)?;
    let passed: usize = rows.iter().map(|item| item.events).sum();
    if backwards {
        rows.reverse();
        for item in &mut rows {
            (item.first, item.last) = (item.last, item.first);
        }
    }
    let newest: Vec<RowRef> = rows.iter().map(|item| item.first).collect();
    let groups = rows.iter().filter(|item| item.events > 1);
    let oldest: Vec<RowRef> = groups.map(|item| item.last).collect();
    let mut oldest = iter.events(&oldest)?.into_iter();
    let items = iter.events(&newest)?.into_iter().zip(&rows).map(|(entry, item)| {
        let group = |oldest| Group { events: item.events, oldest };
        EventItem { entry, group: if item.events > 1 { oldest.next().map(group) } else { None } }
    });
    let items: Vec<EventItem> = items.collect();
    let rank = if backwards { start_rank - passed } else { start_rank };
    let total: usize = selected.iter().map(Selected::count).sum();
    let previous = items.first().filter(|_| rank > 0).map(|item| item.entry.position());
    let oldest = |item: &EventItem| {
        item.group.as_ref().map_or(&item.entry, |group| &group.oldest).position()
    };
    let next = items.last().filter(|_| rank + passed < total).map(oldest);
    let hidden_no_ops = selected.iter().map(|selected| selected.hidden_no_ops).sum();
    let undecided = undecided(selected);
    let scanning = None;
    Ok(EventsPage { items, rank, next, previous, total, hidden_no_ops, undecided, scanning })
}

/// Rows of one item, from the first to the last in the direction of iteration.
#[derive(Debug, Clone, Copy)]
struct ItemRows {
    first: RowRef,
    last: RowRef,
    /// How many rows there are: 1 for an event by itself.
    events: usize,
}

impl ItemRows {
    fn of(row: RowRef) -> Self {
        Self { first: row, last: row, events: 1 }
    }
}

/// The rows of the next items, at most as many as `query` asks for.
fn item_rows(
    iter: &mut RowIter<'_>,
    query: &EventsQuery,
    token: &CancellationToken,
) -> Result<Vec<ItemRows>, Error> {
    let mut builder = GroupBuilder::default();
    let mut passed = 0;
    while builder.items.len() < query.limit
        && let Some(row) = iter.next()?
    {
        passed += 1;
        if passed % ROWS_PER_CHECK == 0 {
            check(token)?;
        }
        if query.group {
            let actor_at = iter.actor_at(row)?;
            builder.add(row, actor_at);
        } else {
            builder.items.push(ItemRows::of(row));
        }
    }
    builder.end_group();
    builder.items.truncate(query.limit);
    Ok(builder.items)
}

/// Builder of groups: neighbouring events by one actor through one source, each less than
/// [`GROUP_GAP_NANOS`] from the next. Fewer than [`SMALLEST_GROUP`] are items by themselves.
#[derive(Default)]
struct GroupBuilder<'a> {
    /// Items that are complete.
    items: Vec<ItemRows>,
    /// The last row that was added.
    latest: Option<ActorAt<'a>>,
    /// How many events the open group has.
    events: usize,
    /// Its first rows, in case it stays too small for a group, and its last.
    rows: Vec<RowRef>,
    last: Option<RowRef>,
}

impl<'a> GroupBuilder<'a> {
    /// Adds a row to the open group, or to a new one.
    fn add(&mut self, row: RowRef, actor_at: ActorAt<'a>) {
        let goes_on = self.latest.as_ref().is_some_and(|latest| {
            latest.by == actor_at.by
                && latest.time.abs_diff(actor_at.time) < GROUP_GAP_NANOS
                && self.events < LARGEST_GROUP
        });
        if !goes_on {
            self.end_group();
        }
        if self.rows.len() < SMALLEST_GROUP {
            self.rows.push(row);
        }
        self.events += 1;
        (self.last, self.latest) = (Some(row), Some(actor_at));
    }

    /// Makes one item of the open group, or one of each of its rows.
    fn end_group(&mut self) {
        match (self.rows.first(), self.last) {
            (Some(&first), Some(last)) if self.events >= SMALLEST_GROUP => {
                self.items.push(ItemRows { first, last, events: self.events });
            }
            _ => self.items.extend(self.rows.iter().copied().map(ItemRows::of)),
        }
        self.rows.clear();
        (self.events, self.last) = (0, None);
    }
}
