//! State of the simulation: the firm's records at one moment, and the events so far.
//!
//! Every change goes through [`World`], so an event's old value is always the value before it. The
//! only exceptions are deliberate: [`World::update_from_stale`].

use std::collections::BTreeMap;

use super::calendar::{MILLI, day_of};
use super::staff::Author;
use crate::prng::Rng;

/// Kind of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Candidate,
    Client,
    Placement,
}

impl Kind {
    /// The entity type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Client => "client",
            Self::Placement => "placement",
        }
    }

    /// The entity id of the record with a number.
    pub fn id(self, number: u32) -> String {
        match self {
            Self::Candidate => format!("CAND-{number:05}"),
            Self::Client => format!("CLI-{number:04}"),
            Self::Placement => format!("PLC-{number:05}"),
        }
    }
}

/// Fields with their values, in order.
pub type Fields = Vec<(&'static str, String)>;

/// Record of the firm.
pub struct Record {
    kind: Kind,
    /// Entity id.
    pub id: String,
    /// Whether it is not deleted.
    pub exists: bool,
    fields: Fields,
    /// Time of its last change.
    last: i64,
}

impl Record {
    /// The value of a field; empty where it never had one.
    pub fn get(&self, field: &str) -> &str {
        self.fields.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value)
    }

    fn set(&mut self, field: &'static str, value: String) {
        match self.fields.iter_mut().find(|(name, _)| *name == field) {
            Some((_, old)) => *old = value,
            None => self.fields.push((field, value)),
        }
    }

    /// All fields as a JSON object.
    fn json(&self) -> String {
        let text = |value: &String| serde_json::Value::String(value.clone());
        let members = self.fields.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
        serde_json::Value::Object(members.collect()).to_string()
    }
}

/// Event without an id yet.
pub struct SampleEvent {
    /// When it happened.
    pub at: i64,
    /// When it arrived in the journal: later than it happened, if somebody was offline.
    pub arrival: i64,
    pub kind: Kind,
    pub entity_id: String,
    pub field: &'static str,
    pub action: &'static str,
    pub old: String,
    pub new: String,
    pub by: Author,
}

