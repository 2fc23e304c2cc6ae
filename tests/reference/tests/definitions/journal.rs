//! Small journals that are not like each other, the same for each seed.

use event::{Cell, Column, EVENT_COLUMNS, Entry, Event, Place};

/// Numbers that look random.
pub struct Numbers(u64);

impl Numbers {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        let at = self.below(texts.len() as u64);
        texts[usize::try_from(at).unwrap_or_default()]
    }
}

/// Values of each kind.
const VALUES: [&str; 14] = [
    "",
    "a",
    "ab",
    "Ärger",
    "Straße",
    "-12.50",
    "0012.5",
    "50000",
    "2024-03-01",
    "x\\u00eb",
    r#"{"phone":"b","rate":12.25}"#,
    r#"{"name":"Zo\u00eb","rate":null}"#,
    "100 %",
    "'",
];

/// Events in files, some of them twice, and events that are pending, some of which are in a file too.
pub fn journal(seed: u64) -> (Vec<Entry>, Vec<Event>) {
    let mut numbers = Numbers(seed);
    let mut stored: Vec<Entry> = Vec::new();
    for _ in 0..numbers.below(40) {
        let event = event(&mut numbers, None, &stored);
        stored.push(on_cluster(event));
    }
    if let Some(twice) = stored.first().cloned() {
        stored.push(twice);
    }
    let mut pending = Vec::new();
    for seq in 0..numbers.below(8) {
        let event = event(&mut numbers, Some(seq), &stored);
        if numbers.below(4) == 0 {
            stored.push(on_cluster(event.clone()));
        }
        pending.push(event);
    }
    (stored, pending)
}

fn on_cluster(event: Event) -> Entry {
    let digest = event.digest().to_string().into();
    Entry::new(event, Place::SomeFile { digest })
}

/// An event; with a number it is of this device's log, and may amend one that is there.
fn event(numbers: &mut Numbers, seq: Option<u64>, others: &[Entry]) -> Event {
    let minute = 60_000_000_000;
    let time =
        1_709_283_600_000_000_000 + i64::try_from(numbers.below(90)).unwrap_or_default() * minute;
    let id = match seq {
        Some(seq) => format!("evt-own-{seq}"),
        None => format!("evt-{}", numbers.below(12)),
    };
    let record = format!("CAND-{}", numbers.below(3));
    let mut cells = [Cell::Null; EVENT_COLUMNS.len()];
    let mut set = |column: Column, cell| cells[column.index()] = cell;
    set(Column::EventId, Cell::Text(&id));
    set(Column::Timestamp, Cell::Instant(time));
    set(Column::EntityType, Cell::Text("candidate"));
    set(Column::EntityId, Cell::Text(&record));
    let field = numbers.one_of(&["phone", "rate", "name", "*"]);
    set(Column::Field, Cell::Text(field));
    let action = if field == "*" {
        ["insert", "delete"].as_slice()
    } else {
        &["update", "insert", "restore"]
    };
    set(Column::Action, Cell::Text(numbers.one_of(action)));
    set(Column::OldValue, Cell::Text(numbers.one_of(&VALUES)));
    if numbers.below(5) > 0 {
        set(Column::NewValue, Cell::Text(numbers.one_of(&VALUES)));
    }
    set(Column::Actor, Cell::Text(numbers.one_of(&["Sarah", "Tom"])));
    set(Column::Source, Cell::Text(numbers.one_of(&["api", "agent"])));
    let target = (others.len() as u64).checked_sub(1).map(|last| numbers.below(last + 1));
    let target = target.and_then(|at| others.get(usize::try_from(at).unwrap_or_default()));
    let address =
        target.map(|target| format!("{}@sha256:{}", target.event.event_id, target.event.digest()));
    if let Some(seq) = seq {
        set(Column::RecordedAt, Cell::Instant(time + minute));
        set(Column::Writer, Cell::Text("w1"));
        set(Column::Seq, Cell::Number(seq));
        if let (Some(target), Some(address), 0..3) = (target, &address, numbers.below(4)) {
            set(Column::EntityId, Cell::Text(&target.event.entity_id));
            set(Column::Field, Cell::Text(&target.event.field));
            set(Column::Action, Cell::Text(numbers.one_of(&["correct", "void", "note"])));
            set(Column::OldValue, (&target.event.new_value).into());
            set(Column::Corrects, Cell::Text(address));
            set(Column::Reason, Cell::Text("why"));
        }
    }
    Event::from_cells(&cells).expect("cells of their columns' kinds")
}
