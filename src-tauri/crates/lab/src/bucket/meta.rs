//! Statistics of a journal, which benchmarks choose their questions by: `meta.json`, beside the
//! journal.

use serde_json::{Map, Value, json};

use super::fields::{Kind, Record};
use super::file::rfc3339;
use super::plan::{Change, Plan, PlannedEvent};
use super::values::value;

/// Length of the needle that a benchmark searches for: the number at the end of a text.
const NEEDLE: usize = 8;

/// Instants that are named, by the percentage of the journal's span before them.
const PARTS: [i64; 7] = [10, 25, 50, 60, 70, 75, 90];

/// Statistics of the events, counted as they are made.
pub struct Statistics {
    seed: u64,
    /// How many events each record has.
    counts: Vec<u32>,
    events: u32,
    /// The first and the last instant, in microseconds since 1970.
    span: (i64, i64),
    /// The number of the event from which on a needle is chosen.
    needle_after: u32,
    /// The needle, once chosen.
    needle: Option<String>,
}

impl Statistics {
    /// No events yet, of a plan.
    pub fn new(plan: &Plan) -> Self {
        Self {
            seed: plan.seed,
            counts: vec![0; plan.records as usize],
            events: 0,
            span: (i64::MAX, i64::MIN),
            needle_after: plan.events / 5 * 3,
            needle: None,
        }
    }

    /// Counts an event.
    pub fn count(&mut self, event: &PlannedEvent) {
        let at = event.save.at;
        self.span = (self.span.0.min(at), self.span.1.max(at));
        self.counts[event.save.record as usize] += 1;
        self.events += 1;
        if self.needle.is_none() && event.number >= self.needle_after {
            self.needle = self.number_of(event);
        }
    }

    /// The number at the end of a text, if the event sets one.
    fn number_of(&self, event: &PlannedEvent) -> Option<String> {
        let record = Record::new(self.seed, event.save.record);
        let kind = record.kind.fields[event.field].kind;
        let sets = matches!(event.change, Change::Insert | Change::Update);
        let text = (sets && kind == Kind::Text).then(|| value(self.seed, event.number, kind))?;
        Some(text[text.len() - NEEDLE..].to_owned())
    }

    /// The text of `meta.json`, of a journal whose events say when they were recorded, or do not.
    pub fn meta(&self, recorded: bool) -> String {
        let mut alive: Vec<u32> =
            (0..).zip(&self.counts).filter(|(_, n)| **n > 0).map(|(r, _)| r).collect();
        alive.sort_by_key(|record| self.counts[*record as usize]);
        let record = |percent: usize| {
            let last = alive.len().saturating_sub(1);
            let number = alive.get(last * percent / 100).copied().unwrap_or_default();
            let record = Record::new(self.seed, number);
            json!({
                "entity_type": record.kind.name,
                "entity_id": record.entity_id,
                "events": self.counts[number as usize],
            })
        };
        let mut meta = Map::new();
        meta.insert("events".to_owned(), json!(self.events));
        meta.insert("entities".to_owned(), json!(alive.len()));
        meta.insert("seed".to_owned(), json!(self.seed));
        let (first, last) = self.span;
        for part in PARTS {
            let at = first + (last - first) / 100 * part;
            meta.insert(format!("t_{part}"), json!(rfc3339(at)));
        }
        meta.insert("median_entity".to_owned(), record(50));
        meta.insert("p99_entity".to_owned(), record(99));
        meta.insert("hot_entity".to_owned(), record(100));
        meta.insert("recorded".to_owned(), json!(recorded));
        meta.insert("needle_rare".to_owned(), json!(self.needle));
        format!("{:#}\n", Value::Object(meta))
    }
}