/// Plan for a later day. A record is its index in [`World::records`].
pub enum Plan {
    /// The next status of a candidate.
    Advance(usize),
    /// The repair of a typing error.
    PutRight { record: usize, field: &'static str, wrong: String, right: String },
    /// The start of a placement.
    Begin(usize),
    /// The end of a placement.
    End(usize),
    /// The restoration of a deleted record.
    Restore(usize),
}

/// State of the simulation.
pub struct World {
    pub rng: Rng,
    /// All records, deleted and scripted ones too.
    pub records: Vec<Record>,
    /// Candidates that random scenes may change: not the scripted one.
    pub candidates: Vec<usize>,
    /// Clients that random scenes may change.
    pub clients: Vec<usize>,
    /// Placements that random scenes may change.
    pub placements: Vec<usize>,
    /// All events so far, in the order in which they were simulated.
    pub events: Vec<SampleEvent>,
    /// Plans by day.
    plans: BTreeMap<i64, Vec<Plan>>,
}

impl World {
    /// An empty world.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed),
            records: Vec::new(),
            candidates: Vec::new(),
            clients: Vec::new(),
            placements: Vec::new(),
            events: Vec::new(),
            plans: BTreeMap::new(),
        }
    }

    /// Creates a record with the next free number of its kind. Returns its index.
    pub fn create(&mut self, kind: Kind, fields: Fields, by: Author, at: i64) -> usize {
        let number = self.free_number(kind);
        let record = self.insert(kind, number, fields, by, at);
        self.of_kind(kind).push(record);
        record
    }

    /// Creates a record with a given number, which random scenes do not change. Returns its index.
    pub fn insert(
        &mut self,
        kind: Kind,
        number: u32,
        fields: Fields,
        by: Author,
        at: i64,
    ) -> usize {
        let id = kind.id(number);
        self.records.push(Record { kind, id, exists: true, fields, last: at });
        let record = self.records.len() - 1;
        let new = self.records[record].json();
        self.push(record, "*", "insert", (String::new(), new), by, at);
        record
    }

    /// Creates a record without fields; the new value of its first event is empty. Returns its
    /// index.
    pub fn create_bare(&mut self, kind: Kind, by: Author, at: i64) -> usize {
        let record = self.create(kind, Vec::new(), by, at);
        if let Some(event) = self.events.last_mut() {
            event.new = String::new();
        }
        record
    }

    /// Sets a field, at that instant or just after the record's last change. Returns when.
    pub fn update(
        &mut self,
        record: usize,
        field: &'static str,
        new: String,
        by: Author,
        at: i64,
    ) -> i64 {
        let at = self.after_last(record, at);
        self.update_exactly(record, field, new, by, at);
        at
    }

    /// Sets several fields at one instant, as one save does.
    pub fn save(&mut self, record: usize, changes: Fields, by: Author, at: i64) {
        let at = self.after_last(record, at);
        for (field, new) in changes {
            self.update_exactly(record, field, new, by, at);
        }
    }

    /// Sets a field at exactly that instant, which must not be before the record's last change.
    pub fn update_exactly(
        &mut self,
        record: usize,
        field: &'static str,
        new: String,
        by: Author,
        at: i64,
    ) {
        let old = self.records[record].get(field).to_owned();
        self.records[record].set(field, new.clone());
        self.records[record].last = at;
        self.push(record, field, "update", (old, new), by, at);
    }

    /// Sets a field with an old value that is not the record's: a broken chain.
    pub fn update_from_stale(
        &mut self,
        record: usize,
        field: &'static str,
        values: (String, String),
        by: Author,
        at: i64,
    ) {
        let (stale, new) = values;
        self.update(record, field, new, by, at);
        if let Some(event) = self.events.last_mut() {
            event.old = stale;
        }
    }

    /// Deletes a record.
    pub fn delete(&mut self, record: usize, by: Author, at: i64) {
        let at = self.after_last(record, at);
        let old = self.records[record].json();
        self.records[record].exists = false;
        self.records[record].last = at;
        self.push(record, "*", "delete", (old, String::new()), by, at);
    }

    /// Inserts a deleted record again, with its last values.
    pub fn restore(&mut self, record: usize, by: Author, at: i64) {
        let at = self.after_last(record, at);
        let new = self.records[record].json();
        self.records[record].exists = true;
        self.records[record].last = at;
        self.push(record, "*", "insert", (String::new(), new), by, at);
    }

    /// Records the import of a file: one event about all its rows.
    pub fn ingest(&mut self, kind: Kind, rows: usize, file: &str, by: Author, at: i64) {
        let (entity_id, new) = (format!("batch:{rows}"), format!("{rows} rows from {file}"));
        let (field, action, old) = ("*", "ingest", String::new());
        self.events.push(SampleEvent {
            at,
            arrival: at,
            kind,
            entity_id,
            field,
            action,
            old,
            new,
            by,
        });
    }

    /// Delays the arrival of the last event.
    pub fn delay_last(&mut self, delay: i64) {
        if let Some(event) = self.events.last_mut() {
            event.arrival += delay;
        }
    }

    /// Plans something so many days after an instant.
    pub fn plan(&mut self, at: i64, days: i64, plan: Plan) {
        self.plans.entry(day_of(at) + days).or_default().push(plan);
    }

    /// Takes a plan that is due by a day, the longest due first.
    pub fn due(&mut self, day: i64) -> Option<Plan> {
        let mut entry = self.plans.first_entry().filter(|entry| *entry.key() <= day)?;
        let plan = entry.get_mut().pop();
        if entry.get().is_empty() {
            entry.remove();
        }
        plan
    }

    /// An instant, or a millisecond after the record's last change if that is later.
    fn after_last(&self, record: usize, at: i64) -> i64 {
        at.max(self.records[record].last + MILLI)
    }

    /// The records of a kind that random scenes may change.
    fn of_kind(&mut self, kind: Kind) -> &mut Vec<usize> {
        match kind {
            Kind::Candidate => &mut self.candidates,
            Kind::Client => &mut self.clients,
            Kind::Placement => &mut self.placements,
        }
    }

    /// The next number of a kind that no record has, nor a scripted one will.
    fn free_number(&mut self, kind: Kind) -> u32 {
        let taken = super::script::NUMBERS.iter().filter(|(of, _)| *of == kind);
        let mut number = u32::try_from(self.of_kind(kind).len()).unwrap_or(u32::MAX) + 1;
        for (_, scripted) in taken {
            if *scripted <= number {
                number += 1;
            }
        }
        number
    }

    /// Appends an event of a record.
    fn push(
        &mut self,
        record: usize,
        field: &'static str,
        action: &'static str,
        (old, new): (String, String),
        by: Author,
        at: i64,
    ) {
        let Record { kind, id, .. } = &self.records[record];
        let (kind, entity_id) = (*kind, id.clone());
        self.events.push(SampleEvent {
            at,
            arrival: at,
            kind,
            entity_id,
            field,
            action,
            old,
            new,
            by,
        });
    }
}
