//! Bulk imports: the migration on the first day, the weekly feed, feeds that ran twice, and the
//! takeover of another firm's candidates.

use chrono::{Datelike, Weekday};

use super::calendar::{HOUR, MILLI, MINUTE, SECOND, date, midnight};
use super::people;
use super::staff::PIPELINE;
use super::world::{Kind, Plan, World};
use super::{candidates, clients};

/// Owners of the records of the migration.
const OWNERS: [&str; 5] = ["Sarah", "Marcus", "Priya", "Tom", "Aoife"];

/// Candidates of the migration.
const MOVED_CANDIDATES: usize = 341;
/// Clients of the migration.
const MOVED_CLIENTS: usize = 40;

/// Day of the takeover: 12 November 2025, after hours.
const TAKEOVER_DAY: i64 = 437;

/// Days on which a feed broke off and was started again, each within a week.
pub const REPEATED_NIGHTS: [i64; 3] = [136, 402, 626];
/// Rows of such a feed.
const REPEATED_ROWS: usize = 6;

/// Day of the quarterly feed: 7 April 2025.
const QUARTER_DAY: i64 = 218;

/// The timestamp of all rows of the feed of a repeated night.
pub fn repeated_at(day: i64) -> i64 {
    midnight(day) + 2 * HOUR
}

/// How many events come from imports other than the weekly feed, of about `events` in all.
pub fn size(events: usize) -> usize {
    MOVED_CANDIDATES + MOVED_CLIENTS + takeover_rows(events) + REPEATED_NIGHTS.len() * 14
}

/// Rows of the takeover.
fn takeover_rows(events: usize) -> usize {
    events * 6 / 100
}

/// Imports before a day's work, apart from the weekly feed.
pub fn before_work(w: &mut World, day: i64) {
    match day {
        0 => moved_in(w),
        _ if REPEATED_NIGHTS.contains(&day) => fed_twice(w, day),
        _ => {}
    }
}

/// Imports after a day's work.
pub fn after_work(w: &mut World, day: i64, events: usize) {
    if day == TAKEOVER_DAY {
        taken_over(w, takeover_rows(events));
    }
}

/// The migration, on the first Sunday: everything is imported from another program.
fn moved_in(w: &mut World) {
    let mut at = midnight(0) + 6 * HOUR;
    w.ingest(Kind::Client, MOVED_CLIENTS, "clients-2024-08-31.csv", PIPELINE, at);
    for _ in 0..MOVED_CLIENTS {
        at += w.rng.between(20 * MILLI, 90 * MILLI);
        let owner = w.rng.pick(&OWNERS);
        let fields = clients::fields(w, owner);
        w.create(Kind::Client, fields, PIPELINE, at);
    }
    at += 2 * MINUTE;
    w.ingest(Kind::Candidate, MOVED_CANDIDATES, "candidates-2024-08-31.csv", PIPELINE, at);
    for _ in 0..MOVED_CANDIDATES {
        at += w.rng.between(20 * MILLI, 90 * MILLI);
        let owner = w.rng.pick(&OWNERS);
        let fields = candidates::fields(w, owner, at);
        let record = w.create(Kind::Candidate, fields, PIPELINE, at);
        let days = w.rng.between(1, 60);
        w.plan(at, days, Plan::Advance(record));
    }
}

/// The weekly feed, on Monday nights: a file of many rows, of which some change a record.
pub fn weekly_feed(w: &mut World, day: i64, events: usize) {
    if date(day).weekday() != Weekday::Mon {
        return;
    }
    let mut at = midnight(day) + 2 * HOUR + w.rng.between(0, 4 * MINUTE);
    let stamp = date(day);
    let (rows, file) = match day {
        QUARTER_DAY => (12_000, "candidates-2025-q1.csv".to_owned()),
        _ => (w.rng.index(1_900) + 150, format!("candidates-{stamp}.csv")),
    };
    w.ingest(Kind::Candidate, rows, &file, PIPELINE, at);
    for _ in 0..events / 4_000 {
        at += w.rng.between(15 * MILLI, 400 * MILLI);
        let record = w.rng.pick(&w.candidates);
        takes_row(w, record, 40, at);
    }
}

/// One row of a file: it sets a field, to the same value with a probability in percent.
fn takes_row(w: &mut World, record: usize, unchanged: u64, at: i64) {
    if !w.records[record].exists {
        return;
    }
    let field = w.rng.pick(&["phone", "email", "city", "source_channel", "notice_period"]);
    let value = match field {
        _ if w.rng.percent(unchanged) => w.records[record].get(field).to_owned(),
        "phone" => people::phone(&mut w.rng),
        "city" => w.rng.pick(people::CITIES).to_owned(),
        "source_channel" => w.rng.pick(people::CHANNELS).to_owned(),
        "notice_period" => w.rng.pick(people::NOTICE).to_owned(),
        _ => {
            let name = w.records[record].get("name").to_owned();
            people::email(&mut w.rng, &name)
        }
    };
    w.update(record, field, value, PIPELINE, at);
}

/// The takeover: most candidates are known already, and many rows change nothing.
fn taken_over(w: &mut World, rows: usize) {
    let mut at = midnight(TAKEOVER_DAY) + 21 * HOUR;
    w.ingest(Kind::Candidate, rows, "brackenmoor-search-takeover.csv", PIPELINE, at);
    let known = w.candidates.len();
    for row in 0..rows {
        at += w.rng.between(30 * MILLI, 160 * MILLI);
        if w.rng.percent(14) {
            let fields = candidates::fields(w, "Keiko", at);
            let record = w.create(Kind::Candidate, fields, PIPELINE, at);
            let days = w.rng.between(3, 90);
            w.plan(at, days, Plan::Advance(record));
        } else {
            let record = w.candidates[row % known];
            takes_row(w, record, 45, at);
        }
    }
}

/// A feed that broke off and was started again. Both runs give every row the timestamp of the file,
/// and the counter of ids begins anew in between, so the ids of the first run occur twice.
fn fed_twice(w: &mut World, day: i64) {
    let at = repeated_at(day);
    let mut rows = Vec::new();
    while rows.len() < REPEATED_ROWS {
        let record = w.rng.pick(&w.candidates);
        if w.records[record].exists && !rows.iter().any(|(known, _)| *known == record) {
            rows.push((record, people::phone(&mut w.rng)));
        }
    }
    let file = format!("phones-{}.csv", date(day));
    for start in [2 * SECOND, 2 * MINUTE] {
        w.ingest(Kind::Candidate, rows.len(), &file, PIPELINE, at);
        w.delay_last(start);
        for ((record, phone), delay) in rows.iter().zip(1..) {
            w.update_exactly(*record, "phone", phone.clone(), PIPELINE, at);
            w.delay_last(start + delay * 60 * MILLI);
        }
    }
}
