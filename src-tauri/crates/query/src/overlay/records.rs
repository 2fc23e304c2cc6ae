//! The list of records, and the broken chains, with pending events.

use std::cmp::Reverse;
use std::sync::Arc;

use event::{Position, Timeline};

use super::{Changed, Layers};
use crate::{
    CancellationToken, ChainBreak, ChainsPage, ChainsQuery, Error, EventFilter, RecordSummary,
    RecordsPage, RecordsQuery,
};

impl Layers {
    pub(super) async fn records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<RecordsPage, Error> {
        let filter = EventFilter::new(&query.events);
        let summary = |timeline: &Timeline| {
            let summary = RecordSummary::of(timeline, &filter, &self.names);
            summary.filter(|summary| query.is_about(summary))
        };
        let before = |changed: &Changed| changed.before.as_ref().and_then(summary);
        let listed_before = self.changed.values().filter_map(before).count();
        let after: Vec<RecordSummary> =
            self.changed.values().filter_map(|changed| summary(&changed.after)).collect();
        let mut found = Vec::new();
        let mut inner =
            RecordsQuery { limit: query.limit.saturating_add(self.changed.len()), ..query.clone() };
        inner.so_far = false;
        let page = self.inner.records(&inner, token).await?.value;
        let total = page.total + after.len() - listed_before;
        let is_unchanged = |one: &RecordSummary| !self.changed.contains_key(&one.record);
        found.extend(page.records.into_iter().filter(is_unchanged));
        let is_older =
            |one: &RecordSummary| query.after.as_ref().is_none_or(|after| one.position < *after);
        found.extend(after.into_iter().filter(is_older));
        let position = |one: &RecordSummary| one.position.clone();
        let (records, next) = page_of(found, page.next.is_some(), query.limit, position);
        Ok(RecordsPage { records, next, total, loosely: query.loosely, folding: None })
    }

    pub(super) async fn chains(
        &self,
        query: &ChainsQuery,
        token: &CancellationToken,
    ) -> Result<ChainsPage, Error> {
        let breaks = |timeline: &Timeline| {
            let entry = |index: usize| Arc::new(self.patched(&timeline.entries()[index]));
            let found = timeline.breaks().into_iter();
            found
                .map(|found| ChainBreak { entry: entry(found.index), expected: found.expected })
                .collect::<Vec<_>>()
        };
        let before = self.changed.values().filter_map(|changed| changed.before.as_ref());
        let before: usize = before.map(|timeline| timeline.breaks().len()).sum();
        let after: Vec<ChainBreak> =
            self.changed.values().flat_map(|changed| breaks(&changed.after)).collect();
        let mut found = Vec::new();
        let limit = query.limit.saturating_add(before);
        let inner = ChainsQuery { limit, so_far: false, ..query.clone() };
        let page = self.inner.chains(&inner, token).await?.value;
        let total = page.total + after.len() - before;
        let unchanged = page.breaks.into_iter().filter(|one| !self.is_changed(&one.entry));
        found.extend(unchanged.map(|one| ChainBreak {
            entry: self.patched_shared(one.entry),
            expected: one.expected,
        }));
        let is_older = |one: &ChainBreak| {
            query.after.as_ref().is_none_or(|after| one.entry.position() < *after)
        };
        found.extend(after.into_iter().filter(is_older));
        let position = |one: &ChainBreak| one.entry.position();
        let (breaks, next) = page_of(found, page.next.is_some(), query.limit, position);
        Ok(ChainsPage { breaks, next, total, folding: None })
    }
}

/// A page of what was found, newest first, and the cursor of the next one. `has_more` tells that more
/// follows what was found.
fn page_of<T>(
    mut found: Vec<T>,
    has_more: bool,
    limit: usize,
    position: impl Fn(&T) -> Position,
) -> (Vec<T>, Option<Position>) {
    found.sort_by_cached_key(|one| Reverse(position(one)));
    let is_last = found.len() <= limit && !has_more;
    found.truncate(limit);
    let next = found.last().filter(|_| !is_last).map(position);
    (found, next)
}
