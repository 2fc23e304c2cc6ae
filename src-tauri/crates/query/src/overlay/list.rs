//! Pages of the list of events with pending events.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use event::{Entry, Position, Tie};

use super::Layers;
use crate::{
    CancellationToken, Decision, Error, EventFilter, EventItem, EventsPage, EventsQuery, Filters,
    ItemsBuilder, PageStart,
};

/// Events that are asked of the engine within at once, at least and at most.
const AT_ONCE: [usize; 2] = [64, 1 << 14];

/// The list of events with the pending ones, event by event, newest first or oldest first.
struct Merged<'a> {
    layers: &'a Layers,
    filters: &'a Filters,
    /// Where the next events of the engine within begin; `None` after the last ones.
    next: Option<PageStart>,
    is_backwards: bool,
    at_once: usize,
    /// Events of the engine within that are not of changed records.
    inner: VecDeque<Arc<Entry>>,
    /// Events of changed records, the next one first.
    changed: VecDeque<&'a Entry>,
}

impl Merged<'_> {
    async fn next(&mut self, token: &CancellationToken) -> Result<Option<Arc<Entry>>, Error> {
        while self.inner.is_empty() && self.next.is_some() {
            self.fill(token).await?;
        }
        let is_changed_first = match (self.inner.front(), self.changed.front()) {
            (Some(inner), Some(changed)) => {
                inner.cmp_position(changed).is_lt() != self.is_backwards
            }
            (None, changed) => changed.is_some(),
            (Some(_), None) => false,
        };
        let next = if is_changed_first {
            self.changed.pop_front().map(|entry| Arc::new(entry.clone()))
        } else {
            self.inner.pop_front()
        };
        Ok(next.map(|entry| self.layers.patched_shared(entry)))
    }

    async fn fill(&mut self, token: &CancellationToken) -> Result<(), Error> {
        let Some(start) = self.next.take() else { return Ok(()) };
        let query = EventsQuery {
            filters: self.filters.clone(),
            start,
            limit: self.at_once,
            ..EventsQuery::default()
        };
        self.at_once = (4 * self.at_once).min(AT_ONCE[1]);
        let page = self.layers.inner.events(&query, token).await?.value;
        self.next = if self.is_backwards {
            page.previous.map(PageStart::Before)
        } else {
            page.next.map(PageStart::After)
        };
        let entries = page.items.into_iter().map(|item| item.entry);
        let mut entries: Vec<Arc<Entry>> =
            entries.filter(|entry| !self.layers.is_changed(entry)).collect();
        if self.is_backwards {
            entries.reverse();
        }
        self.inner = entries.into();
        Ok(())
    }
}

