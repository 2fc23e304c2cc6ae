//! Events to record: changes of candidates' phones, addresses and notes, the same in every run.

use chrono::{DateTime, Utc};
use event::{Action, Draft, Event, RecordId, format_time};

const ACTORS: [&str; 6] = ["Sarah", "Marcus", "Priya", "Tomasz", "ingest_pipeline", "Ines Duarte"];
const SOURCES: [&str; 4] = ["api", "workspace", "agent", "daybook"];
const WORKSPACES: [&str; 3] = ["", "ws-london", "ws-lisbon"];
const WORDS: [&str; 16] = [
    "prefers",
    "to",
    "be",
    "called",
    "after",
    "six",
    "available",
    "from",
    "March",
    "notice",
    "period",
    "four",
    "weeks",
    "asked",
    "about",
    "Lisbon",
];

/// Pseudo-random number generator `SplitMix64`: the same numbers on every machine.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next_u64() % end
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let chosen = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        list[chosen]
    }

    /// A random value of a field.
    fn value(&mut self, field: &str) -> String {
        match field {
            "phone" => format!("+44 20 7946 {:04}", self.below(10_000)),
            "email" => format!("{}.{}@example.com", self.pick(&WORDS), self.below(1_000_000)),
            _ => self.note(),
        }
    }

    /// A random note of 10 to 60 characters.
    fn note(&mut self) -> String {
        let length = 10 + usize::try_from(self.below(40)).unwrap_or(0);
        let mut note = self.pick(&WORDS).to_owned();
        while note.len() < length {
            note.push(' ');
            note.push_str(self.pick(&WORDS));
        }
        note
    }

    /// A random update of a candidate.
    pub fn draft(&mut self) -> Draft {
        let record = RecordId {
            entity_type: "candidate".to_owned(),
            entity_id: format!("CAND-{:05}", self.below(20_000)),
        };
        let field = self.pick(&["phone", "email", "notes"]);
        let (actor, source) = (self.pick(&ACTORS), self.pick(&SOURCES));
        Draft {
            old_value: Some(self.value(field)),
            new_value: Some(self.value(field)),
            workspace_id: Some(self.pick(&WORKSPACES).to_owned()),
            ..Draft::new(record, Action::Update, field, actor, source)
        }
    }

    /// So many random updates.
    pub fn drafts(&mut self, count: usize) -> Vec<Draft> {
        (0..count).map(|_| self.draft()).collect()
    }

    /// An event like the one that the journal makes of `draft`: with the same columns filled, by
    /// values of the same length.
    pub fn event(&mut self, draft: Draft, seq: u64, batch: Option<&str>) -> Event {
        let at = DateTime::<Utc>::from_timestamp_micros(1_772_529_300_123_456);
        let at = at.unwrap_or_default() + chrono::TimeDelta::microseconds(seq.cast_signed());
        let id = (self.next_u64(), self.next_u64());
        Event {
            event_id: format!(
                "evt-019cb{:03x}-{:04x}-7{:03x}-{:04x}-{:012x}",
                id.0 & 0xFFF,
                (id.0 >> 12) & 0xFFFF,
                (id.0 >> 28) & 0xFFF,
                (id.0 >> 40) & 0xFFFF,
                id.1 & 0xFFFF_FFFF_FFFF
            ),
            timestamp: at,
            entity_type: draft.entity_type,
            entity_id: draft.entity_id,
            field: draft.field,
            action: draft.action,
            old_value: draft.old_value,
            new_value: draft.new_value,
            actor: draft.actor,
            source: draft.source,
            workspace_id: draft.workspace_id,
            recorded_at: Some(at),
            writer: Some("5f0c7a91d2e4".to_owned()),
            seq: Some(seq),
            corrects: draft.corrects,
            reason: draft.reason,
            batch: batch.map(str::to_owned),
        }
    }
}

/// Row for `SQLite`: an event with all values converted, before time is taken.
pub struct Row {
    pub event: Event,
    pub timestamp: String,
    pub recorded_at: Option<i64>,
    pub seq: i64,
}

impl From<Event> for Row {
    fn from(event: Event) -> Self {
        Self {
            timestamp: format_time(event.timestamp),
            recorded_at: event.recorded_at.map(|at| at.timestamp_micros()),
            seq: event.seq.unwrap_or_default().cast_signed(),
            event,
        }
    }
}
