//! Scenes about candidates. A scene is a few events of a working day, mostly about one record.

use super::calendar::{DAY, DAYS, HOUR, MILLI, MINUTE, SECOND, date_after, day_of, midnight};
use super::people;
use super::placements;
use super::slips;
use super::staff::{Author, MATCHER, anyone, owner_or_anyone};
use super::world::{Fields, Kind, Plan, World};

/// All fields of a new candidate. `owner` is the name of a colleague.
pub fn fields(w: &mut World, owner: &str, at: i64) -> Fields {
    let rng = &mut w.rng;
    let name = people::name(rng);
    let day = day_of(at);
    vec![
        ("name", name.clone()),
        ("email", people::email(rng, &name)),
        ("phone", people::phone(rng)),
        ("city", rng.pick(people::CITIES).to_owned()),
        ("role", rng.pick(people::ROLES).to_owned()),
        ("status", "new".to_owned()),
        ("salary_expectation", people::salary(rng)),
        ("notice_period", rng.pick(people::NOTICE).to_owned()),
        ("available_from", date_after(day, rng.between(7, 120))),
        ("source_channel", rng.pick(people::CHANNELS).to_owned()),
        ("owner", owner.to_owned()),
        ("notes", String::new()),
    ]
}

/// A new candidate, sometimes with a typing error in a field.
pub fn arrives(w: &mut World, at: i64) {
    let by = anyone(&mut w.rng, at);
    let mut fields = fields(w, by.actor, at);
    if w.rng.percent(3) {
        arrives_in_pieces(w, fields, by, at);
        return;
    }
    let slip = slip(w, &mut fields);
    let record = w.create(Kind::Candidate, fields, by, at);
    if let Some((field, wrong, right)) = slip {
        let days = w.rng.between(0, 9);
        w.plan(at, days, Plan::PutRight { record, field, wrong, right });
    }
    let days = w.rng.between(0, 4);
    w.plan(at, days, Plan::Advance(record));
}

/// A new candidate through the older interface, which inserts an empty record and then sets one
/// field after another.
fn arrives_in_pieces(w: &mut World, fields: Fields, by: Author, at: i64) {
    let by = Author { source: "api", workspace: "", ..by };
    let record = w.create_bare(Kind::Candidate, by, at);
    let mut at = at;
    for (field, value) in fields {
        at = w.update(record, field, value, by, at + 40 * MILLI);
    }
    w.plan(at, 2, Plan::Advance(record));
}

/// Puts a typing error into one of the fields, or none. Returns the field, the wrong value and the
/// right one.
fn slip(w: &mut World, fields: &mut Fields) -> Option<(&'static str, String, String)> {
    let field = match w.rng.below(100) {
        0..6 => "name",
        6..9 => "phone",
        9..11 => "available_from",
        _ => return None,
    };
    let (_, value) = fields.iter_mut().find(|(name, _)| *name == field)?;
    let wrong = match field {
        "name" => slips::name(&mut w.rng, value),
        "phone" => slips::phone(&mut w.rng, value),
        _ => slips::date(value),
    }?;
    let right = std::mem::replace(value, wrong.clone());
    Some((field, wrong, right))
}

/// The next status of a candidate: a step from new to placed, or to an end.
pub fn advances(w: &mut World, record: usize, at: i64) {
    if !w.records[record].exists {
        return;
    }
    let chance = w.rng.below(100);
    let (status, days) = match (w.records[record].get("status"), chance) {
        ("new", 0..65) => ("screening", w.rng.between(1, 6)),
        ("screening", 0..50) => ("interview", w.rng.between(2, 12)),
        ("interview", 0..40) => ("offer", w.rng.between(1, 8)),
        ("offer", 0..65) => ("placed", 0),
        ("new" | "screening", 75..) => ("rejected", w.rng.between(120, 400)),
        ("interview" | "offer", 70..) => ("withdrawn", w.rng.between(90, 300)),
        ("placed", _) => ("available", w.rng.between(20, 120)),
        ("rejected" | "withdrawn" | "available", 0..60) => ("screening", w.rng.between(2, 10)),
        ("rejected" | "withdrawn" | "available", _) => return noted(w, record, at, None),
        // The status stays; only a note is added.
        _ => return noted(w, record, at, Some(5)),
    };
    let by = author_of(w, record, at);
    let at = w.update(record, "status", status.to_owned(), by, at);
    match status {
        "placed" => placements::begins_to_be_agreed(w, record, by, at + 3 * MINUTE),
        _ => w.plan(at, days, Plan::Advance(record)),
    }
}

/// A note. Some are written offline, and arrive in the journal hours or days later.
pub fn noted(w: &mut World, record: usize, at: i64, next: Option<i64>) {
    let by = author_of(w, record, at);
    let text = people::note(&mut w.rng);
    let at = w.update(record, "notes", text, by, at);
    if at < midnight(DAYS - 4) && w.rng.percent(6) {
        let (least, most) =
            if w.rng.percent(75) { (20 * MINUTE, 7 * HOUR) } else { (DAY, 3 * DAY) };
        let delay = w.rng.between(least, most);
        w.delay_last(delay);
    }
    if let Some(days) = next {
        w.plan(at, days, Plan::Advance(record));
    }
}

/// A note on a random candidate.
pub fn is_noted(w: &mut World, at: i64) {
    let record = any(w);
    noted(w, record, at, None);
}

