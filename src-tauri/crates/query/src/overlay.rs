//! Overlay: an engine around an engine, which adds pending events to every answer.
//!
//! The records that pending events are about are *changed*: their events are known here as a whole,
//! without and with the pending ones, since amendments among these can change what the others are. An
//! answer is that of the engine within, less what it rests on the former, and more what the latter give.

mod coverage;
mod facets;
mod list;
mod lookup;
mod records;
mod stream;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use event::{Entry, Event, NameFields, Place, RecordId, State, Timeline, View};
use futures::{StreamExt, stream as futures_stream};

use crate::{
    AllEventsQuery, CancellationToken, ChainsPage, ChainsQuery, Coverage, Covered, Engine, Error,
    EventFilter, EventStream, EventsPage, EventsQuery, ExcerptQuery, Facets, Filters, RecordsPage,
    RecordsQuery, SearchStream, TimelineExcerpt, Totals, Zone, search_by_questions,
};

/// Engine that adds the pending events of this device to the answers of another. Those that the other
/// knows already, because they were flushed meanwhile, count once.
#[derive(Debug, Clone)]
pub struct Overlay(Arc<Layers>);

#[derive(Debug)]
struct Layers {
    inner: Arc<dyn Engine>,
    changed: BTreeMap<RecordId, Changed>,
    /// Ids that an event of the engine within and a pending one have.
    repeated: BTreeSet<String>,
    /// Number of pending events that the engine within does not know.
    added: usize,
    names: NameFields,
    /// The pending events, as far as they could be read.
    pending: Vec<Event>,
    /// Why they could not be read.
    problem: Option<String>,
}

/// Record that pending events are about.
#[derive(Debug)]
struct Changed {
    /// Its timeline without them; `None` if it has no other events.
    before: Option<Timeline>,
    /// Its timeline with them.
    after: Timeline,
}

