//! What a bucket and the outbox held at one moment, ready for questions.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use event::{Address, Entry, RecordId, Timeline};

use crate::catalog::{Contents, Files, Shown};
use crate::folded::{Folded, Folds, timelines};
use crate::segment::{Duplicate, Row, Segment, duplicates, record_hash};
use crate::{Answer, Coverage, Error};

/// What a bucket and the outbox held at one moment. Immutable; every answer taken from one
/// snapshot agrees with every other. Its methods compute and read files: an async caller asks them
/// from a thread that may block.
#[derive(Debug)]
pub struct Snapshot {
    /// Of the files, and last of what waits on this device.
    parts: Vec<Arc<Shown>>,
    files: Arc<Files>,
    coverage: Coverage,
    /// Something of the catalog could not be read: the next refresh makes it anew.
    damaged: AtomicBool,
    /// What records come to, made when first asked for, from what is known of other snapshots.
    folds: Arc<Folds>,
    folded: OnceLock<Arc<Folded>>,
    records: OnceLock<usize>,
}

/// How much a journal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub events: usize,
    pub records: usize,
    /// The first and the last timestamp.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// What a segment of what waits on this device is called among the others.
const WAITING: i64 = -1;

impl Snapshot {
    pub(crate) fn new(
        contents: &Contents,
        waiting: Option<Arc<Segment>>,
        coverage: Coverage,
        folds: Arc<Folds>,
    ) -> io::Result<Self> {
        let mut parts = contents.segments.clone();
        if let Some(segment) = waiting {
            parts.push(Arc::new(unless_in(segment, &parts)?));
        }
        Ok(Self {
            parts,
            files: Arc::clone(&contents.files),
            coverage,
            damaged: AtomicBool::new(false),
            folds,
            folded: OnceLock::new(),
            records: OnceLock::new(),
        })
    }

    /// Whether it is of exactly these segments, and of what waits as it did.
    pub(crate) fn is_of(&self, parts: &[Arc<Shown>]) -> bool {
        let files: Vec<_> = self.parts.iter().filter(|part| part.id != WAITING).collect();
        files.len() == parts.len() && files.iter().zip(parts).all(|(a, b)| a.is_as(b))
    }

    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    pub fn has_events(&self) -> bool {
        self.parts.iter().any(|part| part.segment.len() > part.hidden[0].len())
    }

    #[tracing::instrument(skip_all)]
    pub fn totals(&self) -> Result<Totals, Error> {
        let events = self.parts.iter().map(|part| part.segment.len() - part.hidden[0].len()).sum();
        let first = self.parts.iter().map(|part| part.segment.span().0).min();
        let last = self.parts.iter().map(|part| part.segment.span().1).max();
        let times = first.zip(last).filter(|_| events > 0);
        let time = DateTime::from_timestamp_nanos;
        let span = times.map(|(first, last)| (time(first), time(last)));
        Ok(Totals { events, records: self.watch(self.count_records())?, span })
    }

    /// How many records there are: hashes, of which no two records share one but by a chance of
    /// one in 10^7 among a million of them.
    fn count_records(&self) -> io::Result<usize> {
        if let Some(known) = self.records.get() {
            return Ok(*known);
        }
        let mut hashes = Vec::new();
        for part in &self.parts {
            part.segment.add_record_hashes(&mut hashes)?;
        }
        Ok(*self.records.get_or_init(|| hashes.len()))
    }

    /// The text that names this event and no other in the journal. Where that cannot be told, its
    /// place is named too, which is never wrong.
    pub fn address(&self, entry: &Entry) -> String {
        let unique = self.is_unique(&entry.event.event_id).unwrap_or(false);
        entry.address(unique).to_string()
    }

    /// Whether not more than one event has this id.
    fn is_unique(&self, id: &str) -> io::Result<bool> {
        // Few ids share a hash: mostly nothing has to be read but an index.
        let mut candidates = 0;
        for part in &self.parts {
            candidates += part.rows_with_id(id)?.len();
        }
        Ok(candidates <= 1 || self.entries_with_id(id)?.len() <= 1)
    }

    /// The event that an address names.
    #[tracing::instrument(name = "find_event", skip_all)]
    pub fn event(&self, address: &str) -> Result<Answer<Entry>, Error> {
        let mut found = self.with_id(address)?;
        match found.len() {
            0 => Err(Error::NoSuchEvent(address.to_owned())),
            1 => Ok(self.answer(found.remove(0))),
            _ => {
                let addresses = found.iter().map(|entry| self.address(entry));
                Err(Error::AmbiguousEvent {
                    id: address.to_owned(),
                    addresses: addresses.collect(),
                })
            }
        }
    }

    /// The entries that an id or an address can mean, in the total order.
    pub(crate) fn with_id(&self, address: &str) -> Result<Vec<Entry>, Error> {
        let mut found = self.watch(self.entries_with_id(address))?;
        if found.is_empty() {
            let address = Address::parse(address);
            found = self.watch(self.entries_with_id(&address.event_id))?;
            found.retain(|entry| entry.is_at(&address));
        }
        found.sort_by(Entry::cmp_position);
        Ok(found)
    }

