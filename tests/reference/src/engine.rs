//! The events of a journal, and which module answers which question about them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use event::{Entry, Place, RecordId, State, Timeline, View};
use futures::StreamExt;
use futures::stream::once;
use query::{
    AllEventsQuery, CancellationToken, ChainsPage, ChainsQuery, Coverage, Covered, Engine, Error,
    EventStream, EventsChunk, EventsPage, EventsQuery, Facets, Filters, RecordSummary, RecordsPage,
    RecordsQuery, SearchStream, Totals, Zone,
};

use crate::record_history::RecordHistory;
use crate::{event_list, facets, look_up, records, search};

/// Every event of a journal, once and in the total order, oldest first.
#[derive(Debug, Clone)]
pub struct ReferenceEngine {
    entries: Vec<Entry>,
    coverage: Coverage,
    /// Of all records, latest change first. Made when first asked for.
    summaries: OnceLock<Vec<RecordSummary>>,
}

impl ReferenceEngine {
    /// An engine over the rows of files and the pending events, in any order and each as often as
    /// it was said. Its answers rest on what `coverage` says.
    pub fn new(mut entries: Vec<Entry>, coverage: Coverage) -> Self {
        entries.sort_by(|a, b| a.cmp_position(b).then_with(|| place(a).cmp(&place(b))));
        let mut said = HashSet::new();
        entries.retain(|entry| said.insert(entry.event.clone()));
        let mut with_id: HashMap<String, usize> = HashMap::new();
        for entry in &entries {
            *with_id.entry(entry.event.event_id.clone()).or_default() += 1;
        }
        for entry in &mut entries {
            entry.id_is_repeated = with_id[&entry.event.event_id] > 1;
        }
        let mut of_records: BTreeMap<RecordId, Vec<usize>> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            of_records.entry(entry.event.record()).or_default().push(at);
        }
        for of_record in of_records.into_values() {
            let history = RecordHistory::new(of_record.iter().map(|&at| &entries[at]).collect());
            let marks: Vec<_> = history.marks().collect();
            for (at, marks) in of_record.into_iter().zip(marks) {
                entries[at].marks = marks;
            }
        }
        Self { entries, coverage, summaries: OnceLock::new() }
    }

    /// Every event once, in the total order, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Every record, latest change first.
    pub(crate) fn summaries(&self) -> &[RecordSummary] {
        self.summaries.get_or_init(|| records::summaries(self.by_record()))
    }

    /// The events of each record, oldest first.
    fn by_record(&self) -> BTreeMap<RecordId, Vec<&Entry>> {
        let mut records: BTreeMap<RecordId, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            records.entry(entry.event.record()).or_default().push(entry);
        }
        records
    }

    /// Events that match filters and, if asked for, their amendments and those of these; oldest first.
    fn all_events(&self, query: &AllEventsQuery) -> Vec<&Entry> {
        let matching = crate::filters::let_through(&query.filters, &self.entries);
        if !query.with_amendments {
            return matching;
        }
        let mut chosen: HashSet<*const Entry> =
            matching.into_iter().map(std::ptr::from_ref).collect();
        for of_record in self.by_record().into_values() {
            let history = RecordHistory::new(of_record);
            while let Some(amendment) =
                history.first_amendment(|entry| chosen.contains(&std::ptr::from_ref(entry)))
            {
                chosen.insert(std::ptr::from_ref(amendment));
            }
        }
        self.entries.iter().filter(|entry| chosen.contains(&std::ptr::from_ref(*entry))).collect()
    }

    fn of_record(&self, record: &RecordId) -> Result<Vec<&Entry>, Error> {
        let found: Vec<&Entry> =
            self.entries.iter().filter(|entry| entry.event.record() == *record).collect();
        if found.is_empty() { Err(Error::NoSuchRecord(record.to_string())) } else { Ok(found) }
    }

    fn covered<T>(&self, value: T) -> Covered<T> {
        Covered { value, coverage: self.coverage.clone() }
    }

    fn totals(&self) -> Totals {
        let records: BTreeSet<RecordId> = self.entries.iter().map(|e| e.event.record()).collect();
        let ends = self.entries.first().zip(self.entries.last());
        Totals {
            events: self.entries.len(),
            records: records.len(),
            span: ends.map(|(first, last)| (first.event.timestamp, last.event.timestamp)),
        }
    }
}

