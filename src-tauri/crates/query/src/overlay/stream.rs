//! All events that match, with pending events.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use event::{Entry, Timeline};
use futures::{StreamExt, TryStreamExt, stream};

use super::Layers;
use crate::{AllEventsQuery, CancellationToken, Error, EventFilter, EventStream, EventsChunk};

/// Events that are still to come.
struct Coming {
    layers: Arc<Layers>,
    inner: EventStream,
    /// Events of changed records, oldest first.
    changed: VecDeque<Entry>,
    /// Number of events of changed records that the engine within has, and that there are.
    counts: [usize; 2],
    /// Number of all events, as far as the engine within has told.
    total: usize,
    is_over: bool,
}

/// Stream of all events of a query.
pub(super) fn all_events(
    layers: Arc<Layers>,
    query: &AllEventsQuery,
    token: &CancellationToken,
) -> EventStream {
    let inner = layers.inner.all_events(query, token);
    let [before, after] = layers.chosen(query);
    let counts = [before.len(), after.len()];
    let coming =
        Coming { layers, inner, changed: after.into(), counts, total: counts[1], is_over: false };
    let chunks = stream::try_unfold(coming, |mut coming| async {
        Ok::<_, Error>(coming.next().await?.map(|chunk| (chunk, coming)))
    });
    chunks.boxed()
}

impl Coming {
    async fn next(&mut self) -> Result<Option<EventsChunk>, Error> {
        while !self.is_over {
            let chunk = self.inner.try_next().await?;
            let [before, after] = self.counts;
            let mut entries = Vec::new();
            let Some(chunk) = chunk else {
                self.is_over = true;
                let rest = std::mem::take(&mut self.changed);
                return Ok(Some(rest).filter(|rest| !rest.is_empty()).map(|rest| EventsChunk {
                    entries: rest.into_iter().map(Arc::new).collect(),
                    total: self.total,
                }));
            };
            let last = chunk.entries.last().cloned();
            let unchanged = chunk.entries.into_iter().filter(|e| !self.layers.is_changed(e));
            entries.extend(unchanged.map(|entry| self.layers.patched_shared(entry)));
            let is_due =
                |next: &Entry| last.as_ref().is_some_and(|last| next.cmp_position(last).is_le());
            while self.changed.front().is_some_and(is_due) {
                entries.extend(self.changed.pop_front().map(Arc::new));
            }
            self.total = chunk.total + after - before;
            entries.sort_by(|a, b| a.cmp_position(b));
            if !entries.is_empty() {
                return Ok(Some(EventsChunk { entries, total: self.total }));
            }
        }
        Ok(None)
    }
}

/// Names of the further columns of all events of a query.
pub(super) async fn further_columns(
    layers: &Arc<Layers>,
    query: &AllEventsQuery,
    token: &CancellationToken,
) -> Result<BTreeSet<String>, Error> {
    let [before, after] = layers.chosen(query);
    let is_left_out = |entry: &&Entry| {
        !entry.other_columns().is_empty() && after.iter().all(|other| other.event != entry.event)
    };
    if before.iter().any(|entry| is_left_out(&entry)) {
        // One of its names may be of no other event.
        let mut names = BTreeSet::new();
        let mut all = all_events(Arc::clone(layers), query, token);
        while let Some(chunk) = all.try_next().await? {
            let of_entries = chunk.entries.iter().flat_map(|entry| entry.other_columns());
            names.extend(of_entries.map(|(name, _)| name));
        }
        return Ok(names);
    }
    let mut names = layers.inner.further_columns(query, token).await?.value;
    names.extend(after.iter().flat_map(|entry| entry.other_columns().into_keys()));
    Ok(names)
}

impl Layers {
    /// Events of changed records that a query is about, oldest first: without the pending ones, and with
    /// them.
    fn chosen(&self, query: &AllEventsQuery) -> [Vec<Entry>; 2] {
        let filter = EventFilter::new(&query.filters);
        let chosen = |timelines: Vec<&Timeline>| {
            let of_timeline = |timeline: &&Timeline| chosen(timeline, query, &filter);
            let mut entries: Vec<Entry> = timelines.iter().flat_map(of_timeline).collect();
            entries.sort_by(Entry::cmp_position);
            entries.iter().map(|entry| self.patched(entry)).collect::<Vec<_>>()
        };
        let before = self.changed.values().filter_map(|changed| changed.before.as_ref()).collect();
        let after = self.changed.values().map(|changed| &changed.after).collect();
        [chosen(before), chosen(after)]
    }
}

/// Entries of a timeline that a query is about.
fn chosen(timeline: &Timeline, query: &AllEventsQuery, filter: &EventFilter) -> Vec<Entry> {
    let entries = timeline.entries();
    let mut chosen: HashSet<usize> =
        (0..entries.len()).filter(|&at| filter.passes(&entries[at])).collect();
    let mut left: Vec<usize> = chosen.iter().copied().collect();
    while let Some(at) = left.pop().filter(|_| query.with_amendments) {
        for &by in timeline.about(at) {
            if chosen.insert(by) {
                left.push(by);
            }
        }
    }
    (0..entries.len()).filter(|at| chosen.contains(at)).map(|at| entries[at].clone()).collect()
}