    fn entries_with_id(&self, id: &str) -> io::Result<Vec<Entry>> {
        let mut found = Vec::new();
        for part in &self.parts {
            let entries = part.segment.entries(&part.rows_with_id(id)?)?;
            found.extend(entries.into_iter().filter(|entry| entry.event.event_id == id));
        }
        Ok(found)
    }

    /// The record with this id; `entity_type` tells two of one id apart.
    #[tracing::instrument(name = "find_record", skip_all)]
    pub fn record(&self, entity_id: &str, entity_type: Option<&str>) -> Result<RecordId, Error> {
        let mut types = Vec::new();
        for part in &self.parts {
            let records = self.watch(part.segment.records_with_id(entity_id))?;
            types.extend(records.into_iter().map(|(_, entity_type)| entity_type));
        }
        types.retain(|found| entity_type.is_none_or(|wanted| found == wanted));
        types.sort_unstable();
        types.dedup();
        let id = |entity_type| RecordId { entity_type, entity_id: entity_id.to_owned() };
        match types.len() {
            0 => {
                let kind = entity_type.map(|t| format!("{t}/")).unwrap_or_default();
                Err(Error::NoSuchRecord(format!("{kind}{entity_id}")))
            }
            1 => Ok(id(types.remove(0))),
            _ => {
                let records = types.into_iter().map(id).collect();
                Err(Error::AmbiguousRecord { id: entity_id.to_owned(), records })
            }
        }
    }

    /// All events of one record.
    #[tracing::instrument(skip_all)]
    pub fn timeline(&self, record: &RecordId) -> Result<Answer<Timeline>, Error> {
        let timeline = self.watch(self.timeline_of(record))?;
        match timeline.entries() {
            [] => Err(Error::NoSuchRecord(record.to_string())),
            _ => Ok(self.answer(timeline)),
        }
    }

    pub(crate) fn timeline_of(&self, record: &RecordId) -> io::Result<Timeline> {
        let mut of_hash = self.timelines_with_hash(record_hash(&record.entity_id))?.into_iter();
        let is_it = |timeline: &Timeline| timeline.entries()[0].event.record() == *record;
        Ok(of_hash.find(is_it).unwrap_or_else(|| Timeline::new(Vec::new())))
    }

    /// The records whose ids have this hash.
    pub(crate) fn timelines_with_hash(&self, hash: u64) -> io::Result<Vec<Timeline>> {
        let mut places: Vec<(&Shown, Vec<Row>)> = Vec::new();
        for part in &self.parts {
            for found in part.segment.records_with_hash(hash)? {
                let rows = found.rows.filter(|row| part.hidden[1].binary_search(row).is_err());
                places.push((part, rows.collect()));
            }
        }
        // So the entries are almost in order when they are put in order.
        places.sort_by_key(|(part, _)| part.segment.span());
        let mut entries = Vec::with_capacity(places.iter().map(|(_, rows)| rows.len()).sum());
        for (part, rows) in places {
            part.segment.add_in_order(&rows, &mut entries)?;
        }
        Ok(timelines(entries))
    }

    pub(crate) fn answer<T>(&self, value: T) -> Answer<T> {
        Answer { value, coverage: self.coverage.clone() }
    }

    pub(crate) fn shown(&self) -> Vec<&Shown> {
        self.parts.iter().map(AsRef::as_ref).collect()
    }

    /// What records come to.
    pub(crate) fn folded(&self) -> Result<&Arc<Folded>, Error> {
        if let Some(folded) = self.folded.get() {
            return Ok(folded);
        }
        let folded = self.watch(self.folds.of(&self.shown(), &self.files))?;
        Ok(self.folded.get_or_init(|| folded))
    }

    /// Remembers that something of the catalog is damaged.
    pub(crate) fn watch<T, E: Into<Error>>(&self, result: Result<T, E>) -> Result<T, Error> {
        result.map_err(|error| {
            let error = error.into();
            if matches!(&error, Error::Catalog(e) if e.kind() == io::ErrorKind::InvalidData) {
                self.damaged.store(true, Ordering::Relaxed);
            }
            error
        })
    }
}

/// What waits on this device, without what files have too: a flush moved it just now.
fn unless_in(waiting: Arc<Segment>, files: &[Arc<Shown>]) -> io::Result<Shown> {
    let mut known: Vec<Duplicate> = Vec::new();
    for file in files {
        let found = duplicates(&file.segment, &waiting)?;
        known.extend(found.into_iter().filter(|duplicate| duplicate.of_second));
    }
    let shown = Shown { id: WAITING, segment: waiting, hidden: Default::default() };
    Ok(shown.hiding(&known.iter().collect::<Vec<_>>()))
}
