//! What comes in bulk: the move into the program, the weekly feed, a feed that ran twice, and the
//! day on which another firm's candidates were taken over.

use chrono::{Datelike, Weekday};

use super::calendar::{HOUR, MILLI, MINUTE, SECOND, date, midnight};
use super::people;
use super::staff::PIPELINE;
use super::world::{Kind, Plan, World};
use super::{candidates, clients};

/// Who looks after the records that came with the move.
const OWNERS: [&str; 5] = ["Sarah", "Marcus", "Priya", "Tom", "Aoife"];

const MOVED_CANDIDATES: usize = 341;
const MOVED_CLIENTS: usize = 40;

/// 12 November 2025: after hours, some thousands of rows.
const TAKEOVER_DAY: i64 = 437;

/// Nights in the middle of a week on which the feed broke off and was started again.
pub const REPEATED_NIGHTS: [i64; 3] = [136, 402, 626];
const REPEATED_ROWS: usize = 6;

/// 7 April 2025: a quarter's worth of rows.
const QUARTER_DAY: i64 = 218;

/// When the feed of a repeated night is dated, to the second.
pub fn repeated_at(day: i64) -> i64 {
    midnight(day) + 2 * HOUR
}

/// How many events come in bulk, of about `events` in all.
pub fn size(events: usize) -> usize {
    MOVED_CANDIDATES + MOVED_CLIENTS + takeover_rows(events) + REPEATED_NIGHTS.len() * 14
}

fn takeover_rows(events: usize) -> usize {
    events * 6 / 100
}

/// What comes in before a day's work, apart from the weekly feed.
pub fn before_work(w: &mut World, day: i64) {
    match day {
        0 => moved_in(w),
        _ if REPEATED_NIGHTS.contains(&day) => fed_twice(w, day),
        _ => {}
    }
}

/// What comes in after a day's work.
pub fn after_work(w: &mut World, day: i64, events: usize) {
    if day == TAKEOVER_DAY {
        taken_over(w, takeover_rows(events));
    }
}

/// The first Sunday: everything is carried over from the program before.
fn moved_in(w: &mut World) {
    let mut at = midnight(0) + 6 * HOUR;
    w.ingest(Kind::Client, MOVED_CLIENTS, "clients-2024-08-31.csv", PIPELINE, at);
    for _ in 0..MOVED_CLIENTS {
        at += w.dice.between(20 * MILLI, 90 * MILLI);
        let owner = w.dice.pick(&OWNERS);
        let fields = clients::fields(w, owner);
        w.create(Kind::Client, fields, PIPELINE, at);
    }
    at += 2 * MINUTE;
    w.ingest(Kind::Candidate, MOVED_CANDIDATES, "candidates-2024-08-31.csv", PIPELINE, at);
    for _ in 0..MOVED_CANDIDATES {
        at += w.dice.between(20 * MILLI, 90 * MILLI);
        let owner = w.dice.pick(&OWNERS);
        let fields = candidates::fields(w, owner, at);
        let record = w.create(Kind::Candidate, fields, PIPELINE, at);
        let days = w.dice.between(1, 60);
        w.plan(at, days, Plan::Advance(record));
    }
}

/// The feed of a Monday night: a file of many rows, of which some changed a record.
pub fn weekly_feed(w: &mut World, day: i64, events: usize) {
    if date(day).weekday() != Weekday::Mon {
        return;
    }
    let mut at = midnight(day) + 2 * HOUR + w.dice.between(0, 4 * MINUTE);
    let stamp = date(day);
    let (rows, file) = match day {
        QUARTER_DAY => (12_000, "candidates-2025-q1.csv".to_owned()),
        _ => (w.dice.index(1_900) + 150, format!("candidates-{stamp}.csv")),
    };
    w.ingest(Kind::Candidate, rows, &file, PIPELINE, at);
    for _ in 0..events / 4_000 {
        at += w.dice.between(15 * MILLI, 400 * MILLI);
        let record = w.dice.pick(&w.candidates);
        takes_row(w, record, 40, at);
    }
}

/// One row of a file: it sets a field, or finds it as it was.
fn takes_row(w: &mut World, record: usize, unchanged: u64, at: i64) {
    if !w.records[record].exists {
        return;
    }
    let field = w.dice.pick(&["phone", "email", "city", "source_channel", "notice_period"]);
    let value = match field {
        _ if w.dice.percent(unchanged) => w.records[record].get(field).to_owned(),
        "phone" => people::phone(&mut w.dice),
        "city" => w.dice.pick(people::CITIES).to_owned(),
        "source_channel" => w.dice.pick(people::CHANNELS).to_owned(),
        "notice_period" => w.dice.pick(people::NOTICE).to_owned(),
        _ => {
            let name = w.records[record].get("name").to_owned();
            people::email(&mut w.dice, &name)
        }
    };
    w.update(record, field, value, PIPELINE, at);
}

/// Another firm's candidates: most of them are known already, and many of their rows say nothing
/// new.
fn taken_over(w: &mut World, rows: usize) {
    let mut at = midnight(TAKEOVER_DAY) + 21 * HOUR;
    w.ingest(Kind::Candidate, rows, "brackenmoor-search-takeover.csv", PIPELINE, at);
    let known = w.candidates.len();
    for row in 0..rows {
        at += w.dice.between(30 * MILLI, 160 * MILLI);
        if w.dice.percent(14) {
            let fields = candidates::fields(w, "Keiko", at);
            let record = w.create(Kind::Candidate, fields, PIPELINE, at);
            let days = w.dice.between(3, 90);
            w.plan(at, days, Plan::Advance(record));
        } else {
            let record = w.candidates[row % known];
            takes_row(w, record, 45, at);
        }
    }
}

/// A feed that broke off and was started again. Both runs give every row the date of the file, and
/// the journal's counter began anew in between, so the ids of the first run come twice.
fn fed_twice(w: &mut World, day: i64) {
    let at = repeated_at(day);
    let mut rows = Vec::new();
    while rows.len() < REPEATED_ROWS {
        let record = w.dice.pick(&w.candidates);
        if w.records[record].exists && !rows.iter().any(|(known, _)| *known == record) {
            rows.push((record, people::phone(&mut w.dice)));
        }
    }
    let file = format!("phones-{}.csv", date(day));
    for heard in [2 * SECOND, 2 * MINUTE] {
        w.ingest(Kind::Candidate, rows.len(), &file, PIPELINE, at);
        w.last_was_heard_after(heard);
        for ((record, phone), delay) in rows.iter().zip(1..) {
            w.update_exactly(*record, "phone", phone.clone(), PIPELINE, at);
            w.last_was_heard_after(heard + delay * 60 * MILLI);
        }
    }
}