/// Of two rows that say the same, the first is shown: in a file before pending, files by name.
fn place(entry: &Entry) -> (bool, Option<(&str, u64)>) {
    match &entry.place {
        Place::File { file, row } => (false, Some((file, *row))),
        Place::SomeFile { digest } => (false, Some((digest, 0))),
        Place::Pending => (true, None),
    }
}

#[async_trait]
impl Engine for ReferenceEngine {
    fn coverage(&self) -> Coverage {
        self.coverage.clone()
    }

    async fn totals(&self, _: &CancellationToken) -> Result<Covered<Totals>, Error> {
        Ok(self.covered(self.totals()))
    }

    async fn events(
        &self,
        query: &EventsQuery,
        _: &CancellationToken,
    ) -> Result<Covered<EventsPage>, Error> {
        Ok(self.covered(event_list::page(&self.entries, query)))
    }

    async fn count(
        &self,
        filters: &Filters,
        _: &CancellationToken,
    ) -> Result<Covered<usize>, Error> {
        Ok(self.covered(crate::filters::let_through(filters, &self.entries).len()))
    }

    async fn facets(
        &self,
        filters: &Filters,
        zone: Zone,
        _: &CancellationToken,
    ) -> Result<Covered<Facets>, Error> {
        Ok(self.covered(facets::facets(&crate::filters::let_through(filters, &self.entries), zone)))
    }

    async fn event(&self, address: &str, _: &CancellationToken) -> Result<Covered<Entry>, Error> {
        Ok(self.covered(look_up::event(&self.entries, address)?))
    }

    async fn record(
        &self,
        entity_id: &str,
        entity_type: Option<&str>,
        _: &CancellationToken,
    ) -> Result<Covered<RecordId>, Error> {
        Ok(self.covered(look_up::record(&self.entries, entity_id, entity_type)?))
    }

    async fn timeline(
        &self,
        record: &RecordId,
        _: &CancellationToken,
    ) -> Result<Covered<Timeline>, Error> {
        let entries = self.of_record(record)?.into_iter().cloned().collect();
        Ok(self.covered(Timeline::new(entries)))
    }

    async fn state(
        &self,
        record: &RecordId,
        view: View,
        _: &CancellationToken,
    ) -> Result<Covered<State>, Error> {
        Ok(self.covered(RecordHistory::new(self.of_record(record)?).state(view)))
    }

    async fn records(
        &self,
        query: &RecordsQuery,
        _: &CancellationToken,
    ) -> Result<Covered<RecordsPage>, Error> {
        let touching = crate::filters::let_through(&query.events, &self.entries);
        let touched = records::touched(self.summaries(), &touching);
        Ok(self.covered(records::page(&touched, query)))
    }

    async fn chains(
        &self,
        query: &ChainsQuery,
        _: &CancellationToken,
    ) -> Result<Covered<ChainsPage>, Error> {
        Ok(self.covered(records::chains(self.by_record(), query)))
    }

    fn search(&self, text: &str, _: &CancellationToken) -> SearchStream {
        let found = search::search(self.entries(), self.summaries(), text.trim());
        once(std::future::ready(Ok(self.covered(found)))).boxed()
    }

    fn all_events(&self, query: &AllEventsQuery, _: &CancellationToken) -> EventStream {
        let entries: Vec<_> = self.all_events(query).into_iter().cloned().map(Arc::new).collect();
        let total = entries.len();
        let chunks = (total > 0).then_some(Ok(EventsChunk { entries, total }));
        futures::stream::iter(chunks).boxed()
    }

    async fn further_columns(
        &self,
        query: &AllEventsQuery,
        _: &CancellationToken,
    ) -> Result<Covered<BTreeSet<String>>, Error> {
        let all = self.all_events(query);
        let names = all.iter().flat_map(|entry| entry.other_columns().into_keys());
        Ok(self.covered(names.collect()))
    }
}
