//! Scenes about placements: a candidate works at a client, at a rate, from a day on.

use super::calendar::{MINUTE, date_after, day_of};
use super::candidates::author_of;
use super::people;
use super::slips;
use super::staff::Author;
use super::world::{Kind, Plan, World};

/// A new placement of a candidate, sometimes with a wrong start date.
pub fn begins_to_be_agreed(w: &mut World, candidate: usize, by: Author, at: i64) {
    let client = w.rng.pick(&w.clients);
    let days = w.rng.between(5, 40);
    let start = date_after(day_of(at), days);
    let wrong = slips::date(&start).filter(|_| w.rng.percent(15));
    let contract = w.rng.percent(60);
    let fields = vec![
        ("candidate", w.records[candidate].id.clone()),
        ("client", w.records[client].id.clone()),
        ("role", w.records[candidate].get("role").to_owned()),
        ("kind", if contract { "contract" } else { "permanent" }.to_owned()),
        ("rate", if contract { people::rate(&mut w.rng) } else { people::salary(&mut w.rng) }),
        ("rate_unit", if contract { "day" } else { "year" }.to_owned()),
        ("start_date", wrong.clone().unwrap_or_else(|| start.clone())),
        ("end_date", String::new()),
        ("status", "agreed".to_owned()),
        ("owner", by.actor.to_owned()),
        ("notes", String::new()),
    ];
    let record = w.create(Kind::Placement, fields, by, at);
    if let Some(wrong) = wrong {
        let when = w.rng.between(0, 3);
        w.plan(at, when, Plan::PutRight { record, field: "start_date", wrong, right: start });
    }
    w.plan(at, days, Plan::Begin(record));
    let lasts = if contract { w.rng.between(80, 330) } else { w.rng.between(300, 700) };
    w.plan(at, days + lasts, Plan::Advance(candidate));
    if contract {
        w.plan(at, days + lasts, Plan::End(record));
    }
}

/// The start of a placement, or its cancellation.
pub fn begins(w: &mut World, record: usize, at: i64) {
    let by = author_of(w, record, at);
    let status = if w.rng.percent(93) { "started" } else { "cancelled" };
    w.update(record, "status", status.to_owned(), by, at);
}

/// The end of a placement.
pub fn ends(w: &mut World, record: usize, at: i64) {
    if w.records[record].get("status") == "cancelled" {
        return;
    }
    let by = author_of(w, record, at);
    let last = date_after(day_of(at), 0);
    let at = w.update(record, "end_date", last, by, at);
    w.update(record, "status", "ended".to_owned(), by, at + MINUTE);
}

/// A change of the terms of a random placement.
pub fn is_renegotiated(w: &mut World, at: i64) {
    let Some(record) = any(w) else { return super::clients::is_noted(w, at) };
    let by = author_of(w, record, at);
    let day = day_of(at);
    match w.rng.below(10) {
        0..4 => {
            let rate = match w.records[record].get("rate_unit") {
                "day" => people::rate(&mut w.rng),
                _ => people::salary(&mut w.rng),
            };
            w.update(record, "rate", rate, by, at);
        }
        4..6 => {
            let start = date_after(day, w.rng.between(3, 30));
            w.update(record, "start_date", start, by, at);
        }
        6..8 => {
            let end = date_after(day, w.rng.between(30, 200));
            w.update(record, "end_date", end, by, at);
        }
        _ => {
            let note = people::note(&mut w.rng);
            w.update(record, "notes", note, by, at);
        }
    }
}

/// A random placement, one of the later ones; `None` if there are none yet.
fn any(w: &mut World) -> Option<usize> {
    let count = w.placements.len();
    let back = w.rng.index(count.clamp(1, 120));
    w.placements.get(count.checked_sub(1 + back)?).copied()
}
