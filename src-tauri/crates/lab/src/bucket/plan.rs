//! Which event follows which: everything that is decided about an event before it is written.

use super::fields::{ACTORS, MOST_FIELDS, Record, source};
use super::rhythm::{Rhythm, SECOND, START};
use crate::prng::Dice;

/// Events for each record, on average.
const EVENTS_PER_RECORD: u32 = 50;

/// The moments between two events, of which one is drawn.
const MOMENTS: u64 = 1 << 20;

/// What one save has in common.
#[derive(Debug, Clone, Copy)]
pub struct Save {
    /// Number of the record.
    pub record: u32,
    /// When it happened, in microseconds since 1970.
    pub at: i64,
    /// When the journal heard of it, in microseconds since 1970.
    pub arrival: i64,
    pub actor: usize,
    pub source: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The field has no value yet, or was deleted.
    Insert,
    Update,
    /// An update to null.
    Clear,
    Delete,
}

/// One event before it is written. Its values follow from the numbers.
#[derive(Debug, Clone, Copy)]
pub struct Planned {
    /// The event's number, in the order of arrival.
    pub number: u32,
    pub save: Save,
    /// Which of its type's fields.
    pub field: usize,
    pub change: Change,
    /// Number of the event whose new value is the old one of this; `None` if that is null.
    pub old: Option<u32>,
}

/// The events of a journal in the order of arrival, without an end.
pub struct Plan {
    pub records: u32,
    /// How many events lie in the span.
    pub events: u32,
    pub seed: u64,
    dice: Dice,
    rhythm: Rhythm,
    /// The sums of the records' weights up to each.
    weights: Vec<u64>,
    actors: Vec<u64>,
    /// For each field of each record the event that set it last.
    last: Vec<Last>,
    number: u32,
    save: Save,
    /// How many events of the save are still to come, and the field of the next one.
    left: u32,
    field: usize,
    fields: usize,
}

impl Plan {
    pub fn new(events: u32, seed: u64) -> Self {
        let records = events / EVENTS_PER_RECORD;
        Self {
            records,
            events,
            seed,
            dice: Dice::new(seed),
            rhythm: Rhythm::new(),
            weights: sums((0..u64::from(records)).map(|rank| (1 << 40) / (rank + 50))),
            actors: sums((0..ACTORS as u64).map(|rank| (1 << 40) / (rank + 2))),
            last: vec![Last::default(); records as usize * MOST_FIELDS],
            number: 0,
            save: Save { record: 0, at: START, arrival: START, actor: 0, source: "" },
            left: 0,
            field: 0,
            fields: 1,
        }
    }

    fn begin_save(&mut self) {
        let dice = &mut self.dice;
        self.left = 1;
        while self.left < 6 && dice.percent(66) {
            self.left += 1;
        }
        let number = draw(dice, &self.weights);
        let record = Record::new(self.seed, number);
        self.fields = record.kind.fields.len();
        self.field = dice.index(self.fields).min(dice.index(self.fields));
        let moment = dice.below(u64::from(self.left) * MOMENTS);
        let done = u64::from(self.number) * MOMENTS + moment;
        let arrival = self.rhythm.at(done, u64::from(self.events) * MOMENTS);
        let late = lateness(dice);
        let own = dice.percent(60);
        self.save = Save {
            record: number,
            arrival,
            at: if arrival - late < START { arrival } else { arrival - late },
            actor: if own { record.actor } else { draw(dice, &self.actors) as usize },
            source: source(dice),
        };
    }
}

impl Iterator for Plan {
    type Item = Planned;

    fn next(&mut self) -> Option<Planned> {
        if self.left == 0 {
            self.begin_save();
        }
        let last = &mut self.last[self.save.record as usize * MOST_FIELDS + self.field];
        let (change, old) = match last.get() {
            None | Some((_, Left::Nothing)) => (Change::Insert, None),
            Some((_, Left::Null)) => (Change::Update, None),
            Some((before, Left::Value)) => (Change::drawn(&mut self.dice), Some(before)),
        };
        let (number, save, field) = (self.number, self.save, self.field);
        *last = Last::new(number, change.leaves());
        self.number += 1;
        self.left -= 1;
        self.field = (self.field + 1) % self.fields;
        Some(Planned { number, save, field, change, old })
    }
}

/// What a field has after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Value,
    Null,
    /// It was deleted.
    Nothing,
}

impl Change {
    /// What becomes of a field that has a value.
    fn drawn(dice: &mut Dice) -> Self {
        match dice.below(200) {
            0 => Self::Delete,
            1..8 => Self::Clear,
            _ => Self::Update,
        }
    }

    fn leaves(self) -> Left {
        match self {
            Self::Insert | Self::Update => Left::Value,
            Self::Clear => Left::Null,
            Self::Delete => Left::Nothing,
        }
    }
}

/// The last event of a field and what it left, in four bytes: there are very many fields.
#[derive(Debug, Clone, Copy, Default)]
struct Last(u32);

impl Last {
    fn new(number: u32, left: Left) -> Self {
        Self(number * 3 + left as u32 + 1)
    }

    /// `None` if no event has set the field.
    fn get(self) -> Option<(u32, Left)> {
        let packed = self.0.checked_sub(1)?;
        let left = [Left::Value, Left::Null, Left::Nothing][packed as usize % 3];
        Some((packed / 3, left))
    }
}

/// How long after it happened a save arrives, in microseconds: at once, or up to six hours later,
/// or up to three days.
fn lateness(dice: &mut Dice) -> i64 {
    match dice.below(10_000) {
        0 => dice.between(0, 3 * 24 * 3600 * SECOND),
        1..100 => {
            let most = dice.between(0, 6 * 3600 * SECOND);
            dice.between(0, most)
        }
        _ => 0,
    }
}

/// The sum of the weights up to each.
fn sums(weights: impl Iterator<Item = u64>) -> Vec<u64> {
    let sums = weights.scan(0, |sum, weight| {
        *sum += weight;
        Some(*sum)
    });
    sums.collect()
}

/// The number of an item, drawn by the weights whose sums these are.
fn draw(dice: &mut Dice, sums: &[u64]) -> u32 {
    let share = dice.below(sums.last().copied().unwrap_or(1));
    u32::try_from(sums.partition_point(|end| *end <= share)).unwrap_or(u32::MAX)
}
