//! What a bucket and the outbox held at one moment, ready for questions.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use event::{Address, Entry, Event, Position, RecordId, Timeline};
use polars::prelude::{DataFrame, Expr, IntoLazy, col};

use crate::frame::frame;
use crate::records::Summaries;
use crate::{Answer, Coverage, Error};

/// What a bucket and the outbox held at one moment. Immutable; every answer taken from one
/// snapshot agrees with every other. Its methods compute: an async caller asks them from a thread
/// that may block, which Polars insists on.
#[derive(Debug)]
pub struct Snapshot {
    /// Each event once, in the total order.
    entries: Vec<Arc<Entry>>,
    /// A row for each entry, for filters and counts.
    frame: DataFrame,
    by_id: HashMap<String, Vec<usize>>,
    by_record: HashMap<RecordId, Vec<usize>>,
    coverage: Coverage,
    /// Made when first asked for: it folds every record.
    summaries: OnceLock<Summaries>,
}

/// How much a journal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub events: usize,
    pub records: usize,
    /// The first and the last timestamp.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Snapshot {
    pub(crate) fn new(mut entries: Vec<Arc<Entry>>, coverage: Coverage) -> Result<Self, Error> {
        entries.sort_by_cached_key(|entry| entry.position());
        let entries = once_each(entries);
        let mut by_id: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_record: HashMap<RecordId, Vec<usize>> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            by_id.entry(entry.event.event_id.clone()).or_default().push(index);
            by_record.entry(entry.event.record()).or_default().push(index);
        }
        let frame = frame(&entries)?;
        Ok(Self { entries, frame, by_id, by_record, coverage, summaries: OnceLock::new() })
    }

    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    pub fn totals(&self) -> Totals {
        let time = |entry: &Arc<Entry>| entry.event.timestamp;
        let span = self.entries.first().zip(self.entries.last());
        Totals {
            events: self.entries.len(),
            records: self.by_record.len(),
            span: span.map(|(first, last)| (time(first), time(last))),
        }
    }

    /// The text that names this event and no other in the journal.
    pub fn address(&self, entry: &Entry) -> String {
        let unique = self.by_id.get(&entry.event.event_id).is_none_or(|found| found.len() == 1);
        entry.address(unique).to_string()
    }

    /// The event that an address names.
    pub fn event(&self, address: &str) -> Result<Answer<&Entry>, Error> {
        let found = self.with_id(address);
        match found.as_slice() {
            [] => Err(Error::NoSuchEvent(address.to_owned())),
            [one] => Ok(self.answer(self.entries[*one].as_ref())),
            several => {
                let addresses = several.iter().map(|&i| self.address(&self.entries[i]));
                Err(Error::AmbiguousEvent {
                    id: address.to_owned(),
                    addresses: addresses.collect(),
                })
            }
        }
    }

    /// The entries that an id or an address can mean.
    pub(crate) fn with_id(&self, address: &str) -> Vec<usize> {
        if let Some(exact) = self.by_id.get(address) {
            return exact.clone();
        }
        let address = Address::parse(address);
        let of_id = self.by_id.get(&address.event_id).into_iter().flatten().copied();
        of_id.filter(|&index| self.entries[index].is_at(&address)).collect()
    }

    /// The record with this id; `entity_type` tells two of one id apart.
    pub fn record(&self, entity_id: &str, entity_type: Option<&str>) -> Result<RecordId, Error> {
        let fits = |id: &&RecordId| {
            id.entity_id == entity_id && entity_type.is_none_or(|t| id.entity_type == t)
        };
        let mut found: Vec<RecordId> = self.by_record.keys().filter(fits).cloned().collect();
        found.sort();
        match found.len() {
            0 => {
                let kind = entity_type.map(|t| format!("{t}/")).unwrap_or_default();
                Err(Error::NoSuchRecord(format!("{kind}{entity_id}")))
            }
            1 => Ok(found.remove(0)),
            _ => Err(Error::AmbiguousRecord { id: entity_id.to_owned(), records: found }),
        }
    }

    /// All events of one record.
    pub fn timeline(&self, record: &RecordId) -> Result<Answer<Timeline>, Error> {
        let found = self.by_record.get(record);
        let places = found.ok_or_else(|| Error::NoSuchRecord(record.to_string()))?;
        Ok(self.answer(self.fold(places)))
    }

    pub(crate) fn fold(&self, places: &[usize]) -> Timeline {
        Timeline::new(places.iter().map(|&i| Entry::clone(&self.entries[i])).collect())
    }

    pub(crate) fn answer<T>(&self, value: T) -> Answer<T> {
        Answer { value, coverage: self.coverage.clone() }
    }

    pub(crate) fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    pub(crate) fn by_record(&self) -> &HashMap<RecordId, Vec<usize>> {
        &self.by_record
    }

    pub(crate) fn summaries(&self) -> &Summaries {
        self.summaries.get_or_init(|| Summaries::of(self))
    }

    /// A row for each entry, for filters and counts.
    pub(crate) fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// The rows for which `filter` holds, with the columns asked for.
    pub(crate) fn select(&self, filter: Expr, columns: &[&str]) -> Result<DataFrame, Error> {
        let columns: Vec<Expr> = columns.iter().map(|name| col(*name)).collect();
        Ok(self.frame.clone().lazy().filter(filter).select(columns).collect()?)
    }

    /// How many entries come before `position`.
    pub(crate) fn rank(&self, position: &Position) -> usize {
        self.entries.partition_point(|entry| entry.position() < *position)
    }
}

/// Leaves out what is said twice: the same event in two files, or in a file and on this device.
/// Only events of one timestamp can be the same, and those are neighbours. Of two the first
/// stays, and files come before what waits.
fn once_each(entries: Vec<Arc<Entry>>) -> Vec<Arc<Entry>> {
    let mut kept: Vec<Arc<Entry>> = Vec::with_capacity(entries.len());
    let mut seen: HashSet<Event> = HashSet::new();
    for entry in entries {
        let first = kept.last().is_none_or(|e| e.event.timestamp != entry.event.timestamp);
        if first {
            seen.clear();
        }
        if seen.insert(entry.event.clone()) {
            kept.push(entry);
        }
    }
    kept
}