impl Overlay {
    /// Adds pending events to the answers of an engine; or the reason why they cannot be read, which the
    /// coverage of every answer then has. Records are named by `names`, as in the engine within.
    ///
    /// # Errors
    /// As the questions about the records of the pending events.
    pub async fn new(
        inner: Arc<dyn Engine>,
        pending: Result<Vec<Event>, String>,
        names: NameFields,
        token: &CancellationToken,
    ) -> Result<Self, Error> {
        let (pending, problem) = match pending {
            Ok(pending) => (pending, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        let mut by_record: BTreeMap<RecordId, Vec<&Event>> = BTreeMap::new();
        for event in &pending {
            by_record.entry(event.record()).or_default().push(event);
        }
        let (mut changed, mut repeated, mut added) = (BTreeMap::new(), BTreeSet::new(), 0);
        for (record, pending) in by_record {
            let before = match inner.timeline(&record, token).await {
                Ok(timeline) => Some(timeline.value),
                Err(Error::NoSuchRecord(_)) => None,
                Err(error) => return Err(error),
            };
            let known = before.as_ref().map(Timeline::entries).unwrap_or_default();
            let new: Vec<Entry> = pending
                .into_iter()
                .filter(|event| known.iter().all(|entry| entry.event != **event))
                .map(|event| Entry::new(event.clone(), Place::Pending))
                .collect();
            if new.is_empty() {
                continue;
            }
            for entry in &new {
                let id = &entry.event.event_id;
                if !crate::search::with_address(&*inner, id, token).await?.is_empty() {
                    repeated.insert(id.clone());
                }
            }
            added += new.len();
            // What was made of an event before may be undone by a pending one.
            let mut all = [known, &new].concat();
            for entry in &mut all {
                entry.marks.clear();
            }
            let after = Timeline::new(all);
            changed.insert(record, Changed { before, after });
        }
        let layers = Layers { inner, changed, repeated, added, names, pending, problem };
        Ok(Self(Arc::new(layers)))
    }
}

impl Layers {
    /// An entry as it is with the pending events.
    fn patched(&self, entry: &Entry) -> Entry {
        let changed = self.changed.get(&entry.event.record());
        let known = changed.and_then(|changed| {
            let mut entries = changed.after.entries().iter();
            entries.find(|known| known.event == entry.event)
        });
        let mut entry = known.unwrap_or(entry).clone();
        entry.id_is_repeated |= self.repeated.contains(&entry.event.event_id);
        entry
    }

    /// [`Layers::patched`] of a shared entry, which stays shared if it is the same.
    fn patched_shared(&self, entry: Arc<Entry>) -> Arc<Entry> {
        let is_same = !self.changed.contains_key(&entry.event.record())
            && !self.repeated.contains(&entry.event.event_id);
        if is_same { entry } else { Arc::new(self.patched(&entry)) }
    }

    fn is_changed(&self, entry: &Entry) -> bool {
        self.changed.contains_key(&entry.event.record())
    }

    /// Entries of the changed records, without the pending ones.
    fn before(&self) -> impl Iterator<Item = &Entry> {
        let timelines = self.changed.values().filter_map(|changed| changed.before.as_ref());
        timelines.flat_map(Timeline::entries)
    }

    /// Entries of the changed records, with the pending ones.
    fn after(&self) -> impl Iterator<Item = &Entry> {
        self.changed.values().flat_map(|changed| changed.after.entries())
    }

    /// Entries of the changed records that pass: without the pending ones, and with them.
    fn passing(&self, filters: &Filters) -> [Vec<&Entry>; 2] {
        let filter = EventFilter::new(filters);
        [
            self.before().filter(|entry| filter.passes(entry)).collect(),
            self.after().filter(|entry| filter.passes(entry)).collect(),
        ]
    }

    fn covered<T>(&self, value: T) -> Covered<T> {
        Covered { value, coverage: self.coverage() }
    }
}

#[async_trait]
impl Engine for Overlay {
    fn coverage(&self) -> Coverage {
        self.0.coverage()
    }

    async fn totals(&self, token: &CancellationToken) -> Result<Covered<Totals>, Error> {
        let inner = self.0.inner.totals(token).await?.value;
        let is_new = |changed: &&Changed| changed.before.is_none();
        let mut span = inner.span;
        for entry in self.0.after() {
            let at = entry.event.timestamp;
            span = Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        }
        Ok(self.0.covered(Totals {
            events: inner.events + self.0.added,
            records: inner.records + self.0.changed.values().filter(is_new).count(),
            span,
        }))
    }

    async fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<EventsPage>, Error> {
        Ok(self.0.covered(self.0.events(query, token).await?))
    }

    async fn count(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Covered<usize>, Error> {
        let [before, after] = self.0.passing(filters);
        let inner = self.0.inner.count(filters, token).await?.value;
        Ok(self.0.covered(inner + after.len() - before.len()))
    }

    async fn facets(
        &self,
        filters: &Filters,
        zone: Zone,
        token: &CancellationToken,
    ) -> Result<Covered<Facets>, Error> {
        Ok(self.0.covered(self.0.facets(filters, zone, token).await?))
    }

    async fn event(
        &self,
        address: &str,
        token: &CancellationToken,
    ) -> Result<Covered<Entry>, Error> {
        Ok(self.0.covered(self.0.event(address, token).await?))
    }

    async fn record(
        &self,
        entity_id: &str,
        entity_type: Option<&str>,
        token: &CancellationToken,
    ) -> Result<Covered<RecordId>, Error> {
        Ok(self.0.covered(self.0.record(entity_id, entity_type, token).await?))
    }

    async fn timeline(
        &self,
        record: &RecordId,
        token: &CancellationToken,
    ) -> Result<Covered<Timeline>, Error> {
        let timeline = match self.0.changed.get(record) {
            Some(changed) => changed.after.clone(),
            None => self.0.inner.timeline(record, token).await?.value,
        };
        let patched = timeline.entries().iter().map(|entry| self.0.patched(entry));
        Ok(self.0.covered(Timeline::new(patched.collect())))
    }

    async fn state(
        &self,
        record: &RecordId,
        view: View,
        token: &CancellationToken,
    ) -> Result<Covered<State>, Error> {
        let state = match self.0.changed.get(record) {
            Some(changed) => changed.after.state(view),
            None => self.0.inner.state(record, view, token).await?.value,
        };
        Ok(self.0.covered(state))
    }

    async fn excerpt(
        &self,
        record: &RecordId,
        query: &ExcerptQuery,
        token: &CancellationToken,
    ) -> Result<Covered<TimelineExcerpt>, Error> {
        let timeline = self.timeline(record, token).await?;
        Ok(timeline.map(|timeline| TimelineExcerpt::whole(timeline, query)))
    }

    async fn records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<RecordsPage>, Error> {
        Ok(self.0.covered(self.0.records(query, token).await?))
    }

    async fn chains(
        &self,
        query: &ChainsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<ChainsPage>, Error> {
        Ok(self.0.covered(self.0.chains(query, token).await?))
    }

    fn search(&self, text: &str, token: &CancellationToken) -> SearchStream {
        let (engine, text, token) = (self.clone(), text.to_owned(), token.clone());
        let searched = async move { search_by_questions(&engine, &text, &token).await };
        futures_stream::once(searched).boxed()
    }

    fn all_events(&self, query: &AllEventsQuery, token: &CancellationToken) -> EventStream {
        stream::all_events(Arc::clone(&self.0), query, token)
    }

    async fn further_columns(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<BTreeSet<String>>, Error> {
        Ok(self.0.covered(stream::further_columns(&self.0, query, token).await?))
    }
}
