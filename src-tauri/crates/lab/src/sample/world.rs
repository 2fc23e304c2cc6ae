//! The firm's records as they are at one moment of the sample's two years, and the events that
//! brought them there.
//!
//! Every change goes through here, so that an event's old value is always the one before it. The
//! exceptions are deliberate, and are called [`World::update_from_stale`].

use std::collections::BTreeMap;

use super::calendar::{MILLI, day_of};
use super::staff::Hand;
use crate::prng::Dice;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Candidate,
    Client,
    Placement,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Client => "client",
            Self::Placement => "placement",
        }
    }

    pub fn id(self, number: u32) -> String {
        match self {
            Self::Candidate => format!("CAND-{number:05}"),
            Self::Client => format!("CLI-{number:04}"),
            Self::Placement => format!("PLC-{number:05}"),
        }
    }
}

pub type Fields = Vec<(&'static str, String)>;

pub struct Record {
    kind: Kind,
    pub id: String,
    pub exists: bool,
    fields: Fields,
    /// When it changed last.
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

    fn json(&self) -> String {
        let text = |value: &String| serde_json::Value::String(value.clone());
        let members = self.fields.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
        serde_json::Value::Object(members.collect()).to_string()
    }
}

/// An event that nobody has given an id yet.
pub struct Happening {
    /// When it happened, and when the journal heard of it.
    pub at: i64,
    pub heard: i64,
    pub kind: Kind,
    pub entity_id: String,
    pub field: &'static str,
    pub action: &'static str,
    pub old: String,
    pub new: String,
    pub by: Hand,
}

/// What is to happen on a later day. A record is its place in [`World::records`].
pub enum Plan {
    Advance(usize),
    PutRight { record: usize, field: &'static str, wrong: String, right: String },
    Begin(usize),
    End(usize),
    Restore(usize),
}

pub struct World {
    pub dice: Dice,
    pub records: Vec<Record>,
    /// The records that chance may change, by kind; the scripted ones are not among them.
    pub candidates: Vec<usize>,
    pub clients: Vec<usize>,
    pub placements: Vec<usize>,
    pub happenings: Vec<Happening>,
    plans: BTreeMap<i64, Vec<Plan>>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            records: Vec::new(),
            candidates: Vec::new(),
            clients: Vec::new(),
            placements: Vec::new(),
            happenings: Vec::new(),
            plans: BTreeMap::new(),
        }
    }

    /// The next record of a kind, with the first number that is free.
    pub fn create(&mut self, kind: Kind, fields: Fields, by: Hand, at: i64) -> usize {
        let number = self.free_number(kind);
        let record = self.insert(kind, number, fields, by, at);
        self.of_kind(kind).push(record);
        record
    }

    /// A record with a number of its own, which chance leaves alone.
    pub fn insert(&mut self, kind: Kind, number: u32, fields: Fields, by: Hand, at: i64) -> usize {
        let id = kind.id(number);
        self.records.push(Record { kind, id, exists: true, fields, last: at });
        let record = self.records.len() - 1;
        let new = self.records[record].json();
        self.push(record, "*", "insert", (String::new(), new), by, at);
        record
    }

    /// A record that begins without fields: its inserting event says nothing of them.
    pub fn create_bare(&mut self, kind: Kind, by: Hand, at: i64) -> usize {
        let record = self.create(kind, Vec::new(), by, at);
        if let Some(happening) = self.happenings.last_mut() {
            happening.new = String::new();
        }
        record
    }

    /// Sets a field, at that moment or just after the record's last change, and says when.
    pub fn update(
        &mut self,
        record: usize,
        field: &'static str,
        new: String,
        by: Hand,
        at: i64,
    ) -> i64 {
        let at = self.after_last(record, at);
        self.update_exactly(record, field, new, by, at);
        at
    }

    /// Sets several fields at one and the same moment, as one save does.
    pub fn save(&mut self, record: usize, changes: Fields, by: Hand, at: i64) {
        let at = self.after_last(record, at);
        for (field, new) in changes {
            self.update_exactly(record, field, new, by, at);
        }
    }

    /// Sets a field at exactly that moment, which is not before the record's last change.
    pub fn update_exactly(
        &mut self,
        record: usize,
        field: &'static str,
        new: String,
        by: Hand,
        at: i64,
    ) {
        let old = self.records[record].get(field).to_owned();
        self.records[record].set(field, new.clone());
        self.records[record].last = at;
        self.push(record, field, "update", (old, new), by, at);
    }

    /// Sets a field, with an old value that is no longer the record's: a broken chain.
    pub fn update_from_stale(
        &mut self,
        record: usize,
        field: &'static str,
        values: (String, String),
        by: Hand,
        at: i64,
    ) {
        let (stale, new) = values;
        self.update(record, field, new, by, at);
        if let Some(happening) = self.happenings.last_mut() {
            happening.old = stale;
        }
    }

    pub fn delete(&mut self, record: usize, by: Hand, at: i64) {
        let at = self.after_last(record, at);
        let old = self.records[record].json();
        self.records[record].exists = false;
        self.records[record].last = at;
        self.push(record, "*", "delete", (old, String::new()), by, at);
    }

    /// Inserts a deleted record again, with its last fields.
    pub fn restore(&mut self, record: usize, by: Hand, at: i64) {
        let at = self.after_last(record, at);
        let new = self.records[record].json();
        self.records[record].exists = true;
        self.records[record].last = at;
        self.push(record, "*", "insert", (String::new(), new), by, at);
    }

    /// Rows that came in bulk: one event about the data set.
    pub fn ingest(&mut self, kind: Kind, rows: usize, file: &str, by: Hand, at: i64) {
        let (entity_id, new) = (format!("batch:{rows}"), format!("{rows} rows from {file}"));
        let (field, action, old) = ("*", "ingest", String::new());
        self.happenings.push(Happening {
            at,
            heard: at,
            kind,
            entity_id,
            field,
            action,
            old,
            new,
            by,
        });
    }

    /// The journal heard of the last event only some time after it happened.
    pub fn last_was_heard_after(&mut self, delay: i64) {
        if let Some(happening) = self.happenings.last_mut() {
            happening.heard += delay;
        }
    }

    pub fn plan(&mut self, at: i64, days: i64, plan: Plan) {
        self.plans.entry(day_of(at) + days).or_default().push(plan);
    }

    /// One thing that is due by a day, the longest due first.
    pub fn due(&mut self, day: i64) -> Option<Plan> {
        let mut entry = self.plans.first_entry().filter(|entry| *entry.key() <= day)?;
        let plan = entry.get_mut().pop();
        if entry.get().is_empty() {
            entry.remove();
        }
        plan
    }

    fn after_last(&self, record: usize, at: i64) -> i64 {
        at.max(self.records[record].last + MILLI)
    }

    fn of_kind(&mut self, kind: Kind) -> &mut Vec<usize> {
        match kind {
            Kind::Candidate => &mut self.candidates,
            Kind::Client => &mut self.clients,
            Kind::Placement => &mut self.placements,
        }
    }

    /// One more than the records of that kind, past the numbers that the script has taken.
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

    fn push(
        &mut self,
        record: usize,
        field: &'static str,
        action: &'static str,
        (old, new): (String, String),
        by: Hand,
        at: i64,
    ) {
        let Record { kind, id, .. } = &self.records[record];
        let (kind, entity_id) = (*kind, id.clone());
        self.happenings.push(Happening {
            at,
            heard: at,
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