/// A new phone number, e-mail address, or city; with the city the number too.
pub fn moves(w: &mut World, at: i64) {
    let record = any(w);
    let by = author_of(w, record, at);
    match w.rng.below(10) {
        0..5 => {
            let phone = people::phone(&mut w.rng);
            w.update(record, "phone", phone, by, at);
        }
        5..8 => {
            let name = w.records[record].get("name").to_owned();
            let email = people::email(&mut w.rng, &name);
            w.update(record, "email", email, by, at);
        }
        _ => {
            let city = w.rng.pick(people::CITIES).to_owned();
            let phone = people::phone(&mut w.rng);
            let at = w.update(record, "city", city, by, at);
            w.update(record, "phone", phone, by, at + 21 * SECOND);
        }
    }
}

/// A change of one of the terms.
pub fn reconsiders(w: &mut World, at: i64) {
    let record = any(w);
    let by = author_of(w, record, at);
    let (field, value) = term(w, at);
    w.update(record, field, value, by, at);
}

/// A change of several terms in one save: all have one timestamp.
pub fn reconsiders_much(w: &mut World, at: i64) {
    let record = any(w);
    let by = author_of(w, record, at);
    let mut changes = vec![term(w, at), term(w, at), term(w, at)];
    changes.sort_unstable();
    changes.dedup_by_key(|(field, _)| *field);
    w.save(record, changes, by, at);
}

/// A random term, and a new value for it.
fn term(w: &mut World, at: i64) -> (&'static str, String) {
    let rng = &mut w.rng;
    match rng.below(4) {
        0 => ("salary_expectation", people::salary(rng)),
        1 => ("notice_period", rng.pick(people::NOTICE).to_owned()),
        2 => ("role", rng.pick(people::ROLES).to_owned()),
        _ => ("available_from", date_after(day_of(at), rng.between(7, 150))),
    }
}

/// A typing error in a right value, which is put right within days.
pub fn is_mistyped(w: &mut World, at: i64) {
    let record = any(w);
    let by = author_of(w, record, at);
    let field = w.rng.pick(&["name", "phone", "phone", "available_from"]);
    let right = w.records[record].get(field).to_owned();
    let wrong = match field {
        "name" => slips::name(&mut w.rng, &right),
        "phone" => slips::phone(&mut w.rng, &right),
        _ => slips::date(&right),
    };
    let Some(wrong) = wrong else { return is_noted(w, at) };
    w.update(record, field, wrong.clone(), by, at);
    let days = w.rng.between(0, 20);
    w.plan(at, days, Plan::PutRight { record, field, wrong, right });
}

/// The repair of a typing error, if it is still there.
pub fn put_right(
    w: &mut World,
    record: usize,
    field: &'static str,
    values: (&str, String),
    at: i64,
) {
    let (wrong, right) = values;
    if w.records[record].exists && w.records[record].get(field) == wrong {
        let by = author_of(w, record, at);
        w.update(record, field, right, by, at);
    }
}

/// A save that changes nothing; half of them as the second of two clicks on the same button.
pub fn is_saved_unchanged(w: &mut World, at: i64) {
    let record = any(w);
    let by = author_of(w, record, at);
    if w.rng.percent(50) {
        let (field, value) = term(w, at);
        w.save(record, vec![(field, value.clone()), (field, value)], by, at);
    } else {
        let field = w.rng.pick(&["phone", "email", "city", "status"]);
        let same = w.records[record].get(field).to_owned();
        w.update(record, field, same, by, at);
    }
}

/// A run of the matching program over some candidates; many of its updates change nothing.
pub fn are_matched(w: &mut World, at: i64) {
    for step in 0..w.rng.between(2, 7) {
        let record = any(w);
        let found = w.rng.between(0, 6).to_string();
        let same = w.records[record].get("open_matches").to_owned();
        let new = if same.is_empty() || w.rng.percent(70) { found } else { same };
        w.update(record, "open_matches", new, MATCHER, at + step * SECOND * 2);
    }
}

/// The deletion of a candidate. Some are restored later.
pub fn leaves(w: &mut World, at: i64) {
    let record = any(w);
    let by = Author::of("Grace").filter(|_| w.rng.percent(60));
    let by = by.unwrap_or_else(|| author_of(w, record, at));
    w.delete(record, by, at);
    if w.rng.percent(22) {
        let days = w.rng.between(0, 45);
        w.plan(at, days, Plan::Restore(record));
    }
}

/// Two concurrent changes of one phone number: the second is based on a stale value, so the chain
/// breaks.
pub fn is_changed_by_two(w: &mut World, at: i64) {
    let record = any(w);
    let stale = w.records[record].get("phone").to_owned();
    let (first, second) = (author_of(w, record, at), anyone(&mut w.rng, at));
    // Different from the stale value: otherwise the chain would not break.
    let one = other_phone(w, &stale);
    let two = other_phone(w, &stale);
    let at = w.update(record, "phone", one, first, at);
    w.update_from_stale(record, "phone", (stale, two), second, at + 37 * SECOND);
}

/// A random phone number that is not a given one.
fn other_phone(w: &mut World, than: &str) -> String {
    loop {
        let phone = people::phone(&mut w.rng);
        if phone != than {
            return phone;
        }
    }
}

/// A random candidate who exists, mostly one of the later ones.
fn any(w: &mut World) -> usize {
    let count = w.candidates.len();
    for _ in 0..50 {
        let among = if w.rng.percent(65) { count.min(220) } else { count };
        let back = w.rng.index(among);
        let record = w.candidates[count - 1 - back];
        if w.records[record].exists {
            return record;
        }
    }
    w.candidates[count - 1]
}

/// The author of a change of a record: its owner, or anyone.
pub fn author_of(w: &mut World, record: usize, at: i64) -> Author {
    let owner = w.records[record].get("owner").to_owned();
    owner_or_anyone(&mut w.rng, &owner, at)
}