impl Layers {
    /// The list from a start on. `keep` tells which events of changed records are beyond it.
    fn merged<'a>(
        &'a self,
        filters: &'a Filters,
        start: PageStart,
        limit: usize,
        keep: impl Fn(&Entry) -> bool,
    ) -> Merged<'a> {
        let is_backwards = matches!(start, PageStart::Before(_));
        let [_, after] = self.passing(filters);
        let mut changed: Vec<&Entry> = after.into_iter().filter(|entry| keep(entry)).collect();
        changed.sort_by(|a, b| b.cmp_position(a));
        if is_backwards {
            changed.reverse();
        }
        Merged {
            layers: self,
            filters,
            next: Some(start),
            is_backwards,
            at_once: limit.saturating_add(1).clamp(AT_ONCE[0], AT_ONCE[1]),
            inner: VecDeque::new(),
            changed: changed.into(),
        }
    }

    /// Page of the list of events.
    pub(super) async fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<EventsPage, Error> {
        let filters = &query.filters;
        let mut page = self.numbers(query, token).await?;
        let [before, after] = self.passing(filters);
        let changed_rank = |is_newer: &dyn Fn(&Entry) -> bool, inner: usize| {
            let count = |entries: &[&Entry]| entries.iter().filter(|entry| is_newer(entry)).count();
            inner + count(&after) - count(&before)
        };
        let (rank, mut merged) = match &query.start {
            PageStart::Newest => {
                (0, self.merged(filters, PageStart::Newest, query.limit, |_| true))
            }
            PageStart::After(position) => {
                let rank = changed_rank(&|entry| entry.position() >= *position, page.rank);
                let start = PageStart::After(position.clone());
                (rank, self.merged(filters, start, query.limit, |e| e.position() < *position))
            }
            PageStart::Before(position) => {
                let rank = changed_rank(&|entry| entry.position() > *position, page.rank);
                let start = PageStart::Before(position.clone());
                (rank, self.merged(filters, start, query.limit, |e| e.position() > *position))
            }
            PageStart::Rank(rank) => {
                let rank = (*rank).min(page.total);
                (rank, self.starting_at_rank(query, rank, after.len(), token).await?)
            }
        };
        let mut items = ItemsBuilder::new(query.group, query.limit, merged.is_backwards);
        while !items.is_full() {
            let Some(entry) = merged.next(token).await? else { break };
            items.push(entry);
        }
        let (items, shown) = items.finish();
        page.rank = if merged.is_backwards { rank - shown } else { rank };
        let oldest = |item: &EventItem| {
            item.group.as_ref().map_or(item.entry.position(), |group| group.oldest.position())
        };
        let is_last = page.rank + shown == page.total;
        page.next = items.last().filter(|_| !is_last).map(oldest);
        page.previous = items.first().filter(|_| page.rank > 0).map(|item| item.entry.position());
        page.items = items;
        Ok(page)
    }

    /// The list from a rank on: from where the engine within has it at the latest, event by event.
    async fn starting_at_rank<'a>(
        &'a self,
        query: &'a EventsQuery,
        rank: usize,
        added: usize,
        token: &CancellationToken,
    ) -> Result<Merged<'a>, Error> {
        let at = rank.saturating_sub(added);
        let start = if at == 0 { PageStart::Newest } else { PageStart::Rank(at) };
        let first = EventsQuery {
            filters: query.filters.clone(),
            start: start.clone(),
            limit: 1,
            ..EventsQuery::default()
        };
        let first = self.inner.events(&first, token).await?.value.items.pop();
        let first = first.filter(|_| at > 0).map(|item| item.entry.position());
        let [before, after] = self.passing(&query.filters);
        let is_newer =
            |entry: &&&Entry| first.as_ref().is_some_and(|first| entry.position() > *first);
        let skipped = match &first {
            Some(_) => {
                at + after.iter().filter(is_newer).count() - before.iter().filter(is_newer).count()
            }
            // Every event of the engine within is newer, or the list begins at its beginning.
            None if at > 0 => at + after.len() - before.len(),
            None => 0,
        };
        let is_from =
            |entry: &Entry| first.as_ref().map_or(at == 0, |first| entry.position() <= *first);
        let mut merged = self.merged(&query.filters, start, query.limit, is_from);
        for _ in skipped..rank {
            merged.next(token).await?;
        }
        Ok(merged)
    }

    /// The numbers of a page, and the rank by the engine within.
    async fn numbers(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<EventsPage, Error> {
        let start = match &query.start {
            PageStart::Rank(_) => PageStart::Newest,
            start => start.clone(),
        };
        let query = EventsQuery {
            filters: query.filters.clone(),
            start,
            limit: 0,
            ..EventsQuery::default()
        };
        let mut page = self.inner.events(&query, token).await?.value;
        let filter = EventFilter::new(&query.filters);
        for (entries, adds) in
            [(self.after().collect::<Vec<_>>(), true), (self.before().collect(), false)]
        {
            let change = |number: &mut usize| if adds { *number += 1 } else { *number -= 1 };
            for entry in entries {
                match filter.decide(entry) {
                    Decision::Passes => change(&mut page.total),
                    Decision::IsHiddenNoOp => change(&mut page.hidden_no_ops),
                    Decision::Undecided(missing) => change(page.undecided.of(missing)),
                    Decision::Fails => {}
                }
            }
        }
        Ok(page)
    }

    /// First and last timestamp of the events that match; `None` if there are none.
    pub(super) async fn ends(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, Error> {
        let before_all = Position {
            timestamp: DateTime::<Utc>::MIN_UTC,
            tie: Tie::Legacy { file: String::new(), row: 0 },
        };
        let newest = self.merged(filters, PageStart::Newest, 1, |_| true).next(token).await?;
        let oldest = self.merged(filters, PageStart::Before(before_all), 1, |_| true);
        let oldest = { oldest }.next(token).await?;
        Ok(oldest
            .zip(newest)
            .map(|(oldest, newest)| (oldest.event.timestamp, newest.event.timestamp)))
    }
}
