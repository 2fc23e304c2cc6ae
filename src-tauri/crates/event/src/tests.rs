//! Tests of the domain model, as tables and as properties.
//!
//! - `amendments`: drafts of corrections, voids and notes, and their refusals.
//! - `columns`: the column table, Arrow batches and cells.
//! - `comparing`: the comparison of two views.
//! - `digests`: canonical bytes and digests, with the vectors for other implementations.
//! - `folding`: states, corrections and breaks of value chains.
//! - `properties`: properties of the order and the fold over generated timelines.
//! - `texts`: the text forms of times, addresses, cursors and drafts.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::too_many_lines, reason = "one long table reads better than several short ones")]

mod amendments;
mod columns;
mod comparing;
mod digests;
mod folding;
mod properties;
mod texts;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{Action, Entry, Event, Place, Timeline, parse_time};

fn at(time: &str) -> DateTime<Utc> {
    parse_time(time).unwrap()
}

/// The `n`th event of a record, one minute apart, recorded by Daybook.
fn event(n: u64, action: Action, field: &str, old: Option<&str>, new: Option<&str>) -> Event {
    let time = at("2024-03-01T09:00:00+00:00") + chrono::Duration::minutes(n.cast_signed());
    Event {
        event_id: format!("evt-{n}"),
        timestamp: time,
        entity_type: "candidate".into(),
        entity_id: "CAND-00342".into(),
        field: field.into(),
        action,
        old_value: old.map(Into::into),
        new_value: new.map(Into::into),
        actor: "Sarah".into(),
        source: "api".into(),
        workspace_id: None,
        recorded_at: Some(time),
        writer: Some("w".into()),
        seq: Some(n),
        corrects: None,
        reason: None,
        batch: None,
    }
}

fn about(n: u64, action: Action, target: u64, field: &str, new: Option<&str>) -> Event {
    let corrects = Some(format!("evt-{target}"));
    Event { corrects, reason: Some("why".into()), ..event(n, action, field, None, new) }
}

fn timeline(events: Vec<Event>) -> Timeline {
    Timeline::new(events.into_iter().map(|event| Entry::new(event, Place::Pending)).collect())
}

/// A legacy event at `row` of `file`.
fn legacy(file: &str, row: u64, event: Event) -> Entry {
    let event = Event { recorded_at: None, writer: None, seq: None, ..event };
    Entry::new(event, Place::File { file: Arc::from(file), row })
}
