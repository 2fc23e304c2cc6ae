//! Plan of a journal: which event follows which, and everything else that is decided about an event
//! before it is encoded.

use super::fields::{ACTORS, MOST_FIELDS, Record, source};
use super::rhythm::{Rhythm, SECOND, START};
use crate::prng::Rng;

/// Events for each record, on average.
const EVENTS_PER_RECORD: u32 = 50;

/// Steps between the arrivals of two events, of which one is drawn at random.
const MOMENTS: u64 = 1 << 20;

/// Save: events of one record that have everything here in common.
#[derive(Debug, Clone, Copy)]
pub struct Save {
    /// Number of the record.
    pub record: u32,
    /// When it happened, in microseconds since 1970.
    pub at: i64,
    /// When it arrived in the journal, in microseconds since 1970.
    pub arrival: i64,
    /// Number of the actor.
    pub actor: usize,
    /// Source.
    pub source: &'static str,
}

/// Change of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The first value of a field, or the first after a deletion.
    Insert,
    /// Another value.
    Update,
    /// An update to null.
    Clear,
    /// A deletion.
    Delete,
}

/// Event before it is encoded. Its values are functions of the numbers here.
#[derive(Debug, Clone, Copy)]
pub struct PlannedEvent {
    /// The event's number, in the order of arrival.
    pub number: u32,
    /// The save that it is part of.
    pub save: Save,
    /// Index of the field among those of the record's type.
    pub field: usize,
    /// What happens to the field.
    pub change: Change,
    /// Number of the event whose new value is the old one of this; `None` if that is null.
    pub old: Option<u32>,
}

/// Endless iterator over the events of a journal, in the order of arrival.
pub struct Plan {
    /// How many records there are.
    pub records: u32,
    /// How many events arrive within the span: see [`Rhythm`].
    pub events: u32,
    /// Seed of everything.
    pub seed: u64,
    rng: Rng,
    rhythm: Rhythm,
    /// Running sums of the weights of the records.
    weights: Vec<u64>,
    /// Running sums of the weights of the actors.
    actors: Vec<u64>,
    /// For each field of each record the event that changed it last.
    last: Vec<LastEvent>,
    /// Number of the next event.
    number: u32,
    save: Save,
    /// How many events of the save are still to come.
    remaining: u32,
    /// Field of the next event.
    field: usize,
    /// How many fields the record has.
    fields: usize,
}

impl Plan {
    /// A plan with so many events within the span.
    pub fn new(events: u32, seed: u64) -> Self {
        let records = events / EVENTS_PER_RECORD;
        Self {
            records,
            events,
            seed,
            rng: Rng::new(seed),
            rhythm: Rhythm::new(),
            weights: sums((0..u64::from(records)).map(|rank| (1 << 40) / (rank + 50))),
            actors: sums((0..ACTORS as u64).map(|rank| (1 << 40) / (rank + 2))),
            last: vec![LastEvent::default(); records as usize * MOST_FIELDS],
            number: 0,
            save: Save { record: 0, at: START, arrival: START, actor: 0, source: "" },
            remaining: 0,
            field: 0,
            fields: 1,
        }
    }

    /// Draws the next save.
    fn begin_save(&mut self) {
        let rng = &mut self.rng;
        self.remaining = 1;
        while self.remaining < 6 && rng.percent(66) {
            self.remaining += 1;
        }
        let number = draw(rng, &self.weights);
        let record = Record::new(self.seed, number);
        self.fields = record.kind.fields.len();
        self.field = rng.index(self.fields).min(rng.index(self.fields));
        let moment = rng.below(u64::from(self.remaining) * MOMENTS);
        let done = u64::from(self.number) * MOMENTS + moment;
        let arrival = self.rhythm.at(done, u64::from(self.events) * MOMENTS);
        let late = lateness(rng);
        let own = rng.percent(60);
        self.save = Save {
            record: number,
            arrival,
            at: if arrival - late < START { arrival } else { arrival - late },
            actor: if own { record.actor } else { draw(rng, &self.actors) as usize },
            source: source(rng),
        };
    }
}

impl Iterator for Plan {
    type Item = PlannedEvent;

    fn next(&mut self) -> Option<PlannedEvent> {
        if self.remaining == 0 {
            self.begin_save();
        }
        let last = &mut self.last[self.save.record as usize * MOST_FIELDS + self.field];
        let (change, old) = match last.get() {
            None | Some((_, FieldState::Deleted)) => (Change::Insert, None),
            Some((_, FieldState::Null)) => (Change::Update, None),
            Some((before, FieldState::Value)) => (Change::random(&mut self.rng), Some(before)),
        };
        let (number, save, field) = (self.number, self.save, self.field);
        *last = LastEvent::new(number, change.field_state());
        self.number += 1;
        self.remaining -= 1;
        self.field = (self.field + 1) % self.fields;
        Some(PlannedEvent { number, save, field, change, old })
    }
}

/// State of a field after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldState {
    Value,
    Null,
    Deleted,
}

impl Change {
    /// A random change of a field that has a value.
    fn random(rng: &mut Rng) -> Self {
        match rng.below(200) {
            0 => Self::Delete,
            1..8 => Self::Clear,
            _ => Self::Update,
        }
    }

    /// The state of the field afterwards.
    fn field_state(self) -> FieldState {
        match self {
            Self::Insert | Self::Update => FieldState::Value,
            Self::Clear => FieldState::Null,
            Self::Delete => FieldState::Deleted,
        }
    }
}

/// Last event of a field and its state, in four bytes: there are very many fields. 0 if there is
/// none.
#[derive(Debug, Clone, Copy, Default)]
struct LastEvent(u32);

impl LastEvent {
    fn new(number: u32, state: FieldState) -> Self {
        Self(number * 3 + state as u32 + 1)
    }

    /// The number of the event, and the state; `None` if no event has changed the field.
    fn get(self) -> Option<(u32, FieldState)> {
        let packed = self.0.checked_sub(1)?;
        let state = [FieldState::Value, FieldState::Null, FieldState::Deleted][packed as usize % 3];
        Some((packed / 3, state))
    }
}

/// A random delay between a save and its arrival, in microseconds: none, up to six hours, or up to
/// three days.
fn lateness(rng: &mut Rng) -> i64 {
    match rng.below(10_000) {
        0 => rng.between(0, 3 * 24 * 3600 * SECOND),
        1..100 => {
            let most = rng.between(0, 6 * 3600 * SECOND);
            rng.between(0, most)
        }
        _ => 0,
    }
}

/// Running sums of weights.
fn sums(weights: impl Iterator<Item = u64>) -> Vec<u64> {
    let sums = weights.scan(0, |sum, weight| {
        *sum += weight;
        Some(*sum)
    });
    sums.collect()
}

/// The index of a random item, by the weights whose running sums these are.
fn draw(rng: &mut Rng, sums: &[u64]) -> u32 {
    let share = rng.below(sums.last().copied().unwrap_or(1));
    u32::try_from(sums.partition_point(|end| *end <= share)).unwrap_or(u32::MAX)
}
